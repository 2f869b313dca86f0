//! A text as a reader is shown it: which tokens, by which merges, how often.

use petit_train_core::data::{Corpus, Dataset, Texts};
use petit_train_core::error::Error;
use petit_train_core::tokenizer::{
    CharacterPart, MergeStep, Merging, SpecialToken, TextToken, TokenKind, Tokenizer, TokenizerParts,
};

use crate::texts::{FRENCH, random_text, rng};
use crate::{SMALLEST, as_bpe, bpe, chars};

fn ids(tokens: &[TextToken]) -> Vec<u32> {
    tokens.iter().filter_map(|token| token.id).collect()
}

/// The text that tokens spell: a character in parts is told by the last of them.
fn told(tokens: &[TextToken]) -> String {
    let whole = |token: &&TextToken| token.part.is_none_or(|part| part.number == part.of);
    tokens.iter().filter(whole).map(|token| token.text.as_str()).collect()
}

#[test]
fn a_text_is_cut_as_it_is_encoded_and_no_character_is_torn() {
    let tokenizer = bpe(FRENCH, 400);
    let mut rng = rng(31);
    let random = (0..300).map(|_| random_text(&mut rng, 12));
    for text in random.chain([FRENCH.to_owned(), String::new()]) {
        let tokens = tokenizer.cut(&text);
        assert_eq!(ids(&tokens), tokenizer.encode(&text).unwrap());
        assert_eq!(told(&tokens), text);
        for token in tokens {
            let bytes = tokenizer.token_bytes(token.id.unwrap());
            match token.part {
                None => assert_eq!(bytes, token.text.as_bytes()),
                Some(CharacterPart { number, of }) => {
                    assert_eq!((token.text.chars().count(), token.text.len()), (1, of));
                    assert_eq!(bytes, [token.text.as_bytes()[number - 1]]);
                }
            }
        }
    }
}

#[test]
fn letters_that_a_vocabulary_lacks_have_no_number() {
    let tokens = chars("abc").cut("cé🚂a");
    let token = |id, text: &str| TextToken { id, text: text.to_owned(), part: None };
    assert_eq!(tokens, [token(Some(6), "c"), token(None, "é"), token(None, "🚂"), token(Some(4), "a")]);
}

/// The tokens after so many steps: the last merge of those that joined a token's letters made it.
fn after(merging: &Merging, steps: usize) -> Vec<u32> {
    let mut tokens: Vec<(u32, Option<usize>)> = vec![];
    for (letter, joined) in merging.letters.iter().zip(&merging.joined) {
        match (joined.filter(|&step| step < steps), tokens.last_mut()) {
            (Some(step), Some(token)) => token.1 = token.1.max(Some(step)),
            _ => tokens.push((letter.id.unwrap(), None)),
        }
    }
    tokens.into_iter().map(|(id, step)| step.map_or(id, |step| merging.steps[step].id)).collect()
}

/// The first merges alone, as the tokenizer that learned no more of them has them.
fn first_merges(tokenizer: &Tokenizer, count: usize) -> Tokenizer {
    let mut parts = tokenizer.parts();
    if let TokenizerParts::Bpe { merges, .. } = &mut parts {
        merges.truncate(count);
    }
    Tokenizer::from_parts(parts).unwrap()
}

#[test]
fn a_text_is_what_its_merges_make_of_its_letters() {
    let tokenizer = bpe(FRENCH, 600);
    let mut rng = rng(32);
    let random = (0..60).map(|_| random_text(&mut rng, 20));
    let french = ["Le petit train n’avait pas envie.", "aaaaa l'herbe et l'herbe 🚂"].map(str::to_owned);
    for text in random.chain(french) {
        let merging = tokenizer.merging(&text);
        assert_eq!(told(&merging.letters), text);
        assert!(merging.steps.is_sorted_by_key(|step| step.number));
        let mut tokens = merging.letters.len();
        for (index, step) in merging.steps.iter().enumerate() {
            // A tokenizer that had learned no more than that cuts the text just so.
            let cut = first_merges(&tokenizer, step.number).encode(&text).unwrap();
            assert_eq!(after(&merging, index + 1), cut);
            tokens -= step.times;
            assert_eq!((step.tokens, cut.len()), (tokens, tokens));
            assert_eq!(tokenizer.label(step.id), format!("{}{}", step.left, step.right));
        }
        assert_eq!(after(&merging, merging.steps.len()), tokenizer.encode(&text).unwrap());
    }
}

