//! Writing a checkpoint.

use burn::tensor::Tensor;
use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::header::{Best, FORMAT_VERSION, Header, METADATA_KEY, TrainState, unreadable};
use super::{BEST, OPTIMIZER};
use crate::config::ModelConfig;
use crate::error::{Error, Result};
use crate::model::{Gpt, ParameterInfo, parameter_table};
use crate::readback::read_data;
use crate::tokenizer::Tokenizer;
use crate::train::Trainer;

/// A header's length in bytes is a multiple of this.
const ALIGNMENT: usize = 8;

/// A checkpoint that is ready to be written: its tensors are still on their device.
pub struct Writer {
    /// All that comes before the tensors.
    head: Vec<u8>,
    /// In the file's order, in groups that are read back together.
    groups: Vec<Vec<Tensor<1>>>,
    len: usize,
}

/// Tensors, each with its name and shape.
type Named = Vec<(String, Vec<usize>, Tensor<1>)>;

impl Writer {
    /// The checkpoint of a training: its last model, its best one, and all that it needs to go on. `page` is
    /// kept for the page.
    ///
    /// # Errors
    /// [`Error::CheckpointUnreadable`], which no valid header causes.
    pub fn of_training(trainer: &Trainer, tokenizer: &Tokenizer, page: &str) -> Result<Self> {
        let progress = trainer.progress;
        let best = trainer.best.as_ref();
        let train = TrainState {
            config: trainer.config().clone(),
            schedule: progress.schedule,
            step: progress.step,
            tokens: progress.tokens,
            optimizer_steps: trainer.optimizer.steps(),
            position: trainer.dataset().position().to_owned(),
            used: trainer.used(),
            began_from_file: trainer.began_from_file,
            best: best.map(|best| Best { step: best.step, loss: best.loss }),
        };
        let optimizer = trainer
            .optimizer
            .state()
            .into_iter()
            .map(|(name, vector)| (format!("{OPTIMIZER}{name}"), vector.dims().to_vec(), vector.clone()));
        let mut groups = vec![weights("", &trainer.model), optimizer.collect()];
        groups.extend(best.map(|best| weights(BEST, &best.model)));
        let is_of_documents = trainer.dataset().is_of_documents();
        Self::new(&trainer.model, tokenizer, is_of_documents, Some(train), page, groups)
    }

    /// The file of a model alone, and whether it was trained on several documents.
    ///
    /// # Errors
    /// As [`Writer::of_training`].
    pub fn of_model(model: &Gpt, tokenizer: &Tokenizer, is_of_documents: bool, page: &str) -> Result<Self> {
        Self::new(model, tokenizer, is_of_documents, None, page, vec![weights("", model)])
    }

    fn new(
        model: &Gpt,
        tokenizer: &Tokenizer,
        is_of_documents: bool,
        train: Option<TrainState>,
        page: &str,
        groups: Vec<Named>,
    ) -> Result<Self> {
        let header = Header {
            format_version: FORMAT_VERSION,
            model: model.config().clone(),
            tokenizer: tokenizer.parts(),
            is_of_documents,
            train,
            page: page.to_owned(),
        };
        let mut named = vec![];
        let groups = groups.into_iter().map(|group| {
            let tensors = group.into_iter().map(|(name, shape, tensor)| {
                named.push((name, shape));
                tensor
            });
            tensors.collect()
        });
        let groups = groups.collect();
        let json = serde_json::to_string(&header).map_err(unreadable)?;
        let (head, bytes) = safetensors_head(Dtype::F32, (METADATA_KEY, &json), named)?;
        Ok(Self { len: head.len() + bytes, head, groups })
    }

