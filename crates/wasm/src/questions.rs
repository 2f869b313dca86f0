//! Questions to a model about a text, and about what it was trained on. Nothing that is asked changes it.

use js_sys::Float32Array;
use petit_train_core::data::{NgramModel, ORDERS, excerpt};
use petit_train_core::inspect::{self, Connection};
use petit_train_js_values::{from_js, set, thrown, to_js};
use serde::{Deserialize, Serialize};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::convert::text_of;
use crate::model::Model;
use crate::options::borrowed;
use crate::utf16;

/// The losses of counting.
#[derive(Serialize, Tsify)]
struct CountingLosses {
    /// Tokens of the training part.
    counted_tokens: usize,
    /// Of single tokens, pairs and triples: mean cross-entropy on the validation part, in nats a token.
    #[tsify(type = "[number, number, number]")]
    losses: [f32; ORDERS],
}

/// How likely counting finds a text.
#[derive(Serialize, Tsify)]
struct CountingScore {
    counted_tokens: usize,
    /// The text's tokens as the page shows them: the last `block_size` at most.
    tokens: Vec<String>,
    /// Of single tokens, pairs and triples, for each token but the first: its log-probability (natural).
    #[tsify(type = "[number[], number[], number[]]")]
    log_probs: [Vec<f32>; ORDERS],
}

/// Two words of a text that belong together, as ranges of its UTF-16 units: the one that looks, and the
/// earlier one.
#[derive(Deserialize, Tsify)]
#[serde(deny_unknown_fields)]
pub(crate) struct WordPair {
    from: std::ops::Range<usize>,
    to: std::ops::Range<usize>,
}

#[allow(clippy::await_holding_refcell_ref, reason = "see `state::enter`")]
#[wasm_bindgen]
impl Model {
    /// The text as the model can read it, with what had to be replaced, and what cannot be.
    #[wasm_bindgen(unchecked_return_type = "FittedText")]
    pub fn fit(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
    ) -> Result<JsValue, JsValue> {
        let text = text_of(&text)?;
        let guard = self.owner.enter()?;
        let (_, tokenizer) = guard.parts();
        Ok(to_js(&tokenizer.fit(&text, &utf16::normalize))?)
    }

