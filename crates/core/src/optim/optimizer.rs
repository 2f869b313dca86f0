//! Which optimizer updates which parameter.

use std::ops::Range;

use burn::tensor::Tensor;

use super::adamw::AdamW;
use super::flat::size;
use super::muon::{self, Muon};
use crate::config::{MatrixOptimizer, TrainConfig};
use crate::error::Result;
use crate::model::{Gpt, ParameterInfo, ParameterKind};

/// The state of a training: moments of everything AdamW updates, momentum of everything Muon updates. It owns
/// the weights: from the first step on the model's parameters are views of them, so a model that is given
/// other weights needs a new optimizer.
///
/// A step is [`Optimizer::begin`], [`PendingStep::orthogonalized_updates`], [`Optimizer::end`]. The updates
/// are most of its arithmetic and do not depend on each other, so workers that train together share them out;
/// [`Optimizer::step`] is all of it.
#[derive(Clone, Debug)]
pub struct Optimizer {
    adamw: Option<AdamW>,
    muon: Option<Muon>,
    /// For each parameter in the model's order whether it is Muon's.
    is_muons: Vec<bool>,
}

/// Names of the vectors of [`Optimizer::state`].
const FIRST_MOMENT: &str = "first_moment";
const SECOND_MOMENT: &str = "second_moment";
const MOMENTUM: &str = "momentum";

/// Whether Muon updates a parameter; AdamW has the others.
fn updated_by_muon(kind: ParameterKind, config: &TrainConfig) -> bool {
    matches!(kind, ParameterKind::Matrix { .. }) && config.optimizer == MatrixOptimizer::Muon
}

/// The name and length of each vector that [`Optimizer::state`] has for these parameters.
pub fn state_sizes(table: &[ParameterInfo], config: &TrainConfig) -> Vec<(&'static str, usize)> {
    let of = |muons: bool| {
        let parameters = table.iter().filter(|info| updated_by_muon(info.kind, config) == muons);
        size(&parameters.map(|info| info.shape).collect::<Vec<_>>())
    };
    let (adamws, muons) = (of(false), of(true));
    let all = [(FIRST_MOMENT, adamws), (SECOND_MOMENT, adamws), (MOMENTUM, muons)];
    all.into_iter().filter(|(_, len)| *len > 0).collect()
}

/// A step that has taken in its gradients and has moved nothing yet.
#[derive(Clone, Debug)]
pub struct PendingStep {
    adamw_gradients: Vec<Tensor<2>>,
    muon: Option<muon::PendingStep>,
}

impl PendingStep {
    /// The `part`-th of `parts` shares of Muon's matrices: a run of whole matrices, of about as many numbers
    /// each.
    pub fn share(&self, part: usize, parts: usize) -> Range<usize> {
        let shapes = self.shapes();
        let total = size(shapes) as u64;
        // In 64 bits: the products pass 32.
        let parts = parts.max(1) as u64;
        let bound = |part: usize| {
            let part = (part as u64).min(parts);
            let mut passed = 0;
            let before = shapes.iter().map(|[rows, columns]| (rows * columns) as u64).take_while(|size| {
                // A matrix belongs to the share that its middle falls into.
                let is_before = (2 * passed + size) * parts < 2 * total * part;
                passed += size;
                is_before
            });
            before.count()
        };
        bound(part)..bound(part.saturating_add(1))
    }

    /// The updates of some of Muon's matrices, one after the other; `None` of none.
    pub fn orthogonalized_updates(&self, matrices: Range<usize>) -> Option<Tensor<1>> {
        if matrices.is_empty() {
            return None;
        }
        self.muon.as_ref().map(|muon| muon.orthogonalized_updates(matrices))
    }

    /// How many numbers some of Muon's matrices have.
    pub fn size(&self, matrices: Range<usize>) -> usize {
        size(self.shapes().get(matrices).unwrap_or_default())
    }

    fn shapes(&self) -> &[[usize; 2]] {
        self.muon.as_ref().map_or(&[], muon::PendingStep::shapes)
    }
}

impl Optimizer {
    /// An optimizer of `model`'s parameters as they are now.
    pub fn new(model: &Gpt, config: &TrainConfig) -> Self {
        let (mut adamws, mut decays, mut muons, mut stacks, mut is_muons) =
            (vec![], vec![], vec![], vec![], vec![]);
        for (info, tensor) in model.parameter_table().iter().zip(model.parameters()) {
            match info.kind {
                ParameterKind::Matrix { stacked } if updated_by_muon(info.kind, config) => {
                    is_muons.push(true);
                    muons.push(tensor.clone());
                    stacks.push(stacked);
                }
                kind => {
                    is_muons.push(false);
                    adamws.push(tensor.clone());
                    decays.push(kind != ParameterKind::Gain);
                }
            }
        }
        Self { adamw: AdamW::new(adamws, &decays), muon: Muon::new(muons, &stacks), is_muons }
    }

