//! A snapshot is near the model that it was taken of, and takes nothing from it.

mod common;

use burn::tensor::{Device, Tensor};
use common::{POSITIONS, VOCAB_SIZE, awake_model, bits, furthest, tiny, tokens, trainer, values, weights};
use petit_train_core::checkpoint::{snapshot, snapshot_model};
use petit_train_core::config::{ModelConfig, Position, TrainConfig};
use petit_train_core::error::Error;
use petit_train_core::model::Gpt;
use pollster::block_on;

fn read(bytes: &[u8], config: &ModelConfig) -> Result<Gpt, Error> {
    snapshot_model(bytes, config, VOCAB_SIZE, &Device::flex())
}

fn logits(model: &Gpt) -> Vec<f32> {
    let forward = model.forward(tokens(&[&[1, 2, 3, 4, 5, 6, 7, 8]]));
    values(model.logits(forward.hidden_state))
}

#[test]
fn each_number_is_within_half_a_scale_of_its_row_and_gains_are_exact() {
    for position in POSITIONS {
        let model = awake_model(&tiny(position));
        let bytes = block_on(snapshot(&model)).unwrap();
        let read = read(&bytes, model.config()).unwrap();
        for ((info, ours), theirs) in
            model.parameter_table().iter().zip(read.parameters()).zip(model.parameters())
        {
            let (ours, theirs) = (values(ours.clone()), values(theirs.clone()));
            if info.name.contains("norm") {
                assert_eq!(ours, theirs, "{}", info.name);
                continue;
            }
            for (ours, theirs) in ours.chunks(info.shape[1]).zip(theirs.chunks(info.shape[1])) {
                let largest = theirs.iter().fold(0.0, |most: f32, number| most.max(number.abs()));
                assert!(furthest(ours, theirs) <= 1.001 * largest / 254.0, "{}", info.name);
            }
        }
        let numbers = weights(&model).len();
        assert!(bytes.len() < numbers + numbers / 2, "{} bytes of {numbers} numbers", bytes.len());
        let most = logits(&model).iter().fold(0.0, |most: f32, logit| most.max(logit.abs()));
        let off = furthest(&logits(&read), &logits(&model));
        assert!(off < 0.03 * most, "{position:?}: {off} of {most}");
    }
}

#[test]
fn the_same_model_has_the_same_snapshot_and_a_fresh_one_has_zeros() {
    let model = trainer(tiny(Position::Rotary), TrainConfig::default()).model().clone();
    let bytes = block_on(snapshot(&model)).unwrap();
    assert_eq!(block_on(snapshot(&model)).unwrap(), bytes);
    let again = snapshot_model(&bytes, model.config(), model.vocab_size(), &Device::flex()).unwrap();
    // What a block adds is zero at first: rows without a scale.
    let zeros = |model: &Gpt| weights(model).iter().filter(|number| **number == 0.0).count();
    assert!(zeros(&again) >= zeros(&model) && zeros(&model) > 0);
}

#[test]
fn a_training_goes_on_bit_for_bit_after_a_snapshot() {
    let config = TrainConfig { batch_size: 4, steps: 20, ..TrainConfig::default() };
    let [mut one, mut other] = [(); 2].map(|()| trainer(tiny(Position::Rotary), config.clone()));
    for _ in 0..3 {
        block_on(one.train_steps(3)).unwrap();
        block_on(other.train_steps(3)).unwrap();
        let bytes = block_on(snapshot(other.model())).unwrap();
        let vocab_size = other.model().vocab_size();
        snapshot_model(&bytes, other.model().config(), vocab_size, &Device::flex()).unwrap();
    }
    assert_eq!(bits(one.model()), bits(other.model()));
}

#[test]
fn what_is_no_snapshot_of_such_a_model_is_refused() {
    let config = tiny(Position::Rotary);
    let bytes = block_on(snapshot(&awake_model(&config))).unwrap();
    let mismatch = Error::CheckpointMismatch { what: "snapshot".into() };
    for wrong in [&bytes[..bytes.len() - 1], &[&bytes[..], &[0]].concat(), &[]] {
        assert_eq!(read(wrong, &config).unwrap_err(), mismatch);
    }
    assert_eq!(read(&bytes, &tiny(Position::Learned)).unwrap_err(), mismatch);
    // The first row's scale, and the last gain.
    let last = bytes.len() - 4;
    for (at, what) in [(0, "model.embed_tokens.weight"), (last, "model.norm.weight")] {
        for number in [f32::NAN, f32::INFINITY] {
            let mut bad = bytes.clone();
            bad[at..at + 4].copy_from_slice(&number.to_le_bytes());
            assert_eq!(read(&bad, &config).unwrap_err(), Error::CheckpointNotFinite { what: what.into() });
        }
    }
}

#[test]
fn a_model_that_has_diverged_has_no_snapshot() {
    let mut model = awake_model(&tiny(Position::Rotary));
    model.map_parameters(|_, tensor| Tensor::full(tensor.dims(), f32::NAN, &Device::flex()));
    assert_eq!(block_on(snapshot(&model)).unwrap_err(), Error::Diverged { step: None });
}
