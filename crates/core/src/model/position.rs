//! Positions: how the model tells "le chat mange le poisson" from "le poisson mange le chat".

use burn::tensor::{Device, Tensor, TensorData};

use crate::config::ModelConfig;

/// Longest wavelength of the sines, in units of 2π tokens (Attention is all you need; RoFormer; Llama).
const BASE: f64 = 10_000.0;

/// Rotary positions: the two halves of each head's query or key are the coordinates of points in the plane, which
/// are turned by an angle that grows with the position; so their products depend on distances alone.
/// Halves, not neighbours, make the pairs: the order that `transformers` expects of a Llama.
#[derive(Clone, Debug)]
pub(super) struct Rotary {
    /// Cosine of each place's angle, twice side by side: `[1, block_size, 1, head_dim]`.
    cos: Tensor<4>,
    /// The same for the sine.
    sin: Tensor<4>,
    /// `x · turn` turns every point by a right angle, `(a, b)` to `(-b, a)`: `[1, 1, head_dim, head_dim]`. A product
    /// by a constant matrix is one launch on a GPU, forwards and backwards, and needs no strided copy on a CPU.
    turn: Tensor<4>,
}

impl Rotary {
    pub(super) fn new(config: &ModelConfig, device: &Device) -> Self {
        let (time, dim) = (config.block_size, config.head_dim());
        let half = dim / 2;
        let table = |f: fn(f64) -> f64| {
            let values: Vec<f32> =
                (0..time).flat_map(|t| (0..dim).map(move |i| f(angle(t, i % half, half)) as f32)).collect();
            Tensor::from_data(TensorData::new(values, [1, time, 1, dim]), device)
        };
        let mut turn = vec![0.0f32; dim * dim];
        for i in 0..half {
            turn[(half + i) * dim + i] = -1.0;
            turn[i * dim + half + i] = 1.0;
        }
        Self {
            cos: table(f64::cos),
            sin: table(f64::sin),
            turn: Tensor::from_data(TensorData::new(turn, [1, 1, dim, dim]), device),
        }
    }

    /// Turns queries or keys `[batch, time, n_head, head_dim]`.
    pub(super) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let [batch, time, n_head, dim] = x.dims();
        let turned = x
            .clone()
            .reshape([1, 1, batch * time * n_head, dim])
            .matmul(self.turn.clone())
            .reshape([batch, time, n_head, dim]);
        let upto = |table: &Tensor<4>| table.clone().narrow(1, 0, time);
        x * upto(&self.cos) + turned * upto(&self.sin)
    }
}

/// Fixed sines and cosines `[block_size, n_embd]`: the first half of a row holds the sines, the second the cosines.
/// Scaled to the size of a fresh embedding, which they would drown otherwise.
pub(super) fn sinusoidal(config: &ModelConfig, std: f64, device: &Device) -> Tensor<2> {
    let (time, dim) = (config.block_size, config.n_embd);
    let half = dim / 2;
    let values: Vec<f32> = (0..time)
        .flat_map(|t| {
            (0..dim).map(move |i| {
                let a = angle(t, i % half, half);
                let wave = if i < half { a.sin() } else { a.cos() };
                (wave * std * core::f64::consts::SQRT_2) as f32
            })
        })
        .collect();
    Tensor::from_data(TensorData::new(values, [time, dim]), device)
}

/// Angle, in radians, of pair `i` of `pairs` at place `t`.
fn angle(t: usize, i: usize, pairs: usize) -> f64 {
    t as f64 * BASE.powf(-(i as f64) / pairs as f64)
}
