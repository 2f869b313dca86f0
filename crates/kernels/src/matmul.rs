//! Products of matrices.
//!
//! A tile of 4 × 8 sums stays in registers while the inner dimension runs: eight accumulators of four
//! numbers, two registers of the right matrix and one of the left are what x86-64's sixteen registers hold,
//! and every browser's compiler keeps them there. Larger tiles spill and run at half the speed
//! (BENCHMARKS.md).
//!
//! The right matrix is copied into panels of eight columns first, so that the innermost loop reads it in
//! order and without conflicts in the cache; the left one is read in place, or copied likewise if its
//! columns are contiguous. The order of all sums depends on the shapes alone, so results are the same bits
//! every time.

use core::ops::Range;

use wide::f32x8;

use crate::lanes::multiply_add;
use crate::matrix::Matrix;

/// Rows of a tile of the result.
const TILE_ROWS: usize = 4;
/// Columns of a tile of the result.
const TILE_COLUMNS: usize = 8;
/// The length of the part of the inner dimension that is worked on at once: a panel of the right matrix (12
/// KB) and four rows of the left one (6 KB) stay in the first-level cache.
pub(crate) const INNER: usize = 384;
/// Rows of the left matrix that one panel is multiplied by before the next: 96 KB, which stay in the
/// second-level cache.
const STRIP_ROWS: usize = 64;

/// Which part of a product is needed, or of its left matrix known to be zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Triangle {
    /// All of the product is needed, and nothing is known to be zero.
    None,
    /// Only the entries up to the diagonal are needed; those above it may be written or not.
    LowerProduct,
    /// The left matrix is zero above the diagonal.
    LowerLeft,
    /// The left matrix is zero below the diagonal.
    UpperLeft,
}

/// Writes `factor · a · b` to `c`, whose rows are `stride` numbers apart.
///
/// # Panics
/// When the shapes do not fit each other or `c`.
pub fn matmul(a: Matrix, b: Matrix, factor: f32, triangle: Triangle, c: &mut [f32], stride: usize) {
    let [rows, inner] = a.shape();
    let [_, columns] = b.shape();
    if inner == 0 && stride > 0 {
        c.chunks_mut(stride).take(rows).for_each(|row| row[..columns].fill(0.0));
    }
    product(a, b, factor, triangle, false, c, stride);
}

/// Adds `a · b` to `c`, whose rows are `stride` numbers apart.
///
/// # Panics
/// As [`matmul`].
pub fn matmul_add(a: Matrix, b: Matrix, c: &mut [f32], stride: usize) {
    product(a, b, 1.0, Triangle::None, true, c, stride);
}

#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
fn product(a: Matrix, b: Matrix, factor: f32, triangle: Triangle, adds: bool, c: &mut [f32], stride: usize) {
    let ([rows, inner], [inner_b, columns]) = (a.shape(), b.shape());
    assert_eq!(inner, inner_b, "inner dimensions");
    assert!(columns <= stride, "rows overlap");
    assert!(rows == 0 || (rows - 1) * stride + columns <= c.len(), "the slice is too short");
    let (mut panels, mut strip) = (Vec::new(), Vec::new());
    for start in (0..inner).step_by(INNER) {
        let part = start..(start + INNER).min(inner);
        pack_panels(b, part.clone(), &mut panels);
        for strip_start in (0..rows).step_by(STRIP_ROWS) {
            let strip_rows = strip_start..(strip_start + STRIP_ROWS).min(rows);
            if a.is_transposed() {
                pack_strip(a, strip_rows.clone(), part.clone(), &mut strip);
            }
            for (panel, column) in panels.chunks(part.len()).zip((0..columns).step_by(TILE_COLUMNS)) {
                for row in strip_rows.clone().step_by(TILE_ROWS) {
                    let tile = row..(row + TILE_ROWS).min(rows);
                    let Some(needed) = needed(triangle, &tile, column, &part) else { continue };
                    let indices = needed.start - start..needed.end - start;
                    let sums = if a.is_transposed() {
                        let packed = &strip[(row - strip_start) / TILE_ROWS * part.len()..];
                        tile_of_columns(&packed[indices.clone()], &panel[indices])
                    } else {
                        // Beyond the last row, that row is read again and the result is not written.
                        let left = [0, 1, 2, 3].map(|i| &a.run((row + i).min(tile.end - 1))[needed.clone()]);
                        tile_of_rows(left, &panel[indices])
                    };
                    for (row, sum) in tile.zip(sums) {
                        let width = TILE_COLUMNS.min(columns - column);
                        write(sum * factor, &mut c[row * stride + column..][..width], start == 0 && !adds);
                    }
                }
            }
        }
    }
}

/// The indices of a part of the inner dimension at which the left matrix's `rows` may be other than zero.
/// `None` where the tile at `column` is not needed, or where this part adds nothing to it; in the first part
/// an empty range instead, so that the tile is written.
#[inline(always)]
fn needed(
    triangle: Triangle,
    rows: &Range<usize>,
    column: usize,
    part: &Range<usize>,
) -> Option<Range<usize>> {
    let indices = match triangle {
        Triangle::LowerProduct if column >= rows.end => return None,
        Triangle::LowerLeft => part.start..part.end.min(rows.end),
        Triangle::UpperLeft => part.start.max(rows.start)..part.end,
        _ => part.clone(),
    };
    if !indices.is_empty() {
        return Some(indices);
    }
    (part.start == 0).then_some(0..0)
}

