//! From the model to text.

mod generator;
mod sampler;

pub use generator::Generator;
pub use sampler::Sampler;
pub(crate) use sampler::ranked;
