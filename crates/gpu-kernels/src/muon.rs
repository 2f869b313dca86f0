//! Muon (Jordan and others, 2024, <https://kellerjordan.github.io/posts/muon/>), of all its matrices at once.
//!
//! As on the CPU engine the iterations are done on `x xᵀ`, the smaller of the two squares: a batch of
//! symmetric matrices of one size, whatever the shapes they come from.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_ops_types::NewtonSchulz;

use crate::matmul::{Epilogue, Matrices, Product, matmul};
use crate::reduce::reciprocal_schatten_norms;
use crate::tensor::{buffer, each_number, empty, lanes, size, threads};

/// The momentum with `gradient` taken in, and the Nesterov momentum, with `gradient` taken in once more.
pub fn momentum(momentum: &CubeTensor, gradient: &CubeTensor, decay: f32) -> [CubeTensor; 2] {
    let [next, nesterov_momentum] = [(); 2].map(|()| empty(momentum, [size(momentum)]));
    let (lanes, units, count, dim) = each_number(momentum);
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        momentum_kernel::launch_unchecked(
            &momentum.client,
            count,
            dim,
            lanes,
            buffer(momentum),
            buffer(gradient),
            buffer(&next),
            buffer(&nesterov_momentum),
            units,
            decay,
        );
    }
    [next, nesterov_momentum]
}

/// The weights after a step: `decay_factor · weights - learning_rate · updates`.
pub fn apply_update(
    weights: &CubeTensor,
    decay_factor: f32,
    updates: &CubeTensor,
    learning_rate: f32,
) -> CubeTensor {
    let next = empty(weights, [size(weights)]);
    let (lanes, units, count, dim) = each_number(weights);
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        apply_update_kernel::launch_unchecked(
            &weights.client,
            count,
            dim,
            lanes,
            buffer(weights),
            buffer(updates),
            buffer(&next),
            units,
            decay_factor,
            learning_rate,
        );
    }
    next
}

/// Matrices of one shape that follow each other, in each block of a model.
struct Run {
    shape: [usize; 2],
    /// How many of them a block has.
    count: usize,
    /// How many numbers come before them in a block.
    start: usize,
    /// How many matrices with the same shorter side come before them in a block.
    index: usize,
}

impl Run {
    fn shorter(&self) -> usize {
        self.shape[0].min(self.shape[1])
    }
}

/// The updates of matrices of these shapes, whose Nesterov momenta are one after the other in
/// `nesterov_momentum`: of each approximately the nearest orthogonal matrix, times `√max(1, columns / rows)`.
pub fn orthogonalized_updates(
    nesterov_momentum: &CubeTensor,
    shapes: &[[usize; 2]],
    method: NewtonSchulz,
) -> CubeTensor {
    let y = empty(nesterov_momentum, [size(nesterov_momentum)]);
    let block = repeated(shapes);
    let blocks = shapes.len() / block.len().max(1);
    let runs = runs(block);
    let mut sides: Vec<usize> = runs.iter().map(Run::shorter).collect();
    sides.sort_unstable();
    sides.dedup();
    for side in sides {
        let runs: Vec<&Run> = runs.iter().filter(|run| run.shorter() == side).collect();
        let block_size = block.iter().map(|[rows, columns]| rows * columns).sum();
        Batch { nesterov_momentum, y: &y, side, blocks, block_size, runs }.orthogonalize(method);
    }
    y
}

/// The shortest list that, repeated, is `shapes`: those of a model's block.
fn repeated(shapes: &[[usize; 2]]) -> &[[usize; 2]] {
    let repeats = |&period: &usize| {
        shapes.len().is_multiple_of(period) && shapes[period..] == shapes[..shapes.len() - period]
    };
    let period = (1..shapes.len()).find(repeats).unwrap_or(shapes.len());
    &shapes[..period]
}

fn runs(block: &[[usize; 2]]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut start = 0;
    for &shape in block {
        match runs.last_mut() {
            Some(run) if run.shape == shape => run.count += 1,
            _ => {
                let side = shape[0].min(shape[1]);
                let index = runs.iter().filter(|run| run.shorter() == side).map(|run| run.count).sum();
                runs.push(Run { shape, count: 1, start, index });
            }
        }
        start += shape[0] * shape[1];
    }
    runs
}

/// Matrices with the same shorter side.
struct Batch<'a> {
    nesterov_momentum: &'a CubeTensor,
    y: &'a CubeTensor,
    side: usize,
    blocks: usize,
    /// How many numbers a block has.
    block_size: usize,
    runs: Vec<&'a Run>,
}

