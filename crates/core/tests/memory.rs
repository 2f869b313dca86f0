//! Estimates of memory, in 64 bits, and what is refused because of them.

mod common;

use common::{dataset, tiny};
use petit_train_core::config::{ModelConfig, Position, TrainConfig};
use petit_train_core::engine::Engine;
use petit_train_core::error::Error;
use petit_train_core::train::Trainer;

/// The largest preset of the page.
fn grand() -> ModelConfig {
    ModelConfig { n_layer: 6, n_head: 8, n_embd: 256, block_size: 256, position: Position::Rotary }
}

fn batches(batch_size: usize) -> TrainConfig {
    TrainConfig { batch_size, ..TrainConfig::default() }
}

/// An engine that does all tokens at once.
fn gpu() -> Engine {
    Engine { tokens_at_once: usize::MAX, reads_are_free: false, ..Engine::cpu() }
}

#[test]
fn the_cpu_engine_holds_the_activations_of_some_tokens_only() {
    let memory = |batch_size, engine| batches(batch_size).memory(&grand(), 75, &engine, 1);
    assert_eq!(memory(2, Engine::cpu()), memory(38, Engine::cpu()), "512 tokens at once");
    assert!(memory(38, gpu()) > 8 * memory(2, gpu()));
    assert!(batches(38).validate_memory(&grand(), 75, &Engine::cpu(), 1).is_ok());
    let error = batches(512).validate_memory(&grand(), 75, &gpu(), 1);
    assert!(
        matches!(error, Err(Error::RunTooLarge { megabytes, max: 2500 }) if megabytes > 2500),
        "{error:?}"
    );
}

#[test]
fn the_estimate_passes_32_bits() {
    // 24 layers of 32 heads of 1,024² attention weights for 512 windows.
    let huge =
        ModelConfig { n_layer: 24, n_head: 32, n_embd: 1024, block_size: 1024, position: Position::None };
    let bytes = batches(512).memory(&huge, 8192, &gpu(), 1);
    let attention = 4 * 5 * 24 * 32 * 1024 * 1024 * 512_u64;
    assert!(bytes > attention && bytes < 2 * attention, "{bytes}");
    // Every batch size of the page on a GPU needs more than a smaller one: nothing has wrapped.
    let sizes: Vec<u64> = (1..=512).map(|batch| batches(batch).memory(&grand(), 75, &gpu(), 1)).collect();
    assert!(sizes.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(sizes[38] > 2_500_000_000, "39 windows of the largest preset do not fit");
}

#[test]
fn every_worker_counts() {
    let memory = |workers| batches(16).memory(&grand(), 75, &Engine::cpu(), workers);
    let (one, two, four) = (memory(1), memory(2), memory(4));
    let parameters = 4 * grand().n_parameters(75);
    assert_eq!(two - one, (four - two) / 2, "each has its own weights and activations");
    assert!(two - one > 4 * parameters);
    let refused = batches(16).validate_memory(&grand(), 75, &Engine::cpu(), 64);
    assert!(matches!(refused, Err(Error::RunTooLarge { .. })), "{refused:?}");
    assert_eq!(memory(usize::MAX), u64::MAX, "however many there are");
}

#[test]
fn the_largest_tensor_of_a_run_is_counted_in_full() {
    let model = ModelConfig::default();
    let tensor = |batch_size, vocab_size| batches(batch_size).largest_tensor(&model, vocab_size);
    // The parameters, the attention weights or gates and ups, the logits.
    assert_eq!(tensor(1, 65), 4 * model.n_parameters(65));
    assert_eq!(tensor(64, 65), 4 * 64 * 64 * 672);
    assert_eq!(tensor(64, 4096), 4 * 64 * 64 * 4096);
    let huge = ModelConfig { block_size: 1024, ..model };
    assert_eq!(batches(512).largest_tensor(&huge, 32_768), 4 * 512 * 1024 * 32_768);
}

#[test]
fn impossible_settings_are_refused_with_their_numbers() {
    let (tokenizer, windows) = dataset();
    let refuse = |model: ModelConfig, train: TrainConfig| {
        let dataset = Box::new(windows.clone());
        Trainer::new(dataset, tokenizer.vocab_size(), &model, train, Engine::cpu(), 1).err().expect("refused")
    };
    let model = tiny(Position::Rotary);
    let train = TrainConfig::default();
    let name = |error| match error {
        Error::SettingOutOfRange { name, .. } => name,
        other => panic!("{other}"),
    };
    assert_eq!(name(refuse(ModelConfig { n_layer: 0, ..model.clone() }, train.clone())), "n_layer");
    assert_eq!(name(refuse(ModelConfig { n_embd: 1 << 20, ..model.clone() }, train.clone())), "n_embd");
    assert_eq!(name(refuse(model.clone(), TrainConfig { batch_size: 0, ..train.clone() })), "batch_size");
    assert_eq!(
        name(refuse(model.clone(), TrainConfig { learning_rate: f64::NAN, ..train.clone() })),
        "learning_rate"
    );
    assert_eq!(
        refuse(ModelConfig { n_head: 3, ..model.clone() }, train.clone()),
        Error::HeadsDoNotDivide { n_embd: 16, n_head: 3 }
    );
    let wide = ModelConfig { n_layer: 24, n_head: 8, n_embd: 1024, block_size: 512, ..model.clone() };
    assert!(matches!(refuse(wide, train.clone()), Error::RunTooLarge { .. }));
    // Windows of 8 tokens do not fit a context of 4.
    let narrow = ModelConfig { block_size: 4, ..model };
    assert_eq!(refuse(narrow, train), Error::CheckpointMismatch { what: "block_size".into() });
}
