//! The processor: one thread, SIMD.

use burn::tensor::Device;
use wasm_bindgen::JsValue;

/// Always there; `async` and fallible only because the GPU's is.
pub(crate) async fn open() -> Result<Device, JsValue> {
    Ok(Device::flex())
}
