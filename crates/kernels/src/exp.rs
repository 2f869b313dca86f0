//! The exponential of eight numbers at once, without a branch.

use wide::bytemuck::cast;
use wide::{f32x8, i32x8};

/// Below this the exponential is no normal number, and 0 here.
const SMALLEST: f32 = -87.336_54;
/// Above this it is more than the largest number, which takes its place.
const LARGEST: f32 = 88.722_83;
/// 1.5 · 2²³: a number that is added to it is rounded to a whole one, which stands in its last bits.
const ROUNDS: f32 = 12_582_912.0;
/// ln 2 in two parts, of which the first times a whole number below 2⁸ is exact.
const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
/// The coefficients of Taylor's series from x² on.
const SERIES: [f32; 6] = [1.0 / 2.0, 1.0 / 6.0, 1.0 / 24.0, 1.0 / 120.0, 1.0 / 720.0, 1.0 / 5040.0];
/// Bits of a number's mantissa.
const MANTISSA: i32 = 23;

/// e to the power of each number, to three units of the last place. What would be less than the smallest
/// normal number is 0, what would be infinite the largest number; what is no number stays none.
#[inline(always)]
pub(crate) fn exp(x: f32x8) -> f32x8 {
    let within = x.fast_max(f32x8::splat(SMALLEST)).fast_min(f32x8::splat(LARGEST));
    // x = n · ln 2 + rest, |rest| ≤ ln 2 / 2
    let rounded = within * f32x8::splat(core::f32::consts::LOG2_E) + f32x8::splat(ROUNDS);
    let n = rounded - f32x8::splat(ROUNDS);
    let rest = within - n * f32x8::splat(LN_2[0]) - n * f32x8::splat(LN_2[1]);
    // One by one: `SERIES.map` is compiled to a loop of stores, which takes longer than all the rest.
    let [a, b, c, d, e, f] = SERIES;
    let tail = f32x8::splat(e) + rest * f32x8::splat(f);
    let tail = f32x8::splat(c) + rest * (f32x8::splat(d) + rest * tail);
    let tail = f32x8::splat(a) + rest * (f32x8::splat(b) + rest * tail);
    let of_rest = f32x8::ONE + (rest + rest * rest * tail);
    // 2ⁿ is multiplied by adding n to the exponent.
    let shifted: i32x8 = cast::<f32x8, i32x8>(rounded) << MANTISSA;
    let power: f32x8 = cast(cast::<f32x8, i32x8>(of_rest) + shifted);
    let is_small = x.simd_lt(f32x8::splat(SMALLEST));
    let power = is_small.select(f32x8::ZERO, power);
    x.is_nan().select(x, power)
}

#[cfg(test)]
mod tests {
    use super::{LARGEST, SMALLEST, exp, f32x8};

    #[test]
    fn it_is_exact_to_three_units_of_the_last_place_over_the_whole_range() {
        let count = 400_000;
        let mut most = 0.0f64;
        for index in 0..count {
            let x = SMALLEST + (LARGEST - SMALLEST) * (index as f32 / count as f32);
            let ours = exp(f32x8::splat(x)).to_array();
            assert!(ours.iter().all(|y| y.to_bits() == ours[0].to_bits()));
            let theirs = f64::from(x).exp();
            let unit = 2f64.powi(theirs.log2().floor() as i32 - 23);
            most = most.max((f64::from(ours[0]) - theirs).abs() / unit);
        }
        assert!(most <= 3.0, "{most} units");
    }

    #[test]
    fn beyond_the_range_it_is_zero_or_the_largest_number_and_what_is_none_stays_none() {
        let x = [0.0, -0.0, 88.8, f32::INFINITY, -87.4, f32::NEG_INFINITY, f32::NAN, 1.0];
        let [zero, minus_zero, above, infinite, below, minus_infinite, none, one] =
            exp(f32x8::from(x)).to_array();
        assert_eq!([zero, minus_zero, below, minus_infinite], [1.0, 1.0, 0.0, 0.0]);
        assert!([above, infinite].iter().all(|y| y.is_finite() && *y > 3.4e38), "{above} {infinite}");
        assert!(none.is_nan() && (one - core::f32::consts::E).abs() < 3e-7, "{none} {one}");
    }
}
