//! How good a model is on what it was never trained on.

use serde::Serialize;

use super::gradients::weighted_loss;
use super::trainer::Trainer;
use crate::data::{Part, Rows};
use crate::error::{Error, Result};
use crate::model::Dropout;
use crate::readback::read_all;

/// Batches of validation examples that an evaluation during a training usually takes: enough for the curve to
/// be smooth, few enough to cost little.
pub const VALIDATION_BATCHES: usize = 4;

/// Tokens that the evaluation of a finished training takes at most: enough for the second decimal, and done
/// within some ten seconds even by the largest preset on a processor.
const FULL_TOKENS: usize = 50_000;

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
        let examples = self.dataset.validation(count);
        let parts = examples.chunks(self.rows_at_once().min(self.config.batch_size));
        let parts: Vec<Rows> = parts.map(|examples| self.dataset.rows(Part::Validation, examples)).collect();
        let total_weight: f64 = parts.iter().map(Rows::total_weight).sum();
        if total_weight == 0.0 {
            return Ok(None);
        }
        let losses = parts.iter().map(|rows| weighted_loss(self.model(), rows, Dropout::NONE));
        let sum: f64 = read_all(losses).await?.concat().into_iter().map(f64::from).sum();
        let loss = (sum / total_weight) as f32;
        if !loss.is_finite() {
            return Err(Error::Diverged { step: Some(self.model_step()) });
        }
        let tokens = parts.iter().map(|rows| rows.inputs.len() as u64).sum();
        Ok(Some(Evaluation { loss, examples: examples.len(), tokens }))
    }
}
