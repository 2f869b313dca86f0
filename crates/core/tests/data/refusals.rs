//! Texts that cannot be learned, and what is said of them.

use petit_train_core::data::{Corpus, Part, Texts};
use petit_train_core::error::Error;

use crate::{CHARS, tokenize};

fn refused(texts: Texts<'_>, block_size: usize) -> Error {
    Corpus::tokenize(texts, &CHARS, block_size).unwrap_err()
}

#[test]
fn an_empty_text_is_refused() {
    for documents in [&[][..], &[""], &["", ""]] {
        assert_eq!(tokenize(documents, &CHARS, 8).unwrap_err(), Error::TextEmpty);
    }
    assert_eq!(tokenize(&["aaa", "a"], &CHARS, 8).unwrap_err(), Error::TextTooUniform);
}

#[test]
fn the_part_that_is_too_short_is_named() {
    let training = "Un petit train.".repeat(10);
    let texts = Texts { training: &[&training], validation: Some(&["Un train"]), alphabet: "" };
    let error = refused(texts, 8);
    assert_eq!(error, Error::TextTooShort { part: Part::Validation, tokens: 8, needed: 9 });
    assert_eq!(error.to_string(), "the validation text has 8 tokens and needs 9");

    let (tokenizer, _) = tokenize(&[&training], &CHARS, 8).unwrap();
    let texts = Texts { training: &["U"], ..Texts::default() };
    let error = Corpus::with_tokenizer(texts, &tokenizer, 8).unwrap_err();
    assert_eq!(error, Error::TextTooShort { part: Part::Training, tokens: 1, needed: 2 });
}

#[test]
fn size_is_counted_in_bytes_of_both_parts() {
    // Five million letters of two bytes each, and one more.
    let most = "жу".repeat(2_500_000);
    let more = format!("{most}ж");
    let short = "жужу";
    let too_large = |error| matches!(error, Error::TextTooLarge { max: 10, .. });
    assert!(tokenize(&[&most], &CHARS, 8).is_ok());
    assert!(too_large(tokenize(&[&more], &CHARS, 8).unwrap_err()));
    assert!(too_large(tokenize(&[&most, short], &CHARS, 8).unwrap_err()));
    assert!(too_large(refused(Texts { training: &[short], validation: Some(&[&more]), alphabet: "" }, 2)));
}
