//! Reading a checkpoint: what does not belong to it is refused by name.

use std::collections::BTreeSet;

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;
use safetensors::tensor::Dtype;

use super::header::{Header, METADATA_KEY, TrainState, unreadable};
use super::{BEST, OPTIMIZER};
use crate::data::Dataset;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::model::Gpt;
use crate::optim::Optimizer;
use crate::tokenizer::Tokenizer;
use crate::train::{BestModel, Progress, Trainer, Which};

/// A checkpoint whose header has been read and found consistent; its tensors are looked at when they are
/// asked for.
pub struct Checkpoint<'a> {
    tensors: SafeTensors<'a>,
    header: Header,
    tokenizer: Tokenizer,
}

impl<'a> Checkpoint<'a> {
    /// Reads a file's header.
    ///
    /// # Errors
    /// [`Error::CheckpointUnreadable`]; [`Error::CheckpointTooNew`]; [`Error::CheckpointMismatch`] where
    /// parts of the header contradict each other; what its configurations refuse.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let tensors = SafeTensors::deserialize(bytes).map_err(unreadable)?;
        // `SafeTensors` does not give its metadata back.
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(unreadable)?;
        let json = metadata.metadata().as_ref().and_then(|entries| entries.get(METADATA_KEY));
        let header = Header::parse(json.ok_or_else(|| unreadable("it is of another program"))?)?;
        let tokenizer = Tokenizer::from_parts(header.tokenizer.clone()).map_err(unreadable)?;
        Ok(Self { tensors, header, tokenizer })
    }

    /// What the file says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The tokenizer that the model was trained with.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The model: of a training the one that was in use.
    ///
    /// # Errors
    /// [`Error::CheckpointMismatch`] with the name of a tensor that is missing, of another shape or unknown;
    /// [`Error::Diverged`] where a number is not finite.
    pub fn model(&self, device: &Device) -> Result<Gpt> {
        let best = self.header.train.as_ref().is_some_and(|train| train.used == Which::Best);
        let mut source = Source::new(&self.tensors, device);
        let model = source.model(if best { BEST } else { "" }, &self.header, &self.tokenizer)?;
        if self.header.train.is_none() {
            source.check_all_taken()?;
        }
        Ok(model)
    }

    /// The training, which goes on with `dataset`: the same as before, at the header's position and with the
    /// tokens of [`Checkpoint::tokenizer`]. `workers` train it together, this one included.
    ///
    /// # Errors
    /// As [`Checkpoint::model`]; [`Error::CheckpointMismatch`] where the file is of a model alone, or its
    /// second moment has a negative number; what [`Trainer::with_model`] refuses.
    pub fn trainer(&self, dataset: Box<dyn Dataset>, engine: Engine, workers: usize) -> Result<Trainer> {
        let Some(train) = &self.header.train else {
            return Err(Error::CheckpointMismatch { what: "train".into() });
        };
        let config = train.config.clone();
        let (model, vocab_size) = (&self.header.model, self.tokenizer.vocab_size());
        Trainer::check_fit(&*dataset, model, vocab_size, &config, &engine, workers)?;
        let device = engine.device.clone();
        let mut source = Source::new(&self.tensors, &device);
        let model = source.model("", &self.header, &self.tokenizer)?;
        let optimizer = Optimizer::resume(&model, &train.config, train.optimizer_steps, |name, len| {
            source.vector(&format!("{OPTIMIZER}{name}"), len)
        })?;
        let best = match train.best {
            Some(best) => Some(BestModel {
                model: source.model(BEST, &self.header, &self.tokenizer)?,
                step: best.step,
                loss: best.loss,
            }),
            None => None,
        };
        source.check_all_taken()?;
        let TrainState { step, tokens, schedule, used, .. } = *train;
        let mut trainer = Trainer::from_parts(model, optimizer, dataset, config, engine);
        trainer.progress = Progress { step, tokens, schedule };
        trainer.best = best;
        trainer.use_model(used);
        Ok(trainer)
    }
}

/// The optimizer's vector that holds no negative number.
const SECOND_MOMENT: &str = "optimizer.second_moment";

/// The tensors of a file, each to be taken once.
pub(crate) struct Source<'a> {
    tensors: &'a SafeTensors<'a>,
    device: &'a Device,
    taken: BTreeSet<String>,
}

impl<'a> Source<'a> {
    pub fn new(tensors: &'a SafeTensors<'a>, device: &'a Device) -> Self {
        Self { tensors, device, taken: BTreeSet::new() }
    }

    fn model(&mut self, prefix: &str, header: &Header, tokenizer: &Tokenizer) -> Result<Gpt> {
        let (vocab_size, device) = (tokenizer.vocab_size(), self.device);
        Gpt::from_parameters(&header.model, vocab_size, device, |info| {
            let values = self.numbers(&format!("{prefix}{}", info.name), &info.shape)?;
            Ok(Tensor::from_data(TensorData::new(values, info.shape), device))
        })
    }

    /// A vector of the optimizer.
    ///
    /// # Errors
    /// As [`Source::numbers`]; [`Error::CheckpointMismatch`] where a second moment is negative.
    fn vector(&mut self, name: &str, len: usize) -> Result<Tensor<1>> {
        let values = self.numbers(name, &[len])?;
        // A mean of squares; AdamW takes its root.
        if name == SECOND_MOMENT && values.iter().any(|&value| value < 0.0) {
            return Err(Error::CheckpointMismatch { what: name.to_owned() });
        }
        Ok(Tensor::from_data(TensorData::new(values, [len]), self.device))
    }

    /// The numbers of a tensor of this shape.
    ///
    /// # Errors
    /// As [`Source::raw_numbers`].
    fn numbers(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>> {
        Ok(self.raw_numbers(name, shape)?.iter().copied().map(f32::from_le_bytes).collect())
    }

    /// The same as they lie in the file.
    ///
    /// # Errors
    /// [`Error::CheckpointMismatch`] with the tensor's name; [`Error::Diverged`].
    pub fn raw_numbers(&mut self, name: &str, shape: &[usize]) -> Result<&'a [[u8; 4]]> {
        let mismatch = || Error::CheckpointMismatch { what: name.to_owned() };
        let view = self.tensors.tensor(name).map_err(|_| mismatch())?;
        if view.dtype() != Dtype::F32 || view.shape() != shape {
            return Err(mismatch());
        }
        let (numbers, _) = view.data().as_chunks();
        if !numbers.iter().all(|number| f32::from_le_bytes(*number).is_finite()) {
            return Err(Error::Diverged { step: None });
        }
        self.taken.insert(name.to_owned());
        Ok(numbers)
    }

    /// # Errors
    /// [`Error::CheckpointMismatch`] with the name of a tensor that nobody asked for.
    pub fn check_all_taken(&self) -> Result<()> {
        match self.tensors.names().into_iter().find(|name| !self.taken.contains(*name)) {
            Some(name) => Err(Error::CheckpointMismatch { what: name.to_owned() }),
            None => Ok(()),
        }
    }
}
