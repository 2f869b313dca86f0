//! From the model to text.

mod generator;
mod sampler;

pub use generator::{Generator, Piece};
pub use sampler::Sampler;
pub(crate) use sampler::likeliest;
