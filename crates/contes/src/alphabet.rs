//! The characters that a story may hold: a tokenizer must know them all before the first story that uses
//! them.

use std::collections::BTreeSet;

use super::grammar::{Grammar, Op};
use super::sandhi::capitalised;
use super::word::{Paradigm, Word};

impl Grammar {
    /// Every character of every story, in code point order. A few may be too many: any word counts as if it
    /// could begin a sentence.
    pub fn alphabet(&self) -> String {
        let mut alphabet = Alphabet::default();
        // A line ends after the title, and where somebody speaks.
        alphabet.add(" \n");
        for op in self.sequences.iter().flatten() {
            match op {
                Op::Word(text, elided) => {
                    alphabet.add(text);
                    elided.iter().for_each(|form| alphabet.add(form));
                }
                Op::Punctuation(mark) => alphabet.add(mark),
                _ => {}
            }
        }
        for word in &self.lexicon.words {
            match word {
                Word::Noun(noun) => {
                    alphabet.add(&noun.singular);
                    alphabet.add(&noun.plural);
                }
                Word::Adjective(adjective) => alphabet.add_paradigm(&adjective.paradigm),
                Word::Verb(verb) => {
                    alphabet.add(&verb.complement);
                    for form in verb.forms.iter().flatten() {
                        alphabet.add(&form.invariable);
                        form.agreeing.iter().for_each(|paradigm| alphabet.add_paradigm(paradigm));
                    }
                }
            }
        }
        self.lexicon.tools.iter().for_each(|tool| alphabet.add_paradigm(&tool.paradigm));
        self.sandhi.results().for_each(|form| alphabet.add(form));
        alphabet.characters.into_iter().collect()
    }
}

#[derive(Default)]
struct Alphabet {
    characters: BTreeSet<char>,
}

impl Alphabet {
    fn add(&mut self, word: &str) {
        self.characters.extend(word.chars());
        self.characters.extend(capitalised(word).chars().next());
    }

    fn add_paradigm(&mut self, paradigm: &Paradigm) {
        let forms = paradigm.singular.iter().chain(&paradigm.plural);
        forms.chain(paradigm.before_vowel.iter().flatten()).for_each(|form| self.add(form));
    }
}
