//! The operations that the model and its optimizers are made of. Each is written once in burn's own
//! operations ([`plain`]), which define what it computes, and once for each engine as kernels of ours, which
//! are faster. Tests compare them.
//!
//! burn calls this a backend extension: the traits here are implemented for each backend, and from them it
//! makes calls on tensors.

#[cfg(feature = "cpu")]
mod cpu;
mod derivatives;
#[cfg(feature = "gpu")]
mod gpu;
mod gradients;
pub mod plain;
mod tensor_list;

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};
pub use petit_train_ops_types::{AdamWStep, Heads, NewtonSchulz};
use tensor_list::TensorList;

/// The cosines and sines of rotary positions.
#[derive(Clone, Debug)]
pub struct RopeTable {
    /// The cosines of each position's angles, `[block_size, head_dim]`; the second half of a row repeats the
    /// first.
    pub cos: Tensor<2>,
    /// The sines of the same angles.
    pub sin: Tensor<2>,
}

impl RopeTable {
    /// The tables of some positions, one row each.
    pub fn at(&self, positions: &Tensor<1, Int>) -> Self {
        let rows = |table: &Tensor<2>| embedding(table.clone(), positions.clone());
        Self { cos: rows(&self.cos), sin: rows(&self.sin) }
    }
}

/// As [`plain::embedding`].
pub fn embedding(table: Tensor<2>, tokens: Tensor<1, Int>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::embedding(table.into_dispatch(), tokens.into_dispatch()))
}

/// As [`plain::linear`].
pub fn linear(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::linear(x.into_dispatch(), weight.into_dispatch(), false))
}

/// As [`plain::linear_transposed`].
pub fn linear_transposed(x: Tensor<2>, weight: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::linear(x.into_dispatch(), weight.into_dispatch(), true))
}

/// As [`plain::linear_added`].
pub fn linear_added(x: Tensor<2>, weight: Tensor<2>, to: Tensor<2>) -> Tensor<2> {
    let (x, weight) = (x.into_dispatch(), weight.into_dispatch());
    Tensor::from_dispatch(Dispatch::linear_added(x, weight, to.into_dispatch()))
}

/// As [`plain::stacked_linear`].
pub fn stacked_linear(x: Tensor<2>, weights: Tensor<2>, count: usize) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::stacked_linear(x.into_dispatch(), weights.into_dispatch(), count))
}

/// Weights that stay the same for many products of a few rows, laid out as the engine reads them fastest.
#[derive(Clone, Debug)]
pub struct PackedWeights {
    laid_out: Tensor<2>,
    layout: PackedLayout,
}

/// What weights were before an engine laid them out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PackedLayout {
    /// Matrices that are stacked.
    pub count: usize,
    /// The extents of each of them, `[in, out]`.
    #[cfg_attr(not(feature = "cpu"), allow(dead_code, reason = "a GPU reads the weights as they are"))]
    pub shape: [usize; 2],
    /// Whether it was given as `[out, in]`.
    pub transposed: bool,
}

impl PackedWeights {
    /// Of `count` stacked matrices, `[count * in, out]`.
    pub fn stacked(weights: Tensor<2>, count: usize) -> Self {
        let [rows, columns] = weights.dims();
        Self::new(weights, PackedLayout { count, shape: [rows / count, columns], transposed: false })
    }

    /// Of a matrix `[out, in]`.
    pub fn transposed(weight: Tensor<2>) -> Self {
        let [columns, rows] = weight.dims();
        Self::new(weight, PackedLayout { count: 1, shape: [rows, columns], transposed: true })
    }

    fn new(weights: Tensor<2>, layout: PackedLayout) -> Self {
        let laid_out = Tensor::from_dispatch(Dispatch::pack(weights.into_dispatch(), layout));
        Self { laid_out, layout }
    }

    /// As [`plain::stacked_linear`] or [`plain::linear_transposed`] with the weights as they were given.
    pub fn linear(&self, x: Tensor<2>) -> Tensor<2> {
        let weights = self.laid_out.clone().into_dispatch();
        Tensor::from_dispatch(Dispatch::packed_linear(x.into_dispatch(), weights, self.layout))
    }

