//! Gradients against finite differences, for every parameter and every kind of position.

mod common;

use burn::tensor::{Device, Tensor, TensorData};
use common::{POSITIONS, awake_model, mean_nll, tiny, tokens, values};
use petit_train_core::model::Gpt;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const INPUTS: [i32; 8] = [3, 1, 4, 1, 5, 9, 2, 6];
const TARGETS: [i32; 8] = [1, 4, 1, 5, 9, 2, 6, 10];

/// Small enough for the curvature, large enough for f32.
const STEP: f32 = 3e-3;

fn loss(model: &Gpt) -> f64 {
    let logits = model.logits(model.forward(tokens(&[&INPUTS])).hidden_state);
    f64::from(values(mean_nll(logits, tokens(&[&TARGETS]).reshape([8])))[0])
}

fn gradients(model: &Gpt) -> Vec<(String, Vec<f32>)> {
    let tracked = model.tracked();
    let logits = tracked.logits(tracked.forward(tokens(&[&INPUTS])).hidden_state);
    let loss = mean_nll(logits, tokens(&[&TARGETS]).reshape([8]));
    let mut gradients = loss.backward();
    let names = tracked.parameter_table().iter().map(|info| info.name.clone());
    let of = |tensor: &Tensor<2>| values(tensor.grad_remove(&mut gradients).unwrap());
    names.zip(tracked.parameters().into_iter().map(of).collect::<Vec<_>>()).collect()
}

/// The model with one parameter moved along `direction`.
fn moved(model: &Gpt, which: &str, direction: &[f32], by: f32) -> Gpt {
    let mut model = model.clone();
    model.map_parameters(|info, tensor| {
        if info.name != which {
            return tensor;
        }
        let shift = direction.iter().map(|x| x * by).collect::<Vec<_>>();
        tensor + Tensor::from_data(TensorData::new(shift, info.shape), &Device::flex())
    });
    model
}

#[test]
fn every_gradient_agrees_with_finite_differences() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for position in POSITIONS {
        let model = awake_model(&tiny(position));
        for (name, gradient) in gradients(&model) {
            // Along the gradient itself, where the slope is steepest, blurred by noise to reach every entry.
            let norm = gradient.iter().map(|g| g * g).sum::<f32>().sqrt();
            let blur = norm / (gradient.len() as f32).sqrt();
            let direction: Vec<f32> =
                gradient.iter().map(|g| g + blur * (rng.random::<f32>() - 0.5)).collect();
            let length = direction.iter().map(|d| d * d).sum::<f32>().sqrt();
            let direction: Vec<f32> = direction.iter().map(|d| d / length).collect();

            let analytic: f64 = gradient.iter().zip(&direction).map(|(g, d)| f64::from(g * d)).sum();
            let numeric = (loss(&moved(&model, &name, &direction, STEP))
                - loss(&moved(&model, &name, &direction, -STEP)))
                / f64::from(2.0 * STEP);
            let error = (analytic - numeric).abs();
            assert!(
                error < 1e-3 * analytic.abs() + 2e-4,
                "{position:?} {name}: {analytic} against {numeric}"
            );
            assert!(analytic > 1e-3, "{position:?} {name}: nothing flows here ({analytic})");
        }
    }
}
