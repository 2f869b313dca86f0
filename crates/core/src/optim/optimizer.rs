//! Which optimizer updates which parameter.

use std::ops::Range;

use burn::tensor::Tensor;

use super::adamw::AdamW;
use super::flat::size;
use super::muon::{self, Muon};
use super::schedule::learning_rate_factor;
use crate::config::{MatrixOptimizer, TrainConfig};
use crate::model::{Gpt, ParameterKind};

/// The state of a training: moments of everything AdamW updates, momentum of everything Muon updates. From the first step
/// on the model's parameters are views of the weights held here.
///
/// A step is [`Optimizer::begin`], [`Begun::directions`], [`Optimizer::end`]. The directions are most of its arithmetic
/// and do not depend on each other, so workers that train together share them out; [`Optimizer::step`] is all of it.
#[derive(Clone, Debug)]
pub struct Optimizer {
    adamw: Option<AdamW>,
    muon: Option<Muon>,
    /// For each parameter in the model's order whether it is Muon's.
    is_muons: Vec<bool>,
}

/// A step that has taken in its gradients and has moved nothing yet.
#[derive(Clone, Debug)]
pub struct Begun {
    adamw_gradients: Vec<Tensor<2>>,
    muon: Option<muon::Begun>,
}

impl Begun {
    /// The `part`-th of `parts` shares of Muon's matrices: a run of whole matrices, of about as many numbers each.
    pub fn share(&self, part: usize, parts: usize) -> Range<usize> {
        let shapes = self.shapes();
        let total = size(shapes);
        let bound = |part: usize| {
            let mut passed = 0;
            let before = shapes.iter().map(|[rows, columns]| rows * columns).take_while(|size| {
                // A matrix belongs to the share that its middle falls into.
                let is_before = (2 * passed + size) * parts.max(1) < 2 * total * part;
                passed += size;
                is_before
            });
            before.count()
        };
        bound(part)..bound(part + 1)
    }

    /// The directions of some of Muon's matrices, one after the other; `None` of none.
    pub fn directions(&self, matrices: Range<usize>) -> Option<Tensor<1>> {
        if matrices.is_empty() {
            return None;
        }
        self.muon.as_ref().map(|muon| muon.directions(matrices))
    }

    /// How many numbers some of Muon's matrices have.
    pub fn size(&self, matrices: Range<usize>) -> usize {
        size(self.shapes().get(matrices).unwrap_or_default())
    }

    fn shapes(&self) -> &[[usize; 2]] {
        self.muon.as_ref().map_or(&[], muon::Begun::shapes)
    }
}

impl Optimizer {
    /// An optimizer of `model`'s parameters as they are now.
    pub fn new(model: &Gpt, config: &TrainConfig) -> Self {
        let (mut adamws, mut decays, mut muons, mut stacks, mut is_muons) =
            (vec![], vec![], vec![], vec![], vec![]);
        model.clone().for_each_parameter(|_, kind, tensor| match kind {
            ParameterKind::Matrix { stacked } if config.optimizer == MatrixOptimizer::Muon => {
                is_muons.push(true);
                muons.push(tensor.clone());
                stacks.push(stacked);
            }
            _ => {
                is_muons.push(false);
                adamws.push(tensor.clone());
                decays.push(kind != ParameterKind::Gain);
            }
        });
        Self { adamw: AdamW::new(adamws, &decays), muon: Muon::new(muons, &stacks), is_muons }
    }

    /// How many numbers Muon updates.
    pub fn muon_parameters(&self) -> usize {
        self.muon.as_ref().map_or(0, |muon| size(muon.shapes()))
    }

    /// Takes step `step` (0 is the first): updates every parameter of `model` with its gradient; `gradients` are in
    /// the model's order. Nothing is read back: all stays on the device.
    pub fn step(&mut self, model: &mut Gpt, gradients: Vec<Tensor<2>>, step: usize, config: &TrainConfig) {
        let begun = self.begin(gradients);
        let directions = begun.directions(0..begun.shapes().len());
        self.end(begun, directions, model, step, config);
    }

    /// Takes in the gradients, in the model's order. Changes nothing.
    pub fn begin(&self, gradients: Vec<Tensor<2>>) -> Begun {
        let (mut muon_gradients, mut adamw_gradients) = (vec![], vec![]);
        for (gradient, &is_muon) in gradients.into_iter().zip(&self.is_muons) {
            if is_muon { muon_gradients.push(gradient) } else { adamw_gradients.push(gradient) }
        }
        let muon = self.muon.as_ref().map(|muon| muon.begin(muon_gradients));
        Begun { adamw_gradients, muon }
    }

    /// Takes step `step` with the directions of all of Muon's matrices.
    pub fn end(
        &mut self,
        begun: Begun,
        directions: Option<Tensor<1>>,
        model: &mut Gpt,
        step: usize,
        config: &TrainConfig,
    ) {
        let factor = learning_rate_factor(config, step);
        if let Some(adamw) = &mut self.adamw {
            adamw.step(begun.adamw_gradients, step, config.learning_rate * factor, config);
        }
        if let (Some(muon), Some(begun), Some(directions)) = (&mut self.muon, begun.muon, directions) {
            muon.end(begun, directions, config.muon_learning_rate * factor, config);
        }
        self.place(model);
    }

    /// Everything that a training would have to know to go on from here, the weights included, one vector after the other.
    pub fn state(&self) -> Vec<&Tensor<1>> {
        let adamw = self.adamw.iter().flat_map(AdamW::state);
        adamw.chain(self.muon.iter().flat_map(Muon::state)).collect()
    }

    /// Goes on from a state: `replace` is given each of its vectors in turn.
    pub fn resume(&mut self, model: &mut Gpt, mut replace: impl FnMut(&mut Tensor<1>)) {
        self.adamw.iter_mut().flat_map(AdamW::state_mut).for_each(&mut replace);
        self.muon.iter_mut().flat_map(Muon::state_mut).for_each(&mut replace);
        self.place(model);
    }

    /// Makes the model's parameters views of the weights held here.
    fn place(&self, model: &mut Gpt) {
        let mut adamws = self.adamw.iter().flat_map(AdamW::matrices);
        let mut muons = self.muon.iter().flat_map(Muon::matrices);
        let mut is_muons = self.is_muons.iter();
        model.for_each_parameter(|_, _, parameter| {
            let next = if is_muons.next() == Some(&true) { muons.next() } else { adamws.next() };
            if let Some(next) = next {
                *parameter = next;
            }
        });
    }
}
