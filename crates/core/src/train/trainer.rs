//! One training: a model, its optimizer, its corpus, and the order of its windows.

use burn::tensor::{Device, Tensor};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;

use crate::config::{ModelConfig, TrainConfig};
use crate::data::{Batch, Corpus};
use crate::error::{Error, Result};
use crate::model::{Dropout, Gpt};
use crate::ops;
use crate::optim::{Begun, Optimizer, learning_rate_factor};
use crate::readback::{read, read_all};
use crate::tokenizer::Tokenizer;

/// Batches of validation windows that an evaluation usually takes: enough for the curve to be smooth, few enough to
/// cost little.
pub const VALIDATION_BATCHES: usize = 4;

/// Tokens whose forward and backward passes are done at once: their memory is most of a training's, and where a part
/// fits the second-level cache it is no slower. A GPU wants all at once.
const TOKENS_AT_ONCE: usize = if cfg!(feature = "cpu") { 512 } else { usize::MAX };

/// As many windows as [`TOKENS_AT_ONCE`] has room for.
fn windows_at_once(block_size: usize) -> usize {
    (TOKENS_AT_ONCE / block_size).max(1)
}

/// One step done.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StepReport {
    /// 1 after the first.
    pub step: usize,
    /// Mean cross-entropy over the batch before the update, in nats a token.
    pub loss: f32,
    /// The learning rate it was taken with.
    pub learning_rate: f64,
    /// Tokens seen so far.
    pub tokens: usize,
}

/// A model in training.
pub struct Trainer {
    pub(super) model: Gpt,
    pub(super) optimizer: Optimizer,
    corpus: Corpus,
    model_config: ModelConfig,
    pub(super) config: TrainConfig,
    pub(super) step: usize,
    /// A step that workers take together (parallel.rs), with its loss.
    pub(super) begun: Option<(f32, Begun)>,
    kept: Option<Gpt>,
}

impl Trainer {
    /// Fresh weights on `device`, drawn from the configuration's seed.
    ///
    /// # Errors
    /// What the configurations, the corpus and the memory limit refuse.
    pub fn new(
        corpus: Corpus,
        vocab_size: usize,
        model_config: ModelConfig,
        config: TrainConfig,
        device: &Device,
    ) -> Result<Self> {
        model_config.validate()?;
        config.validate()?;
        config.validate_memory(&model_config, vocab_size)?;
        corpus.validate(model_config.block_size)?;
        let mut weights = ChaCha8Rng::seed_from_u64(config.seed);
        let model = Gpt::init(&model_config, vocab_size, &mut weights, device);
        let optimizer = Optimizer::new(&model, &config);
        Ok(Self { model, optimizer, corpus, model_config, config, step: 0, begun: None, kept: None })
    }

    /// Takes `steps` steps and waits for the engine once, at the end: on a GPU the steps are queued meanwhile.
    ///
    /// # Errors
    /// [`Error::Diverged`] when a loss is not a number any more; [`Error::EngineFailed`].
    pub async fn train_steps(&mut self, steps: usize) -> Result<Vec<StepReport>> {
        let first = self.step;
        let losses: Vec<_> = (0..steps).map(|_| self.queue_step()).collect();
        let losses = read_all(losses).await?.concat();
        losses.into_iter().zip(first + 1..).map(|(loss, step)| self.report(step, loss)).collect()
    }

    /// # Errors
    /// [`Error::Diverged`] when the loss is not a number.
    pub(super) fn report(&self, step: usize, loss: f32) -> Result<StepReport> {
        if !loss.is_finite() {
            return Err(Error::Diverged { step });
        }
        let tokens_per_step = self.config.batch_size * self.model_config.block_size;
        let learning_rate = self.config.learning_rate * learning_rate_factor(&self.config, step - 1);
        Ok(StepReport { step, loss, learning_rate, tokens: step * tokens_per_step })
    }

    /// Takes one step; returns its loss `[1]`, still on the device.
    fn queue_step(&mut self) -> Tensor<1> {
        let (loss, gradients) = self.loss_and_gradients(&self.next_starts(), 0);
        self.optimizer.step(&mut self.model, gradients, self.step, &self.config);
        self.step += 1;
        loss
    }

    /// Loss and gradients (in the model's order) of the batch that the next step will take; changes nothing.
    ///
    /// # Errors
    /// [`Error::EngineFailed`].
    pub async fn peek_gradients(&self) -> Result<(f32, Vec<(String, Vec<f32>)>)> {
        let (loss, gradients) = self.loss_and_gradients(&self.next_starts(), 0);
        let loss = read(loss).await?.first().copied().unwrap_or(f32::NAN);
        let names = self.model.parameters().into_iter().map(|(name, _)| name);
        Ok((loss, names.zip(read_all(gradients).await?).collect()))
    }

    /// Mean loss over `batches` batches of windows that are spread evenly over the validation part, in nats a token:
    /// usually [`VALIDATION_BATCHES`].
    ///
    /// # Errors
    /// [`Error::EngineFailed`].
    pub async fn evaluate(&self, batches: usize) -> Result<f32> {
        let (batch_size, block_size) = (self.config.batch_size, self.model_config.block_size);
        let device = self.model.device();
        let starts = self.corpus.validation_starts(batches.max(1) * batch_size, block_size);
        let parts: Vec<_> = starts.chunks(batch_size.min(windows_at_once(block_size))).collect();
        let loss = |starts: &&[usize]| {
            let Batch { inputs, targets } = self.corpus.validation_batch(starts, block_size, &device);
            let logits = self.model.logits(self.model.forward(inputs).hidden);
            ops::cross_entropy(logits, targets.reshape([starts.len() * block_size]))
        };
        let losses = read_all(parts.iter().map(loss)).await?.concat();
        let sum: f32 = losses.iter().zip(&parts).map(|(loss, part)| loss * part.len() as f32).sum();
        Ok(sum / starts.len() as f32)
    }

