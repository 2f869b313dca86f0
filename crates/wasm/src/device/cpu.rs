//! The processor: one thread, SIMD.

use petit_train_core::engine::Engine;
use wasm_bindgen::JsValue;

use crate::failure::Failure;

/// Always there; `async` and fallible only because the GPU's is.
pub(crate) async fn open() -> Result<Engine, JsValue> {
    Ok(Engine::cpu())
}

/// Any tensor that a tab's memory holds is taken.
pub(crate) fn check(_largest_tensor: u64) -> Result<(), Failure> {
    Ok(())
}
