//! Root-mean-square norm (arXiv 1910.07467).

use crate::lanes::dot;

/// Each row of `x` scaled to a root mean square of 1, then by `gain`, which is as long as a row.
pub fn rms_norm(x: &[f32], gain: &[f32], epsilon: f32) -> Vec<f32> {
    let mut y = Vec::with_capacity(x.len());
    for x in x.chunks_exact(gain.len()) {
        let scale = inverse_root_mean_square(x, epsilon);
        y.extend(x.iter().zip(gain).map(|(x, gain)| x * scale * gain));
    }
    y
}

/// Gradients with respect to `x` and `gain` from that with respect to the result.
pub fn rms_norm_backward(x: &[f32], gain: &[f32], epsilon: f32, gradient: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let width = gain.len();
    let mut to_x = Vec::with_capacity(x.len());
    let mut to_gain = vec![0.0; width];
    let mut scaled = vec![0.0; width];
    for (x, gradient) in x.chunks_exact(width).zip(gradient.chunks_exact(width)) {
        let scale = inverse_root_mean_square(x, epsilon);
        for (((scaled, to_gain), (x, gain)), gradient) in
            scaled.iter_mut().zip(&mut to_gain).zip(x.iter().zip(gain)).zip(gradient)
        {
            *to_gain += gradient * x * scale;
            *scaled = gradient * gain;
        }
        // What lies along x itself is normalised away.
        let along = dot(&scaled, x) * scale * scale / width as f32;
        to_x.extend(scaled.iter().zip(x).map(|(scaled, x)| scale * (scaled - x * along)));
    }
    (to_x, to_gain)
}

#[inline]
pub(crate) fn inverse_root_mean_square(x: &[f32], epsilon: f32) -> f32 {
    (dot(x, x) / x.len() as f32 + epsilon).sqrt().recip()
}
