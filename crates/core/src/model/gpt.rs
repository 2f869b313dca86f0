//! The whole model: embedding, blocks, and the embedding again as the output layer.

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use burn::tensor::{Device, Int, Tensor};
use rand_chacha::ChaCha8Rng;

use super::attention::Newest;
use super::block::{Activation, Block};
use super::dropout::Dropout;
use super::kv_cache::KvCache;
use super::layout::Layout;
use super::norm::RmsNorm;
use super::packed::PackedModel;
use super::parameter::{Initial, ParameterInfo, embedding_std, fresh};
use super::position::{PositionTables, position_tables, rope_table, sinusoidal};
use crate::config::{ModelConfig, Position};
use crate::data::int_tensor;
use crate::error::Result;
use crate::ops::{self, PackedWeights, RopeTable};

/// A decoder-only transformer with tied embeddings. Its parameters live on one device, without autodiff:
/// [`Gpt::tracked`] gives the copy that records a graph.
#[derive(Clone, Debug)]
pub struct Gpt {
    config: ModelConfig,
    /// Of every parameter, in order.
    table: Arc<[ParameterInfo]>,
    /// `[vocab_size, n_embd]`
    embedding: Tensor<2>,
    pub(super) added_position: AddedPosition,
    pub(super) blocks: Vec<Block>,
    norm: RmsNorm,
    pub(super) rope: RopeTable,
    /// What is added to the residual stream after some blocks, `[1, n_embd]`
    /// ([`Gpt::with_interventions`]): nothing in a model that learns.
    pub(super) steering: Vec<(usize, Tensor<2>)>,
    /// Tells this state of the weights from any other.
    pub(super) version: u64,
}

/// The next [`Gpt::version`].
static VERSIONS: AtomicU64 = AtomicU64::new(0);

fn new_version() -> u64 {
    VERSIONS.fetch_add(1, Ordering::Relaxed)
}

/// What is added to the token embeddings, `[block_size, n_embd]`.
#[derive(Clone, Debug)]
pub(super) enum AddedPosition {
    Nothing,
    Fixed(Tensor<2>),
    Learned(Tensor<2>),
}

/// What one forward pass yields.
#[derive(Clone, Debug)]
pub struct Forward {
    /// The last norm's output, `[batch * time, n_embd]`; [`Gpt::logits`] makes scores of its rows.
    pub hidden_state: Tensor<2>,
    /// For each block `[batch, n_head, query, key]`: rows sum to 1 and are 0 above the diagonal.
    pub attention: Vec<Tensor<4>>,
}

impl Gpt {
    /// Fresh weights, the same for the same state of `rng` on every device.
    ///
    /// # Panics
    /// Where `config` is not valid ([`ModelConfig::validate`]).
    pub fn init(config: &ModelConfig, vocab_size: usize, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let Ok(model) = Self::build(config, vocab_size, device, &mut fresh(rng, device));
        model
    }

    /// A model of given weights: `provide` is asked for each parameter, in order, and gives a tensor of its
    /// shape on `device`.
    ///
    /// # Errors
    /// What `config` refuses; what `provide` says.
    pub fn from_parameters(
        config: &ModelConfig,
        vocab_size: usize,
        device: &Device,
        mut provide: impl FnMut(&ParameterInfo) -> Result<Tensor<2>>,
    ) -> Result<Self> {
        config.validate()?;
        Self::build(config, vocab_size, device, &mut |info, _| provide(info))
    }

    fn build<E>(
        config: &ModelConfig,
        vocab_size: usize,
        device: &Device,
        provide: &mut dyn FnMut(&ParameterInfo, Initial) -> Result<Tensor<2>, E>,
    ) -> Result<Self, E> {
        let Layout { embedding, positions, blocks, norm, table } =
            Layout::build(config, vocab_size, provide)?;
        let added_position = match (positions, config.position) {
            (Some(table), _) => AddedPosition::Learned(table),
            (None, Position::Sinusoidal) => {
                AddedPosition::Fixed(sinusoidal(config, embedding_std(config.n_embd), device))
            }
            (None, _) => AddedPosition::Nothing,
        };
        Ok(Self {
            embedding,
            added_position,
            blocks,
            norm,
            rope: rope_table(config, device),
            steering: vec![],
            config: config.clone(),
            table: table.into(),
            version: new_version(),
        })
    }

