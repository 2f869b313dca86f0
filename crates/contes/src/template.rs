//! The language of the rules: text with `[slots]`, `{alternatives | …}` and `<rules>`.

use std::collections::HashMap;

use super::error::Result;
use super::grammar::{Op, Pick, PickId, Role, Rules, SequenceId};
use super::lexicon::{ClassId, Lexicon};
use super::morphology::Morphology;
use super::sandhi::Sandhi;
use super::slot::SlotReader;
use super::source::Line;

/// How deep rules may call rules; a rule that calls itself would never end.
const DEEPEST_CALL: usize = 16;

/// Turns lines into sequences of operations.
pub(super) struct Compiler<'a> {
    lexicon: &'a Lexicon,
    sandhi: &'a Sandhi,
    roles: &'a [Role],
    rules: &'a Rules<'a>,
    morphology: &'a dyn Morphology,
    sequences: Vec<Vec<Op>>,
    picks: Vec<Pick>,
    /// Each rule once for each list of arguments.
    compiled: HashMap<String, PickId>,
    depth: usize,
}

/// The names that a rule's parameters stand for.
pub(super) type Arguments = HashMap<String, String>;

impl<'a> Compiler<'a> {
    pub fn new(
        lexicon: &'a Lexicon,
        sandhi: &'a Sandhi,
        roles: &'a [Role],
        rules: &'a Rules<'a>,
        morphology: &'a dyn Morphology,
    ) -> Self {
        Self {
            lexicon,
            sandhi,
            roles,
            rules,
            morphology,
            sequences: Vec::new(),
            picks: Vec::new(),
            compiled: HashMap::new(),
            depth: 0,
        }
    }

    /// What has been compiled.
    pub fn finish(self) -> (Vec<Vec<Op>>, Vec<Pick>) {
        (self.sequences, self.picks)
    }

    /// A line that is one of several possibilities, with its weight.
    pub fn alternative(
        &mut self,
        mut reader: Reader<'_, '_>,
        arguments: &Arguments,
    ) -> Result<(u32, SequenceId)> {
        let weight = reader.weight();
        let ops = self.line(&mut reader, arguments)?;
        Ok((weight, self.add(trimmed(ops))))
    }

    /// Reads to the end of the line.
    pub fn line(&mut self, reader: &mut Reader<'_, '_>, arguments: &Arguments) -> Result<Vec<Op>> {
        let ops = self.sequence(reader, arguments)?;
        reader.line.ensure(reader.peek().is_none(), || "a `|` or `}` without its `{`".to_owned())?;
        Ok(ops)
    }

    pub fn add(&mut self, ops: Vec<Op>) -> SequenceId {
        self.sequences.push(ops);
        self.sequences.len() - 1
    }

    pub fn add_pick(&mut self, pick: Pick) -> PickId {
        self.picks.push(pick);
        self.picks.len() - 1
    }

    /// The operations of a sequence.
    pub fn sequence_of(&self, sequence: SequenceId) -> &[Op] {
        &self.sequences[sequence]
    }

