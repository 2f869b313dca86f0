//! A model and its tokenizer, as JavaScript sees them: writes, and answers questions. Nothing here changes
//! it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Float32Array};
use petit_train_core::checkpoint::Checkpoint;
use petit_train_core::config::ModelConfig;
use petit_train_core::data::NoText;
use petit_train_core::generate::{Generator, WritingConfig, WrittenToken};
use petit_train_core::inspect::{self, Connection};
use petit_train_js_values::{from_js, set, thrown, to_js};
use serde::{Deserialize, Serialize};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::convert::text_of;
use crate::device;
use crate::failure::Failure;
use crate::state::{ModelState, Owner, TrainingState, enter};
use crate::utf16;

/// A model and its tokenizer.
///
/// Every method may be called once the one before has ended; a call in between, on this or on its training,
/// throws `busy` and changes nothing.
#[wasm_bindgen]
pub struct Model {
    owner: Owner,
    writing: RefCell<Option<Writing>>,
}

/// Texts that are being written, and the tokens of the first of them that nobody has taken yet.
struct Writing {
    generator: Generator,
    tokens: Vec<WrittenToken>,
}

/// Sizes of a model.
#[derive(Serialize, Tsify)]
struct ModelInfo<'a> {
    /// Trainable numbers.
    parameters: u64,
    /// V: a model that knows nothing has a loss of ln V.
    vocab_size: usize,
    #[tsify(type = "Required<ModelConfig>")]
    model: &'a ModelConfig,
}

/// Some of a text.
#[derive(Default, Serialize, Tsify)]
struct WrittenText {
    text: String,
    /// Whether the model has ended the text, and nothing follows.
    ended: bool,
}

/// Where a text goes on from, and whether it is explained.
#[derive(Default, Deserialize, Tsify)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Continuation {
    /// Tokens that follow the prompt already.
    after: Vec<u32>,
    /// The token that is written first, whatever the model would draw.
    first: Option<u32>,
    /// Whether `writtenTokens` will be asked how each token was drawn.
    explained: bool,
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
    /// Reads a checkpoint's model: of a training the one that was in use.
    pub async fn open(checkpoint: &[u8]) -> Result<Model, JsValue> {
        let checkpoint = Checkpoint::read(checkpoint).map_err(|e| thrown(&e))?;
        let device = device::open().await?.device;
        let model = checkpoint.model(&device).map_err(|e| thrown(&e))?;
        let dataset = NoText { is_of_documents: checkpoint.header().is_of_documents };
        let state = ModelState { tokenizer: checkpoint.tokenizer().clone(), model, dataset };
        Ok(Self { owner: Owner::Model(Box::new(RefCell::new(state))), writing: RefCell::new(None) })
    }

    /// Sizes of the model.
    #[wasm_bindgen(unchecked_return_type = "ModelInfo")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let vocab_size = tokenizer.vocab_size();
        let parameters = model.config().n_parameters(vocab_size);
        Ok(to_js(&ModelInfo { parameters, vocab_size, model: model.config() })?)
    }

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

    /// Every token of the vocabulary as the page shows it, by its id.
    #[wasm_bindgen(unchecked_return_type = "string[]")]
    pub fn labels(&self) -> Result<JsValue, JsValue> {
        let guard = self.owner.enter()?;
        let (_, tokenizer) = guard.parts();
        let labels: Vec<String> = (0..tokenizer.vocab_size() as u32).map(|id| tokenizer.label(id)).collect();
        Ok(to_js(&labels)?)
    }

    /// Begins a text from each of the prompts, side by side; `continueTexts` writes them. Those begun earlier
    /// are dropped. The first draws from the seed, the next from the next one, and so on: a text is the same
    /// beside others as alone. With `stop_at_end` a text ends where the model ends it; else another begins
    /// there.
    #[wasm_bindgen(js_name = beginTexts)]
    pub fn begin_texts(
        &self,
        prompts: Vec<String>,
        #[wasm_bindgen(unchecked_param_type = "SamplingConfig")] sampling: JsValue,
        stop_at_end: bool,
        #[wasm_bindgen(unchecked_optional_param_type = "Partial<Continuation>")] continuation: JsValue,
    ) -> Result<(), JsValue> {
        let sampling = from_js(&sampling)?;
        let Continuation { after, first, explained } =
            if continuation.is_undefined() { Continuation::default() } else { from_js(&continuation)? };
        let guard = self.owner.enter()?;
        let (_, tokenizer) = guard.parts();
        let begins_document = guard.dataset().is_of_documents();
        let config = WritingConfig { sampling, begins_document, stop_at_end, after, first, explained };
        let generator = Generator::new(tokenizer, &prompts, &config).map_err(|e| thrown(&e))?;
        *enter(&self.writing)? = Some(Writing { generator, tokens: vec![] });
        Ok(())
    }

    /// Writes at most `tokens` more tokens of each text begun and returns what is new; a character that is
    /// not complete yet is held back until it is, or until `last`.
    #[wasm_bindgen(js_name = continueTexts, unchecked_return_type = "WrittenText[]")]
    pub async fn continue_texts(&self, tokens: usize, last: bool) -> Result<JsValue, JsValue> {
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let mut writing = enter(&self.writing)?;
        let Writing { generator, tokens: explained } = writing.as_mut().ok_or(Failure::NoTextBegun)?;
        let mut written: Vec<WrittenText> = vec![];
        for _ in 0..tokens {
            let mut pieces = generator.next(model, tokenizer).await.map_err(|e| thrown(&e))?;
            explained.extend(pieces.first_mut().and_then(|piece| piece.written.take()));
            written.resize_with(pieces.len(), WrittenText::default);
            for (text, piece) in written.iter_mut().zip(pieces) {
                text.text.push_str(&piece.text);
                text.ended = piece.ended;
            }
            if written.iter().all(|text| text.ended) {
                break;
            }
        }
        if last {
            let held = generator.finish();
            if let (Some(token), Some(held)) = (explained.last_mut(), held.first()) {
                token.text.push_str(held);
            }
            written.iter_mut().zip(held).for_each(|(text, held)| text.text.push_str(&held));
        }
        Ok(to_js(&written)?)
    }

    /// How the tokens of the first text came to be written that have come since the last call; none unless
    /// they are `explained`. `logits` are the scores `[vocab_size]` that each was drawn from.
    #[wasm_bindgen(
        js_name = writtenTokens,
        unchecked_return_type = "(WrittenToken & { logits: Float32Array<ArrayBuffer> })[]"
    )]
    pub fn written_tokens(&self) -> Result<JsValue, JsValue> {
        let mut writing = enter(&self.writing)?;
        let Writing { tokens, .. } = writing.as_mut().ok_or(Failure::NoTextBegun)?;
        let tokens = core::mem::take(tokens);
        let told = Array::from(&to_js(&tokens)?);
        for (token, WrittenToken { logits, .. }) in told.iter().zip(&tokens) {
            set(&token, "logits", &Float32Array::from(&logits[..]))?;
        }
        Ok(told.into())
    }
}

impl Model {
    /// A handle on the model of a training.
    pub(crate) fn of(training: Rc<RefCell<TrainingState>>) -> Self {
        Self { owner: Owner::Training(training), writing: RefCell::new(None) }
    }
}
