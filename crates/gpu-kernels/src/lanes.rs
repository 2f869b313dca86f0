//! Functions of the vectors that a thread works on at once.

use burn_cubecl::cubecl;
use cubecl::prelude::*;

/// The sum of a vector's numbers.
#[cube]
pub(crate) fn total<N: Size>(vector: Vector<f32, N>) -> f32 {
    let mut sum = vector.extract(0usize);
    #[unroll]
    for lane in 1..N::value() {
        sum += vector.extract(lane);
    }
    sum
}

/// The largest of a vector's numbers.
#[cube]
pub(crate) fn largest<N: Size>(vector: Vector<f32, N>) -> f32 {
    let mut most = vector.extract(0usize);
    #[unroll]
    for lane in 1..N::value() {
        most = max(most, vector.extract(lane));
    }
    most
}

/// The vector 0, 1, 2 …
#[cube]
pub(crate) fn indices<N: Size>() -> Vector<u32, N> {
    let mut indices = Vector::<u32, N>::new(0);
    #[unroll]
    for lane in 0..N::value() {
        indices.insert(lane, lane as u32);
    }
    indices
}
