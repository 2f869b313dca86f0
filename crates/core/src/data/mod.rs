//! The tokens to learn from: their split, and the windows that make a batch; and stories without end to make them of.

pub mod contes;
mod corpus;

pub(crate) use corpus::int_tensor;
pub use corpus::{Batch, Corpus, MAX_TEXT_MEGABYTES};
