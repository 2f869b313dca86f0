//! Muon (Jordan and others, 2024, <https://kellerjordan.github.io/posts/muon/>): momentum, made orthogonal.
//!
//! A gradient's large directions drown its small ones. Muon steps along the nearest orthogonal matrix
//! instead, in which all directions are of one size. It is found by a few Newton–Schulz iterations, which are
//! products of matrices and nothing else.

use std::ops::Range;

use burn::tensor::Tensor;

use super::flat::Flat;
use crate::config::TrainConfig;
use crate::ops::{self, NewtonSchulz};

/// Share of the earlier momentum that a step keeps, and of it in the look-ahead (Nesterov). Jordan's 0.95
/// remembers too long for a training of some hundred steps (BENCHMARKS.md).
const MOMENTUM: f64 = 0.85;
/// Jordan's coefficients: singular values end between 0.7 and 1.2, which is near enough to 1. He takes five
/// iterations; with the smaller norm that ours begin from, four are as good (BENCHMARKS.md).
const METHOD: NewtonSchulz = NewtonSchulz { coefficients: (3.4445, -4.7750, 2.0315), iterations: 4 };

/// The matrices and the momentum of each.
#[derive(Clone, Debug)]
pub(super) struct Muon {
    /// As the model has them: some are stacked.
    weights: Flat,
    /// Of the matrices one by one, `[in, out]`.
    shapes: Vec<[usize; 2]>,
    momentum: Tensor<1>,
}

/// A step that has taken in its gradients and has moved nothing yet.
#[derive(Clone, Debug)]
pub(super) struct PendingStep {
    momentum: Tensor<1>,
    /// What the updates follow from: the momentum, and once more the gradients that it holds already.
    nesterov_momentum: Flat,
}

impl Muon {
    /// For these matrices as they are now, of which so many are stacked in each tensor; `None` without any.
    pub fn new(matrices: Vec<Tensor<2>>, stacked: &[usize]) -> Option<Self> {
        let weights = Flat::of(matrices)?;
        let of =
            |(&[rows, columns], &stacked): (&[usize; 2], &usize)| vec![[rows / stacked, columns]; stacked];
        let shapes = weights.shapes.iter().zip(stacked).flat_map(of).collect();
        Some(Self { momentum: weights.values.zeros_like(), weights, shapes })
    }

    /// Shapes of the matrices, one by one.
    pub fn shapes(&self) -> &[[usize; 2]] {
        &self.shapes
    }

    /// The momentum of all matrices.
    pub fn momentum(&self) -> &Tensor<1> {
        &self.momentum
    }

    /// Goes on with this momentum.
    pub fn set_momentum(&mut self, momentum: Tensor<1>) {
        self.momentum = momentum;
    }

    /// The model's tensors as they are now, as views.
    pub fn matrices(&self) -> Vec<Tensor<2>> {
        self.weights.matrices()
    }

    /// Takes in the gradients. Changes nothing.
    pub fn begin(&self, gradients: Vec<Tensor<2>>) -> PendingStep {
        let (momentum, nesterov_momentum) =
            ops::momentum(self.momentum.clone(), ops::flatten(gradients), MOMENTUM);
        PendingStep {
            momentum,
            nesterov_momentum: Flat { values: nesterov_momentum, shapes: self.shapes.clone() },
        }
    }

    /// Takes the step along `updates`, those of all matrices.
    pub fn end(
        &mut self,
        pending: PendingStep,
        updates: Tensor<1>,
        learning_rate: f64,
        config: &TrainConfig,
    ) {
        self.momentum = pending.momentum;
        let decay_factor = 1.0 - learning_rate * config.weight_decay;
        self.weights.values =
            ops::apply_update(self.weights.values.clone(), decay_factor, updates, learning_rate);
    }
}

impl PendingStep {
    /// Shapes of the matrices.
    pub fn shapes(&self) -> &[[usize; 2]] {
        &self.nesterov_momentum.shapes
    }

    /// The updates of some of the matrices: the nearest orthogonal matrices, roughly. They depend on nothing
    /// else, so they can be computed apart from each other.
    pub fn orthogonalized_updates(&self, matrices: Range<usize>) -> Tensor<1> {
        let part = self.nesterov_momentum.part(matrices);
        ops::orthogonalized_updates(part.values, &part.shapes, METHOD)
    }
}

#[cfg(test)]
mod tests {
    use std::slice::from_ref;

