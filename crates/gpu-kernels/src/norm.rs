//! Root-mean-square norm (arXiv 1910.07467) and its gradients.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use crate::lanes::total;
use crate::tensor::{buffer, dims, empty, lanes, threads};

/// Threads that sum a column together.
const CUBE: usize = 64;

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
    let (to_x, to_gain, scales) = (empty(x, [rows, columns]), empty(x, [1, columns]), empty(x, [rows]));
    let (count, dim) = threads(rows);
    let lanes = lanes(&[columns]);
    let vectors = columns / lanes;
    // SAFETY: a thread beyond the rows ends at once; in the second there is a workgroup for each vector of columns.
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
            buffer(&scales),
            rows,
            vectors,
            epsilon,
        );
        gain_kernel::launch_unchecked(
            &x.client,
            CubeCount::Static(vectors as u32, 1, 1),
            CubeDim::new_1d(CUBE as u32),
            lanes,
            buffer(x),
            buffer(gradient),
            buffer(&scales),
            buffer(&to_gain),
            rows,
            vectors,
        );
    }
    [to_x, to_gain]
}

/// What brings the row that begins at `start` to a root mean square of 1.
#[cube]
fn scale<N: Size>(x: &[Vector<f32, N>], start: usize, vectors: usize, epsilon: f32) -> f32 {
    let mut squares = Vector::<f32, N>::new(0.0);
    for index in 0..vectors {
        let x = x[start + index];
        squares += x * x;
    }
    let columns = f32::cast_from(vectors * N::value());
    1.0 / (total::<N>(squares) / columns + epsilon).sqrt()
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
    scales: &mut [f32],
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
    scales[row] = scale;
    let mut along = Vector::<f32, N>::new(0.0);
    for index in 0..vectors {
        along += gradient[start + index] * gain[index] * x[start + index];
    }
    // What only makes the row longer changes nothing.
    let columns = f32::cast_from(vectors * N::value());
    let less = Vector::new(total::<N>(along) * scale * scale / columns);
    let scale = Vector::new(scale);
    for index in 0..vectors {
        to_x[start + index] = scale * (gradient[start + index] * gain[index] - x[start + index] * less);
    }
}

#[cube(launch_unchecked)]
fn gain_kernel<N: Size>(
    x: &[Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    scales: &[f32],
    to_gain: &mut [Vector<f32, N>],
    rows: usize,
    vectors: usize,
) {
    let vector = CUBE_POS_X as usize;
    let unit = UNIT_POS as usize;
    let mut sum = Vector::<f32, N>::new(0.0);
    for row in range_stepped(unit, rows, CUBE) {
        let at = row * vectors + vector;
        sum += x[at] * gradient[at] * Vector::new(scales[row]);
    }
    let mut sums = Shared::<[Vector<f32, N>]>::new_slice(CUBE);
    sums[unit] = sum;
    sync_cube();
    if unit == 0 {
        let mut all = Vector::<f32, N>::new(0.0);
        for unit in 0..CUBE {
            all += sums[unit];
        }
        to_gain[vector] = all;
    }
}
