//! A model and its tokenizer, as JavaScript sees them: writes, and answers questions (`questions`,
//! `dismantle`). Nothing here changes it.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Float32Array};
use petit_train_core::checkpoint::Checkpoint;
use petit_train_core::config::ModelConfig;
use petit_train_core::data::NoText;
use petit_train_core::generate::{Generator, WritingConfig, WrittenToken};
use petit_train_js_values::{from_js, set, thrown, to_js};
use serde::{Deserialize, Serialize};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::device;
use crate::failure::Failure;
use crate::state::{ModelState, Owner, TrainingState, enter};

/// A model and its tokenizer.
///
/// Every method may be called once the one before has ended; a call in between, on this or on its training,
/// throws `busy` and changes nothing.
#[wasm_bindgen]
pub struct Model {
    pub(crate) owner: Owner,
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

#[allow(clippy::await_holding_refcell_ref, reason = "see `state::enter`")]
#[wasm_bindgen]
impl Model {
    /// Reads a checkpoint's model: of a training the one that was in use.
    pub async fn open(checkpoint: &[u8]) -> Result<Model, JsValue> {
        let checkpoint = Checkpoint::read(checkpoint).map_err(|e| thrown(&e))?;
        let device = device::open().await?.device;
        let model = checkpoint.model(&device).map_err(|e| thrown(&e))?;
        let dataset = NoText { is_of_documents: checkpoint.header().is_of_documents };
        let tokenizer = checkpoint.tokenizer().clone();
        Ok(Self::alone(ModelState { tokenizer, model, dataset }))
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
    /// A model that is not in training.
    pub(crate) fn alone(state: ModelState) -> Self {
        Self { owner: Owner::Model(Box::new(RefCell::new(state))), writing: RefCell::new(None) }
    }

    /// A handle on the model of a training.
    pub(crate) fn of(training: Rc<RefCell<TrainingState>>) -> Self {
        Self { owner: Owner::Training(training), writing: RefCell::new(None) }
    }
}
