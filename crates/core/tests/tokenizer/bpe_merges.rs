//! Which merges are learned: always the same ones, those of a trainer written as plainly as possible.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use rand::RngExt;

use crate::texts::{FRENCH, random_text, rng};
use crate::{SMALLEST, as_bpe, bpe, largest_bpe};

type Pair = (u32, u32);

/// Counts all pairs again after every merge. `words` are ids below `next_id`, the first of a merge.
fn learn_plainly(mut words: Vec<Vec<u32>>, next_id: u32) -> Vec<Pair> {
    let mut merges: Vec<Pair> = Vec::new();
    loop {
        let mut counts: BTreeMap<Pair, usize> = BTreeMap::new();
        for word in &words {
            for pair in word.windows(2) {
                *counts.entry((pair[0], pair[1])).or_default() += 1;
            }
        }
        match counts.into_iter().max_by_key(|&(pair, count)| (count, Reverse(pair))) {
            Some((pair, count)) if count >= 2 => {
                let id = next_id + merges.len() as u32;
                words.iter_mut().for_each(|word| replace(word, pair, id));
                merges.push(pair);
            }
            _ => return merges,
        }
    }
}

fn replace(word: &mut Vec<u32>, pair: Pair, id: u32) {
    let mut index = 0;
    while index + 1 < word.len() {
        if (word[index], word[index + 1]) == pair {
            word[index] = id;
            word.remove(index + 1);
        }
        index += 1;
    }
}

#[test]
fn merges_are_those_of_the_plain_trainer() {
    let mut rng = rng(4);
    for round in 0..150 {
        // Few letters and long words: many ties, many overlaps (`aaa`), several ways to spell a token.
        let letters = 2 + round % 3;
        let mut word = || -> String {
            let length = rng.random_range(1..=24);
            (0..length).map(|_| ['a', 'b', 'c', 'd'][rng.random_range(0..letters)]).collect()
        };
        let first = word();
        let others: Vec<String> = (0..60).map(|_| format!(" {}", word())).collect();
        let text = format!("ab{first}{}", others.concat());

        let tokenizer = largest_bpe(&text);
        let mut words = vec![format!("ab{first}")];
        words.extend(others);
        let base = bpe(&text, SMALLEST);
        let words = words.iter().map(|word| base.encode(word).unwrap()).collect();
        assert_eq!(as_bpe(&tokenizer).merges(), learn_plainly(words, SMALLEST as u32));
    }
}

#[test]
fn the_same_text_gives_the_same_tokenizer() {
    // Everything in this text is equally frequent. Hash maps are seeded anew each time.
    let ties = "abcdefghijklmnopqrstuvwxyzéèàùç ".repeat(2);
    let all_scripts = random_text(&mut rng(5), 20_000);
    for (text, vocab_size) in [(FRENCH, 450), (&ties, 260), (&all_scripts, 900)] {
        let first = bpe(text, vocab_size);
        for _ in 0..5 {
            let again = bpe(text, vocab_size);
            assert_eq!(as_bpe(&again).merges(), as_bpe(&first).merges());
            assert_eq!(again.encode(text).unwrap(), first.encode(text).unwrap());
        }
    }
}

#[test]
fn no_two_tokens_are_spelled_alike() {
    let mut rng = rng(6);
    let text: String = (0..20_000).map(|_| ['a', 'b', 'c', ' '][rng.random_range(0..4)]).collect();
    let tokenizer = largest_bpe(&text);
    let ids = 4..tokenizer.vocab_size() as u32;
    let spellings: HashSet<&[u8]> = ids.map(|id| tokenizer.token_bytes(id)).collect();
    assert_eq!(spellings.len(), tokenizer.vocab_size() - 4);
}

#[test]
fn merges_are_the_last_ids_in_order() {
    let tokenizer = bpe(FRENCH, 450);
    let merges = as_bpe(&tokenizer).merges();
    let first_merge = 450 - merges.len() as u32;
    for (id, &(left, right)) in (first_merge..).zip(merges) {
        assert!(left < id && right < id);
        let joined = [tokenizer.token_bytes(left), tokenizer.token_bytes(right)].concat();
        assert_eq!(tokenizer.token_bytes(id), joined);
    }
}

#[test]
fn a_long_text_without_spaces_is_encoded_in_good_time() {
    // One piece of 400,000 characters: a trainer or encoder that looks at a piece as a whole for each merge
    // would need hours.
    let mut rng = rng(7);
    let text: String = (0..400_000).map(|_| rng.random_range('a'..='d')).collect();
    let tokenizer = bpe(&text, 600);
    assert_eq!(tokenizer.decode(&tokenizer.encode(&text).unwrap()), text);
}
