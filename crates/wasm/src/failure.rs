//! What only the engines' modules refuse.

use petit_train_js_values::thrown;
use serde::Serialize;
use wasm_bindgen::JsValue;

/// Failures that only this crate knows; the others are [`petit_train_core::error::Error`].
#[derive(Debug, Serialize, thiserror::Error)]
#[serde(tag = "code", content = "params", rename_all = "snake_case")]
pub(crate) enum Failure {
    /// Another call on the same training or model has not ended yet.
    #[error("the model is busy with another call")]
    Busy,
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

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> Self {
        thrown(&failure)
    }
}
