//! The tokenizers as a WebAssembly module of their own: a text is cut, and pieces of words are learned, where
//! there is no model, and where one is busy with its training. No engine is in it.

// No input may reach a panic.
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use petit_train_core::data::{Corpus, Texts};
use petit_train_core::tokenizer::{self, FittedText, TextToken, TokenizerConfig};
use petit_train_js_values::{from_js, normalized, thrown, to_js};
use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// wasm-bindgen runs this once the module is instantiated.
fn main() {
    console_error_panic_hook::set_once();
}

/// A vocabulary, and the way to cut any text into its tokens.
#[wasm_bindgen]
pub struct Tokenizer {
    tokenizer: tokenizer::Tokenizer,
}

/// A text as a model of this tokenizer reads it.
#[derive(Serialize, Tsify)]
struct Encoding {
    #[serde(flatten)]
    fitted: FittedText,
    /// The tokens of the fitted text.
    tokens: Vec<TextToken>,
}

#[wasm_bindgen]
impl Tokenizer {
    /// Learns the tokenizer that `config` asks for, as a training on these texts would whose model sees
    /// `block_size` tokens. Without `validation`, blocks of the documents are not learned from.
    pub fn learn(
        documents: Vec<String>,
        validation: Option<Vec<String>>,
        alphabet: &str,
        #[wasm_bindgen(unchecked_param_type = "TokenizerConfig")] config: JsValue,
        block_size: usize,
    ) -> Result<Tokenizer, JsValue> {
        let config: TokenizerConfig = from_js(&config)?;
        let training = borrowed(&documents);
        let validation = validation.as_deref().map(borrowed);
        let texts = Texts { training: &training, validation: validation.as_deref(), alphabet };
        let (tokenizer, _) = Corpus::tokenize(texts, &config, block_size).map_err(|e| thrown(&e))?;
        Ok(Self { tokenizer })
    }

    /// The tokenizer of these parts.
    #[wasm_bindgen(js_name = fromParts)]
    pub fn from_parts(
        #[wasm_bindgen(unchecked_param_type = "TokenizerParts")] parts: JsValue,
    ) -> Result<Tokenizer, JsValue> {
        let tokenizer = tokenizer::Tokenizer::from_parts(from_js(&parts)?).map_err(|e| thrown(&e))?;
        Ok(Self { tokenizer })
    }

    /// Its tokens, by id.
    #[wasm_bindgen(unchecked_return_type = "VocabularyEntry[]")]
    pub fn entries(&self) -> Result<JsValue, JsValue> {
        Ok(to_js(&self.tokenizer.entries())?)
    }

    /// The text as it can be read, and its tokens.
    #[wasm_bindgen(unchecked_return_type = "Encoding")]
    pub fn encode(&self, text: &str) -> Result<JsValue, JsValue> {
        let fitted = self.fit(text);
        let tokens = self.tokenizer.cut(&fitted.text);
        Ok(to_js(&Encoding { fitted, tokens })?)
    }

    /// The merges that make the tokens of the text as it can be read.
    #[wasm_bindgen(unchecked_return_type = "Merging")]
    pub fn merging(&self, text: &str) -> Result<JsValue, JsValue> {
        Ok(to_js(&self.tokenizer.merging(&self.fit(text).text))?)
    }

    /// How often each token, and each pair that was merged, occurs in texts.
    #[wasm_bindgen(unchecked_return_type = "Occurrences")]
    pub fn occurrences(&self, documents: Vec<String>) -> Result<JsValue, JsValue> {
        let occurrences = self.tokenizer.occurrences(&borrowed(&documents)).map_err(|e| thrown(&e))?;
        Ok(to_js(&occurrences)?)
    }
}

impl Tokenizer {
    fn fit(&self, text: &str) -> FittedText {
        self.tokenizer.fit(text, &|text, form| normalized(text, form.name()))
    }
}

fn borrowed(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}
