//! Everything that can be wrong with what a user hands us.

use serde::Serialize;

use crate::config::Position;
use crate::data::Part;

/// A refusal, with the numbers that explain it. Serialised as `{ code, params }`: the code is stable, and the
/// page has a sentence in each language for it.
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
    /// A part of the text has no two tokens in a row to learn from, or a validation text no window.
    #[error("the {part} text has {tokens} tokens and needs {needed}")]
    TextTooShort {
        /// The part that is too short.
        part: Part,
        /// Tokens in its longest stretch.
        tokens: usize,
        /// Tokens that it needs in a row.
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
    #[error("the model has never seen: {}", shown(characters))]
    UnknownCharacters {
        /// The distinct unknown characters in order, twenty at most.
        characters: Vec<char>,
    },
    /// More distinct characters than a vocabulary of characters may hold.
    #[error("the text has {characters} distinct characters; {max} is the limit")]
    AlphabetTooLarge {
        /// Distinct characters in the text.
        characters: usize,
        /// The limit.
        max: usize,
    },
    /// Parts of a tokenizer that no tokenizer consists of: a damaged file.
    #[error("the tokenizer cannot be used: {reason}")]
    TokenizerInvalid {
        /// What is wrong with it.
        reason: &'static str,
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
        megabytes: u64,
        /// The limit.
        max: u64,
    },
    /// The loss, a gradient or a weight is infinite or not a number: the steps were too large.
    #[error("the model's numbers are not finite any more")]
    Diverged {
        /// The step at which it was seen, where that is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        step: Option<usize>,
    },
    /// Gradients or updates of another model.
    #[error("{given} numbers were given; the model has {needed}")]
    SizeMismatch {
        /// Numbers that were given.
        given: usize,
        /// Numbers that the model has: all of them, or those that Muon updates.
        needed: usize,
    },
    /// A `safetensors` file of another program.
    #[error("the file is not of this program")]
    CheckpointForeign,
    /// The bytes are no checkpoint, or a damaged one.
    #[error("the checkpoint cannot be read: {reason}")]
    CheckpointUnreadable {
        /// What is wrong with it, in English.
        reason: String,
    },
    /// A later version of this program has written the checkpoint.
    #[error("the checkpoint has format version {version}, which this program does not know")]
    CheckpointTooNew {
        /// Its format version.
        version: u32,
    },
    /// A version of this program has written the checkpoint that nobody has any more.
    #[error("the checkpoint has format version {version}, which is too old")]
    CheckpointTooOld {
        /// Its format version.
        version: u32,
    },
    /// A number of the checkpoint is infinite or not a number.
    #[error("the checkpoint has a number that is not finite: {what}")]
    CheckpointNotFinite {
        /// The tensor's name.
        what: String,
    },
    /// A part of the checkpoint does not fit the rest, or what it is to be used for.
    #[error("the checkpoint does not fit: {what}")]
    CheckpointMismatch {
        /// The name of that part: a tensor's, or of a part of the header.
        what: String,
    },
    /// A file of a Hugging Face folder is missing or damaged.
    #[error("{file} cannot be read: {reason}")]
    FolderUnreadable {
        /// Its name.
        file: &'static str,
        /// What is wrong with it, in English.
        reason: String,
    },
    /// A file of a Hugging Face folder asks for what this program does not have.
    #[error("{file}: {what} is {value}, and this program has {needed}")]
    FolderUnsupported {
        /// Its name.
        file: &'static str,
        /// The entry that asks for it, from the outside in: `model.type`.
        what: String,
        /// What the entry is.
        value: String,
        /// What it would have to be.
        needed: String,
    },
    /// No model of Hugging Face's `transformers` knows its positions this way.
    #[error("no model of transformers has {position:?} positions")]
    PositionNotExportable {
        /// How the model knows them.
        position: Position,
    },
    /// A step is ended, or its updates asked for, before it has begun.
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
pub type Result<T, E = Error> = core::result::Result<T, E>;

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

/// Characters as an error names them: those that cannot be seen by their number.
fn shown(characters: &[char]) -> String {
    let shown = characters.iter().map(|&character| {
        match character.is_alphanumeric() || character.is_ascii_graphic() {
            true => character.to_string(),
            false => format!("{character} (U+{:04X})", u32::from(character)),
        }
    });
    shown.collect::<Vec<_>>().join(" ")
}
