//! Reading a checkpoint: what does not belong to it is refused by name.

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;

use super::header::{Header, METADATA_KEY, TrainState, unreadable};
use super::page::PAGE;
use super::tensors::{self, Numbers, Source, decode};
use super::weights::Weights;
use super::writer::model_file;
use super::{BEST, OPTIMIZER};
use crate::config::TrainConfig;
use crate::data::Dataset;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::model::{Gpt, initial_values};
use crate::optim::{Optimizer, state_sizes};
use crate::tokenizer::Tokenizer;
use crate::train::{BestModel, Progress, Trainer, Which};

/// Bytes of the longest header that is read: one with 16,000 merges has a quarter of a million.
pub(super) const MAX_HEADER: usize = 2_000_000;

/// A checkpoint whose header has been read and found consistent; its tensors are looked at when they are
/// asked for.
pub struct Checkpoint<'a> {
    tensors: SafeTensors<'a>,
    /// Whether the last tensor is the page's.
    ends_with_page: bool,
    header: Header,
    tokenizer: Tokenizer,
}

impl<'a> Checkpoint<'a> {
    /// Reads a file's header.
    ///
    /// # Errors
    /// [`Error::CheckpointUnreadable`]; [`Error::CheckpointForeign`]; [`Error::CheckpointTooNew`],
    /// [`Error::CheckpointTooOld`]; [`Error::CheckpointMismatch`] where parts of the header contradict each
    /// other; what its configurations refuse.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let tensors = tensors::open(bytes, MAX_HEADER).map_err(unreadable)?;
        // `SafeTensors` does not give its metadata back.
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
        let json = metadata.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
        let header = Header::parse(json.ok_or(Error::CheckpointForeign)?)?;
        let tokenizer = Tokenizer::from_parts(header.tokenizer.clone()).map_err(unreadable)?;
        let ends_with_page = metadata.offset_keys().last().is_some_and(|last| last == PAGE);
        Ok(Self { tensors, ends_with_page, header, tokenizer })
    }

    /// What the file says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The tokenizer that the model was trained with.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// What the page keeps in the file besides ([`with_page`](super::with_page)); none where it keeps
    /// nothing.
    ///
    /// # Errors
    /// [`Error::CheckpointMismatch`] where it is no text, or not at the end of the file.
    pub fn page(&self) -> Result<Option<&str>> {
        let Ok(view) = self.tensors.tensor(PAGE) else { return Ok(None) };
        let fits = view.dtype() == Dtype::U8 && self.ends_with_page;
        let text = fits.then(|| str::from_utf8(view.data()).ok()).flatten();
        text.map(Some).ok_or_else(|| Error::CheckpointMismatch { what: PAGE.into() })
    }

    /// Looks at everything in the file, as whoever goes on with it would, and makes nothing of it.
    ///
    /// # Errors
    /// As [`Checkpoint::weights`], [`Checkpoint::trainer`] and [`Checkpoint::page`].
    pub fn check(&self) -> Result<()> {
        self.page()?;
        let mut source = Source::new(&self.tensors);
        let Weights { parameters, .. } = self.weights_under("", &mut source)?;
        if let Some(train) = &self.header.train {
            let table = parameters.into_iter().map(|(info, _)| info).collect::<Vec<_>>();
            for (name, len) in state_sizes(&table, &train.config) {
                optimizer_vector(&mut source, name, len)?;
            }
            if train.best.is_some() {
                self.weights_under(BEST, &mut source)?;
            }
        }
        source.check_all_taken(PAGE)
    }

    /// The weights of the model: of a training the one that was in use.
    ///
    /// # Errors
    /// [`Error::CheckpointMismatch`] with the name of a tensor that is missing, of another shape or unknown;
    /// [`Error::CheckpointNotFinite`].
    pub fn weights(&self) -> Result<Weights<'_>> {
        let best = self.header.train.as_ref().is_some_and(|train| train.used == Which::Best);
        let mut source = Source::new(&self.tensors);
        let weights = self.weights_under(if best { BEST } else { "" }, &mut source)?;
        if self.header.train.is_none() {
            source.check_all_taken(PAGE)?;
        }
        Ok(weights)
    }

    /// The file of the model that this training began with, drawn from its seed once more: of a model alone,
    /// or of a training that began from another file, there is none.
    ///
    /// # Errors
    /// [`Error::CheckpointMismatch`], which the file of a training does not cause.
    pub fn beginning(&self) -> Result<Option<Vec<u8>>> {
        let train = self.header.train.as_ref().filter(|train| !train.began_from_file);
        train.map(|train| self.beginning_from(train.config.seed)).transpose()
    }

    /// The same where the seed is known from elsewhere: the file of a model alone does not say it.
    ///
    /// # Errors
    /// As [`Checkpoint::beginning`].
    pub fn beginning_from(&self, seed: u64) -> Result<Vec<u8>> {
        let Header { model, is_of_documents, .. } = &self.header;
        let mut values = initial_values(model, self.tokenizer.vocab_size(), seed).into_iter();
        model_file(model, &self.tokenizer, *is_of_documents, |_, bytes| {
            let numbers = values.next().unwrap_or_default();
            bytes.extend(numbers.into_iter().flat_map(f32::to_le_bytes));
            Ok(())
        })
    }

    /// The model of [`Checkpoint::weights`].
    ///
    /// # Errors
    /// As [`Checkpoint::weights`].
    pub fn model(&self, device: &Device) -> Result<Gpt> {
        model_of(self.weights()?, device)
    }

    /// A training of [`Checkpoint::model`] that has taken no step, with an optimizer that has seen nothing:
    /// for a file of a model alone.
    ///
    /// # Errors
    /// As [`Checkpoint::model`]; what [`Trainer::new`] refuses.
    pub fn fresh_trainer(
        &self,
        dataset: Box<dyn Dataset>,
        config: TrainConfig,
        engine: Engine,
        workers: usize,
    ) -> Result<Trainer> {
        config.validate()?;
        let vocab_size = self.tokenizer.vocab_size();
        Trainer::check_fit(&*dataset, &self.header.model, vocab_size, &config, &engine, workers)?;
        let model = self.model(&engine.device)?;
        let optimizer = Optimizer::new(&model, &config);
        let mut trainer = Trainer::from_parts(model, optimizer, dataset, config, engine);
        trainer.began_from_file = true;
        Ok(trainer)
    }

    /// The training, which goes on with `dataset`: the same as before, at the header's position and with the
    /// tokens of [`Checkpoint::tokenizer`]. `workers` train it together, this one included.
    ///
    /// # Errors
    /// As [`Checkpoint::model`]; [`Error::CheckpointMismatch`] where the file is of a model alone, or its
    /// second moment has a negative number; what [`Trainer::new`] refuses.
    pub fn trainer(&self, dataset: Box<dyn Dataset>, engine: Engine, workers: usize) -> Result<Trainer> {
        let Some(train) = &self.header.train else {
            return Err(Error::CheckpointMismatch { what: "train".into() });
        };
        let config = train.config.clone();
        let (model, vocab_size) = (&self.header.model, self.tokenizer.vocab_size());
        Trainer::check_fit(&*dataset, model, vocab_size, &config, &engine, workers)?;
        let device = engine.device.clone();
        let mut source = Source::new(&self.tensors);
        let model = model_of(self.weights_under("", &mut source)?, &device)?;
        let optimizer = Optimizer::resume(&model, &train.config, train.optimizer_steps, |name, len| {
            let numbers = optimizer_vector(&mut source, name, len)?;
            Ok(Tensor::from_data(TensorData::new(decode(&numbers), [len]), &device))
        })?;
        let best = match train.best {
            Some(best) => Some(BestModel {
                model: model_of(self.weights_under(BEST, &mut source)?, &device)?,
                step: best.step,
                loss: best.loss,
            }),
            None => None,
        };
        source.check_all_taken(PAGE)?;
        let TrainState { step, tokens, schedule, used, .. } = *train;
        let mut trainer = Trainer::from_parts(model, optimizer, dataset, config, engine);
        trainer.progress = Progress { step, tokens, schedule };
        trainer.best = best;
        trainer.began_from_file = train.began_from_file;
        trainer.use_model(used);
        Ok(trainer)
    }

    /// The weights whose names begin with `prefix`.
    fn weights_under<'c>(&'c self, prefix: &str, source: &mut Source<'_, 'c>) -> Result<Weights<'c>> {
        Weights::read(source, prefix, &self.header, &self.tokenizer)
    }
}

