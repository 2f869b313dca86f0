//! The model: a small Llama-family decoder, one concept a file.

mod attention;
mod block;
mod feed_forward;
mod gpt;
mod norm;
mod parameter;
mod position;

pub use gpt::{Forward, Gpt};
pub use parameter::ParameterKind;
