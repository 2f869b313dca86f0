//! Every kernel against the sums that define it, in f64, at shapes that fill no block evenly.

use petit_train_kernels::attention::{attention, attention_backward};
use petit_train_kernels::cached_attention::cached_attention;
use petit_train_kernels::log_probs::{
    LogProbs, token_log_probs, token_log_probs_backward, token_log_probs_forward,
};
use petit_train_kernels::matmul::{Triangle, matmul, matmul_add};
use petit_train_kernels::matrix::Matrix;
use petit_train_kernels::muon::orthogonalized_update;
use petit_train_kernels::norm::{rms_norm, rms_norm_backward};
use petit_train_kernels::packed::{pack, packed_matmul_add};
use petit_train_kernels::rotary::{QkNormRope, qk_norm_rope, qk_norm_rope_backward};
use petit_train_kernels::swiglu::{swiglu, swiglu_backward};
use petit_train_ops_types::{Heads, NewtonSchulz};

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
    for (index, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((f64::from(*a) - b).abs() < 2e-5 * (1.0 + b.abs()), "{what}, {index}: {a} against {b}");
    }
}

/// The gradient of `sum(weights · f(x))` by central differences.
fn numeric_gradient(x: &[f32], weights: &[f32], f: impl Fn(&[f32]) -> Vec<f32>) -> Vec<f64> {
    let step = 1e-2;
    let value = |index: usize, by: f32| {
        let mut moved = x.to_vec();
        moved[index] += by;
        f(&moved).iter().zip(weights).map(|(y, w)| f64::from(*y) * f64::from(*w)).sum::<f64>()
    };
    (0..x.len()).map(|index| (value(index, step) - value(index, -step)) / f64::from(2.0 * step)).collect()
}

fn assert_gradient(ours: &[f32], theirs: &[f64], what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (index, (a, b)) in ours.iter().zip(theirs).enumerate() {
        assert!((f64::from(*a) - b).abs() < 3e-3 * (1.0 + b.abs()), "{what}, {index}: {a} against {b}");
    }
}

#[test]
fn products_are_sums_of_products() {
    for (rows, inner, columns) in
        [(1, 1, 1), (4, 8, 8), (5, 7, 9), (64, 32, 64), (67, 800, 13), (130, 385, 17)]
    {
        let (a, b) = (numbers(rows * inner, 1), numbers(inner * columns, 2));
        let transposed = |m: &[f32], rows: usize, columns: usize| -> Vec<f32> {
            (0..columns).flat_map(|j| (0..rows).map(move |i| m[i * columns + j])).collect()
        };
        let (a_transposed, b_transposed) = (transposed(&a, rows, inner), transposed(&b, inner, columns));
        let lefts = [Matrix::new(&a, [rows, inner]), Matrix::new(&a_transposed, [inner, rows]).transposed()];
        let rights =
            [Matrix::new(&b, [inner, columns]), Matrix::new(&b_transposed, [columns, inner]).transposed()];
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
                let mut sum = vec![3.0; rows * columns];
                matmul_add(left, right, &mut sum, columns);
                let expected: Vec<f64> = whole.iter().map(|x| 3.0 + 2.0 * x).collect();
                assert_close(&sum, &expected, "added");
                let lower = product(Triangle::LowerProduct);
                for ((i, j), (ours, theirs)) in cells().zip(lower.iter().zip(&whole)) {
                    assert!(j > i || (f64::from(*ours) - theirs).abs() < 1e-4, "lower ({i}, {j})");
                }
            }
        }
    }
}

