//! What a checkpoint says of itself.

use serde::{Deserialize, Serialize};

use crate::config::{ModelConfig, TrainConfig};
use crate::error::{Error, Result};
use crate::optim::Schedule;
use crate::tokenizer::TokenizerParts;
use crate::train::Which;

/// The version that this program writes, and the latest that it reads.
pub const FORMAT_VERSION: u32 = 1;

/// The earliest version that it reads.
const OLDEST_VERSION: u32 = 1;

/// The entry of the file's metadata that holds the header.
pub const METADATA_KEY: &str = "petit_train";

/// More steps than any training takes.
const MAX_STEPS: usize = 1_000_000_000;

/// What a checkpoint says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// See [`FORMAT_VERSION`].
    pub format_version: u32,
    /// Sizes of the model.
    pub model: ModelConfig,
    /// What the tokenizer is made of.
    pub tokenizer: TokenizerParts,
    /// Whether the model was trained on several documents, so that a prompt begins one
    /// ([`Dataset::is_of_documents`](crate::data::Dataset::is_of_documents)).
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub is_of_documents: bool,
    /// How far the training is; none in the file of a model alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train: Option<TrainState>,
    /// What the page wants to find again: JSON that this crate does not look into.
    #[serde(default)]
    pub page: String,
}

/// How far a training is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct TrainState {
    /// How it is trained.
    pub config: TrainConfig,
    /// When the learning rates rise and decay.
    pub schedule: Schedule,
    /// Steps taken: with the seed they tell what the next step reads.
    pub step: usize,
    /// Tokens read.
    pub tokens: u64,
    /// Steps that the optimizer's moments have seen.
    pub optimizer_steps: usize,
    /// Where in their source the training documents begin
    /// ([`Dataset::position`](crate::data::Dataset::position)).
    pub position: String,
    /// The model in use.
    pub used: Which,
    /// Whether it began with the weights of another file, rather than with those of its seed.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub began_from_file: bool,
    /// The best model, if one was remembered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub best: Option<Best>,
}

/// What is known of the best model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct Best {
    /// Steps after which it was.
    pub step: usize,
    /// Its validation loss, in nats a token.
    pub loss: f32,
}

/// The only field that every version has.
#[derive(Deserialize)]
struct Version {
    format_version: u32,
}

impl Header {
    /// Reads a header.
    ///
    /// # Errors
    /// [`Error::CheckpointTooNew`], [`Error::CheckpointTooOld`]; [`Error::CheckpointUnreadable`]; what its
    /// configurations refuse.
    pub(super) fn parse(json: &str) -> Result<Self> {
        let Version { format_version: version } = serde_json::from_str(json).map_err(unreadable)?;
        if version > FORMAT_VERSION {
            return Err(Error::CheckpointTooNew { version });
        }
        if version < OLDEST_VERSION {
            return Err(Error::CheckpointTooOld { version });
        }
        let header: Self = serde_json::from_str(json).map_err(unreadable)?;
        header.model.validate()?;
        if let Some(train) = &header.train {
            train.validate()?;
        }
        Ok(header)
    }
}

impl TrainState {
    /// # Errors
    /// What the configuration refuses; [`Error::CheckpointMismatch`] with the name of what contradicts the
    /// rest.
    fn validate(&self) -> Result<()> {
        self.config.validate()?;
        let Schedule { first_step, last_step, warmup_steps } = self.schedule;
        let schedule_fits = first_step <= self.step
            && first_step <= last_step
            && last_step <= MAX_STEPS
            && warmup_steps <= MAX_STEPS;
        let best_step = self.best.map_or(0, |best| best.step);
        let checks = [
            ("step", self.step <= MAX_STEPS),
            ("schedule", schedule_fits),
            ("optimizer_steps", self.optimizer_steps <= self.step),
            ("best", best_step <= self.step && self.best.is_none_or(|best| best.loss.is_finite())),
            ("used", self.used == Which::Last || self.best.is_some()),
        ];
        match checks.into_iter().find(|(_, fits)| !fits) {
            Some((what, _)) => Err(Error::CheckpointMismatch { what: what.into() }),
            None => Ok(()),
        }
    }
}

/// What cannot be read, and why.
pub(super) fn unreadable(error: impl core::fmt::Display) -> Error {
    Error::CheckpointUnreadable { reason: error.to_string() }
}
