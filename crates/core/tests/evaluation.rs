//! The loss on what was never trained on.

mod common;

use burn::tensor::{Device, Int, Tensor, activation::log_softmax};
use common::{Windows, bits, dataset, tiny, trainer_on, values};
use petit_train_core::config::{Position, TrainConfig};
use petit_train_core::data::{Dataset, Part};
use petit_train_core::engine::Engine;
use petit_train_core::error::Error;
use petit_train_core::train::Trainer;
use pollster::block_on;

fn trained(windows: Windows) -> Trainer {
    trained_on(Engine::cpu(), windows)
}

fn trained_on(engine: Engine, windows: Windows) -> Trainer {
    let config = TrainConfig { batch_size: 5, steps: 20, ..TrainConfig::default() };
    let mut trainer = trainer_on(engine, windows, tiny(Position::Rotary), config);
    block_on(trainer.train_steps(20)).unwrap();
    trainer
}

/// Windows that count unequally.
fn uneven() -> Windows {
    Windows { weight: |start| (start % 3) as f32 / 2.0, ..dataset().1 }
}

/// The mean loss over the first `count` validation windows by burn's own operations, one window after the
/// other.
fn by_hand(trainer: &Trainer, windows: &Windows, count: usize) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for example in windows.validation(count) {
        let rows = windows.rows(Part::Validation, &[example]);
        let ids = |ids: &[u32]| {
            let ids: Vec<i32> = ids.iter().map(|&id| id as i32).collect();
            Tensor::<1, Int>::from_ints(&ids[..], &Device::flex())
        };
        let model = trainer.model();
        let logits = model.logits(model.forward(ids(&rows.inputs).reshape([1, 8])).hidden_state);
        let picked = log_softmax(logits, 1).gather(1, ids(&rows.targets).reshape([8, 1]));
        for (log_prob, weight) in values(picked).into_iter().zip(rows.weights) {
            sum -= f64::from(log_prob * weight);
            total += f64::from(weight);
        }
    }
    sum / total
}

#[test]
fn an_evaluation_is_the_weighted_mean_however_it_is_chunked() {
    for windows in [dataset().1, uneven()] {
        let trainer = trained(windows.clone());
        let before = bits(trainer.model());
        let seen = block_on(trainer.evaluate(3)).unwrap().unwrap();
        assert_eq!((seen.examples, seen.tokens), (15, 15 * 8));
        let expected = by_hand(&trainer, &windows, 15);
        assert!((f64::from(seen.loss) - expected).abs() < 1e-5 * expected, "{seen:?}, {expected}");
        assert_eq!(before, bits(trainer.model()), "nothing is learnt");
        // One window at once, two, four: as on a GPU, where the device says how many.
        let mut losses = vec![];
        for tokens_at_once in [8, 16, 32] {
            let engine = Engine { tokens_at_once, reads_are_free: false, ..Engine::cpu() };
            let mut other = trained_on(engine, windows.clone());
            other.load(trainer.model().clone()).unwrap();
            losses.push(block_on(other.evaluate(3)).unwrap().unwrap().loss);
        }
        assert!(losses.iter().all(|loss| (loss - seen.loss).abs() < 1e-6), "{losses:?}, {}", seen.loss);
    }
}

#[test]
fn parts_are_the_same_whoever_computes_them() {
    let (one, other) = (trained(uneven()), trained(uneven()));
    // Of 5 windows each, as a batch has.
    assert_eq!([0, 1, 5, 14, 15].map(|count| one.evaluation_parts(count)), [0, 1, 1, 3, 3]);
    let before = bits(one.model());
    let part = |trainer: &Trainer, part| block_on(trainer.partial_evaluation(14, part)).unwrap();
    let losses = [part(&other, 0), part(&one, 1), part(&other, 2)];
    assert_eq!(losses.map(f32::to_bits), [0, 1, 2].map(|number| part(&one, number).to_bits()));
    assert!(losses.iter().all(|&loss| loss > 0.0), "{losses:?}");
    assert_eq!(part(&one, 3), 0.0, "there is no such part");

    let joined = one.join_evaluation(14, &losses).unwrap().unwrap();
    assert_eq!((joined.examples, joined.tokens), (14, 14 * 8));
    let expected = by_hand(&one, &uneven(), 14);
    assert!((f64::from(joined.loss) - expected).abs() < 1e-5 * expected);
    let refused = one.join_evaluation(14, &losses[1..]);
    assert_eq!(refused, Err(Error::SizeMismatch { given: 2, needed: 3 }));
    let refused = one.join_evaluation(14, &[losses[0], f32::NAN, losses[2]]);
    assert_eq!(refused, Err(Error::Diverged { step: Some(20) }));
    assert_eq!(before, bits(one.model()));
}

#[test]
fn no_more_is_evaluated_than_there_is() {
    let windows = dataset().1;
    let all = (windows.validation.len() - 1) / 8;
    let trainer = trained(windows.clone());
    let full = block_on(trainer.evaluate_fully()).unwrap().unwrap();
    assert_eq!((full.examples, full.tokens), (all, 8 * all as u64), "every window, none twice");
    let expected = by_hand(&trainer, &windows, all);
    assert!((f64::from(full.loss) - expected).abs() < 1e-5 * expected);
    assert_eq!(block_on(trainer.evaluate(usize::MAX)).unwrap().unwrap(), full);
    assert_eq!(block_on(trainer.evaluate(0)).unwrap().unwrap().examples, 5);
}

#[test]
fn without_a_validation_part_there_is_no_evaluation() {
    let trainer = trained(Windows { validation: vec![], ..dataset().1 });
    assert_eq!(block_on(trainer.evaluate(4)), Ok(None));
    assert_eq!(block_on(trainer.evaluate_fully()), Ok(None));
}
