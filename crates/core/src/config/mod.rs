//! The settings of a model and of its training: a default and a reason for each, and their limits.

mod memory;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// How a token knows its position. Taking it away (`None`) is the best way to see what it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// Queries and keys are rotated by an angle that grows with the position (RoFormer, arXiv 2104.09864).
    #[default]
    Rotary,
    /// A vector learned for each position is added to the embedding, as in GPT-2.
    Learned,
    /// Fixed sines and cosines are added to the embedding (Attention is all you need, section 3.5).
    Sinusoidal,
    /// Nothing: only the causal mask tells before from after.
    None,
}

/// Fewer tokens of context leave nothing to attend to.
const SHORTEST_CONTEXT: usize = 4;

/// The sizes of a model. The defaults are the *petit* preset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(default, deny_unknown_fields)]
pub struct ModelConfig {
    /// Blocks. Four, as in nanoGPT's recipe for a processor.
    pub n_layer: usize,
    /// Attention heads a block. Heads of 32 dimensions are about the smallest that still learn well.
    pub n_head: usize,
    /// Width of the residual stream.
    pub n_embd: usize,
    /// Context: how many tokens the model sees at most. A step's time grows with it.
    pub block_size: usize,
    /// How a token knows its position. Rotary learns fastest.
    pub position: Position,
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self { n_layer: 4, n_head: 4, n_embd: 128, block_size: 64, position: Position::Rotary }
    }
}

impl ModelConfig {
    /// Refuses sizes that cannot work.
    ///
    /// # Errors
    /// [`Error::SettingOutOfRange`] and [`Error::HeadsDoNotDivide`].
    pub fn validate(&self) -> Result<()> {
        in_range("n_layer", self.n_layer, 1, 24)?;
        in_range("n_head", self.n_head, 1, 32)?;
        in_range("n_embd", self.n_embd, 8, 1024)?;
        in_range("block_size", self.block_size, SHORTEST_CONTEXT, 1024)?;
        // Rotary positions turn pairs of dimensions.
        if !self.n_embd.is_multiple_of(2 * self.n_head) {
            return Err(Error::HeadsDoNotDivide { n_embd: self.n_embd, n_head: self.n_head });
        }
        Ok(())
    }

    /// These sizes for a text whose windows have so many tokens: a position that no window reaches would
    /// never be trained, and the model would write nonsense from there on.
    #[must_use]
    pub fn for_window(self, window: usize) -> Self {
        Self { block_size: self.block_size.min(window.max(SHORTEST_CONTEXT)), ..self }
    }

    /// Dimensions of one head.
    pub fn head_dim(&self) -> usize {
        self.n_embd / self.n_head
    }

    /// Width of the feed-forward layer: 8/3 of `n_embd`, since SwiGLU has three matrices where GPT-2 has two
    /// of 4 `n_embd` (arXiv 2002.05202), rounded down to a multiple of 16 for the matrix kernels.
    pub fn intermediate_size(&self) -> usize {
        (8 * self.n_embd / 3 / 16 * 16).max(16)
    }

    /// Trainable numbers in the model; the embedding is counted once, since it is also the output layer.
    pub fn n_parameters(&self, vocab_size: usize) -> u64 {
        let [d, intermediate_size, head_dim, block_size, n_layer] =
            [self.n_embd, self.intermediate_size(), self.head_dim(), self.block_size, self.n_layer]
                .map(|extent| extent as u64);
        let block = 4 * d * d + 3 * d * intermediate_size + 2 * d + 2 * head_dim;
        let positions = if self.position == Position::Learned { block_size * d } else { 0 };
        vocab_size as u64 * d + positions + n_layer * block + d
    }
}

/// What updates the matrices of the blocks. The embedding and the gains of norms are always AdamW's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum MatrixOptimizer {
    /// Orthogonalised momentum: a step costs more, and teaches much more.
    #[default]
    Muon,
    /// AdamW, as for everything else.
    Adamw,
}