#[test]
fn a_merge_is_named_by_its_place_among_all() {
    let tokenizer = bpe("abab abab cd cd ", SMALLEST + 20);
    let merging = tokenizer.merging("ab cd");
    let first = MergeStep { number: 1, left: "a".into(), right: "b".into(), ..merging.steps[0].clone() };
    assert_eq!(merging.steps[0], first);
    assert_eq!((first.times, first.tokens, first.id), (1, 4, SMALLEST as u32));
    assert_eq!(merging.joined.len(), 5);
    assert_eq!(merging.joined[..2], [None, Some(0)]);
    // Letters are not merged.
    let merging = chars("ab").merging("ab");
    assert_eq!((merging.letters.len(), merging.joined, merging.steps), (2, vec![None, None], vec![]));
}

/// How often each merge's pair stands in a text: counted in tokens that a tokenizer with the merges before it
/// makes, piece by piece.
fn count_plainly(tokenizer: &Tokenizer, documents: &[&str]) -> Vec<usize> {
    let merges = as_bpe(tokenizer).merges();
    let count = |(index, &(left, right)): (usize, &(u32, u32))| {
        let before = first_merges(tokenizer, index);
        let mut count = 0;
        for document in documents {
            // No merge crosses the border of a piece; a word carries the space before it.
            for (number, word) in document.split(' ').enumerate() {
                let piece = if number == 0 { word.to_owned() } else { format!(" {word}") };
                let ids = before.encode(&piece).unwrap();
                count += ids.windows(2).filter(|pair| pair == &[left, right]).count();
            }
        }
        count
    };
    merges.iter().enumerate().map(count).collect()
}

#[test]
fn occurrences_are_those_that_can_be_counted_by_hand() {
    let text = "le chat et le chien et la chatte aaaa le petit chat la la";
    let tokenizer = bpe(text, SMALLEST + 40);
    for documents in [&[text][..], &["le chat aaa", "la chatte"]] {
        let found = tokenizer.occurrences(documents).unwrap();
        assert_eq!(found.pairs, count_plainly(&tokenizer, documents));
        let mut tokens = vec![0; tokenizer.vocab_size()];
        for document in documents {
            tokenizer.encode(document).unwrap().into_iter().for_each(|id| tokens[id as usize] += 1);
            let end = SpecialToken::EndOfText.id() as usize;
            tokens[end] += usize::from(documents.len() > 1);
        }
        assert_eq!(found.tokens, tokens);
    }
    // As it was learned: each pair was the most frequent one of its time, and worth a merge.
    let pairs = tokenizer.occurrences(&[text]).unwrap().pairs;
    assert!(pairs.iter().all(|&count| count >= 2));
    let unknown = Error::UnknownCharacters { characters: vec!['z'] };
    assert_eq!(chars("ab").occurrences(&["az"]).err(), Some(unknown));
    assert_eq!(chars("ab").occurrences(&["aab"]).unwrap().tokens, [0, 0, 0, 0, 2, 1]);
}

#[test]
fn occurrences_sum_to_the_tokens_that_a_training_has() {
    let documents: Vec<&str> = FRENCH.lines().filter(|line| !line.is_empty()).collect();
    for documents in [&documents[..], &[FRENCH]] {
        for tokenizer in [bpe(FRENCH, 500), chars(FRENCH)] {
            let texts = Texts { training: documents, validation: Some(&[]), alphabet: "" };
            let corpus = Corpus::with_tokenizer(texts, &tokenizer, 16).unwrap();
            let counted = tokenizer.occurrences(documents).unwrap().tokens;
            assert_eq!(counted.iter().sum::<usize>(), corpus.size().training_tokens);
        }
    }
}

#[test]
fn every_entry_of_a_vocabulary_says_what_it_is() {
    let tokenizer = bpe(FRENCH, 400);
    let entries = tokenizer.entries();
    assert_eq!(entries.len(), 400);
    for (id, entry) in (0u32..).zip(&entries) {
        assert_eq!(entry.text, tokenizer.label(id));
        let bytes = tokenizer.token_bytes(id);
        match entry.kind {
            TokenKind::Special => assert!(SpecialToken::of(id).is_some()),
            TokenKind::Byte => assert_eq!(bytes.len(), 1),
            TokenKind::Character => assert_eq!(entry.text.chars().count(), 1),
            TokenKind::Piece => assert!(entry.text.chars().count() > 1),
        }
    }
    let count = |kind| entries.iter().filter(|entry| entry.kind == kind).count();
    assert_eq!((count(TokenKind::Special), count(TokenKind::Piece)), (4, as_bpe(&tokenizer).merges().len()));
    let kinds = chars("ab").entries().into_iter().map(|entry| entry.kind).collect::<Vec<_>>();
    assert_eq!(kinds[4..], [TokenKind::Character; 2]);
}
