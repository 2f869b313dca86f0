//! What is told of the tokens of a text, going on from the middle of one, and what of one was copied.

mod common;

use common::{awake, tiny};
use petit_train_core::config::{Position, SamplingConfig};
use petit_train_core::data::{Corpus, NoText, Texts};
use petit_train_core::error::Error;
use petit_train_core::generate::{Generator, Piece, Sampler, WritingConfig, WrittenToken};
use petit_train_core::inspect::{COPY_CHARACTERS, copies};
use petit_train_core::model::Gpt;
use petit_train_core::tokenizer::{SpecialToken, Tokenizer, TokenizerConfig};
use pollster::block_on;

const TEXT: &str = "Le petit chat noir dort près du feu. La souris grise regarde la lune. ";

fn tokenizer() -> Tokenizer {
    Tokenizer::train(&[TEXT], "", &TokenizerConfig::Chars).unwrap()
}

fn write(model: &Gpt, tokenizer: &Tokenizer, count: usize, config: &WritingConfig) -> Vec<Piece> {
    let mut generator = Generator::new(tokenizer, &["Le petit"], config).unwrap();
    (0..count).map(|_| block_on(generator.next(model, tokenizer)).unwrap().remove(0)).collect()
}

fn explained(sampling: SamplingConfig) -> WritingConfig {
    WritingConfig { sampling, explained: true, ..WritingConfig::default() }
}

fn tokens(pieces: &[Piece]) -> Vec<&WrittenToken> {
    pieces.iter().map(|piece| piece.written.as_ref().unwrap()).collect()
}

#[test]
fn the_number_and_the_scores_of_every_token_give_that_token() {
    let tokenizer = tokenizer();
    let model = awake(&tiny(Position::Rotary), tokenizer.vocab_size());
    for (temperature, top_k, top_p) in [(1.0, 0, 1.0), (0.7, 5, 0.8), (2.0, 0, 0.95), (0.0, 0, 1.0)] {
        let sampling = SamplingConfig { temperature, top_k, top_p, seed: 4 };
        let pieces = write(&model, &tokenizer, 60, &explained(sampling.clone()));
        let plain = WritingConfig { sampling: sampling.clone(), ..WritingConfig::default() };
        let ids = |pieces: &[Piece]| pieces.iter().map(|piece| piece.id).collect::<Vec<_>>();
        assert_eq!(ids(&pieces), ids(&write(&model, &tokenizer, 60, &plain)), "asking changes the text");
        let sampler = Sampler::new(sampling).unwrap();
        for (token, piece) in tokens(&pieces).into_iter().zip(&pieces) {
            assert_eq!((token.id, &token.text), (piece.id, &piece.text));
            assert_eq!(token.logits.len(), tokenizer.vocab_size());
            assert_eq!(sampler.choose(&token.logits, token.number.unwrap()), Ok(token.id));
        }
    }
}

#[test]
fn a_text_goes_on_from_its_middle_with_the_token_that_was_given() {
    let tokenizer = tokenizer();
    let model = awake(&tiny(Position::Rotary), tokenizer.vocab_size());
    let greedy = || SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    let whole = write(&model, &tokenizer, 30, &explained(greedy()));
    let ids: Vec<u32> = whole.iter().map(|piece| piece.id).collect();
    let config = |after: &[u32], first| WritingConfig { after: after.to_vec(), first, ..explained(greedy()) };

    // The likeliest token given is the text itself.
    let same = write(&model, &tokenizer, 20, &config(&ids[..10], Some(ids[10])));
    assert_eq!(same.iter().map(|piece| piece.id).collect::<Vec<_>>(), ids[10..]);
    let first = tokens(&same)[0];
    assert!(first.number.is_none() && tokens(&same)[1].number.is_some());
    assert!(common::furthest(&first.logits, &tokens(&whole)[10].logits) < 1e-4);

    let other = tokenizer.encode("souri").unwrap().into_iter().find(|&id| id != ids[10]).unwrap();
    let fork = write(&model, &tokenizer, 20, &config(&ids[..10], Some(other)));
    assert_eq!((fork[0].id, fork[0].text.clone()), (other, tokenizer.label(other)));
    let end = WritingConfig { stop_at_end: true, ..config(&ids[..3], Some(SpecialToken::EndOfText.id())) };
    assert!(write(&model, &tokenizer, 1, &end)[0].ended);

    let unknown = tokenizer.vocab_size() as u32;
    for config in [config(&[unknown], None), config(&[], Some(unknown))] {
        let refused = Generator::new(&tokenizer, &["Le"], &config).err();
        assert!(matches!(refused, Some(Error::SettingOutOfRange { name: "token", .. })), "{refused:?}");
    }
}

