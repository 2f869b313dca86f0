//! One model in training, as JavaScript sees it.

use std::cell::{RefCell, RefMut};
use std::ops::Range;

use js_sys::{Array, Float32Array, Object, Reflect};
use petit_train_core::config::{ModelConfig, SamplingConfig, TrainConfig};
use petit_train_core::data::{Corpus, Texts};
use petit_train_core::generate::Generator;
use petit_train_core::inspect::{Connection, inspect, logits};
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};
use petit_train_core::train::{Trainer, VALIDATION_BATCHES};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

use crate::convert::{from_js, to_js};
use crate::device;
use crate::failure::{Failure, thrown};

/// A text, its tokenizer, a model and its optimizer.
///
/// Every method may be called once the one before has ended; a call in between throws `busy` and changes nothing.
#[wasm_bindgen]
pub struct Session {
    state: RefCell<State>,
}

struct State {
    tokenizer: Tokenizer,
    trainer: Trainer,
    writing: Option<Generator>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionOptions {
    text: String,
    validation_text: Option<String>,
    #[serde(default)]
    alphabet: String,
    tokenizer: TokenizerConfig,
    #[serde(default)]
    model: ModelConfig,
    #[serde(default)]
    train: TrainConfig,
}

/// Two words of a text, as ranges of UTF-16 units.
#[derive(Deserialize)]
struct Link {
    from: Range<usize>,
    to: Range<usize>,
}

#[derive(Serialize)]
struct SessionInfo<'a> {
    parameters: usize,
    muon_parameters: usize,
    vocab_size: usize,
    train_tokens: usize,
    validation_tokens: usize,
    characters_per_token: f64,
    model: &'a ModelConfig,
    train: &'a TrainConfig,
}

#[allow(
    clippy::await_holding_refcell_ref,
    reason = "held on purpose: it is what makes a second call throw `busy` instead of meeting a half-changed model"
)]
#[wasm_bindgen]
impl Session {
    /// Learns the tokenizer from the text and draws fresh weights.
    pub async fn create(
        #[wasm_bindgen(unchecked_param_type = "SessionOptions")] options: JsValue,
    ) -> Result<Session, JsValue> {
        let options: SessionOptions = from_js(options)?;
        let texts = Texts {
            training: &options.text,
            validation: options.validation_text.as_deref(),
            alphabet: &options.alphabet,
        };
        let (tokenizer, corpus) = Corpus::tokenize(texts, &options.tokenizer).map_err(|e| thrown(&e))?;
        options.model.validate().and_then(|()| options.train.validate()).map_err(|e| thrown(&e))?;
        let device = device::open().await?;
        device::check(options.train.largest_tensor(&options.model, tokenizer.vocab_size()))?;
        let trainer = Trainer::new(corpus, tokenizer.vocab_size(), options.model, options.train, &device)
            .map_err(|e| thrown(&e))?;
        Ok(Session { state: RefCell::new(State { tokenizer, trainer, writing: None }) })
    }

    /// Sizes of the model and of the text.
    #[wasm_bindgen(unchecked_return_type = "SessionInfo")]
    pub fn info(&self) -> Result<JsValue, JsValue> {
        let State { tokenizer, trainer, .. } = &*self.enter()?;
        let (corpus, vocab_size) = (trainer.corpus(), tokenizer.vocab_size());
        Ok(to_js(&SessionInfo {
            parameters: trainer.model_config().n_parameters(vocab_size),
            muon_parameters: trainer.muon_parameters(),
            vocab_size,
            train_tokens: corpus.train.len(),
            validation_tokens: corpus.validation.len(),
            characters_per_token: corpus.characters_per_token,
            model: trainer.model_config(),
            train: trainer.config(),
        })?)
    }

    /// Takes `steps` optimizer steps and waits for the engine once, at their end.
    #[wasm_bindgen(unchecked_return_type = "StepReport[]")]
    pub async fn train(&self, steps: usize) -> Result<JsValue, JsValue> {
        let mut state = self.enter()?;
        let reports = state.trainer.train_steps(steps).await.map_err(|e| thrown(&e))?;
        Ok(to_js(&reports)?)
    }

    /// What several workers that train together do: the loss and, written to `gradient`, which has room for every
    /// parameter, the gradient of the `part`-th of `parts` shares of the next step's batch. The sums over all shares are
    /// what `beginStep` asks for. Changes nothing else.
    #[wasm_bindgen(js_name = shareOfStep)]
    pub async fn share_of_step(
        &self,
        part: usize,
        parts: usize,
        gradient: Float32Array,
    ) -> Result<f32, JsValue> {
        let state = self.enter()?;
        let (loss, values) = state.trainer.share_of_step(part, parts).await.map_err(|e| thrown(&e))?;
        write(&values, 0, &gradient)?;
        Ok(loss)
    }

