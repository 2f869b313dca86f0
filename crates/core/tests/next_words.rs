//! The words that a model expects, against the probabilities of the same words token by token.

mod common;

use common::{awake, tiny};
use petit_train_core::config::{ModelConfig, Position, TrainConfig};
use petit_train_core::data::{Corpus, Dataset, NoText, Part, Texts, excerpt};
use petit_train_core::engine::Engine;
use petit_train_core::error::Error;
use petit_train_core::inspect::{NextWord, logits, next_words, score};
use petit_train_core::model::Gpt;
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};
use petit_train_core::train::Trainer;
use pollster::block_on;

const TEXT: &str = "le chat a vu un rat. la chatte a vu un été. le rat a bu du thé. ";

fn words(model: &Gpt, tokenizer: &Tokenizer, text: &str, letters: usize) -> Vec<NextWord> {
    block_on(next_words(model, tokenizer, text, letters)).unwrap()
}

/// The probability of `text` after `context`, and then of anything but a letter.
fn probability(model: &Gpt, tokenizer: &Tokenizer, context: &str, text: &str) -> f64 {
    let whole = format!("{context}{text}");
    let log_probs = block_on(score(model, tokenizer, &whole)).unwrap().log_probs;
    let before = tokenizer.encode(context).unwrap().len();
    let spelled: f64 = log_probs[before - 1..].iter().map(|&log_prob| f64::from(log_prob)).sum();
    let rows = block_on(logits(model, tokenizer, &whole)).unwrap();
    let last = &rows[rows.len() - tokenizer.vocab_size()..];
    let weights: Vec<f64> = last.iter().map(|&logit| f64::from(logit).exp()).collect();
    let ends = (0..).zip(&weights).filter(|&(id, _)| {
        let text = tokenizer.decode(&[id]);
        !text.chars().next().is_some_and(char::is_alphabetic)
    });
    spelled.exp() * ends.map(|(_, weight)| weight).sum::<f64>() / weights.iter().sum::<f64>()
}

#[test]
fn the_words_of_a_model_of_letters_are_those_of_a_search_through_all_of_them() {
    let config = ModelConfig { block_size: 32, ..tiny(Position::Rotary) };
    let tokenizer = Tokenizer::train(&["ab c"], "", &TokenizerConfig::Chars).unwrap();
    let model = awake(&config, tokenizer.vocab_size());
    let found = words(&model, &tokenizer, "ab a", 2);
    // Nine words of two letters out of three: fewer than are read side by side.
    assert_eq!(found.len(), 9);
    assert!(found.windows(2).all(|pair| pair[0].probability >= pair[1].probability));
    for NextWord { word, probability: given } in &found {
        let expected = probability(&model, &tokenizer, "ab a", &format!(" {word}"));
        assert!((given - expected).abs() < 1e-5, "{word}: {given}, {expected}");
    }
}

#[test]
fn words_of_several_pieces_and_of_letters_in_two_bytes_are_found() {
    let text = TEXT.repeat(30);
    let texts = Texts { training: &[&text], validation: Some(&[]), alphabet: "" };
    // So few merges that most words are several tokens.
    let (tokenizer, corpus) = Corpus::tokenize(texts, &TokenizerConfig::Bpe { vocab_size: 268 }, 32).unwrap();
    let config = ModelConfig { block_size: 32, ..tiny(Position::Rotary) };
    let train = TrainConfig { batch_size: 8, steps: 250, learning_rate: 1e-2, ..TrainConfig::default() };
    let vocab_size = tokenizer.vocab_size();
    let mut trainer = Trainer::new(Box::new(corpus), vocab_size, &config, train, Engine::cpu(), 1).unwrap();
    block_on(trainer.train_steps(250)).unwrap();
    let found = words(trainer.model(), &tokenizer, "la chatte a vu un", 3);
    assert_eq!(found[0].word, "été");
    assert!(tokenizer.encode(" été").unwrap().len() > 1);
    let expected = probability(trainer.model(), &tokenizer, "la chatte a vu un", " été");
    // Other ways to spell it may add to that.
    assert!((found[0].probability - expected).abs() < 0.02, "{found:?}, {expected}");
    assert!(found.iter().map(|found| found.probability).sum::<f64>() < 1.0001);
}

#[test]
fn a_text_longer_than_the_window_is_read_from_its_end() {
    let config = ModelConfig { block_size: 8, ..tiny(Position::Rotary) };
    let tokenizer = Tokenizer::train(&["ab c"], "", &TokenizerConfig::Chars).unwrap();
    let model = awake(&config, tokenizer.vocab_size());
    assert_eq!(words(&model, &tokenizer, "caab", 2), words(&model, &tokenizer, "cc bbabcaab", 2));
    assert!(words(&model, &tokenizer, "cc bbab aab", 20).is_empty(), "no room for such a word");
    let refused = block_on(next_words(&model, &tokenizer, "", 2)).unwrap_err();
    assert_eq!(refused, Error::PromptEmpty);
    assert!(matches!(
        block_on(next_words(&model, &tokenizer, "z", 2)).unwrap_err(),
        Error::UnknownCharacters { .. }
    ));
}

#[test]
fn an_excerpt_is_of_one_document_that_was_not_trained_on() {
    let tale = |name: char| format!("{name}. Le train roule dans la neige.");
    let (training, validation): (Vec<String>, Vec<String>) =
        (('A'..'M').map(tale).collect(), ('M'..='Z').map(tale).collect());
    let training: Vec<&str> = training.iter().map(String::as_str).collect();
    let validation: Vec<&str> = validation.iter().map(String::as_str).collect();
    let texts = Texts { training: &training, validation: Some(&validation), alphabet: "" };
    let (tokenizer, corpus) = Corpus::tokenize(texts, &TokenizerConfig::Chars, 40).unwrap();
    let mut seen = vec![];
    for number in 0..30 {
        let found = excerpt(&corpus, &tokenizer, number).unwrap();
        assert_eq!(found, excerpt(&corpus, &tokenizer, number).unwrap());
        assert_eq!(found.part, Part::Validation);
        let tale = validation.iter().find(|tale| tale.contains(&found.text)).expect("it is one tale");
        assert!(!found.is_beginning || tale.starts_with(&found.text));
        seen.push(found.text);
    }
    seen.sort();
    seen.dedup();
    assert!(seen.len() > 5, "{seen:?}");
    let (tokenizer, short) = Corpus::tokenize(
        Texts { training: &["Le chat va."], ..Texts::default() },
        &TokenizerConfig::Chars,
        40,
    )
    .unwrap();
    let found = excerpt(&short, &tokenizer, 3).unwrap();
    assert_eq!(found.part, Part::Training);
    assert!("Le chat va.".contains(&found.text) && short.size().validation_tokens == 0);
    assert_eq!(excerpt(&NoText { is_of_documents: true }, &tokenizer, 0), None);
}
