//! Where a model's parameters are, and what they hold.

use serde::Serialize;

use crate::config::in_range;
use crate::error::Result;
use crate::model::{Gpt, ParameterInfo, ParameterKind};
use crate::readback::read;

/// What parameters are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum BillPart {
    /// The token embedding, which is also the output layer.
    Embedding,
    /// Learned positions.
    Positions,
    /// The matrices of an attention.
    Attention,
    /// The matrices of an MLP.
    Mlp,
    /// The gains of norms.
    Norm,
}

/// One parameter of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct BillEntry {
    /// As in a `transformers` Qwen3, but for those that are stacked.
    pub name: String,
    /// What it is for.
    pub part: BillPart,
    /// The layer that it is of, from 0; none of what is before or after all layers.
    pub layer: Option<usize>,
    /// Rows and columns: their product is how many numbers it has.
    pub shape: [usize; 2],
}

/// The numbers of one parameter.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct ParameterNumbers {
    /// Rows and columns.
    pub shape: [usize; 2],
    /// Row-major.
    #[serde(skip)]
    pub values: Vec<f32>,
}

/// Every parameter, in the order of [`Gpt::parameter_table`]. Together they are all that the model has
/// learned.
pub fn bill(model: &Gpt) -> Vec<BillEntry> {
    let entry = |info: &ParameterInfo| {
        let layer = info.name.strip_prefix("model.layers.").and_then(|rest| rest.split('.').next());
        let part = match info.kind {
            ParameterKind::Gain => BillPart::Norm,
            ParameterKind::Embedding if info.name.contains("embed_positions") => BillPart::Positions,
            ParameterKind::Embedding => BillPart::Embedding,
            ParameterKind::Matrix { .. } if info.name.contains("self_attn") => BillPart::Attention,
            ParameterKind::Matrix { .. } => BillPart::Mlp,
        };
        let layer = layer.and_then(|layer| layer.parse().ok());
        BillEntry { name: info.name.clone(), part, layer, shape: info.shape }
    };
    model.parameter_table().iter().map(entry).collect()
}

/// The numbers of the parameter at this place of the table.
///
/// # Errors
/// [`Error::SettingOutOfRange`](crate::error::Error::SettingOutOfRange) where there is none;
/// [`Error::EngineFailed`](crate::error::Error::EngineFailed).
pub async fn parameter(model: &Gpt, parameter: usize) -> Result<ParameterNumbers> {
    let parameters = model.parameters();
    in_range("parameter", parameter, 0, parameters.len() - 1)?;
    let tensor = parameters[parameter].clone();
    Ok(ParameterNumbers { shape: tensor.dims(), values: read(tensor).await? })
}
