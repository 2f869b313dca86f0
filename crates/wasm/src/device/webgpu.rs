//! The GPU, through the browser's WebGPU.

use std::cell::RefCell;

use burn::tensor::Device;
use burn_wgpu::WgpuSetup;
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
    Open(Device),
}

/// The GPU's device, set up at the first call; `busy` while that lasts.
///
/// It is never named `Device::default()` or `Device::webgpu(..)`: those are other runtimes, created with a
/// blocking wait that a browser forbids.
pub(crate) async fn open() -> Result<Device, JsValue> {
    match GPU.with_borrow(Clone::clone) {
        Gpu::Open(device) => return Ok(device),
        Gpu::Opening => return Err(Failure::Busy.into()),
        Gpu::Closed => GPU.set(Gpu::Opening),
    }
    let options = Device::wgpu_options().tasks_max(TASKS_MAX);
    match options.init_with_setup_async().await {
        Ok((device, setup)) => {
            watch(&setup);
            GPU.set(Gpu::Open(device.clone()));
            Ok(device)
        }
        Err(error) => {
            GPU.set(Gpu::Closed);
            Err(Failure::WebgpuUnavailable { reason: error.to_string() }.into())
        }
    }
}

fn watch(setup: &WgpuSetup) {
    setup.device.set_device_lost_callback(|reason, message| {
        fatal::report("gpu_lost", &format!("{reason:?}: {message}"));
    });
}
