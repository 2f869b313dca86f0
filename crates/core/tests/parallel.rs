//! A batch in parts: one worker that does one part after the other, and several that do one each.

mod common;

use common::{Windows, bits, dataset, furthest, tiny, trainer, trainer_on, weights};
use petit_train_core::config::{Position, TrainConfig};
use petit_train_core::engine::Engine;
use petit_train_core::error::Error;
use petit_train_core::train::Trainer;
use pollster::block_on;

fn config(batch_size: usize) -> TrainConfig {
    TrainConfig { batch_size, steps: 20, dropout: 0.2, ..TrainConfig::default() }
}

/// Windows that count unequally: a third of them not at all.
fn uneven() -> Windows {
    Windows { weight: |start| (start % 3) as f32, ..dataset().1 }
}

/// Sums of the shares of the next step's loss and gradients, in order.
fn sums(trainer: &Trainer, parts: usize) -> (f32, Vec<f32>) {
    let mut shares = (0..parts).map(|part| block_on(trainer.partial_gradients(part, parts)).unwrap());
    let first = shares.next().unwrap();
    shares.fold(first, |(loss, sum), (more, gradient)| {
        (loss + more, sum.iter().zip(&gradient).map(|(a, b)| a + b).collect())
    })
}

#[test]
fn parts_of_a_batch_add_up_to_the_whole() {
    for windows in [dataset().1, uneven()] {
        let with = |tokens_at_once| {
            let engine = Engine { tokens_at_once, ..Engine::cpu() };
            let mut trainer = trainer_on(engine, windows.clone(), tiny(Position::Rotary), config(7));
            // Fresh models have zeros in them that hide half of the gradients.
            block_on(trainer.train_steps(3)).unwrap();
            trainer
        };
        let whole = with(512);
        let (loss, gradient) = sums(&whole, 1);
        let norm = gradient.iter().map(|g| g * g).sum::<f32>().sqrt();
        // Three windows at once make parts of 3, 3 and 1.
        let accumulated = with(24);
        let (other_loss, other) = sums(&accumulated, 1);
        assert!((loss - other_loss).abs() < 1e-4, "{loss}, {other_loss}");
        assert!(furthest(&gradient, &other) < 1e-3 * norm);
        assert!(furthest(&weights(whole.model()), &weights(accumulated.model())) < 1e-3);
        // More parts than windows: some are empty.
        for parts in [2, 3, 5, 7, 12] {
            let (shared_loss, shared) = sums(&whole, parts);
            assert!((loss - shared_loss).abs() < 1e-5, "{parts} parts: {loss}, {shared_loss}");
            assert!(furthest(&gradient, &shared) < 1e-5 * norm.max(1.0), "{parts} parts");
        }
        // What nobody asks for is nothing.
        let (none, zeros) = block_on(whole.partial_gradients(9, 3)).unwrap();
        assert!(none == 0.0 && zeros.iter().all(|&g| g == 0.0));
    }
}

#[test]
fn the_loss_is_the_mean_of_what_counts() {
    let trainer = trainer_on(Engine::cpu(), uneven(), tiny(Position::Rotary), config(12));
    let (loss, _) = block_on(trainer.peek_gradients()).unwrap();
    // A fresh model knows nothing, so every prediction costs about ln V, whatever it counts.
    let chance = (dataset().0.vocab_size() as f32).ln();
    assert!((loss / chance - 1.0).abs() < 0.05, "{loss}, {chance}");
}

#[test]
fn a_batch_of_which_nothing_counts_moves_little() {
    let windows = Windows { weight: |_| 0.0, ..dataset().1 };
    let mut trainer = trainer_on(Engine::cpu(), windows, tiny(Position::Rotary), config(4));
    let report = block_on(trainer.train_steps(1)).unwrap()[0];
    assert_eq!(report.loss, 0.0);
    assert_eq!(block_on(trainer.evaluate(1)), Ok(None));
}

/// One step of every worker from the shares of all of them, summed in order.
fn step_together(workers: &mut [Trainer], parts: usize) -> f32 {
    let (loss, gradient) = sums(&workers[0], parts);
    workers.iter_mut().for_each(|worker| worker.begin_step(loss, &gradient).unwrap());
    let mut updates = vec![];
    for part in 0..parts {
        let (before, share) = block_on(workers[part % 2].partial_updates(part, parts)).unwrap();
        assert_eq!(before, updates.len());
        updates.extend(share);
    }
    assert_eq!(updates.len(), workers[0].muon_parameters());
    let reports: Vec<_> = workers.iter_mut().map(|worker| worker.end_step(&updates).unwrap()).collect();
    assert_eq!(reports[0], reports[1]);
    loss
}

#[test]
fn workers_that_share_a_batch_stay_alike_and_do_what_one_does() {
    let mut alone = trainer(tiny(Position::Rotary), config(5));
    let mut workers = [(); 2].map(|()| trainer(tiny(Position::Rotary), config(5)));
    for step in 0..10 {
        let loss = step_together(&mut workers, 3);
        let report = block_on(alone.train_steps(1)).unwrap()[0];
        assert!((loss - report.loss).abs() < 2e-3 * report.loss, "step {step}: {loss}, {}", report.loss);
    }
    assert_eq!(bits(workers[0].model()), bits(workers[1].model()));
    // Muon makes equal what is nearly equal only in norm: rounding shows, a lost share would show a hundred
    // times more.
    let far = furthest(&weights(workers[0].model()), &weights(alone.model()));
    assert!(far < 5e-3, "{far}");
    assert_eq!((workers[0].step(), workers[0].tokens()), (10, alone.tokens()));
}

#[test]
fn steps_that_do_not_fit_are_refused_and_move_nothing() {
    let mut worker = trainer(tiny(Position::Rotary), config(5));
    let before = bits(worker.model());
    let (loss, gradient) = sums(&worker, 2);
    let refused = worker.begin_step(loss, &[0.0]);
    assert!(matches!(refused, Err(Error::SizeMismatch { given: 1, .. })), "{refused:?}");
    assert_eq!(worker.end_step(&[]), Err(Error::NoStepBegun));

    // Numbers that are none, or whose squares are none.
    for bad in [f32::NAN, f32::INFINITY, 1e30] {
        let mut spoilt = gradient.clone();
        spoilt[7] = bad;
        assert_eq!(worker.begin_step(loss, &spoilt), Err(Error::Diverged { step: Some(1) }));
        assert_eq!(block_on(worker.partial_updates(0, 1)), Err(Error::NoStepBegun));
    }
    assert_eq!(worker.begin_step(f32::NAN, &gradient), Err(Error::Diverged { step: Some(1) }));

    worker.begin_step(loss, &gradient).unwrap();
    let (_, mut updates) = block_on(worker.partial_updates(0, 1)).unwrap();
    let beyond = block_on(worker.partial_updates(usize::MAX, 2));
    assert_eq!(beyond, Ok((updates.len(), vec![])), "there is no such share");
    assert!(matches!(worker.end_step(&updates[1..]), Err(Error::SizeMismatch { .. })));
    let good = updates.clone();
    updates[3] = f32::NAN;
    assert_eq!(worker.end_step(&updates), Err(Error::Diverged { step: Some(1) }));
    assert_eq!((bits(worker.model()), worker.step()), (before, 0));
    // A step begun is not one of the weights that come after.
    worker.begin_step(loss, &gradient).unwrap();
    worker.restore_best();
    assert_eq!(worker.end_step(&good), Err(Error::NoStepBegun));
    worker.begin_step(loss, &gradient).unwrap();
    assert_eq!(worker.end_step(&good).unwrap().step, 1);
}
