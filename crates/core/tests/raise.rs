//! The model that a visitor meets can be raised again by everybody who has its seed.

#[path = "../examples/raise/mod.rs"]
mod raise;

use petit_train_contes::Language;
use petit_train_core::checkpoint::Checkpoint;
use petit_train_core::config::{ModelConfig, TrainConfig};
use petit_train_core::tokenizer::TokenizerConfig;
use raise::{Recipe, facts, sha256};

/// Of [`small`]. It changes with the recipe, the stories and the arithmetic of a step: then the page's models
/// are to be raised again (`./dev raise fr`, `./dev raise en`).
const SMALL_SHA256: &str = "bf4af4798ab1ac1132f0dfa0e1e804501b9c2fc25ea70bc1d99e14bada773c82";

/// The recipe of the page's model on another scale.
fn small(language: Language) -> Recipe {
    let full = Recipe::full(language);
    let model = ModelConfig { n_layer: 2, n_head: 2, n_embd: 32, block_size: 64, ..full.model };
    let train = TrainConfig { steps: 40, ..full.train };
    Recipe { model, train, tokenizer: TokenizerConfig::Bpe { vocab_size: 400 }, ..full }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    pollster::block_on(async {
        let recipe = small(Language::French);
        let mut losses = vec![];
        let file = raise::raise(&recipe, |_, loss| losses.push(loss)).await.unwrap();
        assert_eq!(sha256(&file), SMALL_SHA256);
        assert_eq!(losses.len(), 40);
        assert!(losses[39] < losses[0] - 0.5, "it has learned: {losses:?}");

        let known = facts(&recipe, &file).await.unwrap();
        let checkpoint = Checkpoint::read(&file).unwrap();
        assert!(checkpoint.header().train.is_none());
        // What is judged is the file: two bytes a weight, which cost nothing that can be seen.
        let loss = known["validation_loss"].as_f64().unwrap();
        assert!((loss - f64::from(losses[39])).abs() < 0.5, "{loss}, {losses:?}");
        assert_eq!(known["tokens"], 40 * 4 * 64);

        let mut other = recipe;
        other.train.seed += 1;
        assert_ne!(sha256(&raise::raise(&other, |_, _| {}).await.unwrap()), SMALL_SHA256);
    });
}