    /// What every head attends to in `text`, what the model would write after each of its tokens, and for
    /// each of `pairs` the head that connects its two words most, or null where one of them is outside the
    /// window. `attention` is `[n_layer, n_head, query, key]`, row-major; rows sum to 1 and are 0 above the
    /// diagonal.
    #[wasm_bindgen(
        unchecked_return_type = "Inspection & { attention: Float32Array, connections: (Connection | null)[] }"
    )]
    pub async fn inspect(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
        #[wasm_bindgen(unchecked_param_type = "WordPair[]")] pairs: JsValue,
    ) -> Result<JsValue, JsValue> {
        let text = text_of(&text)?;
        let pairs: Vec<WordPair> = from_js(&pairs)?;
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let inspection = inspect::inspect(model, tokenizer, &text).await.map_err(|e| thrown(&e))?;
        let connection = |WordPair { from, to }: &WordPair| {
            let (from, to) = (utf16::byte_range(&text, from), utf16::byte_range(&text, to));
            inspection.strongest_connection(&from, &to)
        };
        let connections: Vec<Option<Connection>> = pairs.iter().map(connection).collect();
        let answer = to_js(&inspection)?;
        set(&answer, "connections", &to_js(&connections)?)?;
        set(&answer, "attention", &Float32Array::from(&inspection.attention[..]))?;
        Ok(answer)
    }

    /// How likely the model finds each token of `text` after those before it.
    #[wasm_bindgen(unchecked_return_type = "Score")]
    pub async fn score(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
    ) -> Result<JsValue, JsValue> {
        let text = text_of(&text)?;
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        Ok(to_js(&inspect::score(model, tokenizer, &text).await.map_err(|e| thrown(&e))?)?)
    }

    /// The likeliest words of so many letters after `text` and a space, likeliest first.
    #[wasm_bindgen(js_name = nextWords, unchecked_return_type = "NextWord[]")]
    pub async fn next_words(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
        #[wasm_bindgen(unchecked_param_type = "number")] letters: JsValue,
    ) -> Result<JsValue, JsValue> {
        let (text, letters) = (text_of(&text)?, from_js(&letters)?);
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let words = inspect::next_words(model, tokenizer, &text, letters).await.map_err(|e| thrown(&e))?;
        Ok(to_js(&words)?)
    }

    /// A stretch of the validation part, or of the training part where there is no other: the same for the
    /// same number. Null where the model has no text.
    #[wasm_bindgen(unchecked_return_type = "Excerpt | null")]
    pub fn excerpt(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] number: JsValue,
    ) -> Result<JsValue, JsValue> {
        let number = from_js(&number)?;
        let guard = self.owner.enter()?;
        let tokenizer = guard.parts().1;
        Ok(to_js(&excerpt(guard.dataset(), tokenizer, number))?)
    }

    /// The same of the whole text, in windows that overlap by half.
    #[wasm_bindgen(js_name = scoreWhole, unchecked_return_type = "Score")]
    pub async fn score_whole(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
    ) -> Result<JsValue, JsValue> {
        let text = text_of(&text)?;
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        Ok(to_js(&inspect::score_whole(model, tokenizer, &text).await.map_err(|e| thrown(&e))?)?)
    }

    /// A passage of the validation part, another for each number: null where there is no such part.
    #[wasm_bindgen(js_name = validationPassage, unchecked_return_type = "string | null")]
    pub fn validation_passage(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] number: JsValue,
    ) -> Result<JsValue, JsValue> {
        let number: usize = from_js(&number)?;
        let guard = self.owner.enter()?;
        let (_, tokenizer) = guard.parts();
        Ok(to_js(&inspect::validation_passage(guard.dataset(), tokenizer, number))?)
    }

    /// What counting the training part foretells of its validation part, on at most `examples` windows: null
    /// where one of them is missing.
    #[wasm_bindgen(js_name = countingLosses, unchecked_return_type = "CountingLosses | null")]
    pub fn counting_losses(
        &self,
        #[wasm_bindgen(unchecked_param_type = "number")] examples: JsValue,
    ) -> Result<JsValue, JsValue> {
        let examples: usize = from_js(&examples)?;
        let guard = self.owner.enter()?;
        let (dataset, vocab_size) = (guard.dataset(), guard.parts().1.vocab_size());
        let losses = NgramModel::of(dataset, vocab_size).and_then(|counts| {
            let losses = counts.validation_losses(dataset, examples)?;
            Some(CountingLosses { counted_tokens: counts.tokens(), losses })
        });
        Ok(to_js(&losses)?)
    }

    /// How likely counting finds each token of `text` after those before it, as `score` says it of the model.
    /// Counted are the `documents`; where there are none, the training part, and null where it has no text.
    #[wasm_bindgen(js_name = countingScore, unchecked_return_type = "CountingScore | null")]
    pub fn counting_score(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
        #[wasm_bindgen(unchecked_param_type = "string[]")] documents: JsValue,
    ) -> Result<JsValue, JsValue> {
        let text = text_of(&text)?;
        let documents: Vec<String> = from_js(&documents)?;
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let counts = if documents.is_empty() {
            NgramModel::of(guard.dataset(), tokenizer.vocab_size())
        } else {
            Some(NgramModel::of_documents(&borrowed(&documents), tokenizer).map_err(|e| thrown(&e))?)
        };
        let mut tokens = tokenizer.encode(&text).map_err(|e| thrown(&e))?;
        tokens.drain(..tokens.len().saturating_sub(model.config().block_size));
        Ok(to_js(&counts.map(|counts| CountingScore {
            counted_tokens: counts.tokens(),
            tokens: tokens.iter().map(|&id| tokenizer.label(id)).collect(),
            log_probs: [1, 2, 3].map(|order| counts.log_probs(order, &tokens)),
        }))?)
    }

    /// The `count` tokens nearest to that of this id in the model's embedding, the nearest first.
    #[wasm_bindgen(unchecked_return_type = "Neighbour[]")]
    pub async fn neighbours(&self, token: u32, count: usize) -> Result<JsValue, JsValue> {
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let near = inspect::neighbours(model, tokenizer, token, count).await.map_err(|e| thrown(&e))?;
        Ok(to_js(&near)?)
    }

    /// All that its tokenizer consists of.
    #[wasm_bindgen(js_name = tokenizerParts, unchecked_return_type = "TokenizerParts")]
    pub fn tokenizer_parts(&self) -> Result<JsValue, JsValue> {
        let guard = self.owner.enter()?;
        let (_, tokenizer) = guard.parts();
        Ok(to_js(&tokenizer.parts())?)
    }

    /// What tells the model where each token stands, and what could: the table of each kind of positions.
    #[wasm_bindgen(
        unchecked_return_type = "Positions & Record<'rotary' | 'sinusoidal' | 'learned', Float32Array>"
    )]
    pub async fn positions(&self) -> Result<JsValue, JsValue> {
        let guard = self.owner.enter()?;
        let (model, _) = guard.parts();
        let positions = inspect::positions(model).await.map_err(|e| thrown(&e))?;
        let answer = to_js(&positions)?;
        set(&answer, "rotary", &Float32Array::from(&positions.rotary[..]))?;
        set(&answer, "sinusoidal", &Float32Array::from(&positions.sinusoidal[..]))?;
        set(&answer, "learned", &Float32Array::from(&positions.learned[..]))?;
        Ok(answer)
    }

    /// Every token of the vocabulary as the page shows it, by its id.
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn labels(&self) -> Result<JsValue, JsValue> {
        let guard = self.owner.enter()?;
        let (_, tokenizer) = guard.parts();
        let labels: Vec<String> = (0..tokenizer.vocab_size() as u32).map(|id| tokenizer.label(id)).collect();
        Ok(to_js(&labels)?)
    }

    /// The scores of every token of the vocabulary after each token of `text` (its last `block_size` at
    /// most), one row of `vocab_size` after the other. This is how two engines are compared.
    pub async fn logits(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
    ) -> Result<Float32Array, JsValue> {
        let text = text_of(&text)?;
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let logits = inspect::logits(model, tokenizer, &text).await.map_err(|e| thrown(&e))?;
        Ok(Float32Array::from(&logits[..]))
    }

    /// Which parts of `text` stand word for word in the text that the model is trained on now, and what
    /// stands around them there; ranges are of UTF-16 units. `searched` is 0 where that text is not here.
    #[wasm_bindgen(unchecked_return_type = "Copies")]
    pub fn copies(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
    ) -> Result<JsValue, JsValue> {
        let text = text_of(&text)?;
        let guard = self.owner.enter()?;
        let (_, tokenizer) = guard.parts();
        let mut found = inspect::copies(guard.dataset(), tokenizer, &text).map_err(|e| thrown(&e))?;
        for copy in &mut found.copies {
            copy.range = utf16::unit_range(&text, &copy.range);
        }
        Ok(to_js(&found)?)
    }
}
