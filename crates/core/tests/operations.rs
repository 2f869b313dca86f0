//! The CPU engine's kernels against burn's own operations: results, and gradients as burn derives them.

mod common;

use burn::tensor::{Device, Int, Tensor, TensorData};
use common::values;
use petit_train_core::ops::{self, Angles, Heads, NewtonSchulz, plain};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Shapes that fill no block of a kernel evenly.
const HEADS: Heads = Heads { batch: 2, time: 7, n_head: 3, head_dim: 6 };
const TOKENS: usize = 14;
const WIDTH: usize = 18;

fn random([rows, columns]: [usize; 2], seed: u64) -> Tensor<2> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let values: Vec<f32> = (0..rows * columns).map(|_| rng.random_range(-1.0..1.0)).collect();
    Tensor::from_data(TensorData::new(values, [rows, columns]), &Device::flex())
}

fn assert_close(ours: &[f32], theirs: &[f32], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() < 1e-5 * (1.0 + b.abs()), "{what}, {place}: {a} against {b}");
    }
}

/// What `f` gives of `inputs`, and the gradients of a sum of it with random weights.
fn run<const N: usize>(inputs: &[Tensor<2>; N], f: impl Fn([Tensor<2>; N]) -> Tensor<2>) -> Vec<Vec<f32>> {
    let tracked = inputs.clone().map(|input| input.autodiff().require_grad());
    let y = f(tracked.clone());
    let weights = random(y.dims(), 99).autodiff();
    let mut gradients = (y.clone() * weights).sum().backward();
    let mut results = vec![values(y.inner())];
    results.extend(tracked.map(|input| values(input.grad_remove(&mut gradients).expect("a gradient"))));
    results
}

fn compare<const N: usize>(
    what: &str,
    inputs: [Tensor<2>; N],
    ours: impl Fn([Tensor<2>; N]) -> Tensor<2>,
    theirs: impl Fn([Tensor<2>; N]) -> Tensor<2>,
) {
    let (ours, theirs) = (run(&inputs, ours), run(&inputs, theirs));
    for (place, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        assert_close(ours, theirs, &format!("{what}, {}", if place == 0 { "result" } else { "a gradient" }));
        assert!(ours.iter().any(|value| value.abs() > 1e-3), "{what}: nothing but zeros");
    }
}

#[test]
fn products() {
    let x = random([TOKENS, 10], 1);
    compare(
        "linear",
        [x.clone(), random([10, 13], 2)],
        |[x, w]| ops::linear(x, w),
        |[x, w]| plain::linear(x, w),
    );
    compare(
        "linear, transposed",
        [x.clone(), random([13, 10], 2)],
        |[x, w]| ops::linear_transposed(x, w),
        |[x, w]| plain::linear_transposed(x, w),
    );
    // A view that is not contiguous is read as what it shows.
    let ours = ops::linear(x.clone().transpose(), random([TOKENS, 5], 3));
    assert_close(&values(ours), &values(plain::linear(x.transpose(), random([TOKENS, 5], 3))), "view");
}

#[test]
fn norm_and_gate() {
    let (x, gain) = (random([TOKENS, WIDTH], 4), random([1, WIDTH], 5));
    compare(
        "rms_norm",
        [x.clone(), gain],
        |[x, gain]| ops::rms_norm(x, gain, 1e-5),
        |[x, gain]| plain::rms_norm(x, gain, 1e-5),
    );
    compare(
        "swiglu",
        [x, random([TOKENS, WIDTH], 6) * 8.0],
        |[up, gate]| ops::swiglu(gate, up),
        |[up, gate]| plain::swiglu(gate, up),
    );
}

