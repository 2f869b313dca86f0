//! A training that goes on from a checkpoint is the one that was never interrupted.

mod common;

use common::{tiny, trainer};
use petit_train_core::config::{MatrixOptimizer, ModelConfig, Position, TrainConfig};
use petit_train_core::error::Error;
use petit_train_core::train::Trainer;
use pollster::block_on;

fn config(optimizer: MatrixOptimizer) -> TrainConfig {
    TrainConfig { batch_size: 4, steps: 20, dropout: 0.1, optimizer, ..TrainConfig::default() }
}

fn checkpoint(trainer: &Trainer) -> Vec<f32> {
    let mut numbers = vec![];
    block_on(trainer.checkpoint(|part| numbers.extend_from_slice(part))).unwrap();
    assert_eq!(numbers.len(), trainer.checkpoint_len());
    numbers
}

#[test]
fn a_resumed_training_is_bit_for_bit_the_uninterrupted_one() {
    for optimizer in [MatrixOptimizer::Muon, MatrixOptimizer::Adamw] {
        let new = || trainer(tiny(Position::Learned), config(optimizer));
        let mut first = new();
        block_on(first.train_steps(7)).unwrap();
        let left = checkpoint(&first);
        let mut resumed = new();
        resumed.resume(7, &left).unwrap();
        assert_eq!(resumed.step(), 7);
        assert_eq!(block_on(resumed.evaluate(2)), block_on(first.evaluate(2)));
        let reports = block_on(first.train_steps(6)).unwrap();
        assert_eq!(block_on(resumed.train_steps(6)).unwrap(), reports);
        assert_eq!(checkpoint(&resumed), checkpoint(&first));
        assert_ne!(checkpoint(&first), left);
    }
}

#[test]
fn a_checkpoint_of_another_model_is_refused_and_changes_nothing() {
    let mut here = trainer(tiny(Position::Rotary), config(MatrixOptimizer::Muon));
    let other = ModelConfig { n_layer: 1, ..tiny(Position::Rotary) };
    let other = checkpoint(&trainer(other, config(MatrixOptimizer::Muon)));
    let before = checkpoint(&here);
    let error = Error::GradientSize { given: other.len(), needed: before.len() };
    assert_eq!(here.resume(3, &other), Err(error));
    assert_eq!((here.step(), checkpoint(&here)), (0, before));
}
