//! What a model remembers of the texts that it writes side by side, so that reading one more token of each
//! costs the work of one, and its weights as the engine likes to read them for that.

use burn::tensor::{Device, Int, Tensor};

use super::gpt::Gpt;
use super::packed::PackedModel;
use crate::data::int_tensor;

/// The keys and values of every block, for a model of one state of its weights. Each text has room for a
/// window, so that every token is computed in the same shapes. It cannot be cloned: an engine changes it in
/// place.
#[derive(Debug)]
pub struct KvCache {
    /// For each block the keys, then the values of each text's window, `[texts * 2 * block_size, n_embd]`.
    pub(super) blocks: Vec<Tensor<2>>,
    /// The model's weights.
    pub(super) weights: PackedModel,
    /// Tokens read of each text; the rows beyond mean nothing yet.
    lens: Vec<usize>,
    block_size: usize,
    /// Of the model that read them.
    version: u64,
}

impl KvCache {
    /// Of so many texts of which nothing has been read.
    pub fn new(model: &Gpt, texts: usize) -> Self {
        let config = model.config();
        let shape = [texts * 2 * config.block_size, config.n_embd];
        let blocks = (0..config.n_layer).map(|_| Tensor::zeros(shape, &model.device())).collect();
        let (lens, block_size) = (vec![0; texts], config.block_size);
        Self { blocks, weights: model.packed(), lens, block_size, version: model.version }
    }

    /// Whether it was computed by `model` with the weights that it has now.
    pub fn is_valid_for(&self, model: &Gpt) -> bool {
        self.version == model.version
    }

    /// Tokens read of each text.
    pub fn lens(&self) -> &[usize] {
        &self.lens
    }

    /// Forgets what was read of a text after its first `len` tokens.
    pub fn truncate(&mut self, text: usize, len: usize) {
        if let Some(known) = self.lens.get_mut(text) {
            *known = len.min(*known);
        }
    }

    /// The position of each text's next token, `[texts]`.
    pub(super) fn positions(&self, device: &Device) -> Tensor<1, Int> {
        let positions: Vec<u32> = self.lens.iter().map(|&len| len as u32).collect();
        int_tensor(&positions, 1, device).reshape([positions.len()])
    }

    /// Counts one more token of each text.
    pub(super) fn advance(&mut self) {
        self.lens.iter_mut().for_each(|len| *len += 1);
    }

    /// Remembers for `texts` the first `len` tokens of a window, whose queries, keys and values in `block`
    /// are `qkv` `[≥ len, 3 * n_embd]`.
    pub(super) fn store(&mut self, block: usize, texts: &[usize], qkv: &Tensor<2>, len: usize) {
        let [rows, row] = qkv.dims();
        let width = row / 3;
        for &text in texts {
            // Taken out, so that there is one reference and nothing is copied.
            let mut cache = self.blocks.remove(block);
            for part in 0..2 {
                let start = (2 * text + part) * self.block_size;
                let values = qkv.clone().narrow(1, (1 + part) * width, width);
                cache = cache.slice_assign([start..start + rows, 0..width], values);
            }
            self.blocks.insert(block, cache);
            self.lens[text] = len;
        }
    }
}
