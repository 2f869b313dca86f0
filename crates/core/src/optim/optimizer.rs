//! Which optimizer updates which parameter.

use burn::tensor::Tensor;

use super::adamw::AdamW;
use super::muon::Muon;
use super::schedule::learning_rate_factor;
use crate::config::{MatrixOptimizer, TrainConfig};
use crate::model::{Gpt, ParameterKind};

/// The state of a training: moments of everything AdamW updates, momentum of everything Muon updates.
#[derive(Clone, Debug)]
pub struct Optimizer {
    adamw: AdamW,
    muon: Muon,
    /// For each parameter in the model's order whether it is Muon's.
    is_muons: Vec<bool>,
}

impl Optimizer {
    /// An optimizer of `model`'s parameters as they are now.
    pub fn new(model: &Gpt, config: &TrainConfig) -> Self {
        let (mut adamws, mut decays, mut muons, mut is_muons) = (vec![], vec![], vec![], vec![]);
        model.clone().for_each_parameter(|_, kind, tensor| {
            let is_muon = kind == ParameterKind::Matrix && config.optimizer == MatrixOptimizer::Muon;
            is_muons.push(is_muon);
            if is_muon {
                muons.push(tensor.clone());
            } else {
                adamws.push(tensor.clone());
                decays.push(kind != ParameterKind::Gain);
            }
        });
        Self { adamw: AdamW::new(adamws, &decays), muon: Muon::new(&muons), is_muons }
    }

    /// Takes step `step` (0 is the first): updates every parameter of `model` with its gradient; `gradients` are in
    /// the model's order. Nothing is read back: all stays on the device.
    pub fn step(&mut self, model: &mut Gpt, gradients: Vec<Tensor<2>>, step: usize, config: &TrainConfig) {
        let factor = learning_rate_factor(config, step);
        let (mut muons, mut adamws) = (vec![], vec![]);
        for (gradient, &is_muon) in gradients.into_iter().zip(&self.is_muons) {
            if is_muon { muons.push(gradient) } else { adamws.push(gradient) }
        }
        let mut updates = self.muon.updates(&muons, config.muon_learning_rate * factor).into_iter();
        let mut weights = self.adamw.step(adamws, config.learning_rate * factor, config).into_iter();
        let mut is_muons = self.is_muons.iter();
        model.for_each_parameter(|_, _, parameter| {
            let next = match is_muons.next() {
                Some(true) => updates.next().map(|update| parameter.clone() + update),
                _ => weights.next(),
            };
            if let Some(next) = next {
                *parameter = next;
            }
        });
    }
}