    /// As [`plain::linear_added`] with a single matrix as it was given.
    pub fn linear_added(&self, x: Tensor<2>, to: Tensor<2>) -> Tensor<2> {
        let weights = self.laid_out.clone().into_dispatch();
        let (x, to) = (x.into_dispatch(), to.into_dispatch());
        Tensor::from_dispatch(Dispatch::packed_linear_added(x, weights, to, self.layout))
    }
}

/// As [`plain::rms_norm`].
pub fn rms_norm(x: Tensor<2>, gain: Tensor<2>, epsilon: f64) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::rms_norm(x.into_dispatch(), gain.into_dispatch(), epsilon as f32))
}

/// As [`plain::qk_norm_rope`].
pub fn qk_norm_rope(
    qkv: Tensor<2>,
    gains: Tensor<2>,
    epsilon: f64,
    rope: &RopeTable,
    heads: Heads,
) -> Tensor<2> {
    let (qkv, gains) = (qkv.into_dispatch(), gains.into_dispatch());
    let (cos, sin) = (rope.cos.clone().into_dispatch(), rope.sin.clone().into_dispatch());
    Tensor::from_dispatch(Dispatch::qk_norm_rope(qkv, gains, epsilon as f32, cos, sin, heads))
}

/// As [`plain::attention`].
pub fn attention(qkv: Tensor<2>, heads: Heads) -> (Tensor<2>, Tensor<4>) {
    let (y, weights) = Dispatch::attention(qkv.into_dispatch(), heads);
    (Tensor::from_dispatch(y), Tensor::from_dispatch(weights))
}

/// As [`plain::cached_attention`]; the engine may change the cache in place.
pub fn cached_attention(
    qkv: Tensor<2>,
    cache: Tensor<2>,
    positions: Tensor<1, Int>,
    heads: Heads,
) -> (Tensor<2>, Tensor<2>) {
    let (qkv, cache) = (qkv.into_dispatch(), cache.into_dispatch());
    let (y, cache) = Dispatch::cached_attention(qkv, cache, positions.into_dispatch(), heads);
    (Tensor::from_dispatch(y), Tensor::from_dispatch(cache))
}

/// As [`plain::swiglu`].
pub fn swiglu(gate_up: Tensor<2>) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::swiglu(gate_up.into_dispatch()))
}

/// As [`plain::dropout`].
pub fn dropout(x: Tensor<2>, rate: f64, seed: u32, first_row: usize) -> Tensor<2> {
    let first = (first_row * x.dims()[1]) as u32;
    Tensor::from_dispatch(Dispatch::dropout(x.into_dispatch(), rate as f32, seed, first))
}

/// As [`plain::token_log_probs`].
pub fn token_log_probs(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::token_log_probs(logits.into_dispatch(), targets.into_dispatch()))
}

/// As [`plain::weighted_nll`].
pub fn weighted_nll(logits: Tensor<2>, targets: Tensor<1, Int>, weights: Tensor<1>) -> Tensor<1> {
    let (logits, targets) = (logits.into_dispatch(), targets.into_dispatch());
    Tensor::from_dispatch(Dispatch::weighted_nll(logits, targets, weights.into_dispatch()))
}

/// As [`plain::momentum`].
pub fn momentum(momentum: Tensor<1>, gradient: Tensor<1>, decay: f64) -> (Tensor<1>, Tensor<1>) {
    let (momentum, nesterov_momentum) =
        Dispatch::momentum(momentum.into_dispatch(), gradient.into_dispatch(), decay as f32);
    (Tensor::from_dispatch(momentum), Tensor::from_dispatch(nesterov_momentum))
}

/// As [`plain::orthogonalized_updates`].
pub fn orthogonalized_updates(
    nesterov_momentum: Tensor<1>,
    shapes: &[[usize; 2]],
    method: NewtonSchulz,
) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::orthogonalized_updates(
        nesterov_momentum.into_dispatch(),
        shapes.to_vec(),
        method,
    ))
}

/// As [`plain::apply_update`].
pub fn apply_update(
    weights: Tensor<1>,
    decay_factor: f64,
    updates: Tensor<1>,
    learning_rate: f64,
) -> Tensor<1> {
    let (decay_factor, learning_rate) = (decay_factor as f32, learning_rate as f32);
    let (weights, updates) = (weights.into_dispatch(), updates.into_dispatch());
    Tensor::from_dispatch(Dispatch::apply_update(weights, decay_factor, updates, learning_rate))
}

