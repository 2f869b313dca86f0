//! The norm of each head's query and key (arXiv 2010.04245), and rotary positions (RoFormer, arXiv
//! 2104.09864), in one kernel. The two halves of a vector, `a` and `b`, are coordinates of points, which are
//! rotated by the angles of the token's position.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_ops_types::Heads;

use crate::norm::{scale, through_scale};
use crate::reduce::sum_of_columns;
use crate::tensor::{buffer, dims, empty, lanes, threads};

/// Norms and rotates the queries and keys in `qkv`, queries, keys and values side by side,
/// `[batch * time, 3 * n_head * head_dim]`: scales each to a root mean square of 1, then by the first or the
/// second half of `gains` `[1, 2 * head_dim]`, and rotates it. Values are copied. The tables are
/// `[≥ time, head_dim]`; the second half of a row repeats the first.
pub fn qk_norm_rope(
    qkv: &CubeTensor,
    gains: &CubeTensor,
    epsilon: f32,
    [cos, sin]: [&CubeTensor; 2],
    heads: Heads,
) -> CubeTensor {
    let y = empty(qkv, dims::<2>(qkv));
    let Heads { batch, time, n_head, head_dim } = heads;
    let vectors = batch * time * 3 * n_head;
    let (count, dim) = threads(vectors);
    let lanes = lanes(&[head_dim / 2]);
    // SAFETY: a thread beyond the vectors ends at once.
    unsafe {
        qk_norm_rope_kernel::launch_unchecked(
            &qkv.client,
            count,
            dim,
            lanes,
            buffer(qkv),
            buffer(gains),
            buffer(cos),
            buffer(sin),
            buffer(&y),
            vectors,
            head_dim / 2 / lanes,
            n_head,
            time,
            epsilon,
        );
    }
    y
}

/// Gradients with respect to `qkv` and `gains`.
pub fn qk_norm_rope_backward(
    qkv: &CubeTensor,
    gains: &CubeTensor,
    epsilon: f32,
    [cos, sin]: [&CubeTensor; 2],
    heads: Heads,
    gradient: &CubeTensor,
) -> [CubeTensor; 2] {
    let Heads { batch, time, n_head, head_dim } = heads;
    let vectors = batch * time * 3 * n_head;
    let to_qkv = empty(qkv, dims::<2>(qkv));
    // What each number adds to its gain's gradient: a row for each token's head, its query's first.
    let shares = empty(qkv, [batch * time * n_head, 2 * head_dim]);
    let (count, dim) = threads(vectors);
    let lanes = lanes(&[head_dim / 2]);
    // SAFETY: a thread beyond the vectors ends at once.
    unsafe {
        qk_norm_rope_backward_kernel::launch_unchecked(
            &qkv.client,
            count,
            dim,
            lanes,
            buffer(qkv),
            buffer(gains),
            buffer(cos),
            buffer(sin),
            buffer(gradient),
            buffer(&to_qkv),
            buffer(&shares),
            vectors,
            head_dim / 2 / lanes,
            n_head,
            time,
            epsilon,
        );
    }
    [to_qkv, sum_of_columns(&shares)]
}

/// Which of queries (0), keys (1) and values (2) a vector is, and its token.
#[cube]
fn part_and_token(vector: usize, n_head: usize) -> (usize, usize) {
    (vector / n_head % 3, vector / (3 * n_head))
}

#[cube(launch_unchecked)]
fn qk_norm_rope_kernel<N: Size>(
    qkv: &[Vector<f32, N>],
    gains: &[Vector<f32, N>],
    cos: &[Vector<f32, N>],
    sin: &[Vector<f32, N>],
    y: &mut [Vector<f32, N>],
    vectors: usize,
    half: usize,
    n_head: usize,
    time: usize,
    epsilon: f32,
) {
    let vector = ABSOLUTE_POS;
    if vector >= vectors {
        terminate!();
    }
    let start = vector * half * 2;
    let (part, token) = part_and_token(vector, n_head);
    if part == 2 {
        for index in 0..2 * half {
            y[start + index] = qkv[start + index];
        }
    } else {
        let table = token % time * half * 2;
        let gain = part * half * 2;
        let scale = Vector::new(scale::<N>(qkv, start, 2 * half, epsilon));
        for index in 0..half {
            let a = qkv[start + index] * scale * gains[gain + index];
            let b = qkv[start + half + index] * scale * gains[gain + half + index];
            let (cos, sin) = (cos[table + index], sin[table + index]);
            y[start + index] = a * cos - b * sin;
            y[start + half + index] = b * cos + a * sin;
        }
    }
}

#[cube(launch_unchecked)]
fn qk_norm_rope_backward_kernel<N: Size>(
    qkv: &[Vector<f32, N>],
    gains: &[Vector<f32, N>],
    cos: &[Vector<f32, N>],
    sin: &[Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    to_qkv: &mut [Vector<f32, N>],
    shares: &mut [Vector<f32, N>],
    vectors: usize,
    half: usize,
    n_head: usize,
    time: usize,
    epsilon: f32,
) {
    let vector = ABSOLUTE_POS;
    if vector >= vectors {
        terminate!();
    }
    let start = vector * half * 2;
    let (part, token) = part_and_token(vector, n_head);
    if part == 2 {
        for index in 0..2 * half {
            to_qkv[start + index] = gradient[start + index];
        }
    } else {
        let table = token % time * half * 2;
        let gain = part * half * 2;
        let share = ((token * n_head + vector % n_head) * 2 + part) * half * 2;
        let scale = scale::<N>(qkv, start, 2 * half, epsilon);
        let mut along = Vector::<f32, N>::new(0.0);
        for index in 0..half {
            let (cos, sin) = (cos[table + index], sin[table + index]);
            let (a, b) = (gradient[start + index], gradient[start + half + index]);
            // Rotated back, this is the gradient with respect to the normed vector.
            let (a, b) = (a * cos + b * sin, b * cos - a * sin);
            let (x_a, x_b) = (qkv[start + index], qkv[start + half + index]);
            shares[share + index] = a * x_a * Vector::new(scale);
            shares[share + half + index] = b * x_b * Vector::new(scale);
            let (a, b) = (a * gains[gain + index], b * gains[gain + half + index]);
            to_qkv[start + index] = a;
            to_qkv[start + half + index] = b;
            along += a * x_a + b * x_b;
        }
        through_scale::<N>(qkv, to_qkv, start, 2 * half, scale, along);
    }
}
