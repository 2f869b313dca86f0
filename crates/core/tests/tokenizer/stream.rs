//! Text shown token by token is the text of all tokens.

use petit_train_core::tokenizer::{StreamDecoder, Tokenizer};
use rand::RngExt;

use crate::texts::{random_text, rng};
use crate::{SMALLEST, bpe, bpe_tokenizers};

fn stream(tokenizer: &Tokenizer, ids: &[u32]) -> Vec<String> {
    let mut decoder = StreamDecoder::default();
    let mut shown: Vec<String> = ids.iter().map(|&id| decoder.push(tokenizer, id)).collect();
    shown.push(decoder.finish());
    shown
}

#[test]
fn nothing_torn_is_shown_of_a_whole_text() {
    for tokenizer in bpe_tokenizers() {
        let mut rng = rng(8);
        for _ in 0..1_000 {
            let text = random_text(&mut rng, 30).replace('\u{FFFD}', "");
            let shown = stream(&tokenizer, &tokenizer.encode(&text).unwrap());
            assert!(shown.iter().all(|part| !part.contains('\u{FFFD}')));
            assert_eq!(shown.concat(), text);
        }
    }
}

#[test]
fn any_ids_give_what_whole_decoding_gives() {
    for tokenizer in bpe_tokenizers() {
        let mut rng = rng(9);
        // A little beyond the vocabulary, so some are out of range. The byte tokens are the first 250 or
        // fewer.
        for end in [250, tokenizer.vocab_size() as u32 + 5] {
            for _ in 0..3_000 {
                let ids: Vec<u32> = (0..20).map(|_| rng.random_range(0..end)).collect();
                assert_eq!(stream(&tokenizer, &ids).concat(), tokenizer.decode(&ids));
            }
        }
    }
}

#[test]
fn text_is_shown_as_soon_as_it_is_whole() {
    let tokenizer = bpe("ab", SMALLEST);
    let ids = tokenizer.encode("aéb").unwrap();
    assert_eq!(stream(&tokenizer, &ids), ["a", "", "é", "b", ""]);
    // An `é` that stays without its second byte, and one that never had its first.
    assert_eq!(stream(&tokenizer, &ids[..2]), ["a", "", "\u{FFFD}"]);
    assert_eq!(stream(&tokenizer, &ids[2..]), ["\u{FFFD}", "b", ""]);
}
