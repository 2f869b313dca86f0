//! What cannot be tokenized, and that the numbers in the errors are true.

use petit_train_core::error::Error;
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};

use crate::texts::FRENCH;
use crate::{bpe, chars, largest_bpe};

const CHARS: TokenizerConfig = TokenizerConfig::Chars;

fn bpe_error(text: &str, vocab_size: usize) -> Error {
    Tokenizer::train(text, &TokenizerConfig::Bpe { vocab_size }).unwrap_err()
}

#[test]
fn a_text_needs_two_different_characters() {
    for config in [CHARS, TokenizerConfig::Bpe { vocab_size: 300 }] {
        let error = |text| Tokenizer::train(text, &config).unwrap_err();
        assert!(matches!(error(""), Error::TextEmpty));
        assert!(matches!(error("é"), Error::TextTooUniform));
        assert!(matches!(error("ééééé"), Error::TextTooUniform));
    }
}

#[test]
fn unknown_characters_are_named_once_in_order() {
    let unknown = |text| match chars("le train").encode(text) {
        Err(Error::UnknownCharacters { characters }) => characters,
        other => panic!("{other:?}"),
    };
    assert_eq!(unknown("le zèbre z"), "zèb");
    assert_eq!(unknown("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "ABCDEFGHIJKLMNOPQRST");
}

#[test]
fn characters_are_limited() {
    let text: String = ('一'..).take(8_192).collect();
    assert_eq!(chars(&text).vocab_size(), 8_192);
    let text: String = ('一'..).take(8_193).collect();
    assert!(matches!(
        Tokenizer::train(&text, &CHARS).unwrap_err(),
        Error::VocabularyTooLarge { asked: 8_193, possible: 8_192 }
    ));
}

#[test]
fn the_bytes_need_243_tokens() {
    for asked in [0, 1, 242] {
        assert!(matches!(
            bpe_error(FRENCH, asked),
            Error::VocabularyTooSmall { asked: told, needed: 243 } if told == asked
        ));
    }
    assert_eq!(bpe(FRENCH, 243).vocab_size(), 243);
}

#[test]
fn the_largest_possible_vocabulary_is_possible() {
    let once_each: String = ('一'..).take(2_000).collect();
    let twice_each = once_each.repeat(2);
    for text in ["ab", "abab", FRENCH, &once_each, &twice_each] {
        let possible = largest_bpe(text).vocab_size();
        assert!(matches!(
            bpe_error(text, possible + 1),
            Error::VocabularyTooLarge { asked, possible: told } if asked == possible + 1 && told == possible
        ));
        // Nor is there a gap below it.
        for vocab_size in (243..possible).step_by(97) {
            assert_eq!(bpe(text, vocab_size).vocab_size(), vocab_size);
        }
    }
}
