//! Tokens a second that the CPU engine writes natively, on one thread: *petit* and *grand*, one text and ten
//! side by side.
//!
//!     cargo run --release -p petit-train-core --example write_speed -- [rounds=5]

use std::env;
use std::error::Error;
use std::time::Instant;

use burn::tensor::Device;
use petit_train_core::config::{ModelConfig, SamplingConfig};
use petit_train_core::generate::{Generator, WritingConfig};
use petit_train_core::model::Gpt;
use petit_train_core::random::{Purpose, rng};
use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};

/// Of each text; a context of 256 is read anew three times.
const TOKENS: usize = 600;
/// Different characters of the text, as tinyshakespeare has.
const CHARACTERS: u8 = 65;

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = env::args().nth(1).map_or(Ok(5), |rounds| rounds.trim_start_matches("rounds=").parse())?;
    let text: String = (0..CHARACTERS).map(|index| char::from(b'0' + index)).collect();
    let tokenizer = Tokenizer::train(&[&text], "", &TokenizerConfig::Chars)?;
    let petit = ModelConfig::default();
    let grand = ModelConfig { n_layer: 6, n_head: 8, n_embd: 256, block_size: 256, ..petit };
    for (name, config) in [("petit", petit), ("grand", grand)] {
        let model =
            Gpt::init(&config, tokenizer.vocab_size(), &mut rng(1, Purpose::Weights), &Device::flex());
        for texts in [1, 10] {
            let mut speeds: Vec<f64> =
                (0..rounds).map(|seed| speed(&model, &tokenizer, texts, seed)).collect::<Result<_, _>>()?;
            speeds.sort_by(f64::total_cmp);
            println!(
                "{name}, {texts} texts: {:.0} tokens/s (median of {rounds})",
                speeds[rounds as usize / 2]
            );
        }
    }
    Ok(())
}

/// Tokens of all texts together, a second.
fn speed(model: &Gpt, tokenizer: &Tokenizer, texts: usize, seed: u64) -> Result<f64, Box<dyn Error>> {
    let sampling = SamplingConfig { seed, ..SamplingConfig::default() };
    let config = WritingConfig { sampling, ..WritingConfig::default() };
    let mut generator = Generator::new(tokenizer, &vec!["0123"; texts], &config)?;
    let start = Instant::now();
    for _ in 0..TOKENS {
        pollster::block_on(generator.next(model, tokenizer))?;
    }
    Ok((texts * TOKENS) as f64 / start.elapsed().as_secs_f64())
}
