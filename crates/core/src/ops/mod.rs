//! What the model is made of: each operation once in burn's own ([`plain`]), which every engine can run, and once in
//! kernels of ours for the CPU engine, which is a matter of speed alone. A test holds the two together.

#[cfg(feature = "cpu")]
mod cpu;
pub mod plain;

use burn::tensor::Tensor;
pub use petit_train_kernels::attention::Heads;

#[cfg(feature = "cpu")]
pub use cpu::{
    attention, cross_entropy, dropout, linear, linear_transposed, orthogonal, rms_norm, rotate, swiglu,
};
#[cfg(not(feature = "cpu"))]
pub use plain::{
    attention, cross_entropy, dropout, linear, linear_transposed, orthogonal, rms_norm, rotate, swiglu,
};

/// Rotary positions' tables.
#[derive(Clone, Debug)]
pub struct Angles {
    /// Cosines of each place's angles, `[block_size, head_dim]`, each row the same twice.
    pub cos: Tensor<2>,
    /// Their sines.
    pub sin: Tensor<2>,
    /// `x · turn` turns every point of a head by a right angle, `(a, b)` to `(-b, a)`: `[head_dim, head_dim]`.
    pub turn: Tensor<2>,
}

/// Polynomial `(a, b, c)` of a Newton–Schulz iteration, and their number: see [`orthogonal`].
#[derive(Clone, Copy, Debug)]
pub struct NewtonSchulz {
    /// Of `p(g) = a + b g + c g²`.
    pub coefficients: (f64, f64, f64),
    /// How often it is applied.
    pub iterations: usize,
}
