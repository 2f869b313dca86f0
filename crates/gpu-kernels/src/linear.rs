//! A layer's products: with one matrix, or with several that are stacked.

use burn_cubecl::tensor::CubeTensor;

use crate::matmul::{Epilogue, Matrices, Product, matmul};
use crate::tensor::{dims, empty};

/// The product of two matrices, each transposed or not, and `to` added to it.
pub fn linear(
    a: &CubeTensor,
    b: &CubeTensor,
    [a_transposed, b_transposed]: [bool; 2],
    to: Option<&CubeTensor>,
) -> CubeTensor {
    let view = |x: &CubeTensor, transposed: bool| {
        let [rows, columns] = dims(x);
        let stored = Matrices::one(columns);
        if transposed { ([columns, rows], stored.transposed()) } else { ([rows, columns], stored) }
    };
    let ([rows, depth], a_layout) = view(a, a_transposed);
    let ([_, columns], b_layout) = view(b, b_transposed);
    let c = empty(a, [rows, columns]);
    let product = Product {
        epilogue: to.map_or(Epilogue::Nothing, Epilogue::Tensor),
        ..Product::of([1, 1], [rows, depth, columns], [a_layout, b_layout, Matrices::one(columns)])
    };
    matmul(a, b, &c, product);
    c
}

/// The layout of `count` matrices `[rows, columns]` side by side.
fn side_by_side(columns: usize, count: usize) -> Matrices {
    Matrices { inner: columns, ..Matrices::one(count * columns) }
}

/// The layout of `count` stacked matrices `[rows, columns]`.
fn stacked([rows, columns]: [usize; 2]) -> Matrices {
    Matrices { inner: rows * columns, ..Matrices::one(columns) }
}

/// The products of `x` `[tokens, depth]` with `count` stacked matrices `[count * depth, columns]`, side by
/// side: `[tokens, count * columns]`.
pub fn stacked_linear(x: &CubeTensor, weights: &CubeTensor, count: usize) -> CubeTensor {
    let ([tokens, depth], [_, columns]) = (dims(x), dims(weights));
    let y = empty(x, [tokens, count * columns]);
    let layouts = [Matrices::one(depth), stacked([depth, columns]), side_by_side(columns, count)];
    matmul(x, weights, &y, Product::of([1, count], [tokens, depth, columns], layouts));
    y
}

/// The gradient of [`stacked_linear`] with respect to `x`, `[tokens, depth]`.
pub fn stacked_linear_to_x(weights: &CubeTensor, count: usize, gradient: &CubeTensor) -> CubeTensor {
    let ([rows, columns], [tokens, _]) = (dims(weights), dims(gradient));
    let depth = rows / count;
    let to_x = empty(gradient, [tokens, depth]);
    let weights_layout = stacked([depth, columns]).transposed();
    let layouts = [side_by_side(columns, count), weights_layout, Matrices::one(depth)];
    let product = Product::of([1, count], [tokens, columns, depth], layouts);
    matmul(gradient, weights, &to_x, Product { summed: true, ..product });
    to_x
}

/// The gradient of [`stacked_linear`] with respect to `weights`, `[count * depth, columns]`.
pub fn stacked_linear_to_weights(x: &CubeTensor, count: usize, gradient: &CubeTensor) -> CubeTensor {
    let ([tokens, depth], [_, width]) = (dims(x), dims(gradient));
    let columns = width / count;
    let to_weights = empty(x, [count * depth, columns]);
    let x_layout = Matrices::one(depth).transposed();
    let layouts = [x_layout, side_by_side(columns, count), stacked([depth, columns])];
    matmul(x, gradient, &to_weights, Product::of([1, count], [depth, tokens, columns], layouts));
    to_weights
}
