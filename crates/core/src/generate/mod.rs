//! From the model to text.

mod generator;
mod row;
mod sampler;
mod written_token;

pub use generator::{Generator, MAX_TEXTS, Piece, WritingConfig};
pub(crate) use sampler::likeliest;
pub use sampler::{Draw, Sampler};
pub use written_token::WrittenToken;
