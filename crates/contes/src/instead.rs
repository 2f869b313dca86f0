//! What could have come where a text has its first mistake.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap};

use super::derivation::{Derivation, Options, Progress};
use super::reading::{Reading, State, branch};
use super::sink::{Match, Sink};
use super::template::is_word_letter;

/// Words that are named.
const MOST: usize = 4;
/// Derivations that are followed, the likeliest first, to find them.
const FOLLOWED: usize = 1_500;

/// Whole words that could stand where the first mistake of `text` is, the likeliest first; none where the
/// tale is over there.
pub(super) fn instead(reading: &Reading<'_>, text: &str) -> Vec<String> {
    let (right, wrong) = text.split_at_checked(reading.right()).unwrap_or((text, ""));
    let begun = right.len() - right.trim_end_matches(is_word_letter).len();
    let place = Place {
        begun: &right[right.len() - begun..],
        goes_on: wrong.chars().next().is_some_and(is_word_letter),
    };
    let mut words: HashMap<String, f64> = HashMap::new();
    let mut open: BinaryHeap<Likeliest<'_>> =
        reading.states_before_mistake(text).into_iter().map(Likeliest).collect();
    let best = open.peek().map_or(0.0, |likeliest| likeliest.0.score.ln_probability);
    let (mut followed, mut options, mut next) = (open.len(), Options::new(), Vec::new());
    while let Some(Likeliest(mut state)) = open.pop() {
        let mut sink = Sink::Match(Match::resume(right, state.at, &state.ahead));
        let progress = state.derivation.advance(&mut sink, &mut options);
        let Sink::Match(matching) = sink else { continue };
        if progress == Progress::Failed {
            continue;
        }
        if let Some(word) = place.word(&state, &matching, progress == Progress::Done) {
            *words.entry(word).or_default() += (state.score.ln_probability - best).exp();
        } else if progress == Progress::Choose && followed < FOLLOWED {
            let outlook = state.derivation.surface().outlook(&matching);
            let agrees = |derivation: &Derivation<'_>, effect| derivation.reach(&outlook, effect).is_ok();
            branch(state.moved(matching), &options, agrees, &mut next);
            followed += next.len();
            open.extend(next.drain(..).map(Likeliest));
        }
    }
    let mut words: Vec<(String, f64)> = words.into_iter().collect();
    words.sort_by(|(a, likely), (b, as_likely)| as_likely.total_cmp(likely).then_with(|| a.cmp(b)));
    words.truncate(MOST);
    words.into_iter().map(|(word, _)| word).collect()
}

/// The place of a mistake.
struct Place<'t> {
    /// The beginning of a word with which the right part ends.
    begun: &'t str,
    /// Whether the mistake is a letter.
    goes_on: bool,
}

impl Place<'_> {
    /// The word that a derivation says in this place, once it is whole.
    fn word(&self, state: &State<'_>, matching: &Match<'_>, is_over: bool) -> Option<String> {
        let waiting = state.derivation.surface().certain_word();
        let is_certain = is_over || waiting.is_some();
        let waiting = waiting.unwrap_or_default();
        let said = match matching.is_over() {
            true => format!("{}{waiting}", matching.ahead),
            // The word that waits begins in the right part.
            false => waiting.strip_prefix(matching.rest())?.to_owned(),
        };
        let letters = |text: &str| text.find(|letter| !is_word_letter(letter)).unwrap_or(text.len());
        if self.goes_on && !self.begun.is_empty() && letters(&said) == 0 && !said.is_empty() {
            return Some(self.begun.to_owned());
        }
        let next = if letters(&said) > 0 { said.as_str() } else { said.trim_start() };
        let begun = if next.len() == said.len() { self.begun } else { "" };
        let end = letters(next);
        match next.chars().next()? {
            mark if end == 0 => Some(mark.to_string()),
            _ if end < next.len() || is_certain => Some(format!("{begun}{}", &next[..end])),
            _ => None,
        }
    }
}

/// The likelier is the greater.
struct Likeliest<'g>(State<'g>);

impl Ord for Likeliest<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.score.ln_probability.total_cmp(&other.0.score.ln_probability)
    }
}

impl PartialOrd for Likeliest<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Likeliest<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Likeliest<'_> {}
