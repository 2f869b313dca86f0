//! A small GPT, trained from nothing. This crate knows burn and nothing of JavaScript; it runs natively and
//! in wasm.
//!
//! - [`config`]: the sizes of a model, how it is trained and sampled, and their limits.
//! - [`tokenizer`]: from text to token ids and back: characters, or byte-pair encoding learned from the text.
//! - [`data`]: texts, their split, and the examples of a batch.
//! - [`model`]: a Llama-family decoder (Qwen3's) whose forward pass also hands out its attention weights.
//! - [`ops`]: what the model is made of, in burn's operations and in kernels for each engine.
//! - [`optim`]: Muon for the matrices of the blocks, AdamW for the rest, and the learning rate's schedule.
//! - [`engine`]: a device, and how its engine wants to be used.
//! - [`train`]: one step, the loss, the evaluation, the best model beside the last.
//! - [`checkpoint`]: one file for a model and for a training.
//! - [`hugging_face`]: the folder that `transformers` loads, written and read.
//! - [`generate`]: from logits to text: temperature, top-k, top-p, seed.
//! - [`inspect`]: what the model attends to, what it would write next, and how likely it finds a text.
//! - [`random`]: independent random numbers for each purpose and seed.
//! - [`error`]: everything that can be wrong with what a user hands us.
//!
//! Every wait for an engine is an `async` function and ends in an `.await` of a read-back: in a browser
//! nothing may block.

// Input must never reach a panic; tests may, and live in other crates or under `cfg(test)`.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod checkpoint;
pub mod config;
pub mod data;
pub mod engine;
pub mod error;
pub mod generate;
pub mod hugging_face;
pub mod inspect;
mod json;
pub mod model;
pub mod ops;
pub mod optim;
pub mod random;
mod readback;
pub mod tokenizer;
pub mod train;
