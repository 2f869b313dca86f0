//! What must hold of the model whatever it has learnt.

mod common;

use burn::tensor::{Device, Int, Tensor};
use common::{POSITIONS, VOCAB_SIZE, awake_model, mean_nll, tiny, tiny_model, tokens, values};
use petit_train_core::config::{ModelConfig, Position};

const TEXT: [i32; 8] = [3, 1, 4, 1, 5, 9, 2, 6];

fn logits(config: &ModelConfig, text: &[i32]) -> Vec<Vec<f32>> {
    let model = awake_model(config);
    let hidden_state = model.forward(tokens(&[text])).hidden_state;
    values(model.logits(hidden_state)).chunks(VOCAB_SIZE).map(<[f32]>::to_vec).collect()
}

#[test]
fn a_later_token_never_changes_an_earlier_logit() {
    for position in POSITIONS {
        let config = tiny(position);
        let before = logits(&config, &TEXT);
        for changed in 0..TEXT.len() {
            let mut text = TEXT;
            text[changed] = 10;
            let after = logits(&config, &text);
            assert_eq!(before[..changed], after[..changed], "{position:?}, token {changed}");
            assert_ne!(before[changed..], after[changed..], "{position:?}, token {changed}");
        }
    }
}

#[test]
fn attention_rows_sum_to_one_and_see_no_future() {
    for position in POSITIONS {
        let config = tiny(position);
        let attention = awake_model(&config).forward(tokens(&[&TEXT, &TEXT])).attention;
        assert_eq!(attention.len(), config.n_layer);
        for weights in attention {
            assert_eq!(weights.dims(), [2, config.n_head, 8, 8]);
            for (i, row) in values(weights).chunks(8).enumerate() {
                let query = i % 8;
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{row:?}");
                assert!(row[..=query].iter().all(|&w| w > 0.0), "{row:?}");
                assert!(row[query + 1..].iter().all(|&w| w == 0.0), "{row:?}");
            }
        }
    }
}

#[test]
fn a_fresh_model_knows_nothing() {
    let config = ModelConfig::default();
    let vocab_size = 65;
    let device = Device::flex();
    let mut rng = rand::SeedableRng::seed_from_u64(1);
    let model = petit_train_core::model::Gpt::init(&config, vocab_size, &mut rng, &device);
    let inputs = Tensor::<1, Int>::arange(0..256, &device).remainder_scalar(vocab_size as i64);
    let targets = (inputs.clone() * 7 + 3).remainder_scalar(vocab_size as i64);
    let hidden_state = model.forward(inputs.reshape([4, 64])).hidden_state;
    let loss = values(mean_nll(model.logits(hidden_state), targets))[0];
    let chance = (vocab_size as f32).ln();
    assert!((loss / chance - 1.0).abs() < 0.05, "{loss} against ln V = {chance}");
}

#[test]
fn a_window_shorter_than_the_context_gives_the_same_logits() {
    for position in POSITIONS {
        let config = tiny(position);
        assert_eq!(logits(&config, &TEXT)[..5], logits(&config, &TEXT[..5]), "{position:?}");
    }
}

#[test]
fn rows_of_a_batch_do_not_mix() {
    let model = awake_model(&tiny(Position::Rotary));
    let other = [0, 0, 7, 7, 8, 8, 0, 1];
    let both = values(model.forward(tokens(&[&other, &TEXT])).hidden_state);
    let alone = values(model.forward(tokens(&[&TEXT])).hidden_state);
    let far = both[alone.len()..].iter().zip(&alone).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(far < 1e-5, "{far}");
}

#[test]
fn only_positions_tell_an_order() {
    // Without positions, the last token's logits depend on which tokens came before, not on their order.
    let (abc, bac) = ([3, 1, 4], [1, 3, 4]);
    for position in POSITIONS {
        let config = ModelConfig { n_layer: 1, ..tiny(position) };
        let far = logits(&config, &abc)[2]
            .iter()
            .zip(&logits(&config, &bac)[2])
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f32::max);
        assert_eq!(far > 1e-4, position != Position::None, "{position:?}: {far}");
    }
}

#[test]
fn rotary_attention_depends_on_distances_alone() {
    // The same three tokens one position later attend to one another as before.
    let config = ModelConfig { n_layer: 1, ..tiny(Position::Rotary) };
    let model = awake_model(&config);
    let scores = |text: &[i32]| {
        let time = text.len();
        let weights = model.forward(tokens(&[text])).attention.remove(0); // [1, head, query, key]
        values(weights.narrow(2, time - 1, 1).narrow(3, time - 3, 3))
    };
    // Each head's three last weights, up to their sum: the added first token takes its share.
    let share = |weights: Vec<f32>| -> Vec<f32> {
        weights.chunks(3).flat_map(|w| w.iter().map(move |x| x / w.iter().sum::<f32>())).collect()
    };
    let (early, late) = (share(scores(&[3, 1, 4])), share(scores(&[9, 3, 1, 4])));
    for (a, b) in early.iter().zip(&late) {
        assert!((a - b).abs() < 1e-5, "{early:?} {late:?}");
    }
}

#[test]
fn the_parameter_count_is_that_of_the_model() {
    for position in POSITIONS {
        let config = tiny(position);
        let model = tiny_model(&config);
        let mut counted = 0;
        for (info, tensor) in model.parameter_table().iter().zip(model.parameters()) {
            assert_eq!(info.shape, tensor.dims(), "{position:?}, {}", info.name);
            counted += (info.shape[0] * info.shape[1]) as u64;
        }
        assert_eq!(model.parameter_table().len(), model.parameters().len());
        assert_eq!(counted, config.n_parameters(VOCAB_SIZE), "{position:?}");
    }
}

#[test]
fn a_context_is_no_longer_than_the_windows_that_train_it() {
    let sizes =
        |window| ModelConfig { block_size: 64, ..ModelConfig::default() }.for_window(window).block_size;
    assert_eq!([1, 39, 64, 5_000].map(sizes), [4, 39, 64, 64]);
}