    /// The model's sizes.
    pub fn config(&self) -> &ModelConfig {
        &self.config
    }

    /// A row for each token, `[vocab_size, n_embd]`: what the model reads it as, and writes it by.
    pub fn embedding(&self) -> &Tensor<2> {
        &self.embedding
    }

    /// How many tokens it knows.
    pub fn vocab_size(&self) -> usize {
        self.embedding.dims()[0]
    }

    /// Runs the model over `tokens` `[batch, time]`.
    ///
    /// # Panics
    /// Where `time` is more than `block_size`, or a token is not below `vocab_size`.
    pub fn forward(&self, tokens: Tensor<2, Int>) -> Forward {
        let mut attention = vec![];
        let hidden_state = self.run(tokens, Dropout::NONE, |_, activation| {
            if let Activation::Attention(output) = activation {
                attention.push(output.weights.clone());
            }
        });
        Forward { hidden_state, attention }
    }

    /// What [`Gpt::forward`] has as its hidden state, with dropout of what the blocks add. No block's
    /// attention is kept longer than it takes.
    ///
    /// # Panics
    /// As [`Gpt::forward`].
    pub fn hidden_state(&self, tokens: Tensor<2, Int>, dropout: Dropout) -> Tensor<2> {
        self.run(tokens, dropout, |_, _| {})
    }

