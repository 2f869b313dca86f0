//! One training: a model, its optimizer, what it learns from, and the steps it takes.

use serde::Serialize;

use super::best::{BestModel, Which};
use crate::config::{ModelConfig, TrainConfig};
use crate::data::Dataset;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::model::Gpt;
use crate::optim::{Optimizer, PendingStep, Schedule};
use crate::random::{Purpose, rng};
use crate::readback::{read_all, read_one, squared_norm};
use crate::tokenizer::Tokenizer;

/// One step done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct StepReport {
    /// 1 after the first.
    pub step: usize,
    /// Mean cross-entropy over the batch before the update, in nats a token.
    pub loss: f32,
    /// The learning rate it was taken with.
    pub learning_rate: f64,
    /// Tokens read so far.
    pub tokens: u64,
}

/// A model in training.
///
/// The weights are the optimizer's; [`Trainer::load`] is the only way to give it others.
pub struct Trainer {
    pub(crate) model: Gpt,
    pub(crate) optimizer: Optimizer,
    pub(super) dataset: Box<dyn Dataset>,
    pub(super) engine: Engine,
    pub(super) config: TrainConfig,
    pub(crate) progress: Progress,
    /// A step that workers take together (parallel.rs), with its loss.
    pub(super) pending_step: Option<(f32, PendingStep)>,
    pub(crate) best: Option<BestModel>,
    /// The model in use.
    pub(super) used: Which,
    /// Whether its first weights came from a file, rather than from its seed.
    pub(crate) began_from_file: bool,
}

/// How far a training is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Steps taken.
    pub step: usize,
    /// Tokens read.
    pub tokens: u64,
    pub schedule: Schedule,
}

impl Trainer {
    /// A training of fresh weights, drawn from the configuration's seed. `workers` train it together, this
    /// one included; they share the memory limit.
    ///
    /// # Errors
    /// What the configurations and the memory limit refuse; [`Error::CheckpointMismatch`] where the dataset's
    /// rows are longer than the model's context.
    pub fn new(
        dataset: Box<dyn Dataset>,
        vocab_size: usize,
        model: &ModelConfig,
        config: TrainConfig,
        engine: Engine,
        workers: usize,
    ) -> Result<Self> {
        model.validate()?;
        config.validate()?;
        Self::check_fit(&*dataset, model, vocab_size, &config, &engine, workers)?;
        let mut weights = rng(config.seed, Purpose::Weights);
        let model = Gpt::init(model, vocab_size, &mut weights, &engine.device);
        let optimizer = Optimizer::new(&model, &config);
        Ok(Self::from_parts(model, optimizer, dataset, config, engine))
    }

    /// Whether a training of valid configurations fits into the memory, and its dataset into the context:
    /// asked before anything large is made.
    ///
    /// # Errors
    /// [`Error::RunTooLarge`]; [`Error::CheckpointMismatch`] where the dataset's rows are longer than the
    /// context.
    pub(crate) fn check_fit(
        dataset: &dyn Dataset,
        model: &ModelConfig,
        vocab_size: usize,
        config: &TrainConfig,
        engine: &Engine,
        workers: usize,
    ) -> Result<()> {
        config.validate_memory(model, vocab_size, engine, workers)?;
        if dataset.window() > model.block_size {
            return Err(Error::CheckpointMismatch { what: "block_size".into() });
        }
        Ok(())
    }

    /// A training at its first step, whose parts fit together ([`Trainer::check_fit`]).
    pub(crate) fn from_parts(
        model: Gpt,
        optimizer: Optimizer,
        dataset: Box<dyn Dataset>,
        config: TrainConfig,
        engine: Engine,
    ) -> Self {
        let progress = Progress { step: 0, tokens: 0, schedule: Schedule::new(&config) };
        let (pending_step, best, used) = (None, None, Which::Last);
        let began_from_file = false;
        Self {
            model,
            optimizer,
            dataset,
            engine,
            config,
            progress,
            pending_step,
            best,
            used,
            began_from_file,
        }
    }

    /// Takes `steps` steps. Where reading costs nothing each is looked at before it moves the weights; on a
    /// GPU they are queued, and waited for once, at the end.
    ///
    /// The steps are those of the last model, which is the one in use afterwards.
    ///
    /// # Errors
    /// [`Error::Diverged`] when a loss or a gradient is not finite: on the CPU engine the model is then that
    /// of the step before, on a GPU its weights may be lost. [`Error::TextEmpty`]; [`Error::EngineFailed`].
    pub async fn train_steps(&mut self, steps: usize) -> Result<Vec<StepReport>> {
        self.used = Which::Last;
        self.pending_step = None;
        let mut reports = Vec::new();
        if self.engine.reads_are_free {
            for _ in 0..steps {
                reports.push(self.checked_step().await?);
            }
            return Ok(reports);
        }
        let mut losses = Vec::new();
        for _ in 0..steps {
            let batch = self.next_batch()?;
            let (loss, gradients) = self.loss_and_gradients(&batch.examples, 0, batch.total_weight);
            losses.push(loss);
            let factor = self.factor();
            self.optimizer.step(&mut self.model, gradients, factor, &self.config);
            // The loss is not known yet.
            reports.push(self.count_step(f32::NAN, batch.tokens));
        }
        for (report, loss) in reports.iter_mut().zip(read_all(losses).await?.concat()) {
            if !loss.is_finite() {
                return Err(Error::Diverged { step: Some(report.step) });
            }
            report.loss = loss;
        }
        Ok(reports)
    }

