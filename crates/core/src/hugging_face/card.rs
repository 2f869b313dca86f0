//! The model card: `README.md`, in the reader's language. Every figure says where it comes from.

use super::facts::{Facts, TaleFacts};
use super::words::{Words, words};
use crate::config::ModelConfig;
use crate::tokenizer::{SpecialToken, Tokenizer};

/// Characters of a name that a card shows.
const LONGEST_NAME: usize = 200;

/// The card of a model of these sizes; `began_from_file` where its first weights, or all of them, came from a
/// file.
pub(super) fn card(
    config: &ModelConfig,
    tokenizer: &Tokenizer,
    is_of_documents: bool,
    began_from_file: bool,
    facts: &Facts,
) -> String {
    let words = words(facts.language);
    let name = plain(&facts.name);
    let title = if name.is_empty() { words.untitled } else { &name };
    let mut rows = vec![];
    rows.extend(data_rows(words, tokenizer, facts));
    rows.extend(model_rows(words, config, tokenizer));
    rows.extend(training_rows(words, facts));
    rows.extend(result_rows(words, facts));
    let table: String = rows
        .into_iter()
        .map(|[figure, value, origin]| format!("| {figure} | {value} | {origin} |\n"))
        .collect();
    let [figure, value, origin] = words.columns;
    let Words { use_title, limits_title, .. } = words;
    let about = if began_from_file { words.about_continued } else { words.about };
    let example = example(words, is_of_documents);
    let limits = limits(words, config, tokenizer, is_of_documents);
    format!(
        "---\nlibrary_name: transformers\npipeline_tag: text-generation\ntags:\n- petit-train\n---\n\n\
         # {title}\n\n{about}\n\n| {figure} | {value} | {origin} |\n|---|---|---|\n{table}\n\
         ## {use_title}\n\n{example}\n## {limits_title}\n\n{limits}"
    )
}

/// A figure, its value, and where it comes from.
type Row = [String; 3];

fn data_rows(words: &Words, tokenizer: &Tokenizer, facts: &Facts) -> Vec<Row> {
    let kind = match tokenizer {
        Tokenizer::Chars(_) => words.letters,
        Tokenizer::Bpe(_) => words.pieces,
    };
    vec![
        row(words, words.text, facts.text.as_deref().map(plain), words.given),
        row(words, words.fingerprint, facts.fingerprint.as_deref().map(plain), words.measured),
        row(words, words.characters, facts.characters.map(|n| whole(words, n)), words.measured),
        row(words, words.tokenizer, Some(kind.into()), words.given),
        row(words, words.vocabulary, Some(whole(words, tokenizer.vocab_size() as u64)), words.measured),
        row(
            words,
            words.characters_per_token,
            facts.characters_per_token.and_then(|n| real(words, n)),
            words.measured,
        ),
    ]
}

fn model_rows(words: &Words, config: &ModelConfig, tokenizer: &Tokenizer) -> Vec<Row> {
    let parameters = whole(words, config.n_parameters(tokenizer.vocab_size()));
    let sizes = [config.n_layer, config.n_head, config.n_embd, config.block_size];
    let sizes = sizes.into_iter().zip(words.shape_units).map(|(size, unit)| format!("{size} {unit}"));
    let origin = format!("{}, {}", words.derived, words.parameters_from);
    vec![
        row(words, words.shape, Some(sizes.collect::<Vec<_>>().join(", ")), words.given),
        row(words, words.parameters, Some(parameters), &origin),
    ]
}

fn training_rows(words: &Words, facts: &Facts) -> Vec<Row> {
    let count = |number: Option<u64>| number.map(|number| whole(words, number));
    vec![
        row(words, words.steps, count(facts.steps), words.measured),
        row(words, words.tokens, count(facts.tokens), words.measured),
        // Not a quantity: its digits are not grouped.
        row(words, words.seed, facts.seed.map(|seed| seed.to_string()), words.given),
        row(words, words.seconds, facts.seconds.and_then(|n| real(words, n)), words.measured),
    ]
}

fn result_rows(words: &Words, facts: &Facts) -> Vec<Row> {
    let origin_of_loss = match facts.validation_examples {
        Some(examples) => format!("{}, {} {}", words.measured, whole(words, examples), words.examples),
        None => words.measured.into(),
    };
    // Of a token, to bits of a character.
    let bits = facts.validation_loss.zip(facts.characters_per_token);
    let bits = bits.and_then(|(loss, length)| real(words, loss / core::f64::consts::LN_2 / length));
    let origin_of_bits = format!("{}, {}", words.derived, words.bits_from);
    let tales = facts.tales.and_then(|TaleFacts { whole: right, of, temperature }| {
        let (right, all) = (whole(words, right), whole(words, of));
        Some(format!("{right} {} {all} ({} {})", words.of, words.temperature, real(words, temperature)?))
    });
    let loss = |loss: Option<f64>| loss.and_then(|loss| real(words, loss));
    vec![
        row(words, words.training_loss, loss(facts.training_loss), words.measured),
        row(words, words.validation_loss, loss(facts.validation_loss), &origin_of_loss),
        row(words, words.bits, bits, &origin_of_bits),
        row(words, words.tales, tales, words.measured),
    ]
}

/// A row of the table; what has no value is missing.
fn row(words: &Words, figure: &str, value: Option<String>, origin: &str) -> Row {
    match value.filter(|value| !value.is_empty()) {
        Some(value) => [figure.into(), value, origin.into()],
        None => [figure.into(), "–".into(), words.missing.into()],
    }
}

/// A program that loads the folder and writes.
fn example(words: &Words, is_of_documents: bool) -> String {
    let beginning = if is_of_documents { SpecialToken::EndOfText.text() } else { "" };
    let prompt = words.prompt;
    format!(
        "```python\n\
         from transformers import AutoModelForCausalLM, AutoTokenizer\n\n\
         folder = \".\"\n\
         tokenizer = AutoTokenizer.from_pretrained(folder)\n\
         model = AutoModelForCausalLM.from_pretrained(folder)\n\
         prompt = tokenizer(\"{beginning}{prompt}\", return_tensors=\"pt\")\n\
         print(tokenizer.decode(model.generate(**prompt)[0], skip_special_tokens=True))\n\
         ```\n"
    )
}

fn limits(words: &Words, config: &ModelConfig, tokenizer: &Tokenizer, is_of_documents: bool) -> String {
    let [before, after] = words.context;
    let context = format!("{before} {} {after}", config.block_size);
    let unknown = matches!(tokenizer, Tokenizer::Chars(_)).then_some(words.unknown_letters);
    let document = is_of_documents.then_some(words.document);
    let limits = [context.as_str()].into_iter().chain(document).chain([words.special]).chain(unknown);
    limits.map(|limit| format!("- {limit}\n")).collect()
}

/// A text of the user's as one line without any mark-up in it.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.join(" ");
    let escaped = line.trim().chars().take(LONGEST_NAME).flat_map(|character| {
        let mark = character.is_ascii_punctuation() && !",.:;'-".contains(character);
        mark.then_some('\\').into_iter().chain([character])
    });
    escaped.collect()
}

/// A whole number, its digits in groups of three.
fn whole(words: &Words, number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push_str(words.thousands);
        }
        grouped.push(digit);
    }
    grouped
}

/// A number with up to four decimals; none where it is not finite.
fn real(words: &Words, number: f64) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    let text = format!("{number:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    Some(text.replace('.', words.decimal))
}
