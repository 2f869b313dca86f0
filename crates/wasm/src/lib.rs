//! The engines as WebAssembly: converts types and errors for JavaScript, and owns nothing else. TypeScript's
//! declarations are made from the Rust types.
//!
//! Two modules are built from this crate: `engine_cpu` on burn's `flex`, and `engine_webgpu` (feature
//! `webgpu`) on burn's wgpu backend. Both export the same classes: [`Training`], and [`Model`], which a
//! training shares its weights with.

// Input must never reach a panic; tests may, and live in other crates or under `cfg(test)`.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod convert;
mod device;
mod dismantle;
mod failure;
mod fatal;
mod logger;
mod model;
mod options;
mod questions;
mod start;
mod state;
mod training;
mod utf16;

pub use fatal::on_fatal;
pub use model::Model;
pub use start::start;
pub use training::{Training, learn_tokenizer, panic_on_purpose, read_checkpoint_header};
