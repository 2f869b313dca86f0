//! What a training is made of.

use js_sys::{Array, Object, Reflect};
use petit_train_core::config::{ModelConfig, TrainConfig};
use petit_train_core::data::{Corpus, Texts};
use petit_train_core::error::Result;
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig, TokenizerParts};
use petit_train_js_values::{ConversionFailure, from_js, unreadable};
use serde::Deserialize;
use tsify::Tsify;
use wasm_bindgen::{JsCast, JsValue};

/// What a training is made of.
#[derive(Deserialize, Tsify)]
#[serde(deny_unknown_fields)]
pub(crate) struct TrainingOptions {
    /// What to learn from.
    #[serde(default)]
    documents: Vec<String>,
    /// What is never trained on; without it, blocks of the documents are kept for that.
    #[serde(default)]
    #[tsify(optional)]
    validation: Option<Vec<String>>,
    /// Characters that the tokenizer must know beside those of the texts: later documents will hold them.
    #[serde(default)]
    #[tsify(optional)]
    alphabet: String,
    /// Where the documents begin in the endless source that they are taken from.
    #[serde(default)]
    #[tsify(optional)]
    position: String,
    /// The tokenizer to learn. Not read where `tokenizer_parts` are given.
    tokenizer: TokenizerConfig,
    /// The parts of a tokenizer that is used as it is.
    #[serde(default)]
    #[tsify(optional)]
    tokenizer_parts: Option<TokenizerParts>,
    #[serde(default)]
    #[tsify(optional)]
    pub model: ModelConfig,
    #[serde(default)]
    #[tsify(optional)]
    pub train: TrainConfig,
    /// Workers that share the training, and the memory that it may take. One, where it is not said.
    #[serde(default = "one")]
    #[tsify(optional)]
    pub workers: usize,
}

fn one() -> usize {
    1
}

impl TrainingOptions {
    /// Reads them from JavaScript's. The texts, which may be large, do not go through JSON.
    pub fn read(value: &JsValue) -> core::result::Result<Self, ConversionFailure> {
        let no_object = || unreadable(&"the options are no object");
        let documents = texts_of(value, "documents")?.unwrap_or_default();
        let validation = texts_of(value, "validation")?;
        let object = value.dyn_ref::<Object>().ok_or_else(no_object)?;
        let rest = Object::assign(&Object::new(), object);
        for key in ["documents", "validation"] {
            Reflect::delete_property(&rest, &key.into()).map_err(|_| no_object())?;
        }
        Ok(Self { documents, validation, ..from_js(&rest)? })
    }

    /// Whether there is nothing to learn from.
    pub fn has_no_text(&self) -> bool {
        self.documents.is_empty()
    }

    /// The tokenizer and the tokens of the texts.
    ///
    /// # Errors
    /// What the texts, the tokenizer's parts or its configuration are refused for.
    pub fn corpus(&self) -> Result<(Tokenizer, Corpus)> {
        self.model.validate()?;
        let block_size = self.model.block_size;
        if let Some(parts) = &self.tokenizer_parts {
            let tokenizer = Tokenizer::from_parts(parts.clone())?;
            let corpus = self.corpus_with(&tokenizer, block_size)?;
            return Ok((tokenizer, corpus));
        }
        let (tokenizer, corpus) =
            self.with_texts(|texts| Corpus::tokenize(texts, &self.tokenizer, block_size))?;
        Ok((tokenizer, corpus.at_position(&self.position)))
    }

    /// The tokens of the texts.
    ///
    /// # Errors
    /// What the texts are refused for.
    pub fn corpus_with(&self, tokenizer: &Tokenizer, block_size: usize) -> Result<Corpus> {
        let corpus = self.with_texts(|texts| Corpus::with_tokenizer(texts, tokenizer, block_size))?;
        Ok(corpus.at_position(&self.position))
    }

    fn with_texts<T>(&self, with: impl FnOnce(Texts<'_>) -> T) -> T {
        let training = borrowed(&self.documents);
        let validation = self.validation.as_deref().map(borrowed);
        with(Texts { training: &training, validation: validation.as_deref(), alphabet: &self.alphabet })
    }
}

pub(crate) fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// The texts under a key; none where there is no such key.
fn texts_of(options: &JsValue, key: &str) -> core::result::Result<Option<Vec<String>>, ConversionFailure> {
    let no_texts = || unreadable(&format!("`{key}` is no list of texts"));
    let value = Reflect::get(options, &key.into()).map_err(|_| no_texts())?;
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    let list = value.dyn_into::<Array>().map_err(|_| no_texts())?;
    list.iter()
        .map(|text| text.as_string().ok_or_else(no_texts))
        .collect::<core::result::Result<_, _>>()
        .map(Some)
}
