//! The operations in kernels of ours against burn's own: results, and gradients as burn derives them, on one device.
//!
//! The native tests run these on the CPU engine, the browser's on the WebGPU engine (`crates/wasm/src/bin/operations.rs`).

use burn::tensor::{Device, Int, Tensor, TensorData};
use petit_train_core::ops::{self, AdamWStep, Angles, Heads, NewtonSchulz, plain};

/// Shapes that fill no block of a kernel evenly, and shapes that fill all.
const SHAPES: [Heads; 2] = [
    Heads { batch: 2, time: 7, n_head: 3, head_dim: 6 },
    Heads { batch: 3, time: 16, n_head: 2, head_dim: 8 },
];
const METHOD: NewtonSchulz = NewtonSchulz { coefficients: (3.4445, -4.7750, 2.0315), iterations: 5 };

/// The same numbers everywhere, between -1 and 1: a multiplicative hash of their places.
fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let hash = |place: u64| (place + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_mul(2 * seed + 1);
    (0..count as u64).map(|place| ((hash(place) >> 32) as u32) as f32 / u32::MAX as f32 * 2.0 - 1.0).collect()
}

fn random([rows, columns]: [usize; 2], seed: u64, device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(numbers(rows * columns, seed), [rows, columns]), device)
}

fn vector(count: usize, seed: u64, device: &Device) -> Tensor<1> {
    Tensor::from_data(numbers(count, seed).as_slice(), device)
}

async fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data_async().await.unwrap().try_into_vec().unwrap()
}

fn assert_close(ours: &[f32], theirs: &[f32], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() < 1e-5 * (1.0 + b.abs()), "{what}, {place}: {a} against {b}");
    }
}

/// What `f` gives of `inputs`, and the gradients of a sum of it with random weights.
async fn run<const N: usize>(
    inputs: &[Tensor<2>; N],
    f: impl Fn([Tensor<2>; N]) -> Tensor<2>,
) -> Vec<Vec<f32>> {
    let tracked = inputs.clone().map(|input| input.autodiff().require_grad());
    let y = f(tracked.clone());
    let weights = random(y.dims(), 99, &inputs[0].device()).autodiff();
    let mut gradients = (y.clone() * weights).sum().backward();
    let mut results = vec![values(y.inner()).await];
    for input in tracked {
        results.push(values(input.grad_remove(&mut gradients).expect("a gradient")).await);
    }
    results
}

async fn compare<const N: usize>(
    what: &str,
    inputs: [Tensor<2>; N],
    ours: impl Fn([Tensor<2>; N]) -> Tensor<2>,
    theirs: impl Fn([Tensor<2>; N]) -> Tensor<2>,
) {
    let (ours, theirs) = (run(&inputs, ours).await, run(&inputs, theirs).await);
    for (place, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        assert_close(ours, theirs, &format!("{what}, {}", if place == 0 { "result" } else { "a gradient" }));
        assert!(ours.iter().any(|value| value.abs() > 1e-3), "{what}: nothing but zeros");
    }
}

pub async fn products(device: &Device) {
    for [tokens, depth, columns] in [[14, 10, 13], [16, 64, 96], [33, 12, 8], [40, 7, 12]] {
        let x = random([tokens, depth], 1, device);
        let weight = random([depth, columns], 2, device);
        let inputs = [x.clone(), weight];
        compare("linear", inputs, |[x, w]| ops::linear(x, w), |[x, w]| plain::linear(x, w)).await;
        let weight = random([columns, depth], 2, device);
        let ours = |[x, w]: [Tensor<2>; 2]| ops::linear_transposed(x, w);
        compare("linear, transposed", [x, weight], ours, |[x, w]| plain::linear_transposed(x, w)).await;
    }
    // A view that is not contiguous is read as what it shows.
    let (x, weight) = (random([14, 10], 1, device).transpose(), random([14, 5], 3, device));
    let theirs = values(plain::linear(x.clone(), weight.clone())).await;
    assert_close(&values(ops::linear(x, weight)).await, &theirs, "view");
}

