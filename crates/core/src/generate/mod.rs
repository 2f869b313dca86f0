//! From the model to text.

mod generator;
mod row;
mod sampler;

pub use generator::{Generator, MAX_TEXTS, Piece, WritingConfig};
pub use sampler::Sampler;
pub(crate) use sampler::likeliest;
