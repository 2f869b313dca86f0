//! Everything that can be wrong with what a user hands us.

use serde::Serialize;

/// A refusal, with the numbers that explain it. Serialised as `{ code, params }`: the code is stable, and the page
/// has a sentence in each language for it.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Error {
    /// The training text holds nothing.
    #[error("the text is empty")]
    TextEmpty,
    /// One character repeated: there is nothing to predict.
    #[error("the text consists of a single character")]
    TextTooUniform,
    /// The validation part must hold at least one window of `block_size` tokens and the one to predict.
    #[error("the text has {tokens} tokens and needs {needed}")]
    TextTooShort {
        /// Tokens in the text.
        tokens: usize,
        /// Tokens that this context length asks for.
        needed: usize,
    },
    /// A text larger than a tab should work on.
    #[error("the text has {megabytes:.1} MB; {max} MB is the limit")]
    TextTooLarge {
        /// Size of the text.
        megabytes: f64,
        /// The limit.
        max: usize,
    },
    /// Characters outside the vocabulary of a character tokenizer.
    #[error("the model has never seen: {characters}")]
    UnknownCharacters {
        /// The distinct unknown characters in order, twenty at most.
        characters: String,
    },
    /// The text does not support so many tokens.
    #[error("a vocabulary of {asked} tokens was asked for; the text supports {possible}")]
    VocabularyTooLarge {
        /// What was asked for.
        asked: usize,
        /// What would work.
        possible: usize,
    },
    /// Fewer tokens than the base vocabulary has.
    #[error("a vocabulary of {asked} tokens was asked for; the text needs at least {needed}")]
    VocabularyTooSmall {
        /// What was asked for.
        asked: usize,
        /// What would work.
        needed: usize,
    },
    /// A setting outside its range.
    #[error("{name} is {value}; it must lie between {min} and {max}")]
    SettingOutOfRange {
        /// The setting's name.
        name: &'static str,
        /// What was asked for.
        value: f64,
        /// Smallest value allowed.
        min: f64,
        /// Largest value allowed.
        max: f64,
    },
    /// Each head takes an equal, even share of the width.
    #[error("a width of {n_embd} cannot be split into {n_head} heads of even size")]
    HeadsDoNotDivide {
        /// Width of the model.
        n_embd: usize,
        /// Number of heads.
        n_head: usize,
    },
    /// Weights, optimizer state and activations would not fit a browser tab.
    #[error("this run would need about {megabytes} MB; {max} MB is the limit")]
    RunTooLarge {
        /// An estimate of what the run needs.
        megabytes: usize,
        /// The limit.
        max: usize,
    },
    /// The loss is infinite or not a number: the steps were too large.
    #[error("the loss is not a number any more at step {step}")]
    Diverged {
        /// The step at which it was seen.
        step: usize,
    },
    /// A gradient, directions or a checkpoint of another model.
    #[error("{given} numbers were given; the model has {needed}")]
    GradientSize {
        /// Numbers that were given.
        given: usize,
        /// Numbers that the model has: all of them, those that Muon updates, or all with their moments.
        needed: usize,
    },
    /// A step is ended, or its directions asked for, before it has begun.
    #[error("no step was begun")]
    NoStepBegun,
    /// Nothing to continue or to look at.
    #[error("the prompt is empty")]
    PromptEmpty,
    /// The engine could not do its work: a read-back failed, or the device was lost.
    #[error("the engine failed: {cause}")]
    EngineFailed {
        /// The engine's own words, with the whole chain of causes.
        cause: String,
    },
}

/// A result whose error is ours.
pub type Result<T> = core::result::Result<T, Error>;

impl Error {
    /// Wraps an engine's failure, keeping its whole chain of causes.
    pub fn engine(error: impl core::error::Error) -> Self {
        let mut cause = error.to_string();
        let mut source = error.source();
        while let Some(inner) = source {
            cause.push_str(": ");
            cause.push_str(&inner.to_string());
            source = inner.source();
        }
        Self::EngineFailed { cause }
    }
}
