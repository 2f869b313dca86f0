//! Every head and every MLP switched off in turn, and every two of them, in one pass over a text.
//!
//! Before the first part that is off, a pass without it is the whole model's. So the pass begins with one
//! state, the residual stream of the whole model, and each part adds those of a model without it: they go on
//! side by side, as rows of one batch. Of the last layer only one token's row is wanted.

use burn::tensor::{Int, Tensor, TensorData};
use serde::Serialize;

use super::block::Block;
use super::gpt::Gpt;
use crate::ops;

/// Tokens whose attention is computed at once: what it takes stays small, and near the processor.
const TOKENS_AT_ONCE: usize = 1024;

/// A part of a model that can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Part {
    /// From 0.
    pub layer: usize,
    /// A head of the layer, from 0; none: its MLP.
    pub head: Option<usize>,
}

/// What a model without some of its parts makes of a text.
#[derive(Clone, Debug)]
pub struct Ablated {
    /// The parts that were off in each pass: first none.
    pub off: Vec<Vec<Part>>,
    /// The last norm's output of each pass at one position, `[passes, n_embd]`.
    pub hidden_state: Tensor<2>,
}

/// The residual stream of a model without some parts, `[time, n_embd]`.
struct State {
    off: Vec<Part>,
    x: Tensor<2>,
}

impl Gpt {
    /// Runs over `tokens` `[1, time]` with no part off, with each head and each MLP off in turn, and, where
    /// `most` is 2, with every two of them off. Of interest is what follows the token at `position`.
    ///
    /// # Panics
    /// As [`Gpt::forward`]; where `position` is not below `time`.
    pub fn ablate_in_turn(&self, tokens: Tensor<2, Int>, position: usize, most: usize) -> Ablated {
        let [_, time] = tokens.dims();
        let mut states = vec![State { off: vec![], x: self.embed(tokens) }];
        for (layer, block) in self.blocks.iter().enumerate() {
            let is_last = layer + 1 == self.blocks.len();
            let mut next = vec![];
            for states in states.chunks((TOKENS_AT_ONCE / time).max(1)) {
                let x = Tensor::cat(states.iter().map(|state| state.x.clone()).collect(), 0);
                let (mixed, _) = block.mix(x, [states.len(), time], &self.rope);
                for (index, State { off, x }) in states.iter().enumerate() {
                    let mixed = mixed.clone().narrow(0, index * time, time);
                    let row = |x: Tensor<2>| if is_last { x.narrow(0, position, 1) } else { x };
                    let state = State { off: off.clone(), x: row(x.clone()) };
                    next.extend(self.branches(layer, block, state, row(mixed), most));
                }
            }
            states = next;
        }
        let (off, x): (Vec<_>, Vec<_>) = states.into_iter().map(|State { off, x }| (off, x)).unzip();
        Ablated { off, hidden_state: self.final_norm(Tensor::cat(x, 0)) }
    }

    /// What becomes of a state in a layer whose heads have mixed `mixed` `[rows, n_embd]`: as it is, and with
    /// parts of the layer off besides, while no more than `most` are.
    fn branches(
        &self,
        layer: usize,
        block: &Block,
        state: State,
        mixed: Tensor<2>,
        most: usize,
    ) -> Vec<State> {
        let State { off, x } = state;
        let [rows, _] = x.dims();
        let sets = head_sets(self.config().n_head, most - off.len());
        let [o_proj, down_proj] = block.output_projections();
        let mixed = sets.iter().map(|heads| self.without_heads(mixed.clone(), heads)).collect();
        let x = Tensor::cat(vec![x; sets.len()], 0);
        let x = ops::linear_added(Tensor::cat(mixed, 0), o_proj, x); // [sets * rows, n_embd]
        let y = ops::linear_added(block.gate(x.clone()), down_proj, x.clone());
        let mut states = vec![];
        for (index, heads) in sets.into_iter().enumerate() {
            let rows_of = |tensor: &Tensor<2>| tensor.clone().narrow(0, index * rows, rows);
            let mut off = off.clone();
            off.extend(heads.into_iter().map(|head| Part { layer, head: Some(head) }));
            let without_mlp = (off.len() < most).then(|| {
                let mlp = Part { layer, head: None };
                State { off: [&off[..], &[mlp]].concat(), x: rows_of(&x) }
            });
            states.push(State { off, x: rows_of(&y) });
            states.extend(without_mlp);
        }
        states
    }

    /// The mixed values with those of some heads zero.
    fn without_heads(&self, mixed: Tensor<2>, heads: &[usize]) -> Tensor<2> {
        if heads.is_empty() {
            return mixed;
        }
        let n_embd = self.config().n_embd;
        let mut keep = vec![1.0_f32; n_embd];
        heads.iter().for_each(|&head| keep[self.columns_of(head)].fill(0.0));
        let keep: Tensor<2> = Tensor::from_data(TensorData::new(keep, [1, n_embd]), &mixed.device());
        mixed * keep
    }
}

/// All sets of at most `most` heads, and of at most two: the empty one first.
fn head_sets(n_head: usize, most: usize) -> Vec<Vec<usize>> {
    let mut sets = vec![vec![]];
    if most > 0 {
        sets.extend((0..n_head).map(|head| vec![head]));
    }
    if most > 1 {
        sets.extend((0..n_head).flat_map(|second| (0..second).map(move |first| vec![first, second])));
    }
    sets
}