#[test]
fn rotation() {
    // As many rows as the longest context, more than the sequences have.
    let half = random([9, HEADS.head_dim / 2], 7);
    let angles = Tensor::cat(vec![half.clone(), half], 1);
    let mut turn = vec![0.0f32; 36];
    for i in 0..3 {
        turn[(3 + i) * 6 + i] = -1.0;
        turn[i * 6 + 3 + i] = 1.0;
    }
    let turn = Tensor::from_data(TensorData::new(turn, [6, 6]), &Device::flex());
    let angles = Angles { cos: angles.clone().cos(), sin: angles.sin(), turn };
    let tracked = angles.clone();
    compare(
        "rotate",
        [random([TOKENS, WIDTH], 8)],
        |[x]| ops::rotate(x, &tracked, HEADS),
        |[x]| {
            let Angles { cos, sin, turn } = angles.clone();
            let angles = Angles { cos: cos.autodiff(), sin: sin.autodiff(), turn: turn.autodiff() };
            plain::rotate(x, &angles, HEADS)
        },
    );
}

#[test]
fn attention() {
    let values_above: Vec<f32> = (0..81).map(|i| if i % 9 <= i / 9 { 0.0 } else { -1e9 }).collect();
    let mask = Tensor::<2>::from_data(TensorData::new(values_above, [9, 9]), &Device::flex());
    let inputs = [9, 10, 11].map(|seed| random([TOKENS, WIDTH], seed) * 3.0);
    let (_, ours) = ops::attention(inputs.clone(), &mask, HEADS);
    let (_, theirs) = plain::attention(inputs.clone(), &mask, HEADS);
    assert_close(&values(ours), &values(theirs), "weights");
    compare(
        "attention",
        inputs,
        |qkv| ops::attention(qkv, &mask, HEADS).0,
        |qkv| plain::attention(qkv, &mask.clone().autodiff(), HEADS).0,
    );
}

#[test]
fn dropout() {
    let x = random([TOKENS, WIDTH], 17);
    compare(
        "dropout",
        [x.clone()],
        |[x]| ops::dropout(x, 0.25, 3, 5),
        |[x]| {
            let kept = plain::dropout(x.clone().inner().ones_like(), 0.25, 3, 5);
            x * kept.autodiff()
        },
    );
    let kept = values(ops::dropout(Tensor::ones([100, 100], &Device::flex()), 0.25, 3, 0));
    let left_out = kept.iter().filter(|&&x| x == 0.0).count();
    assert!((2_300..2_700).contains(&left_out), "{left_out} of 10,000");
    assert!(kept.iter().all(|&x| x == 0.0 || (x - 4.0 / 3.0).abs() < 1e-6));
    let other = values(ops::dropout(Tensor::ones([100, 100], &Device::flex()), 0.25, 4, 0));
    assert_ne!(kept, other);
    let part = values(ops::dropout(Tensor::ones([20, 100], &Device::flex()), 0.25, 3, 30));
    assert_eq!(part, kept[3_000..5_000], "a part leaves out what the whole does");
}

#[test]
fn cross_entropy() {
    let logits = random([5, 11], 12) * 20.0;
    let targets = Tensor::<1, Int>::from_ints([3, 0, 10, 7, 7], &Device::flex());
    let (loss, gradient) = ops::cross_entropy(logits.clone(), targets.clone());
    let (their_loss, their_gradient) = plain::cross_entropy(logits, targets);
    assert_close(&values(loss), &values(their_loss), "loss");
    assert_close(&values(gradient), &values(their_gradient), "gradient");
}

#[test]
fn orthogonal_matrices() {
    let method = NewtonSchulz { coefficients: (3.4445, -4.7750, 2.0315), iterations: 5 };
    let matrices: Vec<_> = [[6, 10], [10, 6], [6, 10], [12, 12]].into_iter().zip(13..).collect();
    let matrices: Vec<_> = matrices.into_iter().map(|(shape, seed)| random(shape, seed)).collect();
    let (ours, theirs) = (ops::orthogonal(matrices.clone(), method), plain::orthogonal(matrices, method));
    for (ours, theirs) in ours.into_iter().zip(theirs) {
        let apart = values(ours - theirs);
        // Rounding grows with the iterations: small singular values are multiplied by hundreds.
        assert!(apart.iter().all(|difference| difference.abs() < 3e-3), "{apart:?}");
    }
}
