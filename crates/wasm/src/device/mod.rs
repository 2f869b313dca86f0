//! The burn device of this module's engine.

#[cfg(not(feature = "webgpu"))]
mod cpu;
#[cfg(feature = "webgpu")]
mod webgpu;

#[cfg(not(feature = "webgpu"))]
pub(crate) use cpu::open;
#[cfg(feature = "webgpu")]
pub(crate) use webgpu::open;