/// The optimizer's vector that holds no negative number.
const SECOND_MOMENT: &str = "optimizer.second_moment";

/// A vector of the optimizer.
///
/// # Errors
/// As [`Source::numbers`]; [`Error::CheckpointMismatch`] where a second moment is negative.
fn optimizer_vector<'t>(source: &mut Source<'_, 't>, name: &str, len: usize) -> Result<Numbers<'t>> {
    let name = format!("{OPTIMIZER}{name}");
    let numbers = source.numbers(&name, &[len])?;
    // A mean of squares; AdamW takes its root.
    if name == SECOND_MOMENT && numbers.iter().any(|number| f32::from_le_bytes(*number) < 0.0) {
        return Err(Error::CheckpointMismatch { what: name });
    }
    Ok(numbers)
}

/// # Errors
/// What the sizes are refused for.
fn model_of(weights: Weights<'_>, device: &Device) -> Result<Gpt> {
    let Weights { config, tokenizer, parameters, .. } = weights;
    let mut parameters = parameters.into_iter();
    Gpt::from_parameters(config, tokenizer.vocab_size(), device, |info| {
        let (_, numbers) = parameters
            .next()
            .filter(|(listed, _)| listed == info)
            .ok_or_else(|| Error::CheckpointMismatch { what: info.name.clone() })?;
        Ok(Tensor::from_data(TensorData::new(decode(&numbers), info.shape), device))
    })
}
