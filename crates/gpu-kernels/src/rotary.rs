//! The norm of each head's vector, and rotary positions (RoFormer, arXiv 2104.09864), in one.
//!
//! A vector's two halves, `a` and `b`, are coordinates of points that turn by the angles of the vector's place.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_kernels::attention::Heads;

use crate::lanes::total;
use crate::tensor::{buffer, dims, empty, lanes, threads};

/// Threads that sum a column of the gain's gradient together.
const CUBE: usize = 64;

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
    let (to_x, to_gain) = (empty(x, dims::<2>(x)), empty(x, [1, head_dim]));
    // What each number adds to its gain's gradient.
    let shares = empty(x, [vectors, head_dim]);
    let (count, dim) = threads(vectors);
    let lanes = lanes(&[head_dim / 2]);
    // SAFETY: a thread beyond the vectors ends at once; in the second there is a workgroup for each column.
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
        columns_kernel::launch_unchecked(
            &x.client,
            CubeCount::Static((head_dim / lanes) as u32, 1, 1),
            CubeDim::new_1d(CUBE as u32),
            lanes,
            buffer(&shares),
            buffer(&to_gain),
            vectors,
            head_dim / lanes,
        );
    }
    [to_x, to_gain]
}

/// What brings the vector of two halves that begins at `start` to a root mean square of 1.
#[cube]
fn scale<N: Size>(x: &[Vector<f32, N>], start: usize, half: usize, epsilon: f32) -> f32 {
    let mut squares = Vector::<f32, N>::new(0.0);
    for index in 0..2 * half {
        let x = x[start + index];
        squares += x * x;
    }
    let numbers = f32::cast_from(2 * half * N::value());
    1.0 / (total::<N>(squares) / numbers + epsilon).sqrt()
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
    let scale = Vector::new(scale::<N>(x, start, half, epsilon));
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
    let scale = scale::<N>(x, start, half, epsilon);
    let mut along = Vector::<f32, N>::new(0.0);
    for index in 0..half {
        let (cos, sin) = (cos[angles + index], sin[angles + index]);
        let (a, b) = (gradient[start + index], gradient[start + half + index]);
        // Turned back: the gradient with respect to the normed vector, in the room for the result for a moment.
        let (a, b) = (a * cos + b * sin, b * cos - a * sin);
        let (x_a, x_b) = (x[start + index], x[start + half + index]);
        shares[start + index] = a * x_a * Vector::new(scale);
        shares[start + half + index] = b * x_b * Vector::new(scale);
        let (a, b) = (a * gain[index], b * gain[half + index]);
        to_x[start + index] = a;
        to_x[start + half + index] = b;
        along += a * x_a + b * x_b;
    }
    // What only makes the vector longer changes nothing.
    let numbers = f32::cast_from(2 * half * N::value());
    let less = Vector::new(total::<N>(along) * scale * scale / numbers);
    let scale = Vector::new(scale);
    for index in 0..2 * half {
        to_x[start + index] = scale * (to_x[start + index] - x[start + index] * less);
    }
}

/// The sum of each column; a workgroup has one vector of them.
#[cube(launch_unchecked)]
fn columns_kernel<N: Size>(
    values: &[Vector<f32, N>],
    sums: &mut [Vector<f32, N>],
    rows: usize,
    columns: usize,
) {
    let column = CUBE_POS_X as usize;
    let unit = UNIT_POS as usize;
    let mut sum = Vector::<f32, N>::new(0.0);
    for row in range_stepped(unit, rows, CUBE) {
        sum += values[row * columns + column];
    }
    let mut parts = Shared::<[Vector<f32, N>]>::new_slice(CUBE);
    parts[unit] = sum;
    sync_cube();
    if unit == 0 {
        let mut all = Vector::<f32, N>::new(0.0);
        for unit in 0..CUBE {
            all += parts[unit];
        }
        sums[column] = all;
    }
}
