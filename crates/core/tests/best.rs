//! The best model beside the last.

mod common;

use common::{bits, furthest, tiny, trainer, values, weights};
use petit_train_core::config::{Position, TrainConfig};
use petit_train_core::model::Gpt;
use petit_train_core::train::{Trainer, Which};
use pollster::block_on;

/// Its best model is that of step 3 of 6.
fn with_best(config: TrainConfig) -> Trainer {
    let mut trainer = trainer(tiny(Position::Rotary), config);
    block_on(trainer.train_steps(3)).unwrap();
    trainer.save_best(1.5).unwrap();
    block_on(trainer.train_steps(3)).unwrap();
    trainer
}

fn config() -> TrainConfig {
    TrainConfig { batch_size: 4, steps: 20, ..TrainConfig::default() }
}

#[test]
fn either_model_can_be_used_and_none_is_lost() {
    let mut trainer = trainer(tiny(Position::Rotary), config());
    trainer.use_model(Which::Best);
    assert_eq!((trainer.used(), trainer.model_step()), (Which::Last, 0), "there is no best one yet");

    let mut trainer = with_best(config());
    let last = bits(trainer.model());
    let best = bits(&trainer.best().unwrap().model);
    assert_ne!(best, last);
    let loss = |trainer: &Trainer| block_on(trainer.evaluate(2)).unwrap().unwrap().loss;
    let of_last = loss(&trainer);
    trainer.use_model(Which::Best);
    assert_eq!((bits(trainer.model()), trainer.model_step(), trainer.step()), (best, 3, 6));
    assert_ne!(loss(&trainer), of_last, "it is the model in use that is evaluated");
    trainer.use_model(Which::Last);
    assert_eq!((bits(trainer.model()), trainer.model_step()), (last, 6));

    // Having looked at the best one changes nothing of how the last one goes on.
    let mut untouched = with_best(config());
    trainer.use_model(Which::Best);
    let reports = block_on(trainer.train_steps(2)).unwrap();
    assert_eq!(reports, block_on(untouched.train_steps(2)).unwrap());
    assert_eq!(bits(trainer.model()), bits(untouched.model()));
    assert_eq!((trainer.used(), trainer.best().unwrap().step), (Which::Last, 3));
    assert_eq!(trainer.best().unwrap().loss, 1.5);
}

#[test]
fn going_further_from_the_best_model_begins_with_its_weights() {
    let mut trainer = with_best(config());
    let best = weights(&trainer.best().unwrap().model);
    trainer.use_model(Which::Best);
    trainer.further(10).unwrap();
    assert_eq!((trainer.step(), trainer.schedule().last_step, trainer.used()), (6, 16, Which::Last));
    assert_eq!(weights(trainer.model()), best);
    block_on(trainer.train_steps(1)).unwrap();
    let far = furthest(&weights(trainer.model()), &best);
    assert!(far > 0.0 && far < 0.1, "one step from it: {far}");
}

#[test]
fn the_first_step_from_a_restored_model_has_the_size_of_a_first_step() {
    // Without decay and with one learning rate, Adam's first step is as long as the learning rate wherever
    // there is a gradient: moments that begin anew with a bias correction of the seventh step would make it
    // half as long.
    let config = TrainConfig {
        weight_decay: 0.0,
        learning_rate: 1e-3,
        warmup_steps: 0,
        min_learning_rate_ratio: 1.0,
        ..config()
    };
    let mut trainer = with_best(config);
    let best = trainer.best().unwrap().model.clone();
    trainer.restore_best();
    assert_eq!((bits(trainer.model()), trainer.step()), (bits(&best), 6));
    block_on(trainer.train_steps(1)).unwrap();
    let embedding = |model: &Gpt| values(model.parameters()[0].clone());
    let far = furthest(&embedding(trainer.model()), &embedding(&best));
    assert!((far - 1e-3).abs() < 2e-5, "{far}");
}
