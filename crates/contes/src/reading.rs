//! Reading a text: every derivation that agrees with it, side by side, from word to word.
//!
//! Derivations that go on alike are one from there on, so their number stays small. Where none is left, the
//! text has its first mistake.

use std::mem;

use super::derivation::{Derivation, Effect, Options, Progress};
use super::grammar::{Grammar, PickId};
use super::score::Score;
use super::sink::{Match, Sink, Verdict};

/// A derivation that agrees with a text as far as it was read.
#[derive(Clone, Debug)]
pub(super) struct State<'g> {
    pub derivation: Derivation<'g>,
    /// Bytes of the text that it has said.
    pub at: usize,
    /// What it has said beyond them.
    pub ahead: String,
    pub score: Score,
}

impl State<'_> {
    /// The same after what a sink has heard of it.
    pub fn moved(self, Match { at, ahead, .. }: Match<'_>) -> Self {
        Self { at, ahead, ..self }
    }

    /// Whether it agrees whatever it says next. Otherwise a word waits that may turn out otherwise.
    fn is_certain(&self, read: usize) -> bool {
        self.at == read
    }
}

/// All derivations of a text that is read piece by piece.
#[derive(Clone, Debug)]
pub(super) struct Reading<'g> {
    states: Vec<State<'g>>,
    /// Bytes of the text with which the states agree.
    read: usize,
    /// Bytes before the first mistake, once there is one.
    mistake: Option<usize>,
}

impl<'g> Reading<'g> {
    /// Nothing is read yet.
    pub fn new(grammar: &'g Grammar, start: PickId) -> Self {
        let derivation = Derivation::new(grammar, start);
        let states = vec![State { derivation, at: 0, ahead: String::new(), score: Score::CERTAIN }];
        Self { states, read: 0, mistake: None }
    }

    /// Reads to the end of a text that begins with what was read so far.
    pub fn read(&mut self, text: &str) {
        while self.mistake.is_none() && self.read < text.len() {
            let stop = end_of_word(text, self.read);
            let known = &text[..stop];
            let states = follow(&self.states, known);
            if !states.iter().any(|state| state.is_certain(stop)) {
                let right = longest_agreement(&self.states, known, self.read);
                if right < stop {
                    self.mistake = Some(right);
                    return;
                }
            }
            (self.states, self.read) = (states, stop);
        }
    }

    /// Bytes before the first mistake, or all that was read.
    pub fn right(&self) -> usize {
        self.mistake.unwrap_or(self.read)
    }

    /// Whether there is a mistake.
    pub fn is_mistaken(&self) -> bool {
        self.mistake.is_some()
    }

    /// The states after the last word that is right.
    pub fn states(&self) -> &[State<'g>] {
        &self.states
    }

    /// The states that agree with everything before the first mistake.
    pub fn states_before_mistake(&self, text: &str) -> Vec<State<'g>> {
        follow(&self.states, text.get(..self.right()).unwrap_or_default())
    }

    /// The probability that a story is what was read, no more.
    pub fn whole(&self, text: &str) -> Score {
        if self.is_mistaken() {
            return Score::IMPOSSIBLE;
        }
        let known = text.get(..self.read).unwrap_or_default();
        let (mut score, mut options) = (Score::IMPOSSIBLE, Options::new());
        let mut open = self.states.clone();
        while let Some(mut state) = open.pop() {
            let mut sink = Sink::Match(Match::resume(known, state.at, &state.ahead));
            let progress = state.derivation.advance(&mut sink, &mut options);
            let Sink::Match(matching) = sink else { continue };
            if !matching.ahead.is_empty() || matching.verdict != Verdict::Agrees {
                continue;
            }
            match progress {
                Progress::Done if matching.is_over() => score = score.or(state.score),
                Progress::Choose => {
                    let silent = |derivation: &Derivation<'_>, effect| !derivation.speaks(effect);
                    branch(state.moved(matching), &options, silent, &mut open);
                }
                _ => {}
            }
        }
        score
    }
}

/// The end of the word at `start`, or of the gap there and the word after it.
fn end_of_word(text: &str, start: usize) -> usize {
    let mut letters = text[start..].char_indices();
    letters.next();
    letters.find(|(_, letter)| letter.is_whitespace()).map_or(text.len(), |(index, _)| start + index)
}

