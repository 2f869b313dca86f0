//! A tokenizer taken apart and put together again; parts that do not fit together are refused.

use petit_train_core::error::Error;
use petit_train_core::tokenizer::{Tokenizer, TokenizerParts};

use crate::texts::{FRENCH, random_text, rng};
use crate::{SMALLEST, as_bpe, bpe, bpe_tokenizers, chars};

#[test]
fn parts_make_the_same_tokenizer() {
    for tokenizer in bpe_tokenizers().into_iter().chain([chars(FRENCH)]) {
        let again = Tokenizer::from_parts(tokenizer.parts()).unwrap();
        assert_eq!(again.parts(), tokenizer.parts());
        assert_eq!(again.vocab_size(), tokenizer.vocab_size());
        assert_eq!(again.encode(FRENCH).unwrap(), tokenizer.encode(FRENCH).unwrap());
        for id in 0..tokenizer.vocab_size() as u32 + 1 {
            assert_eq!(again.token_bytes(id), tokenizer.token_bytes(id));
        }
        if let Tokenizer::Bpe(_) = tokenizer {
            let text = random_text(&mut rng(8), 400);
            assert_eq!(again.encode(&text).unwrap(), tokenizer.encode(&text).unwrap());
        }
    }
}

fn refuse(parts: TokenizerParts) -> Error {
    Tokenizer::from_parts(parts).unwrap_err()
}

fn assert_invalid(parts: TokenizerParts) {
    let error = refuse(parts.clone());
    assert!(matches!(error, Error::TokenizerInvalid { .. }), "{parts:?}: {error:?}");
}

#[test]
fn characters_out_of_order_are_refused() {
    for characters in ["ba", "aab", "aa", "éa"] {
        assert_invalid(TokenizerParts::Chars { characters: characters.into() });
        assert_invalid(TokenizerParts::Bpe { characters: characters.into(), merges: vec![] });
    }
    assert_invalid(TokenizerParts::Chars { characters: String::new() });
    let characters = ('一'..).take(8_193).collect();
    assert_eq!(
        refuse(TokenizerParts::Chars { characters }),
        Error::AlphabetTooLarge { characters: 8_193, max: 8_192 }
    );
}

#[test]
fn impossible_merges_are_refused() {
    let tokenizer = bpe("ab", SMALLEST);
    let [a, b] = ["a", "b"].map(|letter| tokenizer.encode(letter).unwrap()[0]);
    assert_eq!((a, b), (SMALLEST as u32 - 2, SMALLEST as u32 - 1));
    let next = SMALLEST as u32;
    let parts =
        |merges: &[(u32, u32)]| TokenizerParts::Bpe { characters: "ab".into(), merges: merges.into() };
    let merges = [(a, b), (next, a)];
    assert_eq!(as_bpe(&Tokenizer::from_parts(parts(&merges)).unwrap()).merges(), merges);
    for impossible in [
        // Of a token that is not there yet, or never will be.
        vec![(a, next)],
        vec![(next + 1, a), (a, b)],
        vec![(a, u32::MAX)],
        // Of special tokens and of bytes.
        vec![(0, a)],
        vec![(a, 3)],
        vec![(a, 100)],
        // Twice the same, as a pair and as a spelling.
        vec![(a, b), (a, b)],
        vec![(a, a), (next, a), (a, next)],
        // Doubled again and again, to more bytes than there are.
        (0..64).map(|merge| if merge == 0 { (a, a) } else { (next + merge - 1, next + merge - 1) }).collect(),
    ] {
        assert_invalid(parts(&impossible));
    }
}
