//! What a training leaves so that it can go on elsewhere: in another worker, or on the other engine.
//!
//! A checkpoint is the step and all numbers of the optimizer's state, weights included, one after the other. Everything else
//! follows from the settings: the same settings and the same texts must be given again.

use burn::tensor::Tensor;

use super::trainer::Trainer;
use crate::error::{Error, Result};
use crate::readback::read;

impl Trainer {
    /// How many numbers a checkpoint has.
    pub fn checkpoint_len(&self) -> usize {
        self.optimizer.state().into_iter().map(|vector| vector.dims()[0]).sum()
    }

    /// Hands out a checkpoint's numbers piece by piece, so that they are never all here twice.
    ///
    /// # Errors
    /// [`Error::EngineFailed`].
    pub async fn checkpoint(&self, mut take: impl FnMut(&[f32])) -> Result<()> {
        for vector in self.optimizer.state() {
            take(&read(vector.clone()).await?);
        }
        Ok(())
    }

    /// Goes on from a checkpoint that was made after `step` steps of the same model. On the CPU engine the training is then,
    /// bit for bit, what it would have been.
    ///
    /// # Errors
    /// [`Error::GradientSize`]; then nothing has changed.
    pub fn resume(&mut self, step: usize, checkpoint: &[f32]) -> Result<()> {
        let (given, needed) = (checkpoint.len(), self.checkpoint_len());
        if given != needed {
            return Err(Error::GradientSize { given, needed });
        }
        let mut rest = checkpoint;
        let device = self.model.device();
        self.optimizer.resume(&mut self.model, |vector| {
            let (values, others) = rest.split_at(vector.dims()[0]);
            rest = others;
            *vector = Tensor::from_data(values, &device);
        });
        self.step = step;
        self.begun = None;
        Ok(())
    }
}
