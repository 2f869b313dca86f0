//! Many matrices as one vector: an optimizer then works on all of them at once, which a GPU does in one
//! launch.

use std::ops::Range;

use burn::tensor::Tensor;

use crate::ops;

/// Matrices one after the other, row-major.
#[derive(Clone, Debug)]
pub(super) struct Flat {
    pub values: Tensor<1>,
    pub shapes: Vec<[usize; 2]>,
}

/// How many numbers matrices of these shapes have.
pub(super) fn size(shapes: &[[usize; 2]]) -> usize {
    shapes.iter().map(|[rows, columns]| rows * columns).sum()
}

impl Flat {
    /// The matrices given, copied; `None` without any.
    pub fn of(matrices: Vec<Tensor<2>>) -> Option<Self> {
        let shapes: Vec<[usize; 2]> = matrices.iter().map(Tensor::dims).collect();
        (!shapes.is_empty()).then(|| Self { values: ops::flatten(matrices), shapes })
    }

    /// The matrices, as views.
    pub fn matrices(&self) -> Vec<Tensor<2>> {
        let mut start = 0;
        let views = self.shapes.iter().map(|&[rows, columns]| {
            let view = self.values.clone().narrow(0, start, rows * columns).reshape([rows, columns]);
            start += rows * columns;
            view
        });
        views.collect()
    }

    /// Some of them, at least one.
    pub fn part(&self, matrices: Range<usize>) -> Self {
        if matrices == (0..self.shapes.len()) {
            return self.clone();
        }
        let (start, shapes) = (size(&self.shapes[..matrices.start]), self.shapes[matrices].to_vec());
        Self { values: self.values.clone().narrow(0, start, size(&shapes)), shapes }
    }
}
