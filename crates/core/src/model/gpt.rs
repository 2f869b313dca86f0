//! The whole model: embedding, blocks, and the embedding again as the output layer.

use core::sync::atomic::{AtomicU64, Ordering};

use burn::tensor::{Device, Int, Tensor};
use rand_chacha::ChaCha8Rng;

use super::block::Block;
use super::dropout::Dropout;
use super::kv_cache::KvCache;
use super::norm::RmsNorm;
use super::parameter::{ParameterKind, embedding_std, normal};
use super::position::{angles, sinusoidal};
use crate::config::{ModelConfig, Position};
use crate::data::int_tensor;
use crate::ops::{self, Angles};

/// A decoder-only transformer with tied embeddings. Its parameters live on one device, without autodiff:
/// [`Gpt::tracked`] gives the copy that records a graph.
#[derive(Clone, Debug)]
pub struct Gpt {
    /// `[vocab_size, n_embd]`
    embedding: Tensor<2>,
    added_position: AddedPosition,
    blocks: Vec<Block>,
    norm: RmsNorm,
    angles: Angles,
    /// Tells this state of the weights from any other.
    version: u64,
}

/// The next [`Gpt::version`].
static VERSIONS: AtomicU64 = AtomicU64::new(0);

fn new_version() -> u64 {
    VERSIONS.fetch_add(1, Ordering::Relaxed)
}

/// What is added to the token embeddings, `[block_size, n_embd]`.
#[derive(Clone, Debug)]
enum AddedPosition {
    Nothing,
    Fixed(Tensor<2>),
    Learned(Tensor<2>),
}

/// What one forward pass yields.
#[derive(Clone, Debug)]
pub struct Forward {
    /// The last norm's output, `[batch * time, n_embd]`; [`Gpt::logits`] makes scores of its rows.
    pub hidden: Tensor<2>,
    /// For each block `[batch, n_head, query, key]`: rows sum to 1 and are 0 above the diagonal.
    pub attention: Vec<Tensor<4>>,
    /// For each block the queries, keys and values side by side, `[batch * time, 3 * n_embd]`.
    qkv: Vec<Tensor<2>>,
}

impl Gpt {
    /// Fresh weights, the same for the same state of `rng` on every device.
    pub fn init(config: &ModelConfig, vocab_size: usize, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let d = config.n_embd;
        let std = embedding_std(d);
        let embedding = normal([vocab_size, d], std, rng, device);
        let added_position = match config.position {
            Position::Learned => AddedPosition::Learned(normal([config.block_size, d], std, rng, device)),
            Position::Sinusoidal => AddedPosition::Fixed(sinusoidal(config, std, device)),
            Position::Rotary | Position::None => AddedPosition::Nothing,
        };
        Self {
            embedding,
            added_position,
            blocks: (0..config.n_layer).map(|_| Block::init(config, rng, device)).collect(),
            norm: RmsNorm::init(d, device),
            angles: angles(config, device),
            version: new_version(),
        }
    }

    /// Runs the model over `tokens` `[batch, time]`, `time` at most `block_size`.
    pub fn forward(&self, tokens: Tensor<2, Int>) -> Forward {
        self.forward_with(tokens, Dropout::NONE)
    }

    /// The same while it learns, with some of what the blocks add left out.
    pub fn forward_with(&self, tokens: Tensor<2, Int>, dropout: Dropout) -> Forward {
        let [batch, time] = tokens.dims();
        let [_, d] = self.embedding.dims();
        let mut x = ops::embedding(self.embedding.clone(), tokens.reshape([batch * time])); // [batch * time, n_embd]
        if let AddedPosition::Fixed(table) | AddedPosition::Learned(table) = &self.added_position {
            let places = table.clone().narrow(0, 0, time).unsqueeze::<3>(); // [1, time, n_embd]
            x = (x.reshape([batch, time, d]) + places).reshape([batch * time, d]);
        }
        let (mut attention, mut qkv) = (vec![], vec![]);
        for (place, block) in self.blocks.iter().enumerate() {
            let (y, attended) = block.forward(x, [batch, time], &self.angles, dropout, 2 * place);
            x = y;
            attention.push(attended.weights);
            qkv.push(attended.qkv);
        }
        Forward { hidden: self.norm.forward(x), attention, qkv }
    }

