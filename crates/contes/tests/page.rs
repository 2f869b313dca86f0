//! What the page shows of the stories before it loads any wasm: `www/texts/contes-*.json`, written by this
//! test when the words or rules have changed: `UPDATE_TEXTS=1 cargo test -p petit-train-contes --test page`.

use std::collections::HashSet;
use std::fs;

use petit_train_contes::{Floor, Language, Link, Part};
use serde::Serialize;

/// To read before another is asked for.
const STORIES: usize = 6;
/// Of these stories the page's are the first; the others are counted.
const COUNTED: usize = 10_000;

#[derive(Serialize)]
struct Page {
    /// Different words in ten thousand stories.
    words: usize,
    /// Every character that a story may hold.
    alphabet: String,
    floor: Floor,
    /// Never trained on.
    stories: Vec<Told>,
}

#[derive(Serialize)]
struct Told {
    text: String,
    /// As ranges of UTF-16 units.
    links: Vec<Link>,
}

fn page(language: Language) -> String {
    let texts: Vec<String> = language.stories(1, Part::All).take(COUNTED).map(|story| story.text).collect();
    let texts = texts.join("\n").to_lowercase();
    let words: HashSet<&str> = texts.split(|letter: char| !letter.is_alphabetic()).collect();
    let stories = language.stories(1, Part::Validation).take(STORIES);
    let page = Page {
        words: words.len() - 1,
        alphabet: language.grammar().alphabet(),
        floor: language.floor(),
        stories: stories
            .map(|story| Told { links: story.annotations.links_in_utf16(&story.text), text: story.text })
            .collect(),
    };
    serde_json::to_string(&page).expect("plain data") + "\n"
}

#[test]
fn the_pages_stories_are_those_of_the_grammar() {
    for (language, name) in [(Language::French, "fr"), (Language::English, "en")] {
        let path = format!("{}/../../www/texts/contes-{name}.json", env!("CARGO_MANIFEST_DIR"));
        let now = page(language);
        if std::env::var_os("UPDATE_TEXTS").is_some() {
            fs::write(&path, &now).expect("the folder is there");
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(written == now, "{path} is out of date: run this test with UPDATE_TEXTS=1");
    }
}