#[test]
fn a_row_of_a_product_is_the_same_bits_however_many_rows_there_are() {
    for (inner, columns) in [(1, 1), (7, 9), (32, 8), (256, 65), (800, 13)] {
        let (a, b) = (numbers(40 * inner, 1), numbers(inner * columns, 2));
        let right = Matrix::new(&b, [inner, columns]);
        let (turned, c) = (numbers(inner * columns, 3), numbers(40 * columns, 4));
        for right in [right, Matrix::new(&turned, [columns, inner]).transposed()] {
            let added = &c;
            let product = |rows: usize| {
                let mut c = added[..rows * columns].to_vec();
                matmul_add(Matrix::new(&a[..rows * inner], [rows, inner]), right, &mut c, columns);
                let sums = c.clone();
                matmul(Matrix::new(&a, [rows, inner]), right, 0.3, Triangle::None, &mut c, columns);
                let [packed, gap] = [pack(right), vec![7.0; 3]];
                let mut with_gaps: Vec<f32> = added[..rows * columns]
                    .chunks(columns)
                    .flat_map(|row| row.iter().chain(&gap).copied().collect::<Vec<_>>())
                    .collect();
                let shape = [inner, columns];
                packed_matmul_add(&a[..rows * inner], &packed, shape, &mut with_gaps, columns + 3);
                for (row, sums) in with_gaps.chunks(columns + 3).zip(sums.chunks(columns)) {
                    assert_eq!(row[..columns], *sums, "laid out");
                    assert_eq!(row[columns..], gap, "written beyond a row");
                }
                [sums, c].map(|c| c.into_iter().map(f32::to_bits).collect::<Vec<_>>())
            };
            let all = product(40);
            for rows in 1..40 {
                assert_eq!(product(rows), all.clone().map(|c| c[..rows * columns].to_vec()), "{rows} rows");
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
            let transposed: Vec<f32> =
                (0..n).flat_map(|p| (0..n).map(|i| a[i * n + p]).collect::<Vec<_>>()).collect();
            for left in [Matrix::new(&a, [n, n]), Matrix::new(&transposed, [n, n]).transposed()] {
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
fn queries_and_keys_are_normed_and_turned_and_values_stay() {
    let heads = Heads { batch: 2, time: 3, n_head: 2, head_dim: 6 };
    let (width, epsilon) = (12, 1e-5);
    let (qkv, gains) = (numbers(6 * 3 * width, 8), numbers(12, 6));
    let angle = |position: usize, pair: usize| position as f64 * 0.7f64.powi(pair as i32);
    let table = |f: fn(f64) -> f64| -> Vec<f32> {
        (0..5).flat_map(|t| (0..6).map(move |i| f(angle(t, i % 3)) as f32)).collect()
    };
    let (cos, sin) = (table(f64::cos), table(f64::sin));
    let parameters = QkNormRope { gains: &gains, epsilon, cos: &cos, sin: &sin };
    let expected = (0..qkv.len()).map(|i| {
        let (token, part, dim) = (i / 36, i / width % 3, i % 6);
        if part == 2 {
            return f64::from(qkv[i]);
        }
        let vector: Vec<f64> = qkv[i - dim..][..6].iter().map(|x| f64::from(*x)).collect();
        let scale = (vector.iter().map(|x| x * x).sum::<f64>() / 6.0 + f64::from(epsilon)).sqrt().recip();
        let at = |dim: usize| vector[dim] * scale * f64::from(gains[part * 6 + dim]);
        let (sin, cos) = angle(token % 3, dim % 3).sin_cos();
        if dim < 3 { at(dim) * cos - at(dim + 3) * sin } else { at(dim) * cos + at(dim - 3) * sin }
    });
    assert_close(&qk_norm_rope(&qkv, parameters, heads), &expected.collect::<Vec<_>>(), "qk_norm_rope");

    let weights = numbers(qkv.len(), 7);
    let (to_qkv, to_gains) = qk_norm_rope_backward(&qkv, parameters, heads, &weights);
    let of_qkv = |qkv: &[f32]| qk_norm_rope(qkv, parameters, heads);
    assert_gradient(&to_qkv, &numeric_gradient(&qkv, &weights, of_qkv), "to qkv");
    let of_gains = |gains: &[f32]| qk_norm_rope(&qkv, QkNormRope { gains, ..parameters }, heads);
    assert_gradient(&to_gains, &numeric_gradient(&gains, &weights, of_gains), "to the gains");
}

#[test]
fn attention_and_its_gradients() {
    for time in [1, 5, 9] {
        let heads = Heads { batch: 2, time, n_head: 2, head_dim: 3 };
        let (qkv, weights) = (numbers(2 * time * 18, 9), numbers(2 * time * 6, 12));
        let (y, attention_weights) = attention(&qkv, heads);
        let mut expected = vec![0.0; y.len()];
        for (batch, head) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let at = |part: usize, t: usize, i: usize| {
                f64::from(qkv[(batch * time + t) * 18 + part * 6 + head * 3 + i])
            };
            for query in 0..time {
                let score = |key| (0..3).map(|i| at(0, query, i) * at(1, key, i)).sum::<f64>() / 3f64.sqrt();
                let total: f64 = (0..=query).map(|key| score(key).exp()).sum();
                for key in 0..time {
                    let weight = if key <= query { score(key).exp() / total } else { 0.0 };
                    let ours = attention_weights[((batch * 2 + head) * time + query) * time + key];
                    assert!((f64::from(ours) - weight).abs() < 1e-6, "weight ({query}, {key})");
                    for i in 0..3 {
                        expected[(batch * time + query) * 6 + head * 3 + i] += weight * at(2, key, i);
                    }
                }
            }
        }
        assert_close(&y, &expected, "mixed");
        let to_qkv = attention_backward(&qkv, &attention_weights, &weights, heads);
        assert_gradient(
            &to_qkv,
            &numeric_gradient(&qkv, &weights, |qkv| attention(qkv, heads).0),
            "gradient",
        );
        // Token by token; what the cache holds beyond is not looked at.
        let mut cache = vec![f32::NAN; 2 * time * 12];
        for position in 0..time {
            let row = |text: usize| (text * time + position) * 18..(text * time + position + 1) * 18;
            let newest = [&qkv[row(0)], &qkv[row(1)]].concat();
            let ours = cached_attention(&newest, &mut cache, [position, position].into_iter(), heads);
            let theirs = [0, 1].map(|text| &expected[(text * time + position) * 6..][..6]).concat();
            assert_close(&ours, &theirs, "of the newest token");
            // A text is the same beside another one as alone.
            let mut alone = cache[2 * time * 6..].to_vec();
            let one = Heads { batch: 1, ..heads };
            assert_eq!(cached_attention(&qkv[row(1)], &mut alone, [position].into_iter(), one), ours[6..]);
        }
    }
}

#[test]
fn the_gate_and_its_gradients() {
    for width in [1, 8, 19] {
        let (gate_up, weights) = (numbers(6 * width, 13), numbers(3 * width, 15));
        let gate_up: Vec<f32> = gate_up.iter().map(|x| x * 6.0).collect();
        let silu = |x: f32| f64::from(x) / (1.0 + (-f64::from(x)).exp());
        let row = |row: &[f32]| -> Vec<f64> {
            row[..width].iter().zip(&row[width..]).map(|(g, u)| silu(*g) * f64::from(*u)).collect()
        };
        let expected: Vec<f64> = gate_up.chunks(2 * width).flat_map(row).collect();
        assert_close(&swiglu(&gate_up, width), &expected, "gated");
        let gradient = swiglu_backward(&gate_up, width, &weights);
        assert_gradient(&gradient, &numeric_gradient(&gate_up, &weights, |x| swiglu(x, width)), "gradient");
    }
    // Far out it neither overflows nor becomes NaN.
    let far = swiglu(&[-200.0, 200.0, -1e30, 1.0, 1.0, 1.0], 3);
    assert!(far[0].abs() < 1e-6 && (far[1] - 200.0).abs() < 1e-3 && far[2].abs() < 1e-6, "{far:?}");
}

#[test]
fn log_probabilities_and_their_gradient() {
    for (vocab_size, targets) in [(11, [3, 0, 10]), (16, [15, 1, 8])] {
        let logits: Vec<f32> = numbers(3 * vocab_size, 16).iter().map(|x| x * 50.0).collect();
        let gradient = [0.5, 0.0, -2.0];
        let log_probs = token_log_probs(&logits, targets.into_iter());
        let LogProbs { log_probs: again, exponentials: mut ours, sums } =
            token_log_probs_forward(&logits, targets.into_iter());
        token_log_probs_backward(&mut ours, &sums, targets.into_iter(), &gradient);
        let (mut expected_log_probs, mut expected) = (vec![], vec![]);
        for ((row, target), gradient) in logits.chunks(vocab_size).zip(targets).zip(gradient) {
            let total: f64 = row.iter().map(|x| f64::from(*x).exp()).sum();
            expected_log_probs.push(f64::from(row[target]) - total.ln());
            expected.extend(row.iter().enumerate().map(|(token, x)| {
                let one_hot = if token == target { 1.0 } else { 0.0 };
                f64::from(gradient) * (one_hot - f64::from(*x).exp() / total)
            }));
        }
        assert_close(&log_probs, &expected_log_probs, "log-probabilities");
        assert_close(&again, &expected_log_probs, "log-probabilities with their exponentials");
        assert_close(&ours, &expected, "gradient");
        // What does not count is exactly 0.
        assert!(ours[vocab_size..2 * vocab_size].iter().all(|x| *x == 0.0));
    }
}

#[test]
fn iterations_on_the_gram_matrix_are_those_of_the_textbook() {
    let ((a, b, c), iterations) = ((3.4445, -4.7750, 2.0315), 4);
    let method = NewtonSchulz { coefficients: (a as f32, b as f32, c as f32), iterations };
    for shape in [[6, 10], [10, 6], [12, 12], [1, 5]] {
        let [rows, columns] = shape;
        let x = numbers(rows * columns, 17);
        let product = |x: &[f64], y: &[f64], [n, k, m]: [usize; 3]| -> Vec<f64> {
            let cell = |i: usize, j: usize| (0..k).map(|p| x[i * k + p] * y[p * m + j]).sum::<f64>();
            (0..n).flat_map(|i| (0..m).map(move |j| (i, j))).map(|(i, j)| cell(i, j)).collect()
        };
        let transposed = |x: &[f64], rows: usize, columns: usize| -> Vec<f64> {
            (0..columns).flat_map(|j| (0..rows).map(move |i| x[i * columns + j])).collect()
        };
        let frobenius = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>().sqrt();
        let mut y: Vec<f64> = x.iter().map(|x| f64::from(*x)).collect();
        let gram = product(&y, &transposed(&y, rows, columns), [rows, columns, rows]);
        let norm = frobenius(&gram).sqrt();
        y.iter_mut().for_each(|y| *y /= norm);
        for _ in 0..iterations {
            let gram = product(&y, &transposed(&y, rows, columns), [rows, columns, rows]);
            let square = product(&gram, &gram, [rows, rows, rows]);
            let mix: Vec<f64> = gram.iter().zip(&square).map(|(g, s)| b * g + c * s).collect();
            let mixed = product(&mix, &y, [rows, rows, columns]);
            y = y.iter().zip(&mixed).map(|(y, m)| a * y + m).collect();
        }
        let ours = orthogonalized_update(&x, shape, method);
        for (index, (ours, theirs)) in ours.iter().zip(&y).enumerate() {
            let theirs = theirs * (columns as f64 / rows as f64).max(1.0).sqrt();
            assert!((f64::from(*ours) - theirs).abs() < 6e-3, "{shape:?}, {index}: {ours} against {theirs}");
        }
    }
    let method = NewtonSchulz { coefficients: (3.0, -4.0, 2.0), iterations: 5 };
    assert!(orthogonalized_update(&[0.0; 12], [3, 4], method).iter().all(|x| *x == 0.0));
}