/// Writes a row of a tile, or adds it to what earlier parts of the inner dimension gave.
#[inline(always)]
pub(crate) fn write(sum: f32x8, target: &mut [f32], is_first: bool) {
    let sum = sum.to_array();
    match <&mut [f32; TILE_COLUMNS]>::try_from(&mut *target) {
        Ok(target) if is_first => *target = sum,
        Ok(target) => *target = (f32x8::from(*target) + f32x8::from(sum)).to_array(),
        Err(_) if is_first => target.copy_from_slice(&sum[..target.len()]),
        Err(_) => target.iter_mut().zip(sum).for_each(|(target, sum)| *target += sum),
    }
}

/// The 4 × 8 sums of a tile from four rows of the left matrix.
#[inline]
#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
fn tile_of_rows(left: [&[f32]; TILE_ROWS], panel: &[[f32; TILE_COLUMNS]]) -> [f32x8; TILE_ROWS] {
    let mut sums = [f32x8::ZERO; TILE_ROWS];
    for ((((a, b), c), d), right) in left[0].iter().zip(left[1]).zip(left[2]).zip(left[3]).zip(panel) {
        let right = f32x8::from(*right);
        for (sum, left) in sums.iter_mut().zip([a, b, c, d]) {
            *sum = multiply_add(*left, right, *sum);
        }
    }
    sums
}

/// The 4 × 8 sums of a tile from a packed strip of the left matrix.
#[inline]
#[cfg_attr(feature = "relaxed-simd", target_feature(enable = "relaxed-simd"))]
fn tile_of_columns(left: &[[f32; TILE_ROWS]], panel: &[[f32; TILE_COLUMNS]]) -> [f32x8; TILE_ROWS] {
    let mut sums = [f32x8::ZERO; TILE_ROWS];
    for (left, right) in left.iter().zip(panel) {
        let right = f32x8::from(*right);
        for (sum, left) in sums.iter_mut().zip(left) {
            *sum = multiply_add(*left, right, *sum);
        }
    }
    sums
}

/// Copies some rows of the right matrix into panels of N columns, one after the other, the last filled up
/// with zeros.
pub(crate) fn pack_panels<const N: usize>(b: Matrix, inner: Range<usize>, panels: &mut Vec<[f32; N]>) {
    let [_, columns] = b.shape();
    panels.clear();
    for column in (0..columns).step_by(N) {
        let width = N.min(columns - column);
        if b.is_transposed() {
            interleave(b, column..column + width, inner.clone(), panels);
        } else {
            gather(b, inner.clone(), column..column + width, panels);
        }
    }
}

/// Copies some rows of a transposed left matrix into tiles of four rows, one after the other. What stands in
/// the last one beyond the last row means nothing. The outer loop runs over the contiguous runs: those of a
/// wide matrix, four numbers of each, do not fit into the caches together.
fn pack_strip(a: Matrix, rows: Range<usize>, inner: Range<usize>, strip: &mut Vec<[f32; TILE_ROWS]>) {
    let tile = inner.len();
    strip.resize(rows.len().div_ceil(TILE_ROWS) * tile, [0.0; TILE_ROWS]);
    for (index, run) in inner.enumerate() {
        let (whole, rest) = a.run(run)[rows.clone()].as_chunks::<TILE_ROWS>();
        let mut packed = strip[index..].iter_mut().step_by(tile);
        whole.iter().zip(packed.by_ref()).for_each(|(values, packed)| *packed = *values);
        if let Some(packed) = packed.next() {
            packed[..rest.len()].copy_from_slice(rest);
        }
    }
}

/// Appends the numbers at `indices` of each of the contiguous runs `runs`, filled up with zeros.
#[inline(always)]
fn gather<const N: usize>(
    matrix: Matrix,
    runs: Range<usize>,
    indices: Range<usize>,
    packed: &mut Vec<[f32; N]>,
) {
    packed.extend(runs.map(|run| {
        let run = &matrix.run(run)[indices.clone()];
        <[f32; N]>::try_from(run).unwrap_or_else(|_| {
            let mut filled = [0.0; N];
            filled[..run.len()].copy_from_slice(run);
            filled
        })
    }));
}

/// Appends, for each of `indices`, the numbers that the (at most N) contiguous runs `runs` have there, filled
/// up with zeros.
#[inline(always)]
fn interleave<const N: usize>(
    matrix: Matrix,
    runs: Range<usize>,
    indices: Range<usize>,
    packed: &mut Vec<[f32; N]>,
) {
    let start = packed.len();
    packed.resize(start + indices.len(), [0.0; N]);
    for (i, run) in runs.enumerate() {
        let run = &matrix.run(run)[indices.clone()];
        packed[start..].iter_mut().zip(run).for_each(|(packed, value)| packed[i] = *value);
    }
}
