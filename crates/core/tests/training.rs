//! The optimizer and the trainer.

mod common;

use burn::tensor::{Device, Tensor};
use common::{VOCAB_SIZE, corpus, tiny, tiny_model, tokens, trainer, values};
use petit_train_core::config::{MatrixOptimizer, ModelConfig, Position, SamplingConfig, TrainConfig};
use petit_train_core::data::{Corpus, Texts};
use petit_train_core::error::Error;
use petit_train_core::generate::Generator;
use petit_train_core::model::{Gpt, ParameterKind};
use petit_train_core::ops;
use petit_train_core::optim::{Optimizer, learning_rate_factor};
use petit_train_core::tokenizer::TokenizerConfig;
use petit_train_core::train::{Trainer, VALIDATION_BATCHES};
use pollster::block_on;

fn bits(model: &Gpt) -> Vec<u32> {
    model.parameters().into_iter().flat_map(|(_, t)| values(t)).map(f32::to_bits).collect()
}

/// The learning rate stays what it is.
fn constant(optimizer: MatrixOptimizer, learning_rate: f64) -> TrainConfig {
    TrainConfig {
        optimizer,
        learning_rate,
        warmup_steps: 0,
        min_learning_rate_ratio: 1.0,
        ..TrainConfig::default()
    }
}

#[test]
fn one_batch_is_learnt_by_heart() {
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
    for step in 0..200 {
        let tracked = model.tracked();
        let logits = tracked.logits(tracked.forward(inputs.clone()).hidden);
        let loss = ops::cross_entropy(logits, targets.clone());
        let mut gradients = loss.backward();
        let of = |(_, parameter): (String, Tensor<2>)| parameter.grad_remove(&mut gradients).unwrap();
        let gradients = tracked.parameters().into_iter().map(of).collect();
        optimizer.step(&mut model, gradients, step, config);
        last = values(loss.inner())[0];
    }
    last
}

#[test]
fn decay_shrinks_matrices_and_spares_gains() {
    let mut model = tiny_model(&tiny(Position::Learned));
    let before = model.parameters();
    let gradients = before.iter().map(|(_, tensor)| tensor.zeros_like()).collect();
    let config = TrainConfig { weight_decay: 0.5, ..constant(MatrixOptimizer::Adamw, 0.1) };
    Optimizer::new(&model, &config).step(&mut model, gradients, 0, &config);
    let mut before = before.into_iter();
    model.for_each_parameter(|name, kind, after| {
        let factor = if kind == ParameterKind::Gain { 1.0 } else { 1.0 - 0.1 * 0.5 };
        let expected = values(before.next().unwrap().1).into_iter().map(|x| x * factor);
        for (a, b) in values(after.clone()).into_iter().zip(expected) {
            assert!((a - b).abs() < 1e-7, "{name}: {a} against {b}");
        }
    });
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
    let before = values(model.parameters().remove(0).1)[0];
    let mut optimizer = Optimizer::new(&model, &config);
    for (step, gradient) in [1.0, 3.0].into_iter().enumerate() {
        let gradients = model.parameters().iter().map(|(_, tensor)| tensor.ones_like() * gradient).collect();
        optimizer.step(&mut model, gradients, step, &config);
    }
    let (mut m, mut v, mut moved) = (0.0f64, 0.0f64, 0.0f64);
    for (step, g) in [(1, 1.0), (2, 3.0)] {
        m = 0.9 * m + 0.1 * g;
        v = 0.99 * v + 0.01 * g * g;
        let (m, v) = (m / (1.0 - 0.9f64.powi(step)), v / (1.0 - 0.99f64.powi(step)));
        moved += 0.01 * m / v.sqrt();
    }
    let after = values(model.parameters().remove(0).1)[0];
    assert!((f64::from(before - after) - moved).abs() < 1e-6, "{} against {moved}", before - after);
}

