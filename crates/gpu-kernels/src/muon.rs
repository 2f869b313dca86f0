//! Muon (Jordan and others, 2024, <https://kellerjordan.github.io/posts/muon/>), of all its matrices at once.
//!
//! As on the CPU engine the iterations are done on `x xᵀ`, the smaller of the two squares: a batch of symmetric matrices of
//! one size, whatever the shapes they come from.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;
use petit_train_kernels::muon::NewtonSchulz;

use crate::matmul::{Matrices, More, Product, matmul};
use crate::tensor::{buffer, each_number, empty, lanes, size, threads};

/// Keeps the division finite where a matrix is 0.
const EPSILON: f32 = 1e-7;

/// The momentum with `gradient` in it, and where it is going (Nesterov).
pub fn momentum(momentum: &CubeTensor, gradient: &CubeTensor, decay: f32) -> [CubeTensor; 2] {
    let [next, ahead] = [(); 2].map(|()| empty(momentum, [size(momentum)]));
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
            buffer(&ahead),
            units,
            decay,
        );
    }
    [next, ahead]
}

/// `kept · weights - learning_rate · directions`
pub fn descend(weights: &CubeTensor, kept: f32, directions: &CubeTensor, learning_rate: f32) -> CubeTensor {
    let next = empty(weights, [size(weights)]);
    let (lanes, units, count, dim) = each_number(weights);
    // SAFETY: a thread beyond the numbers ends at once.
    unsafe {
        descend_kernel::launch_unchecked(
            &weights.client,
            count,
            dim,
            lanes,
            buffer(weights),
            buffer(directions),
            buffer(&next),
            units,
            kept,
            learning_rate,
        );
    }
    next
}

/// Matrices of one shape that follow each other, in each block of a model.
struct Run {
    shape: [usize; 2],
    /// How many in a block.
    count: usize,
    /// Numbers of a block before them.
    start: usize,
    /// Matrices of a block before them, of those with the same shorter side.
    place: usize,
}

impl Run {
    fn shorter(&self) -> usize {
        self.shape[0].min(self.shape[1])
    }
}

/// The direction of each of the matrices of these shapes that lie one after the other in `ahead`: as
/// `petit_train_kernels::muon::direction`.
pub fn directions(ahead: &CubeTensor, shapes: &[[usize; 2]], method: NewtonSchulz) -> CubeTensor {
    let y = empty(ahead, [size(ahead)]);
    let block = repeated(shapes);
    let blocks = shapes.len() / block.len().max(1);
    let runs = runs(block);
    let mut sides: Vec<usize> = runs.iter().map(Run::shorter).collect();
    sides.sort_unstable();
    sides.dedup();
    for side in sides {
        let runs: Vec<&Run> = runs.iter().filter(|run| run.shorter() == side).collect();
        let block_size = block.iter().map(|[rows, columns]| rows * columns).sum();
        Batch { ahead, y: &y, side, blocks, block_size, runs }.directions(method);
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
                let place = runs.iter().filter(|run| run.shorter() == side).map(|run| run.count).sum();
                runs.push(Run { shape, count: 1, start, place });
            }
        }
        start += shape[0] * shape[1];
    }
    runs
}

/// Matrices with the same shorter side.
struct Batch<'a> {
    ahead: &'a CubeTensor,
    y: &'a CubeTensor,
    side: usize,
    blocks: usize,
    /// Numbers of a block.
    block_size: usize,
    runs: Vec<&'a Run>,
}

