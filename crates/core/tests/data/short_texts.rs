//! A haiku or a single line trains, too.

use petit_train_core::data::{Dataset, Part};
use petit_train_core::tokenizer::TokenizerConfig;

use crate::{CHARS, counting, tokenize, windows};

const HAIKU: &str = "Dans le vieil étang,\nUne grenouille saute,\nUn ploc dans l’eau.";

#[test]
fn a_haiku_trains_with_the_context_that_it_allows() {
    let characters = HAIKU.chars().count();
    for (block_size, window) in [(16, 16), (64, characters - 1), (256, characters - 1)] {
        let (_, corpus) = tokenize(&[HAIKU], &CHARS, block_size).unwrap();
        assert_eq!(corpus.window(), window);
        let size = corpus.size();
        assert_eq!((size.training_tokens, size.validation_tokens), (characters, 0));
        assert_eq!(size.characters_per_token, 1.0);
        assert!(corpus.validation(48).is_empty());
        assert_eq!(windows(&corpus, Part::Training).len(), characters - window);
    }
}

#[test]
fn any_line_of_two_different_characters_trains() {
    for text in ["ab", "aab", "été", "ab\n", "tic tac", "abababab", "👍🏽"] {
        for config in [CHARS, TokenizerConfig::Bpe { vocab_size: 512 }] {
            for block_size in [1, 4, 1_024, usize::MAX] {
                let (_, corpus) = tokenize(&[text], &config, block_size).unwrap();
                assert!((1..=block_size).contains(&corpus.window()), "{text}");
                assert!(!windows(&corpus, Part::Training).is_empty());
            }
        }
    }
}

/// The length at which a tenth of the text is a window, and the token after it.
#[test]
fn a_text_has_a_validation_part_as_soon_as_its_tenth_holds_a_window() {
    for block_size in [8, 32, 64] {
        let least = 10 * (block_size + 1);
        for (characters, expected) in [(least - 1, false), (least, true), (least + 9, true)] {
            let (_, corpus) = tokenize(&[&counting(characters as u32)], &CHARS, block_size).unwrap();
            assert_eq!(corpus.window(), block_size);
            assert_eq!(corpus.size().validation_tokens > 0, expected, "{characters} for {block_size}");
            assert_eq!(!windows(&corpus, Part::Validation).is_empty(), expected);
        }
    }
}

/// No length between a line and a book fails, and what is trained on is always at least two thirds of the
/// text.
#[test]
fn every_length_trains() {
    let words = "Le petit train s'en va dans la campagne, va et vient.\n".repeat(80);
    for end in (2..words.len()).step_by(37) {
        let text = &words[..end];
        for config in [CHARS, TokenizerConfig::Bpe { vocab_size: 280 }] {
            for block_size in [4, 32, 100] {
                let (tokenizer, corpus) = tokenize(&[text], &config, block_size).unwrap();
                let size = corpus.size();
                let whole = tokenizer.encode(text).unwrap().len();
                assert!(3 * size.training_tokens >= 2 * whole, "{end}: {size:?} of {whole}");
                let validation = corpus.validation(5);
                assert_eq!(validation.is_empty(), size.validation_tokens == 0);
                corpus.rows(Part::Validation, &validation);
                corpus.rows(Part::Training, &corpus.draw(1, 2, 3));
            }
        }
    }
}