#[test]
fn gradients_beyond_the_norm_are_scaled_down_to_it() {
    let first_weight_after = |gradient: f64| {
        let mut model = tiny_model(&tiny(Position::None));
        let config = constant(MatrixOptimizer::Adamw, 0.01);
        let mut optimizer = Optimizer::new(&model, &config);
        // The first step would hide any scale, since Adam divides by it; the second shows it against the first.
        for (step, value) in [1e-3, gradient].into_iter().enumerate() {
            let gradients = model.parameters().iter().map(|(_, t)| t.ones_like() * value).collect();
            optimizer.step(&mut model, gradients, step, &config);
        }
        values(model.parameters().remove(0).1)[0]
    };
    let numbers = tiny(Position::None).n_parameters(VOCAB_SIZE) as f64;
    let unit = numbers.sqrt().recip(); // All gradients of this value have a global norm of 1.
    let far = |a: f64, b: f64| (first_weight_after(unit * a) - first_weight_after(unit * b)).abs();
    assert!(far(1e3, 1e5) < 1e-7, "both are clipped to 1");
    assert!(far(1.0, 1e3) < 1e-7, "a norm of 1 is what others are clipped to");
    assert!(far(0.5, 1.0) > 1e-5, "0.5 is left alone");
}

#[test]
fn the_learning_rate_warms_up_and_decays() {
    let config =
        TrainConfig { steps: 100, warmup_steps: 9, min_learning_rate_ratio: 0.1, ..TrainConfig::default() };
    let rate = |step| learning_rate_factor(&config, step);
    assert!((rate(0) - 0.1).abs() < 1e-12);
    assert!((rate(9) - 1.0).abs() < 1e-12);
    assert!((0..9).all(|step| rate(step) < rate(step + 1)));
    assert!((9..100).all(|step| rate(step) > rate(step + 1)));
    assert!((rate(100) - 0.1).abs() < 1e-12);
    assert_eq!(rate(100), rate(5000));
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let run = |seed| {
        let config = TrainConfig { batch_size: 4, steps: 20, seed, ..TrainConfig::default() };
        let mut trainer = trainer(tiny(Position::Rotary), config);
        let reports = block_on(trainer.train_steps(20)).unwrap();
        let (tokenizer, _) = corpus();
        let mut generator = Generator::new(&tokenizer, "Le ", SamplingConfig::default()).unwrap();
        let text: String =
            (0..50).map(|_| block_on(generator.next(trainer.model(), 8, &tokenizer)).unwrap()).collect();
        (bits(trainer.model()), reports, text)
    };
    assert!(run(5) == run(5));
    assert!(run(5).0 != run(6).0);
}

#[test]
fn steps_taken_at_once_are_those_taken_one_by_one() {
    let config = TrainConfig { batch_size: 4, steps: 20, ..TrainConfig::default() };
    let mut at_once = trainer(tiny(Position::Rotary), config.clone());
    let mut one_by_one = trainer(tiny(Position::Rotary), config);
    let reports = block_on(at_once.train_steps(5)).unwrap();
    let singles: Vec<_> = (0..5).flat_map(|_| block_on(one_by_one.train_steps(1)).unwrap()).collect();
    assert_eq!(reports, singles);
    assert_eq!(bits(at_once.model()), bits(one_by_one.model()));
}

#[test]
fn training_lowers_the_validation_loss_and_peeking_changes_nothing() {
    let config = TrainConfig { batch_size: 8, steps: 150, learning_rate: 1e-2, ..TrainConfig::default() };
    let mut trainer = trainer(tiny(Position::Rotary), config);
    let fresh = block_on(trainer.evaluate(VALIDATION_BATCHES)).unwrap();
    assert_eq!(fresh, block_on(trainer.evaluate(VALIDATION_BATCHES)).unwrap());

    let weights = bits(trainer.model());
    let (peeked, gradients) = block_on(trainer.peek_gradients()).unwrap();
    assert_eq!(gradients.len(), trainer.model().parameters().len());
    assert_eq!(weights, bits(trainer.model()));
    let reports = block_on(trainer.train_steps(150)).unwrap();
    assert_eq!(reports[0].loss, peeked, "the batch peeked at is the one trained on");

    let trained = block_on(trainer.evaluate(VALIDATION_BATCHES)).unwrap();
    assert!(trained < 0.5 * fresh, "{trained} after {fresh}");
}

