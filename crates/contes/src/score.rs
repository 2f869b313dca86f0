//! The exact probability of a text under the grammar.
//!
//! A text may have several derivations: two alternatives that read alike, or a gender that no word shows. Its
//! probability is the sum over all of them, which a reading finds.

use super::grammar::Grammar;
use super::reading::Reading;

/// How likely a text is, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Natural logarithm of the probability; minus infinity for a text that is no story.
    pub ln_probability: f64,
    /// In how many ways the text can be derived.
    pub derivations: u64,
}

impl Score {
    pub(super) const IMPOSSIBLE: Self = Self { ln_probability: f64::NEG_INFINITY, derivations: 0 };
    pub(super) const CERTAIN: Self = Self { ln_probability: 0.0, derivations: 1 };

    /// Bits that the best code spends on the text, its end included.
    pub fn bits(self) -> f64 {
        -self.ln_probability / core::f64::consts::LN_2
    }

    /// The score of a text that is derived in this way or in that.
    pub(super) fn or(self, other: Self) -> Self {
        let (low, high) = match self.ln_probability < other.ln_probability {
            true => (self.ln_probability, other.ln_probability),
            false => (other.ln_probability, self.ln_probability),
        };
        let ln_probability = match low {
            f64::NEG_INFINITY => high,
            _ => high + (low - high).exp().ln_1p(),
        };
        Self { ln_probability, derivations: self.derivations.saturating_add(other.derivations) }
    }

    /// The score after a choice of this probability.
    pub(super) fn after(self, probability: f64) -> Self {
        Self { ln_probability: self.ln_probability + probability.ln(), ..self }
    }
}