    /// Bytes of the whole file.
    #[allow(clippy::len_without_is_empty, reason = "it never is")]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Hands out the file's bytes piece by piece, so that they are never all here twice.
    ///
    /// # Errors
    /// [`Error::Diverged`] where a number is not finite: such a model is never kept, so what was handed out
    /// must be dropped. [`Error::EngineFailed`].
    pub async fn write(self, mut take: impl FnMut(&[u8])) -> Result<()> {
        take(&self.head);
        for group in self.groups {
            for data in read_data(group).await? {
                let numbers = data.as_slice::<f32>().map_err(Error::engine)?;
                if !numbers.iter().all(|number| number.is_finite()) {
                    return Err(Error::Diverged { step: None });
                }
                // Every machine that runs this is little-endian, as the format is.
                take(data.as_bytes());
            }
        }
        Ok(())
    }

    /// The whole file.
    ///
    /// # Errors
    /// As [`Writer::write`].
    pub async fn into_bytes(self) -> Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.len);
        self.write(|piece| bytes.extend_from_slice(piece)).await?;
        Ok(bytes)
    }
}

/// All that comes before the tensors of a `safetensors` file, from their names and shapes: where each lies,
/// and one entry of metadata. And how many bytes the tensors have, all of one type.
///
/// # Errors
/// [`Error::CheckpointUnreadable`], which tensors that lie side by side do not cause.
pub(crate) fn safetensors_head(
    dtype: Dtype,
    (key, value): (&str, &str),
    tensors: impl IntoIterator<Item = (String, Vec<usize>)>,
) -> Result<(Vec<u8>, usize)> {
    let mut end = 0;
    let infos = tensors.into_iter().map(|(name, shape)| {
        let start = end;
        end += dtype.bitsize() / 8 * shape.iter().product::<usize>();
        (name, TensorInfo { dtype, shape, data_offsets: (start, end) })
    });
    let infos = infos.collect();
    let metadata = [(key.to_owned(), value.to_owned())].into_iter().collect();
    let metadata = Metadata::new(Some(metadata), infos).map_err(unreadable)?;
    Ok((head_bytes(&metadata)?, end))
}

/// The length of what is said before the tensors, and that itself.
///
/// # Errors
/// [`Error::CheckpointUnreadable`], which no valid metadata cause.
pub(super) fn head_bytes(metadata: &Metadata) -> Result<Vec<u8>> {
    let mut json = serde_json::to_vec(metadata).map_err(unreadable)?;
    json.resize(json.len().next_multiple_of(ALIGNMENT), b' ');
    Ok([&(json.len() as u64).to_le_bytes()[..], &json].concat())
}

/// The file of a model alone, made without an engine: `write` is told each parameter, in order, and adds its
/// numbers.
///
/// # Errors
/// What `write` says; [`Error::CheckpointMismatch`] where it adds too little or too much.
pub(crate) fn model_file(
    config: &ModelConfig,
    tokenizer: &Tokenizer,
    is_of_documents: bool,
    mut write: impl FnMut(&ParameterInfo, &mut Vec<u8>) -> Result<()>,
) -> Result<Vec<u8>> {
    let header = Header {
        format_version: FORMAT_VERSION,
        model: config.clone(),
        tokenizer: tokenizer.parts(),
        is_of_documents,
        train: None,
        page: String::new(),
    };
    let json = serde_json::to_string(&header).map_err(unreadable)?;
    let table = parameter_table(config, tokenizer.vocab_size());
    let named = table.iter().map(|info| (info.name.clone(), info.shape.to_vec()));
    let (mut bytes, following) = safetensors_head(Dtype::F32, (METADATA_KEY, &json), named)?;
    let end = bytes.len() + following;
    bytes.reserve_exact(following);
    for info in &table {
        write(info, &mut bytes)?;
    }
    if bytes.len() != end {
        return Err(Error::CheckpointMismatch { what: "model".into() });
    }
    Ok(bytes)
}

/// A model's weights under their names.
fn weights(prefix: &str, model: &Gpt) -> Named {
    let parameters = model.parameter_table().iter().zip(model.parameters());
    let named = parameters.map(|(info, tensor)| {
        let [rows, columns] = info.shape;
        (format!("{prefix}{}", info.name), vec![rows, columns], tensor.clone().reshape([rows * columns]))
    });
    named.collect()
}