#[test]
fn a_model_remembered_comes_back_and_can_learn_on() {
    let config = TrainConfig { batch_size: 4, steps: 20, ..TrainConfig::default() };
    let mut trainer = trainer(tiny(Position::Rotary), config);
    let fresh = bits(trainer.model());
    trainer.go_back();
    assert_eq!(bits(trainer.model()), fresh, "nothing was remembered yet");
    block_on(trainer.train_steps(3)).unwrap();
    let third = bits(trainer.model());
    trainer.keep();
    block_on(trainer.train_steps(3)).unwrap();
    assert_ne!(bits(trainer.model()), third);
    trainer.go_back();
    assert_eq!(bits(trainer.model()), third);
    block_on(trainer.train_steps(1)).unwrap();
    let (moved, third) = (bits(trainer.model()), third.into_iter().map(f32::from_bits));
    let furthest =
        moved.into_iter().zip(third).map(|(a, b)| (f32::from_bits(a) - b).abs()).fold(0.0, f32::max);
    assert!(furthest > 0.0 && furthest < 0.1, "one step away, not back on the old path: {furthest}");
}

#[test]
fn another_training_text_is_learned_and_a_bad_one_changes_nothing() {
    let texts = Texts { training: &"ab".repeat(200), validation: Some(&"ba".repeat(20)), alphabet: "cd" };
    let (tokenizer, corpus) = Corpus::tokenize(texts, &TokenizerConfig::Chars).unwrap();
    assert_eq!((tokenizer.vocab_size(), corpus.train.len(), corpus.validation.len()), (4, 400, 40));
    let config = TrainConfig { batch_size: 8, steps: 100, learning_rate: 1e-2, ..TrainConfig::default() };
    let mut trainer = Trainer::new(corpus, 4, tiny(Position::Rotary), config, &Device::flex()).unwrap();

    for (text, error) in [
        ("abx", Error::UnknownCharacters { characters: "x".into() }),
        ("abab", Error::TextTooShort { tokens: 4, needed: 9 }),
    ] {
        assert_eq!(trainer.replace_training_text(text, &tokenizer), Err(error));
        assert_eq!(trainer.corpus().train.len(), 400);
    }

    trainer.replace_training_text(&"cd".repeat(100), &tokenizer).unwrap();
    assert_eq!((trainer.corpus().train.len(), trainer.corpus().validation.len()), (200, 40));
    block_on(trainer.train_steps(100)).unwrap();
    let greedy = SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    let mut generator = Generator::new(&tokenizer, "c", greedy).unwrap();
    let text: String =
        (0..3).map(|_| block_on(generator.next(trainer.model(), 8, &tokenizer)).unwrap()).collect();
    assert_eq!(text, "dcd");
}

