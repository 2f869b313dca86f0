//! Matrices as views of slices.

/// A matrix that lies row by row in a slice, `stride` numbers from one row's begin to the next one's, or the transpose
/// of such a matrix.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    values: &'a [f32],
    /// Of the matrix as it lies there.
    lying: [usize; 2],
    stride: usize,
    transposed: bool,
}

impl<'a> Matrix<'a> {
    /// Rows that follow each other without a gap.
    pub fn new(values: &'a [f32], [rows, columns]: [usize; 2]) -> Self {
        Self::strided(values, [rows, columns], columns)
    }

    /// Rows of a wider matrix: a head's part of the queries, for one.
    ///
    /// # Panics
    /// When the slice is too short.
    pub fn strided(values: &'a [f32], [rows, columns]: [usize; 2], stride: usize) -> Self {
        assert!(columns <= stride, "rows overlap");
        assert!(rows == 0 || (rows - 1) * stride + columns <= values.len(), "the slice is too short");
        Self { values, lying: [rows, columns], stride, transposed: false }
    }

    /// Rows as columns; nothing is moved.
    pub fn transposed(self) -> Self {
        Self { transposed: !self.transposed, ..self }
    }

    /// Rows and columns.
    pub fn shape(&self) -> [usize; 2] {
        let [rows, columns] = self.lying;
        if self.transposed { [columns, rows] } else { [rows, columns] }
    }

    /// Whether its columns, not its rows, are contiguous.
    pub(crate) fn is_transposed(&self) -> bool {
        self.transposed
    }

    /// The `index`-th contiguous run: a row, or of a transposed matrix a column.
    pub(crate) fn run(&self, index: usize) -> &'a [f32] {
        &self.values[index * self.stride..][..self.lying[1]]
    }
}
