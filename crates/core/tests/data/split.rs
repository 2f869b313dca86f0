//! The validation part that is taken out of the text itself.

use std::collections::BTreeSet;

use petit_train_core::data::{Corpus, Dataset, Part, Texts};
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};

use crate::{CHARS, counting, position, tokenize, windows};

/// The positions that the windows of a part hold.
fn positions(corpus: &Corpus, part: Part) -> BTreeSet<usize> {
    windows(corpus, part).into_iter().flatten().map(position).collect()
}

/// Runs of neighbouring positions: their beginnings and their lengths.
fn runs(positions: &BTreeSet<usize>) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for &position in positions {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == position => *length += 1,
            _ => runs.push((position, 1)),
        }
    }
    runs
}

#[test]
fn a_tenth_is_spread_over_the_text_with_a_gap_of_a_context_around_each_block() {
    for (characters, block_size, blocks) in
        [(8_000, 8, 20), (4_000, 16, 8), (2_000, 64, 1), (660, 64, 1), (90, 8, 1)]
    {
        let text = counting(characters);
        let (_, corpus) = tokenize(&[&text], &CHARS, block_size).unwrap();
        let (training, validation) =
            (positions(&corpus, Part::Training), positions(&corpus, Part::Validation));
        let size = corpus.size();
        assert_eq!(training.len(), size.training_tokens);
        // What does not fill a window at the end of a block is not judged by.
        let short = size.validation_tokens - validation.len();
        assert!(short < blocks * block_size, "{short} tokens");

        let text_len = characters as usize;
        let share = size.validation_tokens as f64 / text_len as f64;
        assert!((0.07..=0.13).contains(&share), "{characters}: {share}");
        let runs = runs(&validation);
        assert_eq!(runs.len(), blocks, "{characters} characters, {block_size} a context");
        for (number, (start, length)) in runs.into_iter().enumerate() {
            // In the middle of its share of the text.
            let middle = (2 * start + length) * blocks / 2;
            assert!(middle.abs_diff((2 * number + 1) * text_len / 2) <= text_len / 10);
            let gap = |positions: core::ops::Range<usize>| training.range(positions).next().is_none();
            assert!(gap(start - block_size..start + length + block_size));
            // And no more than that is lost.
            assert!(training.contains(&(start - block_size - 1)));
            let next = training.range(start + length..).next();
            assert!(next.is_none_or(|next| (block_size..2 * block_size).contains(&(next - start - length))));
        }
    }
}

#[test]
fn no_window_crosses_a_cut() {
    let text = counting(4_000);
    let (_, corpus) = tokenize(&[&text], &CHARS, 16).unwrap();
    for part in [Part::Training, Part::Validation] {
        for window in windows(&corpus, part) {
            assert!(window.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{window:?}");
        }
    }
}

#[test]
fn another_author_at_the_end_is_not_the_judge() {
    // A book, then a licence of 4 %.
    let text =
        "Le petit train roule et chante. ".repeat(1_200) + &"ALL RIGHTS RESERVED; NO WARRANTY. ".repeat(47);
    let (tokenizer, corpus) = tokenize(&[&text], &CHARS, 32).unwrap();
    let judges: Vec<String> =
        windows(&corpus, Part::Validation).iter().map(|window| tokenizer.decode(window)).collect();
    let of_licence = judges.iter().filter(|window| window.contains("RESERVED")).count();
    assert!(of_licence * 10 < judges.len(), "{of_licence} of {}", judges.len());
    // And a second author of a third of the text judges about a third.
    let text =
        "Le petit train roule et chante. ".repeat(1_000) + &"IL ETAIT UNE FOIS UN TRAIN BLEU. ".repeat(500);
    let (tokenizer, corpus) = tokenize(&[&text], &CHARS, 32).unwrap();
    let judges = windows(&corpus, Part::Validation);
    let of_second = judges.iter().filter(|window| tokenizer.decode(window).contains('U')).count();
    let share = of_second as f64 / judges.len() as f64;
    assert!((0.25..0.42).contains(&share), "{share}");
}

#[test]
fn blocks_begin_between_sentences() {
    let sentence = "Le petit train traverse la plaine sans se presser et siffle aux vaches. ";
    let text = sentence.repeat(3_000);
    let (tokenizer, corpus) = tokenize(&[&text], &CHARS, 16).unwrap();
    let all = windows(&corpus, Part::Validation);
    let first = tokenizer.decode(&all[0]);
    assert!(first.starts_with(" Le petit train"), "{first}");
}

#[test]
fn byte_pairs_are_learned_from_the_training_part_alone() {
    // What judges holds nothing that is trained on, and the other way round: so not one of its pairs is a
    // token.
    let plain = "le lac le lac le lac le lac ".repeat(60);
    let judges: String = "XYX ".repeat(plain.len());
    let half = plain.len() / 2;
    let block = plain.len() / 10 - 60;
    let text = [&plain[..half - block / 2], &judges[..block], &plain[half - block / 2 + block..]].concat();
    let config = TokenizerConfig::Bpe { vocab_size: 400 };
    let (tokenizer, corpus) = tokenize(&[&text], &config, 16).unwrap();
    assert!(corpus.size().validation_tokens > 0);
    let labels: Vec<String> = (0..tokenizer.vocab_size() as u32).map(|id| tokenizer.label(id)).collect();
    assert!(labels.iter().any(|label| label == " lac"));
    assert!(!labels.iter().any(|label| label.contains("XY")), "{labels:?}");
    // Bits a character are those of the part that is judged, which is cut into shorter tokens.
    assert!(corpus.size().characters_per_token < 2.0, "{}", corpus.size().characters_per_token);
}

#[test]
fn the_ratio_is_that_of_the_validation_part() {
    let training = "la la la la ".repeat(100);
    for (validation, expected) in [("la la la", 8.0 / 3.0), ("l a l a", 7.0 / 7.0)] {
        let texts = Texts { training: &[&training], validation: Some(&[validation]), alphabet: "" };
        let config = TokenizerConfig::Bpe { vocab_size: 300 };
        let (tokenizer, corpus) = Corpus::tokenize(texts, &config, 2).unwrap();
        let tokens = tokenizer.encode(validation).unwrap().len();
        assert_eq!(corpus.size().characters_per_token, validation.chars().count() as f64 / tokens as f64);
        assert!((corpus.size().characters_per_token - expected).abs() < 0.5);
    }
}

#[test]
fn a_tokenizer_from_a_checkpoint_finds_the_same_split() {
    let text = "Un train. Deux trains, trois trains; et puis l'été arriva.\nQuel été !\n\n".repeat(90);
    for config in [CHARS, TokenizerConfig::Bpe { vocab_size: 320 }] {
        let (tokenizer, corpus) = tokenize(&[&text, &text[..500]], &config, 32).unwrap();
        let texts = Texts { training: &[&text, &text[..500]], ..Texts::default() };
        let again = Tokenizer::from_parts(tokenizer.parts()).unwrap();
        let again = Corpus::with_tokenizer(texts, &again, 32).unwrap();
        assert_eq!(again.size(), corpus.size());
        for part in [Part::Training, Part::Validation] {
            assert_eq!(windows(&again, part), windows(&corpus, part));
        }
    }
}
