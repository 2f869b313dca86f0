//! How often heads find the noun that a pronoun refers to, in stories that the model was not trained on.
//!
//! Candidates are the nouns and names before the pronoun that the model still sees; only pronouns with at
//! least two characters or things to choose from count, and whose own is among them. A head's choice is the
//! candidate that gets most attention from the pronoun (or from the token at which it is foretold), and it is
//! right if it names whom the pronoun refers to.

use std::collections::HashSet;

use petit_train_contes::{Language, LinkKind, Part};
use petit_train_core::error::Result;
use petit_train_core::inspect::{Inspection, inspect};
use petit_train_core::tokenizer::Tokenizer;
use petit_train_core::train::Trainer;

/// Half of them choose the best head, the other half judge it.
const PRONOUNS: usize = 600;

/// One pronoun's view of the nouns before it.
struct Seen {
    /// By head of each layer: the candidate chosen, whether it is right, and the attention it gets.
    choices: Vec<(bool, f32)>,
    nearest_is_right: bool,
    candidates: usize,
    right: usize,
}

/// Prints the shares of pronouns whose noun was found.
pub async fn report(trainer: &Trainer, tokenizer: &Tokenizer, language: Language) -> Result<()> {
    let mut seen = Vec::new();
    'stories: for story in language.stories(7, Part::Validation) {
        let links = story.annotations.links.iter().filter(|link| link.kind == LinkKind::RefersTo);
        for link in links {
            let text = &story.text[..link.from.end];
            let inspection = inspect(trainer.model(), tokenizer, text).await?;
            let mentions = story.annotations.mentions.iter().map(|mention| (&mention.range, mention.entity));
            let entity = mentions.clone().find(|(range, _)| **range == link.to).map(|(_, entity)| entity);
            seen.extend(entity.and_then(|entity| look(&inspection, &link.from, mentions.collect(), entity)));
            if seen.len() == PRONOUNS {
                break 'stories;
            }
        }
    }
    let share = |right: &dyn Fn(&Seen) -> bool, of: &[Seen]| {
        100.0 * of.iter().filter(|seen| right(seen)).count() as f64 / of.len() as f64
    };
    let strongest = |seen: &Seen| {
        seen.choices.iter().max_by(|a, b| a.1.total_cmp(&b.1)).is_some_and(|&(is_right, _)| is_right)
    };
    let (choosing, judging) = seen.split_at(seen.len() / 2);
    let heads = seen.first().map_or(0, |seen| seen.choices.len());
    let best = (0..heads)
        .max_by(|&a, &b| {
            let of = |head: usize| share(&|seen| seen.choices[head].0, choosing);
            of(a).total_cmp(&of(b))
        })
        .unwrap_or_default();
    let n_head = trainer.model().config().n_head;
    let guess =
        seen.iter().map(|seen| seen.right as f64 / seen.candidates as f64).sum::<f64>() / seen.len() as f64;
    println!(
        "pronouns at step {}: the head that attends most is right for {:.0} % of {}; \
         the best head ({}.{}) for {:.0} % of {}; \
         the nearest noun would be right for {:.0} %, a noun at random for {:.0} %",
        trainer.step(),
        share(&strongest, &seen),
        seen.len(),
        best / n_head + 1,
        best % n_head + 1,
        share(&|seen| seen.choices[best].0, judging),
        judging.len(),
        share(&|seen| seen.nearest_is_right, &seen),
        100.0 * guess,
    );
    Ok(())
}

fn look(
    inspection: &Inspection,
    pronoun: &core::ops::Range<usize>,
    mentions: Vec<(&core::ops::Range<usize>, usize)>,
    entity: usize,
) -> Option<Seen> {
    let from = inspection.tokens_of(pronoun)?;
    let candidates: Vec<_> = mentions
        .into_iter()
        .filter(|(range, _)| range.end <= pronoun.start)
        .filter_map(|(range, entity)| Some((inspection.tokens_of(range)?, entity)))
        .collect();
    let entities: HashSet<usize> = candidates.iter().map(|(_, entity)| *entity).collect();
    if entities.len() < 2 || !entities.contains(&entity) {
        return None;
    }
    let heads =
        (0..inspection.n_layer).flat_map(|layer| (0..inspection.n_head).map(move |head| (layer, head)));
    let choices = heads.map(|(layer, head)| {
        let looks = candidates.iter().filter_map(|(to, candidate)| {
            let connection = inspection.connection(layer, head, &from, to)?;
            Some((*candidate == entity, connection.share))
        });
        looks.max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((false, 0.0))
    });
    Some(Seen {
        choices: choices.collect(),
        nearest_is_right: candidates.last().is_some_and(|(_, candidate)| *candidate == entity),
        candidates: candidates.len(),
        right: candidates.iter().filter(|(_, candidate)| *candidate == entity).count(),
    })
}
