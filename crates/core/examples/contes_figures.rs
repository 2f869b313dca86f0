//! Measures the stories and prints one JSON object a language:
//! `cargo run --release -p petit-train-core --example contes_figures`.

use std::collections::HashSet;
use std::time::Instant;

use petit_train_core::data::contes::{Floor, Language, Part};

/// Enough for a standard error of about a tenth of a percent.
const FLOOR_STORIES: usize = 10_000;
const SAMPLE: usize = 10_000;

fn main() {
    for language in Language::ALL {
        let grammar = language.grammar();
        let start = Instant::now();
        let texts: Vec<String> =
            language.stories(1, Part::All).take(SAMPLE).map(|story| story.text).collect();
        let stories_per_s = SAMPLE as f64 / start.elapsed().as_secs_f64();
        let megabytes: f64 = texts.iter().map(|text| text.len() as f64 / 1e6).sum();
        let distinct: HashSet<&str> = texts.iter().map(String::as_str).collect();
        let words: HashSet<String> = texts.iter().flat_map(|text| words(text)).collect();
        let lengths: Vec<usize> = texts.iter().map(|text| words_in(text)).collect();
        let start = Instant::now();
        let floor = Floor::measure(grammar, 2, FLOOR_STORIES);
        let floor_s = start.elapsed().as_secs_f64();
        println!(
            "{{\"language\": {:?}, \"bits_per_char\": {:.4}, \"standard_error\": {:.4}, \"words\": {}, \"skeletons\": {}, \
             \"duplicates_in_10000\": {}, \"stories_per_s\": {:.0}, \"mb_per_s\": {:.1}, \"shortest\": {}, \"longest\": {}, \"mean\": {:.1}, \"floor_s\": {floor_s:.1}}}",
            format!("{language:?}"),
            floor.bits_per_character,
            floor.standard_error,
            words.len(),
            grammar.skeletons().len(),
            SAMPLE - distinct.len(),
            stories_per_s,
            megabytes / SAMPLE as f64 * stories_per_s,
            lengths.iter().min().unwrap_or(&0),
            lengths.iter().max().unwrap_or(&0),
            lengths.iter().sum::<usize>() as f64 / SAMPLE as f64,
        );
    }
}

fn words_in(text: &str) -> usize {
    text.split(|letter: char| letter.is_whitespace())
        .filter(|word| word.chars().any(char::is_alphabetic))
        .count()
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
