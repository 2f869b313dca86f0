//! Prints stories: `cargo run -p petit-train-contes --example tell -- fr|en [count] [seed]`.

use petit_train_contes::{Language, Part};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number =
        |index: usize, default| arguments.get(index).map_or(default, |text| text.parse().unwrap_or(default));
    let language =
        if arguments.get(1).is_some_and(|name| name == "en") { Language::English } else { Language::French };
    for story in language.stories(number(3, 1), Part::Training).take(number(2, 5) as usize) {
        println!("{}\n", story.text);
    }
}
