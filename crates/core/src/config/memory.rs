//! How much memory a run takes, estimated in 64 bits: wasm's `usize` is too small for what may be asked for.

use super::{ModelConfig, TrainConfig};
use crate::engine::Engine;
use crate::error::{Error, Result};

/// Bytes of a number.
const F32: u64 = 4;
/// Vectors as long as the parameters that every worker holds: weights, gradients and two moments.
const VECTORS: u64 = 4;
/// Those that one worker holds besides: the best model, and a checkpoint (weights, two moments, the best
/// model) while it is written.
const VECTORS_OF_ONE: u64 = 5;

impl TrainConfig {
    /// Refuses a run that would not fit a tab, before anything is allocated.
    ///
    /// # Errors
    /// [`Error::RunTooLarge`].
    pub fn validate_memory(
        &self,
        model: &ModelConfig,
        vocab_size: usize,
        engine: &Engine,
        workers: usize,
    ) -> Result<()> {
        let megabyte = 1_000_000;
        let bytes = self.memory(model, vocab_size, engine, workers);
        if bytes > engine.memory_limit {
            let (megabytes, max) = (bytes.div_ceil(megabyte), engine.memory_limit / megabyte);
            return Err(Error::RunTooLarge { megabytes, max });
        }
        Ok(())
    }

    /// Rough bytes of a run, of all its workers together.
    ///
    /// Each holds its weights, gradients and moments, and what the backward pass keeps of the tokens that the
    /// engine works on at once: of each block some fourteen vectors of the width, six of the feed-forward
    /// width and five rows of attention a head; and five rows of logits.
    pub fn memory(&self, model: &ModelConfig, vocab_size: usize, engine: &Engine, workers: usize) -> u64 {
        let [batch_size, block_size, workers, n_layer, n_head, width, intermediate_size] = [
            self.batch_size,
            model.block_size,
            workers.max(1),
            model.n_layer,
            model.n_head,
            model.n_embd,
            model.intermediate_size(),
        ]
        .map(|extent| extent as u64);
        let parameters = model.n_parameters(vocab_size);
        let share = batch_size.div_ceil(workers) * block_size;
        let tokens = share.min((engine.tokens_at_once as u64).max(block_size));
        let of_a_block = 14 * width + 6 * intermediate_size + 5 * n_head * block_size;
        let of_a_token = n_layer * of_a_block + 5 * vocab_size as u64;
        let of_a_worker = VECTORS * parameters + tokens * of_a_token;
        // Saturating: the number of workers is whatever the caller says.
        workers.saturating_mul(of_a_worker).saturating_add(VECTORS_OF_ONE * parameters).saturating_mul(F32)
    }

    /// Bytes of the largest tensor of a run, which a GPU must take as one buffer: the parameters in one
    /// vector, a block's attention weights, or what is computed of every token of a batch.
    pub fn largest_tensor(&self, model: &ModelConfig, vocab_size: usize) -> u64 {
        let widest = vocab_size
            .max(2 * model.intermediate_size())
            .max(3 * model.n_embd)
            .max(model.n_head * model.block_size);
        let of_tokens: u64 =
            [self.batch_size, model.block_size, widest].map(|extent| extent as u64).iter().product();
        F32 * of_tokens.max(model.n_parameters(vocab_size))
    }
}
