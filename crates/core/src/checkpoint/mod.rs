//! One file for a model and for a training: `safetensors` (<https://huggingface.co/docs/safetensors>) with a
//! header of ours.
//!
//! The file's metadata has one entry, [`METADATA_KEY`], with a [`Header`] as JSON. The tensors are the
//! weights by name ([`Gpt::parameter_table`](crate::model::Gpt::parameter_table)); for a training besides
//! `optimizer.first_moment`, `optimizer.second_moment` and `optimizer.momentum`, each a vector of all that
//! the optimizer has, and the best model's weights under `best.` and their name. All are `F32`, all finite;
//! weights may be `F16` or `BF16` instead, as in a model that [`halved`] has written.
//! In the file that a reader takes along there is `page` too, a text of the page's as bytes ([`with_page`]).
//!
//! A training that goes on from its checkpoint is on the CPU engine, bit for bit, the one that was never
//! interrupted.

mod compare;
mod halved;
mod header;
mod page;
mod reader;
mod snapshot;
pub(crate) mod tensors;
mod weights;
mod writer;

pub use compare::{Comparison, LayerChange, compare};
pub use halved::halved;
pub use header::{Best, FORMAT_VERSION, Header, METADATA_KEY, TrainState};
pub use page::with_page;
pub use reader::Checkpoint;
pub use snapshot::{snapshot, snapshot_model};
pub use weights::Weights;
pub use writer::Writer;
pub(crate) use writer::{model_file, safetensors_head};

/// Before the names of the optimizer's vectors.
const OPTIMIZER: &str = "optimizer.";
/// Before the names of the best model's weights.
const BEST: &str = "best.";
