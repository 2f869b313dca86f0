//! The arguments of operations that the kernels of both engines take, so that neither engine depends on the
//! other: [`Heads`] of an attention, [`DropoutMask`], and the settings of the optimizers, [`AdamWStep`] and
//! [`NewtonSchulz`].

mod adamw_step;
pub mod dropout_mask;
pub mod heads;
pub mod newton_schulz;

pub use adamw_step::AdamWStep;
pub use dropout_mask::DropoutMask;
pub use heads::Heads;
pub use newton_schulz::NewtonSchulz;
