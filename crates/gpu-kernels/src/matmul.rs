//! Products of matrices, many at once.
//!
//! A thread sums 4 × 4 entries of the result in four vectors. They have names, where burn's own product keeps
//! them in an array indexed by a loop: some drivers put such an array into memory, SwiftShader always
//! (BENCHMARKS.md). There is no workgroup memory and no barrier: the caches serve the eight threads that read
//! the same rows.

use burn_cubecl::cubecl;
use burn_cubecl::tensor::CubeTensor;
use cubecl::prelude::*;

use crate::tensor::buffer;

/// Rows and columns of what a thread computes, and how many numbers it reads at once.
const BLOCK: usize = 4;
/// Threads of a workgroup, along the columns and along the rows.
const CUBE: u32 = 8;

type Four = Vector<f32, Const<4>>;

/// The layout of a batch of `outer × inner` matrices in a tensor.
#[derive(Clone, Copy, Debug)]
pub struct Matrices {
    /// The index at which the first matrix begins.
    pub start: usize,
    /// The distance from one outer matrix to the next, in numbers.
    pub outer: usize,
    /// The distance from one inner matrix to the next.
    pub inner: usize,
    /// The distance from one stored row to the next.
    pub row: usize,
    /// Whether the matrices are the transposes of the stored ones.
    pub transposed: bool,
}

impl Matrices {
    /// One matrix whose stored rows have this many columns.
    pub fn one(columns: usize) -> Self {
        Self { start: 0, outer: 0, inner: 0, row: columns, transposed: false }
    }

    /// The transposes.
    pub fn transposed(self) -> Self {
        Self { transposed: !self.transposed, ..self }
    }

    fn is_aligned(&self) -> bool {
        [self.start, self.outer, self.inner, self.row].iter().all(|distance| distance.is_multiple_of(BLOCK))
    }
}

/// A batch of products.
#[derive(Clone, Copy, Debug)]
pub struct Product<'a> {
    /// How many outer and inner matrices there are.
    pub batch: [usize; 2],
    /// Whether the products of the inner ones are summed to one result.
    pub summed: bool,
    /// Rows of `a` and of the result.
    pub rows: usize,
    /// Columns of `a`, rows of `b`.
    pub depth: usize,
    /// Columns of `b` and of the result.
    pub columns: usize,
    /// The left factor.
    pub a: Matrices,
    /// The right factor.
    pub b: Matrices,
    /// The result.
    pub c: Matrices,
    /// What each product is multiplied by.
    pub factor: f32,
    /// What is added to each product.
    pub epilogue: Epilogue<'a>,
}

impl Product<'_> {
    /// The products of `batch` matrices `[rows, depth]` and `[depth, columns]`, with nothing added.
    pub fn of(batch: [usize; 2], [rows, depth, columns]: [usize; 3], [a, b, c]: [Matrices; 3]) -> Self {
        Self { batch, summed: false, rows, depth, columns, a, b, c, factor: 1.0, epilogue: Epilogue::Nothing }
    }
}

/// What is added to `factor · a b`.
#[derive(Clone, Copy, Debug)]
pub enum Epilogue<'a> {
    /// Nothing.
    Nothing,
    /// A tensor with the layout of the result.
    Tensor(&'a CubeTensor),
    /// `left · a + diagonal · 1`, of square matrices.
    Polynomial {
        /// The coefficient of the left factor.
        left: f32,
        /// What is added on the diagonal.
        diagonal: f32,
    },
}