    /// Begins the step whose shares have been summed to this loss and this gradient; moves nothing yet.
    #[wasm_bindgen(js_name = beginStep)]
    pub fn begin_step(&self, loss: f32, gradient: &[f32]) -> Result<(), JsValue> {
        self.enter()?.trainer.begin_step(loss, gradient).map_err(|e| thrown(&e))
    }

    /// The `part`-th of `parts` shares of the directions that the step begun takes, written to its place in
    /// `directions`, which has room for all of `muon_parameters`; returns where that is. `endStep` asks for all of them.
    /// Changes nothing else.
    #[wasm_bindgen(js_name = shareOfDirections, unchecked_return_type = "{ start: number, end: number }")]
    pub async fn share_of_directions(
        &self,
        part: usize,
        parts: usize,
        directions: Float32Array,
    ) -> Result<JsValue, JsValue> {
        let state = self.enter()?;
        let (start, values) = state.trainer.share_of_directions(part, parts).await.map_err(|e| thrown(&e))?;
        write(&values, start, &directions)?;
        Ok(to_js(&(start..start + values.len()))?)
    }

    /// Takes the step begun.
    #[wasm_bindgen(js_name = endStep, unchecked_return_type = "StepReport")]
    pub fn end_step(&self, directions: &[f32]) -> Result<JsValue, JsValue> {
        let report = self.enter()?.trainer.end_step(directions).map_err(|e| thrown(&e))?;
        Ok(to_js(&report)?)
    }

    /// Trains on another text from now on: the next of endless stories, in place of the same ones again. Refused, the
    /// text of before stays.
    #[wasm_bindgen(js_name = replaceTrainingText)]
    pub fn replace_training_text(&self, text: &str) -> Result<(), JsValue> {
        let State { tokenizer, trainer, .. } = &mut *self.enter()?;
        trainer.replace_training_text(text, tokenizer).map_err(|e| thrown(&e))
    }

    /// Mean loss over fixed validation windows, in nats a token: over `batches` batches of them, or the usual few.
    pub async fn evaluate(&self, batches: Option<usize>) -> Result<f32, JsValue> {
        let batches = batches.unwrap_or(VALIDATION_BATCHES);
        self.enter()?.trainer.evaluate(batches).await.map_err(|e| thrown(&e))
    }

    /// Remembers the model as it is now, in place of the one remembered before.
    pub fn keep(&self) -> Result<(), JsValue> {
        self.enter()?.trainer.keep();
        Ok(())
    }

    /// Goes back to the model remembered, if one was.
    #[wasm_bindgen(js_name = goBack)]
    pub fn go_back(&self) -> Result<(), JsValue> {
        self.enter()?.trainer.go_back();
        Ok(())
    }

    /// What the training needs to go on elsewhere: its weights and its optimizer's state. `resume` takes it back.
    pub async fn checkpoint(&self) -> Result<Float32Array, JsValue> {
        let state = self.enter()?;
        let values = Float32Array::new_with_length(state.trainer.checkpoint_len() as u32);
        let mut start = 0;
        let take = |part: &[f32]| {
            let end = start + part.len() as u32;
            values.subarray(start, end).copy_from(part);
            start = end;
        };
        state.trainer.checkpoint(take).await.map_err(|e| thrown(&e))?;
        Ok(values)
    }

    /// Goes on from a checkpoint that a session of the same options, on either engine, made after `step` steps.
    pub fn resume(&self, step: usize, checkpoint: &[f32]) -> Result<(), JsValue> {
        self.enter()?.trainer.resume(step, checkpoint).map_err(|e| thrown(&e))
    }

    /// Begins a text; `continueText` writes it. A text begun earlier is dropped.
    #[wasm_bindgen(js_name = beginText)]
    pub fn begin_text(
        &self,
        prompt: &str,
        #[wasm_bindgen(unchecked_param_type = "Partial<SamplingConfig>")] sampling: JsValue,
    ) -> Result<(), JsValue> {
        let mut state = self.enter()?;
        let sampling: SamplingConfig = from_js(sampling)?;
        let generator = Generator::new(&state.tokenizer, prompt, sampling).map_err(|e| thrown(&e))?;
        state.writing = Some(generator);
        Ok(())
    }

