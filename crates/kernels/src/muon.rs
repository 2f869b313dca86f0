//! Muon (Jordan and others, 2024, <https://kellerjordan.github.io/posts/muon/>): momentum, and the nearest orthogonal
//! matrix by Newton–Schulz iterations.
//!
//! An iteration turns x into `p(x xᵀ) x` with a polynomial p. All iterates are one symmetric matrix times the first x,
//! so the iterations are done on `x xᵀ`, which is smaller where x is not square, and whose products are symmetric:
//! only half of each is computed. Together that is half of the arithmetic of the textbook's form.

use crate::lanes::{dot, scale};
use crate::matmul::{Triangle, matmul};
use crate::matrix::Matrix;

/// Blocks in which a symmetric matrix is completed: they stay in the first-level cache.
const BLOCK: usize = 8;
/// Keeps the division finite where the matrix is 0.
const EPSILON: f32 = 1e-7;

/// Polynomial `(a, b, c)` of the iterations, and their number.
#[derive(Clone, Copy, Debug)]
pub struct NewtonSchulz {
    /// Of `p(g) = a + b g + c g²`.
    pub coefficients: (f32, f32, f32),
    /// How often it is applied.
    pub iterations: usize,
}

/// The momentum with `gradient` in it, and where it is going: the momentum, and once more the gradient that it holds
/// already (Nesterov).
pub fn momentum(momentum: &[f32], gradient: &[f32], decay: f32) -> (Vec<f32>, Vec<f32>) {
    let mixed = |momentum: &[f32]| {
        let mixed = |(momentum, gradient): (&f32, &f32)| momentum * decay + gradient * (1.0 - decay);
        momentum.iter().zip(gradient).map(mixed).collect::<Vec<f32>>()
    };
    let momentum = mixed(momentum);
    let ahead = mixed(&momentum);
    (momentum, ahead)
}

/// `kept · weights - learning_rate · directions`
pub fn descend(weights: &[f32], kept: f32, directions: &[f32], learning_rate: f32) -> Vec<f32> {
    let moved = |(weight, direction): (&f32, &f32)| weight * kept - direction * learning_rate;
    weights.iter().zip(directions).map(moved).collect()
}

/// The direction of a step of the matrix `[rows, columns]` that is going to `x`: the nearest orthogonal matrix, roughly
/// (singular values end near 1, as near as `method` brings them), and longer where it widens, since each of its outputs
/// hears fewer inputs.
pub fn direction(x: &[f32], [rows, columns]: [usize; 2], method: NewtonSchulz) -> Vec<f32> {
    let NewtonSchulz { coefficients, iterations } = method;
    let n = rows.min(columns);
    let lying = Matrix::new(x, [rows, columns]);
    let wide = if rows > columns { lying.transposed() } else { lying }; // [n, ≥ n]
    let size = dot(x, x).sqrt() + EPSILON;
    let mut gram = vec![0.0; n * n];
    matmul(wide, wide.transposed(), (size * size).recip(), Triangle::LowerProduct, &mut gram, n);
    complete(&mut gram, n);

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
        let longer = (columns as f32 / rows as f32).max(1.0).sqrt();
        scale(&mut total, longer / size);
        let total = Matrix::new(&total, [n, n]);
        let (left, right) = if rows > columns { (lying, total) } else { (total, lying) };
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

/// The product of two symmetric matrices that commute: symmetric too.
fn symmetric_product(a: &[f32], b: &[f32], n: usize) -> Vec<f32> {
    let mut product = vec![0.0; n * n];
    matmul(Matrix::new(a, [n, n]), Matrix::new(b, [n, n]), 1.0, Triangle::LowerProduct, &mut product, n);
    complete(&mut product, n);
    product
}

/// Copies what is below the diagonal to above it.
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
