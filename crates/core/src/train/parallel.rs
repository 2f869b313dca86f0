//! A step that several workers take together: each has the whole model, none ever sends its weights.
//!
//! Each computes the gradient of its share of the batch ([`Trainer::share_of_step`]); they sum these in order and begin
//! the step ([`Trainer::begin_step`]); each computes the directions of its share of Muon's matrices
//! ([`Trainer::share_of_directions`]); and all take the same step along all of them ([`Trainer::end_step`]). How these
//! numbers travel is not this crate's business.

use burn::tensor::{Device, Tensor, TensorData};

use super::trainer::{StepReport, Trainer};
use crate::error::{Error, Result};
use crate::ops;
use crate::readback::read;

impl Trainer {
    /// What several workers that train together do: the loss and the gradients (all in one, in the model's order) of
    /// the `part`-th of `parts` shares of the batch that the next step will take, weighted so that the sums over all
    /// shares are those of the batch. Changes nothing.
    ///
    /// # Errors
    /// [`Error::EngineFailed`].
    pub async fn share_of_step(&self, part: usize, parts: usize) -> Result<(f32, Vec<f32>)> {
        let starts = self.next_starts();
        let bound = |part: usize| part.min(parts) * starts.len() / parts.max(1);
        let share = &starts[bound(part)..bound(part + 1)];
        if share.is_empty() {
            return Ok((0.0, vec![0.0; self.n_parameters()]));
        }
        let weight = share.len() as f64 / starts.len() as f64;
        let (loss, gradients) = self.loss_and_gradients(share, bound(part));
        let loss = read(loss * weight).await?.first().copied().unwrap_or(f32::NAN);
        Ok((loss, read(ops::flatten(gradients) * weight).await?))
    }

    /// Begins the step whose shares have been summed to this loss and this gradient: all that is left to compute of it
    /// are the directions. Moves nothing yet.
    ///
    /// # Errors
    /// [`Error::GradientSize`].
    pub fn begin_step(&mut self, loss: f32, gradient: &[f32]) -> Result<()> {
        let shapes: Vec<_> = self.model.parameters().iter().map(|(_, parameter)| parameter.dims()).collect();
        let begun = self.optimizer.begin(matrices(gradient, &shapes, &self.model.device())?);
        self.begun = Some((loss, begun));
        Ok(())
    }

    /// The `part`-th of `parts` shares of the directions of the step begun, and how many numbers come before it; all
    /// shares in order, all in one, are what [`Trainer::end_step`] asks for. Changes nothing.
    ///
    /// # Errors
    /// [`Error::NoStepBegun`]; [`Error::EngineFailed`].
    pub async fn share_of_directions(&self, part: usize, parts: usize) -> Result<(usize, Vec<f32>)> {
        let (_, begun) = self.begun.as_ref().ok_or(Error::NoStepBegun)?;
        let share = begun.share(part, parts);
        let before = begun.size(0..share.start);
        let directions = match begun.directions(share) {
            Some(directions) => read(directions).await?,
            None => vec![],
        };
        Ok((before, directions))
    }

    /// How many numbers Muon updates.
    pub fn muon_parameters(&self) -> usize {
        self.optimizer.muon_parameters()
    }

    /// Takes the step begun.
    ///
    /// # Errors
    /// [`Error::NoStepBegun`]; [`Error::GradientSize`]; [`Error::Diverged`].
    pub fn end_step(&mut self, directions: &[f32]) -> Result<StepReport> {
        if self.begun.is_none() {
            return Err(Error::NoStepBegun);
        }
        let (given, needed) = (directions.len(), self.muon_parameters());
        if given != needed {
            return Err(Error::GradientSize { given, needed });
        }
        let directions = (needed > 0).then(|| Tensor::from_data(directions, &self.model.device()));
        let (loss, begun) = self.begun.take().ok_or(Error::NoStepBegun)?;
        self.optimizer.end(begun, directions, &mut self.model, self.step, &self.config);
        self.step += 1;
        self.report(self.step, loss)
    }

    fn n_parameters(&self) -> usize {
        self.model.parameters().iter().map(|(_, tensor)| tensor.shape().num_elements()).sum()
    }
}

/// Matrices of these shapes from all their numbers in one.
///
/// # Errors
/// [`Error::GradientSize`] when there are more or fewer numbers.
fn matrices(values: &[f32], shapes: &[[usize; 2]], device: &Device) -> Result<Vec<Tensor<2>>> {
    let needed = shapes.iter().map(|[rows, columns]| rows * columns).sum();
    if values.len() != needed {
        return Err(Error::GradientSize { given: values.len(), needed });
    }
    let mut rest = values;
    let matrices = shapes.iter().map(|&shape| {
        let (matrix, others) = rest.split_at(shape[0] * shape[1]);
        rest = others;
        Tensor::from_data(TensorData::new(matrix.to_vec(), shape), device)
    });
    Ok(matrices.collect())
}
