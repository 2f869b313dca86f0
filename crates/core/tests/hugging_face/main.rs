//! The Hugging Face folder: what is written is what `transformers` and `tokenizers` were seen to load and to
//! agree with (golden files of `./dev parity`), it can be read back, and damaged or foreign ones are refused
//! by name.
#![allow(clippy::unwrap_used, clippy::panic)]

mod damaged;
mod folder;
mod golden;
mod refused;
mod round_trip;
mod sample;
mod tensors;
