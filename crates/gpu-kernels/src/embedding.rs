//! Rows of a table, chosen by tokens.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use crate::tensor::{buffer, dims, empty, lanes, size, threads};

/// The row of `table` `[vocab_size, columns]` for each of `tokens`: `[tokens, columns]`.
pub fn embedding(table: &CubeTensor, tokens: &CubeTensor) -> CubeTensor {
    let [_, columns] = dims(table);
    let count_of_tokens = size(tokens);
    let y = empty(table, [count_of_tokens, columns]);
    let lanes = lanes(&[columns]);
    let vectors = columns / lanes;
    let units = count_of_tokens * vectors;
    let (count, dim) = threads(units);
    // SAFETY: a thread beyond the numbers ends at once; the tokens are the vocabulary's.
    unsafe {
        embedding_kernel::launch_unchecked(
            &table.client,
            count,
            dim,
            lanes,
            buffer(table),
            buffer(tokens),
            buffer(&y),
            units,
            vectors,
        );
    }
    y
}

/// The gradient with respect to the table, `[vocab_size, columns]`, from that with respect to the rows. Each
/// thread sums the rows of one token: no two threads write the same number, so no atomic addition is needed,
/// and the order of the sum is fixed.
pub fn embedding_backward(gradient: &CubeTensor, tokens: &CubeTensor, vocab_size: usize) -> CubeTensor {
    let [count_of_tokens, columns] = dims(gradient);
    let to_table = empty(gradient, [vocab_size, columns]);
    let lanes = lanes(&[columns]);
    let vectors = columns / lanes;
    let units = vocab_size * vectors;
    let (count, dim) = threads(units);
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        embedding_backward_kernel::launch_unchecked(
            &gradient.client,
            count,
            dim,
            lanes,
            buffer(gradient),
            buffer(tokens),
            buffer(&to_table),
            units,
            vectors,
            count_of_tokens,
        );
    }
    to_table
}

#[cube(launch_unchecked)]
fn embedding_kernel<N: Size>(
    table: &[Vector<f32, N>],
    tokens: &[i32],
    y: &mut [Vector<f32, N>],
    units: usize,
    vectors: usize,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let token = tokens[unit / vectors] as usize;
    y[unit] = table[token * vectors + unit % vectors];
}

#[cube(launch_unchecked)]
fn embedding_backward_kernel<N: Size>(
    gradient: &[Vector<f32, N>],
    tokens: &[i32],
    to_table: &mut [Vector<f32, N>],
    units: usize,
    vectors: usize,
    count_of_tokens: usize,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let token = (unit / vectors) as i32;
    let vector = unit % vectors;
    let mut sum = Vector::<f32, N>::new(0.0);
    for index in 0..count_of_tokens {
        if tokens[index] == token {
            sum += gradient[index * vectors + vector];
        }
    }
    to_table[unit] = sum;
}
