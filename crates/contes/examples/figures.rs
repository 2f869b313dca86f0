//! Measures the stories and prints one JSON object with an entry a language: what `./dev bench contes` reads.

use std::collections::{BTreeMap, HashSet};
use std::time::Instant;

use petit_train_contes::{Floor, Language, Part};
use serde::Serialize;

/// Enough for a standard error of about a tenth of a percent.
const FLOOR_STORIES: usize = 20_000;
const SAMPLE: usize = 10_000;
/// Of which the titles are counted.
const TITLED: usize = 100_000;

#[derive(Serialize)]
struct Figures {
    bits_per_char: f64,
    standard_error: f64,
    words: usize,
    skeletons: usize,
    titles_in_100000: usize,
    duplicates_in_10000: usize,
    stories_per_s: f64,
    shortest_words: usize,
    longest_words: usize,
    mean_words: f64,
}

fn main() -> Result<(), serde_json::Error> {
    let figures: BTreeMap<&str, Figures> = [("fr", Language::French), ("en", Language::English)]
        .map(|(name, language)| (name, measure(language)))
        .into();
    println!("{}", serde_json::to_string(&figures)?);
    Ok(())
}

fn measure(language: Language) -> Figures {
    let grammar = language.grammar();
    let start = Instant::now();
    let texts: Vec<String> = language.stories(1, Part::All).take(SAMPLE).map(|story| story.text).collect();
    let stories_per_s = (SAMPLE as f64 / start.elapsed().as_secs_f64()).round();
    let words: HashSet<String> = texts.iter().flat_map(|text| words(text)).collect();
    let lengths: Vec<usize> = texts.iter().map(|text| length(text)).collect();
    let titles: HashSet<String> =
        language.stories(2, Part::All).take(TITLED).map(|story| story.title().to_owned()).collect();
    let floor = Floor::measure(grammar, 77, FLOOR_STORIES);
    let rounded = |value: f64, digits: i32| (value * 10_f64.powi(digits)).round() / 10_f64.powi(digits);
    Figures {
        bits_per_char: rounded(floor.bits_per_character, 4),
        standard_error: rounded(floor.standard_error, 4),
        words: words.len(),
        skeletons: grammar.skeletons().len(),
        titles_in_100000: titles.len(),
        duplicates_in_10000: SAMPLE - texts.iter().collect::<HashSet<_>>().len(),
        stories_per_s,
        shortest_words: lengths.iter().copied().min().unwrap_or(0),
        longest_words: lengths.iter().copied().max().unwrap_or(0),
        mean_words: rounded(lengths.iter().sum::<usize>() as f64 / SAMPLE as f64, 1),
    }
}

/// Words of a story, elided ones counted with what they lean on.
fn length(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count()
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}
