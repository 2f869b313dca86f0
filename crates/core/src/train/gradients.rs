//! The batch of a step, and what follows from it: the loss and its gradients.

use burn::tensor::Tensor;

use super::trainer::Trainer;
use crate::data::{Part, Rows};
use crate::error::{Error, Result};
use crate::model::{Dropout, Gpt};
use crate::ops;
use crate::random::{Purpose, rng};

/// The examples of a step, and what is known of them all.
pub(super) struct StepBatch {
    pub examples: Vec<usize>,
    /// What their predictions count together.
    pub total_weight: f64,
    /// Tokens that the model reads.
    pub tokens: u64,
}

/// Minus the sum of the predictions' log-probabilities in `rows`, each times its weight: `[1]`, in nats.
/// `rows` must be on the model's device.
pub(super) fn weighted_loss(model: &Gpt, rows: &Rows, dropout: Dropout) -> Tensor<1> {
    let batch = rows.on(&model.device());
    let logits = model.logits(model.hidden_state(batch.inputs, dropout));
    ops::weighted_nll(logits, batch.targets, batch.weights)
}

impl Trainer {
    /// The batch that the next step takes. Each step draws from a stream of its own, so a training that is
    /// resumed draws what it would have drawn.
    ///
    /// # Errors
    /// [`Error::TextEmpty`] where there is nothing to learn from ([`NoText`](crate::data::NoText)).
    pub(super) fn next_batch(&self) -> Result<StepBatch> {
        let examples = self.dataset.draw(self.config.seed, self.progress.step, self.config.batch_size);
        if examples.is_empty() {
            return Err(Error::TextEmpty);
        }
        let rows = self.dataset.rows(Part::Training, &examples);
        Ok(StepBatch { examples, total_weight: rows.total_weight(), tokens: rows.inputs.len() as u64 })
    }

    /// Rows that the engine works on at once.
    pub(super) fn rows_at_once(&self) -> usize {
        (self.engine.tokens_at_once / self.dataset.window().max(1)).max(1)
    }

    /// What `examples` add to the loss `[1]` and to the gradients, in the model's order, of a batch whose
    /// predictions count `total_weight` together and in which `first` examples come before them.
    pub(super) fn loss_and_gradients(
        &self,
        examples: &[usize],
        first: usize,
        total_weight: f64,
    ) -> (Tensor<1>, Vec<Tensor<2>>) {
        // Parts of about one size.
        let parts = examples.len().div_ceil(self.rows_at_once()).max(1);
        let part = examples.len().div_ceil(parts).max(1);
        let mut sum: Option<(Tensor<1>, Vec<Tensor<2>>)> = None;
        for (index, examples) in examples.chunks(part).enumerate() {
            let mut rows = self.dataset.rows(Part::Training, examples).in_pieces(self.pieces());
            if rows.total_weight() == 0.0 {
                continue;
            }
            rows.weights.iter_mut().for_each(|weight| *weight = (f64::from(*weight) / total_weight) as f32);
            let (loss, gradients) = self.gradients_of(&rows, first + index * part);
            sum = Some(match sum {
                None => (loss, gradients),
                Some((total, sum)) => {
                    (total + loss, sum.into_iter().zip(gradients).map(|(sum, more)| sum + more).collect())
                }
            });
        }
        sum.unwrap_or_else(|| {
            let zeros = self.model.parameters().into_iter().map(Tensor::zeros_like).collect();
            (Tensor::zeros([1], &self.engine.device), zeros)
        })
    }

    /// The same of rows that are worked on at once, with weights that are shares already.
    fn gradients_of(&self, rows: &Rows, first: usize) -> (Tensor<1>, Vec<Tensor<2>>) {
        let first_token = first * self.dataset.window();
        let dropout = Dropout { rate: self.config.dropout, seed: self.dropout_seed(), first_token };
        let tracked = self.model.tracked();
        let loss = weighted_loss(&tracked, rows, dropout);
        let mut gradients = loss.backward();
        let of = |parameter: &Tensor<2>| {
            // Every parameter takes part in the loss, so each has a gradient.
            parameter.grad_remove(&mut gradients).unwrap_or_else(|| parameter.clone().inner().zeros_like())
        };
        (loss.inner(), tracked.parameters().into_iter().map(of).collect())
    }

    /// In how many pieces the next step reads each window.
    fn pieces(&self) -> usize {
        if self.config.growing_context { self.schedule().pieces(self.progress.step) } else { 1 }
    }

    /// Each step leaves out something else.
    fn dropout_seed(&self) -> u32 {
        use rand::RngExt;
        rng(self.config.seed, Purpose::Dropout { step: self.progress.step as u64 }).random()
    }
}