    use burn::tensor::{Device, TensorData};
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    fn matrix([rows, columns]: [usize; 2], seed: u64) -> Tensor<2> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let values: Vec<f32> = (0..rows * columns).map(|_| rng.random_range(-1.0..1.0)).collect();
        Tensor::from_data(TensorData::new(values, [rows, columns]), &Device::flex())
    }

    fn values(tensor: &Tensor<2>) -> Vec<f32> {
        tensor.clone().into_data().try_into_vec().unwrap()
    }

    /// Where matrices of zeros stand after a step.
    fn updates(muon: &mut Muon, gradients: &[Tensor<2>]) -> Vec<Tensor<2>> {
        let before = muon.weights.matrices();
        let pending = muon.begin(gradients.to_vec());
        let updates = pending.orthogonalized_updates(0..gradients.len());
        muon.end(pending, updates, 1.0, &TrainConfig { weight_decay: 0.0, ..TrainConfig::default() });
        muon.matrices().into_iter().zip(before).map(|(after, before)| after - before).collect()
    }

    fn zeros(gradients: &[Tensor<2>]) -> Muon {
        Muon::new(gradients.iter().map(Tensor::zeros_like).collect(), &vec![1; gradients.len()]).unwrap()
    }

    fn first_updates(gradients: &[Tensor<2>]) -> Vec<Tensor<2>> {
        updates(&mut zeros(gradients), gradients)
    }

    #[test]
    fn a_step_goes_downhill_along_an_almost_orthogonal_matrix_of_any_gradients_size() {
        let gradient = matrix([6, 10], 1);
        let update = first_updates(from_ref(&gradient)).remove(0) / -(10.0_f64 / 6.0).sqrt();
        let square = values(&update.clone().matmul(update.clone().transpose()));
        for row in 0..6 {
            for column in 0..6 {
                let value = square[row * 6 + column];
                let wanted = if row == column { 0.4..1.6 } else { -0.45..0.45 };
                assert!(wanted.contains(&value), "({row}, {column}): {value}");
            }
        }
        assert!((update * gradient.clone()).sum().into_scalar::<f32>() > 0.0);
        let (small, large) = (first_updates(&[gradient.clone() * 1e-3]), first_updates(&[gradient * 1e3]));
        let apart = values(&(small[0].clone() - large[0].clone()));
        assert!(apart.iter().all(|difference| difference.abs() < 1e-3), "{apart:?}");
    }

    #[test]
    fn matrices_in_a_batch_and_turned_round_get_what_each_gets_alone() {
        let gradients = [matrix([6, 10], 1), matrix([10, 6], 2), matrix([6, 10], 3), matrix([6, 6], 4)];
        let together = first_updates(&gradients);
        for (gradient, update) in gradients.iter().zip(&together) {
            let alone = first_updates(from_ref(gradient)).remove(0);
            assert_eq!(alone.dims(), gradient.dims());
            assert_eq!(values(&alone), values(update));
        }
        // Turned round, the matrix is the same but for the factor of one that widens.
        let transposed = first_updates(&[gradients[0].clone().transpose()]).remove(0).transpose();
        let factor = (10.0_f64 / 6.0).sqrt();
        let apart = values(&(transposed * factor - together[0].clone()));
        assert!(apart.iter().all(|difference| difference.abs() < 1e-5), "{apart:?}");
    }

    #[test]
    fn stacked_matrices_get_what_each_gets_alone() {
        let gradients = [matrix([6, 10], 1), matrix([6, 10], 2)];
        let alone = first_updates(&gradients);
        let stack = Tensor::cat(gradients.to_vec(), 0);
        let mut muon = Muon::new(vec![stack.zeros_like()], &[2]).unwrap();
        assert_eq!(muon.shapes(), [[6, 10], [6, 10]]);
        let pending = muon.begin(vec![stack]);
        let updates = pending.orthogonalized_updates(0..2);
        muon.end(pending, updates, 1.0, &TrainConfig { weight_decay: 0.0, ..TrainConfig::default() });
        assert_eq!(values(&muon.matrices()[0]), values(&Tensor::cat(alone, 0)));
    }

    #[test]
    fn momentum_remembers() {
        let (one, other) = (matrix([4, 4], 1), matrix([4, 4], 2));
        let mut muon = zeros(from_ref(&one));
        updates(&mut muon, &[one]);
        let second = updates(&mut muon, from_ref(&other)).remove(0);
        let fresh = first_updates(&[other]).remove(0);
        assert!(values(&(second - fresh)).iter().any(|difference| difference.abs() > 1e-2));
    }
}
