//! The WebGPU engine's arithmetic: CubeCL kernels on burn's tensors.
//!
//! burn computes all of this too. These kernels are here because a step then asks a GPU for a third of the
//! launches, and because burn's product of matrices is slow where a shader's arrays are kept in memory
//! (BENCHMARKS.md).
//!
//! - [`matmul`](mod@matmul): products of matrices; [`linear`](mod@linear): those of a layer.
//! - [`norm`], [`rotary`], [`attention`](mod@attention), [`elementwise`], [`embedding`](mod@embedding),
//!   [`log_probs`](mod@log_probs): the parts of the model, each with its gradient.
//! - [`flatten`](mod@flatten), [`adamw`](mod@adamw), [`muon`], [`reduce`]: the optimizer.
//!
//! They work in any WebGPU: eight buffers a launch, no atomic additions, no subgroups. Tensors are contiguous
//! `f32`, tokens `i32`.

#![allow(
    unsafe_code,
    reason = "an unchecked launch leaves out checks of indices, which every WebGPU makes anyhow"
)]

pub mod adamw;
pub mod attention;
pub mod elementwise;
pub mod embedding;
pub mod flatten;
mod lanes;
pub mod linear;
pub mod log_probs;
pub mod matmul;
pub mod muon;
pub mod norm;
pub mod reduce;
pub mod rotary;
pub mod tensor;
