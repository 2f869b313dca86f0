//! A step that several workers take together: each has the whole model, none ever sends its weights.
//!
//! Each computes the gradient of its share of the batch ([`Trainer::partial_gradients`]); they sum these in
//! order and begin the step ([`Trainer::begin_step`]); each computes the updates of its share of Muon's
//! matrices ([`Trainer::partial_updates`]); and all take the same step along all of them
//! ([`Trainer::end_step`]). The caller carries these numbers from worker to worker.

use burn::tensor::{Device, Tensor, TensorData};

use super::best::Which;
use super::trainer::{StepReport, Trainer};
use crate::error::{Error, Result};
use crate::model::ParameterInfo;
use crate::ops;
use crate::readback::{read, read_one, sum_of_squares};

impl Trainer {
    /// What several workers that train together do: what the `part`-th of `parts` shares of the next step's
    /// batch adds to its loss and to its gradients (all in one, in the model's order): the sums over all
    /// shares are those of the batch, also where shares count unequally or not at all. Changes nothing.
    ///
    /// # Errors
    /// [`Error::TextEmpty`]; [`Error::EngineFailed`].
    pub async fn partial_gradients(&self, part: usize, parts: usize) -> Result<(f32, Vec<f32>)> {
        let batch = self.next_batch()?;
        let count = batch.examples.len() as u64;
        // In 64 bits: whatever is asked for.
        let bound = |part: usize| (part.min(parts) as u64 * count / parts.max(1) as u64) as usize;
        let (first, end) = (bound(part), bound(part.saturating_add(1)));
        let examples = batch.examples.get(first..end).unwrap_or_default();
        let (loss, gradients) = self.loss_and_gradients(examples, first, batch.total_weight);
        Ok((read_one(loss).await?, read(ops::flatten(gradients)).await?))
    }

    /// Begins the step whose shares have been summed to this loss and this gradient: all that is left to
    /// compute of it are the updates. Moves nothing yet. A step begun earlier is dropped.
    ///
    /// # Errors
    /// [`Error::SizeMismatch`]; [`Error::Diverged`] where a number is not finite. No step is begun then.
    pub fn begin_step(&mut self, loss: f32, gradient: &[f32]) -> Result<()> {
        self.pending_step = None;
        let gradients = matrices(gradient, self.model.parameter_table(), &self.engine.device)?;
        self.check_finite(&[loss, sum_of_squares(gradient)])?;
        self.pending_step = Some((loss, self.optimizer.begin(gradients)));
        Ok(())
    }

    /// The `part`-th of `parts` shares of the updates of the step begun, and how many numbers come before it;
    /// all shares in order, all in one, are what [`Trainer::end_step`] asks for. Changes nothing.
    ///
    /// # Errors
    /// [`Error::NoStepBegun`]; [`Error::EngineFailed`].
    pub async fn partial_updates(&self, part: usize, parts: usize) -> Result<(usize, Vec<f32>)> {
        let (_, pending) = self.pending_step.as_ref().ok_or(Error::NoStepBegun)?;
        let share = pending.share(part, parts);
        let before = pending.size(0..share.start);
        let updates = match pending.orthogonalized_updates(share) {
            Some(updates) => read(updates).await?,
            None => vec![],
        };
        Ok((before, updates))
    }

    /// Takes the step begun. It is the last model's, which is the one in use afterwards.
    ///
    /// # Errors
    /// [`Error::NoStepBegun`]; [`Error::TextEmpty`]; [`Error::SizeMismatch`]; [`Error::Diverged`] where an
    /// update is not finite. The weights stay then.
    pub fn end_step(&mut self, updates: &[f32]) -> Result<StepReport> {
        if self.pending_step.is_none() {
            return Err(Error::NoStepBegun);
        }
        let (given, needed) = (updates.len(), self.muon_parameters());
        if given != needed {
            return Err(Error::SizeMismatch { given, needed });
        }
        let (loss, pending) = self.pending_step.take().ok_or(Error::NoStepBegun)?;
        self.check_finite(&[sum_of_squares(updates)])?;
        let updates = (needed > 0).then(|| Tensor::from_data(updates, &self.engine.device));
        let (factor, tokens) = (self.factor(), self.next_batch()?.tokens);
        self.optimizer.end(pending, updates, &mut self.model, factor, &self.config);
        self.used = Which::Last;
        Ok(self.count_step(loss, tokens))
    }
}

/// The parameters of this table from all their numbers in one.
///
/// # Errors
/// [`Error::SizeMismatch`] when there are more or fewer numbers.
fn matrices(values: &[f32], table: &[ParameterInfo], device: &Device) -> Result<Vec<Tensor<2>>> {
    let needed = table.iter().map(|info| info.shape[0] * info.shape[1]).sum();
    if values.len() != needed {
        return Err(Error::SizeMismatch { given: values.len(), needed });
    }
    let mut rest = values;
    let matrices = table.iter().map(|info| {
        let (matrix, others) = rest.split_at(info.shape[0] * info.shape[1]);
        rest = others;
        Tensor::from_data(TensorData::new(matrix.to_vec(), info.shape), device)
    });
    Ok(matrices.collect())
}
