//! The operations on the CPU engine: burn's tensors around the kernels of `petit-train-kernels`.

use std::borrow::Cow;

use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::{IndexingUpdateOp, TensorData};
use petit_train_kernels as kernels;
use petit_train_kernels::log_probs::LogProbs;
use petit_train_kernels::matmul::{Triangle, matmul, matmul_add};
use petit_train_kernels::matrix::Matrix;
use petit_train_kernels::packed::{pack, packed_matmul_add};
use petit_train_kernels::rotary::QkNormRope;

use super::gradients::Gradients;
use super::tensor_list::TensorList;
use super::{AdamWStep, DifferentiableOps, Heads, NewtonSchulz, PackedLayout, PlainOps};

type Float = FloatTensor<Flex>;

impl DifferentiableOps for Flex {
    fn embedding(table: Float, tokens: IntTensor<Self>) -> Float {
        Self::float_select(table, 0, tokens)
    }

    fn linear(x: Float, weight: Float, transposed: bool) -> Float {
        Self::product([x, weight], [false, transposed])
    }

    fn linear_added(x: Float, weight: Float, to: Float) -> Float {
        let ([x, weight], shape) = ([&x, &weight].map(MatrixView::of), dims(&to));
        let mut y = values(&to).into_owned();
        matmul_add(x.matrix(), weight.matrix(), &mut y, shape[1]);
        tensor(y, shape)
    }

    fn stacked_linear(x: Float, weights: Float, count: usize) -> Float {
        let (x, weights) = (MatrixView::of(&x), MatrixView::of(&weights));
        let ([tokens, _], [_, columns]) = (x.1, weights.1);
        let mut y = vec![0.0; tokens * count * columns];
        for index in 0..count {
            let y = &mut y[index * columns..];
            matmul(x.matrix(), weights.block(index, count), 1.0, Triangle::None, y, count * columns);
        }
        tensor(y, [tokens, count * columns])
    }

    fn rms_norm(x: Float, gain: Float, epsilon: f32) -> Float {
        tensor(kernels::norm::rms_norm(&values(&x), &values(&gain), epsilon), dims(&x))
    }

    fn qk_norm_rope(qkv: Float, gains: Float, epsilon: f32, cos: Float, sin: Float, heads: Heads) -> Float {
        let (gains, [cos, sin]) = (values(&gains), [&cos, &sin].map(values));
        let parameters = QkNormRope { gains: &gains, epsilon, cos: &cos, sin: &sin };
        tensor(kernels::rotary::qk_norm_rope(&values(&qkv), parameters, heads), dims(&qkv))
    }

    fn attention(qkv: Float, heads: Heads) -> (Float, Float) {
        let Heads { batch, time, n_head, .. } = heads;
        let (y, weights) = kernels::attention::attention(&values(&qkv), heads);
        (tensor(y, [batch * time, heads.width()]), tensor(weights, [batch, n_head, time, time]))
    }

    fn swiglu(gate_up: Float) -> Float {
        let [tokens, width] = dims(&gate_up);
        tensor(kernels::swiglu::swiglu(&values(&gate_up), width / 2), [tokens, width / 2])
    }

    fn dropout(x: Float, rate: f32, seed: u32, first: u32) -> Float {
        tensor(kernels::dropout::dropout(&values(&x), rate, seed, first), dims(&x))
    }

    fn token_log_probs(logits: Float, targets: IntTensor<Self>) -> Float {
        let log_probs = kernels::log_probs::token_log_probs(&values(&logits), token_ids(targets).into_iter());
        let tokens = log_probs.len();
        tensor(log_probs, [tokens])
    }

    fn weighted_nll(logits: Float, targets: IntTensor<Self>, weights: Float) -> Float {
        Self::negative_dot(Self::token_log_probs(logits, targets), weights)
    }
}

impl Gradients for Flex {
    fn embedding_gradient(tokens: IntTensor<Self>, vocab_size: usize, gradient: Float) -> Float {
        let [_, columns] = dims(&gradient);
        let zeros = tensor(vec![0.0; vocab_size * columns], [vocab_size, columns]);
        Self::float_select_assign(zeros, 0, tokens, gradient, IndexingUpdateOp::Add)
    }

    fn product([a, b]: [Float; 2], [a_transposed, b_transposed]: [bool; 2]) -> Float {
        let [a, b] = [&a, &b].map(MatrixView::of);
        let (a, b) = (a.transposed_if(a_transposed), b.transposed_if(b_transposed));
        let ([rows, _], [_, columns]) = (a.shape(), b.shape());
        let mut c = vec![0.0; rows * columns];
        matmul(a, b, 1.0, Triangle::None, &mut c, columns);
        tensor(c, [rows, columns])
    }

    fn rms_norm_gradients([x, gain]: [Float; 2], epsilon: f32, gradient: Float) -> [Float; 2] {
        let (to_x, to_gain) =
            kernels::norm::rms_norm_backward(&values(&x), &values(&gain), epsilon, &values(&gradient));
        [tensor(to_x, dims(&x)), tensor(to_gain, dims(&gain))]
    }

