//! The GPU, through the browser's WebGPU.

use std::cell::RefCell;
use std::sync::Arc;

use burn::tensor::Device;
use burn_wgpu::WgpuSetup;
use petit_train_core::engine::Engine;
use wasm_bindgen::JsValue;

use crate::failure::Failure;
use crate::fatal;

/// Kernels that burn gathers before it submits them: fewer, larger submissions cost the browser less.
const TASKS_MAX: usize = 64;

thread_local! {
    static GPU: RefCell<Gpu> = const { RefCell::new(Gpu::Closed) };
}

/// A module has one GPU device: burn refuses to set up a second one.
#[derive(Clone)]
enum Gpu {
    Closed,
    Opening,
    /// With the largest tensor, in bytes, that it takes.
    Open(Device, u64),
}

/// The GPU's device, set up at the first call; `busy` while that lasts.
///
/// It is never named `Device::default()` or `Device::webgpu(..)`: those are other runtimes, created with a
/// blocking wait that a browser forbids.
pub(crate) async fn open() -> Result<Engine, JsValue> {
    match GPU.with_borrow(Clone::clone) {
        Gpu::Open(device, _) => return Ok(Engine::gpu(device)),
        Gpu::Opening => return Err(Failure::Busy.into()),
        Gpu::Closed => GPU.set(Gpu::Opening),
    }
    let options = Device::wgpu_options().tasks_max(TASKS_MAX);
    match options.init_with_setup_async().await {
        Ok((device, setup)) => {
            watch(&setup);
            let limits = setup.device.limits();
            let largest = limits.max_storage_buffer_binding_size.min(limits.max_buffer_size);
            GPU.set(Gpu::Open(device.clone(), largest));
            Ok(Engine::gpu(device))
        }
        Err(error) => {
            GPU.set(Gpu::Closed);
            Err(Failure::WebgpuUnavailable { reason: error.to_string() }.into())
        }
    }
}

/// Refuses a run whose largest tensor, in bytes, the GPU would not take, before anything is allocated.
pub(crate) fn check(largest_tensor: u64) -> Result<(), Failure> {
    let Gpu::Open(_, most) = GPU.with_borrow(Clone::clone) else { return Ok(()) };
    if largest_tensor <= most {
        return Ok(());
    }
    Err(Failure::GpuTooSmall { megabytes: largest_tensor.div_ceil(1_000_000), max: most / 1_000_000 })
}

/// Tells of what happens to a GPU outside of any call. burn's own handler of errors, which this one replaces,
/// panics.
fn watch(setup: &WgpuSetup) {
    setup.device.set_device_lost_callback(|reason, message| {
        fatal::report("gpu_lost", &format!("{reason:?}: {message}"));
    });
    setup.device.on_uncaptured_error(Arc::new(|error| {
        let out_of_memory = matches!(error, wgpu::Error::OutOfMemory { .. });
        fatal::report(if out_of_memory { "gpu_out_of_memory" } else { "engine_failed" }, &error.to_string());
    }));
}
