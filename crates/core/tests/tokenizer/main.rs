//! The tokenizers as their users see them. Agreement with Hugging Face's is in `hugging_face`.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bpe_merges;
mod cut;
mod documents;
mod errors;
mod fit;
mod hugging_face;
mod parts;
mod special;
mod stream;
mod texts;

use petit_train_core::tokenizer::{BpeTokenizer, Tokenizer, TokenizerConfig};
use texts::{FRENCH, random_text, rng};

/// The smallest BPE vocabulary: four special tokens and a token for each byte that UTF-8 uses.
const SMALLEST: usize = 247;

fn chars(text: &str) -> Tokenizer {
    Tokenizer::train(&[text], "", &TokenizerConfig::Chars).unwrap()
}

fn bpe(text: &str, vocab_size: usize) -> Tokenizer {
    Tokenizer::train(&[text], "", &TokenizerConfig::Bpe { vocab_size }).unwrap()
}

/// With all the merges that the text has to offer.
fn largest_bpe(text: &str) -> Tokenizer {
    bpe(text, usize::MAX)
}

fn as_bpe(tokenizer: &Tokenizer) -> &BpeTokenizer {
    match tokenizer {
        Tokenizer::Bpe(bpe) => bpe,
        Tokenizer::Chars(_) => panic!("not a BPE tokenizer"),
    }
}

fn labels(tokenizer: &Tokenizer, text: &str) -> Vec<String> {
    let ids = tokenizer.encode(text).unwrap();
    ids.iter().map(|&id| tokenizer.label(id)).collect()
}

/// BPE tokenizers as different as they come: bytes and ASCII only, prose, and every script at once.
fn bpe_tokenizers() -> Vec<Tokenizer> {
    let all_scripts = random_text(&mut rng(1), 40_000);
    vec![bpe("ab", SMALLEST), bpe(FRENCH, 450), bpe(&all_scripts, 4_000)]
}

#[test]
fn characters_are_numbered_in_code_point_order() {
    let tokenizer = chars("été zoo");
    assert_eq!(tokenizer.vocab_size(), 4 + 5);
    assert_eq!(labels(&tokenizer, "zoo été"), ["z", "o", "o", " ", "é", "t", "é"]);
    assert_eq!(tokenizer.encode(" otzé").unwrap(), [4, 5, 6, 7, 8]);
}

#[test]
fn characters_round_trip_on_their_own_text() {
    let mut rng = rng(2);
    for _ in 0..2_000 {
        let text = format!("ab{}", random_text(&mut rng, 40));
        let tokenizer = chars(&text);
        let ids = tokenizer.encode(&text).unwrap();
        assert_eq!(ids.len(), text.chars().count());
        assert_eq!(tokenizer.decode(&ids), text);
    }
}

#[test]
fn bpe_round_trips_on_every_text() {
    for tokenizer in bpe_tokenizers() {
        let mut rng = rng(3);
        for _ in 0..3_000 {
            let text = random_text(&mut rng, 40);
            let ids = tokenizer.encode(&text).unwrap();
            assert!(ids.iter().all(|&id| (id as usize) < tokenizer.vocab_size()));
            assert_eq!(tokenizer.decode(&ids), text);
        }
    }
}

#[test]
fn bpe_round_trips_on_every_character() {
    let everything: Vec<char> = ('\0'..=char::MAX).collect();
    for tokenizer in bpe_tokenizers() {
        for block in everything.chunks(4_096) {
            let text: String = block.iter().collect();
            assert_eq!(tokenizer.decode(&tokenizer.encode(&text).unwrap()), text);
        }
    }
}

#[test]
fn an_accent_is_never_torn() {
    // 247 tokens are special, bytes and ASCII; the prose has some thirty characters beyond.
    for vocab_size in [300, 350, 450] {
        let tokenizer = bpe(FRENCH, vocab_size);
        for id in tokenizer.encode(FRENCH).unwrap() {
            let bytes = tokenizer.token_bytes(id);
            assert!(str::from_utf8(bytes).is_ok(), "torn: {bytes:?}");
        }
    }
}

#[test]
fn a_word_carries_its_space_and_an_elision_its_apostrophe() {
    let line = "l'eau qu’il  boit,\u{202F}12 e\u{301}te\u{301}s !\n\n";
    // All of it occurs twice, so every piece becomes a token.
    let tokenizer = largest_bpe(&line.repeat(2));
    let pieces =
        ["l'", "eau", " qu’", "il", " ", " boit", ",", "\u{202F}", "12", " e\u{301}te\u{301}s", " !", "\n\n"];
    assert_eq!(labels(&tokenizer, line), pieces);
}

#[test]
fn the_rarest_characters_are_spelled_by_bytes_when_room_is_short() {
    let frequent = "日本語の本".repeat(9);
    let rare: String = ('\u{5000}'..'\u{5400}').collect();
    let tokenizer = bpe(&(frequent.clone() + &rare), 300);
    assert_eq!(tokenizer.vocab_size(), 300);
    let torn = |text| labels(&tokenizer, text).iter().any(|label| label.starts_with("<0x"));
    assert!(!torn(&frequent));
    assert!(torn(&rare));
    assert_eq!(labels(&tokenizer, "é"), ["<0xC3>", "<0xA9>"]);
}

#[test]
fn ids_out_of_range_show_as_unknown() {
    for tokenizer in [chars("ab"), bpe("ab", SMALLEST)] {
        let end = tokenizer.vocab_size() as u32;
        let id = tokenizer.encode("a").unwrap()[0];
        for wrong in [end, u32::MAX] {
            assert_eq!(tokenizer.label(wrong), "\u{FFFD}");
            assert_eq!(tokenizer.decode(&[id, wrong, id]), "a\u{FFFD}a");
        }
    }
}
