//! Muon (Jordan and others, 2024, <https://kellerjordan.github.io/posts/muon/>): momentum, made orthogonal.
//!
//! A gradient's large directions drown its small ones. Muon steps along the nearest orthogonal matrix instead, in
//! which all directions are of one size. It is found by a few Newton–Schulz iterations, which are products of
//! matrices and nothing else.

use burn::tensor::Tensor;

use crate::ops::{self, NewtonSchulz};

/// Share of the earlier momentum that a step keeps, and of it in the look-ahead (Nesterov). Jordan's 0.95 remembers too
/// long for a training of some hundred steps (BENCHMARKS.md).
const MOMENTUM: f64 = 0.85;
/// Jordan's coefficients: singular values end between 0.7 and 1.2, which is near enough to 1.
const METHOD: NewtonSchulz = NewtonSchulz { coefficients: (3.4445, -4.7750, 2.0315), iterations: 5 };

/// The momentum of each matrix `[in, out]`.
#[derive(Clone, Debug)]
pub(super) struct Muon {
    momentum: Vec<Tensor<2>>,
}

impl Muon {
    /// For matrices of these shapes.
    pub fn new(matrices: &[Tensor<2>]) -> Self {
        Self { momentum: matrices.iter().map(Tensor::zeros_like).collect() }
    }

    /// How many numbers the matrices have.
    pub fn n_parameters(&self) -> usize {
        self.momentum.iter().map(|matrix| matrix.shape().num_elements()).sum()
    }

    /// The momentum with these gradients in it.
    pub fn with(&self, gradients: &[Tensor<2>]) -> Self {
        let mixed = |(momentum, gradient): (&Tensor<2>, &Tensor<2>)| {
            momentum.clone() * MOMENTUM + gradient.clone() * (1.0 - MOMENTUM)
        };
        Self { momentum: self.momentum.iter().zip(gradients).map(mixed).collect() }
    }

    /// Where each matrix is going: the momentum, and once more the gradients that it holds already.
    pub fn ahead(&self, gradients: &[Tensor<2>]) -> Vec<Tensor<2>> {
        self.with(gradients).momentum
    }
}

/// The directions of steps: the nearest orthogonal matrices, roughly. Those of `ahead` depend on nothing else, so they
/// can be computed apart from each other.
pub(super) fn directions(ahead: &[Tensor<2>]) -> Vec<Tensor<2>> {
    ops::orthogonal(ahead.to_vec(), METHOD)
}

/// What to add to a matrix for a step in this direction.
pub(super) fn update(direction: Tensor<2>, learning_rate: f64) -> Tensor<2> {
    let [rows, columns] = direction.dims();
    // A matrix that widens takes longer steps, since each of its outputs hears fewer inputs.
    let size = (columns as f64 / rows as f64).max(1.0).sqrt();
    direction * (-learning_rate * size)
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

    fn updates(muon: &mut Muon, gradients: &[Tensor<2>]) -> Vec<Tensor<2>> {
        *muon = muon.with(gradients);
        directions(&muon.ahead(gradients)).into_iter().map(|direction| update(direction, 1.0)).collect()
    }

    fn first_updates(gradients: &[Tensor<2>]) -> Vec<Tensor<2>> {
        updates(&mut Muon::new(gradients), gradients)
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
        let turned = first_updates(&[gradients[0].clone().transpose()]).remove(0).transpose();
        let factor = (10.0_f64 / 6.0).sqrt();
        let apart = values(&(turned * factor - together[0].clone()));
        assert!(apart.iter().all(|difference| difference.abs() < 1e-5), "{apart:?}");
    }

    #[test]
    fn momentum_remembers() {
        let (one, other) = (matrix([4, 4], 1), matrix([4, 4], 2));
        let mut muon = Muon::new(from_ref(&one));
        updates(&mut muon, &[one]);
        let second = updates(&mut muon, from_ref(&other)).remove(0);
        let fresh = first_updates(&[other]).remove(0);
        assert!(values(&(second - fresh)).iter().any(|difference| difference.abs() > 1e-2));
    }
}
