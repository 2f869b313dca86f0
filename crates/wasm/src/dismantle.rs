//! Taking a model apart, as JavaScript sees it. Nothing here changes the model: what is done to it is done
//! to a copy, which lasts as long as the question.

use js_sys::Float32Array;
use petit_train_core::inspect;
use petit_train_core::model::Interventions;
use petit_train_js_values::{from_js, set, thrown, to_js};
use wasm_bindgen::prelude::*;

use crate::convert::text_of;
use crate::model::Model;

#[allow(clippy::await_holding_refcell_ref, reason = "see `state::enter`")]
#[wasm_bindgen]
impl Model {
    /// What the model makes of `text` once interventions were done to it, and how it continues it by at most
    /// `length` tokens, always with the likeliest one: for each of several interventions on their own.
    #[wasm_bindgen(unchecked_return_type = "Consequences[]")]
    pub async fn consequences(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
        #[wasm_bindgen(unchecked_param_type = "Interventions[]")] interventions: JsValue,
        length: usize,
    ) -> Result<JsValue, JsValue> {
        let text = text_of(&text)?;
        let interventions: Vec<Interventions> = from_js(&interventions)?;
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let answer = inspect::consequences(model, tokenizer, &text, &interventions, length).await;
        Ok(to_js(&answer.map_err(|e| thrown(&e))?)?)
    }

    /// What the prediction of the token at `position` of `text` depends on: every head and every MLP is
    /// switched off in turn, and, where `pairs` is asked for and the model is small, every two of them.
    #[wasm_bindgen(unchecked_return_type = "Causes")]
    pub async fn causes(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
        position: usize,
        pairs: bool,
    ) -> Result<JsValue, JsValue> {
        let text = text_of(&text)?;
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let causes = inspect::causes(model, tokenizer, &text, position, pairs).await;
        Ok(to_js(&causes.map_err(|e| thrown(&e))?)?)
    }

    /// What each layer would say about the token at `position` of `text` if it were the last.
    #[wasm_bindgen(unchecked_return_type = "Lens")]
    pub async fn lens(
        &self,
        #[wasm_bindgen(unchecked_param_type = "string")] text: JsValue,
        position: usize,
    ) -> Result<JsValue, JsValue> {
        let text = text_of(&text)?;
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        Ok(to_js(&inspect::lens(model, tokenizer, &text, position).await.map_err(|e| thrown(&e))?)?)
    }

    /// What tells the sentences of `toward` from those of `away` in the residual stream after a layer:
    /// `n_embd` numbers.
    pub async fn direction(
        &self,
        toward: Vec<String>,
        away: Vec<String>,
        layer: usize,
    ) -> Result<Float32Array, JsValue> {
        let guard = self.owner.enter()?;
        let (model, tokenizer) = guard.parts();
        let direction = inspect::direction(model, tokenizer, [&toward, &away], layer).await;
        Ok(Float32Array::from(&direction.map_err(|e| thrown(&e))?[..]))
    }

    /// Every parameter, in their order: what it is for, and its shape.
    #[wasm_bindgen(unchecked_return_type = "BillEntry[]")]
    pub fn bill(&self) -> Result<JsValue, JsValue> {
        let guard = self.owner.enter()?;
        let (model, _) = guard.parts();
        Ok(to_js(&inspect::bill(model))?)
    }

    /// The numbers of the parameter at this place of the bill, row-major.
    #[wasm_bindgen(unchecked_return_type = "ParameterNumbers & { values: Float32Array }")]
    pub async fn parameter(&self, parameter: usize) -> Result<JsValue, JsValue> {
        let guard = self.owner.enter()?;
        let (model, _) = guard.parts();
        let numbers = inspect::parameter(model, parameter).await.map_err(|e| thrown(&e))?;
        let answer = to_js(&numbers)?;
        set(&answer, "values", &Float32Array::from(&numbers.values[..]))?;
        Ok(answer)
    }
}
