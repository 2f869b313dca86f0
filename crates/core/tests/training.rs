//! The trainer: its steps, alone and going on.

mod common;

use burn::tensor::Device;
use common::{Windows, bits, dataset, tiny, tokenizer, trainer, trainer_on, weights};
use petit_train_core::checkpoint::{Checkpoint, Writer};
use petit_train_core::config::{ModelConfig, Position, SamplingConfig, TrainConfig};
use petit_train_core::engine::Engine;
use petit_train_core::error::Error;
use petit_train_core::generate::{Generator, WritingConfig};
use petit_train_core::model::Gpt;
use petit_train_core::tokenizer::Tokenizer;
use petit_train_core::train::{Trainer, VALIDATION_BATCHES};
use pollster::block_on;

fn write(
    trainer: &Trainer,
    tokenizer: &Tokenizer,
    prompt: &str,
    sampling: SamplingConfig,
    len: usize,
) -> String {
    let config = WritingConfig { sampling, ..WritingConfig::default() };
    let mut generator = Generator::new(tokenizer, &[prompt], &config).unwrap();
    let next = |_| block_on(generator.next(trainer.model(), tokenizer)).unwrap().remove(0).text;
    (0..len).map(next).collect()
}

/// The same model with a number in it that is none.
fn broken(model: &Gpt) -> Gpt {
    let mut broken = model.clone();
    broken.map_parameters(|info, tensor| {
        if info.name.ends_with("layers.1.self_attn.qkv_proj.weight") { tensor * f32::NAN } else { tensor }
    });
    broken
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let run = |seed| {
        let config = TrainConfig { batch_size: 4, steps: 20, seed, ..TrainConfig::default() };
        let mut trainer = trainer(tiny(Position::Rotary), config);
        let reports = block_on(trainer.train_steps(20)).unwrap();
        let text = write(&trainer, &dataset().0, "Le ", SamplingConfig::default(), 50);
        (bits(trainer.model()), reports, text)
    };
    assert!(run(5) == run(5));
    assert!(run(5).0 != run(6).0);
}

#[test]
fn a_seed_trains_what_it_has_always_trained() {
    // Written down once: another order of draws, another way to initialise or another recipe shows here. Not
    // compared to the last bit, since mathematical functions differ by that between machines.
    let config = TrainConfig { batch_size: 4, steps: 20, dropout: 0.1, seed: 5, ..TrainConfig::default() };
    let mut trainer = trainer(tiny(Position::Learned), config);
    let reports = block_on(trainer.train_steps(20)).unwrap();
    let squares: f64 = weights(trainer.model()).iter().map(|&weight| f64::from(weight).powi(2)).sum();
    let seen = [f64::from(reports[0].loss), f64::from(reports[9].loss), f64::from(reports[19].loss), squares];
    let golden = [3.116064, 2.994255, 2.839670, 171.93267];
    for (seen_value, golden) in seen.iter().zip(golden) {
        assert!((seen_value - golden).abs() < 2e-4 * golden, "{seen:?}");
    }
}

#[test]
fn the_first_steps_read_each_window_in_pieces_that_are_long_enough() {
    let losses = |window, growing_context| {
        let config = TrainConfig { batch_size: 4, steps: 10, growing_context, ..TrainConfig::default() };
        let windows = Windows { window, ..dataset().1 };
        let model = ModelConfig { block_size: window, ..tiny(Position::Rotary) };
        let mut trainer = trainer_on(Engine::cpu(), windows, model, config);
        let reports = block_on(trainer.train_steps(10)).unwrap();
        reports.iter().map(|report| report.loss.to_bits()).collect::<Vec<_>>()
    };
    // A fresh model looks at nothing, so the first step is the same.
    assert_ne!(losses(32, true)[1..], losses(32, false)[1..]);
    assert_eq!(losses(8, true), losses(8, false));
}

#[test]
fn steps_taken_at_once_are_those_taken_one_by_one() {
    let config = TrainConfig { batch_size: 4, steps: 20, ..TrainConfig::default() };
    // Queued, as a GPU takes them, and looked at one by one.
    let queued = Engine { reads_are_free: false, ..Engine::cpu() };
    let mut queued = trainer_on(queued, dataset().1, tiny(Position::Rotary), config.clone());
    let mut at_once = trainer(tiny(Position::Rotary), config.clone());
    let mut one_by_one = trainer(tiny(Position::Rotary), config);
    let reports = block_on(at_once.train_steps(5)).unwrap();
    let singles: Vec<_> = (0..5).flat_map(|_| block_on(one_by_one.train_steps(1)).unwrap()).collect();
    assert_eq!(reports, singles);
    assert_eq!(reports, block_on(queued.train_steps(5)).unwrap());
    assert_eq!(reports[4].tokens, 5 * 4 * 8);
    assert_eq!(bits(at_once.model()), bits(one_by_one.model()));
    assert_eq!(bits(at_once.model()), bits(queued.model()));
}