/// Writes a batch of products into `c`.
pub fn matmul(a: &CubeTensor, b: &CubeTensor, c: &CubeTensor, product: Product<'_>) {
    let Product { batch: [outer, inner], summed, rows, depth, columns, .. } = product;
    let contiguous_a = if product.a.transposed { rows } else { depth };
    let contiguous_b = if product.b.transposed { depth } else { columns };
    let aligned = |extent: usize| extent.is_multiple_of(BLOCK);
    let reads_fours = [contiguous_a, contiguous_b, depth].into_iter().all(aligned)
        && product.a.is_aligned()
        && product.b.is_aligned();
    let writes_fours = aligned(columns) && product.c.is_aligned();
    let (left, diagonal) = match product.epilogue {
        Epilogue::Polynomial { left, diagonal } => (left, diagonal),
        Epilogue::Nothing | Epilogue::Tensor(_) => (0.0, 0.0),
    };
    let terms = if summed { inner } else { 1 };
    // A launch has all its buffers: without a tensor to add, this one is not read.
    let added = if let Epilogue::Tensor(added) = product.epilogue { added } else { a };
    let cubes = |extent: usize| (extent.div_ceil(BLOCK) as u32).div_ceil(CUBE);
    // SAFETY: rows and columns beyond the matrices are clamped or not written, as the kernel says.
    unsafe {
        product_kernel::launch_unchecked(
            &c.client,
            CubeCount::Static(cubes(columns), cubes(rows), (outer * inner / terms) as u32),
            CubeDim::new_2d(CUBE, CUBE),
            if reads_fours { BLOCK } else { 1 },
            if writes_fours { BLOCK } else { 1 },
            buffer(a),
            buffer(b),
            buffer(added),
            buffer(c),
            rows,
            depth,
            columns,
            inner,
            terms,
            layout(product.a),
            layout(product.b),
            layout(product.c),
            product.factor,
            left,
            diagonal,
            matches!(product.epilogue, Epilogue::Tensor(_)),
            matches!(product.epilogue, Epilogue::Polynomial { .. }),
            product.a.transposed,
            product.b.transposed,
        );
    }
}

#[derive(CubeLaunch, CubeType)]
struct Layout {
    start: usize,
    outer: usize,
    inner: usize,
    row: usize,
}

fn layout(matrices: Matrices) -> LayoutLaunch {
    LayoutLaunch::new(matrices.start, matrices.outer, matrices.inner, matrices.row)
}

#[cube]
impl Layout {
    fn of(&self, outer: usize, inner: usize) -> usize {
        self.start + outer * self.outer + inner * self.inner
    }
}

#[cube(launch_unchecked)]
fn product_kernel<N: Size, M: Size>(
    a: &[Vector<f32, N>],
    b: &[Vector<f32, N>],
    added: &[Vector<f32, M>],
    c: &mut [Vector<f32, M>],
    rows: usize,
    depth: usize,
    columns: usize,
    inner_batch: usize,
    terms: usize,
    a_layout: Layout,
    b_layout: Layout,
    c_layout: Layout,
    factor: f32,
    left: f32,
    diagonal: f32,
    #[comptime] adds_tensor: bool,
    #[comptime] adds_polynomial: bool,
    #[comptime] a_transposed: bool,
    #[comptime] b_transposed: bool,
) {
    let column = ABSOLUTE_POS_X as usize * BLOCK;
    let row = ABSOLUTE_POS_Y as usize * BLOCK;
    if row >= rows || column >= columns {
        terminate!();
    }
    // Of all inner and outer products those from `first` on, `terms` of them, are summed here.
    let first = CUBE_POS_Z as usize * terms;
    let (outer, first) = (first / inner_batch, first % inner_batch);
    let a_start = a_layout.of(outer, first);
    let c_start = c_layout.of(outer, first);

    let mut sum0 = Four::new(0.0);
    let mut sum1 = Four::new(0.0);
    let mut sum2 = Four::new(0.0);
    let mut sum3 = Four::new(0.0);
    let steps = depth.div_ceil(BLOCK);
    for term in 0..terms {
        let a_start = a_layout.of(outer, first + term);
        let b_start = b_layout.of(outer, first + term);
        for step in 0..steps {
            let k = step * BLOCK;
            let left = block::<N>(a, a_start, a_layout.row, row, rows, k, depth, a_transposed);
            let right = block::<N>(b, b_start, b_layout.row, column, columns, k, depth, !b_transposed);
            #[unroll]
            for depth in 0..BLOCK {
                let line = across(&right, depth, !b_transposed);
                let down = across(&left, depth, a_transposed);
                sum0 += Four::new(down.extract(0usize)) * line;
                sum1 += Four::new(down.extract(1usize)) * line;
                sum2 += Four::new(down.extract(2usize)) * line;
                sum3 += Four::new(down.extract(3usize)) * line;
            }
        }
    }
    let mut sums = Sequence::<Four>::new();
    sums.push(sum0);
    sums.push(sum1);
    sums.push(sum2);
    sums.push(sum3);
    #[unroll]
    for index in 0..BLOCK {
        let row = row + index;
        if row < rows {
            let mut four = *sums.index(index) * Four::new(factor);
            if comptime!(adds_tensor) {
                four += read::<M>(added, c_start + row * c_layout.row + column, columns - column);
            }
            if comptime!(adds_polynomial) {
                four +=
                    read::<N>(a, a_start + row * a_layout.row + column, columns - column) * Four::new(left);
                four += on_diagonal(row, column, diagonal);
            }
            write::<M>(c, c_start + c_layout.row * row, column, columns, four);
        }
    }
}

