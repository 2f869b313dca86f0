//! Every kernel against the sums that define it, in f64, at shapes that fill no block evenly.

use petit_train_kernels::attention::{Heads, attention, attention_backward};
use petit_train_kernels::cross_entropy::cross_entropy;
use petit_train_kernels::matmul::{Triangle, matmul};
use petit_train_kernels::matrix::Matrix;
use petit_train_kernels::muon::{NewtonSchulz, direction};
use petit_train_kernels::norm::{rms_norm, rms_norm_backward};
use petit_train_kernels::rotary::rotate;
use petit_train_kernels::swiglu::{swiglu, swiglu_backward};

/// Numbers between -1 and 1 that look random.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12345);
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (f64::from(state) / f64::from(u32::MAX) * 2.0 - 1.0) as f32
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn assert_close(ours: &[f32], theirs: &[f64], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((f64::from(*a) - b).abs() < 2e-5 * (1.0 + b.abs()), "{what}, {place}: {a} against {b}");
    }
}

/// The gradient of `sum(weights · f(x))` by central differences.
fn numeric_gradient(x: &[f32], weights: &[f32], f: impl Fn(&[f32]) -> Vec<f32>) -> Vec<f64> {
    let step = 1e-2;
    let value = |place: usize, by: f32| {
        let mut moved = x.to_vec();
        moved[place] += by;
        f(&moved).iter().zip(weights).map(|(y, w)| f64::from(*y) * f64::from(*w)).sum::<f64>()
    };
    (0..x.len()).map(|place| (value(place, step) - value(place, -step)) / f64::from(2.0 * step)).collect()
}

fn assert_gradient(ours: &[f32], theirs: &[f64], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (place, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((f64::from(*a) - b).abs() < 3e-3 * (1.0 + b.abs()), "{what}, {place}: {a} against {b}");
    }
}

#[test]
fn products_are_sums_of_products() {
    for (rows, inner, columns) in
        [(1, 1, 1), (4, 8, 8), (5, 7, 9), (64, 32, 64), (67, 800, 13), (130, 385, 17)]
    {
        let (a, b) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
        let turned = |m: &[f32], rows: usize, columns: usize| -> Vec<f32> {
            (0..columns).flat_map(|j| (0..rows).map(move |i| m[i * columns + j])).collect()
        };
        let (a_turned, b_turned) = (turned(&a, rows, inner), turned(&b, inner, columns));
        let lefts = [Matrix::new(&a, [rows, inner]), Matrix::new(&a_turned, [inner, rows]).transposed()];
        let rights =
            [Matrix::new(&b, [inner, columns]), Matrix::new(&b_turned, [columns, inner]).transposed()];
        let entry = |i: usize, j: usize, from: usize, to: usize| -> f64 {
            (from..to.max(from)).map(|p| f64::from(a[i * inner + p]) * f64::from(b[p * columns + j])).sum()
        };
        for left in lefts {
            for right in rights {
                let product = |triangle| {
                    // Written with gaps between the rows, which must stay as they are.
                    let stride = columns + 3;
                    let mut c = vec![f32::NAN; rows * stride];
                    matmul(left, right, 0.5, triangle, &mut c, stride);
                    assert!(c.chunks(stride).all(|row| row[columns..].iter().all(|gap| gap.is_nan())));
                    c.chunks(stride).flat_map(|row| row[..columns].to_vec()).collect::<Vec<_>>()
                };
                let cells = || (0..rows).flat_map(|i| (0..columns).map(move |j| (i, j)));
                let whole: Vec<f64> = cells().map(|(i, j)| 0.5 * entry(i, j, 0, inner)).collect();
                assert_close(&product(Triangle::None), &whole, "whole");
                let lower = product(Triangle::LowerProduct);
                for ((i, j), (ours, theirs)) in cells().zip(lower.iter().zip(&whole)) {
                    assert!(j > i || (f64::from(*ours) - theirs).abs() < 1e-4, "lower ({i}, {j})");
                }
            }
        }
    }
}

#[test]
fn what_is_zero_in_a_triangle_is_not_read() {
    for n in [1, 4, 6, 64, 67, 400] {
        let b = numbers(n * 5, 3);
        for (triangle, keeps) in [(Triangle::LowerLeft, true), (Triangle::UpperLeft, false)] {
            let mut a = numbers(n * n, 4);
            for i in 0..n {
                for p in 0..n {
                    if p != i && (p < i) != keeps {
                        a[i * n + p] = 0.0;
                    }
                }
            }
            let turned: Vec<f32> =
                (0..n).flat_map(|p| (0..n).map(|i| a[i * n + p]).collect::<Vec<_>>()).collect();
            for left in [Matrix::new(&a, [n, n]), Matrix::new(&turned, [n, n]).transposed()] {
                let (mut whole, mut part) = (vec![0.0; n * 5], vec![f32::NAN; n * 5]);
                matmul(left, Matrix::new(&b, [n, 5]), 1.0, Triangle::None, &mut whole, 5);
                matmul(left, Matrix::new(&b, [n, 5]), 1.0, triangle, &mut part, 5);
                let whole: Vec<f64> = whole.into_iter().map(f64::from).collect();
                assert_close(&part, &whole, "triangle");
            }
        }
    }
}

