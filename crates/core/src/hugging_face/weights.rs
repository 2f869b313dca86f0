//! `model.safetensors`: our parameters as the tensors of a `transformers` Qwen3, and back.
//!
//! Ours are `[in, out]`, and those that read the same input are stacked; a PyTorch layer's are `[out, in]`,
//! and each has a tensor of its own.

use safetensors::tensor::Dtype;

use super::{WEIGHTS, unreadable};
use crate::checkpoint::tensors::{self, Source};
use crate::checkpoint::{Weights, model_file, safetensors_head};
use crate::config::ModelConfig;
use crate::error::{Error, Result};
use crate::model::{ParameterInfo, ParameterKind, parameter_table};
use crate::tokenizer::Tokenizer;

/// Bytes of the longest header that is read: 24 layers need a tenth of it, and its entries take fifteen times
/// as much memory.
const MAX_HEADER: usize = 1 << 18;

/// `transformers` reads a file only if its metadata say which library's tensors it holds.
const METADATA: (&str, &str) = ("format", "pt");

/// The types of numbers that are read.
const DTYPES: [Dtype; 3] = [Dtype::F32, Dtype::F16, Dtype::BF16];

/// One tensor of the file, and which of a parameter's numbers it holds.
struct Part {
    name: String,
    /// As in the file.
    shape: Vec<usize>,
    /// Whether its numbers stand in another order than ours.
    transposed: bool,
}

/// The tensors that make up a parameter, in the order of its rows (a gain's: of its columns).
fn parts(info: &ParameterInfo) -> Vec<Part> {
    let names = match info.name.rsplit_once('.') {
        Some((name, "weight")) => separate_names(name),
        _ => vec![info.name.clone()],
    };
    let [rows, columns] = info.shape;
    let share = rows / names.len();
    let (shape, transposed) = match info.kind {
        ParameterKind::Embedding => (vec![rows, columns], false),
        ParameterKind::Matrix { .. } => (vec![columns, share], true),
        ParameterKind::Gain => (vec![columns / names.len()], false),
    };
    names.into_iter().map(|name| Part { name, shape: shape.clone(), transposed }).collect()
}

/// The names of what is stacked in a parameter.
fn separate_names(name: &str) -> Vec<String> {
    let separate: &[(&str, &[&str])] = &[
        (".qkv_proj", &[".q_proj", ".k_proj", ".v_proj"]),
        (".gate_up_proj", &[".gate_proj", ".up_proj"]),
        (".qk_norm", &[".q_norm", ".k_norm"]),
    ];
    let found = separate.iter().find_map(|(stacked, own)| Some((name.strip_suffix(stacked)?, *own)));
    match found {
        Some((before, own)) => own.iter().map(|own| format!("{before}{own}.weight")).collect(),
        None => vec![format!("{name}.weight")],
    }
}

/// The whole file.
///
/// # Errors
/// [`Error::CheckpointUnreadable`], which no weights cause.
pub(super) fn write(weights: &Weights<'_>) -> Result<Vec<u8>> {
    let all = || weights.parameters.iter().map(|(info, numbers)| (parts(info), &**numbers));
    let tensors = all().flat_map(|(parts, _)| parts).map(|part| (part.name, part.shape));
    let (mut bytes, following) = safetensors_head(Dtype::F32, METADATA, tensors)?;
    bytes.reserve_exact(following);
    for (parts, numbers) in all() {
        for (part, own) in parts.iter().zip(numbers.chunks_exact(numbers.len() / parts.len())) {
            match (part.transposed, part.shape.as_slice()) {
                (true, &[columns, _]) => bytes.extend(transposed(own, columns).flatten()),
                _ => bytes.extend_from_slice(own.as_flattened()),
            }
        }
    }
    Ok(bytes)
}

/// The numbers of a matrix of so many columns, column by column.
fn transposed(numbers: &[[u8; 4]], columns: usize) -> impl Iterator<Item = [u8; 4]> {
    (0..columns).flat_map(move |column| numbers.iter().copied().skip(column).step_by(columns))
}

/// The checkpoint of the model of these sizes whose weights the file holds.
///
/// # Errors
/// As [`super::import`].
pub(super) fn read(
    bytes: &[u8],
    config: &ModelConfig,
    tokenizer: &Tokenizer,
    is_of_documents: bool,
) -> Result<Vec<u8>> {
    let tensors = tensors::open(bytes, MAX_HEADER).map_err(|reason| unreadable(WEIGHTS, reason))?;
    if let Some((name, view)) = tensors.iter().find(|(_, view)| !DTYPES.contains(&view.dtype())) {
        return Err(Error::FolderUnsupported {
            file: WEIGHTS,
            what: name.to_owned(),
            value: view.dtype().to_string(),
            needed: DTYPES.map(|dtype| dtype.to_string()).join(", "),
        });
    }
    let mut source = Source::new(&tensors);
    // Before room is made for a model of which the file may hold nothing.
    for part in parameter_table(config, tokenizer.vocab_size()).iter().flat_map(parts) {
        source.numbers(&part.name, &part.shape)?;
    }
    source.check_all_taken("")?;
    model_file(config, tokenizer, is_of_documents, |info, bytes| {
        for part in parts(info) {
            let numbers = source.numbers(&part.name, &part.shape)?;
            match (part.transposed, part.shape.as_slice()) {
                (true, &[_, columns]) => bytes.extend(transposed(&numbers, columns).flatten()),
                _ => bytes.extend_from_slice(numbers.as_flattened()),
            }
        }
        Ok(())
    })
}
