//! The WebGPU engine's operations against burn's own, for the browser tests. Not a part of the page.

use burn::tensor::Device;
use wasm_bindgen::prelude::wasm_bindgen;

#[path = "../../../core/tests/operations/checks.rs"]
mod checks;

fn main() {
    petit_train_wasm::start();
}

/// Runs all of them on the browser's GPU. A difference is a panic, which says what differs.
#[wasm_bindgen(js_name = checkOperations)]
pub async fn check_operations() {
    let device = Device::wgpu_options().init_async().await.expect("a GPU");
    checks::products(&device).await;
    checks::packed_products(&device).await;
    checks::layers(&device).await;
    checks::embedding(&device).await;
    checks::norm_and_gate(&device).await;
    checks::rotation(&device).await;
    checks::attention(&device).await;
    checks::dropout(&device).await;
    checks::log_probs(&device).await;
    checks::flattened(&device).await;
    checks::adamw(&device).await;
    checks::muon(&device).await;
}