/// A character whose bytes are tokens of their own is whole where a text goes on within it.
#[test]
fn a_text_goes_on_within_a_character() {
    let tokenizer = Tokenizer::train(&[TEXT], "", &TokenizerConfig::Bpe { vocab_size: 270 }).unwrap();
    let model = awake(&tiny(Position::Rotary), tokenizer.vocab_size());
    let &[first, second] = &tokenizer.encode("ß").unwrap()[..] else { panic!("a token of its own") };
    let config = WritingConfig { after: vec![first], first: Some(second), ..WritingConfig::default() };
    assert_eq!(write(&model, &tokenizer, 1, &config)[0].text, "ß");
}

/// Every longest part by comparing all with all.
fn copied_letters(text: &str, training: &[&str]) -> Vec<bool> {
    let letters: Vec<char> = text.chars().collect();
    let mut copied = vec![false; letters.len()];
    for start in 0..letters.len().saturating_sub(COPY_CHARACTERS - 1) {
        let part: String = letters[start..start + COPY_CHARACTERS].iter().collect();
        if training.iter().any(|document| document.contains(&part)) {
            copied[start..start + COPY_CHARACTERS].fill(true);
        }
    }
    copied
}

#[test]
fn copied_parts_are_those_that_comparing_all_with_all_finds() {
    let words = ["le chat", "la souris", "dort", "regarde", "la lune", "un feu", "près d’été", "petit"];
    let sentence = |seed: usize, length: usize| -> String {
        let word =
            |index: usize| words[(seed * 7 + index * index * (seed % 3 + 1) + index / 3) % words.len()];
        (0..length).map(|index| word(index).to_owned() + " ").collect()
    };
    let documents: Vec<String> = (0..12).map(|seed| sentence(seed, 40)).collect();
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    for config in [TokenizerConfig::Chars, TokenizerConfig::Bpe { vocab_size: 300 }] {
        let texts = Texts { training: &documents, validation: Some(&[]), alphabet: "" };
        let (tokenizer, corpus) = Corpus::tokenize(texts, &config, 16).unwrap();
        let mut seen = (0, 0);
        for seed in 3..30 {
            let text = sentence(seed, 9) + &sentence(seed + 1, 25) + &sentence(seed + 2, 7);
            let found = copies(&corpus, &tokenizer, &text).unwrap();
            let mut copied = vec![false; text.chars().count()];
            let mut end = 0;
            for copy in &found.copies {
                assert!(copy.range.start >= end && copy.range.end > copy.range.start, "{found:?}");
                end = copy.range.end;
                let place = |byte: usize| text[..byte].chars().count();
                copied[place(copy.range.start)..place(copy.range.end)].fill(true);
                let source = copy.before.clone() + &copy.passage + &copy.after;
                assert!(documents.iter().any(|document| document.contains(&source)), "no source: {source}");
                assert!(copy.passage.ends_with(&text[copy.range.clone()]));
                assert!(copy.passage.chars().count() >= COPY_CHARACTERS);
            }
            let expected = copied_letters(&text, &documents);
            match config {
                TokenizerConfig::Chars => assert_eq!(copied, expected, "{text}"),
                // Part of a token is no copy; what is marked is one.
                TokenizerConfig::Bpe { .. } => {
                    assert!(copied.iter().zip(&expected).all(|(&marked, &is)| is || !marked), "{text}");
                }
            }
            let count = |of: &[bool]| of.iter().filter(|&&is| is).count();
            seen = (seen.0 + count(&copied), seen.1 + count(&expected));
        }
        assert!(seen.0 * 10 > seen.1 * 7 && seen.0 > 500, "{seen:?}");
    }
}

#[test]
fn what_was_never_read_is_measured_in_the_same_way() {
    let unread = "Un renard roux. ";
    let document = TEXT.repeat(4);
    for (validation, expected) in [(unread.repeat(9), 0.0), (document.clone(), 1.0)] {
        let texts = Texts { training: &[&document], validation: Some(&[&validation]), alphabet: "" };
        let (tokenizer, corpus) = Corpus::tokenize(texts, &TokenizerConfig::Chars, 16).unwrap();
        let found = copies(&corpus, &tokenizer, "Le petit").unwrap();
        assert_eq!((found.unread, found.searched), (Some(expected), document.chars().count()));
    }
}

#[test]
fn where_no_text_is_here_nothing_is_searched() {
    let nothing = NoText { is_of_documents: false };
    let found = copies(&nothing, &tokenizer(), TEXT).unwrap();
    assert_eq!((found.searched, found.copies.len(), found.unread), (0, 0, None));
    let unknown = copies(&nothing, &tokenizer(), "x€");
    assert!(matches!(unknown, Err(Error::UnknownCharacters { .. })), "{unknown:?}");
}
