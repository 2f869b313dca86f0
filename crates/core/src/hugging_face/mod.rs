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

mod card;
mod compare;
mod config;
mod facts;
mod json;
mod tokenizer;
mod weights;
mod words;

use burn::tensor::Device;
use serde_json::Value;

pub use facts::{CardLanguage, Facts, TaleFacts};

use crate::error::{Error, Result};
use crate::model::Gpt;
use crate::tokenizer::Tokenizer;

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

/// What a folder holds.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The model.
    pub model: Gpt,
    /// Its tokenizer.
    pub tokenizer: Tokenizer,
    /// Whether a text begins with [`SpecialToken::EndOfText`](crate::tokenizer::SpecialToken::EndOfText),
    /// since the model was trained on several documents.
    pub is_of_documents: bool,
}

/// The folder of a model and its tokenizer; `is_of_documents` as in [`Imported`]; `facts` go into the model
/// card.
///
/// # Errors
/// [`Error::PositionNotExportable`] where `transformers` has no model with such positions;
/// [`Error::TokenizerInvalid`] where two tokens would have one name there; [`Error::CheckpointMismatch`]
/// where the tokenizer is not the model's; [`Error::Diverged`] where a number is not finite;
/// [`Error::EngineFailed`].
pub async fn export(
    model: &Gpt,
    tokenizer: &Tokenizer,
    is_of_documents: bool,
    facts: &Facts,
) -> Result<Vec<FolderFile>> {
    let vocab_size = tokenizer.vocab_size();
    if model.vocab_size() != vocab_size {
        return Err(Error::CheckpointMismatch { what: "vocab_size".into() });
    }
    let config = model.config();
    let json = |name, value: &Value| FolderFile { name, bytes: format!("{value:#}\n").into_bytes() };
    Ok(vec![
        json(CONFIG, &config::config(config, vocab_size, is_of_documents)?),
        json(GENERATION, &config::generation(config, is_of_documents)),
        json(TOKENIZER, &tokenizer::tokenizer(tokenizer)?),
        json(TOKENIZER_CONFIG, &tokenizer::tokenizer_config(config, is_of_documents)),
        FolderFile { name: CARD, bytes: card::card(config, tokenizer, is_of_documents, facts).into_bytes() },
        FolderFile { name: WEIGHTS, bytes: weights::write(model).await? },
    ])
}

/// The model, on `device`, and the tokenizer that a folder's files hold, each with its name. Only
/// [`FILES_READ`] are looked at.
///
/// # Errors
/// [`Error::FolderUnreadable`] where a file is missing, there twice, damaged, or contradicts itself;
/// [`Error::FolderUnsupported`] where it asks for what this program does not have;
/// [`Error::CheckpointMismatch`] with the name of a tensor that is missing, of another shape or unknown, or
/// `vocab_size` where tokenizer and model differ; what the sizes of a model are refused for;
/// [`Error::TokenizerInvalid`]; [`Error::Diverged`] where a number is not finite.
pub fn import(files: &[(&str, &[u8])], device: &Device) -> Result<Imported> {
    let bytes = find(files, CONFIG)?;
    if bytes.len() > MAX_CONFIG {
        return Err(unreadable(CONFIG, "it is too long"));
    }
    let config::Qwen3 { config, vocab_size, is_of_documents } = config::read(&json::parse(CONFIG, bytes)?)?;
    let tokenizer = tokenizer::read(find(files, TOKENIZER)?)?;
    if tokenizer.vocab_size() != vocab_size {
        return Err(Error::CheckpointMismatch { what: "vocab_size".into() });
    }
    let model = weights::read(find(files, WEIGHTS)?, &config, vocab_size, device)?;
    Ok(Imported { model, tokenizer, is_of_documents })
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
