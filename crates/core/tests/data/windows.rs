//! Which windows a step and an evaluation take.

use std::collections::HashSet;

use petit_train_core::data::{Corpus, Dataset, Part, Texts};

use crate::{CHARS, counting, position, tokenize, windows};

#[test]
fn a_seed_and_a_step_draw_the_same_windows() {
    let (_, corpus) = tokenize(&[&counting(3_000)], &CHARS, 16).unwrap();
    let batch = |seed, step| corpus.draw(seed, step, 12);
    assert_eq!(batch(1, 7), batch(1, 7));
    // Batches of one size go through the passes one after the other.
    assert_eq!([corpus.draw(1, 14, 6), corpus.draw(1, 15, 6)].concat(), batch(1, 7));
    let batches: HashSet<Vec<usize>> =
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

/// Of a text without a validation part: each pass reads all but the rest of a window, none of it twice.
#[test]
fn a_pass_reads_the_text_once() {
    let characters = 16 * 40 + 5;
    let texts = Texts { training: &[&counting(characters)], validation: Some(&[]), alphabet: "" };
    let (_, corpus) = Corpus::tokenize(texts, &CHARS, 16).unwrap();
    // Windows may begin at 16 tokens fewer than there are.
    let windows = (characters as usize - 16) / 16;
    for pass in 0..20 {
        let drawn = corpus.draw(9, pass, windows);
        let rows = corpus.rows(Part::Training, &drawn);
        let read: HashSet<u32> = rows.targets.iter().copied().collect();
        assert_eq!(read.len(), windows * 16, "pass {pass}");
    }
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
