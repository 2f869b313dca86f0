//! Drawing a token from logits. It happens on the host, in f64, so that both engines draw alike.

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

use crate::config::SamplingConfig;
use crate::error::{Error, Result};
use crate::random::{Purpose, rng};

/// Tokens that are ranked at first, where a vocabulary has more: most texts consist of these.
const RANKED_AT_FIRST: usize = 64;

/// A token that was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Draw {
    /// The token.
    pub id: u32,
    /// The random number that chose it: at least 0, below 1.
    pub number: f64,
}

/// Draws tokens as a [`SamplingConfig`] says.
#[derive(Clone, Debug)]
pub struct Sampler {
    config: SamplingConfig,
    rng: ChaCha8Rng,
}

impl Sampler {
    /// A sampler at the start of its seed's sequence.
    ///
    /// # Errors
    /// What [`SamplingConfig::validate`] refuses.
    pub fn new(config: SamplingConfig) -> Result<Self> {
        config.validate()?;
        let rng = rng(config.seed, Purpose::Sampling);
        Ok(Self { config, rng })
    }

    /// The tokens that may be drawn from `logits` with their probabilities, likeliest first: after
    /// temperature, top-k, then top-p, renormalised. Ties go to the smaller id.
    ///
    /// # Errors
    /// [`Error::Diverged`] where a logit is not finite, or there is none.
    pub fn distribution(&self, logits: &[f32]) -> Result<Vec<(u32, f64)>> {
        check_finite(logits)?;
        let SamplingConfig { temperature, top_k, top_p, .. } = self.config;
        let count = match (temperature, top_k) {
            (0.0, _) => 1,
            (_, 0) => logits.len(),
            (_, top_k) => top_k,
        };
        let ranked = likeliest(logits, count);
        let highest = ranked.first().map_or(0.0, |best| f64::from(best.1));
        let scale = if temperature == 0.0 { 1.0 } else { temperature };
        let mut candidates: Vec<(u32, f64)> = ranked
            .into_iter()
            .map(|(id, logit)| (id, ((f64::from(logit) - highest) / scale).exp()))
            .collect();
        let total: f64 = candidates.iter().map(|(_, weight)| weight).sum();
        let mut mass = 0.0;
        // The smallest set whose share reaches top_p: a token stays if those before it have not reached it.
        let nucleus = candidates
            .iter()
            .take_while(|(_, weight)| {
                let inside = mass < top_p * total;
                mass += weight;
                inside
            })
            .count();
        candidates.truncate(nucleus.max(1));
        let total: f64 = candidates.iter().map(|(_, weight)| weight).sum();
        candidates.iter_mut().for_each(|(_, weight)| *weight /= total);
        Ok(candidates)
    }

    /// Draws one token.
    ///
    /// # Errors
    /// As [`Sampler::distribution`].
    pub fn draw(&mut self, logits: &[f32]) -> Result<Draw> {
        let number = self.rng.random();
        Ok(Draw { id: self.choose(logits, number)?, number })
    }

    /// The token into whose part `number`, of 0 to 1, falls where the probabilities of
    /// [`Sampler::distribution`] stand one after the other, likeliest first.
    ///
    /// # Errors
    /// As [`Sampler::distribution`].
    pub fn choose(&self, logits: &[f32], number: f64) -> Result<u32> {
        let SamplingConfig { temperature, top_k, top_p, .. } = self.config;
        if temperature > 0.0 && top_k == 0 && top_p == 1.0 {
            return self.choose_from_all(logits, number);
        }
        let distribution = self.distribution(logits)?;
        let mut remaining = number;
        for (id, probability) in &distribution {
            remaining -= probability;
            if remaining < 0.0 {
                return Ok(*id);
            }
        }
        // Rounding may leave a sliver beyond the last one.
        distribution.last().map(|(id, _)| *id).ok_or(Error::Diverged { step: None })
    }

    /// The same where no token is left out: it ranks only as many as it takes.
    fn choose_from_all(&self, logits: &[f32], number: f64) -> Result<u32> {
        check_finite(logits)?;
        let highest = f64::from(logits.iter().copied().fold(f32::NEG_INFINITY, f32::max));
        let temperature = self.config.temperature;
        let weight = |logit: f32| ((f64::from(logit) - highest) / temperature).exp();
        let total: f64 = logits.iter().map(|&logit| weight(logit)).sum();
        let mut remaining = number * total;
        let (mut passed, mut last) = (0, None);
        while passed < logits.len() {
            let count = if passed == 0 { RANKED_AT_FIRST } else { logits.len() };
            for (id, logit) in likeliest(logits, count).into_iter().skip(passed) {
                remaining -= weight(logit);
                if remaining < 0.0 {
                    return Ok(id);
                }
                last = Some(id);
            }
            passed = count;
        }
        // Rounding may leave a sliver beyond the last one.
        last.ok_or(Error::Diverged { step: None })
    }
}

/// # Errors
/// [`Error::Diverged`] where a logit is not finite, or there is none.
fn check_finite(logits: &[f32]) -> Result<()> {
    if logits.is_empty() || !logits.iter().all(|logit| logit.is_finite()) {
        return Err(Error::Diverged { step: None });
    }
    Ok(())
}

/// The ids of the `count` highest logits with these, highest first. Ties go to the smaller id.
pub(crate) fn likeliest(logits: &[f32], count: usize) -> Vec<(u32, f32)> {
    let mut keys: Vec<u64> = (0..).zip(logits).map(|(id, &logit)| rank(id, logit)).collect();
    if count < keys.len() {
        keys.select_nth_unstable(count);
        keys.truncate(count);
    }
    keys.sort_unstable();
    // The lower half of a key is the id.
    keys.into_iter().map(|key| key as u32).map(|id| (id, logits[id as usize])).collect()
}

/// A number that is smaller for a higher logit, and then for a smaller id. Numbers are sorted several times
/// faster than pairs with an order of their own, and a vocabulary is sorted for each token that is written.
fn rank(id: u32, logit: f32) -> u64 {
    let bits = logit.to_bits();
    // As `f32::total_cmp`: negative numbers count down.
    let ascending = if logit.is_sign_negative() { !bits } else { bits | 1 << 31 };
    u64::from(!ascending) << 32 | u64::from(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_come_first_and_ties_go_to_the_smaller_id() {
        let logits = [0.0, -0.0, 3.5, -7.0, 3.5, f32::MIN, f32::MAX, 1e-40, -1e-40];
        let ids = |count| likeliest(&logits, count).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(ids(9), [6, 2, 4, 7, 0, 1, 8, 3, 5]);
        assert_eq!(ids(2), [6, 2]);
        assert!(
            likeliest(&logits, 9).iter().all(|&(id, logit)| logits[id as usize].to_bits() == logit.to_bits())
        );
    }
}
