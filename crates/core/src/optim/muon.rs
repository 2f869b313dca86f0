//! Muon (Jordan and others, 2024, <https://kellerjordan.github.io/posts/muon/>): momentum, made orthogonal.
//!
//! A gradient's large directions drown its small ones. Muon steps along the nearest orthogonal matrix instead, in
//! which all directions are of one size. It is found by a few Newton–Schulz iterations, which are products of
//! matrices and nothing else. Matrices of one shape are worked on together, as one batch: a handful of launches on a
//! GPU instead of a handful for each.

use std::collections::BTreeMap;

use burn::tensor::Tensor;

/// Share of the earlier momentum that a step keeps, and of it in the look-ahead (Nesterov).
const MOMENTUM: f64 = 0.95;
/// Newton–Schulz iterations, with the coefficients of Jordan's: singular values end between 0.7 and 1.2, which is near
/// enough to 1.
const ITERATIONS: usize = 5;
const COEFFICIENTS: (f64, f64, f64) = (3.4445, -4.7750, 2.0315);
/// Keeps the division finite where a gradient is 0.
const EPSILON: f64 = 1e-7;

/// The momentum of matrices, by shape.
#[derive(Clone, Debug, Default)]
pub(super) struct Muon {
    groups: Vec<Group>,
}

/// Matrices of one shape, if need be turned round so that the shorter side comes first.
#[derive(Clone, Debug)]
struct Group {
    /// Places in the list of matrices.
    members: Vec<usize>,
    /// `[members, shorter, longer]`
    momentum: Tensor<3>,
}

impl Muon {
    /// For matrices `[in, out]` of the shapes of `matrices`.
    pub fn new(matrices: &[Tensor<2>]) -> Self {
        let mut by_shape: BTreeMap<[usize; 2], Vec<usize>> = BTreeMap::new();
        for (place, matrix) in matrices.iter().enumerate() {
            by_shape.entry(lying(matrix.dims())).or_default().push(place);
        }
        let groups = by_shape.into_iter().map(|([shorter, longer], members)| {
            let device = matrices[members[0]].device();
            Group { momentum: Tensor::zeros([members.len(), shorter, longer], &device), members }
        });
        Self { groups: groups.collect() }
    }

    /// What to add to each matrix, in their order.
    pub fn updates(&mut self, gradients: &[Tensor<2>], learning_rate: f64) -> Vec<Tensor<2>> {
        let mut updates: Vec<Option<Tensor<2>>> = vec![None; gradients.len()];
        for group in &mut self.groups {
            let lying_down = group.members.iter().map(|&place| laid(gradients[place].clone()));
            let gradient: Tensor<3> = Tensor::stack(lying_down.collect(), 0);
            group.momentum = group.momentum.clone() * MOMENTUM + gradient.clone() * (1.0 - MOMENTUM);
            let ahead = gradient * (1.0 - MOMENTUM) + group.momentum.clone() * MOMENTUM;
            let step = orthogonal(ahead);
            for (index, &place) in group.members.iter().enumerate() {
                let [rows, columns] = gradients[place].dims();
                let update = step.clone().narrow(0, index, 1).squeeze_dim::<2>(0);
                let update = if rows > columns { update.transpose() } else { update };
                // A matrix that widens takes longer steps, since each of its outputs hears fewer inputs.
                let size = (columns as f64 / rows as f64).max(1.0).sqrt();
                updates[place] = Some(update * (-learning_rate * size));
            }
        }
        updates.into_iter().flatten().collect()
    }
}

/// A shape with the shorter side first.
fn lying([rows, columns]: [usize; 2]) -> [usize; 2] {
    [rows.min(columns), rows.max(columns)]
}

/// A matrix, turned round if it stands.
fn laid(matrix: Tensor<2>) -> Tensor<2> {
    let [rows, columns] = matrix.dims();
    if rows > columns { matrix.transpose() } else { matrix }
}

/// The nearest orthogonal matrix of each in `[members, shorter, longer]`, roughly.
fn orthogonal(x: Tensor<3>) -> Tensor<3> {
    let norm = x.clone().square().sum_dim(2).sum_dim(1).sqrt(); // [members, 1, 1]
    let mut x = x / (norm + EPSILON);
    let (a, b, c) = COEFFICIENTS;
    for _ in 0..ITERATIONS {
        let square = x.clone().matmul(x.clone().swap_dims(1, 2)); // [members, shorter, shorter]
        let mix = square.clone() * b + square.clone().matmul(square) * c;
        x = x.clone() * a + mix.matmul(x);
    }
    x
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

    fn first_updates(gradients: &[Tensor<2>]) -> Vec<Tensor<2>> {
        Muon::new(gradients).updates(gradients, 1.0)
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
        muon.updates(&[one], 1.0);
        let second = muon.updates(from_ref(&other), 1.0).remove(0);
        let fresh = first_updates(&[other]).remove(0);
        assert!(values(&(second - fresh)).iter().any(|difference| difference.abs() > 1e-2));
    }
}
