//! A folder in memory, and ways to change it.

use burn::tensor::Device;
use petit_train_core::checkpoint::{Checkpoint, Writer};
use petit_train_core::error::{Error, Result};
use petit_train_core::hugging_face::{self, Facts, FolderFile};
use petit_train_core::model::Gpt;
use petit_train_core::tokenizer::Tokenizer;
use pollster::block_on;
use serde_json::Value;

use crate::sample;

pub const CONFIG: &str = "config.json";
pub const TOKENIZER: &str = "tokenizer.json";
pub const WEIGHTS: &str = "model.safetensors";

/// What a folder holds, ready to be used.
#[derive(Debug)]
pub struct Imported {
    pub model: Gpt,
    pub tokenizer: Tokenizer,
    pub is_of_documents: bool,
}

/// The folder of a model.
pub fn export(
    model: &Gpt,
    tokenizer: &Tokenizer,
    is_of_documents: bool,
    facts: &Facts,
) -> Result<Vec<FolderFile>> {
    let writer = Writer::of_model(model, tokenizer, is_of_documents, "")?;
    hugging_face::export(&Checkpoint::read(&block_on(writer.into_bytes())?)?, facts)
}

/// Files by name.
#[derive(Clone)]
pub struct Folder(pub Vec<(String, Vec<u8>)>);

impl Folder {
    pub fn of(model: &Gpt, tokenizer: &Tokenizer) -> Self {
        let files = export(model, tokenizer, true, &sample::facts()).unwrap();
        Self(files.into_iter().map(|file| (file.name.to_owned(), file.bytes)).collect())
    }

    /// Of the tiny model: with a tokenizer of characters, or of byte pairs.
    pub fn samples() -> Vec<Self> {
        let tokenizers = sample::tokenizers().into_iter();
        tokenizers
            .map(|(_, tokenizer)| {
                Self::of(&sample::model(&sample::sizes(), tokenizer.vocab_size()), &tokenizer)
            })
            .collect()
    }

    pub fn import(&self) -> Result<Imported> {
        let files: Vec<(&str, &[u8])> =
            self.0.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let bytes = hugging_face::import(&files)?;
        let checkpoint = Checkpoint::read(&bytes)?;
        Ok(Imported {
            model: checkpoint.model(&Device::flex())?,
            tokenizer: checkpoint.tokenizer().clone(),
            is_of_documents: checkpoint.header().is_of_documents,
        })
    }

    pub fn refusal(&self) -> Error {
        self.import().expect_err("refused")
    }

    pub fn bytes(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.0.iter_mut().find(|file| file.0 == name).unwrap().1
    }

    pub fn json(&mut self, name: &str) -> Value {
        serde_json::from_slice(self.bytes(name)).unwrap()
    }

    /// The folder with another file in this one's place.
    pub fn with(&self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let mut other = self.clone();
        *other.bytes(name) = bytes.into();
        other
    }

    /// The folder with a JSON file changed.
    pub fn with_json(&self, name: &str, change: impl FnOnce(&mut Value)) -> Self {
        let mut other = self.clone();
        let mut json = other.json(name);
        change(&mut json);
        other.with(name, json.to_string())
    }
}

/// The folder with a tokenizer of characters.
pub fn characters() -> Folder {
    Folder::samples().swap_remove(0)
}

pub fn mismatch(what: &str) -> Error {
    Error::CheckpointMismatch { what: what.into() }
}

/// The entry that a folder is refused for.
pub fn unsupported(folder: &Folder, file: &str) -> String {
    match folder.refusal() {
        Error::FolderUnsupported { file: named, what, .. } if named == file => what,
        other => panic!("{other:?}"),
    }
}

/// Why a file of a folder cannot be read.
pub fn unreadable(folder: &Folder, file: &str) -> String {
    match folder.refusal() {
        Error::FolderUnreadable { file: named, reason } if named == file => reason,
        other => panic!("{other:?}"),
    }
}