    /// Remembers the weights as they are now, in place of those remembered before.
    pub fn keep(&mut self) {
        self.kept = Some(self.model.clone());
    }

    /// Goes back to the weights remembered, if any were: the best model is not always the last. The optimizer forgets
    /// what led away from them.
    pub fn go_back(&mut self) {
        if let Some(model) = self.kept.take() {
            self.optimizer = Optimizer::new(&model, &self.config);
            self.model = model;
        }
    }

    /// Trains on another text from now on; everything else stays. Stories without end are learned this way.
    ///
    /// # Errors
    /// What [`Corpus::replace_training_text`] says; then nothing has changed.
    pub fn replace_training_text(&mut self, text: &str, tokenizer: &Tokenizer) -> Result<()> {
        self.corpus.replace_training_text(text, tokenizer, self.model_config.block_size)
    }

    /// The model as it is now.
    pub fn model(&self) -> &Gpt {
        &self.model
    }

    /// Steps taken so far.
    pub fn step(&self) -> usize {
        self.step
    }

    /// What it learns from.
    pub fn corpus(&self) -> &Corpus {
        &self.corpus
    }

    /// The model's sizes.
    pub fn model_config(&self) -> &ModelConfig {
        &self.model_config
    }

    /// How it is trained.
    pub fn config(&self) -> &TrainConfig {
        &self.config
    }

    /// Where the windows of the next step begin. Each step draws from a stream of its own, and the weights from another, so a
    /// training that is resumed draws what it would have drawn.
    pub(super) fn next_starts(&self) -> Vec<usize> {
        let mut windows = ChaCha8Rng::seed_from_u64(self.config.seed);
        windows.set_stream(1 + self.step as u64);
        self.corpus.random_starts(self.config.batch_size, self.model_config.block_size, &mut windows)
    }

    /// Loss `[1]` and gradients, in the model's order, of the windows that begin at `starts`: of the next step's batch
    /// those from the `first` on.
    pub(super) fn loss_and_gradients(&self, starts: &[usize], first: usize) -> (Tensor<1>, Vec<Tensor<2>>) {
        let at_once = windows_at_once(self.model_config.block_size).min(starts.len());
        // Parts of about one size.
        let part = starts.len().div_ceil(starts.len().div_ceil(at_once));
        let mut parts = starts.chunks(part).enumerate().map(|(index, part_starts)| {
            let (loss, gradients) = self.part_of_batch(part_starts, first + index * part);
            let weight = part_starts.len() as f64 / starts.len() as f64;
            if weight == 1.0 {
                return (loss, gradients);
            }
            (loss * weight, gradients.into_iter().map(|gradient| gradient * weight).collect())
        });
        let whole = parts.next().unwrap_or_else(|| self.part_of_batch(starts, first));
        parts.fold(whole, |(loss, sum), (more, gradients)| {
            (loss + more, sum.into_iter().zip(gradients).map(|(sum, gradient)| sum + gradient).collect())
        })
    }

    /// The same of windows that are worked on at once.
    fn part_of_batch(&self, starts: &[usize], first: usize) -> (Tensor<1>, Vec<Tensor<2>>) {
        let batch = self.corpus.batch(starts, self.model_config.block_size, &self.model.device());
        let [batch_size, time] = batch.targets.dims();
        // Each step leaves out something else.
        let seed = (self.config.seed as u32).wrapping_add(self.step as u32);
        let dropout = Dropout { rate: self.config.dropout, seed, first_token: first * time };
        let tracked = self.model.tracked();
        let logits = tracked.logits(tracked.forward_with(batch.inputs, dropout).hidden);
        let loss = ops::cross_entropy(logits, batch.targets.reshape([batch_size * time]));
        let mut gradients = loss.backward();
        let of = |(_, parameter): (String, Tensor<2>)| {
            // Every parameter takes part in the loss, so each has a gradient.
            parameter.grad_remove(&mut gradients).unwrap_or_else(|| parameter.inner().zeros_like())
        };
        (loss.inner(), tracked.parameters().into_iter().map(of).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Texts;
    use crate::tokenizer::TokenizerConfig;

    #[test]
    fn a_loss_that_is_no_number_ends_the_training_with_a_reason() {
        let text = "ab".repeat(100);
        let texts = Texts { training: &text, ..Texts::default() };
        let (tokenizer, corpus) = Corpus::tokenize(texts, &TokenizerConfig::Chars).unwrap();
        let model = ModelConfig { n_layer: 1, n_head: 1, n_embd: 8, block_size: 4, ..ModelConfig::default() };
        let device = Device::flex();
        let mut trainer =
            Trainer::new(corpus, tokenizer.vocab_size(), model, TrainConfig::default(), &device).unwrap();
        trainer.model.for_each_parameter(|_, _, tensor| *tensor = tensor.clone() * f32::NAN);
        let outcome = pollster::block_on(trainer.train_steps(3));
        assert_eq!(outcome, Err(Error::Diverged { step: 1 }));
    }
}
