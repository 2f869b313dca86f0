//! What a model consists of, in the order in which all lists of parameters are.

use core::convert::Infallible;

use super::block::Block;
use super::norm::RmsNorm;
use super::parameter::{Builder, Initial, ParameterInfo, ParameterKind, embedding_std, fresh_values};
use crate::config::{ModelConfig, Position};
use crate::random::{Purpose, rng};

/// The parts of a model and the list of its parameters.
pub(super) struct Layout<T> {
    /// `[vocab_size, n_embd]`
    pub embedding: T,
    /// Learned positions `[block_size, n_embd]`, where there are any.
    pub positions: Option<T>,
    pub blocks: Vec<Block<T>>,
    pub norm: RmsNorm<T>,
    pub table: Vec<ParameterInfo>,
}

impl<T> Layout<T> {
    /// `provide` is asked for each parameter, in order.
    ///
    /// # Errors
    /// What `provide` says.
    pub fn build<E>(
        config: &ModelConfig,
        vocab_size: usize,
        provide: &mut dyn FnMut(&ParameterInfo, Initial) -> Result<T, E>,
    ) -> Result<Self, E> {
        let (d, std) = (config.n_embd, embedding_std(config.n_embd));
        let mut builder = Builder { table: vec![], provide };
        let mut embedding =
            |name, rows| builder.parameter(name, ParameterKind::Embedding, [rows, d], Initial::Normal(std));
        Ok(Self {
            embedding: embedding("model.embed_tokens.weight", vocab_size)?,
            positions: match config.position {
                Position::Learned => Some(embedding("model.embed_positions.weight", config.block_size)?),
                Position::Rotary | Position::Sinusoidal | Position::None => None,
            },
            blocks: (0..config.n_layer)
                .map(|layer| Block::build(&format!("model.layers.{layer}"), config, &mut builder))
                .collect::<Result<_, E>>()?,
            norm: RmsNorm::build("model.norm", d, &mut builder)?,
            table: builder.table,
        })
    }
}

/// Name, kind and shape of every parameter of a model of these sizes, which need not be made for it.
pub fn parameter_table(config: &ModelConfig, vocab_size: usize) -> Vec<ParameterInfo> {
    let Ok(layout) = Layout::<()>::build::<Infallible>(config, vocab_size, &mut |_, _| Ok(()));
    layout.table
}

/// The numbers of each parameter, in order, as a training of this seed begins with them.
pub(crate) fn initial_values(config: &ModelConfig, vocab_size: usize, seed: u64) -> Vec<Vec<f32>> {
    let (mut rng, mut values) = (rng(seed, Purpose::Weights), vec![]);
    let Ok(_) = Layout::<()>::build::<Infallible>(config, vocab_size, &mut |info, initial| {
        values.push(fresh_values(info, initial, &mut rng));
        Ok(())
    });
    values
}