    /// Takes one step, unless its numbers are not finite.
    async fn checked_step(&mut self) -> Result<StepReport> {
        let batch = self.next_batch()?;
        let (loss, gradients) = self.loss_and_gradients(&batch.examples, 0, batch.total_weight);
        let loss = read_one(loss).await?;
        let norm = squared_norm(gradients.iter().cloned()).await?;
        self.check_finite(&[loss, norm])?;
        let factor = self.factor();
        self.optimizer.step(&mut self.model, gradients, factor, &self.config);
        Ok(self.count_step(loss, batch.tokens))
    }

    /// # Errors
    /// [`Error::Diverged`] at the next step, where one of the numbers is not finite.
    pub(super) fn check_finite(&self, numbers: &[f32]) -> Result<()> {
        if numbers.iter().all(|number| number.is_finite()) {
            return Ok(());
        }
        Err(Error::Diverged { step: Some(self.progress.step + 1) })
    }

    /// Counts a step that has moved the weights.
    pub(super) fn count_step(&mut self, loss: f32, tokens: u64) -> StepReport {
        let learning_rate = self.config.learning_rate * self.factor();
        let progress = &mut self.progress;
        progress.step += 1;
        progress.tokens = progress.tokens.saturating_add(tokens);
        StepReport { step: progress.step, loss, learning_rate, tokens: progress.tokens }
    }

    /// The share of their peaks that the learning rates have at the next step.
    pub(super) fn factor(&self) -> f64 {
        self.progress.schedule.factor(self.progress.step, &self.config)
    }

    /// Loss and gradients, by parameter name, of the batch that the next step will take; changes nothing.
    ///
    /// # Errors
    /// [`Error::TextEmpty`]; [`Error::EngineFailed`].
    pub async fn peek_gradients(&self) -> Result<(f32, Vec<(String, Vec<f32>)>)> {
        let batch = self.next_batch()?;
        let (loss, gradients) = self.loss_and_gradients(&batch.examples, 0, batch.total_weight);
        let names = self.model.parameter_table().iter().map(|info| info.name.clone());
        Ok((read_one(loss).await?, names.zip(read_all(gradients).await?).collect()))
    }

    /// Goes on for `steps` more steps, from the model in use, with a schedule of their own. Each may be fewer
    /// or more than what the schedule of before had left.
    ///
    /// # Errors
    /// [`Error::SettingOutOfRange`]; then nothing has changed.
    pub fn further(&mut self, steps: usize) -> Result<()> {
        TrainConfig { steps, ..self.config.clone() }.validate()?;
        if self.used == Which::Best {
            self.restore_best();
        }
        self.pending_step = None;
        self.progress.schedule = Schedule::further(&self.config, self.progress.step, steps);
        Ok(())
    }

    /// Trains with other learning rates from the next step on: their peaks.
    ///
    /// # Errors
    /// [`Error::SettingOutOfRange`]; then nothing has changed.
    pub fn set_learning_rates(&mut self, learning_rate: f64, muon_learning_rate: f64) -> Result<()> {
        let config = TrainConfig { learning_rate, muon_learning_rate, ..self.config.clone() };
        config.validate()?;
        self.config = config;
        Ok(())
    }

    /// Trains on from other weights of the same sizes. The optimizer begins anew.
    ///
    /// # Errors
    /// [`Error::CheckpointMismatch`] where the sizes differ; then nothing has changed.
    pub fn load(&mut self, model: Gpt) -> Result<()> {
        if model.parameter_table() != self.model.parameter_table() {
            return Err(Error::CheckpointMismatch { what: "model".into() });
        }
        self.optimizer = Optimizer::new(&model, &self.config);
        self.began_from_file = true;
        self.model = model;
        self.pending_step = None;
        self.used = Which::Last;
        Ok(())
    }

    /// Trains on other documents from now on; everything else stays. Stories without end are learned this
    /// way. `position` says where in their source the documents begin ([`Dataset::position`]).
    ///
    /// # Errors
    /// What [`Dataset::replace_training`] says; then nothing has changed.
    pub fn replace_training(
        &mut self,
        documents: &[&str],
        tokenizer: &Tokenizer,
        position: &str,
    ) -> Result<()> {
        self.dataset.replace_training(documents, tokenizer, position)
    }

    /// Steps taken so far.
    pub fn step(&self) -> usize {
        self.progress.step
    }

    /// Tokens read so far.
    pub fn tokens(&self) -> u64 {
        self.progress.tokens
    }

    /// Where the learning rate's schedule began and where it ends.
    pub fn schedule(&self) -> Schedule {
        self.progress.schedule
    }

    /// What it learns from.
    pub fn dataset(&self) -> &dyn Dataset {
        &*self.dataset
    }

    /// What it runs on.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// How it is trained.
    pub fn config(&self) -> &TrainConfig {
        &self.config
    }

    /// How many numbers Muon updates.
    pub fn muon_parameters(&self) -> usize {
        self.optimizer.muon_parameters()
    }
}