#[test]
fn training_lowers_the_validation_loss_and_peeking_changes_nothing() {
    let config = TrainConfig { batch_size: 8, steps: 150, learning_rate: 1e-2, ..TrainConfig::default() };
    let mut trainer = trainer(tiny(Position::Rotary), config);
    let loss = |trainer: &Trainer| block_on(trainer.evaluate(VALIDATION_BATCHES)).unwrap().unwrap().loss;
    let fresh = loss(&trainer);
    assert_eq!(fresh, loss(&trainer));

    let weights = bits(trainer.model());
    let (peeked, gradients) = block_on(trainer.peek_gradients()).unwrap();
    let names: Vec<&str> = gradients.iter().map(|(name, _)| name.as_str()).collect();
    let table = trainer.model().parameter_table();
    assert_eq!(names, table.iter().map(|info| info.name.as_str()).collect::<Vec<_>>());
    assert_eq!(weights, bits(trainer.model()));
    let reports = block_on(trainer.train_steps(150)).unwrap();
    assert_eq!(reports[0].loss, peeked, "the batch peeked at is the one trained on");

    let trained = loss(&trainer);
    assert!(trained < 0.5 * fresh, "{trained} after {fresh}");
}

#[test]
fn windows_shorter_than_the_context_are_learnt() {
    let (_, windows) = dataset();
    let windows = Windows { window: 3, ..windows };
    let config = TrainConfig { batch_size: 8, steps: 100, learning_rate: 1e-2, ..TrainConfig::default() };
    let mut trainer = trainer_on(Engine::cpu(), windows, tiny(Position::Learned), config);
    let reports = block_on(trainer.train_steps(100)).unwrap();
    assert!(reports[99].loss < 0.6 * reports[0].loss, "{} after {}", reports[99].loss, reports[0].loss);
    assert_eq!(reports[99].tokens, 100 * 8 * 3);
}

#[test]
fn a_loss_that_is_no_number_moves_nothing_and_is_told() {
    let config = TrainConfig { batch_size: 4, steps: 20, ..TrainConfig::default() };
    let mut trainer = trainer(tiny(Position::Rotary), config);
    block_on(trainer.train_steps(3)).unwrap();
    let good = block_on(Writer::of_training(&trainer, &dataset().0, "").unwrap().into_bytes()).unwrap();
    trainer.load(broken(trainer.model())).unwrap();
    let before = bits(trainer.model());
    for _ in 0..2 {
        assert_eq!(block_on(trainer.train_steps(3)), Err(Error::Diverged { step: Some(4) }));
    }
    assert_eq!((trainer.step(), trainer.tokens()), (3, 3 * 4 * 8));
    assert!(before == bits(trainer.model()), "the weights have moved");
    assert_eq!(block_on(trainer.evaluate(1)), Err(Error::Diverged { step: Some(3) }));
    assert_eq!(trainer.save_best(f32::NAN), Err(Error::Diverged { step: Some(3) }));
    assert!(trainer.best().is_none());
    // Such a model is never kept, and the last good one goes on as if nothing had been.
    let bad = Writer::of_training(&trainer, &dataset().0, "").unwrap().into_bytes();
    assert_eq!(block_on(bad), Err(Error::Diverged { step: None }));
    let mut resumed =
        Checkpoint::read(&good).unwrap().trainer(Box::new(dataset().1), Engine::cpu(), 1).unwrap();
    assert_eq!(block_on(resumed.train_steps(1)).unwrap()[0].step, 4);
}

#[test]
fn queued_steps_that_diverge_are_told_too() {
    let queued = Engine { reads_are_free: false, ..Engine::cpu() };
    let config = TrainConfig { batch_size: 4, steps: 20, ..TrainConfig::default() };
    let mut trainer = trainer_on(queued, dataset().1, tiny(Position::Rotary), config);
    trainer.load(broken(trainer.model())).unwrap();
    assert_eq!(block_on(trainer.train_steps(3)), Err(Error::Diverged { step: Some(1) }));
}

