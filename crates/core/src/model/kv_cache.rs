//! What a model remembers of the tokens it has read, so that reading one more costs the work of one.

use burn::tensor::Tensor;

/// The keys and values of every block, for a model of one state of its weights. Its tensors are as long as a window, so that
/// every token is computed in the same shapes.
#[derive(Clone, Debug)]
pub struct KvCache {
    /// For each block the queries, keys and values of its window side by side, `[block_size, 3 * n_embd]`: the queries are of no use
    /// any more, but they stand there.
    pub(super) blocks: Vec<Tensor<2>>,
    /// Tokens read; the rows beyond mean nothing yet.
    pub(crate) len: usize,
    /// Of the model that read them.
    pub(super) version: u64,
}
