//! The optimizers, and the schedule of their learning rates.

mod common;

use burn::tensor::Tensor;
use common::{VOCAB_SIZE, constant, furthest, mean_nll, tiny, tiny_model, tokens, values, weights};
use petit_train_core::config::{MatrixOptimizer, Position, TrainConfig};
use petit_train_core::model::{Gpt, ParameterKind};
use petit_train_core::optim::{Optimizer, Schedule};

/// Gradients that are `value` everywhere in the parameters of which `of` is true, and 0 elsewhere.
fn gradients(model: &Gpt, value: f64, of: impl Fn(ParameterKind) -> bool) -> Vec<Tensor<2>> {
    let parameters = model.parameter_table().iter().zip(model.parameters());
    parameters.map(|(info, tensor)| tensor.ones_like() * if of(info.kind) { value } else { 0.0 }).collect()
}

#[test]
fn both_optimizers_overfit_one_batch() {
    for optimizer in [MatrixOptimizer::Adamw, MatrixOptimizer::Muon] {
        let loss = loss_of_one_batch(&constant(optimizer, 1e-2));
        assert!(loss < 0.1, "{optimizer:?}: {loss}");
    }
}

fn loss_of_one_batch(config: &TrainConfig) -> f32 {
    let mut model = tiny_model(&tiny(Position::Rotary));
    let mut optimizer = Optimizer::new(&model, config);
    let inputs = tokens(&[&[3, 1, 4, 1, 5, 9, 2, 6], &[2, 7, 1, 8, 2, 8, 1, 8]]);
    let targets = tokens(&[&[1, 4, 1, 5, 9, 2, 6, 5], &[7, 1, 8, 2, 8, 1, 8, 2]]).reshape([16]);
    let mut last = f32::INFINITY;
    for _ in 0..200 {
        let tracked = model.tracked();
        let logits = tracked.logits(tracked.forward(inputs.clone()).hidden_state);
        let loss = mean_nll(logits, targets.clone());
        let mut gradients = loss.backward();
        let of = |parameter: &Tensor<2>| parameter.grad_remove(&mut gradients).unwrap();
        let gradients = tracked.parameters().into_iter().map(of).collect();
        optimizer.step(&mut model, gradients, 1.0, config);
        last = values(loss.inner())[0];
    }
    last
}

#[test]
fn decay_shrinks_matrices_and_spares_gains() {
    let mut model = tiny_model(&tiny(Position::Learned));
    let before = model.clone();
    let config = TrainConfig { weight_decay: 0.5, ..constant(MatrixOptimizer::Adamw, 0.1) };
    let zeros = gradients(&model, 0.0, |_| true);
    Optimizer::new(&model, &config).step(&mut model, zeros, 1.0, &config);
    let pairs = before.parameters().into_iter().zip(model.parameters());
    for (info, (before, after)) in model.parameter_table().iter().zip(pairs) {
        let factor = if info.kind == ParameterKind::Gain { 1.0 } else { 1.0 - 0.1 * 0.5 };
        let expected: Vec<f32> = values(before.clone()).into_iter().map(|x| x * factor).collect();
        let far = furthest(&values(after.clone()), &expected);
        assert!(far < 1e-7, "{}: {far}", info.name);
    }
}

#[test]
fn a_step_of_adam_is_that_of_the_paper() {
    // Two steps on gradients 1 then 3 by hand: moments, bias correction, no decay, no clipping.
    let config = TrainConfig {
        weight_decay: 0.0,
        grad_clip: 1e6,
        beta1: 0.9,
        beta2: 0.99,
        ..constant(MatrixOptimizer::Adamw, 0.01)
    };
    let mut model = tiny_model(&tiny(Position::None));
    let before = weights(&model)[0];
    let mut optimizer = Optimizer::new(&model, &config);
    for gradient in [1.0, 3.0] {
        let gradients = gradients(&model, gradient, |_| true);
        optimizer.step(&mut model, gradients, 1.0, &config);
    }
    assert_eq!(optimizer.steps(), 2);
    let (mut m, mut v, mut moved) = (0.0f64, 0.0f64, 0.0f64);
    for (step, g) in [(1, 1.0), (2, 3.0)] {
        m = 0.9 * m + 0.1 * g;
        v = 0.99 * v + 0.01 * g * g;
        let (m, v) = (m / (1.0 - 0.9f64.powi(step)), v / (1.0 - 0.99f64.powi(step)));
        moved += 0.01 * m / v.sqrt();
    }
    let after = weights(&model)[0];
    assert!((f64::from(before - after) - moved).abs() < 1e-6, "{} against {moved}", before - after);
}

