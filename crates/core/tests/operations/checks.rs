//! The operations in kernels of ours against burn's own: results, and gradients as burn derives them, on one
//! device.
//!
//! The native tests run these on the CPU engine, the browser's on the WebGPU engine
//! (`crates/wasm/src/bin/operations.rs`).

use burn::tensor::{Device, Int, Tensor, TensorData};
use petit_train_core::ops::{self, AdamWStep, Heads, NewtonSchulz, PackedWeights, RopeTable, plain};

/// Shapes that fill no block of a kernel evenly, and shapes that fill all.
const SHAPES: [Heads; 2] = [
    Heads { batch: 2, time: 7, n_head: 3, head_dim: 6 },
    Heads { batch: 3, time: 16, n_head: 2, head_dim: 8 },
];
const METHOD: NewtonSchulz = NewtonSchulz { coefficients: (3.4445, -4.7750, 2.0315), iterations: 4 };

/// The same numbers everywhere, between -1 and 1: a multiplicative hash of their indices.
fn numbers(count: usize, seed: u64) -> Vec<f32> {
    let hash = |index: u64| (index + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_mul(2 * seed + 1);
    (0..count as u64).map(|index| ((hash(index) >> 32) as u32) as f32 / u32::MAX as f32 * 2.0 - 1.0).collect()
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
    for (index, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((a - b).abs() < 1e-5 * (1.0 + b.abs()), "{what}, {index}: {a} against {b}");
    }
}

/// What `f` gives of `inputs`, and of a sum of it with random weights the gradients with respect to all
/// inputs but the one that is `frozen`.
async fn run<const N: usize>(
    inputs: &[Tensor<2>; N],
    f: impl Fn([Tensor<2>; N]) -> Tensor<2>,
    frozen: Option<usize>,
) -> Vec<Vec<f32>> {
    let inputs: [Tensor<2>; N] = std::array::from_fn(|index| {
        let input = inputs[index].clone().autodiff();
        if frozen == Some(index) { input } else { input.require_grad() }
    });
    let y = f(inputs.clone());
    let weights = random(y.dims(), 99, &y.device().inner()).autodiff();
    let mut gradients = (y.clone() * weights).sum().backward();
    let mut results = vec![values(y.inner()).await];
    for (index, input) in inputs.into_iter().enumerate() {
        let gradient = input.grad_remove(&mut gradients);
        assert_eq!(gradient.is_none(), frozen == Some(index), "which inputs have gradients");
        if let Some(gradient) = gradient {
            results.push(values(gradient).await);
        }
    }
    results
}

async fn compare<const N: usize>(
    what: &str,
    inputs: [Tensor<2>; N],
    ours: impl Fn([Tensor<2>; N]) -> Tensor<2>,
    theirs: impl Fn([Tensor<2>; N]) -> Tensor<2>,
) {
    let theirs = run(&inputs, theirs, None).await;
    let all = run(&inputs, &ours, None).await;
    for (index, (ours, theirs)) in all.iter().zip(&theirs).enumerate() {
        assert_close(ours, theirs, &format!("{what}, {}", if index == 0 { "result" } else { "a gradient" }));
        assert!(ours.iter().any(|value| value.abs() > 1e-3), "{what}: nothing but zeros");
    }
    // An input that is frozen, as LoRA freezes the weights, leaves the others' gradients as they are.
    for frozen in 0..if N > 1 { N } else { 0 } {
        let mut expected = all.clone();
        expected.remove(1 + frozen);
        assert_eq!(run(&inputs, &ours, Some(frozen)).await, expected, "{what}, input {frozen} frozen");
    }
}

pub async fn products(device: &Device) {
    for [tokens, depth, columns] in [[14, 10, 13], [16, 64, 96], [33, 12, 8], [40, 7, 12], [300, 16, 65]] {
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
            let ours = |[x, w]: [Tensor<2>; 2]| ops::stacked_linear(x, w, count);
            compare("stacked_linear", inputs, ours, |[x, w]| plain::stacked_linear(x, w, count)).await;
        }
    }
}

