//! Which windows a step and an evaluation take.

use petit_train_core::data::{Dataset, Part};

use crate::{CHARS, counting, position, tokenize, windows};

#[test]
fn a_seed_and_a_step_draw_the_same_windows() {
    let (_, corpus) = tokenize(&[&counting(3_000)], &CHARS, 16).unwrap();
    let batch = |seed, step| corpus.draw(seed, step, 12);
    assert_eq!(batch(1, 7), batch(1, 7));
    // A larger batch begins with the windows of a smaller one.
    assert_eq!(corpus.draw(1, 7, 5), batch(1, 7)[..5]);
    let batches: std::collections::HashSet<Vec<usize>> =
        (0..20).flat_map(|seed| (0..20).map(move |step| (seed, step))).map(|(s, t)| batch(s, t)).collect();
    assert_eq!(batches.len(), 400, "neither neighbouring seeds nor steps share a batch");
}

#[test]
fn every_training_window_can_be_drawn() {
    let (_, corpus) = tokenize(&[&counting(90)], &CHARS, 8).unwrap();
    let drawn = windows(&corpus, Part::Training);
    // Nine tokens judge, eight on each side of them are left out, and two stretches of the rest are drawn
    // from.
    assert_eq!(corpus.size().validation_tokens, 9);
    assert_eq!(corpus.size().training_tokens, 90 - 9 - 16);
    assert_eq!(drawn.len(), 90 - 9 - 16 - 2 * 8);
    assert_eq!(position(drawn[0][0]), 0);
    assert_eq!(drawn[drawn.len() - 1].last().map(|&token| position(token)), Some(89));
}

#[test]
fn a_text_of_one_window_is_that_window() {
    let (_, corpus) = tokenize(&[&counting(9)], &CHARS, 8).unwrap();
    assert_eq!(corpus.draw(3, 0, 4), [0; 4]);
    assert_eq!(windows(&corpus, Part::Training), [(4..13).collect::<Vec<u32>>()]);
}

#[test]
fn evaluations_take_different_windows_spread_evenly() {
    let (_, corpus) = tokenize(&[&counting(8_000)], &CHARS, 8).unwrap();
    let all = corpus.validation(usize::MAX);
    let few = corpus.validation(24);
    assert_eq!(few, corpus.validation(24));
    assert_eq!((few.len(), few[0], few[23]), (24, all[0], all[all.len() - 1]));
    let indices: Vec<usize> =
        few.iter().map(|start| all.iter().position(|other| other == start).unwrap()).collect();
    for pair in indices.windows(2) {
        assert!((pair[1] - pair[0]).abs_diff((all.len() - 1) / 23) <= 1, "{indices:?}");
    }
    for pair in all.windows(2) {
        assert!(pair[1] - pair[0] >= corpus.window(), "two windows predict the same token");
    }
    assert_eq!(corpus.validation(1), [all[0]]);
    assert!(corpus.validation(0).is_empty());
}
