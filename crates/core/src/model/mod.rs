//! The model: a small Llama-family decoder, one concept a file.

mod ablation;
mod attention;
mod block;
mod dropout;
mod feed_forward;
mod gpt;
mod interventions;
mod kv_cache;
mod layout;
mod norm;
mod packed;
mod parameter;
mod position;
mod trace;

pub use ablation::{Ablated, Part};
pub use dropout::Dropout;
pub use gpt::{Forward, Gpt};
pub use interventions::{ChangedNumber, HeadOff, Interventions, Steering};
pub use kv_cache::KvCache;
pub(crate) use layout::initial_values;
pub use layout::parameter_table;
pub(crate) use norm::EPSILON as NORM_EPSILON;
pub use parameter::{ParameterInfo, ParameterKind};
pub(crate) use position::BASE as ROPE_BASE;
pub use position::PositionTables;
pub use trace::Trace;
