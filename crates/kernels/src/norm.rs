//! Root-mean-square norm (arXiv 1910.07467).

use crate::lanes::dot;

/// Returns each row of `x`, scaled to a root mean square of 1, then by `gain`, which is as long as a row.
pub fn rms_norm(x: &[f32], gain: &[f32], epsilon: f32) -> Vec<f32> {
    let mut y = Vec::with_capacity(x.len());
    for x in x.chunks_exact(gain.len()) {
        let scale = inverse_root_mean_square(x, epsilon);
        y.extend(x.iter().zip(gain).map(|(x, gain)| x * scale * gain));
    }
    y
}

/// Returns the gradients with respect to `x` and `gain` from that with respect to the result.
pub fn rms_norm_backward(x: &[f32], gain: &[f32], epsilon: f32, gradient: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let mut to_x = gradient.to_vec();
    let mut to_gain = vec![0.0; gain.len()];
    for (to_row, row) in to_x.chunks_exact_mut(gain.len()).zip(x.chunks_exact(gain.len())) {
        row_backward(row, gain, epsilon, to_row, &mut to_gain);
    }
    (to_x, to_gain)
}

/// Turns the gradient with respect to the result of one row into that with respect to the row, and adds the
/// row's part to the gradient with respect to the gain.
#[inline]
pub(crate) fn row_backward(x: &[f32], gain: &[f32], epsilon: f32, to_x: &mut [f32], to_gain: &mut [f32]) {
    let scale = inverse_root_mean_square(x, epsilon);
    for (((to_x, to_gain), x), gain) in to_x.iter_mut().zip(to_gain).zip(x).zip(gain) {
        *to_gain += *to_x * x * scale;
        *to_x *= gain;
    }
    // A change along x only changes its length, which the norm takes away.
    let along = dot(to_x, x) * scale * scale / x.len() as f32;
    to_x.iter_mut().zip(x).for_each(|(to_x, x)| *to_x = scale * (*to_x - x * along));
}

#[inline]
pub(crate) fn inverse_root_mean_square(x: &[f32], epsilon: f32) -> f32 {
    (dot(x, x) / x.len() as f32 + epsilon).sqrt().recip()
}
