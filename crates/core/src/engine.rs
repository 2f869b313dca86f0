//! What a model runs on: a device, and how its engine wants to be used.

use burn::tensor::Device;

/// Largest run that a tab should attempt, in bytes: wasm's 4 GB less room for the allocator and for
/// read-backs.
const TAB_MEMORY: u64 = 2_500_000_000;

/// A device and what is known of its engine.
#[derive(Clone, Debug)]
pub struct Engine {
    /// Where tensors live.
    pub device: Device,
    /// Tokens whose forward and backward passes are done at once; a batch of more is split. Their memory is
    /// most of a training's.
    pub tokens_at_once: usize,
    /// Whether the host computes, so that reading a number costs nothing: then every step is looked at before
    /// it moves the weights. Else steps are queued, and looked at afterwards.
    pub reads_are_free: bool,
    /// Bytes that a run may take, of all its workers together.
    pub memory_limit: u64,
}

impl Engine {
    /// The CPU engine. Parts of 512 tokens fit the second-level cache: larger ones are no faster.
    #[cfg(feature = "cpu")]
    pub fn cpu() -> Self {
        Self { device: Device::flex(), tokens_at_once: 512, reads_are_free: true, memory_limit: TAB_MEMORY }
    }

    /// The WebGPU engine on its device. A GPU wants all tokens at once.
    pub fn gpu(device: Device) -> Self {
        Self { device, tokens_at_once: usize::MAX, reads_are_free: false, memory_limit: TAB_MEMORY }
    }
}

/// Whether the device's engine compiles programs for the shapes that it is given, so that these must be few.
#[cfg(feature = "cpu")]
pub(crate) fn compiles(device: &Device) -> bool {
    *device != Device::flex()
}

/// The only other engine is a GPU's.
#[cfg(not(feature = "cpu"))]
pub(crate) fn compiles(_device: &Device) -> bool {
    true
}