    /// Writes `tokens` more tokens of the text begun and returns them; a character that is not complete yet is held
    /// back until it is, or until `last`.
    #[wasm_bindgen(js_name = continueText)]
    pub async fn continue_text(&self, tokens: usize, last: bool) -> Result<String, JsValue> {
        let mut state = self.enter()?;
        let State { tokenizer, trainer, writing } = &mut *state;
        let generator = writing.as_mut().ok_or(Failure::NoTextBegun)?;
        let block_size = trainer.model_config().block_size;
        let mut text = String::new();
        for _ in 0..tokens {
            let piece = generator.next(trainer.model(), block_size, tokenizer).await;
            text.push_str(&piece.map_err(|e| thrown(&e))?);
        }
        if last {
            text.push_str(&generator.finish());
        }
        Ok(text)
    }

    /// What every head attends to in `text`, what the model would write after each of its tokens, and for each of
    /// `links` the head that connects its two words most.
    #[wasm_bindgen(unchecked_return_type = "Inspection")]
    pub async fn inspect(
        &self,
        text: &str,
        #[wasm_bindgen(unchecked_param_type = "Link[]")] links: JsValue,
    ) -> Result<JsValue, JsValue> {
        let links: Vec<Link> = from_js(links)?;
        let state = self.enter()?;
        let State { tokenizer, trainer, .. } = &*state;
        let block_size = trainer.model_config().block_size;
        let inspection =
            inspect(trainer.model(), tokenizer, block_size, text).await.map_err(|e| thrown(&e))?;
        let result = to_js(&inspection)?;
        set(&result, "attention", &Float32Array::from(&inspection.attention[..]))?;
        let connections: Vec<Option<Connection>> = links
            .iter()
            .map(|link| {
                let (from, to) = (byte_range(text, &link.from), byte_range(text, &link.to));
                inspection.strongest_connection(&from, &to)
            })
            .collect();
        set(&result, "connections", &to_js(&connections)?)?;
        Ok(result)
    }

    /// The scores of every token of the vocabulary after each token of `text` (its last `block_size` at most), one row of
    /// `vocab_size` after the other. This is how two engines are compared.
    pub async fn logits(&self, text: &str) -> Result<Float32Array, JsValue> {
        let state = self.enter()?;
        let State { tokenizer, trainer, .. } = &*state;
        let block_size = trainer.model_config().block_size;
        let logits = logits(trainer.model(), tokenizer, block_size, text).await.map_err(|e| thrown(&e))?;
        Ok(Float32Array::from(&logits[..]))
    }

    /// Loss and gradients of the batch that the next step will take; changes nothing. This is how two engines are
    /// compared.
    #[wasm_bindgen(unchecked_return_type = "Gradients")]
    pub async fn gradients(&self) -> Result<JsValue, JsValue> {
        let state = self.enter()?;
        let (loss, gradients) = state.trainer.peek_gradients().await.map_err(|e| thrown(&e))?;
        let list = Array::new();
        for (name, values) in gradients {
            let entry = Object::new();
            set(&entry, "name", &name.into())?;
            set(&entry, "values", &Float32Array::from(&values[..]))?;
            list.push(&entry);
        }
        let result = Object::new();
        set(&result, "loss", &loss.into())?;
        set(&result, "gradients", &list)?;
        Ok(result.into())
    }

    /// Panics on purpose: so the page's recovery is tested with a real panic.
    #[allow(clippy::panic, reason = "this is what it is for")]
    #[wasm_bindgen(js_name = panicOnPurpose)]
    pub fn panic_on_purpose(&self) {
        panic!("a panic on purpose");
    }

    fn enter(&self) -> Result<RefMut<'_, State>, JsValue> {
        self.state.try_borrow_mut().map_err(|_| Failure::Busy.into())
    }
}

/// A range of JavaScript's UTF-16 units as one of UTF-8 bytes; beyond the text's end it is empty.
fn byte_range(text: &str, units: &Range<usize>) -> Range<usize> {
    let byte = |unit: usize| {
        let mut passed = 0;
        let mut letters = text.char_indices();
        letters
            .find(|(_, letter)| {
                passed += letter.len_utf16();
                passed > unit
            })
            .map_or(text.len(), |(byte, _)| byte)
    };
    byte(units.start)..byte(units.end)
}

/// Copies numbers into an array of JavaScript's, from `start` on.
fn write(values: &[f32], start: usize, target: &Float32Array) -> Result<(), Failure> {
    let (given, needed) = (target.length() as usize, start + values.len());
    if given < needed {
        return Err(Failure::ArgumentUnreadable {
            reason: format!("room for {given} numbers, not {needed}"),
        });
    }
    target.subarray(start as u32, needed as u32).copy_from(values);
    Ok(())
}

fn set(object: &JsValue, key: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &key.into(), value).map(|_| ())
}
