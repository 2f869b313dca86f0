//! What can be done to a model to see what its parts are for. It is done to a copy: the model itself, and
//! whatever trains it, stay as they are.

use core::ops::Range;

use burn::tensor::{Tensor, TensorData};
use serde::Deserialize;

use super::gpt::{AddedPosition, Gpt};
use super::position::rope_table;
use crate::config::{ModelConfig, Position, float_in_range, in_range};
use crate::error::{Error, Result};

/// Parts of a model that are switched off, and numbers of it that are changed. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(default, deny_unknown_fields)]
pub struct Interventions {
    /// Heads that add nothing to the residual stream.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    pub heads: Vec<HeadOff>,
    /// Layers, from 0, whose MLP (the feed-forward layer) adds nothing.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    pub mlps: Vec<usize>,
    /// Layers, from 0, of which no part adds anything.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    pub layers: Vec<usize>,
    /// Whether no token knows its position.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    pub without_positions: bool,
    /// Numbers of the model that are others. They are changed before parts are switched off.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    pub numbers: Vec<ChangedNumber>,
    /// What is added to the residual stream.
    #[cfg_attr(feature = "typescript", tsify(optional))]
    pub steering: Vec<Steering>,
}

/// A head that is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct HeadOff {
    /// From 0.
    pub layer: usize,
    /// From 0.
    pub head: usize,
}

/// One number of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct ChangedNumber {
    /// The parameter's place in [`Gpt::parameter_table`].
    pub parameter: usize,
    /// From 0.
    pub row: usize,
    /// From 0.
    pub column: usize,
    /// What the number is now.
    pub value: f32,
}

/// A direction that is added to the residual stream of every token after a layer.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(deny_unknown_fields)]
pub struct Steering {
    /// From 0.
    pub layer: usize,
    /// `n_embd` numbers.
    pub direction: Vec<f32>,
    /// How often it is added; less than 0, it is taken away.
    pub strength: f32,
}

/// The largest size of a number that is put into a model: what follows stays finite.
const LARGEST: f64 = 1e6;

impl Gpt {
    /// A copy to which all of this has been done. What was not touched is shared, not copied.
    ///
    /// # Errors
    /// [`Error::SettingOutOfRange`] for parts or numbers that the model does not have, or that no model
    /// should; [`Error::SizeMismatch`] for a direction of another width.
    pub fn with_interventions(&self, interventions: &Interventions) -> Result<Self> {
        let mut copy = self.clone();
        copy.renew_version();
        for number in &interventions.numbers {
            copy.change_number(number)?;
        }
        for &HeadOff { layer, head } in &interventions.heads {
            let ModelConfig { n_head, .. } = *self.config();
            in_range("head", head, 0, n_head - 1)?;
            copy.switch_off(layer, Some(self.columns_of(head)), false)?;
        }
        for &layer in &interventions.mlps {
            copy.switch_off(layer, None, true)?;
        }
        for &layer in &interventions.layers {
            copy.switch_off(layer, Some(0..self.config().n_embd), true)?;
        }
        if interventions.without_positions {
            copy.remove_positions();
        }
        for Steering { layer, direction, strength } in &interventions.steering {
            let n_embd = self.config().n_embd;
            in_range("layer", *layer, 0, self.config().n_layer - 1)?;
            float_in_range("strength", f64::from(*strength), -LARGEST, LARGEST)?;
            if direction.len() != n_embd {
                return Err(Error::SizeMismatch { given: direction.len(), needed: n_embd });
            }
            let data = TensorData::new(direction.clone(), [1, n_embd]);
            copy.steering.push((*layer, Tensor::from_data(data, &self.device()) * *strength));
        }
        Ok(copy)
    }

    /// Where a head's values stand among the mixed ones.
    pub(super) fn columns_of(&self, head: usize) -> Range<usize> {
        let head_dim = self.config().head_dim();
        head * head_dim..(head + 1) * head_dim
    }

    /// Some of what the heads of a layer have mixed, and its MLP, add nothing from now on.
    fn switch_off(&mut self, layer: usize, mixed: Option<Range<usize>>, mlp: bool) -> Result<()> {
        in_range("layer", layer, 0, self.config().n_layer - 1)?;
        let n_embd = self.config().n_embd;
        let Some(block) = self.blocks.get_mut(layer) else { return Ok(()) };
        block.map_output_projections(|[o_proj, down_proj]| {
            let o_proj = match mixed {
                Some(rows) => {
                    let zeros = Tensor::zeros([rows.len(), n_embd], &o_proj.device());
                    o_proj.slice_assign([rows, 0..n_embd], zeros)
                }
                None => o_proj,
            };
            [o_proj, if mlp { down_proj.zeros_like() } else { down_proj }]
        });
        Ok(())
    }

    fn change_number(&mut self, number: &ChangedNumber) -> Result<()> {
        let ChangedNumber { parameter, row, column, value } = *number;
        in_range("parameter", parameter, 0, self.parameter_table().len() - 1)?;
        let [rows, columns] = self.parameters().get(parameter).map_or([1, 1], |tensor| tensor.dims());
        in_range("row", row, 0, rows - 1)?;
        in_range("column", column, 0, columns - 1)?;
        float_in_range("value", f64::from(value), -LARGEST, LARGEST)?;
        let mut index = 0;
        self.map_parameters(|_, tensor| {
            let is_meant = index == parameter;
            index += 1;
            if !is_meant {
                return tensor;
            }
            let one = Tensor::from_data(TensorData::new(vec![value], [1, 1]), &tensor.device());
            tensor.slice_assign([row..row + 1, column..column + 1], one)
        });
        Ok(())
    }

    /// No token knows its position from now on.
    fn remove_positions(&mut self) {
        let config = ModelConfig { position: Position::None, ..self.config().clone() };
        self.rope = rope_table(&config, &self.device());
        // A learned table stays among the parameters.
        self.added_position = match &self.added_position {
            AddedPosition::Learned(table) => AddedPosition::Learned(table.zeros_like()),
            AddedPosition::Fixed(_) | AddedPosition::Nothing => AddedPosition::Nothing,
        };
    }
}
