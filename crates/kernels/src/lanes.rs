//! Loops over eight numbers at once that the compiler does not vectorise by itself: sums, because their order
//! would change, and exponentials, because they are calls.

use wide::f32x8;

use crate::exp::exp;

pub(crate) const LANES: usize = 8;

/// The sum of the products of the entries of two slices.
#[inline]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sum = f32x8::ZERO;
    for (a, b) in a.iter().zip(b) {
        sum += f32x8::from(*a) * f32x8::from(*b);
    }
    sum.reduce_add() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

/// `left · right + sum`, rounded twice, or once in a module with relaxed SIMD on a processor that does so.
#[cfg(not(feature = "relaxed-simd"))]
#[inline(always)]
pub(crate) fn multiply_add(left: f32, right: f32x8, sum: f32x8) -> f32x8 {
    f32x8::splat(left) * right + sum
}

/// The same. Functions that it shall be inlined into must have the target feature, too.
#[cfg(feature = "relaxed-simd")]
#[inline]
#[target_feature(enable = "relaxed-simd")]
pub(crate) fn multiply_add(left: f32, right: f32x8, sum: f32x8) -> f32x8 {
    use core::arch::wasm32::{f32x4, f32x4_extract_lane as lane, f32x4_relaxed_madd, f32x4_splat, v128};
    // Both of these only rename registers.
    let halves = |x: f32x8| {
        let [a, b, c, d, e, f, g, h] = x.to_array();
        [f32x4(a, b, c, d), f32x4(e, f, g, h)]
    };
    let numbers = |x: v128| [lane::<0>(x), lane::<1>(x), lane::<2>(x), lane::<3>(x)];
    let (left, [right_low, right_high], [low, high]) = (f32x4_splat(left), halves(right), halves(sum));
    let low = numbers(f32x4_relaxed_madd(left, right_low, low));
    let high = numbers(f32x4_relaxed_madd(left, right_high, high));
    f32x8::from([low[0], low[1], low[2], low[3], high[0], high[1], high[2], high[3]])
}

/// The largest entry, or minus infinity if there is none.
#[inline]
pub(crate) fn max(values: &[f32]) -> f32 {
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut largest = f32x8::splat(f32::NEG_INFINITY);
    for chunk in chunks {
        largest = largest.fast_max(f32x8::from(*chunk));
    }
    largest.to_array().into_iter().chain(rest.iter().copied()).fold(f32::NEG_INFINITY, f32::max)
}

/// Turns each entry `x` into `exp(x - shift)`; returns their sum.
#[inline]
pub(crate) fn exp_in_place(values: &mut [f32], shift: f32) -> f32 {
    let shift = f32x8::splat(shift);
    let (chunks, rest) = values.as_chunks_mut::<LANES>();
    let mut sum = f32x8::ZERO;
    for chunk in chunks {
        let exp = exp(f32x8::from(*chunk) - shift);
        sum += exp;
        *chunk = exp.to_array();
    }
    let exp = exp(f32x8::from(padded(rest)) - shift).to_array();
    rest.copy_from_slice(&exp[..rest.len()]);
    sum.reduce_add() + rest.iter().sum::<f32>()
}

/// The sum of `exp(x - shift)` over the entries.
#[inline]
pub(crate) fn sum_of_exp(values: &[f32], shift: f32) -> f32 {
    let shift = f32x8::splat(shift);
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut sum = f32x8::ZERO;
    for chunk in chunks {
        sum += exp(f32x8::from(*chunk) - shift);
    }
    sum += exp(f32x8::from(padded(rest)) - shift);
    sum.reduce_add()
}

/// Fewer than eight entries, filled up with minus infinity, whose exponential is 0.
#[inline(always)]
fn padded(rest: &[f32]) -> [f32; LANES] {
    let mut padded = [f32::NEG_INFINITY; LANES];
    padded[..rest.len()].copy_from_slice(rest);
    padded
}

/// `1 / (1 + exp(-x))`
#[inline(always)]
pub(crate) fn sigmoid(x: f32x8) -> f32x8 {
    f32x8::ONE / (f32x8::ONE + exp(-x))
}

/// Adds `factor · x` to `y`.
#[inline]
pub(crate) fn add_scaled(y: &mut [f32], x: &[f32], factor: f32) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += x * factor);
}

/// Multiplies each entry by `factor`.
#[inline]
pub(crate) fn scale(values: &mut [f32], factor: f32) {
    values.iter_mut().for_each(|value| *value *= factor);
}