impl Batch<'_> {
    fn orthogonalize(&self, NewtonSchulz { coefficients: (a, b, c), iterations }: NewtonSchulz) {
        let mut gram = self.squares();
        for run in &self.runs {
            let x = self.matrices(run);
            let (left, right) =
                if run.shape[0] > run.shape[1] { (x.transposed(), x) } else { (x, x.transposed()) };
            let depth = run.shape[0].max(run.shape[1]);
            let layouts = [left, right, self.squares_of(run)];
            self.multiply(
                run,
                [self.side, depth, self.side],
                [self.nesterov_momentum, self.nesterov_momentum, &gram],
                layouts,
                1.0,
            );
        }
        let scales = self.normalise(&gram);
        let mut total: Option<CubeTensor> = None;
        for iteration in 1..=iterations {
            let polynomial = self.squares();
            self.square(&gram, &gram, &polynomial, c, Epilogue::Polynomial { left: b, diagonal: a });
            if iteration < iterations {
                // The next x xᵀ is p x xᵀ p; all of these commute.
                gram = self.product(&polynomial, &self.product(&polynomial, &gram));
            }
            total = Some(match total {
                Some(total) => self.product(&polynomial, &total),
                None => polynomial,
            });
        }
        let Some(total) = total else { return };
        self.scale(&total, &scales, false);
        for run in &self.runs {
            let (x, total_layout) = (self.matrices(run), self.squares_of(run));
            let [rows, columns] = run.shape;
            let shape_factor = (columns as f32 / rows as f32).max(1.0).sqrt();
            if rows > columns {
                let factors = [self.nesterov_momentum, &total, self.y];
                self.multiply(run, [rows, columns, columns], factors, [x, total_layout, x], shape_factor);
            } else {
                let factors = [&total, self.nesterov_momentum, self.y];
                self.multiply(run, [rows, rows, columns], factors, [total_layout, x, x], shape_factor);
            }
        }
    }

    /// How many matrices a block has.
    fn count(&self) -> usize {
        self.runs.iter().map(|run| run.count).sum()
    }

    /// A new tensor for a square matrix for each of the matrices.
    fn squares(&self) -> CubeTensor {
        empty(self.nesterov_momentum, [self.blocks * self.count(), self.side, self.side])
    }

    /// The layout of the matrices of a run.
    fn matrices(&self, run: &Run) -> Matrices {
        let [rows, columns] = run.shape;
        let (start, outer) = (run.start, self.block_size);
        Matrices { start, outer, inner: rows * columns, row: columns, transposed: false }
    }

    /// The layout of the square matrices of a run.
    fn squares_of(&self, run: &Run) -> Matrices {
        let size = self.side * self.side;
        Matrices {
            start: run.index * size,
            outer: self.count() * size,
            inner: size,
            row: self.side,
            transposed: false,
        }
    }

    /// Multiplies the matrices of a run; `sizes` are the rows, depth and columns of each.
    fn multiply(
        &self,
        run: &Run,
        sizes: [usize; 3],
        [a, b, c]: [&CubeTensor; 3],
        layouts: [Matrices; 3],
        factor: f32,
    ) {
        let product = Product::of([self.blocks, run.count], sizes, layouts);
        matmul(a, b, c, Product { factor, ..product });
    }

    /// `factor · a b` of all square matrices.
    fn square(&self, a: &CubeTensor, b: &CubeTensor, c: &CubeTensor, factor: f32, epilogue: Epilogue<'_>) {
        let side = self.side;
        let layout = Matrices { start: 0, outer: side * side, inner: 0, row: side, transposed: false };
        let product = Product::of([self.blocks * self.count(), 1], [side; 3], [layout; 3]);
        matmul(a, b, c, Product { factor, epilogue, ..product });
    }

    fn product(&self, a: &CubeTensor, b: &CubeTensor) -> CubeTensor {
        let c = self.squares();
        self.square(a, b, &c, 1.0, Epilogue::Nothing);
        c
    }

    /// Scales every `x xᵀ` to a Frobenius norm of 1, in place; returns the factor of each x.
    fn normalise(&self, gram: &CubeTensor) -> CubeTensor {
        let scales = reciprocal_schatten_norms(gram, self.blocks * self.count(), self.side);
        self.scale(gram, &scales, true);
        scales
    }

    /// Multiplies each square matrix by its scale, or by the square of it, in place.
    fn scale(&self, matrices: &CubeTensor, scales: &CubeTensor, squared: bool) {
        let lanes = lanes(&[self.side]);
        let units = size(matrices) / lanes;
        let (count, dim) = threads(units);
        // SAFETY: a thread beyond the numbers ends at once.
        unsafe {
            scale_kernel::launch_unchecked(
                &matrices.client,
                count,
                dim,
                lanes,
                buffer(matrices),
                buffer(scales),
                units,
                self.side * self.side / lanes,
                squared,
            );
        }
    }
}

#[cube(launch_unchecked)]
fn momentum_kernel<N: Size>(
    momentum: &[Vector<f32, N>],
    gradient: &[Vector<f32, N>],
    next: &mut [Vector<f32, N>],
    nesterov_momentum: &mut [Vector<f32, N>],
    units: usize,
    decay: f32,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let decay_vector = Vector::new(decay);
    let new = gradient[unit] * Vector::new(1.0 - decay);
    let mixed = momentum[unit] * decay_vector + new;
    next[unit] = mixed;
    nesterov_momentum[unit] = mixed * decay_vector + new;
}

#[cube(launch_unchecked)]
fn apply_update_kernel<N: Size>(
    weights: &[Vector<f32, N>],
    updates: &[Vector<f32, N>],
    next: &mut [Vector<f32, N>],
    units: usize,
    decay_factor: f32,
    learning_rate: f32,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    next[unit] = weights[unit] * Vector::new(decay_factor) - updates[unit] * Vector::new(learning_rate);
}

#[cube(launch_unchecked)]
fn scale_kernel<N: Size>(
    matrices: &mut [Vector<f32, N>],
    scales: &[f32],
    units: usize,
    matrix_size: usize,
    #[comptime] squared: bool,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    let scale = scales[unit / matrix_size];
    matrices[unit] *= Vector::new(if comptime!(squared) { scale * scale } else { scale });
}
