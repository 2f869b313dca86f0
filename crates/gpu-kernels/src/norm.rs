//! Root-mean-square norm (arXiv 1910.07467) and its gradients.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use crate::lanes::total;
use crate::reduce::sum_of_columns;
use crate::tensor::{buffer, dims, empty, lanes, threads};

/// Scales each row of `x` `[rows, columns]` to a root mean square of 1, then by `gain` `[1, columns]`.
pub fn rms_norm(x: &CubeTensor, gain: &CubeTensor, epsilon: f32) -> CubeTensor {
    let [rows, columns] = dims(x);
    let y = empty(x, [rows, columns]);
    let (count, dim) = threads(rows);
    let lanes = lanes(&[columns]);
    // SAFETY: a thread beyond the rows ends at once.
    unsafe {
        norm_kernel::launch_unchecked(
            &x.client,
            count,
            dim,
            lanes,
            buffer(x),
            buffer(gain),
            buffer(&y),
            rows,
            columns / lanes,
            epsilon,
        );
    }
    y
}

/// Gradients with respect to `x` and `gain`.
pub fn rms_norm_backward(
    x: &CubeTensor,
    gain: &CubeTensor,
    epsilon: f32,
    gradient: &CubeTensor,
) -> [CubeTensor; 2] {
    let [rows, columns] = dims(x);
    // `shares` is what each number adds to the gradient with respect to its gain.
    let [to_x, shares] = [(); 2].map(|()| empty(x, [rows, columns]));
    let (count, dim) = threads(rows);
    let lanes = lanes(&[columns]);
    // SAFETY: a thread beyond the rows ends at once.
    unsafe {
        norm_backward_kernel::launch_unchecked(
            &x.client,
            count,
            dim,
            lanes,
            buffer(x),
            buffer(gain),
            buffer(gradient),
            buffer(&to_x),
            buffer(&shares),
            rows,
            columns / lanes,
            epsilon,
        );
    }
    [to_x, sum_of_columns(&shares)]
}

/// The factor that scales the row that begins at `start` to a root mean square of 1.
#[cube]
pub(crate) fn scale<N: Size>(x: &[Vector<f32, N>], start: usize, vectors: usize, epsilon: f32) -> f32 {
    let mut squares = Vector::<f32, N>::new(0.0);
    for index in 0..vectors {
        let x = x[start + index];
        squares += x * x;
    }
    let columns = f32::cast_from(vectors * N::value());
    1.0 / (total::<N>(squares) / columns + epsilon).sqrt()
}

/// Turns the gradient with respect to the scaled row that begins at `start` into that with respect to the
/// row; the numbers of `along` sum to the product of the former with the row.
#[cube]
pub(crate) fn through_scale<N: Size>(
    x: &[Vector<f32, N>],
    gradient: &mut [Vector<f32, N>],
    start: usize,
    vectors: usize,
    scale: f32,
    along: Vector<f32, N>,
) {
    // A change along the row only changes its length, which the norm takes away.
    let columns = f32::cast_from(vectors * N::value());
    let less = Vector::new(total::<N>(along) * scale * scale / columns);
    let scale = Vector::new(scale);
    for index in 0..vectors {
        gradient[start + index] = scale * (gradient[start + index] - x[start + index] * less);
    }
}

#[cube(launch_unchecked)]
fn norm_kernel<N: Size>(
    x: &[Vector<f32, N>],
    gain: &[Vector<f32, N>],
    y: &mut [Vector<f32, N>],
    rows: usize,
    vectors: usize,
    epsilon: f32,
) {
    let row = ABSOLUTE_POS;
    if row >= rows {
        terminate!();
    }
    let start = row * vectors;
    let scale = Vector::new(scale::<N>(x, start, vectors, epsilon));
    for index in 0..vectors {
        y[start + index] = x[start + index] * scale * gain[index];
    }
}

#[cube(launch_unchecked)]
fn norm_backward_kernel<N: Size>(
    x: &[Vector<f32, N>],
    gain: &[Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    to_x: &mut [Vector<f32, N>],
    shares: &mut [Vector<f32, N>],
    rows: usize,
    vectors: usize,
    epsilon: f32,
) {
    let row = ABSOLUTE_POS;
    if row >= rows {
        terminate!();
    }
    let start = row * vectors;
    let scale = scale::<N>(x, start, vectors, epsilon);
    let mut along = Vector::<f32, N>::new(0.0);
    for index in 0..vectors {
        let at = start + index;
        let (x, gradient) = (x[at], gradient[at]);
        shares[at] = gradient * x * Vector::new(scale);
        to_x[at] = gradient * gain[index];
        along += to_x[at] * x;
    }
    through_scale::<N>(x, to_x, start, vectors, scale, along);
}
