//! How good a model is on what it was never trained on.

use serde::Serialize;

use super::gradients::weighted_loss;
use super::trainer::Trainer;
use crate::data::Part;
use crate::error::{Error, Result};
use crate::model::Dropout;
use crate::readback::read_one;

/// Batches of validation examples that an evaluation during a training usually takes: enough for the curve to
/// be smooth, few enough to cost little.
pub const VALIDATION_BATCHES: usize = 4;

/// Tokens that the evaluation of a finished training takes at most: enough for the second decimal, and done
/// within some ten seconds even by the largest preset on a processor.
const FULL_TOKENS: usize = 50_000;

/// Tokens that a part of an evaluation reads at most, and a window at least: a processor of today reads them
/// within 100 ms, so that a worker which evaluates hears what it is told in between.
const PART_TOKENS: usize = 256;

/// The loss on validation examples, and how many there were.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Evaluation {
    /// Mean cross-entropy, in nats a token.
    pub loss: f32,
    /// Examples: for a text, windows that do not overlap.
    pub examples: usize,
    /// Tokens that the model read.
    pub tokens: u64,
}

impl Trainer {
    /// The loss of the model in use on as many validation examples as `batches` batches have, usually
    /// [`VALIDATION_BATCHES`]: always the same ones, spread evenly over the validation part. `None` without
    /// one.
    ///
    /// # Errors
    /// [`Error::Diverged`] when the loss is not finite; [`Error::EngineFailed`].
    pub async fn evaluate(&self, batches: usize) -> Result<Option<Evaluation>> {
        self.evaluate_examples(batches.max(1).saturating_mul(self.config.batch_size)).await
    }

    /// The same on the whole validation part, or on some 50,000 tokens of a large one. The best of many
    /// evaluations is chosen on few examples and seems better than it is: this is the figure to report of it.
    ///
    /// # Errors
    /// As [`Trainer::evaluate`].
    pub async fn evaluate_fully(&self) -> Result<Option<Evaluation>> {
        self.evaluate_examples((FULL_TOKENS / self.dataset.window().max(1)).max(1)).await
    }

    async fn evaluate_examples(&self, count: usize) -> Result<Option<Evaluation>> {
        let mut losses = vec![];
        for part in 0..self.evaluation_parts(count) {
            losses.push(self.partial_evaluation(count, part).await?);
        }
        self.join_evaluation(count, &losses)
    }

    /// In how many parts an evaluation on at most `count` examples is computed, whoever computes them; 0
    /// without a validation part.
    pub fn evaluation_parts(&self, count: usize) -> usize {
        self.dataset.validation(count).len().div_ceil(self.rows_of_a_part())
    }

    /// The summed loss of one of these parts, counted from 0, in nats. Changes nothing. The models of workers
    /// that take the same steps are alike, so it is the same of each; and it is 0 where there is no such
    /// part.
    ///
    /// # Errors
    /// [`Error::EngineFailed`].
    pub async fn partial_evaluation(&self, count: usize, part: usize) -> Result<f32> {
        let examples = self.dataset.validation(count);
        match examples.chunks(self.rows_of_a_part()).nth(part) {
            None => Ok(0.0),
            Some(examples) => {
                let rows = self.dataset.rows(Part::Validation, examples);
                read_one(weighted_loss(self.model(), &rows, Dropout::NONE)).await
            }
        }
    }

    /// The evaluation on at most `count` examples whose parts have these losses, in their order.
    ///
    /// # Errors
    /// [`Error::SizeMismatch`] where they are more or fewer than there are parts; [`Error::Diverged`] when
    /// the loss is not finite.
    pub fn join_evaluation(&self, count: usize, losses: &[f32]) -> Result<Option<Evaluation>> {
        let (given, needed) = (losses.len(), self.evaluation_parts(count));
        if given != needed {
            return Err(Error::SizeMismatch { given, needed });
        }
        let examples = self.dataset.validation(count);
        let rows = self.dataset.rows(Part::Validation, &examples);
        let total_weight = rows.total_weight();
        if total_weight == 0.0 {
            return Ok(None);
        }
        let sum: f64 = losses.iter().copied().map(f64::from).sum();
        let loss = (sum / total_weight) as f32;
        if !loss.is_finite() {
            return Err(Error::Diverged { step: Some(self.model_step()) });
        }
        Ok(Some(Evaluation { loss, examples: examples.len(), tokens: rows.inputs.len() as u64 }))
    }

    /// Examples that one part of an evaluation reads at once: a batch on a GPU.
    fn rows_of_a_part(&self) -> usize {
        let tokens = if self.engine.reads_are_free { PART_TOKENS } else { self.engine.tokens_at_once };
        (tokens / self.dataset.window().max(1)).clamp(1, self.config.batch_size.max(1))
    }
}
