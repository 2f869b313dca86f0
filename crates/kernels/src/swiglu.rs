//! SwiGLU's gate (arXiv 2002.05202).

use wide::f32x8;

use crate::lanes::{LANES, sigmoid};

/// Returns `silu(gate) · up`, entry by entry, where `silu(x) = x · sigmoid(x)`. Each row of `gate_up` has
/// `width` gates, then `width` ups.
pub fn swiglu(gate_up: &[f32], width: usize) -> Vec<f32> {
    let mut y = vec![0.0; gate_up.len() / 2];
    for (y, row) in y.chunks_exact_mut(width).zip(gate_up.chunks_exact(2 * width)) {
        let (gate, up) = row.split_at(width);
        for ((y, gate), up) in y.chunks_mut(LANES).zip(gate.chunks(LANES)).zip(up.chunks(LANES)) {
            let gate = load(gate);
            store(gate * sigmoid(gate) * load(up), y);
        }
    }
    y
}

/// Returns the gradient with respect to `gate_up`, from that with respect to the result.
pub fn swiglu_backward(gate_up: &[f32], width: usize, gradient: &[f32]) -> Vec<f32> {
    let mut to_gate_up = vec![0.0; gate_up.len()];
    let rows = to_gate_up.chunks_exact_mut(2 * width).zip(gate_up.chunks_exact(2 * width));
    for ((to_row, row), gradient) in rows.zip(gradient.chunks_exact(width)) {
        let ((to_gate, to_up), (gate, up)) = (to_row.split_at_mut(width), row.split_at(width));
        let inputs = gate.chunks(LANES).zip(up.chunks(LANES)).zip(gradient.chunks(LANES));
        let outputs = to_gate.chunks_mut(LANES).zip(to_up.chunks_mut(LANES));
        for ((to_gate, to_up), ((gate, up), gradient)) in outputs.zip(inputs) {
            let (gate, up, gradient) = (load(gate), load(up), load(gradient));
            let sigmoid = sigmoid(gate);
            store(gradient * up * sigmoid * (f32x8::ONE + gate * (f32x8::ONE - sigmoid)), to_gate);
            store(gradient * gate * sigmoid, to_up);
        }
    }
    to_gate_up
}

/// Loads up to eight numbers, filled up with zeros.
#[inline(always)]
fn load(values: &[f32]) -> f32x8 {
    f32x8::from(<[f32; LANES]>::try_from(values).unwrap_or_else(|_| {
        let mut filled = [0.0; LANES];
        filled[..values.len()].copy_from_slice(values);
        filled
    }))
}

#[inline(always)]
fn store(values: f32x8, target: &mut [f32]) {
    match <&mut [f32; LANES]>::try_from(&mut *target) {
        Ok(target) => *target = values.to_array(),
        Err(_) => target.copy_from_slice(&values.to_array()[..target.len()]),
    }
}