    /// The hidden state; `hook` is shown what each block computes on the way.
    pub(super) fn run(
        &self,
        tokens: Tensor<2, Int>,
        dropout: Dropout,
        mut hook: impl FnMut(usize, Activation<'_>),
    ) -> Tensor<2> {
        let shape = tokens.dims();
        let mut x = self.embed(tokens);
        for (index, block) in self.blocks.iter().enumerate() {
            x = block.forward(x, shape, &self.rope, dropout, 2 * index, |activation| hook(index, activation));
            x = self.steered(index, x);
            hook(index, Activation::Residual(&x));
        }
        self.norm.forward(x)
    }

    /// What the first block reads of `tokens` `[batch, time]`: `[batch * time, n_embd]`.
    pub(super) fn embed(&self, tokens: Tensor<2, Int>) -> Tensor<2> {
        let [batch, time] = tokens.dims();
        let d = self.config.n_embd;
        let x = ops::embedding(self.embedding.clone(), tokens.reshape([batch * time]));
        let (AddedPosition::Fixed(table) | AddedPosition::Learned(table)) = &self.added_position else {
            return x;
        };
        let positions = table.clone().narrow(0, 0, time).unsqueeze::<3>(); // [1, time, n_embd]
        (x.reshape([batch, time, d]) + positions).reshape([batch * time, d])
    }

    /// The residual stream after a block, with what is added to it there.
    fn steered(&self, block: usize, x: Tensor<2>) -> Tensor<2> {
        let here = self.steering.iter().filter(|(layer, _)| *layer == block);
        here.fold(x, |x, (_, shift)| x + shift.clone())
    }

    /// The hidden state that a residual stream `[rows, n_embd]` would become if no block followed.
    pub fn final_norm(&self, residual: Tensor<2>) -> Tensor<2> {
        self.norm.forward(residual)
    }

    /// Reads a window `[1, ≥ len]` of which the first `len` tokens count, for `texts` that all begin with it.
    ///
    /// # Panics
    /// As [`Gpt::forward`]; where the cache has not so many texts.
    pub fn prefill(&self, window: Tensor<2, Int>, len: usize, texts: &[usize], cache: &mut KvCache) {
        self.run(window, Dropout::NONE, |block, activation| {
            if let Activation::Attention(output) = activation {
                cache.store(block, texts, &output.qkv, len);
            }
        });
    }

    /// Reads the newest token of each text of the cache: the scores that [`Gpt::logits`] would give after it,
    /// `[texts, vocab_size]`.
    ///
    /// # Panics
    /// Where the cache is not this model's ([`KvCache::is_valid_for`]) or holds `block_size` tokens of a text
    /// already; where there are not as many tokens as texts.
    pub fn forward_newest(&self, tokens: &[u32], cache: &mut KvCache) -> Tensor<2> {
        let positions = cache.positions(&self.device());
        let tokens = int_tensor(tokens, 1, &self.device()).reshape([tokens.len()]);
        let mut x = ops::embedding(self.embedding.clone(), tokens); // [texts, n_embd]
        if let AddedPosition::Fixed(table) | AddedPosition::Learned(table) = &self.added_position {
            x = x + ops::embedding(table.clone(), positions.clone());
        }
        let newest = Newest { rope: self.rope.at(&positions), positions };
        let caches = core::mem::take(&mut cache.blocks);
        cache.blocks = self
            .blocks
            .iter()
            .zip(&cache.weights.blocks)
            .zip(caches)
            .enumerate()
            .map(|(index, ((block, packed), cache))| {
                let (y, cache) = block.forward_newest(x.clone(), &newest, cache, packed);
                x = self.steered(index, y);
                cache
            })
            .collect();
        cache.advance();
        cache.weights.output.linear(self.norm.forward(x))
    }

    /// Its matrices laid out for [`Gpt::forward_newest`].
    pub(super) fn packed(&self) -> PackedModel {
        let output = PackedWeights::transposed(self.embedding.clone());
        PackedModel { blocks: self.blocks.iter().map(Block::packed).collect(), output }
    }

    /// Scores of every token of the vocabulary: `[rows, n_embd]` to `[rows, vocab_size]`.
    pub fn logits(&self, hidden_state: Tensor<2>) -> Tensor<2> {
        ops::linear_transposed(hidden_state, self.embedding.clone())
    }

    /// What tells its tokens where they stand, and what could in a model of its sizes.
    pub fn position_tables(&self) -> PositionTables {
        let learned = match &self.added_position {
            AddedPosition::Learned(table) => Some(table.clone()),
            AddedPosition::Nothing | AddedPosition::Fixed(_) => None,
        };
        position_tables(&self.config, learned, &self.device())
    }

    /// A copy whose parameters record what is done with them, to be differentiated.
    pub fn tracked(&self) -> Self {
        let mut copy = self.clone();
        copy.map_parameters(|_, tensor| tensor.autodiff().require_grad());
        copy
    }

    /// Name, kind and shape of every parameter, in the order in which all lists of parameters, gradients and
    /// optimizer state are.
    pub fn parameter_table(&self) -> &[ParameterInfo] {
        &self.table
    }

    /// Every parameter's values, in the order of [`Gpt::parameter_table`].
    pub fn parameters(&self) -> Vec<&Tensor<2>> {
        let mut parameters = vec![&self.embedding];
        if let AddedPosition::Learned(table) = &self.added_position {
            parameters.push(table);
        }
        parameters.extend(self.blocks.iter().flat_map(Block::parameters));
        parameters.extend(self.norm.parameters());
        parameters
    }

    /// Replaces every parameter by what `f` makes of it, a tensor of the same shape.
    ///
    /// A model in training has its weights in its optimizer too: give it others through
    /// [`Trainer::load`](crate::train::Trainer::load).
    pub fn map_parameters(&mut self, mut f: impl FnMut(&ParameterInfo, Tensor<2>) -> Tensor<2>) {
        // The only other way to change the weights is `Gpt::with_interventions`, which does the same.
        self.renew_version();
        let table = Arc::clone(&self.table);
        for (info, parameter) in table.iter().zip(self.parameters_mut()) {
            *parameter = f(info, parameter.clone());
        }
    }

    /// The weights, or what is done with them, are others from now on: what was remembered of them no longer
    /// holds.
    pub(super) fn renew_version(&mut self) {
        self.version = new_version();
    }

    fn parameters_mut(&mut self) -> Vec<&mut Tensor<2>> {
        let mut parameters = vec![&mut self.embedding];
        if let AddedPosition::Learned(table) = &mut self.added_position {
            parameters.push(table);
        }
        parameters.extend(self.blocks.iter_mut().flat_map(Block::parameters_mut));
        parameters.extend(self.norm.parameters_mut());
        parameters
    }

    /// Where the model lives.
    pub fn device(&self) -> Device {
        self.embedding.device()
    }
}
