//! Several documents in one corpus, and others in their place.

use petit_train_core::data::{Corpus, Dataset, Part, Texts};
use petit_train_core::error::Error;
use petit_train_core::tokenizer::{SpecialToken, TokenizerConfig};

use crate::{CHARS, tokenize, windows};

const END: u32 = SpecialToken::EndOfText.id();

#[test]
fn the_end_of_a_document_is_a_token_where_there_are_several() {
    let (tokenizer, corpus) = tokenize(&["ab", "", "ba"], &CHARS, 64).unwrap();
    let [a, b] = ["a", "b"].map(|letter| tokenizer.encode(letter).unwrap()[0]);
    assert_eq!(windows(&corpus, Part::Training), [vec![a, b, END, b, a, END]]);
    // Its end costs bits, but is no character.
    assert_eq!(corpus.size().characters_per_token, 4.0 / 6.0);

    let (_, alone) = tokenize(&["ab"], &CHARS, 64).unwrap();
    assert_eq!(windows(&alone, Part::Training), [vec![a, b]]);
}

#[test]
fn both_parts_have_ends_or_none() {
    let texts = |training, validation| Texts { training, validation: Some(validation), alphabet: "" };
    for (training, validation, ends) in
        [(&["ab", "cd"][..], &["abc"][..], 2), (&["abcd"], &["abc", "d"], 1), (&["abcd"], &["abc"], 0)]
    {
        let (_, corpus) = Corpus::tokenize(texts(training, validation), &CHARS, 2).unwrap();
        let size = corpus.size();
        assert_eq!(size.training_tokens, 4 + ends);
        let characters = validation.concat().len();
        assert_eq!(size.validation_tokens, characters + if ends > 0 { validation.len() } else { 0 });
        assert_eq!(size.characters_per_token, characters as f64 / size.validation_tokens as f64);
    }
}

#[test]
fn a_given_validation_part_is_taken_as_it_is() {
    let texts = Texts { training: &["abcabcabc"], validation: Some(&["xyxyx"]), alphabet: "é" };
    let (tokenizer, corpus) = Corpus::tokenize(texts, &CHARS, 4).unwrap();
    assert_eq!(tokenizer.vocab_size(), 4 + 6, "the alphabet is that of all texts");
    assert_eq!(windows(&corpus, Part::Validation), [tokenizer.encode("xyxyx").unwrap()]);
    assert_eq!(corpus.size().training_tokens, 9);

    // None at all, where that is asked for.
    let long = "Il était une fois un train. ".repeat(100);
    let texts = Texts { training: &[&long], validation: Some(&[]), alphabet: "" };
    let (_, corpus) = Corpus::tokenize(texts, &CHARS, 4).unwrap();
    assert_eq!((corpus.size().training_tokens, corpus.size().validation_tokens), (long.chars().count(), 0));
}

#[test]
fn a_position_in_a_source_moves_nothing_to_the_other_part() {
    let text = "Il était une fois un train. ".repeat(100);
    let (_, corpus) = tokenize(&[&text], &CHARS, 8).unwrap();
    let placed = corpus.clone().at_position("12");
    assert_eq!((corpus.position(), placed.position()), ("", "12"));
    for part in [Part::Training, Part::Validation] {
        assert_eq!(windows(&placed, part), windows(&corpus, part));
    }
}

/// Both parts of a folder of poems hold documents with their ends.
#[test]
fn documents_are_split_like_a_text() {
    let poems: Vec<String> =
        (0..300).map(|number| format!("Poème {number}\n\nUn, deux, trois.\nAh !")).collect();
    let poems: Vec<&str> = poems.iter().map(String::as_str).collect();
    let (tokenizer, corpus) = tokenize(&poems, &CHARS, 16).unwrap();
    let judges = windows(&corpus, Part::Validation);
    assert!(judges.iter().any(|window| window.contains(&END)));
    assert!(tokenizer.decode(&judges[0]).starts_with("Poème"), "{:?}", tokenizer.decode(&judges[0]));
}

#[test]
fn other_documents_take_the_place_of_the_training_part_alone() {
    let texts = Texts { training: &["abab", "cdcd"], validation: Some(&["abcd", "dcba"]), alphabet: "z" };
    for config in [CHARS, TokenizerConfig::Bpe { vocab_size: 300 }] {
        let (tokenizer, mut corpus) = Corpus::tokenize(texts, &config, 3).unwrap();
        assert_eq!(corpus.position(), "");
        let (size, judges) = (corpus.size(), windows(&corpus, Part::Validation));

        corpus.replace_training(&["zz", "abcz", "d"], &tokenizer, "1234").unwrap();
        assert_eq!(corpus.position(), "1234");
        assert_eq!(windows(&corpus, Part::Validation), judges);
        assert_eq!(corpus.size().validation_tokens, size.validation_tokens);
        assert_eq!(corpus.size().characters_per_token, size.characters_per_token);
        let read: Vec<u32> = windows(&corpus, Part::Training).into_iter().flatten().collect();
        assert!(read.contains(&END) && read.contains(&tokenizer.encode("z").unwrap()[0]));

        // What is refused changes nothing.
        let before = windows(&corpus, Part::Training);
        let short = corpus.replace_training(&["z"], &tokenizer, "5678").unwrap_err();
        assert_eq!(short, Error::TextTooShort { part: Part::Training, tokens: 2, needed: 4 });
        if config == CHARS {
            let unknown = corpus.replace_training(&["abcdé", "è"], &tokenizer, "5678").unwrap_err();
            assert_eq!(unknown, Error::UnknownCharacters { characters: vec!['é', 'è'] });
        }
        assert_eq!((windows(&corpus, Part::Training), corpus.position()), (before, "1234"));
    }
}

/// Documents of 3 to 13 characters, all different: with their ends, of 4 to 14 tokens.
fn short_documents(count: usize) -> Vec<String> {
    let mut characters = '一'..;
    (0..count).map(|number| characters.by_ref().take(3 + number * 7 % 11).collect()).collect()
}

#[test]
fn a_validation_window_goes_on_where_the_whole_documents_of_the_last_end() {
    let documents = short_documents(200);
    let documents: Vec<&str> = documents.iter().map(String::as_str).collect();
    for block_size in [3, 6, 14, 40] {
        let texts = Texts { training: &["ab", "c"], validation: Some(&documents), alphabet: "" };
        let (tokenizer, _) = Corpus::tokenize(texts, &CHARS, 1).unwrap();
        let texts = Texts { training: &documents, ..texts };
        let corpus = Corpus::with_tokenizer(texts, &tokenizer, block_size).unwrap();
        let examples = corpus.validation(usize::MAX);
        let rows = corpus.rows(Part::Validation, &examples);
        let predicted = rows.targets.iter().zip(&rows.weights).filter(|(_, weight)| **weight == 1.0);
        let predicted: Vec<u32> = predicted.map(|(&token, _)| token).collect();
        let all: Vec<u32> =
            documents.iter().flat_map(|text| [tokenizer.encode(text).unwrap(), vec![END]].concat()).collect();
        // In order, each once; what does not fill a window at the end is left out.
        assert_eq!(predicted, all[1..=predicted.len()]);
        assert!(all.len() - predicted.len() <= block_size + 1);
        if block_size == 40 {
            let of_document = rows.inputs.chunks(40).skip(1).all(|window| window[0] == END);
            assert!(of_document, "every window begins with a document");
        }
        // Alone as among others.
        let last = examples[examples.len() - 1];
        let alone = corpus.rows(Part::Validation, &[last]);
        assert_eq!(alone.weights, rows.weights[rows.weights.len() - block_size..]);
    }
}
