//! What the floor of the stories means for a model that reads them as tokens.

use petit_train_contes::{Language, Part as StoryPart};
use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::tokenizer::TokenizerConfig;

use crate::CHARS;

/// A model that knows the grammar spends the bits of each story, its end included, on the story's tokens, its
/// end included. Its mean loss is the floor, whatever a token is: neither the end of a story nor the
/// tokenizer moves it.
#[test]
fn a_perfect_model_reaches_the_floor_and_no_more() {
    for language in Language::ALL {
        let told: Vec<String> =
            language.stories(3, StoryPart::Validation).take(200).map(|story| story.text).collect();
        let documents: Vec<&str> = told.iter().map(String::as_str).collect();
        let bits: f64 = told.iter().map(|text| language.grammar().score(text).bits()).sum();
        let characters: usize = told.iter().map(|text| text.chars().count()).sum();
        for config in [CHARS, TokenizerConfig::Bpe { vocab_size: 400 }] {
            let texts = Texts { training: &documents, validation: Some(&documents), alphabet: "" };
            let (_, corpus) = Corpus::tokenize(texts, &config, 64).unwrap();
            let size = corpus.size();
            let loss = bits * core::f64::consts::LN_2 / size.validation_tokens as f64;
            let mut floor = language.floor();
            floor.bits_per_character = bits / characters as f64;
            assert!((floor.nats_per_token(size.characters_per_token) - loss).abs() < 1e-12);
            // These stories are ordinary ones, so that their mean is near the published figure.
            let apart = (floor.bits_per_character - language.floor().bits_per_character).abs();
            assert!(apart < 6.0 * 0.0002 * (20_000.0f64 / 200.0).sqrt(), "{apart}");
        }
    }
}