pub async fn packed_products(device: &Device) {
    for [depth, columns] in [[10, 13], [64, 96], [12, 8], [400, 17]] {
        let (stack, output) = (random([3 * depth, columns], 2, device), random([columns, depth], 3, device));
        let single = random([depth, columns], 4, device);
        let weights = [PackedWeights::stacked(stack.clone(), 3), PackedWeights::transposed(output.clone())];
        let [packed_stack, packed_output] = weights;
        let packed = PackedWeights::stacked(single.clone(), 1);
        for tokens in [1, 2, 3, 4, 7, 10] {
            let (x, to) = (random([tokens, depth], 1, device), random([tokens, columns], 5, device));
            let pairs = [
                (packed_stack.linear(x.clone()), plain::stacked_linear(x.clone(), stack.clone(), 3)),
                (packed_output.linear(x.clone()), plain::linear_transposed(x.clone(), output.clone())),
                (
                    packed.linear_added(x.clone(), to.clone()),
                    plain::linear_added(x.clone(), single.clone(), to),
                ),
            ];
            for (ours, theirs) in pairs {
                assert_close(&values(ours).await, &values(theirs).await, "packed");
            }
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
        let rope = RopeTable { cos: cos.clone(), sin: sin.clone() };
        let tracked = RopeTable { cos: cos.autodiff(), sin: sin.autodiff() };
        let gains = random([1, 2 * head_dim], 10, device) + 1.5;
        compare(
            "qk_norm_rope",
            [random([batch * time, heads.row()], 9, device), gains],
            |[qkv, gains]| ops::qk_norm_rope(qkv, gains, 1e-5, &rope, heads),
            |[qkv, gains]| plain::qk_norm_rope(qkv, gains, 1e-5, &tracked, heads),
        )
        .await;
    }
}

pub async fn attention(device: &Device) {
    // Beyond a strip of 64 rows of the CPU engine's products and a workgroup of 64 threads.
    let longer = Heads { batch: 2, time: 70, n_head: 1, head_dim: 8 };
    attention_of(&[SHAPES[0], SHAPES[1], longer], device).await;
}

/// Beyond an inner part of 384 of the CPU engine's products; the longest context. A GPU's kernels know no
/// such bounds, and one that is simulated takes minutes for these.
#[allow(dead_code, reason = "only the native tests call it")]
pub async fn long_attention(device: &Device) {
    let beyond = Heads { batch: 1, time: 391, n_head: 1, head_dim: 6 };
    let longest = Heads { batch: 1, time: 1024, n_head: 1, head_dim: 4 };
    attention_of(&[beyond, longest], device).await;
}

async fn attention_of(shapes: &[Heads], device: &Device) {
    for &heads in shapes {
        let qkv = random([heads.batch * heads.time, heads.row()], 9, device) * 3.0;
        let (ours, theirs) = (ops::attention(qkv.clone(), heads).1, plain::attention(qkv.clone(), heads).1);
        assert_close(&values(ours).await, &values(theirs).await, "weights");
        let ours = |[qkv]: [Tensor<2>; 1]| ops::attention(qkv, heads).0;
        compare("attention", [qkv.clone()], ours, |[qkv]| plain::attention(qkv, heads).0).await;
        let newest = random([heads.batch, heads.row()], 10, device) * 3.0;
        let cache = || random([heads.batch * 2 * heads.time, heads.width()], 11, device) * 3.0;
        // Each text is elsewhere.
        for first in [0, heads.time / 2, heads.time - 1] {
            let positions: Vec<i32> =
                (0..heads.batch).map(|text| ((first + 3 * text) % heads.time) as i32).collect();
            let positions = Tensor::<1, Int>::from_ints(positions.as_slice(), device);
            let (ours, our_cache) = ops::cached_attention(newest.clone(), cache(), positions.clone(), heads);
            let (theirs, their_cache) = plain::cached_attention(newest.clone(), cache(), positions, heads);
            assert_close(&values(ours).await, &values(theirs).await, "of the newest token");
            assert_close(&values(our_cache).await, &values(their_cache).await, "cache");
        }
    }
}

pub async fn dropout(device: &Device) {
    compare(
        "dropout",
        [random([14, 18], 17, device)],
        |[x]| ops::dropout(x, 0.25, 3, 5),
        |[x]| {
            let remaining = plain::dropout(x.clone().inner().ones_like(), 0.25, 3, 5);
            x * remaining.autodiff()
        },
    )
    .await;
    let ones = |rows| Tensor::ones([rows, 100], device);
    let remaining = values(ops::dropout(ones(100), 0.25, 3, 0)).await;
    let left_out = remaining.iter().filter(|&&x| x == 0.0).count();
    assert!((2_300..2_700).contains(&left_out), "{left_out} of 10,000");
    assert!(remaining.iter().all(|&x| x == 0.0 || (x - 4.0 / 3.0).abs() < 1e-6));
    assert_ne!(remaining, values(ops::dropout(ones(100), 0.25, 4, 0)).await);
    let part = values(ops::dropout(ones(20), 0.25, 3, 30)).await;
    assert_eq!(part, remaining[3_000..5_000], "a part leaves out what the whole does");
}

pub async fn log_probs(device: &Device) {
    for [tokens, columns] in [[5, 11], [5, 12], [300, 65], [3, 1030]] {
        let targets: Vec<i32> = (0..tokens).map(|token| (token * 7 + 3) as i32 % columns as i32).collect();
        let targets = Tensor::<1, Int>::from_ints(targets.as_slice(), device);
        let logits = [random([tokens, columns], 12, device) * 20.0];
        // The gradient of each token's log-probability is another one.
        let ours = |[logits]: [Tensor<2>; 1]| ops::token_log_probs(logits, targets.clone()).unsqueeze();
        let theirs = |[logits]: [Tensor<2>; 1]| plain::token_log_probs(logits, targets.clone()).unsqueeze();
        compare("token_log_probs", logits.clone(), ours, theirs).await;
        // Half of the tokens do not count.
        let weights = vector(tokens, 13, device).clamp_min(0.0);
        let tracked = weights.clone().autodiff();
        let ours = |[logits]: [Tensor<2>; 1]| {
            ops::weighted_nll(logits, targets.clone(), weights.clone()).unsqueeze()
        };
        let theirs = |[logits]: [Tensor<2>; 1]| {
            plain::weighted_nll(logits, targets.clone(), tracked.clone()).unsqueeze()
        };
        compare("weighted_nll", logits.clone(), ours, theirs).await;
        // Without a graph they are the same.
        let [logits] = logits;
        let theirs = values(plain::token_log_probs(logits.clone(), targets.clone())).await;
        assert_close(&values(ops::token_log_probs(logits, targets)).await, &theirs, "without a graph");
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
        // Written anew each time: a step may change them in place.
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
        let (their_momentum, their_nesterov_momentum) =
            plain::momentum(momentum.clone(), gradient.clone(), 0.85);
        let (momentum, nesterov_momentum) = ops::momentum(momentum, gradient, 0.85);
        assert_close(&values(momentum).await, &values(their_momentum).await, "momentum");
        assert_close(
            &values(nesterov_momentum.clone()).await,
            &values(their_nesterov_momentum).await,
            "nesterov_momentum",
        );
        let theirs = plain::orthogonalized_updates(nesterov_momentum.clone(), &shapes, METHOD);
        let apart =
            values(ops::orthogonalized_updates(nesterov_momentum, &shapes, METHOD) - theirs.clone()).await;
        // Rounding grows with the iterations: small singular values are multiplied by hundreds.
        assert!(apart.iter().all(|difference| difference.abs() < 5e-3), "{apart:?}");
        let ours = values(ops::apply_update(weights.clone(), 0.99, theirs.clone(), 0.02)).await;
        assert_close(&ours, &values(plain::apply_update(weights, 0.99, theirs, 0.02)).await, "apply_update");
    }
}
