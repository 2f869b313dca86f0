//! What can be wrong with the words and rules.

/// A mistake in a data file, with its file and line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct DataError {
    /// The file's name, such as `fr/contes.txt`.
    pub file: String,
    /// Line number, from 1.
    pub line: usize,
    /// What is wrong and what was expected.
    pub message: String,
}

/// A result whose error is a mistake in the data.
pub type Result<T> = core::result::Result<T, DataError>;