/// As [`plain::flatten`].
pub fn flatten(matrices: Vec<Tensor<2>>) -> Tensor<1> {
    let matrices = TensorList(matrices.into_iter().map(Tensor::into_dispatch).collect());
    Tensor::from_dispatch(Dispatch::flatten(matrices))
}

/// As [`plain::adamw`]; the engine may change the moments in place.
pub fn adamw(
    weights: Tensor<1>,
    [first, second]: [Tensor<1>; 2],
    gradient: Tensor<1>,
    decays: Tensor<1>,
    step: AdamWStep,
) -> (Tensor<1>, [Tensor<1>; 2]) {
    let (weights, first, second) = Dispatch::adamw(
        weights.into_dispatch(),
        first.into_dispatch(),
        second.into_dispatch(),
        gradient.into_dispatch(),
        decays.into_dispatch(),
        step,
    );
    (Tensor::from_dispatch(weights), [Tensor::from_dispatch(first), Tensor::from_dispatch(second)])
}

/// Operations that can be differentiated. Each backend implements them, and [`gradients`] does so for the
/// autodiff wrapper of any backend.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"), Autodiff)]
trait DifferentiableOps: Backend {
    fn embedding(table: FloatTensor<Self>, tokens: IntTensor<Self>) -> FloatTensor<Self>;
    fn linear(x: FloatTensor<Self>, weight: FloatTensor<Self>, transposed: bool) -> FloatTensor<Self>;
    fn linear_added(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        to: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
    fn stacked_linear(x: FloatTensor<Self>, weights: FloatTensor<Self>, count: usize) -> FloatTensor<Self>;
    fn rms_norm(x: FloatTensor<Self>, gain: FloatTensor<Self>, epsilon: f32) -> FloatTensor<Self>;
    fn qk_norm_rope(
        qkv: FloatTensor<Self>,
        gains: FloatTensor<Self>,
        epsilon: f32,
        cos: FloatTensor<Self>,
        sin: FloatTensor<Self>,
        heads: Heads,
    ) -> FloatTensor<Self>;
    fn attention(qkv: FloatTensor<Self>, heads: Heads) -> (FloatTensor<Self>, FloatTensor<Self>);
    fn swiglu(gate_up: FloatTensor<Self>) -> FloatTensor<Self>;
    fn dropout(x: FloatTensor<Self>, rate: f32, seed: u32, first: u32) -> FloatTensor<Self>;
    fn token_log_probs(logits: FloatTensor<Self>, targets: IntTensor<Self>) -> FloatTensor<Self>;
    fn weighted_nll(
        logits: FloatTensor<Self>,
        targets: IntTensor<Self>,
        weights: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// Operations that are never differentiated.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
trait PlainOps: Backend {
    fn pack(weights: FloatTensor<Self>, layout: PackedLayout) -> FloatTensor<Self>;
    fn packed_linear(
        x: FloatTensor<Self>,
        packed: FloatTensor<Self>,
        layout: PackedLayout,
    ) -> FloatTensor<Self>;
    fn packed_linear_added(
        x: FloatTensor<Self>,
        packed: FloatTensor<Self>,
        to: FloatTensor<Self>,
        layout: PackedLayout,
    ) -> FloatTensor<Self>;
    fn cached_attention(
        qkv: FloatTensor<Self>,
        cache: FloatTensor<Self>,
        positions: IntTensor<Self>,
        heads: Heads,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
    fn momentum(
        momentum: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        decay: f32,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
    fn orthogonalized_updates(
        nesterov_momentum: FloatTensor<Self>,
        shapes: Vec<[usize; 2]>,
        method: NewtonSchulz,
    ) -> FloatTensor<Self>;
    fn apply_update(
        weights: FloatTensor<Self>,
        decay_factor: f32,
        updates: FloatTensor<Self>,
        learning_rate: f32,
    ) -> FloatTensor<Self>;
    fn flatten(#[extension_type] matrices: TensorList<Self>) -> FloatTensor<Self>;
    fn adamw(
        weights: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        decays: FloatTensor<Self>,
        step: AdamWStep,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}
