//! Reading token by token gives what reading the whole window gives, and a text does not depend on what was remembered.

mod common;

use common::{POSITIONS, VOCAB_SIZE, awake, awake_model, corpus, tiny, tokens, values};
use petit_train_core::config::{Position, SamplingConfig};
use petit_train_core::generate::Generator;
use petit_train_core::model::Gpt;
use pollster::block_on;

const BLOCK_SIZE: usize = 8;

#[test]
fn one_token_more_gives_what_the_whole_window_gives() {
    let window = [3, 1, 4, 1, 5, 9, 2, 6];
    for position in POSITIONS {
        let model = awake_model(&tiny(position));
        let whole = values(model.logits(model.forward(tokens(&[&window])).hidden));
        for len in 1..BLOCK_SIZE {
            // What follows the tokens that count is not looked at.
            let mut padded = [0; BLOCK_SIZE];
            padded[..len].copy_from_slice(&window[..len]);
            let (hidden, mut cache) = model.prefill(tokens(&[&padded]), len);
            let mut logits = vec![values(model.logits(hidden))];
            for &token in &window[len..] {
                let (hidden, grown) = model.forward_one(token as u32, cache);
                logits.push(values(model.logits(hidden)));
                cache = grown;
            }
            let apart = whole[(len - 1) * VOCAB_SIZE..].iter().zip(logits.concat());
            let most = apart.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(most < 1e-5, "{position:?}, {len} at once: {most}");
        }
    }
}

/// Five windows of text: by one generator, or each token by one that has read nothing before. `change` changes the model after each.
fn write(prompt: &str, remember: bool, change: impl Fn(&mut Gpt)) -> String {
    let (tokenizer, _) = corpus();
    let mut model = awake(&tiny(Position::Rotary), tokenizer.vocab_size());
    let greedy = SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    let begin = |text: &str| Generator::new(&tokenizer, text, greedy.clone()).unwrap();
    let mut generator = begin(prompt);
    let mut text = String::from(prompt);
    for _ in 0..5 * BLOCK_SIZE {
        text += &block_on(generator.next(&model, BLOCK_SIZE, &tokenizer)).unwrap();
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
        model.for_each_parameter(|name, _, tensor| {
            if name.contains("qkv") {
                *tensor = tensor.clone() * -1.3;
            }
        });
    };
    let text = write("Le", true, learn);
    assert_eq!(text, write("Le", false, learn));
    assert_ne!(text, write("Le", true, |_| {}), "the change changes nothing");
}
