//! What is known of a model besides what it is made of.

use serde::{Deserialize, Serialize};

/// The language that a model card is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub enum CardLanguage {
    /// French.
    #[default]
    #[serde(rename = "fr")]
    French,
    /// English.
    #[serde(rename = "en")]
    English,
}

/// What was measured while a model learned. What is absent is missing in the card, and so is a number that is
/// not finite.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// The language of the card.
    pub language: CardLanguage,
    /// The model's name.
    pub name: String,
    /// What it was trained on: the text's name.
    pub text: Option<String>,
    /// By which the text can be told from any other, with the name of the method: `sha256:…`.
    pub fingerprint: Option<String>,
    /// Characters of the text.
    pub characters: Option<u64>,
    /// Characters a token has on average in the validation part.
    pub characters_per_token: Option<f64>,
    /// Steps taken.
    pub steps: Option<u64>,
    /// Tokens read.
    pub tokens: Option<u64>,
    /// Seed of the weights and of the order of the examples.
    pub seed: Option<u64>,
    /// Seconds of training.
    pub seconds: Option<f64>,
    /// Loss of the last steps on what was trained on, in nats a token.
    pub training_loss: Option<f64>,
    /// Loss on the validation part, in nats a token.
    pub validation_loss: Option<f64>,
    /// Examples that this is a mean of.
    pub validation_examples: Option<u64>,
    /// Tales that it wrote.
    pub tales: Option<TaleFacts>,
}

/// Tales that a model wrote, and how many of them had no mistake.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct TaleFacts {
    /// Without a mistake.
    pub whole: u64,
    /// Written.
    pub of: u64,
    /// At this temperature.
    pub temperature: f64,
}