#[test]
fn the_norm_and_its_gradients() {
    for width in [2, 8, 19] {
        let (x, gain, weights) = (numbers(3 * width, 5), numbers(width, 6), numbers(3 * width, 7));
        let y = rms_norm(&x, &gain, 1e-5);
        for (row, y) in x.chunks(width).zip(y.chunks(width)) {
            let mean = row.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / width as f64;
            let expected: Vec<f64> = row
                .iter()
                .zip(&gain)
                .map(|(x, g)| f64::from(*x) / (mean + 1e-5).sqrt() * f64::from(*g))
                .collect();
            assert_close(y, &expected, "norm");
        }
        let (to_x, to_gain) = rms_norm_backward(&x, &gain, 1e-5, &weights);
        assert_gradient(&to_x, &numeric_gradient(&x, &weights, |x| rms_norm(x, &gain, 1e-5)), "to x");
        assert_gradient(
            &to_gain,
            &numeric_gradient(&gain, &weights, |gain| rms_norm(&x, gain, 1e-5)),
            "to gain",
        );
    }
}

#[test]
fn a_rotation_turns_pairs_of_the_halves_and_is_undone_by_the_other_direction() {
    let (time, heads, head_dim) = (3, 2, 6);
    let x = numbers(2 * time * heads * head_dim, 8);
    let angle = |place: usize, pair: usize| place as f64 * 0.7f64.powi(pair as i32);
    let table = |f: fn(f64) -> f64| -> Vec<f32> {
        (0..5).flat_map(|t| (0..head_dim).map(move |i| f(angle(t, i % 3)) as f32)).collect()
    };
    let (cos, sin) = (table(f64::cos), table(f64::sin));
    let y = rotate(&x, &cos, &sin, [time, heads, head_dim], 1.0);
    let expected: Vec<f64> = (0..x.len())
        .map(|i| {
            let (place, dim) = (i / (heads * head_dim) % time, i % head_dim);
            let (sin, cos) = angle(place, dim % 3).sin_cos();
            let (own, other) = (f64::from(x[i]), f64::from(x[if dim < 3 { i + 3 } else { i - 3 }]));
            if dim < 3 { own * cos - other * sin } else { own * cos + other * sin }
        })
        .collect();
    assert_close(&y, &expected, "turned");
    let back = rotate(&y, &cos, &sin, [time, heads, head_dim], -1.0);
    assert_close(&back, &x.iter().map(|x| f64::from(*x)).collect::<Vec<_>>(), "turned back");
}

#[test]
fn attention_and_its_gradients() {
    for time in [1, 5, 9] {
        let heads = Heads { batch: 2, time, n_head: 2, head_dim: 3 };
        let count = 2 * time * 6;
        let [q, k, v, weights] = [9, 10, 11, 12].map(|seed| numbers(count, seed));
        let (y, attended) = attention(&q, &k, &v, heads);
        let mut expected = vec![0.0; count];
        for (batch, head) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let at = |m: &[f32], t: usize, i: usize| f64::from(m[(batch * time + t) * 6 + head * 3 + i]);
            for query in 0..time {
                let score =
                    |key| (0..3).map(|i| at(&q, query, i) * at(&k, key, i)).sum::<f64>() / 3f64.sqrt();
                let total: f64 = (0..=query).map(|key| score(key).exp()).sum();
                for key in 0..time {
                    let weight = if key <= query { score(key).exp() / total } else { 0.0 };
                    let ours = attended[((batch * 2 + head) * time + query) * time + key];
                    assert!((f64::from(ours) - weight).abs() < 1e-6, "weight ({query}, {key})");
                    for i in 0..3 {
                        expected[(batch * time + query) * 6 + head * 3 + i] += weight * at(&v, key, i);
                    }
                }
            }
        }
        assert_close(&y, &expected, "mixed");
        let [to_q, to_k, to_v] = attention_backward(&q, &k, &v, &attended, &weights, heads);
        assert_gradient(&to_q, &numeric_gradient(&q, &weights, |q| attention(q, &k, &v, heads).0), "to q");
        assert_gradient(&to_k, &numeric_gradient(&k, &weights, |k| attention(&q, k, &v, heads).0), "to k");
        assert_gradient(&to_v, &numeric_gradient(&v, &weights, |v| attention(&q, &k, v, heads).0), "to v");
    }
}

