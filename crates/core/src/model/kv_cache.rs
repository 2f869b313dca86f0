//! What a model remembers of the tokens it has read, so that reading one more costs the work of one.

use burn::tensor::Tensor;

use super::gpt::Gpt;

/// The keys and values of every block, for a model of one state of its weights. Its tensors are as long as a
/// window, so that every token is computed in the same shapes.
#[derive(Clone, Debug)]
pub struct KvCache {
    /// For each block the queries, keys and values of its window side by side, `[block_size, 3 * n_embd]`:
    /// the queries are never read again, but the rows stay as they were computed.
    pub(super) blocks: Vec<Tensor<2>>,
    /// Tokens read; the rows beyond mean nothing yet.
    pub(crate) len: usize,
    /// Of the model that read them.
    pub(super) version: u64,
}

impl KvCache {
    /// Whether it was computed by `model` with the weights that it has now.
    pub fn is_valid_for(&self, model: &Gpt) -> bool {
        self.version == model.version
    }
}