impl Grammar {
    /// The probability that a story reads `text`.
    pub fn score(&self, text: &str) -> Score {
        let mut reading = Reading::new(self, self.starts.titled);
        reading.read(text);
        reading.whole(text)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::derivation::{Derivation, Options, Progress};
    use super::super::sink::Sink;
    use super::super::{Kind, Language, Source};
    use super::*;

    /// Small enough to list all its stories, with everything that can go wrong: weights, gender links, words
    /// that are not drawn twice, rules with roles, alternatives that read alike, a story or a title that
    /// begins another, skeletons with the same titles, with more of them or fewer, for the same roles or
    /// others.
    fn reduced() -> Grammar {
        let source = |kind, text| Source { file: "essai.txt", kind, text };
        Language::French
            .parse(&[
                source(
                    Kind::Nouns,
                    "= bête\nâne, m\nchat, m\noie, f\n= gens\nroi, m\n= nom\nNina, f\nOscar, m\nTom, m\n",
                ),
                source(
                    Kind::Adjectives,
                    "= taille\npetit, avant\nbeau, belle, voyelle bel, avant\n\
                    = couleur\nnoir\nroux, rousse\n",
                ),
                source(Kind::Tools, "= déterminants singuliers\nle, la\nun, une\n= pronoms\nil, elle\n"),
                source(
                    Kind::Sandhi,
                    "= voyelles\naâoeié\n= élisions\nle l'\nla l'\nde d'\n= contractions\n\
                    de + le = du\n",
                ),
                source(
                    Kind::Roles,
                    "héros : bête\nnom : nom, même genre que héros\n\
                    ami : bête, autre genre que héros\n",
                ),
                source(
                    Kind::Rules,
                    "début A\n  3: [un taille A couleur] dort.\n  [nom] dort {|2: près de \
                    [un bête]}.\n",
                ),
                source(
                    Kind::Tales,
                    "Un\n  titre : 2: [nom]\n  titre : [le héros]\n  <début héros>\n  \
                     [il héros] rêve de [le ami].\n\
                     Deux\n  titre : [nom]\n  titre : [nom] dort\n  <début héros> {Fin.|Fin.|Fin. Fin.}\n\
                     Trois\n  héros : gens\n  titre : [le héros]\n  titre : 3: [nom] dort\n  \
                     titre : [le héros] dort\n  [nom] dort. [le héros] rêve.\n\
                     Quatre\n  <début héros> Fin.\n",
                ),
            ])
            .expect("understood")
    }

    /// Every derivation with its text and its probability.
    fn enumerate(grammar: &Grammar) -> Vec<(String, f64)> {
        let mut open = vec![(Derivation::new(grammar, grammar.starts.told), Sink::writer(), 1.0)];
        let mut stories = Vec::new();
        let mut options = Options::new();
        while let Some((mut derivation, mut sink, probability)) = open.pop() {
            if derivation.advance(&mut sink, &mut options) == Progress::Choose {
                let total: u32 = options.iter().map(|(weight, _)| weight).sum();
                for &(weight, effect) in &options {
                    let mut next = derivation.clone();
                    next.choose(effect);
                    let Sink::Write { text, annotations } = &sink else { continue };
                    let sink = Sink::Write { text: text.clone(), annotations: annotations.clone() };
                    open.push((next, sink, probability * f64::from(weight) / f64::from(total)));
                }
                continue;
            }
            if let Sink::Write { text, .. } = sink {
                stories.push((text, probability));
            }
        }
        stories
    }

    fn by_text(derivations: &[(String, f64)]) -> HashMap<&str, (f64, u64)> {
        let mut texts: HashMap<&str, (f64, u64)> = HashMap::new();
        for (text, probability) in derivations {
            let entry = texts.entry(text).or_default();
            entry.0 += probability;
            entry.1 += 1;
        }
        texts
    }

    #[test]
    fn probabilities_of_all_stories_sum_to_one() {
        let derivations = enumerate(&reduced());
        let total: f64 = derivations.iter().map(|(_, probability)| probability).sum();
        assert!((total - 1.0).abs() < 1e-12, "{total}");
        assert!(derivations.len() > 100, "{} derivations", derivations.len());
    }

    #[test]
    fn the_score_agrees_with_the_enumeration() {
        let grammar = reduced();
        let derivations = enumerate(&grammar);
        let texts = by_text(&derivations);
        assert!(texts.values().any(|&(_, ways)| ways > 1), "no ambiguous text to test on");
        for (text, (probability, ways)) in &texts {
            let score = grammar.score(text);
            assert_eq!(score.derivations, *ways, "{text}");
            assert!((score.ln_probability - probability.ln()).abs() < 1e-9, "{text}");
        }
    }

    /// What the judge says of any text is what comparing it with every story says.
    #[test]
    fn the_judge_agrees_with_the_enumeration() {
        let grammar = reduced();
        let derivations = enumerate(&grammar);
        let texts = by_text(&derivations);
        let mut judge = super::super::Judge::new(&grammar);
        let common = |text: &str, story: &str| super::super::sink::common_prefix(text, story);
        let longest = |text: &str| {
            let tales = texts.keys().map(|story| story.split_once('\n').map_or("", |(_, tale)| tale));
            texts.keys().copied().chain(tales).map(|story| common(text, story)).max().unwrap_or(0)
        };
        let mut judged = 0;
        for (index, story) in texts.keys().enumerate() {
            let letters: Vec<char> = story.chars().collect();
            let (at, other) = (index * 13 % letters.len(), letters[index * 5 % letters.len()]);
            let mut changed = letters.clone();
            changed[at] = other;
            let changed: String = changed.into_iter().collect();
            let mut words: Vec<&str> = story.split(' ').collect();
            let last = words.len() - 1;
            words.swap(index % (last + 1), last);
            let cut: String = letters[..at].iter().collect();
            for text in [changed, words.join(" "), cut, story.split_once('\n').expect("a title").1.to_owned()]
            {
                let judgement = judge.read(&text);
                assert_eq!(judgement.right, longest(&text), "{text}");
                let tale =
                    |story: &&str| **story == text || story.split_once('\n').is_some_and(|(_, t)| t == text);
                assert_eq!(judgement.whole, texts.keys().any(tale), "{text}");
                judged += 1;
            }
        }
        assert!(judged > 100, "{judged} texts");
    }

    /// The chain rule: after any beginning, the probabilities of what may come next, the end included, sum to
    /// one.
    #[test]
    fn continuations_sum_to_one() {
        let grammar = reduced();
        let derivations = enumerate(&grammar);
        let texts = by_text(&derivations);
        let scores: HashMap<&str, f64> =
            texts.keys().map(|text| (*text, grammar.score(text).ln_probability.exp())).collect();
        let begins: f64 = scores.values().sum();
        assert!((begins - 1.0).abs() < 1e-9);
        for text in texts.keys() {
            for (end, _) in text.char_indices() {
                let start = &text[..end];
                let mass = |start: &str| -> f64 {
                    scores
                        .iter()
                        .filter(|(other, _)| other.starts_with(start))
                        .map(|(_, probability)| probability)
                        .sum()
                };
                let mut next: Vec<char> =
                    texts.keys().filter_map(|other| other.strip_prefix(start)?.chars().next()).collect();
                next.sort_unstable();
                next.dedup();
                let ends = scores.get(start).copied().unwrap_or(0.0);
                let goes_on: f64 = next.iter().map(|letter| mass(&format!("{start}{letter}"))).sum();
                assert!(((ends + goes_on) / mass(start) - 1.0).abs() < 1e-9, "after `{start}`");
            }
        }
    }

    #[test]
    fn the_floor_of_the_reduced_grammar_is_its_entropy() {
        let grammar = reduced();
        let derivations = enumerate(&grammar);
        let entropy: f64 =
            by_text(&derivations).values().map(|(probability, _)| -probability * probability.log2()).sum();
        let characters: f64 =
            derivations.iter().map(|(text, probability)| probability * text.chars().count() as f64).sum();
        let floor = super::super::Floor::measure(&grammar, 5, 20_000);
        let error = (floor.bits_per_character - entropy / characters).abs();
        assert!(error < 4.0 * floor.standard_error, "{floor:?}, exactly {}", entropy / characters);
    }
}
