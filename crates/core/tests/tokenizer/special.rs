//! Special tokens: the same in every vocabulary, and never spelled by a text.

use petit_train_core::tokenizer::{SpecialToken, StreamDecoder};

use crate::{bpe_tokenizers, chars};

const NAMES: [&str; 4] = ["<|endoftext|>", "<|user|>", "<|assistant|>", "<|end|>"];

#[test]
fn special_tokens_come_first_in_every_vocabulary() {
    for tokenizer in bpe_tokenizers().into_iter().chain([chars("un train")]) {
        for (id, (special, name)) in (0..).zip(SpecialToken::ALL.into_iter().zip(NAMES)) {
            assert_eq!((special.id(), special.text()), (id, name));
            assert_eq!(SpecialToken::of(id), Some(special));
            assert_eq!((tokenizer.label(id).as_str(), tokenizer.token_bytes(id)), (name, &[][..]));
        }
        assert_eq!(SpecialToken::of(4), None);
        // No other token is without bytes.
        assert!((4..tokenizer.vocab_size() as u32).all(|id| !tokenizer.token_bytes(id).is_empty()));
    }
}

#[test]
fn no_text_is_encoded_as_a_special_token() {
    let text = NAMES.concat() + "<|endoftext|";
    for tokenizer in bpe_tokenizers().into_iter().chain([chars(&text)]) {
        let ids = tokenizer.encode(&text).unwrap();
        assert!(ids.iter().all(|&id| SpecialToken::of(id).is_none()));
        assert_eq!(tokenizer.decode(&ids), text);
    }
}

#[test]
fn special_tokens_are_left_out_of_text() {
    for tokenizer in bpe_tokenizers().into_iter().chain([chars("éa")]) {
        let letters = tokenizer.encode("éa").unwrap();
        let mut ids = vec![2];
        // Within a character of several byte tokens, too.
        letters.iter().for_each(|&id| ids.extend([id, 0, 3]));
        assert_eq!(tokenizer.decode(&ids), "éa");
        let mut decoder = StreamDecoder::default();
        let shown: String = ids.iter().map(|&id| decoder.push(&tokenizer, id)).collect();
        assert_eq!(shown + &decoder.finish(), "éa");
    }
}
