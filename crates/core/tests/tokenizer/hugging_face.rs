//! Hugging Face's `tokenizers`, given our vocabulary and merges, cuts every text as we do.

use petit_train_core::tokenizer::{PIECE_PATTERN, Tokenizer};
use tokenizers::decoders::byte_fallback::ByteFallback;
use tokenizers::decoders::fuse::Fuse;
use tokenizers::decoders::sequence::Sequence;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::replace::{Replace, ReplacePattern};
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{DecoderWrapper, NormalizedString, Normalizer, SplitDelimiterBehavior, Tokenizer as Peer};

use crate::texts::{FRENCH, random_text, rng};
use crate::{as_bpe, bpe_tokenizers};

fn peer(tokenizer: &Tokenizer) -> Peer {
    let all = 0..tokenizer.vocab_size() as u32;
    // The special tokens come first, then the byte tokens, and 0xF4 is the last of them.
    let last_byte = all.clone().find(|&id| tokenizer.token_bytes(id) == [0xF4]).unwrap();
    let name = |id: u32| match tokenizer.token_bytes(id) {
        [] => tokenizer.label(id),
        [byte] if id <= last_byte => format!("<0x{byte:02X}>"),
        bytes => str::from_utf8(bytes).unwrap().to_owned(),
    };
    let vocabulary: Vocab = all.map(|id| (name(id), id)).collect();
    let merges = as_bpe(tokenizer).merges();
    let merges = merges.iter().map(|&(left, right)| (name(left), name(right))).collect();
    let model = BPE::builder().vocab_and_merges(vocabulary, merges).byte_fallback(true).build().unwrap();

    let pattern = SplitPattern::Regex(PIECE_PATTERN.to_owned());
    let split = Split::new(pattern, SplitDelimiterBehavior::Isolated, false).unwrap();
    let decoders = [DecoderWrapper::from(ByteFallback::default()), Fuse::default().into()];
    let mut peer = Peer::new(model);
    peer.with_pre_tokenizer(Some(split));
    peer.with_decoder(Some(Sequence::new(decoders.into())));
    peer
}

fn assert_agreement(tokenizer: &Tokenizer, peer: &Peer, text: &str) {
    let ours = tokenizer.encode(text).unwrap();
    let theirs = peer.encode(text, false).unwrap();
    assert_eq!(ours, theirs.get_ids(), "for {text:?}");
    assert_eq!(peer.decode(&ours, false).unwrap(), text);
}

#[test]
fn agrees_on_random_unicode() {
    for tokenizer in bpe_tokenizers() {
        let peer = peer(&tokenizer);
        // The regular expressions' Unicode tables can be a version behind those of the standard library.
        let unknown = ReplacePattern::Regex(r"\p{Cn}".to_owned());
        let forget_unknown = Replace::new(unknown, "").unwrap();
        let mut rng = rng(10);
        for _ in 0..3_000 {
            let mut text = NormalizedString::from(random_text(&mut rng, 40));
            forget_unknown.normalize(&mut text).unwrap();
            assert_agreement(&tokenizer, &peer, text.get());
        }
    }
}

#[test]
fn agrees_on_french_prose() {
    for tokenizer in bpe_tokenizers() {
        let peer = peer(&tokenizer);
        assert_agreement(&tokenizer, &peer, FRENCH);
        for line in FRENCH.lines() {
            assert_agreement(&tokenizer, &peer, line);
        }
    }
}