    /// An optimizer of `model`'s parameters that goes on from the state of another of the same parameters,
    /// whose moments have seen `steps` steps: `provide` is asked for each vector of [`Optimizer::state`] by
    /// name and length.
    ///
    /// # Errors
    /// What `provide` says.
    pub fn resume(
        model: &Gpt,
        config: &TrainConfig,
        steps: usize,
        mut provide: impl FnMut(&'static str, usize) -> Result<Tensor<1>>,
    ) -> Result<Self> {
        let mut optimizer = Self::new(model, config);
        if let Some(adamw) = &mut optimizer.adamw {
            let [first, second] = adamw.moments().map(|moment| moment.dims()[0]);
            adamw.set_moments([provide(FIRST_MOMENT, first)?, provide(SECOND_MOMENT, second)?], steps);
        }
        if let Some(muon) = &mut optimizer.muon {
            muon.set_momentum(provide(MOMENTUM, muon.momentum().dims()[0])?);
        }
        Ok(optimizer)
    }

    /// Every vector that a training needs to go on from here, besides the weights, with its name.
    pub fn state(&self) -> Vec<(&'static str, &Tensor<1>)> {
        let moments = self
            .adamw
            .iter()
            .flat_map(|adamw| [FIRST_MOMENT, SECOND_MOMENT].into_iter().zip(adamw.moments()));
        moments.chain(self.muon.iter().map(|muon| (MOMENTUM, muon.momentum()))).collect()
    }

    /// Steps that the moments have seen.
    pub fn steps(&self) -> usize {
        self.adamw.as_ref().map_or(0, AdamW::steps)
    }

    /// How many numbers Muon updates.
    pub fn muon_parameters(&self) -> usize {
        self.muon.as_ref().map_or(0, |muon| size(muon.shapes()))
    }

    /// Takes a step: updates every parameter of `model` with its gradient; `gradients` are in the model's
    /// order. `factor` is the share of their peaks that the learning rates have now. Nothing is read back:
    /// all stays on the device.
    pub fn step(&mut self, model: &mut Gpt, gradients: Vec<Tensor<2>>, factor: f64, config: &TrainConfig) {
        let pending = self.begin(gradients);
        let updates = pending.orthogonalized_updates(0..pending.shapes().len());
        self.end(pending, updates, model, factor, config);
    }

    /// Takes in the gradients, in the model's order. Changes nothing.
    pub fn begin(&self, gradients: Vec<Tensor<2>>) -> PendingStep {
        let (mut muon_gradients, mut adamw_gradients) = (vec![], vec![]);
        for (gradient, &is_muon) in gradients.into_iter().zip(&self.is_muons) {
            if is_muon { muon_gradients.push(gradient) } else { adamw_gradients.push(gradient) }
        }
        let muon = self.muon.as_ref().map(|muon| muon.begin(muon_gradients));
        PendingStep { adamw_gradients, muon }
    }

    /// Takes the step with the updates of all of Muon's matrices.
    pub fn end(
        &mut self,
        pending: PendingStep,
        updates: Option<Tensor<1>>,
        model: &mut Gpt,
        factor: f64,
        config: &TrainConfig,
    ) {
        if let Some(adamw) = &mut self.adamw {
            adamw.step(pending.adamw_gradients, config.learning_rate * factor, config);
        }
        if let (Some(muon), Some(pending), Some(updates)) = (&mut self.muon, pending.muon, updates) {
            muon.end(pending, updates, config.muon_learning_rate * factor, config);
        }
        self.assign_parameters(model);
    }

    /// Makes the model's parameters views of the weights held here.
    fn assign_parameters(&self, model: &mut Gpt) {
        let mut adamws = self.adamw.iter().flat_map(AdamW::matrices);
        let mut muons = self.muon.iter().flat_map(Muon::matrices);
        let mut is_muons = self.is_muons.iter();
        model.map_parameters(|_, parameter| {
            let next = if is_muons.next() == Some(&true) { muons.next() } else { adamws.next() };
            next.unwrap_or(parameter)
        });
    }
}