/// `diagonal` where the row's number is the column's.
#[cube]
fn on_diagonal(row: usize, column: usize, diagonal: f32) -> Four {
    let mut four = Four::new(0.0);
    #[unroll]
    for index in 0..BLOCK {
        four.insert(index, select(row == column + index, diagonal, 0.0));
    }
    four
}

/// Four lines of four numbers of a matrix as it is stored, beginning at an extent (a row of `a`, a column of
/// `b`) and a depth. Beyond the depth they are 0, beyond the extent they are undefined.
#[cube]
fn block<N: Size>(
    values: &[Vector<f32, N>],
    start: usize,
    stride: usize,
    extent: usize,
    extents: usize,
    depth: usize,
    depths: usize,
    #[comptime] lines_are_depths: bool,
) -> Sequence<Four> {
    let mut lines = Sequence::<Four>::new();
    #[unroll]
    for index in 0..BLOCK {
        if comptime!(lines_are_depths) {
            let line = clamp(depth + index, depths);
            let four = read::<N>(values, start + line * stride + extent, extents - extent);
            lines.push(masked::<N>(four, depth + index < depths));
        } else {
            let line = clamp(extent + index, extents);
            lines.push(read::<N>(values, start + line * stride + depth, depths - depth));
        }
    }
    lines
}

/// The block's numbers along the extent at one depth.
#[cube]
fn across(lines: &Sequence<Four>, #[comptime] depth: usize, #[comptime] lines_are_depths: bool) -> Four {
    if comptime!(lines_are_depths) {
        *lines.index(depth)
    } else {
        let mut four = Four::empty();
        #[unroll]
        for index in 0..BLOCK {
            four.insert(index, lines.index(index).extract(depth));
        }
        four
    }
}

/// Four numbers from `at` on, of which the first `valid` are read and the others are 0.
#[cube]
fn read<N: Size>(values: &[Vector<f32, N>], at: usize, valid: usize) -> Four {
    let at_once = N::value().comptime();
    if comptime!(at_once == BLOCK) {
        Four::cast_from(values[at / BLOCK])
    } else {
        let mut four = Four::empty();
        #[unroll]
        for index in 0..BLOCK {
            let number = f32::cast_from(values[at + clamp(index, valid)]);
            four.insert(index, select(index < valid, number, 0.0));
        }
        four
    }
}

/// The four numbers where `keep`, else 0. Numbers that are read four at once never are beyond the depth.
#[cube]
fn masked<N: Size>(four: Four, keep: bool) -> Four {
    let at_once = N::value().comptime();
    if comptime!(at_once == BLOCK) { four } else { select(keep, four, Four::new(0.0)) }
}

/// Writes four numbers to the row that begins at `start`, without those beyond the last column.
#[cube]
fn write<M: Size>(values: &mut [Vector<f32, M>], start: usize, column: usize, columns: usize, four: Four) {
    let at_once = M::value().comptime();
    if comptime!(at_once == BLOCK) {
        values[(start + column) / BLOCK] = Vector::cast_from(four);
    } else {
        #[unroll]
        for index in 0..BLOCK {
            if column + index < columns {
                values[start + column + index] = Vector::cast_from(four.extract(index));
            }
        }
    }
}

/// The index, but at most `count - 1`.
#[cube]
fn clamp(index: usize, count: usize) -> usize {
    select(index < count, index, count - 1)
}
