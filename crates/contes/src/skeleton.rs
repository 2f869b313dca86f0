//! The skeletons of tales, and the choice between them.
//!
//! Whoever tells a story chooses its skeleton, then its title, then its words. To whoever reads one they show
//! in another order, and hundreds of titles begin alike. So a reading has choices of its own, with the same
//! probabilities: they come only where the tales begin to differ.

use super::error::Result;
use super::grammar::{Block, Op, Pick, PickId, Role, RoleId, SequenceId, lineage};
use super::source::Line;
use super::template::{Arguments, Compiler, Reader};

/// Before a title of a tale.
const TITLE: [&str; 2] = ["titre", "title"];

/// The choices between tales.
#[derive(Clone, Copy, Debug)]
pub(super) struct Starts {
    /// As a story is told: between the skeletons, in the order of the file.
    pub told: PickId,
    /// As it is read.
    pub titled: PickId,
    /// As a text is read that begins below its title.
    pub untitled: PickId,
}

struct Skeleton {
    told: SequenceId,
    /// Once for each of its titles, with their weights.
    titled: Vec<(u32, Vec<Op>)>,
    untitled: Vec<Op>,
}

impl Compiler<'_> {
    /// The tales of a language.
    ///
    /// # Errors
    /// The first line that is not understood, or the first tale with which the weights of all titles have no
    /// common multiple in 32 bits.
    pub fn tales(&mut self, tales: &[Block<'_>]) -> Result<Starts> {
        let mut skeletons = Vec::new();
        // Each tale is as likely as another, however many titles it has.
        let (count, mut multiple) = (u32::try_from(tales.len()).unwrap_or(u32::MAX), 1);
        for tale in tales {
            let skeleton = self.skeleton(tale)?;
            let weight = skeleton.titled.iter().try_fold(0_u32, |sum, (weight, _)| sum.checked_add(*weight));
            let next = weight.and_then(|weight| least_multiple(multiple, weight));
            let next = next.filter(|next| next.checked_mul(count).is_some());
            multiple =
                next.ok_or_else(|| tale.heading.error("titles with such weights cannot be compared"))?;
            skeletons.push(skeleton);
        }
        let told = Pick { alternatives: skeletons.iter().map(|skeleton| (1, skeleton.told)).collect() };
        let titled = skeletons.iter().flat_map(|Skeleton { titled, .. }| {
            let weight: u32 = titled.iter().map(|(weight, _)| weight).sum();
            titled.iter().map(move |(share, ops)| (multiple / weight * share, ops.as_slice()))
        });
        let titled = self.choice(titled.collect());
        let untitled = skeletons.iter().map(|skeleton| (1, skeleton.untitled.as_slice()));
        let untitled = self.choice(untitled.collect());
        Ok(Starts { told: self.add_pick(told), titled, untitled })
    }

    /// Lines `role : class` that recast roles, lines `title : …`, then the lines of the story.
    fn skeleton(&mut self, tale: &Block<'_>) -> Result<Skeleton> {
        let (mut recasts, mut titles, mut body) = (Vec::new(), Pick::default(), Vec::new());
        for line in &tale.body {
            if let Some(op) = self.recast(line)? {
                recasts.push(op);
            } else if let Some(title) = title(line) {
                titles.alternatives.push(self.alternative(title, &Arguments::new())?);
            } else {
                body.extend(self.line(&mut Reader::new(line), &Arguments::new())?);
                body.push(Op::LineBreak);
            }
        }
        if titles.alternatives.is_empty() {
            titles.alternatives.push(self.alternative(Reader::new(&tale.heading), &Arguments::new())?);
        }
        // Tales often begin with the same choice.
        let rest = body.split_off(usize::from(matches!(body.first(), Some(Op::Pick(_)))));
        body.push(Op::Call(self.add(rest)));
        let titled = titles.alternatives.iter().map(|&(weight, title)| {
            let ops = self.sequence_of(title).iter().chain([&Op::EndTitle]).chain(&body).cloned();
            (weight, recast_late(&recasts, ops, self.roles()))
        });
        let titled = titled.collect();
        let title = [Op::Pick(self.add_pick(titles)), Op::EndTitle];
        let told = recasts.iter().chain(&title).chain(&body).cloned().collect();
        let untitled = recasts.iter().chain(&body).cloned().collect();
        Ok(Skeleton { told: self.add(told), titled, untitled })
    }

    fn recast(&self, line: &Line<'_>) -> Result<Option<Op>> {
        let Some((role, class)) = line.text.split_once(" : ") else { return Ok(None) };
        let known = self.roles().iter().position(|known| known.name == role.trim());
        let Some(role) = known else { return Ok(None) };
        let class = self.class(class.trim(), line)?;
        Ok(Some(Op::Recast { role, class }))
    }

    /// The choice between sequences, where they begin to differ.
    fn choice(&mut self, alternatives: Vec<(u32, &[Op])>) -> PickId {
        let mut groups: Vec<Vec<(u32, &[Op])>> = Vec::new();
        for alternative in alternatives {
            let first = alternative.1.first();
            let like = |group: &&mut Vec<(u32, &[Op])>| first.is_some() && group[0].1.first() == first;
            match groups.iter_mut().find(like) {
                Some(group) => group.push(alternative),
                None => groups.push(vec![alternative]),
            }
        }
        let groups = groups.into_iter().map(|group| {
            let weight = group.iter().map(|(weight, _)| weight).sum();
            let (_, first) = group[0];
            if group.len() == 1 {
                return (weight, self.add(first.to_vec()));
            }
            let common = |(_, ops): &(u32, &[Op])| first.iter().zip(*ops).take_while(|(a, b)| a == b).count();
            let common = group.iter().map(common).min().unwrap_or(0);
            let rests = group.iter().map(|(weight, ops)| (*weight, &ops[common..])).collect();
            let rests = Op::Pick(self.choice(rests));
            (weight, self.add(first[..common].iter().cloned().chain([rests]).collect()))
        });
        let pick = Pick { alternatives: groups.collect() };
        self.add_pick(pick)
    }
}

