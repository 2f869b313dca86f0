//! The folder that Hugging Face's libraries read and write: `AutoModelForCausalLM` and `AutoTokenizer` load
//! it without any code of ours.
//!
//! - `model.safetensors`: the weights under the names of a `transformers` Qwen3, one matrix a tensor.
//! - `config.json`, `generation_config.json`: a `Qwen3ForCausalLM` and how it writes.
//! - `tokenizer.json`, `tokenizer_config.json`: our tokenizers in terms of the library `tokenizers`.
//! - `README.md`: a model card whose every figure says whether it was measured, derived or is missing.
//!
//! [`import`] takes such a folder back, also one that `transformers` has saved. What it makes of each file is
//! written out again and compared with the file: whatever this program would not have written is refused by
//! name, so a folder that is taken means here what it means there.
//!
//! Both work on the bytes of checkpoints: no engine is needed, so the page does it without one.

mod card;
mod compare;
mod config;
mod facts;
mod tokenizer;
mod weights;
mod words;

use serde_json::Value;

pub use facts::{CardLanguage, Facts, TaleFacts};

use crate::checkpoint::{Checkpoint, Header};
use crate::error::{Error, Result};
use crate::json;

const WEIGHTS: &str = "model.safetensors";
const CONFIG: &str = "config.json";
const GENERATION: &str = "generation_config.json";
const TOKENIZER: &str = "tokenizer.json";
const TOKENIZER_CONFIG: &str = "tokenizer_config.json";
const CARD: &str = "README.md";

/// The files that [`import`] reads.
pub const FILES_READ: [&str; 3] = [CONFIG, TOKENIZER, WEIGHTS];

/// Bytes of the largest `config.json` that is read: those of real models have a few thousand.
const MAX_CONFIG: usize = 65_536;

/// A file of the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderFile {
    /// Its name; the folder has no folders in it.
    pub name: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// The folder of a checkpoint's model, of a training the one that was in use; `facts` go into the model card.
///
/// # Errors
/// [`Error::PositionNotExportable`] where `transformers` has no model with such positions;
/// [`Error::TokenizerInvalid`] where two tokens would have one name there; what [`Checkpoint::weights`]
/// refuses.
pub fn export(checkpoint: &Checkpoint<'_>, facts: &Facts) -> Result<Vec<FolderFile>> {
    // First of all what is refused for its kind, whatever the weights.
    let Header { model: config, is_of_documents, train, .. } = checkpoint.header();
    let began_from_file = train.as_ref().is_none_or(|train| train.began_from_file);
    let card = card::card(config, checkpoint.tokenizer(), *is_of_documents, began_from_file, facts);
    let tokenizer = checkpoint.tokenizer();
    let file = |name, value: &Value| FolderFile { name, bytes: format!("{value:#}\n").into_bytes() };
    Ok(vec![
        file(CONFIG, &config::config(config, tokenizer.vocab_size(), *is_of_documents)?),
        file(GENERATION, &config::generation(config, *is_of_documents)),
        file(TOKENIZER, &tokenizer::tokenizer(tokenizer)?),
        file(TOKENIZER_CONFIG, &tokenizer::tokenizer_config(config, *is_of_documents)),
        FolderFile { name: CARD, bytes: card.into_bytes() },
        FolderFile { name: WEIGHTS, bytes: weights::write(&checkpoint.weights()?)? },
    ])
}

/// The checkpoint of the model and the tokenizer that a folder's files hold, each with its name. Only
/// [`FILES_READ`] are looked at.
///
/// # Errors
/// [`Error::FolderUnreadable`] where a file is missing, there twice, damaged, or contradicts itself;
/// [`Error::FolderUnsupported`] where it asks for what this program does not have;
/// [`Error::CheckpointMismatch`] with the name of a tensor that is missing, of another shape or unknown, or
/// `vocab_size` where tokenizer and model differ; what the sizes of a model are refused for;
/// [`Error::TokenizerInvalid`]; [`Error::CheckpointNotFinite`].
pub fn import(files: &[(&str, &[u8])]) -> Result<Vec<u8>> {
    let bytes = find(files, CONFIG)?;
    if bytes.len() > MAX_CONFIG {
        return Err(unreadable(CONFIG, "it is too long"));
    }
    let config::Qwen3 { config, vocab_size, is_of_documents } = config::read(&parse(CONFIG, bytes)?)?;
    let tokenizer = tokenizer::read(find(files, TOKENIZER)?)?;
    if tokenizer.vocab_size() != vocab_size {
        return Err(Error::CheckpointMismatch { what: "vocab_size".into() });
    }
    weights::read(find(files, WEIGHTS)?, &config, &tokenizer, is_of_documents)
}

/// What a JSON file holds.
///
/// # Errors
/// [`Error::FolderUnreadable`] where it is no JSON, or a key is there twice.
fn parse(file: &'static str, bytes: &[u8]) -> Result<Value> {
    json::parse(bytes).map_err(|error| unreadable(file, error))
}

/// The one file of this name.
fn find<'f>(files: &[(&str, &'f [u8])], wanted: &'static str) -> Result<&'f [u8]> {
    let mut found = files.iter().filter(|(name, _)| *name == wanted);
    match (found.next(), found.next()) {
        (Some((_, bytes)), None) => Ok(bytes),
        (None, _) => Err(unreadable(wanted, "it is missing")),
        (Some(_), Some(_)) => Err(unreadable(wanted, "it is there twice")),
    }
}

/// A file that cannot be read, and why.
fn unreadable(file: &'static str, reason: impl core::fmt::Display) -> Error {
    Error::FolderUnreadable { file, reason: reason.to_string() }
}
