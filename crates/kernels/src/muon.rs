//! Muon (Jordan and others, 2024, <https://kellerjordan.github.io/posts/muon/>): momentum, and the nearest
//! orthogonal matrix by Newton–Schulz iterations.
//!
//! An iteration turns x into `p(x xᵀ) x` with a polynomial p. All iterates are one symmetric matrix times the
//! first x, so the iterations are done on `x xᵀ`, which is smaller where x is not square, and whose products
//! are symmetric: only half of each is computed. Together that is half of the arithmetic of the textbook's
//! form.
//!
//! The first x must have no singular value above 1. The textbook divides by the Frobenius norm, the root of
//! the sum of their squares; here x is divided by the fourth root of the sum of their fourth powers, the
//! Schatten 4-norm, which is the root of the Frobenius norm of `x xᵀ`. It is a bound as well and a smaller
//! one, so the iterations begin with larger singular values, and one fewer of them is enough.

use petit_train_ops_types::NewtonSchulz;
use petit_train_ops_types::newton_schulz::EPSILON;

use crate::lanes::{dot, scale};
use crate::matmul::{Triangle, matmul};
use crate::matrix::Matrix;

/// The side of the blocks in which a symmetric matrix is completed, so that they stay in the first-level
/// cache.
const BLOCK: usize = 8;

/// Returns the momentum, a running mean of the gradients, with `gradient` taken in; and the Nesterov
/// momentum, which is that mean with the same gradient taken in once more.
pub fn momentum(momentum: &[f32], gradient: &[f32], decay: f32) -> (Vec<f32>, Vec<f32>) {
    let mixed = |momentum: &[f32]| {
        let mixed = |(momentum, gradient): (&f32, &f32)| momentum * decay + gradient * (1.0 - decay);
        momentum.iter().zip(gradient).map(mixed).collect::<Vec<f32>>()
    };
    let momentum = mixed(momentum);
    let nesterov_momentum = mixed(&momentum);
    (momentum, nesterov_momentum)
}

/// Returns the weights after a step: `decay_factor · weights - learning_rate · updates`.
pub fn apply_update(weights: &[f32], decay_factor: f32, updates: &[f32], learning_rate: f32) -> Vec<f32> {
    let updated = |(weight, update): (&f32, &f32)| weight * decay_factor - update * learning_rate;
    weights.iter().zip(updates).map(updated).collect()
}

/// Returns the update of a matrix `[rows, columns]` whose Nesterov momentum is `x`: approximately the
/// orthogonal matrix nearest to it (all singular values near 1, as near as `method` brings them), times
/// `√max(1, columns / rows)`, so that outputs change by the same amount whatever the shape.
pub fn orthogonalized_update(x: &[f32], [rows, columns]: [usize; 2], method: NewtonSchulz) -> Vec<f32> {
    let NewtonSchulz { coefficients, iterations } = method;
    let n = rows.min(columns);
    let matrix = Matrix::new(x, [rows, columns]);
    let wide = if rows > columns { matrix.transposed() } else { matrix }; // [n, ≥ n]
    let size = dot(x, x).sqrt() + EPSILON;
    let mut gram = vec![0.0; n * n];
    matmul(wide, wide.transposed(), (size * size).recip(), Triangle::LowerProduct, &mut gram, n);
    complete(&mut gram, n);
    let square_norm = dot(&gram, &gram).sqrt() + EPSILON;
    scale(&mut gram, square_norm.recip());
    let norm = size * square_norm.sqrt();

    let mut total: Option<Vec<f32>> = None;
    for iteration in 1..=iterations {
        let polynomial = polynomial(&gram, n, coefficients);
        if iteration < iterations {
            // The next x xᵀ is p x xᵀ p; all of these commute.
            gram = symmetric_product(&polynomial, &symmetric_product(&polynomial, &gram, n), n);
        }
        total = Some(match total {
            Some(total) => symmetric_product(&polynomial, &total, n),
            None => polynomial,
        });
    }

    let mut y = x.to_vec();
    if let Some(mut total) = total {
        let shape_factor = (columns as f32 / rows as f32).max(1.0).sqrt();
        scale(&mut total, shape_factor / norm);
        let total = Matrix::new(&total, [n, n]);
        let (left, right) = if rows > columns { (matrix, total) } else { (total, matrix) };
        matmul(left, right, 1.0, Triangle::None, &mut y, columns);
    }
    y
}

/// `a + b g + c g²`
fn polynomial(gram: &[f32], n: usize, (a, b, c): (f32, f32, f32)) -> Vec<f32> {
    let mut result = symmetric_product(gram, gram, n);
    result.iter_mut().zip(gram).for_each(|(square, gram)| *square = b * gram + c * *square);
    result.iter_mut().step_by(n + 1).for_each(|diagonal| *diagonal += a);
    result
}

/// The product of two symmetric matrices that commute, which is symmetric too.
fn symmetric_product(a: &[f32], b: &[f32], n: usize) -> Vec<f32> {
    let mut product = vec![0.0; n * n];
    matmul(Matrix::new(a, [n, n]), Matrix::new(b, [n, n]), 1.0, Triangle::LowerProduct, &mut product, n);
    complete(&mut product, n);
    product
}

/// Copies the entries below the diagonal to above it.
fn complete(matrix: &mut [f32], n: usize) {
    for row_block in (0..n).step_by(BLOCK) {
        for column_block in (0..=row_block).step_by(BLOCK) {
            for row in row_block..(row_block + BLOCK).min(n) {
                for column in column_block..(column_block + BLOCK).min(row) {
                    matrix[column * n + row] = matrix[row * n + column];
                }
            }
        }
    }
}