/// What follows `title :`.
fn title<'l, 's>(line: &'l Line<'s>) -> Option<Reader<'l, 's>> {
    let (key, rest) = line.text.split_once(" : ")?;
    TITLE.contains(&key).then(|| Reader::of(line, rest))
}

/// Operations with each recast right before the first of them that may need it: tales that differ in other
/// roles begin alike.
fn recast_late(recasts: &[Op], ops: impl Iterator<Item = Op>, roles: &[Role]) -> Vec<Op> {
    let mut waiting = recasts.to_vec();
    let mut late = Vec::new();
    for op in ops {
        let is_needed =
            |recast: &mut Op| matches!(recast, Op::Recast { role, .. } if needs(&op, *role, roles));
        late.extend(waiting.extract_if(.., is_needed));
        late.push(op);
    }
    late
}

/// Whether what an operation does may depend on a role.
fn needs(op: &Op, role: RoleId, roles: &[Role]) -> bool {
    let follows = |other: RoleId| lineage(roles, other).any(|of| of == role);
    match op {
        Op::Word(..) | Op::Punctuation(_) | Op::Space | Op::Capital | Op::LineBreak | Op::EndTitle => false,
        Op::Pick(_) | Op::Call(_) | Op::Verb { .. } => true,
        Op::Recast { role: other, .. } | Op::Cast { role: other, .. } => *other == role,
        Op::DrawGender(other)
        | Op::DrawWord(other)
        | Op::Noun { role: other, .. }
        | Op::Determiner { noun: other, .. }
        | Op::Pronoun { role: other, .. } => follows(*other),
        Op::Adjective { role, noun, .. } => follows(*role) || follows(*noun),
    }
}

fn least_multiple(a: u32, b: u32) -> Option<u32> {
    let (mut divisor, mut rest) = (a, b);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    if b == 0 { None } else { (a / divisor).checked_mul(b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_multiples_fit_or_are_none() {
        assert_eq!(least_multiple(4, 6), Some(12));
        assert_eq!(least_multiple(1, 3), Some(3));
        assert_eq!(least_multiple(1, 0), None);
        assert_eq!(least_multiple(u32::MAX, u32::MAX - 1), None);
    }
}
