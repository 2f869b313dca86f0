//! What a model learns from: texts, their split into a training and a validation part, and the examples of a
//! batch.

mod batch;
mod border;
mod corpus;
mod counting;
mod dataset;
mod no_text;
mod passes;
mod split;
mod stream;

pub use batch::Batch;
pub(crate) use batch::{int_tensor, window_row};
pub use corpus::{Corpus, MAX_TEXT_MEGABYTES, Texts};
pub use counting::{NgramModel, ORDERS};
pub use dataset::{Dataset, DatasetSize, Part, Rows};
pub use no_text::NoText;