    fn stacked_linear_to_x(weights: Float, count: usize, gradient: Float) -> Float {
        let (weights, [tokens, _], gradient) = (MatrixView::of(&weights), dims(&gradient), values(&gradient));
        let [inner, columns] = [weights.1[0] / count, weights.1[1]];
        let mut to_x = vec![0.0; tokens * inner];
        for index in 0..count {
            let gradient = Matrix::strided(&gradient[index * columns..], [tokens, columns], count * columns);
            let weight = weights.block(index, count).transposed();
            if index == 0 {
                matmul(gradient, weight, 1.0, Triangle::None, &mut to_x, inner);
            } else {
                matmul_add(gradient, weight, &mut to_x, inner);
            }
        }
        tensor(to_x, [tokens, inner])
    }

    fn stacked_linear_to_weights(x: Float, count: usize, gradient: Float) -> Float {
        let (x, width, gradient) = (MatrixView::of(&x), dims(&gradient)[1], values(&gradient));
        let ([tokens, inner], columns) = (x.1, width / count);
        let mut to_weights = vec![0.0; inner * width];
        for (index, to_weight) in to_weights.chunks_exact_mut(inner * columns).enumerate() {
            let gradient = Matrix::strided(&gradient[index * columns..], [tokens, columns], width);
            matmul(x.matrix().transposed(), gradient, 1.0, Triangle::None, to_weight, columns);
        }
        tensor(to_weights, [count * inner, columns])
    }

    fn qk_norm_rope_gradients(
        [qkv, gains]: [Float; 2],
        epsilon: f32,
        tables: [Float; 2],
        heads: Heads,
        gradient: Float,
    ) -> [Float; 2] {
        let (size, [cos, sin]) = (dims(&gains), tables.each_ref().map(values));
        let gains = values(&gains);
        let parameters = QkNormRope { gains: &gains, epsilon, cos: &cos, sin: &sin };
        let (to_qkv, to_gains) =
            kernels::rotary::qk_norm_rope_backward(&values(&qkv), parameters, heads, &values(&gradient));
        [tensor(to_qkv, dims(&qkv)), tensor(to_gains, size)]
    }

    fn attention_gradient(qkv: Float, weights: Float, heads: Heads, gradient: Float) -> Float {
        let to_qkv = kernels::attention::attention_backward(
            &values(&qkv),
            &values(&weights),
            &values(&gradient),
            heads,
        );
        tensor(to_qkv, dims(&qkv))
    }

    fn swiglu_gradient(gate_up: Float, gradient: Float) -> Float {
        let [_, width] = dims(&gate_up);
        tensor(
            kernels::swiglu::swiglu_backward(&values(&gate_up), width / 2, &values(&gradient)),
            dims(&gate_up),
        )
    }

    fn token_log_probs_forward(logits: Float, targets: IntTensor<Self>) -> (Float, [Float; 2]) {
        let ids = token_ids(targets);
        let LogProbs { log_probs, exponentials, sums } =
            kernels::log_probs::token_log_probs_forward(&values(&logits), ids.into_iter());
        let tokens = sums.len();
        (tensor(log_probs, [tokens]), [tensor(exponentials, dims(&logits)), tensor(sums, [tokens])])
    }

    fn negative_dot(a: Float, b: Float) -> Float {
        let product = |(a, b): (&f32, &f32)| f64::from(*a) * f64::from(*b);
        let sum: f64 = values(&a).iter().zip(values(&b).iter()).map(product).sum();
        tensor(vec![-sum as f32], [1])
    }

    fn token_log_probs_gradient(
        [mut exponentials, sums]: [Float; 2],
        targets: IntTensor<Self>,
        weights: Option<Float>,
        gradient: Float,
    ) -> Float {
        let mut gradient = values(&gradient);
        if let Some(weights) = &weights {
            let factor = -gradient.first().copied().unwrap_or_default();
            gradient = values(weights).iter().map(|weight| weight * factor).collect();
        }
        let ids = token_ids(targets);
        kernels::log_probs::token_log_probs_backward(
            // The graph held the only reference, so they are changed in place.
            exponentials.storage_mut(),
            &values(&sums),
            ids.into_iter(),
            &gradient,
        );
        exponentials
    }
}

impl PlainOps for Flex {
    fn pack(weights: Float, PackedLayout { count, transposed, .. }: PackedLayout) -> Float {
        let weights = MatrixView::of(&weights);
        let matrices = (0..count).map(|index| weights.block(index, count));
        let matrices = matrices.map(|matrix| if transposed { matrix.transposed() } else { matrix });
        let laid_out: Vec<f32> = matrices.flat_map(pack).collect();
        let numbers = laid_out.len();
        tensor(laid_out, [1, numbers])
    }

    fn packed_linear(x: Float, packed: Float, layout: PackedLayout) -> Float {
        let PackedLayout { count, shape: [_, columns], .. } = layout;
        let [rows, _] = dims(&x);
        let y = vec![0.0; rows * count * columns];
        tensor(add_packed_products(&x, &packed, layout, y), [rows, count * columns])
    }

