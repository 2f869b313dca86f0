//! The model: a small Llama-family decoder, one concept a file.

mod attention;
mod block;
mod dropout;
mod feed_forward;
mod gpt;
mod kv_cache;
mod layout;
mod norm;
mod packed;
mod parameter;
mod position;

pub use dropout::Dropout;
pub use gpt::{Forward, Gpt};
pub use kv_cache::KvCache;
pub(crate) use layout::initial_values;
pub use layout::parameter_table;
pub(crate) use norm::EPSILON as NORM_EPSILON;
pub use parameter::{ParameterInfo, ParameterKind};
pub(crate) use position::BASE as ROPE_BASE;
