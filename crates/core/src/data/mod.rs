//! The tokens to learn from: their split, and the windows that make a batch; and stories without end to make them of.

mod corpus;

pub use petit_train_contes as contes;

pub use corpus::{Batch, Corpus, MAX_TEXT_MEGABYTES, Texts};
pub(crate) use corpus::{int_tensor, last_window};
