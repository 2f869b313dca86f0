//! The burn device of this module's engine.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(not(feature = "cpu"))]
mod webgpu;

#[cfg(feature = "cpu")]
pub(crate) use cpu::{check, open};
#[cfg(not(feature = "cpu"))]
pub(crate) use webgpu::{check, open};
