//! A forward pass with all that it computes on its way.

use burn::tensor::{Int, Tensor};

use super::block::Activation;
use super::dropout::Dropout;
use super::gpt::Gpt;
use super::interventions::Interventions;
use crate::error::Result;
use crate::ops;

/// What a forward pass computes, layer by layer.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The residual stream that the first block reads, then after each block: `n_layer + 1` tensors
    /// `[batch * time, n_embd]`.
    pub residuals: Vec<Tensor<2>>,
    /// For each block `[batch, n_head, query, key]`: rows sum to 1 and are 0 above the diagonal.
    pub attention: Vec<Tensor<4>>,
    /// For each block what its MLP adds to the residual stream, `[batch * time, n_embd]`.
    pub mlp_outputs: Vec<Tensor<2>>,
    /// The last norm's output, `[batch * time, n_embd]`; [`Gpt::logits`] makes scores of its rows.
    pub hidden_state: Tensor<2>,
}

impl Gpt {
    /// What [`Gpt::forward`] does over `tokens` `[batch, time]`, of a model to which `interventions` were
    /// done, and all that it computes on its way. It is the same pass, watched.
    ///
    /// # Errors
    /// As [`Gpt::with_interventions`].
    ///
    /// # Panics
    /// As [`Gpt::forward`].
    pub fn forward_traced(&self, tokens: Tensor<2, Int>, interventions: &Interventions) -> Result<Trace> {
        let model = self.with_interventions(interventions)?;
        let (mut attention, mut mlp_outputs) = (vec![], vec![]);
        let mut residuals = vec![model.embed(tokens.clone())];
        let hidden_state = model.run(tokens, Dropout::NONE, |layer, activation| match activation {
            Activation::Attention(output) => attention.push(output.weights.clone()),
            Activation::MlpHidden(gated) => {
                if let Some(block) = model.blocks.get(layer) {
                    let [_, down_proj] = block.output_projections();
                    mlp_outputs.push(ops::linear(gated.clone(), down_proj));
                }
            }
            Activation::Residual(x) => residuals.push(x.clone()),
        });
        Ok(Trace { residuals, attention, mlp_outputs, hidden_state })
    }
}
