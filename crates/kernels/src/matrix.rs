//! Matrices as views of slices.

/// A view of a matrix that is stored row by row in a slice, with `stride` numbers from the start of one row
/// to that of the next; or a view of its transpose.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a> {
    values: &'a [f32],
    /// Rows and columns of the matrix as it is stored.
    stored: [usize; 2],
    stride: usize,
    transposed: bool,
}

impl<'a> Matrix<'a> {
    /// A view of rows that follow each other without a gap.
    pub fn new(values: &'a [f32], [rows, columns]: [usize; 2]) -> Self {
        Self::strided(values, [rows, columns], columns)
    }

    /// A view of some columns of a wider matrix, such as the queries of one head.
    ///
    /// # Panics
    /// When the slice is too short.
    pub fn strided(values: &'a [f32], [rows, columns]: [usize; 2], stride: usize) -> Self {
        assert!(columns <= stride, "rows overlap");
        assert!(rows == 0 || (rows - 1) * stride + columns <= values.len(), "the slice is too short");
        Self { values, stored: [rows, columns], stride, transposed: false }
    }

    /// The view of the transpose. No numbers are moved.
    pub fn transposed(self) -> Self {
        Self { transposed: !self.transposed, ..self }
    }

    /// The number of rows and of columns.
    pub fn shape(&self) -> [usize; 2] {
        let [rows, columns] = self.stored;
        if self.transposed { [columns, rows] } else { [rows, columns] }
    }

    /// Whether the columns are contiguous instead of the rows.
    pub(crate) fn is_transposed(&self) -> bool {
        self.transposed
    }

    /// The contiguous run with this index: a row, or a column of a transposed matrix.
    pub(crate) fn run(&self, index: usize) -> &'a [f32] {
        &self.values[index * self.stride..][..self.stored[1]]
    }
}