/// Adds the states after those choices that `keep` allows. Most often that is one, which needs no copy.
pub(super) fn branch<'g>(
    state: State<'g>,
    options: &Options,
    keep: impl Fn(&Derivation<'g>, Effect) -> bool,
    open: &mut Vec<State<'g>>,
) {
    let total: u32 = options.iter().map(|(weight, _)| weight).sum();
    let after = |mut state: State<'g>, (weight, effect): (u32, Effect)| {
        state.derivation.choose(effect);
        state.score = state.score.after(f64::from(weight) / f64::from(total));
        state
    };
    let mut last = None;
    for &option in options {
        if keep(&state.derivation, option.1)
            && let Some(earlier) = last.replace(option)
        {
            open.push(after(state.clone(), earlier));
        }
    }
    if let Some(option) = last {
        open.push(after(state, option));
    }
}

/// The states after some more of the text: each stands before the choice with which the text is over.
fn follow<'g>(states: &[State<'g>], known: &str) -> Vec<State<'g>> {
    let (mut reached, mut options) = (Vec::new(), Options::new());
    let mut open = states.to_vec();
    while let Some(mut state) = open.pop() {
        let mut matching = Match::resume(known, state.at, &state.ahead);
        if matching.verdict != Verdict::Agrees {
            continue;
        }
        let mut sink = Sink::Match(matching);
        let progress = state.derivation.advance(&mut sink, &mut options);
        matching = match sink {
            Sink::Match(matching) => matching,
            Sink::Write { .. } => continue,
        };
        match progress {
            Progress::Failed => {}
            Progress::Done => {
                if matching.is_over() {
                    keep(&mut reached, state, matching);
                }
            }
            Progress::Choose => {
                if matching.is_over() || state.derivation.surface().covers(&matching) {
                    state.derivation.retreat();
                    keep(&mut reached, state, matching);
                } else {
                    let outlook = state.derivation.surface().outlook(&matching);
                    let agrees =
                        |derivation: &Derivation<'_>, effect| derivation.reach(&outlook, effect).is_ok();
                    branch(state.moved(matching), &options, agrees, &mut open);
                }
            }
        }
    }
    reached
}

/// Adds a state, or its probability to one that goes on alike.
fn keep<'g>(reached: &mut Vec<State<'g>>, state: State<'g>, matching: Match<'_>) {
    let state = state.moved(matching);
    let like = |other: &&mut State<'g>| {
        other.at == state.at && other.ahead == state.ahead && other.derivation.is_like(&state.derivation)
    };
    match reached.iter_mut().find(like) {
        Some(other) => other.score = other.score.or(state.score),
        None => reached.push(state),
    }
}

/// How many bytes of the text some derivation agrees with: at least `best`. Nothing is given up before it
/// has truly differed, or cannot be better than another.
fn longest_agreement(states: &[State<'_>], known: &str, mut best: usize) -> usize {
    let mut options = Options::new();
    let mut open = states.to_vec();
    while let Some(mut state) = open.pop() {
        let mut sink = Sink::Match(Match::resume(known, state.at, &state.ahead));
        loop {
            let progress = match sink.agrees() {
                true => state.derivation.advance(&mut sink, &mut options),
                false => Progress::Failed,
            };
            let Sink::Match(matching) = &mut sink else { break };
            match matching.verdict {
                Verdict::WillDiffer(bound) if bound > best => {
                    matching.verdict = Verdict::Agrees;
                    continue;
                }
                Verdict::WillDiffer(_) => {}
                Verdict::Agrees if matching.is_over() => return known.len(),
                Verdict::Agrees if progress == Progress::Choose => {
                    let outlook = state.derivation.surface().outlook(matching);
                    let hopeful = |derivation: &Derivation<'_>, effect| {
                        derivation.reach(&outlook, effect).err().is_none_or(|bound| bound > best)
                    };
                    state.at = matching.at;
                    state.ahead = mem::take(&mut matching.ahead);
                    branch(state, &options, hopeful, &mut open);
                }
                Verdict::Agrees | Verdict::Differs => best = best.max(matching.at),
            }
            break;
        }
    }
    best
}