#[test]
fn impossible_settings_are_refused_with_their_numbers() {
    let (tokenizer, corpus) = corpus();
    let refuse = |model: ModelConfig, train: TrainConfig| {
        Trainer::new(corpus.clone(), tokenizer.vocab_size(), model, train, &burn::tensor::Device::flex())
            .err()
            .expect("refused")
    };
    let model = tiny(Position::Rotary);
    let train = TrainConfig::default();
    let name = |error| match error {
        Error::SettingOutOfRange { name, .. } => name,
        other => panic!("{other}"),
    };
    assert_eq!(name(refuse(ModelConfig { n_layer: 0, ..model.clone() }, train.clone())), "n_layer");
    assert_eq!(name(refuse(ModelConfig { n_embd: 1 << 20, ..model.clone() }, train.clone())), "n_embd");
    assert_eq!(name(refuse(model.clone(), TrainConfig { batch_size: 0, ..train.clone() })), "batch_size");
    assert_eq!(
        name(refuse(model.clone(), TrainConfig { learning_rate: f64::NAN, ..train.clone() })),
        "learning_rate"
    );
    assert_eq!(
        refuse(ModelConfig { n_head: 3, ..model.clone() }, train.clone()),
        Error::HeadsDoNotDivide { n_embd: 16, n_head: 3 }
    );
    let wide = ModelConfig { n_layer: 24, n_head: 8, n_embd: 1024, block_size: 100, ..model.clone() };
    assert!(matches!(refuse(wide, train.clone()), Error::RunTooLarge { .. }));
    // 2,200 tokens, of which a tenth validates: a context of 220 leaves no token to predict.
    assert!(matches!(refuse(ModelConfig { block_size: 220, ..model }, train), Error::TextTooShort { .. }));
}

/// One step of every worker from the shares of all of them, summed in order.
fn step_together(workers: &mut [Trainer], parts: usize) -> f32 {
    let shares: Vec<_> =
        (0..parts).map(|part| block_on(workers[0].share_of_step(part, parts)).unwrap()).collect();
    let loss = shares.iter().map(|(loss, _)| loss).sum();
    let mut gradient = vec![0.0; shares[0].1.len()];
    for (_, share) in &shares {
        gradient.iter_mut().zip(share).for_each(|(sum, value)| *sum += value);
    }
    workers.iter_mut().for_each(|worker| worker.begin_step(loss, &gradient).unwrap());
    let mut directions = vec![];
    for part in 0..parts {
        let (before, share) = block_on(workers[part % 2].share_of_directions(part, parts)).unwrap();
        assert_eq!(before, directions.len());
        directions.extend(share);
    }
    assert_eq!(directions.len(), workers[0].muon_parameters());
    for worker in workers {
        worker.end_step(&directions).unwrap();
    }
    loss
}

#[test]
fn workers_that_share_a_batch_stay_alike_and_do_what_one_does() {
    let config = TrainConfig { batch_size: 5, steps: 20, dropout: 0.2, ..TrainConfig::default() };
    let mut alone = trainer(tiny(Position::Rotary), config.clone());
    let mut workers = [(); 2].map(|()| trainer(tiny(Position::Rotary), config.clone()));
    for step in 0..10 {
        let loss = step_together(&mut workers, 3);
        let report = block_on(alone.train_steps(1)).unwrap()[0];
        assert!((loss - report.loss).abs() < 2e-3 * report.loss, "step {step}: {loss}, {}", report.loss);
    }
    assert_eq!(bits(workers[0].model()), bits(workers[1].model()));
    assert_eq!(workers[0].step(), 10);
    let refused = workers[0].begin_step(1.0, &[0.0]);
    assert!(matches!(refused, Err(Error::GradientSize { given: 1, .. })), "{refused:?}");
    assert_eq!(workers[0].end_step(&[]), Err(Error::NoStepBegun));
}

#[test]
fn the_largest_tensor_of_a_run_is_counted_in_full() {
    let model = ModelConfig::default();
    let tensor = |batch_size, vocab_size| {
        TrainConfig { batch_size, ..TrainConfig::default() }.largest_tensor(&model, vocab_size)
    };
    // The parameters, the attention weights or gates and ups, the logits.
    assert_eq!(tensor(1, 65), 4 * model.n_parameters(65) as u64);
    assert_eq!(tensor(64, 65), 4 * 64 * 64 * 672);
    assert_eq!(tensor(64, 4096), 4 * 64 * 64 * 4096);
    let huge = ModelConfig { block_size: 1024, ..model };
    let config = TrainConfig { batch_size: 512, ..TrainConfig::default() };
    assert_eq!(config.largest_tensor(&huge, 32_768), 4 * 512 * 1024 * 32_768);
}
