//! What a model says and writes once something was done to it.

use serde::Serialize;

use super::inspection::{Candidate, candidates};
use super::score::{Score, score_and_next};
use crate::config::{SamplingConfig, in_range};
use crate::error::Result;
use crate::generate::{Generator, WritingConfig};
use crate::model::{Gpt, Interventions};
use crate::tokenizer::Tokenizer;

/// Most tokens that are written.
const LONGEST: usize = 300;

/// What an altered model makes of a text.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
pub struct Consequences {
    /// How likely it finds the text.
    pub score: Score,
    /// What could come after the text, likeliest first.
    pub candidates: Vec<Candidate>,
    /// How it goes on, always with the likeliest token: so nothing but the model decides.
    pub continuation: String,
}

/// What a model makes of `text` once `interventions` were done to it, and how it continues it by at most
/// `length` tokens; for each of several interventions on their own. They can be compared: the model is the
/// same.
///
/// # Errors
/// What [`Gpt::with_interventions`] refuses; as [`score`](super::score()); [`Error::SettingOutOfRange`] for
/// a `length` of more than 300.
///
/// [`Error::SettingOutOfRange`]: crate::error::Error::SettingOutOfRange
pub async fn consequences(
    model: &Gpt,
    tokenizer: &Tokenizer,
    text: &str,
    interventions: &[Interventions],
    length: usize,
) -> Result<Vec<Consequences>> {
    in_range("length", length, 0, LONGEST)?;
    let mut consequences = vec![];
    for interventions in interventions {
        let model = model.with_interventions(interventions)?;
        let (score, next) = score_and_next(&model, tokenizer, text).await?;
        let candidates = candidates(&next, tokenizer);
        let continuation = continuation(&model, tokenizer, text, length).await?;
        consequences.push(Consequences { score, candidates, continuation });
    }
    Ok(consequences)
}

/// What follows `text` where the likeliest token is always taken, up to the end of a document.
async fn continuation(model: &Gpt, tokenizer: &Tokenizer, text: &str, length: usize) -> Result<String> {
    let sampling = SamplingConfig { temperature: 0.0, ..SamplingConfig::default() };
    let config = WritingConfig { sampling, stop_at_end: true, ..WritingConfig::default() };
    let mut generator = Generator::new(tokenizer, &[text], &config)?;
    let mut written = String::new();
    for _ in 0..length {
        let pieces = generator.next(model, tokenizer).await?;
        pieces.iter().for_each(|piece| written.push_str(&piece.text));
        if pieces.iter().all(|piece| piece.ended) {
            break;
        }
    }
    written.extend(generator.finish());
    Ok(written)
}