    pub fn roles(&self) -> &'a [Role] {
        self.roles
    }

    /// The class that a line names.
    pub fn class(&self, name: &str, line: &Line<'_>) -> Result<ClassId> {
        self.lexicon.class_at(name, line)
    }

    /// Reads up to the end of the line or of the alternative.
    fn sequence(&mut self, reader: &mut Reader<'_, '_>, arguments: &Arguments) -> Result<Vec<Op>> {
        let mut ops = Vec::new();
        while let Some(letter) = reader.peek() {
            match letter {
                '|' | '}' => break,
                ' ' => {
                    reader.next();
                    ops.push(Op::Space);
                }
                '/' => {
                    reader.next();
                    ops.push(Op::LineBreak);
                }
                '^' => {
                    reader.next();
                    ops.push(Op::Capital);
                }
                '[' => {
                    let slot = reader.bracketed(']')?;
                    let slots = SlotReader::new(self.lexicon, self.roles, self.morphology, arguments);
                    ops.extend(
                        slots
                            .read(&slot)
                            .map_err(|message| reader.line.error(format!("[{slot}]: {message}")))?,
                    );
                }
                '<' => {
                    let call = reader.bracketed('>')?;
                    ops.push(Op::Pick(self.call(&call, reader.line, arguments)?));
                }
                '{' => ops.push(Op::Pick(self.alternatives(reader, arguments)?)),
                letter if is_word_letter(letter) => {
                    let word = reader.word();
                    let before_vowel = self.sandhi.elided(&word);
                    ops.push(Op::Word(word, before_vowel));
                }
                mark => {
                    reader.next();
                    ops.push(Op::Punctuation(mark.to_string()));
                }
            }
        }
        Ok(ops)
    }

    /// `{a | 3: b}`: alternatives, the second three times as likely.
    fn alternatives(&mut self, reader: &mut Reader<'_, '_>, arguments: &Arguments) -> Result<PickId> {
        let mut pick = Pick::default();
        loop {
            reader.next();
            let weight = reader.weight();
            let ops = self.sequence(reader, arguments)?;
            pick.alternatives.push((weight, self.add(trimmed(ops))));
            match reader.peek() {
                Some('|') => {}
                Some(_) => break,
                None => return Err(reader.line.error("a `{` without its `}`")),
            }
        }
        reader.next();
        Ok(self.add_pick(pick))
    }

    /// `<rule argument…>`
    fn call(&mut self, call: &str, line: &Line<'_>, arguments: &Arguments) -> Result<PickId> {
        let replace = |word: &str| arguments.get(word).map_or(word, String::as_str).to_owned();
        let mut words = call.split_whitespace();
        let name = words.next().unwrap_or_default();
        let given: Vec<String> = words.map(replace).collect();
        let key = format!("{name} {}", given.join(" "));
        if let Some(&pick) = self.compiled.get(&key) {
            return Ok(pick);
        }
        let rules = self.rules;
        let (parameters, block) = rules.get(name).ok_or_else(|| line.error(format!("no rule `{name}`")))?;
        line.ensure(parameters.len() == given.len(), || {
            format!("rule `{name}` takes {} roles, not {}", parameters.len(), given.len())
        })?;
        line.ensure(self.depth < DEEPEST_CALL, || format!("rule `{name}` calls itself"))?;
        self.depth += 1;
        let arguments = parameters.iter().map(|name| (*name).to_owned()).zip(given).collect();
        let mut pick = Pick::default();
        for line in &block.body {
            pick.alternatives.push(self.alternative(Reader::new(line), &arguments)?);
        }
        self.depth -= 1;
        let pick = self.add_pick(pick);
        self.compiled.insert(key, pick);
        Ok(pick)
    }
}

/// `{a | b}` is easier to read with spaces that are not meant: those beside `|` do not count.
fn trimmed(mut ops: Vec<Op>) -> Vec<Op> {
    let is_space = |op: Option<&Op>| matches!(op, Some(Op::Space));
    let is_only_space = ops.iter().all(|op| is_space(Some(op)));
    while !is_only_space && is_space(ops.last()) {
        ops.pop();
    }
    let start = ops.iter().take_while(|op| is_space(Some(op))).count();
    ops.drain(..if is_only_space { ops.len() } else { start });
    ops
}

/// Whether a word goes on with this letter.
pub(super) fn is_word_letter(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '\'' || letter == '-'
}

/// A line while it is read.
pub(super) struct Reader<'l, 's> {
    line: &'l Line<'s>,
    rest: &'s str,
}

impl<'l, 's> Reader<'l, 's> {
    pub fn new(line: &'l Line<'s>) -> Self {
        Self::of(line, line.text)
    }

    /// Reads `rest`, the end of a line.
    pub fn of(line: &'l Line<'s>, rest: &'s str) -> Self {
        Self { line, rest }
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) {
        let mut letters = self.rest.chars();
        letters.next();
        self.rest = letters.as_str();
    }

    fn word(&mut self) -> String {
        let end = self.rest.find(|letter| !is_word_letter(letter)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }

    /// What stands between the bracket here and `close`, which is passed.
    fn bracketed(&mut self, close: char) -> Result<String> {
        let Some(end) = self.rest.find(close) else {
            return Err(self.line.error(format!("a bracket without its `{close}`")));
        };
        let inside = self.rest[1..end].to_owned();
        self.rest = &self.rest[end + 1..];
        Ok(inside)
    }

    /// `3: ` in front of an alternative; 1 where there is none.
    fn weight(&mut self) -> u32 {
        let start = self.rest.trim_start();
        let Some((digits, rest)) = start.split_once(':') else { return 1 };
        match digits.parse() {
            Ok(weight) => {
                self.rest = rest;
                weight
            }
            Err(_) => 1,
        }
    }
}