/// The first weight after two steps, with a gradient of `values` in the parameters of which `of` is true.
fn first_weight_after(
    config: &TrainConfig,
    steps: [f64; 2],
    of: impl Fn(ParameterKind) -> bool,
    matrices: f64,
) -> f32 {
    let mut model = tiny_model(&tiny(Position::None));
    let mut optimizer = Optimizer::new(&model, config);
    for value in steps {
        let matrix = |kind| matches!(kind, ParameterKind::Matrix { .. });
        let others = gradients(&model, value, &of);
        let both = others.into_iter().zip(gradients(&model, matrices, matrix)).map(|(a, b)| a + b);
        let both = both.collect();
        optimizer.step(&mut model, both, 1.0, config);
    }
    weights(&model)[0]
}

#[test]
fn gradients_beyond_the_norm_are_scaled_down_to_it() {
    let config = constant(MatrixOptimizer::Adamw, 0.01);
    // The first step would hide any scale, since Adam divides by it; the second shows it against the first.
    let after = |gradient: f64| first_weight_after(&config, [1e-3, gradient], |_| true, 0.0);
    let numbers = tiny(Position::None).n_parameters(VOCAB_SIZE) as f64;
    let unit = numbers.sqrt().recip(); // All gradients of this value have a global norm of 1.
    let far = |a: f64, b: f64| (after(unit * a) - after(unit * b)).abs();
    assert!(far(1e3, 1e5) < 1e-7, "both are clipped to 1");
    assert!(far(1.0, 1e3) < 1e-7, "a norm of 1 is what others are clipped to");
    assert!(far(0.5, 1.0) > 1e-5, "0.5 is left alone");
}

#[test]
fn the_gradients_of_muons_matrices_do_not_count_for_the_norm() {
    let config = constant(MatrixOptimizer::Muon, 0.01);
    let embedding = |kind| kind == ParameterKind::Embedding;
    let unit = ((VOCAB_SIZE * 16) as f64).sqrt().recip(); // This everywhere in the embedding has a norm of 1.
    let after = |gradient: f64, matrices: f64| {
        first_weight_after(&config, [0.3 * unit, gradient], embedding, matrices)
    };
    assert_eq!(after(0.5 * unit, 0.0), after(0.5 * unit, 1e6), "however large they are");
    assert!((after(unit, 0.0) - after(unit * 1e3, 0.0)).abs() < 1e-7, "those of the embedding are clipped");
    assert!((after(0.5 * unit, 0.0) - after(unit, 0.0)).abs() > 1e-5);
}

#[test]
fn the_learning_rate_warms_up_and_decays() {
    let config =
        TrainConfig { steps: 100, warmup_steps: 9, min_learning_rate_ratio: 0.1, ..TrainConfig::default() };
    let schedule = Schedule::new(&config);
    let rate = |step| schedule.factor(step, &config);
    assert!((rate(0) - 0.1).abs() < 1e-12);
    assert!((rate(9) - 1.0).abs() < 1e-12);
    assert!((0..9).all(|step| rate(step) < rate(step + 1)));
    assert!((9..100).all(|step| rate(step) > rate(step + 1)));
    assert!((rate(100) - 0.1).abs() < 1e-12);
    assert_eq!(rate(100), rate(5000));
}

#[test]
fn further_steps_warm_up_shortly_and_decay_to_their_end() {
    let config =
        TrainConfig { steps: 100, warmup_steps: 50, min_learning_rate_ratio: 0.1, ..TrainConfig::default() };
    for (step, steps) in [(100, 200), (37, 60), (100, 1)] {
        let schedule = Schedule::further(&config, step, steps);
        let rate = |step| schedule.factor(step, &config);
        let peak = step + schedule.warmup_steps;
        assert!(schedule.warmup_steps <= steps / 10);
        assert!((rate(peak) - 1.0).abs() < 1e-12);
        assert!((step..peak).all(|step| rate(step) < rate(step + 1)));
        assert!((peak..step + steps).all(|step| rate(step) > rate(step + 1)));
        assert!((rate(step + steps) - 0.1).abs() < 1e-12);
    }
}

#[test]
fn windows_are_read_in_fewer_and_fewer_pieces_and_whole_in_the_end() {
    // Whether so many steps, one after the other, read in so many pieces.
    let pieces = |steps: usize, read: std::ops::Range<usize>, pieces: usize| {
        let schedule = Schedule::new(&TrainConfig { steps, ..TrainConfig::default() });
        read.clone().all(|step| schedule.pieces(step) == pieces)
    };
    assert!(pieces(240, 0..48, 4) && pieces(240, 48..144, 2) && pieces(240, 144..1000, 1));
    // A long training does not read short pieces for longer than one of a thousand steps.
    assert!(pieces(8000, 0..200, 4) && pieces(8000, 200..600, 2) && pieces(8000, 600..9000, 1));
    assert_eq!(Schedule::further(&TrainConfig::default(), 240, 240).pieces(240), 1);
}