#[test]
fn the_gate_and_its_gradients() {
    let [gate, up, weights] = [13, 14, 15].map(|seed| numbers(19, seed));
    let gate: Vec<f32> = gate.iter().map(|x| x * 6.0).collect();
    let silu = |x: f32| f64::from(x) / (1.0 + (-f64::from(x)).exp());
    let expected: Vec<f64> = gate.iter().zip(&up).map(|(g, u)| silu(*g) * f64::from(*u)).collect();
    assert_close(&swiglu(&gate, &up), &expected, "gated");
    let (to_gate, to_up) = swiglu_backward(&gate, &up, &weights);
    assert_gradient(&to_gate, &numeric_gradient(&gate, &weights, |gate| swiglu(gate, &up)), "to gate");
    assert_gradient(&to_up, &numeric_gradient(&up, &weights, |up| swiglu(&gate, up)), "to up");
    // Far out it neither overflows nor becomes NaN.
    let far = swiglu(&[-200.0, 200.0, -1e30], &[1.0, 1.0, 1.0]);
    assert!(far[0].abs() < 1e-6 && (far[1] - 200.0).abs() < 1e-3 && far[2].abs() < 1e-6, "{far:?}");
}

#[test]
fn cross_entropy_and_its_gradient() {
    let (vocab_size, targets) = (11, [3, 0, 10]);
    let logits: Vec<f32> = numbers(33, 16).iter().map(|x| x * 50.0).collect();
    let (loss, gradient) = cross_entropy(&logits, targets.into_iter());
    let (mut expected_loss, mut expected) = (0.0, vec![]);
    for (row, target) in logits.chunks(vocab_size).zip(targets) {
        let total: f64 = row.iter().map(|x| f64::from(*x).exp()).sum();
        expected_loss += (total.ln() - f64::from(row[target])) / 3.0;
        expected.extend(
            row.iter().enumerate().map(|(token, x)| {
                (f64::from(*x).exp() / total - if token == target { 1.0 } else { 0.0 }) / 3.0
            }),
        );
    }
    assert!((f64::from(loss) - expected_loss).abs() < 1e-4 * expected_loss, "{loss} against {expected_loss}");
    assert_close(&gradient, &expected, "gradient");
}

#[test]
fn iterations_on_the_gram_matrix_are_those_of_the_textbook() {
    let (a, b, c) = (3.4445, -4.7750, 2.0315);
    let method = NewtonSchulz { coefficients: (a as f32, b as f32, c as f32), iterations: 5 };
    for shape in [[6, 10], [10, 6], [12, 12], [1, 5]] {
        let [rows, columns] = shape;
        let x = numbers(rows * columns, 17);
        let product = |x: &[f64], y: &[f64], [n, k, m]: [usize; 3]| -> Vec<f64> {
            let cell = |i: usize, j: usize| (0..k).map(|p| x[i * k + p] * y[p * m + j]).sum::<f64>();
            (0..n).flat_map(|i| (0..m).map(move |j| (i, j))).map(|(i, j)| cell(i, j)).collect()
        };
        let turned = |x: &[f64], rows: usize, columns: usize| -> Vec<f64> {
            (0..columns).flat_map(|j| (0..rows).map(move |i| x[i * columns + j])).collect()
        };
        let norm = x.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        let mut y: Vec<f64> = x.iter().map(|x| f64::from(*x) / norm).collect();
        for _ in 0..5 {
            let gram = product(&y, &turned(&y, rows, columns), [rows, columns, rows]);
            let square = product(&gram, &gram, [rows, rows, rows]);
            let mix: Vec<f64> = gram.iter().zip(&square).map(|(g, s)| b * g + c * s).collect();
            let mixed = product(&mix, &y, [rows, rows, columns]);
            y = y.iter().zip(&mixed).map(|(y, m)| a * y + m).collect();
        }
        let ours = direction(&x, shape, method);
        for (place, (ours, theirs)) in ours.iter().zip(&y).enumerate() {
            let theirs = theirs * (columns as f64 / rows as f64).max(1.0).sqrt();
            assert!((f64::from(*ours) - theirs).abs() < 6e-3, "{shape:?}, {place}: {ours} against {theirs}");
        }
    }
    let method = NewtonSchulz { coefficients: (3.0, -4.0, 2.0), iterations: 5 };
    assert!(direction(&[0.0; 12], [3, 4], method).iter().all(|x| *x == 0.0));
}