#[test]
fn other_weights_are_learnt_from_there() {
    let config = TrainConfig { batch_size: 4, steps: 20, ..TrainConfig::default() };
    let (mut one, mut other) =
        (trainer(tiny(Position::Rotary), config.clone()), trainer(tiny(Position::Rotary), config.clone()));
    block_on(other.train_steps(5)).unwrap();
    let learnt = other.model().clone();
    one.load(learnt.clone()).unwrap();
    assert_eq!(bits(one.model()), bits(&learnt));
    block_on(one.train_steps(1)).unwrap();
    let (moved, learnt_weights) = (weights(one.model()), weights(&learnt));
    let far = common::furthest(&moved, &learnt_weights);
    assert!(far > 0.0 && far < 0.1, "one step from them, not back on the old path: {far}");

    let before = bits(one.model());
    let smaller = trainer(ModelConfig { n_layer: 1, ..tiny(Position::Rotary) }, config);
    let refused = one.load(smaller.model().clone());
    assert_eq!(refused, Err(Error::CheckpointMismatch { what: "model".into() }));
    assert_eq!(bits(one.model()), before);
}

#[test]
fn a_finished_training_goes_further() {
    let config = TrainConfig {
        batch_size: 8,
        steps: 60,
        warmup_steps: 5,
        learning_rate: 1e-2,
        ..TrainConfig::default()
    };
    let mut trainer = trainer(tiny(Position::Rotary), config.clone());
    let end = *block_on(trainer.train_steps(60)).unwrap().last().unwrap();
    let loss = |trainer: &Trainer| block_on(trainer.evaluate(20)).unwrap().unwrap().loss;
    let finished = loss(&trainer);
    assert!(trainer.further(0).is_err() && trainer.further(2_000_000).is_err());
    assert_eq!(trainer.schedule().last_step, 60, "a refusal changes nothing");

    trainer.further(100).unwrap();
    assert_eq!((trainer.step(), trainer.schedule().last_step), (60, 160));
    let reports = block_on(trainer.train_steps(100)).unwrap();
    assert_eq!(reports[0].step, 61);
    let peak = reports.iter().map(|report| report.learning_rate).fold(0.0, f64::max);
    assert!((peak - config.learning_rate).abs() < 1e-12 && end.learning_rate < 0.1 * peak);
    assert!(reports[99].learning_rate < 0.1 * peak);
    let further = loss(&trainer);
    assert!(further < 0.9 * finished, "{further} after {finished}");
}

#[test]
fn learning_rates_can_be_lowered_on_the_way() {
    let mut trainer =
        trainer(tiny(Position::Rotary), TrainConfig { batch_size: 4, ..TrainConfig::default() });
    let before = block_on(trainer.train_steps(60)).unwrap()[59];
    assert!(trainer.set_learning_rates(f64::NAN, 0.01).is_err());
    trainer.set_learning_rates(3.5e-3, 0.014).unwrap();
    let after = block_on(trainer.train_steps(1)).unwrap()[0];
    assert!((after.learning_rate / before.learning_rate - 0.5).abs() < 1e-2);
}

#[test]
fn another_training_text_is_learned_and_a_bad_one_changes_nothing() {
    let tokenizer = tokenizer("abcd");
    let windows = Windows {
        training: tokenizer.encode(&"ab".repeat(200)).unwrap(),
        validation: tokenizer.encode(&"ba".repeat(20)).unwrap(),
        ..dataset().1
    };
    let config = TrainConfig { batch_size: 8, steps: 100, learning_rate: 1e-2, ..TrainConfig::default() };
    let vocab_size = tokenizer.vocab_size();
    let model = tiny(Position::Rotary);
    let mut trainer = Trainer::new(Box::new(windows), vocab_size, &model, config, Engine::cpu(), 1).unwrap();
    assert!(trainer.replace_training(&["abx"], &tokenizer, "x").is_err());
    assert_eq!((trainer.dataset().size().training_tokens, trainer.dataset().position()), (400, ""));

    trainer.replace_training(&[&"cd".repeat(100)], &tokenizer, "story 7").unwrap();
    assert_eq!((trainer.dataset().size().training_tokens, trainer.dataset().position()), (200, "story 7"));
    block_on(trainer.train_steps(100)).unwrap();
    let greedy = SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    assert_eq!(write(&trainer, &tokenizer, "c", greedy, 3), "dcd");
}

#[test]
fn a_model_of_given_weights_needs_sizes_that_can_be() {
    let config = tiny(Position::Rotary);
    let model = Gpt::from_parameters(&config, 11, &Device::flex(), |info| {
        Ok(burn::tensor::Tensor::ones(info.shape, &Device::flex()))
    });
    assert_eq!(model.unwrap().vocab_size(), 11);
    let bad = ModelConfig { n_head: 3, ..config };
    let refused = Gpt::from_parameters(&bad, 11, &Device::flex(), |_| Err(Error::TextEmpty));
    assert_eq!(refused.err(), Some(Error::HeadsDoNotDivide { n_embd: 16, n_head: 3 }));
}