pub async fn embedding(device: &Device) {
    let tokens = Tensor::<1, Int>::from_ints([3, 0, 10, 7, 7, 3, 3], device);
    for columns in [6, 8] {
        compare(
            "embedding",
            [random([11, columns], 4, device)],
            |[table]| ops::embedding(table, tokens.clone()),
            |[table]| plain::embedding(table, tokens.clone()),
        )
        .await;
    }
}

pub async fn layers(device: &Device) {
    for [tokens, depth, columns] in [[14, 10, 13], [16, 64, 96], [33, 12, 8], [40, 7, 12]] {
        let x = random([tokens, depth], 1, device);
        let inputs = [x.clone(), random([depth, columns], 2, device), random([tokens, columns], 3, device)];
        let ours = |[x, w, to]: [Tensor<2>; 3]| ops::linear_added(x, w, to);
        compare("linear_added", inputs, ours, |[x, w, to]| plain::linear_added(x, w, to)).await;
        for count in [2, 3] {
            let inputs = [x.clone(), random([count * depth, columns], 4, device)];
            let ours = |[x, w]: [Tensor<2>; 2]| ops::linears(x, w, count);
            compare("linears", inputs, ours, |[x, w]| plain::linears(x, w, count)).await;
        }
    }
}

pub async fn norm_and_gate(device: &Device) {
    for heads in SHAPES {
        let shape = [heads.batch * heads.time, heads.width()];
        compare(
            "rms_norm",
            [random(shape, 4, device), random([1, shape[1]], 5, device)],
            |[x, gain]| ops::rms_norm(x, gain, 1e-5),
            |[x, gain]| plain::rms_norm(x, gain, 1e-5),
        )
        .await;
        let gate_up = random([shape[0], 2 * shape[1]], 6, device) * 4.0;
        compare("swiglu", [gate_up], |[x]| ops::swiglu(x), |[x]| plain::swiglu(x)).await;
    }
}

pub async fn rotation(device: &Device) {
    for heads in SHAPES {
        let Heads { batch, time, head_dim, .. } = heads;
        let half = random([time + 2, head_dim / 2], 8, device) * 3.0;
        let table = Tensor::cat(vec![half.clone(), half], 1);
        let (cos, sin) = (table.clone().cos(), table.sin());
        let angles = Angles { cos: cos.clone(), sin: sin.clone() };
        let tracked = Angles { cos: cos.autodiff(), sin: sin.autodiff() };
        let gains = random([1, 2 * head_dim], 10, device) + 1.5;
        compare(
            "norm_and_rotate",
            [random([batch * time, heads.row()], 9, device), gains],
            |[qkv, gains]| ops::norm_and_rotate(qkv, gains, 1e-5, &angles, heads),
            |[qkv, gains]| plain::norm_and_rotate(qkv, gains, 1e-5, &tracked, heads),
        )
        .await;
    }
}

pub async fn attention(device: &Device) {
    for heads in SHAPES {
        let qkv = random([heads.batch * heads.time, heads.row()], 9, device) * 3.0;
        let (ours, theirs) = (ops::attention(qkv.clone(), heads).1, plain::attention(qkv.clone(), heads).1);
        assert_close(&values(ours).await, &values(theirs).await, "weights");
        let ours = |[qkv]: [Tensor<2>; 1]| ops::attention(qkv, heads).0;
        compare("attention", [qkv.clone()], ours, |[qkv]| plain::attention(qkv, heads).0).await;
        for time in [1, heads.time - 2, heads.time] {
            let seen = Heads { batch: 1, time, ..heads };
            let theirs = values(plain::attention_of_last(qkv.clone(), seen)).await;
            assert_close(
                &values(ops::attention_of_last(qkv.clone(), seen)).await,
                &theirs,
                "of the last token",
            );
        }
    }
}

pub async fn dropout(device: &Device) {
    compare(
        "dropout",
        [random([14, 18], 17, device)],
        |[x]| ops::dropout(x, 0.25, 3, 5),
        |[x]| {
            let kept = plain::dropout(x.clone().inner().ones_like(), 0.25, 3, 5);
            x * kept.autodiff()
        },
    )
    .await;
    let ones = |rows| Tensor::ones([rows, 100], device);
    let kept = values(ops::dropout(ones(100), 0.25, 3, 0)).await;
    let left_out = kept.iter().filter(|&&x| x == 0.0).count();
    assert!((2_300..2_700).contains(&left_out), "{left_out} of 10,000");
    assert!(kept.iter().all(|&x| x == 0.0 || (x - 4.0 / 3.0).abs() < 1e-6));
    assert_ne!(kept, values(ops::dropout(ones(100), 0.25, 4, 0)).await);
    let part = values(ops::dropout(ones(20), 0.25, 3, 30)).await;
    assert_eq!(part, kept[3_000..5_000], "a part leaves out what the whole does");
}

