//! AdamW (arXiv 1711.05101) with clipping, of all parameters at once.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_ops_types::AdamWStep;

use crate::reduce::dot;
use crate::tensor::{buffer, each_number, empty, size};

/// The weights after a step, all vectors; the two moments are changed in place.
pub fn adamw(
    weights: &CubeTensor,
    [first, second]: [&CubeTensor; 2],
    gradient: &CubeTensor,
    decays: &CubeTensor,
    step: AdamWStep,
) -> CubeTensor {
    let next = empty(weights, [size(weights)]);
    let squares = dot(gradient, gradient, 1.0);
    let (lanes, units, count, dim) = each_number(weights);
    let AdamWStep { learning_rate, betas, corrections, epsilon, weight_decay, max_norm } = step;
    let settings = SettingsLaunch::new(
        learning_rate,
        betas[0],
        betas[1],
        corrections[0],
        corrections[1],
        epsilon,
        weight_decay,
        max_norm,
    );
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        adamw_kernel::launch_unchecked(
            &weights.client,
            count,
            dim,
            lanes,
            buffer(weights),
            buffer(first),
            buffer(second),
            buffer(gradient),
            buffer(decays),
            buffer(&squares),
            buffer(&next),
            units,
            settings,
        );
    }
    next
}

/// [`AdamWStep`] as a launch takes it.
#[derive(CubeLaunch, CubeType)]
struct Settings {
    learning_rate: f32,
    beta1: f32,
    beta2: f32,
    correction1: f32,
    correction2: f32,
    epsilon: f32,
    weight_decay: f32,
    max_norm: f32,
}

#[cube(launch_unchecked)]
fn adamw_kernel<N: Size>(
    weights: &[Vector<f32, N>],
    first: &mut [Vector<f32, N>],
    second: &mut [Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    decays: &[Vector<f32, N>],
    squares: &[f32],
    next: &mut [Vector<f32, N>],
    units: usize,
    step: Settings,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let clip = step.max_norm / max(squares[0].sqrt(), step.max_norm);
    let gradient = gradient[unit] * Vector::new(clip);
    let m = first[unit] * Vector::new(step.beta1) + gradient * Vector::new(1.0 - step.beta1);
    let v = second[unit] * Vector::new(step.beta2) + gradient * gradient * Vector::new(1.0 - step.beta2);
    first[unit] = m;
    second[unit] = v;
    let denominator = (v / Vector::new(step.correction2)).sqrt() + Vector::new(step.epsilon);
    let update = m / denominator * Vector::new(step.learning_rate / step.correction1);
    let decay_factor = Vector::new(1.0) - decays[unit] * Vector::new(step.learning_rate * step.weight_decay);
    next[unit] = weights[unit] * decay_factor - update;
}