    /// Reads a window `[1, block_size]` of which the first `len` tokens count: what [`Forward::hidden`] has for the last of
    /// these, `[1, n_embd]`, and what [`Gpt::forward_one`] goes on from.
    pub fn prefill(&self, window: Tensor<2, Int>, len: usize) -> (Tensor<2>, KvCache) {
        let Forward { hidden, qkv, .. } = self.forward(window);
        let last = self.one(len.saturating_sub(1) as u32);
        (hidden.select(0, last), KvCache { blocks: qkv, len, version: self.version })
    }

    /// Reads one more token: what [`Forward::hidden`] would have for it, `[1, n_embd]`. The cache must be this model's
    /// ([`Gpt::knows`]) and hold fewer tokens than a window.
    pub fn forward_one(&self, token: u32, cache: KvCache) -> (Tensor<2>, KvCache) {
        let KvCache { blocks, len, version } = cache;
        let place = self.one(len as u32);
        let mut x = ops::embedding(self.embedding.clone(), self.one(token)); // [1, n_embd]
        if let AddedPosition::Fixed(table) | AddedPosition::Learned(table) = &self.added_position {
            x = x + ops::embedding(table.clone(), place.clone());
        }
        let angles = self.angles.at(place);
        let blocks = self.blocks.iter().zip(blocks).map(|(block, known)| {
            let (y, known) = block.forward_one(x.clone(), len, &angles, known);
            x = y;
            known
        });
        let blocks = blocks.collect();
        (self.norm.forward(x), KvCache { blocks, len: len + 1, version })
    }

    /// Whether a cache is of these weights.
    pub fn knows(&self, cache: &KvCache) -> bool {
        cache.version == self.version
    }

    /// One number on the model's device.
    fn one(&self, number: u32) -> Tensor<1, Int> {
        int_tensor(&[number], 1, &self.device()).reshape([1])
    }

    /// Scores of every token of the vocabulary: `[rows, n_embd]` to `[rows, vocab_size]`.
    pub fn logits(&self, hidden: Tensor<2>) -> Tensor<2> {
        ops::linear_transposed(hidden, self.embedding.clone())
    }

    /// A copy whose parameters record what is done with them, to be differentiated.
    pub fn tracked(&self) -> Self {
        let mut copy = self.clone();
        copy.for_each_parameter(|_, _, tensor| {
            *tensor = tensor.clone().autodiff().require_grad();
        });
        copy
    }

    /// Calls `f` with name (as in a `transformers` Qwen3, but for those that are stacked), kind and tensor of every parameter, in
    /// a fixed order.
    pub fn for_each_parameter(&mut self, mut f: impl FnMut(String, ParameterKind, &mut Tensor<2>)) {
        // There is no other way to the weights: from here on they are others.
        self.version = new_version();
        let f = &mut f;
        f("model.embed_tokens.weight".into(), ParameterKind::Embedding, &mut self.embedding);
        if let AddedPosition::Learned(table) = &mut self.added_position {
            f("model.embed_positions.weight".into(), ParameterKind::Embedding, table);
        }
        for (i, block) in self.blocks.iter_mut().enumerate() {
            block.for_each_parameter(&format!("model.layers.{i}"), f);
        }
        self.norm.for_each_parameter("model.norm", f);
    }

    /// Names and values of every parameter, in the same order.
    pub fn parameters(&self) -> Vec<(String, Tensor<2>)> {
        let mut parameters = Vec::new();
        self.clone().for_each_parameter(|name, _, tensor| parameters.push((name, tensor.clone())));
        parameters
    }

    /// Where the model lives.
    pub fn device(&self) -> Device {
        self.embedding.device()
    }
}
