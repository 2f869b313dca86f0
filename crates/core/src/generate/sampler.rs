//! Drawing a token from logits. It happens on the host, in f64, so that both engines draw alike.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::config::SamplingConfig;
use crate::error::Result;

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
        let rng = ChaCha8Rng::seed_from_u64(config.seed);
        Ok(Self { config, rng })
    }

    /// The tokens that may be drawn from `logits` with their probabilities, likeliest first: after temperature,
    /// top-k, then top-p, renormalised. Ties go to the smaller id.
    pub fn distribution(&self, logits: &[f32]) -> Vec<(u32, f64)> {
        let SamplingConfig { temperature, top_k, top_p, .. } = self.config;
        let mut ranked = ranked(logits);
        if temperature == 0.0 {
            ranked.truncate(1);
        } else if top_k > 0 {
            ranked.truncate(top_k);
        }
        let highest = ranked.first().map_or(0.0, |best| f64::from(best.1));
        let scale = if temperature == 0.0 { 1.0 } else { temperature };
        let mut kept: Vec<(u32, f64)> = ranked
            .into_iter()
            .map(|(id, logit)| (id, ((f64::from(logit) - highest) / scale).exp()))
            .collect();
        let total: f64 = kept.iter().map(|(_, weight)| weight).sum();
        let mut mass = 0.0;
        // The smallest set whose share reaches top_p: a token stays if those before it have not reached it.
        let nucleus = kept
            .iter()
            .take_while(|(_, weight)| {
                let inside = mass < top_p * total;
                mass += weight;
                inside
            })
            .count();
        kept.truncate(nucleus.max(1));
        let total: f64 = kept.iter().map(|(_, weight)| weight).sum();
        kept.iter_mut().for_each(|(_, weight)| *weight /= total);
        kept
    }

    /// Draws one token; `None` if there are no logits.
    pub fn draw(&mut self, logits: &[f32]) -> Option<u32> {
        let distribution = self.distribution(logits);
        let mut left: f64 = self.rng.random();
        for (id, probability) in &distribution {
            left -= probability;
            if left < 0.0 {
                return Some(*id);
            }
        }
        // Rounding may leave a sliver beyond the last one.
        distribution.last().map(|(id, _)| *id)
    }
}

/// Token ids with their logits, likeliest first. Ties go to the smaller id.
pub(crate) fn ranked(logits: &[f32]) -> Vec<(u32, f32)> {
    let mut ranked: Vec<(u32, f32)> = (0..).zip(logits.iter().copied()).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    ranked
}
