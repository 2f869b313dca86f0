//! What tells a model where each token stands.

use serde::Serialize;

use crate::config::Position;
use crate::error::{Error, Result};
use crate::model::Gpt;
use crate::readback::read_all;

/// Each way of telling positions apart, in the sizes of one model.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Positions {
    /// The model's own.
    pub position: Position,
    /// Positions, the rows of every table.
    pub block_size: usize,
    /// `[block_size, head_dim / 2]`, row-major: the cosine of the angle between a query and a key so far
    /// apart, for each pair of a head's numbers that rotary positions turn.
    #[serde(skip)]
    pub rotary: Vec<f32>,
    /// `[block_size, n_embd]`, row-major: the fixed sines and cosines.
    #[serde(skip)]
    pub sinusoidal: Vec<f32>,
    /// `[block_size, n_embd]`, row-major: what this model has learned; empty where it learns none.
    #[serde(skip)]
    pub learned: Vec<f32>,
}

/// Reads the tables of positions of a model, and of the others that one of its sizes could have.
///
/// # Errors
/// [`Error::Diverged`] where the learned ones are not finite; [`Error::EngineFailed`].
pub async fn positions(model: &Gpt) -> Result<Positions> {
    let config = model.config();
    let tables = model.position_tables();
    let tables = [tables.rotary, tables.sinusoidal].into_iter().chain(tables.learned);
    let mut read = read_all(tables).await?.into_iter();
    let mut next = || read.next().unwrap_or_default();
    let (rotary, sinusoidal, learned) = (next(), next(), next());
    if !learned.iter().all(|number| number.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    Ok(Positions { position: config.position, block_size: config.block_size, rotary, sinusoidal, learned })
}
