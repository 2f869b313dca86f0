//! What an export throws: an `Error` with a stable `code`, its `params`, and the whole chain of causes as its
//! message.

use js_sys::Reflect;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// Failures that only this crate knows; the others are [`petit_train_core::error::Error`].
#[derive(Debug, Serialize, thiserror::Error)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub(crate) enum Failure {
    /// Another call on the same training or model has not ended yet.
    #[error("the model is busy with another call")]
    Busy,
    /// An argument is not what the declarations say.
    #[error("an argument could not be read: {reason}")]
    ArgumentUnreadable {
        /// serde's words.
        reason: String,
    },
    /// A value could not be handed to JavaScript.
    #[error("a result could not be converted: {reason}")]
    ResultUnwritable {
        /// serde's words.
        reason: String,
    },
    /// `continueTexts` without `beginTexts`.
    #[error("no text was begun")]
    NoTextBegun,
    /// No adapter, or its device could not be had.
    #[cfg(not(feature = "cpu"))]
    #[error("WebGPU could not be started: {reason}")]
    WebgpuUnavailable {
        /// wgpu's words.
        reason: String,
    },
    /// The GPU's largest buffer is too small for the run.
    #[cfg(not(feature = "cpu"))]
    #[error("the run needs a buffer of {megabytes} MB; the GPU takes at most {max} MB")]
    GpuTooSmall {
        /// What the run's largest tensor needs.
        megabytes: u64,
        /// The limit.
        max: u64,
    },
}

/// Turns a failure into what JavaScript catches.
pub(crate) fn thrown(failure: &(impl Serialize + std::error::Error)) -> JsValue {
    let error = js_sys::Error::new(&failure.to_string());
    error.set_name("PetitTrainError");
    if let Ok(described) = crate::convert::to_js(failure) {
        for key in ["code", "params"] {
            let key = JsValue::from_str(key);
            let value = Reflect::get(&described, &key).unwrap_or(JsValue::UNDEFINED);
            // Setting a property of an object made here cannot fail.
            let _ = Reflect::set(&error, &key, &value);
        }
    }
    error.into()
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        thrown(&failure)
    }
}
