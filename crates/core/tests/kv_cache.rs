//! Reading token by token gives what reading the whole window gives, and a text does not depend on what was
//! remembered.

mod common;

use burn::tensor::{Device, Tensor};
use common::{POSITIONS, VOCAB_SIZE, awake, awake_model, dataset, tiny, tokens, values};
use petit_train_core::config::{Position, SamplingConfig};
use petit_train_core::generate::Generator;
use petit_train_core::model::{Gpt, ParameterKind};
use petit_train_core::tokenizer::SpecialToken;
use pollster::block_on;

const BLOCK_SIZE: usize = 8;

#[test]
fn one_token_more_gives_what_the_whole_window_gives() {
    let window = [3, 1, 4, 1, 5, 9, 2, 6];
    for position in POSITIONS {
        let model = awake_model(&tiny(position));
        let whole = values(model.logits(model.forward(tokens(&[&window])).hidden_state));
        for len in 1..BLOCK_SIZE {
            // What follows the tokens that count is not looked at.
            let mut padded = [0; BLOCK_SIZE];
            padded[..len].copy_from_slice(&window[..len]);
            let (hidden_state, mut cache) = model.prefill(tokens(&[&padded]), len);
            let mut logits = vec![values(model.logits(hidden_state))];
            for &token in &window[len..] {
                let (hidden_state, grown) = model.forward_one(token as u32, cache);
                logits.push(values(model.logits(hidden_state)));
                cache = grown;
            }
            let apart = whole[(len - 1) * VOCAB_SIZE..].iter().zip(logits.concat());
            let most = apart.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(most < 1e-5, "{position:?}, {len} at once: {most}");
        }
    }
}

/// Five windows of text: by one generator, or each token by one that has read nothing before. `change`
/// changes the model after each.
fn write(prompt: &str, remember: bool, change: impl Fn(&mut Gpt)) -> String {
    let (tokenizer, _) = dataset();
    let mut model = awake(&tiny(Position::Rotary), tokenizer.vocab_size());
    // A text does not spell the special tokens: they score 0, others more.
    model.map_parameters(|info, tensor| match info.kind {
        ParameterKind::Embedding => {
            let special = SpecialToken::ALL.len();
            tensor.clone().slice_assign([0..special, 0..16], Tensor::zeros([special, 16], &Device::flex()))
        }
        _ => tensor,
    });
    let greedy = SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    let begin = |text: &str| Generator::new(&tokenizer, text, greedy.clone(), false).unwrap();
    let mut generator = begin(prompt);
    let mut text = String::from(prompt);
    for _ in 0..5 * BLOCK_SIZE {
        text += &block_on(generator.next(&model, &tokenizer)).unwrap().text;
        change(&mut model);
        if !remember {
            generator = begin(&text);
        }
    }
    text
}

#[test]
fn a_text_is_the_same_whatever_was_remembered() {
    for prompt in ["L", "Le petit train va loin."] {
        assert_eq!(write(prompt, true, |_| {}), write(prompt, false, |_| {}));
    }
}

#[test]
fn what_an_earlier_model_read_is_read_again() {
    let learn = |model: &mut Gpt| {
        model.map_parameters(|info, tensor| if info.name.contains("qkv") { tensor * -1.3 } else { tensor });
    };
    let text = write("Le", true, learn);
    assert_eq!(text, write("Le", false, learn));
    assert_ne!(text, write("Le", true, |_| {}), "the change changes nothing");
}
