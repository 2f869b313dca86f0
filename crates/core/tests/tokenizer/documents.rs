//! Several documents, and characters that none of them holds.

use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};

use crate::{as_bpe, bpe, labels};

fn bpe_of(documents: &[&str], alphabet: &str) -> Tokenizer {
    Tokenizer::train(documents, alphabet, &TokenizerConfig::Bpe { vocab_size: usize::MAX }).unwrap()
}

#[test]
fn no_token_crosses_the_border_of_documents() {
    // Joined, `bc` occurs twice; apart, nowhere.
    let apart = bpe_of(&["ab", "c", "ab", "c", "ab", "c"], "");
    assert_eq!(labels(&apart, "cab"), ["c", "ab"]);
    assert_eq!(labels(&bpe_of(&["abcabcabc"], ""), "abc"), ["abc"]);
}

#[test]
fn the_alphabet_is_known_and_makes_no_pairs() {
    let text = "le lac, le lac é";
    let with = bpe_of(&[text], "éàé !abcdeàéà !abcde");
    let without = bpe(text, usize::MAX);
    let spelled = |tokenizer: &Tokenizer| -> Vec<Vec<u8>> {
        let merges = as_bpe(tokenizer).merges().len() as u32;
        let end = tokenizer.vocab_size() as u32;
        (end - merges..end).map(|id| tokenizer.token_bytes(id).to_vec()).collect()
    };
    assert_eq!(spelled(&with), spelled(&without));
    assert_eq!(labels(&with, "à"), ["à"]);
    assert_eq!(labels(&without, "à"), ["<0xC3>", "<0xA0>"]);

    let chars = Tokenizer::train(&["ab", "cb"], "zé", &TokenizerConfig::Chars).unwrap();
    assert_eq!(labels(&chars, "zécab"), ["z", "é", "c", "a", "b"]);
}