    fn packed_linear_added(x: Float, packed: Float, to: Float, layout: PackedLayout) -> Float {
        tensor(add_packed_products(&x, &packed, layout, values(&to).into_owned()), dims(&to))
    }

    fn cached_attention(
        qkv: Float,
        mut cache: Float,
        positions: IntTensor<Self>,
        heads: Heads,
    ) -> (Float, Float) {
        let positions = token_ids(positions).into_iter();
        // Whoever writes holds the only reference, so it is changed in place.
        let numbers = cache.storage_mut();
        let y = kernels::cached_attention::cached_attention(&values(&qkv), numbers, positions, heads);
        (tensor(y, [heads.batch, heads.width()]), cache)
    }

    fn momentum(momentum: Float, gradient: Float, decay: f32) -> (Float, Float) {
        let count = momentum.shape().num_elements();
        let (momentum, nesterov_momentum) =
            kernels::muon::momentum(&values(&momentum), &values(&gradient), decay);
        (tensor(momentum, [count]), tensor(nesterov_momentum, [count]))
    }

    fn orthogonalized_updates(
        nesterov_momentum: Float,
        shapes: Vec<[usize; 2]>,
        method: NewtonSchulz,
    ) -> Float {
        let nesterov_momentum = values(&nesterov_momentum);
        let mut rest = &nesterov_momentum[..];
        let mut updates = Vec::with_capacity(rest.len());
        for [rows, columns] in shapes {
            let (matrix, others) = rest.split_at(rows * columns);
            rest = others;
            updates.extend(kernels::muon::orthogonalized_update(matrix, [rows, columns], method));
        }
        let count = updates.len();
        tensor(updates, [count])
    }

    fn apply_update(weights: Float, decay_factor: f32, updates: Float, learning_rate: f32) -> Float {
        let next =
            kernels::muon::apply_update(&values(&weights), decay_factor, &values(&updates), learning_rate);
        let count = next.len();
        tensor(next, [count])
    }

    fn flatten(TensorList(matrices): TensorList<Self>) -> Float {
        let numbers = matrices.iter().map(values).collect::<Vec<_>>().concat();
        let count = numbers.len();
        tensor(numbers, [count])
    }

    fn adamw(
        weights: Float,
        first: Float,
        second: Float,
        gradient: Float,
        decays: Float,
        step: AdamWStep,
    ) -> (Float, Float, Float) {
        let [mut weights, mut first, mut second] = [weights, first, second].map(|x| values(&x).into_owned());
        kernels::adamw::adamw(
            [&mut weights, &mut first, &mut second],
            &values(&gradient),
            &values(&decays),
            step,
        );
        let count = weights.len();
        (tensor(weights, [count]), tensor(first, [count]), tensor(second, [count]))
    }
}

/// Adds the products of `x` with each of some matrices that are laid out for it, side by side, to `y`.
fn add_packed_products(x: &Float, packed: &Float, layout: PackedLayout, mut y: Vec<f32>) -> Vec<f32> {
    let PackedLayout { count, shape, .. } = layout;
    let (x, packed) = (values(x), values(packed));
    for (index, packed) in packed.chunks_exact((packed.len() / count).max(1)).enumerate() {
        let y = &mut y[index * shape[1]..];
        packed_matmul_add(&x, packed, shape, y, count * shape[1]);
    }
    y
}

/// A tensor's numbers, row by row: borrowed where it is contiguous, else copied.
fn values(tensor: &Float) -> Cow<'_, [f32]> {
    match tensor.as_slice() {
        Some(values) => Cow::Borrowed(values),
        None => Cow::Owned(tensor.to_contiguous().as_slice().map(<[f32]>::to_vec).unwrap_or_default()),
    }
}

/// Token ids as indices.
fn token_ids(tokens: IntTensor<Flex>) -> Vec<usize> {
    let ids = tokens.into_data().convert::<i64>().try_into_vec::<i64>().unwrap_or_default();
    ids.into_iter().map(|id| id as usize).collect()
}

/// The numbers and the shape of a matrix.
struct MatrixView<'a>(Cow<'a, [f32]>, [usize; 2]);

impl<'a> MatrixView<'a> {
    fn of(tensor: &'a Float) -> Self {
        Self(values(tensor), dims(tensor))
    }

    fn matrix(&self) -> Matrix<'_> {
        Matrix::new(&self.0, self.1)
    }

    fn transposed_if(&self, transposed: bool) -> Matrix<'_> {
        if transposed { self.matrix().transposed() } else { self.matrix() }
    }

    /// One of `count` stacked matrices.
    fn block(&self, index: usize, count: usize) -> Matrix<'_> {
        let [rows, columns] = self.1;
        Matrix::new(&self.0[index * rows / count * columns..], [rows / count, columns])
    }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Float {
    Float::from_data(TensorData::new(values, shape))
}

/// The extents of a matrix.
fn dims(tensor: &Float) -> [usize; 2] {
    tensor.shape().dims()
}
