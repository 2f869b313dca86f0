//! The CPU engine's arithmetic: what a transformer computes forwards and backwards, on slices of `f32`, one
//! thread.
//!
//! burn's CPU backend computes all of this too. These kernels are here because they are twice as fast in a
//! browser (BENCHMARKS.md): fewer passes over the memory, exponentials of eight numbers at once, and a
//! product of matrices whose sums stay in the sixteen vector registers of x86-64.
//!
//! - [`matrix`], [`matmul`](mod@matmul): views of matrices, and their products, whole or triangular.
//! - [`norm`], [`rotary`], [`attention`](mod@attention), [`swiglu`](mod@swiglu), [`dropout`](mod@dropout),
//!   [`log_probs`](mod@log_probs): the parts of the model, each with its gradient.
//! - [`cached_attention`](mod@cached_attention), [`packed`]: what writing needs in place of the attention and
//!   of the products.
//! - [`adamw`](mod@adamw), [`muon`]: the optimizers.
//!
//! Matrices are row-major. A slice whose length does not fit its shape is a bug of the caller.

pub mod adamw;
pub mod attention;
pub mod cached_attention;
pub mod dropout;
mod exp;
mod lanes;
pub mod log_probs;
pub mod matmul;
pub mod matrix;
pub mod muon;
pub mod norm;
pub mod packed;
pub mod rotary;
pub mod swiglu;