impl Batch<'_> {
    fn directions(&self, NewtonSchulz { coefficients: (a, b, c), iterations }: NewtonSchulz) {
        let mut gram = self.squares();
        for run in &self.runs {
            let x = self.matrices(run);
            let (left, right) =
                if run.shape[0] > run.shape[1] { (x.transposed(), x) } else { (x, x.transposed()) };
            let depth = run.shape[0].max(run.shape[1]);
            let places = [left, right, self.squares_of(run)];
            self.multiply(run, [self.side, depth, self.side], [self.ahead, self.ahead, &gram], places, 1.0);
        }
        let scales = self.normalise(&gram);
        let mut total: Option<CubeTensor> = None;
        for iteration in 1..=iterations {
            let polynomial = self.squares();
            self.square(&gram, &gram, &polynomial, c, More::Polynomial { left: b, diagonal: a });
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
            let (x, total_place) = (self.matrices(run), self.squares_of(run));
            let [rows, columns] = run.shape;
            let longer = (columns as f32 / rows as f32).max(1.0).sqrt();
            if rows > columns {
                let factors = [self.ahead, &total, self.y];
                self.multiply(run, [rows, columns, columns], factors, [x, total_place, x], longer);
            } else {
                let factors = [&total, self.ahead, self.y];
                self.multiply(run, [rows, rows, columns], factors, [total_place, x, x], longer);
            }
        }
    }

    /// Matrices of a block.
    fn count(&self) -> usize {
        self.runs.iter().map(|run| run.count).sum()
    }

    /// Room for a square matrix for each.
    fn squares(&self) -> CubeTensor {
        empty(self.ahead, [self.blocks * self.count(), self.side, self.side])
    }

    /// Where the matrices of a run lie.
    fn matrices(&self, run: &Run) -> Matrices {
        let [rows, columns] = run.shape;
        let (start, outer) = (run.start, self.block_size);
        Matrices { start, outer, inner: rows * columns, row: columns, transposed: false }
    }

    /// Where their square matrices lie.
    fn squares_of(&self, run: &Run) -> Matrices {
        let size = self.side * self.side;
        Matrices {
            start: run.place * size,
            outer: self.count() * size,
            inner: size,
            row: self.side,
            transposed: false,
        }
    }

    /// Products of a run's matrices; the sizes are the rows, depth and columns of each.
    fn multiply(
        &self,
        run: &Run,
        sizes: [usize; 3],
        [a, b, c]: [&CubeTensor; 3],
        places: [Matrices; 3],
        factor: f32,
    ) {
        let product = Product::of([self.blocks, run.count], sizes, places);
        matmul(a, b, c, Product { factor, ..product });
    }

    /// `factor · a b` of all square matrices.
    fn square(&self, a: &CubeTensor, b: &CubeTensor, c: &CubeTensor, factor: f32, more: More<'_>) {
        let side = self.side;
        let place = Matrices { start: 0, outer: side * side, inner: 0, row: side, transposed: false };
        let product = Product::of([self.blocks * self.count(), 1], [side; 3], [place; 3]);
        matmul(a, b, c, Product { factor, more, ..product });
    }

    fn product(&self, a: &CubeTensor, b: &CubeTensor) -> CubeTensor {
        let c = self.squares();
        self.square(a, b, &c, 1.0, More::Nothing);
        c
    }

    /// Brings every `x xᵀ` to a trace of 1, in place: what x is to be multiplied by, for each.
    fn normalise(&self, gram: &CubeTensor) -> CubeTensor {
        let count = self.blocks * self.count();
        let scales = empty(gram, [count]);
        let (cubes, dim) = threads(count);
        // SAFETY: a thread beyond the matrices ends at once.
        unsafe {
            trace_kernel::launch_unchecked(
                &gram.client,
                cubes,
                dim,
                buffer(gram),
                buffer(&scales),
                count,
                self.side,
            );
        }
        self.scale(gram, &scales, true);
        scales
    }

    /// Each square matrix times its scale, or the square of it, in place.
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
    ahead: &mut [Vector<f32, N>],
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
    ahead[unit] = mixed * decay_vector + new;
}

#[cube(launch_unchecked)]
fn descend_kernel<N: Size>(
    weights: &[Vector<f32, N>],
    directions: &[Vector<f32, N>],
    next: &mut [Vector<f32, N>],
    units: usize,
    kept: f32,
    learning_rate: f32,
) {
    let unit = ABSOLUTE_POS;
    if unit >= units {
        terminate!();
    }
    next[unit] = weights[unit] * Vector::new(kept) - directions[unit] * Vector::new(learning_rate);
}

#[cube(launch_unchecked)]
fn trace_kernel(gram: &[f32], scales: &mut [f32], count: usize, side: usize) {
    let matrix = ABSOLUTE_POS;
    if matrix >= count {
        terminate!();
    }
    let start = matrix * side * side;
    let mut trace = 0.0f32;
    for index in 0..side {
        trace += gram[start + index * (side + 1)];
    }
    scales[matrix] = 1.0 / (trace.sqrt() + EPSILON);
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
