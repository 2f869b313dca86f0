//! What our side of the comparison with `transformers` and `tokenizers` says, and a tiny model for it that is
//! the same on every machine. The example `hugging_face` writes it down, the tests compute it anew.

use burn::tensor::{Device, Int, Tensor, TensorData};
use petit_train_core::config::{ModelConfig, Position};
use petit_train_core::hugging_face::{CardLanguage, Facts, TaleFacts};
use petit_train_core::model::Gpt;
use petit_train_core::tokenizer::{SpecialToken, Tokenizer, TokenizerConfig};
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

#[path = "../tokenizer/texts.rs"]
mod texts;

pub(crate) use texts::FRENCH;
use texts::{random_text, rng};

/// What one side says of a folder.
#[derive(Serialize, Deserialize)]
pub struct Answers {
    /// Texts with their ids; none where the tokenizer refuses.
    pub strings: Vec<(String, Option<Vec<u32>>)>,
    /// What the logits are of.
    pub window: Vec<u32>,
    /// Positions of the window, and the logits there.
    pub positions: Vec<usize>,
    pub logits: Vec<Vec<f32>>,
    /// The likeliest tokens, one after the other, after the first of the window.
    pub prompt: usize,
    pub greedy: Vec<u32>,
    pub greedy_text: String,
}

/// How much is asked.
pub struct Questions {
    pub strings: usize,
    pub positions: usize,
    pub greedy: usize,
}

/// For golden files: enough to notice a change, small enough to be kept.
pub const FEW: Questions = Questions { strings: 200, positions: 4, greedy: 24 };

pub fn answers(model: &Gpt, tokenizer: &Tokenizer, text: &str, questions: &Questions) -> Answers {
    let strings = strings(tokenizer, text, questions.strings);
    let strings = strings.into_iter().map(|text| (tokenizer.encode(&text).ok(), text));
    let mut window = vec![SpecialToken::EndOfText.id()];
    window.extend(tokenizer.encode(text).unwrap());
    window.truncate(model.config().block_size);
    let all = logits(model, &window);
    let last = window.len() - 1;
    let steps = questions.positions.min(window.len()).max(2) - 1;
    let positions: Vec<usize> = (0..=steps).map(|step| step * last / steps).collect();
    let prompt = 8;
    let greedy = greedy(model, &window[..prompt], questions.greedy);
    Answers {
        strings: strings.map(|(ids, text)| (text, ids)).collect(),
        logits: positions.iter().map(|&position| all[position].clone()).collect(),
        positions,
        greedy_text: tokenizer.decode(&greedy),
        window,
        prompt,
        greedy,
    }
}

/// Scores of each token of the vocabulary after each token of a window.
pub fn logits(model: &Gpt, window: &[u32]) -> Vec<Vec<f32>> {
    let ids: Vec<i32> = window.iter().map(|&id| id as i32).collect();
    let tokens = Tensor::<1, Int>::from_ints(ids.as_slice(), &Device::flex()).reshape([1, ids.len()]);
    let logits = model.logits(model.forward(tokens).hidden_state);
    let numbers: Vec<f32> = logits.into_data().try_into_vec().unwrap();
    numbers.chunks(model.vocab_size()).map(<[f32]>::to_vec).collect()
}

fn greedy(model: &Gpt, prompt: &[u32], count: usize) -> Vec<u32> {
    let mut tokens = prompt.to_vec();
    for _ in 0..count {
        let last = logits(model, &tokens).pop().unwrap();
        let likeliest = last.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1)).unwrap();
        tokens.push(likeliest.0 as u32);
    }
    tokens.split_off(prompt.len())
}

/// Random Unicode, excerpts of `text`, pictures, white space, by turns. Nine of ten hold only what a
/// tokenizer of characters knows.
fn strings(tokenizer: &Tokenizer, text: &str, count: usize) -> Vec<String> {
    let mut rng = rng(20);
    let strings = (0..count).map(|index| {
        let mut string = match index % 4 {
            0 => random_text(&mut rng, 60),
            1 => excerpt(text, &mut rng),
            2 => pick(
                &mut rng,
                &["👩\u{200D}🚀", "🇫🇷", "👍🏽", "😀", "🐙", "1\u{FE0F}\u{20E3}", "a", " ", "’", "\u{200D}"],
            ),
            _ => pick(
                &mut rng,
                &[
                    " ", "  ", "\n", "\r\n", "\t", "\u{A0}", "\u{202F}", "\u{3000}", "\u{2028}", "\u{85}",
                    "\u{B}", "a", "é", "7", "!", "l'", "…",
                ],
            ),
        };
        if index % 10 != 9 {
            string.retain(|character| tokenizer.encode(&character.to_string()).is_ok());
        }
        string
    });
    strings.collect()
}

fn excerpt(text: &str, rng: &mut impl Rng) -> String {
    let characters: Vec<char> = text.chars().collect();
    let start = rng.random_range(0..characters.len() as u32) as usize;
    let length = rng.random_range(1..200u32) as usize;
    characters[start..].iter().take(length).collect()
}

fn pick(rng: &mut impl Rng, parts: &[&str]) -> String {
    (0..rng.random_range(1..20u32)).filter_map(|_| parts.choose(rng).copied()).collect()
}

/// Both kinds of tokenizer, each with its folder's name.
pub fn tokenizers() -> [(&'static str, Tokenizer); 2] {
    let train = |config| Tokenizer::train(&[FRENCH], "", &config).unwrap();
    [
        ("characters", train(TokenizerConfig::Chars)),
        ("byte_pairs", train(TokenizerConfig::Bpe { vocab_size: 330 })),
    ]
}

pub fn sizes() -> ModelConfig {
    ModelConfig { n_layer: 2, n_head: 2, n_embd: 16, block_size: 32, position: Position::Rotary }
}

/// A model whose every weight matters: none is zero, and no gain is one.
pub fn model(config: &ModelConfig, vocab_size: usize) -> Gpt {
    let mut rng = rng(21);
    let mut model = Gpt::init(config, vocab_size, &mut rng, &Device::flex());
    model.map_parameters(|info, _| {
        let range = if info.name.contains("norm") { 0.5f32..1.5 } else { -0.35..0.35 };
        let [rows, columns] = info.shape;
        let values: Vec<f32> = (0..rows * columns).map(|_| rng.random_range(range.clone())).collect();
        Tensor::from_data(TensorData::new(values, info.shape), &Device::flex())
    });
    model
}

pub fn facts() -> Facts {
    Facts {
        language: CardLanguage::French,
        name: "Un | petit <b>train</b>".into(),
        text: Some("Contes".into()),
        fingerprint: Some("sha256:00ff".into()),
        characters: Some(1_234_567),
        characters_per_token: Some(2.5),
        steps: Some(2_000),
        seed: Some(1_234_567),
        validation_loss: Some(1.25),
        validation_examples: Some(480),
        tales: Some(TaleFacts { whole: 7, of: 10, temperature: 0.5 }),
        ..Facts::default()
    }
}