/// How a model is trained, with warm-up and decay of the learning rates. The defaults suit the *petit*
/// preset.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(default, deny_unknown_fields)]
pub struct TrainConfig {
    /// Windows a step. Twelve, as in nanoGPT's recipe for a processor: more steps a minute beat larger steps.
    pub batch_size: usize,
    /// Length of the schedule; the learning rate reaches its minimum there.
    pub steps: usize,
    /// What updates the matrices of the blocks.
    pub optimizer: MatrixOptimizer,
    /// The peak of AdamW's. Small models stand, and profit from, more than GPT-2's 6e-4.
    pub learning_rate: f64,
    /// The peak of Muon's learning rate: about the length of a step relative to an orthogonal matrix. Four
    /// times AdamW's, as the page has it.
    pub muon_learning_rate: f64,
    /// Steps of linear warm-up: Adam's second moment is noise at first.
    pub warmup_steps: usize,
    /// Where the decay ends, as a share of the peak: near nothing, so that the last steps settle.
    pub min_learning_rate_ratio: f64,
    /// Decay of the first moment.
    pub beta1: f64,
    /// Decay of the second moment: less than GPT's 0.95 would be noisy with so few tokens a step (nanoGPT).
    pub beta2: f64,
    /// Decoupled decay, on matrices only: gains of norms have nothing to regularise.
    pub weight_decay: f64,
    /// Dropout rate of what a block's two parts add to the residual stream. None: a text that is read a few
    /// times is learned best without; a model that reads one for an hour overfits without.
    pub dropout: f64,
    /// The gradients of what AdamW updates are scaled down where their global norm is larger than this: early
    /// steps and odd batches can spike. Muon's are not: its update has the same size whatever theirs is.
    pub grad_clip: f64,
    /// Whether the context grows: the first steps read each window in pieces ([`Schedule::pieces`]), which
    /// teaches what is near sooner. The tokens of a step stay the same.
    ///
    /// [`Schedule::pieces`]: crate::optim::Schedule::pieces
    pub growing_context: bool,
    /// Seed of the weights and of the windows' order.
    pub seed: u64,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            batch_size: 12,
            steps: 2000,
            optimizer: MatrixOptimizer::Muon,
            learning_rate: 7e-3,
            muon_learning_rate: 0.028,
            warmup_steps: 50,
            min_learning_rate_ratio: 0.05,
            beta1: 0.9,
            beta2: 0.99,
            weight_decay: 0.1,
            dropout: 0.0,
            grad_clip: 1.0,
            growing_context: true,
            seed: 1,
        }
    }
}

impl TrainConfig {
    /// Refuses settings that cannot work.
    ///
    /// # Errors
    /// [`Error::SettingOutOfRange`].
    pub fn validate(&self) -> Result<()> {
        in_range("batch_size", self.batch_size, 1, 512)?;
        in_range("steps", self.steps, 1, 1_000_000)?;
        in_range("warmup_steps", self.warmup_steps, 0, 1_000_000)?;
        float_in_range("learning_rate", self.learning_rate, 1e-6, 0.1)?;
        float_in_range("muon_learning_rate", self.muon_learning_rate, 1e-6, 1.0)?;
        float_in_range("min_learning_rate_ratio", self.min_learning_rate_ratio, 0.0, 1.0)?;
        float_in_range("beta1", self.beta1, 0.0, 0.9999)?;
        float_in_range("beta2", self.beta2, 0.0, 0.99999)?;
        float_in_range("weight_decay", self.weight_decay, 0.0, 10.0)?;
        float_in_range("dropout", self.dropout, 0.0, 0.9)?;
        float_in_range("grad_clip", self.grad_clip, 1e-3, 1e6)
    }
}

/// How tokens are drawn from the model's probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(default, deny_unknown_fields)]
pub struct SamplingConfig {
    /// Divides the logits: below 1 bolder choices become rarer, 0 always takes the likeliest token.
    pub temperature: f64,
    /// Keeps the so many likeliest tokens; 0 keeps all.
    pub top_k: usize,
    /// Keeps the likeliest tokens that make up this share of the probability (nucleus, arXiv 1904.09751); 1
    /// keeps all.
    pub top_p: f64,
    /// Seed of the draw.
    pub seed: u64,
}

impl Default for SamplingConfig {
    fn default() -> Self {
        Self { temperature: 0.8, top_k: 0, top_p: 1.0, seed: 1 }
    }
}

impl SamplingConfig {
    /// Refuses settings that cannot work.
    ///
    /// # Errors
    /// [`Error::SettingOutOfRange`].
    pub fn validate(&self) -> Result<()> {
        float_in_range("temperature", self.temperature, 0.0, 10.0)?;
        float_in_range("top_p", self.top_p, 1e-6, 1.0)
    }
}

/// # Errors
/// [`Error::SettingOutOfRange`].
pub(crate) fn in_range(name: &'static str, value: usize, min: usize, max: usize) -> Result<()> {
    float_in_range(name, value as f64, min as f64, max as f64)
}

pub(crate) fn float_in_range(name: &'static str, value: f64, min: f64, max: f64) -> Result<()> {
    // Written so that NaN is refused too.
    if value >= min && value <= max {
        return Ok(());
    }
    Err(Error::SettingOutOfRange { name, value, min, max })
}
