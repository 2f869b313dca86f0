//! A layer's products: with one matrix, or with several that are stacked.

use burn_cubecl::tensor::CubeTensor;

use crate::matmul::{Matrices, More, Product, matmul};
use crate::tensor::{dims, empty};

/// The product of two matrices, each transposed or not, and `to` added to it.
pub fn linear(
    a: &CubeTensor,
    b: &CubeTensor,
    [a_transposed, b_transposed]: [bool; 2],
    to: Option<&CubeTensor>,
) -> CubeTensor {
    let meant = |x: &CubeTensor, transposed: bool| {
        let [rows, columns] = dims(x);
        let lying = Matrices::one(columns);
        if transposed { ([columns, rows], lying.transposed()) } else { ([rows, columns], lying) }
    };
    let ([rows, depth], a_place) = meant(a, a_transposed);
    let ([_, columns], b_place) = meant(b, b_transposed);
    let c = empty(a, [rows, columns]);
    let product = Product {
        more: to.map_or(More::Nothing, More::Tensor),
        ..Product::of([1, 1], [rows, depth, columns], [a_place, b_place, Matrices::one(columns)])
    };
    matmul(a, b, &c, product);
    c
}

/// `count` matrices `[rows, columns]` that stand side by side.
fn side_by_side(columns: usize, count: usize) -> Matrices {
    Matrices { inner: columns, ..Matrices::one(count * columns) }
}

/// `count` matrices `[rows, columns]` that are stacked.
fn stacked([rows, columns]: [usize; 2]) -> Matrices {
    Matrices { inner: rows * columns, ..Matrices::one(columns) }
}

/// The products of `x` `[tokens, depth]` with `count` stacked matrices `[count * depth, columns]`, side by side:
/// `[tokens, count * columns]`.
pub fn linears(x: &CubeTensor, weights: &CubeTensor, count: usize) -> CubeTensor {
    let ([tokens, depth], [_, columns]) = (dims(x), dims(weights));
    let y = empty(x, [tokens, count * columns]);
    let places = [Matrices::one(depth), stacked([depth, columns]), side_by_side(columns, count)];
    matmul(x, weights, &y, Product::of([1, count], [tokens, depth, columns], places));
    y
}

/// Gradients with respect to `x` and `weights`.
pub fn linears_backward(
    x: &CubeTensor,
    weights: &CubeTensor,
    count: usize,
    gradient: &CubeTensor,
) -> [CubeTensor; 2] {
    let ([tokens, inner], [_, columns]) = (dims(x), dims(weights));
    let to_x = empty(x, [tokens, inner]);
    let (beside, stack) = (side_by_side(columns, count), stacked([inner, columns]));
    let places = [beside, stack.transposed(), Matrices::one(inner)];
    let product = Product::of([1, count], [tokens, columns, inner], places);
    matmul(gradient, weights, &to_x, Product { summed: true, ..product });
    let to_weights = empty(x, [count * inner, columns]);
    let places = [Matrices::one(inner).transposed(), beside, stack];
    matmul(x, gradient, &to_weights, Product::of([1, count], [inner, tokens, columns], places));
    [to_x, to_weights]
}
