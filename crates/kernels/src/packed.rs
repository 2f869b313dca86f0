//! Products of a matrix of a few rows with weights that stay the same for many products, as when texts are
//! written a token at a time: the weights are then most of what is read. They are laid out once, in panels of
//! sixteen columns, so that a product reads them once and in their order and its sums stay in registers.
//! Reading them as they are, a row or several rows at a time, takes two to three times as long
//! (BENCHMARKS.md).
//!
//! The sums are added up in the same order as by [`mod@crate::matmul`], so a row's results are the same bits
//! whichever computed them, and however many rows there are.

use core::array;

use wide::f32x8;

use crate::lanes::{LANES, multiply_add};
use crate::matmul::{INNER, pack_panels, write};
use crate::matrix::Matrix;

/// Columns of a panel: the sums of one row are two vectors, since those of one would wait for each other.
const PANEL: usize = 2 * LANES;

/// Lays out `weights` `[inner, columns]`: panels of sixteen columns `[inner, 16]` one after the other, the
/// last filled up with zeros.
pub fn pack(weights: Matrix) -> Vec<f32> {
    let [inner, _] = weights.shape();
    let mut panels: Vec<[f32; PANEL]> = vec![];
    pack_panels(weights, 0..inner, &mut panels);
    panels.into_flattened()
}

/// Adds the product of `x` `[rows, inner]` and weights `[inner, columns]` that [`pack`] has laid out to `y`,
/// whose rows are `stride` numbers apart.
///
/// # Panics
/// When the shapes do not fit each other, `x` or `y`.
#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
pub fn packed_matmul_add(
    x: &[f32],
    packed: &[f32],
    [inner, columns]: [usize; 2],
    y: &mut [f32],
    stride: usize,
) {
    let (panels, _) = packed.as_chunks::<PANEL>();
    assert_eq!(panels.len(), inner * columns.div_ceil(PANEL), "the weights are laid out otherwise");
    let rows = x.len() / inner.max(1);
    for (panel, column) in panels.chunks_exact(inner.max(1)).zip((0..columns).step_by(PANEL)) {
        let width = PANEL.min(columns - column);
        let mut row = 0;
        while row < rows {
            let (x, y) = (&x[row * inner..], &mut y[row * stride + column..]);
            // So many rows and columns at once have sums that x86-64's sixteen registers hold.
            row += match rows - row {
                1 => add_rows::<1, 2>(x, panel, y, stride, width),
                2 | 3 => add_rows::<2, 2>(x, panel, y, stride, width),
                _ => add_rows::<4, 1>(x, panel, y, stride, width),
            };
        }
    }
}

/// Adds the product of `R` rows and a panel, of which `width` columns count, to `y`; `V` vectors of the
/// panel's columns at once. Returns `R`.
#[inline]
#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
fn add_rows<const R: usize, const V: usize>(
    x: &[f32],
    panel: &[[f32; PANEL]],
    y: &mut [f32],
    stride: usize,
    width: usize,
) -> usize {
    let inner = panel.len();
    for first in (0..PANEL / LANES).step_by(V) {
        for (part, panel) in panel.chunks(INNER).enumerate() {
            let left: [&[f32]; R] = array::from_fn(|i| &x[i * inner + part * INNER..][..panel.len()]);
            let mut sums = [[f32x8::ZERO; V]; R];
            for (index, right) in panel.iter().enumerate() {
                let (right, _) = right.as_chunks::<LANES>();
                let right: [f32x8; V] = array::from_fn(|v| f32x8::from(right[first + v]));
                for (sums, left) in sums.iter_mut().zip(left) {
                    for (sum, right) in sums.iter_mut().zip(right) {
                        *sum = multiply_add(left[index], right, *sum);
                    }
                }
            }
            for (i, sums) in sums.into_iter().enumerate() {
                for (v, sum) in sums.into_iter().enumerate() {
                    let column = (first + v) * LANES;
                    if column < width {
                        let end = (column + LANES).min(width);
                        write(sum, &mut y[i * stride..][column..end], false);
                    }
                }
            }
        }
    }
    R
}
