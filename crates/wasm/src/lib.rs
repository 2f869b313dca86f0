//! The engines as WebAssembly: converts types and errors for JavaScript, and owns nothing else.
//!
//! Two modules are built from this crate: `engine_cpu` on burn's `flex`, and `engine_webgpu` (feature `webgpu`) on
//! burn's wgpu backend. Both export the same [`Session`].

// Input must never reach a panic; tests may, and live in other crates or under `cfg(test)`.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod convert;
mod device;
mod failure;
mod fatal;
mod logger;
mod session;
mod start;
mod typescript;

pub use fatal::on_fatal;
pub use session::Session;
pub use start::start;
