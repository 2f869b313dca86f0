//! Sums of many numbers.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_ops_types::newton_schulz::EPSILON;

use crate::lanes::total;
use crate::tensor::{buffer, dims, empty, lanes, size};

/// Threads of a workgroup, which share a sum.
const CUBE: usize = 64;

/// The sum of the products of the numbers of `a` and `b`, times `factor`: `[1]`.
pub fn dot(a: &CubeTensor, b: &CubeTensor, factor: f32) -> CubeTensor {
    let y = empty(a, [1]);
    let lanes = lanes(&[size(a)]);
    // SAFETY: a thread's loop ends with the numbers.
    unsafe {
        dot_kernel::launch_unchecked(
            &a.client,
            CubeCount::Static(1, 1, 1),
            CubeDim::new_1d(CUBE as u32),
            lanes,
            buffer(a),
            buffer(b),
            buffer(&y),
            size(a) / lanes,
            factor,
        );
    }
    y
}

/// The sum of each column of `x` `[rows, columns]`: `[1, columns]`.
pub fn sum_of_columns(x: &CubeTensor) -> CubeTensor {
    let [rows, columns] = dims(x);
    let y = empty(x, [1, columns]);
    let lanes = lanes(&[columns]);
    let vectors = columns / lanes;
    // SAFETY: there is a workgroup for each vector of columns, and a thread's loop ends with the rows.
    unsafe {
        columns_kernel::launch_unchecked(
            &x.client,
            CubeCount::Static(vectors as u32, 1, 1),
            CubeDim::new_1d(CUBE as u32),
            lanes,
            buffer(x),
            buffer(&y),
            rows,
            vectors,
        );
    }
    y
}

/// The reciprocals of the Schatten 4-norms of `count` matrices x, from their `x xᵀ` in `gram`, square
/// matrices of this side: the norm is the root of the Frobenius norm of `x xᵀ`. `[count]`
pub(crate) fn reciprocal_schatten_norms(gram: &CubeTensor, count: usize, side: usize) -> CubeTensor {
    let y = empty(gram, [count]);
    // SAFETY: there is a workgroup for each matrix, and a thread's loops end with its numbers.
    unsafe {
        schatten_kernel::launch_unchecked(
            &gram.client,
            CubeCount::Static(count as u32, 1, 1),
            CubeDim::new_1d(CUBE as u32),
            buffer(gram),
            buffer(&y),
            side,
        );
    }
    y
}

#[cube(launch_unchecked)]
fn dot_kernel<N: Size>(
    a: &[Vector<f32, N>],
    b: &[Vector<f32, N>],
    y: &mut [f32],
    vectors: usize,
    factor: f32,
) {
    let unit = UNIT_POS as usize;
    let mut sum = Vector::<f32, N>::new(0.0);
    for index in range_stepped(unit, vectors, CUBE) {
        sum += a[index] * b[index];
    }
    let mut sums = Shared::<[f32]>::new_slice(CUBE);
    sums[unit] = total::<N>(sum);
    sync_cube();
    if unit == 0 {
        let mut all = 0.0f32;
        for unit in 0..CUBE {
            all += sums[unit];
        }
        y[0] = all * factor;
    }
}

#[cube(launch_unchecked)]
fn columns_kernel<N: Size>(x: &[Vector<f32, N>], y: &mut [Vector<f32, N>], rows: usize, vectors: usize) {
    let vector = CUBE_POS_X as usize;
    let unit = UNIT_POS as usize;
    let mut sum = Vector::<f32, N>::new(0.0);
    for row in range_stepped(unit, rows, CUBE) {
        sum += x[row * vectors + vector];
    }
    let mut sums = Shared::<[Vector<f32, N>]>::new_slice(CUBE);
    sums[unit] = sum;
    sync_cube();
    if unit == 0 {
        let mut all = Vector::<f32, N>::new(0.0);
        for unit in 0..CUBE {
            all += sums[unit];
        }
        y[vector] = all;
    }
}

#[cube(launch_unchecked)]
fn schatten_kernel(gram: &[f32], y: &mut [f32], side: usize) {
    let unit = UNIT_POS as usize;
    let start = CUBE_POS_X as usize * side * side;
    // The squares of the entries could be smaller than any number; those of their shares of the trace are
    // not.
    let mut trace = 0.0f32;
    for index in 0..side {
        trace += gram[start + index * (side + 1)];
    }
    let factor = 1.0 / (trace + EPSILON);
    let mut sum = 0.0f32;
    for index in range_stepped(unit, side * side, CUBE) {
        let entry = gram[start + index] * factor;
        sum += entry * entry;
    }
    let mut sums = Shared::<[f32]>::new_slice(CUBE);
    sums[unit] = sum;
    sync_cube();
    if unit == 0 {
        let mut all = 0.0f32;
        for unit in 0..CUBE {
            all += sums[unit];
        }
        y[CUBE_POS_X as usize] = 1.0 / ((all.sqrt() / factor).sqrt() + EPSILON);
    }
}
