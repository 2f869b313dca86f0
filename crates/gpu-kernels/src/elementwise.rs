//! What happens to each number alone: SwiGLU's gate (arXiv 2002.05202) and dropout.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_kernels::dropout::Mask;

use crate::tensor::{buffer, dims, each_number, empty, size, threads};

/// `silu(gate) · up`
pub fn swiglu(gate: &CubeTensor, up: &CubeTensor) -> CubeTensor {
    let y = empty(gate, dims::<2>(gate));
    let (lanes, units, count, dim) = each_number(gate);
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        swiglu_kernel::launch_unchecked(
            &gate.client,
            count,
            dim,
            lanes,
            buffer(gate),
            buffer(up),
            buffer(&y),
            units,
        );
    }
    y
}

/// Gradients with respect to `gate` and `up`.
pub fn swiglu_backward(gate: &CubeTensor, up: &CubeTensor, gradient: &CubeTensor) -> [CubeTensor; 2] {
    let [to_gate, to_up] = [(); 2].map(|()| empty(gate, dims::<2>(gate)));
    let (lanes, units, count, dim) = each_number(gate);
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        swiglu_backward_kernel::launch_unchecked(
            &gate.client,
            count,
            dim,
            lanes,
            buffer(gate),
            buffer(up),
            buffer(gradient),
            buffer(&to_gate),
            buffer(&to_up),
            units,
        );
    }
    [to_gate, to_up]
}

/// Each number with probability `rate` 0, else divided by what is kept on average: the same ones that
/// `petit_train_kernels::dropout` leaves out.
pub fn dropout(x: &CubeTensor, rate: f32, seed: u32, first: u32) -> CubeTensor {
    let y = empty(x, dims::<2>(x));
    let units = size(x);
    let (count, dim) = threads(units);
    let Mask { scale, limit, start } = Mask::new(rate, seed, first);
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        dropout_kernel::launch_unchecked(
            &x.client,
            count,
            dim,
            buffer(x),
            buffer(&y),
            units,
            scale,
            limit,
            start,
        );
    }
    y
}

#[cube]
fn sigmoid<N: Size>(x: Vector<f32, N>) -> Vector<f32, N> {
    Vector::new(1.0) / (Vector::new(1.0) + (-x).exp())
}

#[cube(launch_unchecked)]
fn swiglu_kernel<N: Size>(
    gate: &[Vector<f32, N>],
    up: &[Vector<f32, N>],
    y: &mut [Vector<f32, N>],
    units: usize,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let gate = gate[unit];
    y[unit] = gate * sigmoid::<N>(gate) * up[unit];
}

#[cube(launch_unchecked)]
fn swiglu_backward_kernel<N: Size>(
    gate: &[Vector<f32, N>],
    up: &[Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    to_gate: &mut [Vector<f32, N>],
    to_up: &mut [Vector<f32, N>],
    units: usize,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let gate = gate[unit];
    let sigmoid = sigmoid::<N>(gate);
    let gradient = gradient[unit];
    to_up[unit] = gradient * gate * sigmoid;
    let slope = sigmoid * (Vector::new(1.0) + gate * (Vector::new(1.0) - sigmoid));
    to_gate[unit] = gradient * up[unit] * slope;
}

/// As in `petit_train_kernels::dropout`.
#[cube]
fn scrambled(x: u32) -> u32 {
    let x = (x ^ (x >> 16)) * 0x7feb_352d;
    let x = (x ^ (x >> 15)) * 0x846c_a68b;
    x ^ (x >> 16)
}

#[cube(launch_unchecked)]
fn dropout_kernel(x: &[f32], y: &mut [f32], units: usize, scale: f32, limit: u32, start: u32) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let keep = scrambled(start + unit as u32) >= limit;
    y[unit] = select(keep, x[unit] * scale, 0.0);
}
