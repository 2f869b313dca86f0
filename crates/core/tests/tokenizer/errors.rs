//! What cannot be tokenized, and that the numbers in the errors are true.

use petit_train_core::error::Error;
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};

use crate::texts::FRENCH;
use crate::{SMALLEST, bpe, chars, largest_bpe};

const CHARS: TokenizerConfig = TokenizerConfig::Chars;

fn bpe_error(text: &str, vocab_size: usize) -> Error {
    Tokenizer::train(&[text], "", &TokenizerConfig::Bpe { vocab_size }).unwrap_err()
}

#[test]
fn a_text_needs_two_different_characters() {
    for config in [CHARS, TokenizerConfig::Bpe { vocab_size: 300 }] {
        // The alphabet is what later texts hold: nothing can be learned from it.
        let error = |documents: &[&str]| Tokenizer::train(documents, "abc", &config).unwrap_err();
        assert_eq!(error(&[]), Error::TextEmpty);
        assert_eq!(error(&["", ""]), Error::TextEmpty);
        assert_eq!(error(&["é"]), Error::TextTooUniform);
        assert_eq!(error(&["ééééé", "", "éé"]), Error::TextTooUniform);
    }
}

#[test]
fn unknown_characters_are_named_once_in_order() {
    let unknown = |text| match chars("le train").encode(text) {
        Err(Error::UnknownCharacters { characters }) => characters.into_iter().collect::<String>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(unknown("le zèbre z"), "zèb");
    assert_eq!(unknown("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "ABCDEFGHIJKLMNOPQRST");
    let error = chars("le train").encode("le\u{200E}\u{202F}train !").unwrap_err();
    assert_eq!(error.to_string(), "the model has never seen: \u{200E} (U+200E) \u{202F} (U+202F) !");
}

#[test]
fn characters_are_limited() {
    let text: String = ('一'..).take(8_192).collect();
    assert_eq!(chars(&text).vocab_size(), 4 + 8_192);
    let text: String = ('一'..).take(8_193).collect();
    assert_eq!(
        Tokenizer::train(&[&text], "", &CHARS).unwrap_err(),
        Error::AlphabetTooLarge { characters: 8_193, max: 8_192 }
    );
}

#[test]
fn the_bytes_and_the_special_tokens_need_247_tokens() {
    for asked in [0, 1, 246] {
        assert_eq!(bpe_error(FRENCH, asked), Error::VocabularyTooSmall { asked, needed: SMALLEST });
    }
    assert_eq!(bpe(FRENCH, SMALLEST).vocab_size(), SMALLEST);
}

#[test]
fn a_vocabulary_is_as_large_as_was_asked_for_or_as_the_text_supports() {
    let once_each: String = ('一'..).take(2_000).collect();
    let twice_each = once_each.repeat(2);
    for text in ["ab", "abab", "tic tac ", FRENCH, &once_each, &twice_each] {
        let possible = largest_bpe(text).vocab_size();
        assert_eq!(bpe(text, possible + 1).vocab_size(), possible);
        for vocab_size in (SMALLEST..possible).step_by(97) {
            assert_eq!(bpe(text, vocab_size).vocab_size(), vocab_size);
        }
    }
    // Too short for the page's default of 512.
    assert!((SMALLEST..512).contains(&bpe(&FRENCH[..900], 512).vocab_size()));
}
