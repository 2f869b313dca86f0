//! Products of a matrix of a few rows, as when texts are written a token at a time. The right matrix, a
//! layer's weights, is then most of what is read, and little is computed of each number: it is read where it
//! lies, once and in its order. Copying it into panels first, as [`mod@crate::matmul`] does, takes longer
//! than the product; reading several of its rows side by side takes two to three times as long
//! (BENCHMARKS.md).
//!
//! The sums are added up in the same order as there, so a row's results are the same bits whichever computed
//! them, and however many rows there are.

use core::array;
use core::ops::Range;

use wide::f32x8;

use crate::lanes::{LANES, multiply_add};
use crate::matmul::write;
use crate::matrix::Matrix;

/// Rows that are multiplied at once: what is loaded of the right matrix is used so many times.
const ROWS: usize = 4;

/// What is multiplied and where it is written, as [`multiply`] says.
#[derive(Clone)]
pub(crate) struct Product<'a> {
    /// Its rows are contiguous.
    pub a: Matrix<'a>,
    /// Its rows are contiguous.
    pub b: Matrix<'a>,
    /// The indices of the inner dimension.
    pub part: Range<usize>,
    pub factor: f32,
    /// Whether the product is added to what is there.
    pub adds: bool,
    /// From one row of the result to the next.
    pub stride: usize,
}

/// Writes `factor · a · b` over a part of the inner dimension to `c`, or adds it.
pub(crate) fn multiply(product: &Product, c: &mut [f32]) {
    let [rows, _] = product.a.shape();
    for row in (0..rows).step_by(ROWS) {
        let c = &mut c[row * product.stride..];
        match rows - row {
            1 => rows_at::<1>(product, row, c),
            2 => rows_at::<2>(product, row, c),
            3 => rows_at::<3>(product, row, c),
            _ => rows_at::<ROWS>(product, row, c),
        }
    }
}

/// `R` rows of the product from `row` on, which `c` begins with.
#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
fn rows_at<const R: usize>(product: &Product, row: usize, c: &mut [f32]) {
    let &Product { a, b, ref part, factor, adds, stride } = product;
    let [_, columns] = b.shape();
    let left: [&[f32]; R] = array::from_fn(|i| &a.run(row + i)[part.clone()]);
    // Eight columns after the other, the last filled up with zeros.
    let mut sums = vec![[f32x8::ZERO; R]; columns.div_ceil(LANES)];
    for (offset, index) in part.clone().enumerate() {
        let factors = left.map(|row| row[offset]);
        let (chunks, rest) = b.run(index).as_chunks::<LANES>();
        let (blocks, last) = sums.split_at_mut(chunks.len());
        for (sums, right) in blocks.iter_mut().zip(chunks) {
            add(sums, factors, f32x8::from(*right));
        }
        if let [sums] = last {
            let mut filled = [0.0; LANES];
            filled[..rest.len()].copy_from_slice(rest);
            add(sums, factors, f32x8::from(filled));
        }
    }
    for (block, sums) in sums.into_iter().enumerate() {
        let column = block * LANES;
        let width = LANES.min(columns - column);
        for (i, sum) in sums.into_iter().enumerate() {
            write(sum * factor, &mut c[i * stride + column..][..width], !adds);
        }
    }
}

#[inline]
#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
fn add<const R: usize>(sums: &mut [f32x8; R], factors: [f32; R], right: f32x8) {
    for (sum, factor) in sums.iter_mut().zip(factors) {
        *sum = multiply_add(factor, right, *sum);
    }
}
