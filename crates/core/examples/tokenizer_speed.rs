//! How long the tokenizers take on a text:
//! `cargo run --release --example tokenizer_speed -- FILE [VOCAB_SIZE]`

use std::error::Error;
use std::time::Instant;

use petit_train_core::tokenizer::{Tokenizer, TokenizerConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("name a text file")?;
    let vocab_size = arguments.next().map_or(Ok(1_000), |size| size.parse())?;
    let text = std::fs::read_to_string(&file)?;
    let characters = text.chars().count();
    println!("{file}: {characters} characters");

    for config in [TokenizerConfig::Chars, TokenizerConfig::Bpe { vocab_size }] {
        let start = Instant::now();
        let tokenizer = Tokenizer::train(&[&text], "", &config)?;
        let train_s = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let ids = tokenizer.encode(&text)?;
        let encode_s = start.elapsed().as_secs_f64();

        let start = Instant::now();
        let decoded = tokenizer.decode(&ids);
        let decode_s = start.elapsed().as_secs_f64();
        if decoded != text {
            return Err("the decoded text differs".into());
        }

        println!(
            "{config:?}: {} tokens of vocabulary, {:.2} characters a token; \
             train {train_s:.3} s, encode {encode_s:.3} s, decode {decode_s:.3} s",
            tokenizer.vocab_size(),
            characters as f64 / ids.len() as f64,
        );
    }
    Ok(())
}
