//! The norm of each head's vector, and rotary positions (RoFormer, arXiv 2104.09864), in one.
//!
//! A vector's two halves, `a` and `b`, are coordinates of points that turn by the angles of the vector's place.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_kernels::attention::Heads;

use crate::norm::{scale, through_scale};
use crate::reduce::sum_of_columns;
use crate::tensor::{buffer, dims, empty, lanes, threads};

/// Scales each head's vector of `x` `[batch * time, n_head * head_dim]` to a root mean square of 1, then by `gain`
/// `[1, head_dim]`, and turns it; tables `[≥ time, head_dim]`, each row the same twice.
pub fn norm_and_rotate(
    x: &CubeTensor,
    gain: &CubeTensor,
    epsilon: f32,
    [cos, sin]: [&CubeTensor; 2],
    heads: Heads,
) -> CubeTensor {
    let y = empty(x, dims::<2>(x));
    let Heads { batch, time, n_head, head_dim } = heads;
    let vectors = batch * time * n_head;
    let (count, dim) = threads(vectors);
    let lanes = lanes(&[head_dim / 2]);
    // SAFETY: a thread beyond the vectors ends at once.
    unsafe {
        norm_and_rotate_kernel::launch_unchecked(
            &x.client,
            count,
            dim,
            lanes,
            buffer(x),
            buffer(gain),
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

/// Gradients with respect to `x` and `gain`.
pub fn norm_and_rotate_backward(
    x: &CubeTensor,
    gain: &CubeTensor,
    epsilon: f32,
    [cos, sin]: [&CubeTensor; 2],
    heads: Heads,
    gradient: &CubeTensor,
) -> [CubeTensor; 2] {
    let Heads { batch, time, n_head, head_dim } = heads;
    let vectors = batch * time * n_head;
    let to_x = empty(x, dims::<2>(x));
    // What each number adds to its gain's gradient.
    let shares = empty(x, [vectors, head_dim]);
    let (count, dim) = threads(vectors);
    let lanes = lanes(&[head_dim / 2]);
    // SAFETY: a thread beyond the vectors ends at once.
    unsafe {
        norm_and_rotate_backward_kernel::launch_unchecked(
            &x.client,
            count,
            dim,
            lanes,
            buffer(x),
            buffer(gain),
            buffer(cos),
            buffer(sin),
            buffer(gradient),
            buffer(&to_x),
            buffer(&shares),
            vectors,
            head_dim / 2 / lanes,
            n_head,
            time,
            epsilon,
        );
    }
    [to_x, sum_of_columns(&shares)]
}

#[cube(launch_unchecked)]
fn norm_and_rotate_kernel<N: Size>(
    x: &[Vector<f32, N>],
    gain: &[Vector<f32, N>],
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
    let angles = vector / n_head % time * half * 2;
    let scale = Vector::new(scale::<N>(x, start, 2 * half, epsilon));
    for index in 0..half {
        let a = x[start + index] * scale * gain[index];
        let b = x[start + half + index] * scale * gain[half + index];
        let (cos, sin) = (cos[angles + index], sin[angles + index]);
        y[start + index] = a * cos - b * sin;
        y[start + half + index] = b * cos + a * sin;
    }
}

#[cube(launch_unchecked)]
fn norm_and_rotate_backward_kernel<N: Size>(
    x: &[Vector<f32, N>],
    gain: &[Vector<f32, N>],
    cos: &[Vector<f32, N>],
    sin: &[Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    to_x: &mut [Vector<f32, N>],
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
    let angles = vector / n_head % time * half * 2;
    let scale = scale::<N>(x, start, 2 * half, epsilon);
    let mut along = Vector::<f32, N>::new(0.0);
    for index in 0..half {
        let (cos, sin) = (cos[angles + index], sin[angles + index]);
        let (a, b) = (gradient[start + index], gradient[start + half + index]);
        // Turned back: the gradient with respect to the normed vector.
        let (a, b) = (a * cos + b * sin, b * cos - a * sin);
        let (x_a, x_b) = (x[start + index], x[start + half + index]);
        shares[start + index] = a * x_a * Vector::new(scale);
        shares[start + half + index] = b * x_b * Vector::new(scale);
        let (a, b) = (a * gain[index], b * gain[half + index]);
        to_x[start + index] = a;
        to_x[start + half + index] = b;
        along += a * x_a + b * x_b;
    }
    through_scale::<N>(x, to_x, start, 2 * half, scale, along);
}
