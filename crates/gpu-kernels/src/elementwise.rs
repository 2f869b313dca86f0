//! Operations on each number alone: the gate of SwiGLU (arXiv 2002.05202) and dropout.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_ops_types::DropoutMask;

use crate::tensor::{buffer, dims, empty, lanes, size, threads};

/// `silu(gate) · up` of gates and ups side by side, `[tokens, 2 * intermediate_size]`:
/// `[tokens, intermediate_size]`.
pub fn swiglu(gate_up: &CubeTensor) -> CubeTensor {
    let [tokens, width] = dims(gate_up);
    let y = empty(gate_up, [tokens, width / 2]);
    let lanes = lanes(&[width / 2]);
    let vectors = width / 2 / lanes;
    let (count, dim) = threads(tokens * vectors);
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        swiglu_kernel::launch_unchecked(
            &gate_up.client,
            count,
            dim,
            lanes,
            buffer(gate_up),
            buffer(&y),
            tokens * vectors,
            vectors,
        );
    }
    y
}

/// The gradient with respect to `gate_up`.
pub fn swiglu_backward(gate_up: &CubeTensor, gradient: &CubeTensor) -> CubeTensor {
    let [tokens, width] = dims(gate_up);
    let to_gate_up = empty(gate_up, [tokens, width]);
    let lanes = lanes(&[width / 2]);
    let vectors = width / 2 / lanes;
    let (count, dim) = threads(tokens * vectors);
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        swiglu_backward_kernel::launch_unchecked(
            &gate_up.client,
            count,
            dim,
            lanes,
            buffer(gate_up),
            buffer(gradient),
            buffer(&to_gate_up),
            tokens * vectors,
            vectors,
        );
    }
    to_gate_up
}

/// Sets each number to 0 with probability `rate` and divides the others by `1 - rate`, as [`DropoutMask`]
/// says.
pub fn dropout(x: &CubeTensor, rate: f32, seed: u32, first: u32) -> CubeTensor {
    let y = empty(x, dims::<2>(x));
    let units = size(x);
    let (count, dim) = threads(units);
    let DropoutMask { scale, limit, start } = DropoutMask::new(rate, seed, first);
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

/// The index of a unit's gate. A row has `vectors` vectors of gates, then as many of ups.
#[cube]
fn gate_of(unit: usize, vectors: usize) -> usize {
    unit / vectors * 2 * vectors + unit % vectors
}

#[cube(launch_unchecked)]
fn swiglu_kernel<N: Size>(
    gate_up: &[Vector<f32, N>],
    y: &mut [Vector<f32, N>],
    units: usize,
    vectors: usize,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let at = gate_of(unit, vectors);
    let gate = gate_up[at];
    y[unit] = gate * sigmoid::<N>(gate) * gate_up[at + vectors];
}

#[cube(launch_unchecked)]
fn swiglu_backward_kernel<N: Size>(
    gate_up: &[Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    to_gate_up: &mut [Vector<f32, N>],
    units: usize,
    vectors: usize,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let at = gate_of(unit, vectors);
    let gate = gate_up[at];
    let sigmoid = sigmoid::<N>(gate);
    let gradient = gradient[unit];
    to_gate_up[at + vectors] = gradient * gate * sigmoid;
    let slope = sigmoid * (Vector::new(1.0) + gate * (Vector::new(1.0) - sigmoid));
    to_gate_up[at] = gradient * gate_up[at + vectors] * slope;
}

/// As in `petit_train_ops_types::dropout_mask`.
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
