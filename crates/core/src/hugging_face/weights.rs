//! `model.safetensors`: our parameters as the tensors of a `transformers` Qwen3, and back.
//!
//! Ours are `[in, out]`, and those that read the same input are stacked; a PyTorch layer's are `[out, in]`,
//! and each has a tensor of its own.

use burn::tensor::{Device, Tensor, TensorData};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorInfo};

use super::json::parse;
use super::{WEIGHTS, unreadable};
use crate::checkpoint::{Source, safetensors_head};
use crate::config::ModelConfig;
use crate::error::{Error, Result};
use crate::model::{Gpt, ParameterInfo, ParameterKind};
use crate::readback::read_data;

/// Bytes of the longest header that is read: 24 layers need a tenth of it, and its entries take fifteen times
/// as much memory.
const MAX_HEADER: usize = 1 << 18;

/// `transformers` reads a file only if its metadata say which library's tensors it holds.
const METADATA: (&str, &str) = ("format", "pt");

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
/// [`Error::Diverged`] where a number is not finite; [`Error::EngineFailed`].
pub(super) async fn write(model: &Gpt) -> Result<Vec<u8>> {
    let mut end = 0;
    let infos = model.parameter_table().iter().flat_map(parts).map(|part| {
        let start = end;
        end += size_of::<f32>() * part.shape.iter().product::<usize>();
        (part.name, TensorInfo { dtype: Dtype::F32, shape: part.shape, data_offsets: (start, end) })
    });
    let mut bytes = safetensors_head(METADATA, infos.collect())?;
    bytes.reserve_exact(end);
    // One wait for all of them, as for a checkpoint.
    let parameters = read_data(model.parameters().into_iter().cloned()).await?;
    for (info, data) in model.parameter_table().iter().zip(parameters) {
        let numbers = data.as_slice::<f32>().map_err(Error::engine)?;
        if !numbers.iter().all(|number| number.is_finite()) {
            return Err(Error::Diverged { step: None });
        }
        let parts = parts(info);
        for (part, own) in parts.iter().zip(numbers.chunks_exact(numbers.len() / parts.len())) {
            match (part.transposed, part.shape.as_slice()) {
                (true, &[columns, _]) => push(&mut bytes, transposed(own, columns)),
                _ => push(&mut bytes, own.iter().copied()),
            }
        }
    }
    Ok(bytes)
}

fn push(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = f32>) {
    bytes.extend(numbers.flat_map(f32::to_le_bytes));
}

/// The numbers of a matrix of so many columns, column by column.
fn transposed<T: Copy>(numbers: &[T], columns: usize) -> impl Iterator<Item = T> {
    (0..columns).flat_map(move |column| numbers.iter().copied().skip(column).step_by(columns))
}

/// What `SafeTensors` does not look at: that the header is of a sensible length, and names each tensor once.
///
/// # Errors
/// [`Error::FolderUnreadable`].
fn check_header(bytes: &[u8]) -> Result<()> {
    let Some((length, rest)) = bytes.split_first_chunk() else {
        return Err(unreadable(WEIGHTS, "it has no header"));
    };
    let length = u64::from_le_bytes(*length);
    if length > MAX_HEADER as u64 {
        return Err(unreadable(WEIGHTS, "its header is too long"));
    }
    let header = rest.get(..length as usize).ok_or_else(|| unreadable(WEIGHTS, "its header is cut off"))?;
    parse(WEIGHTS, header).map(drop)
}

/// The model of these sizes whose weights the file holds.
///
/// # Errors
/// As [`super::import`].
pub(super) fn read(bytes: &[u8], config: &ModelConfig, vocab_size: usize, device: &Device) -> Result<Gpt> {
    check_header(bytes)?;
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| unreadable(WEIGHTS, error))?;
    if let Some((name, view)) = tensors.iter().find(|(_, view)| view.dtype() != Dtype::F32) {
        return Err(Error::FolderUnsupported {
            file: WEIGHTS,
            what: name.to_owned(),
            value: view.dtype().to_string(),
            needed: Dtype::F32.to_string(),
        });
    }
    let mut source = Source::new(&tensors, device);
    let model = Gpt::from_parameters(config, vocab_size, device, |info| {
        let mut values: Vec<f32> = vec![];
        for part in parts(info) {
            let numbers = source.raw_numbers(&part.name, &part.shape)?;
            // Only now: the file holds a third of it, whatever its configuration claims.
            if values.is_empty() {
                values.reserve_exact(info.shape.iter().product());
            }
            match (part.transposed, part.shape.as_slice()) {
                (true, &[_, columns]) => values.extend(transposed(numbers, columns).map(f32::from_le_bytes)),
                _ => values.extend(numbers.iter().copied().map(f32::from_le_bytes)),
            }
        }
        Ok(Tensor::from_data(TensorData::new(values, info.shape), device))
    })?;
    source.check_all_taken()?;
    Ok(model)
}
