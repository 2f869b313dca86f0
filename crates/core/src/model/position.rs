//! Positions: how the model tells "le chat mange le poisson" from "le poisson mange le chat".

use burn::tensor::{Device, Tensor, TensorData};

use super::parameter::embedding_std;
use crate::config::{ModelConfig, Position};
use crate::ops::RopeTable;

/// Longest wavelength of the sines, in units of 2π tokens (Attention is all you need; RoFormer; Llama).
pub(crate) const BASE: f64 = 10_000.0;

/// The angles by which queries and keys are turned: with rotary positions a token at position t turns each
/// point by t times its angle, so the products of queries and keys depend on distances alone; with others
/// none is turned. Halves of a head, not neighbours, make the pairs: the order that `transformers` expects of
/// a Llama.
pub(super) fn rope_table(config: &ModelConfig, device: &Device) -> RopeTable {
    let (time, dim) = (config.block_size, config.head_dim());
    let half = dim / 2;
    let turned = if config.position == Position::Rotary { 1.0 } else { 0.0 };
    let table = |f: fn(f64) -> f64| {
        let values: Vec<f32> = (0..time)
            .flat_map(|t| (0..dim).map(move |i| f(turned * angle(t, i % half, half)) as f32))
            .collect();
        Tensor::from_data(TensorData::new(values, [time, dim]), device)
    };
    RopeTable { cos: table(f64::cos), sin: table(f64::sin) }
}

/// Fixed sines and cosines `[block_size, n_embd]`: the first half of a row holds the sines, the second the
/// cosines. Scaled to the size of a fresh embedding, which they would drown otherwise.
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

/// A table for each way of telling positions apart.
#[derive(Clone, Debug)]
pub struct PositionTables {
    /// The cosine of each angle by which rotary positions turn, `[block_size, head_dim / 2]`. A query and a
    /// key are turned against each other by the angle of their distance.
    pub rotary: Tensor<2>,
    /// What is added where positions are fixed sines and cosines, `[block_size, n_embd]`.
    pub sinusoidal: Tensor<2>,
    /// What is added where a model has learned it, `[block_size, n_embd]`; none of another.
    pub learned: Option<Tensor<2>>,
}

/// The tables for a model of these sizes, whatever its own positions.
pub(super) fn position_tables(
    config: &ModelConfig,
    learned: Option<Tensor<2>>,
    device: &Device,
) -> PositionTables {
    let rotary = ModelConfig { position: Position::Rotary, ..config.clone() };
    PositionTables {
        rotary: rope_table(&rotary, device).cos.narrow(1, 0, config.head_dim() / 2),
        sinusoidal: sinusoidal(config, embedding_std(config.n_embd), device),
        learned,
    }
}

/// Angle, in radians, of pair `i` of `pairs` at position `t`.
fn angle(t: usize, i: usize, pairs: usize) -> f64 {
    t as f64 * BASE.powf(-(i as f64) / pairs as f64)
}