pub async fn cross_entropy(device: &Device) {
    let targets = Tensor::<1, Int>::from_ints([3, 0, 10, 7, 7], device);
    for columns in [11, 12] {
        compare(
            "cross_entropy",
            [random([5, columns], 12, device) * 20.0],
            |[logits]| ops::cross_entropy(logits, targets.clone()).unsqueeze(),
            |[logits]| plain::cross_entropy(logits, targets.clone()).unsqueeze(),
        )
        .await;
    }
}

pub async fn flattened(device: &Device) {
    for columns in [3, 4] {
        let shapes = [[2, columns], [1, columns], [5, columns], [8, columns]];
        let matrix = |(shape, seed)| random(shape, seed, device);
        let matrices: Vec<_> = shapes.into_iter().cycle().take(15).zip(1..).map(matrix).collect();
        let theirs = values(plain::flatten(matrices.clone())).await;
        assert_eq!(values(ops::flatten(matrices)).await, theirs);
    }
}

pub async fn adamw(device: &Device) {
    let step = AdamWStep {
        learning_rate: 0.1,
        betas: [0.9, 0.95],
        corrections: [0.1, 0.05],
        epsilon: 1e-8,
        weight_decay: 0.3,
        max_norm: 1.0,
    };
    for count in [37, 64] {
        let weights = vector(count, 1, device);
        // Written anew each time: a step may change them where they lie.
        let moments = || [vector(count, 2, device) * 0.1, vector(count, 3, device).square()];
        let decays = vector(count, 4, device).greater_elem(0.0).float();
        // Longer than the largest norm, and shorter.
        for gradient in [vector(count, 5, device), vector(count, 5, device) * 0.01] {
            let given = (weights.clone(), gradient, decays.clone());
            let (theirs, [first, second]) =
                plain::adamw(given.0.clone(), moments(), given.1.clone(), given.2.clone(), step);
            let theirs = [values(theirs).await, values(first).await, values(second).await];
            let (ours, [first, second]) = ops::adamw(given.0, moments(), given.1, given.2, step);
            let ours = [values(ours).await, values(first).await, values(second).await];
            for (ours, theirs) in ours.iter().zip(&theirs) {
                assert_close(ours, theirs, "adamw");
            }
        }
    }
}

pub async fn muon(device: &Device) {
    // A model of three blocks, one of odd sizes, and one whose blocks are of many sides.
    let model = [[16, 16], [16, 16], [16, 44], [16, 44], [44, 16]].repeat(3);
    for shapes in [model, vec![[6, 10], [10, 6], [6, 10], [12, 12]], vec![[5, 8], [8, 12], [12, 4]]] {
        let count = shapes.iter().map(|[rows, columns]| rows * columns).sum();
        let [momentum, gradient, weights] = [1, 2, 3].map(|seed| vector(count, seed, device));
        let (their_momentum, their_ahead) = plain::momentum(momentum.clone(), gradient.clone(), 0.85);
        let (momentum, ahead) = ops::momentum(momentum, gradient, 0.85);
        assert_close(&values(momentum).await, &values(their_momentum).await, "momentum");
        assert_close(&values(ahead.clone()).await, &values(their_ahead).await, "ahead");
        let theirs = plain::directions(ahead.clone(), &shapes, METHOD);
        let apart = values(ops::directions(ahead, &shapes, METHOD) - theirs.clone()).await;
        // Rounding grows with the iterations: small singular values are multiplied by hundreds.
        assert!(apart.iter().all(|difference| difference.abs() < 5e-3), "{apart:?}");
        let ours = values(ops::descend(weights.clone(), 0.99, theirs.clone(), 0.02)).await;
        assert_close(&ours, &values(plain::descend(weights, 0.99, theirs, 0.02)).await, "descend");
    }
}
