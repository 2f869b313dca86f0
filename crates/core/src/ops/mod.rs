//! What the model is made of: each operation once in burn's own ([`plain`]), which says what it means, and once in kernels
//! of ours for each engine, which is a matter of speed alone. Tests hold them together.
//!
//! burn calls this a backend extension: the traits here are implemented for each backend, and from them it makes
//! calls on tensors.

#[cfg(feature = "cpu")]
mod cpu;
#[cfg(feature = "gpu")]
mod gpu;
mod gradients;
mod many;
pub mod plain;

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, backend_extension};
use burn::tensor::{Int, Tensor};
use many::Many;
pub use petit_train_kernels::adamw::Step as AdamWStep;
pub use petit_train_kernels::attention::Heads;
pub use petit_train_kernels::muon::NewtonSchulz;

/// Rotary positions' tables.
#[derive(Clone, Debug)]
pub struct Angles {
    /// Cosines of each place's angles, `[block_size, head_dim]`, each row the same twice.
    pub cos: Tensor<2>,
    /// Their sines.
    pub sin: Tensor<2>,
}

impl Angles {
    /// Those of one place, as tables of one row.
    pub fn at(&self, place: Tensor<1, Int>) -> Self {
        let row = |table: &Tensor<2>| embedding(table.clone(), place.clone());
        Self { cos: row(&self.cos), sin: row(&self.sin) }
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

/// As [`plain::linears`].
pub fn linears(x: Tensor<2>, weights: Tensor<2>, count: usize) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::linears(x.into_dispatch(), weights.into_dispatch(), count))
}

/// As [`plain::rms_norm`].
pub fn rms_norm(x: Tensor<2>, gain: Tensor<2>, epsilon: f64) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::rms_norm(x.into_dispatch(), gain.into_dispatch(), epsilon as f32))
}

/// As [`plain::norm_and_rotate`].
pub fn norm_and_rotate(
    qkv: Tensor<2>,
    gains: Tensor<2>,
    epsilon: f64,
    angles: &Angles,
    heads: Heads,
) -> Tensor<2> {
    let (qkv, gains) = (qkv.into_dispatch(), gains.into_dispatch());
    let (cos, sin) = (angles.cos.clone().into_dispatch(), angles.sin.clone().into_dispatch());
    Tensor::from_dispatch(Dispatch::norm_and_rotate(qkv, gains, epsilon as f32, cos, sin, heads))
}

/// As [`plain::attention`].
pub fn attention(qkv: Tensor<2>, heads: Heads) -> (Tensor<2>, Tensor<4>) {
    let (y, weights) = Dispatch::attention(qkv.into_dispatch(), heads);
    (Tensor::from_dispatch(y), Tensor::from_dispatch(weights))
}

/// As [`plain::attention_of_last`].
pub fn attention_of_last(qkv: Tensor<2>, heads: Heads) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::attention_of_last(qkv.into_dispatch(), heads))
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

/// As [`plain::cross_entropy`].
pub fn cross_entropy(logits: Tensor<2>, targets: Tensor<1, Int>) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::cross_entropy(logits.into_dispatch(), targets.into_dispatch()))
}

/// As [`plain::momentum`].
pub fn momentum(momentum: Tensor<1>, gradient: Tensor<1>, decay: f64) -> (Tensor<1>, Tensor<1>) {
    let (momentum, ahead) =
        Dispatch::momentum(momentum.into_dispatch(), gradient.into_dispatch(), decay as f32);
    (Tensor::from_dispatch(momentum), Tensor::from_dispatch(ahead))
}

/// As [`plain::directions`].
pub fn directions(ahead: Tensor<1>, shapes: &[[usize; 2]], method: NewtonSchulz) -> Tensor<1> {
    Tensor::from_dispatch(Dispatch::directions(ahead.into_dispatch(), shapes.to_vec(), method))
}

/// As [`plain::descend`].
pub fn descend(weights: Tensor<1>, kept: f64, directions: Tensor<1>, learning_rate: f64) -> Tensor<1> {
    let (kept, learning_rate) = (kept as f32, learning_rate as f32);
    let (weights, directions) = (weights.into_dispatch(), directions.into_dispatch());
    Tensor::from_dispatch(Dispatch::descend(weights, kept, directions, learning_rate))
}

/// As [`plain::flatten`].
pub fn flatten(matrices: Vec<Tensor<2>>) -> Tensor<1> {
    let matrices = Many(matrices.into_iter().map(Tensor::into_dispatch).collect());
    Tensor::from_dispatch(Dispatch::flatten(matrices))
}

/// As [`plain::adamw`]; the moments may be changed where they lie.
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

/// Operations that a graph records: a backend's own, and for its differentiating wrapper what
/// [`gradients`] makes of them.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"), Autodiff)]
trait Recorded: Backend {
    fn embedding(table: FloatTensor<Self>, tokens: IntTensor<Self>) -> FloatTensor<Self>;
    fn linear(x: FloatTensor<Self>, weight: FloatTensor<Self>, transposed: bool) -> FloatTensor<Self>;
    fn linear_added(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        to: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
    fn linears(x: FloatTensor<Self>, weights: FloatTensor<Self>, count: usize) -> FloatTensor<Self>;
    fn rms_norm(x: FloatTensor<Self>, gain: FloatTensor<Self>, epsilon: f32) -> FloatTensor<Self>;
    fn norm_and_rotate(
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
    fn cross_entropy(logits: FloatTensor<Self>, targets: IntTensor<Self>) -> FloatTensor<Self>;
}

/// Operations outside of any graph.
#[backend_extension(Flex: cfg(feature = "cpu"), Cube: cfg(feature = "gpu"))]
trait Direct: Backend {
    fn attention_of_last(qkv: FloatTensor<Self>, heads: Heads) -> FloatTensor<Self>;
    fn momentum(
        momentum: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        decay: f32,
    ) -> (FloatTensor<Self>, FloatTensor<Self>);
    fn directions(
        ahead: FloatTensor<Self>,
        shapes: Vec<[usize; 2]>,
        method: NewtonSchulz,
    ) -> FloatTensor<Self>;
    fn descend(
        weights: FloatTensor<Self>,
        kept: f32,
        directions: FloatTensor<Self>,
        learning_rate: f32,
    ) -> FloatTensor<Self>;
    fn flatten(#[extension_type] matrices: Many<Self>) -> FloatTensor<Self>;
    fn adamw(
        weights: FloatTensor<Self>,
        first: FloatTensor<Self>,
        second: FloatTensor<Self>,
        gradient: FloatTensor<Self>,
        decays: FloatTensor<Self>,
        step: AdamWStep,
    ) -> (FloatTensor<Self>, FloatTensor<Self>, FloatTensor<Self>);
}
