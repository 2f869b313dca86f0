//! The best model of a training beside its last: either can be used, and neither is lost by using the other.

use serde::{Deserialize, Serialize};

use super::trainer::Trainer;
use crate::error::{Error, Result};
use crate::model::Gpt;
use crate::optim::Optimizer;

/// Which of a training's models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(tsify::Tsify))]
#[serde(rename_all = "snake_case")]
pub enum Which {
    /// The one with the lowest validation loss.
    Best,
    /// The one after the last step.
    #[default]
    Last,
}

/// The best model so far.
#[derive(Clone, Debug)]
pub struct BestModel {
    /// Its weights.
    pub model: Gpt,
    /// Steps after which it was.
    pub step: usize,
    /// Its validation loss, in nats a token.
    pub loss: f32,
}

impl Trainer {
    /// Remembers the last model, whose validation loss is `loss`, as the best one, in place of the one of
    /// before.
    ///
    /// # Errors
    /// [`Error::Diverged`] when the loss is not finite; then nothing has changed.
    pub fn save_best(&mut self, loss: f32) -> Result<()> {
        let step = self.step();
        if !loss.is_finite() {
            return Err(Error::Diverged { step: Some(step) });
        }
        self.best = Some(BestModel { model: self.model.clone(), step, loss });
        Ok(())
    }

    /// The best model so far, if one was remembered.
    pub fn best(&self) -> Option<&BestModel> {
        self.best.as_ref()
    }

    /// Uses the best or the last model from now on: to write, to look into and to evaluate. Both stay, and
    /// the state of the training with the last. Without a best model the last one is used.
    pub fn use_model(&mut self, which: Which) {
        self.used = if self.best.is_some() { which } else { Which::Last };
    }

    /// Which model is in use.
    pub fn used(&self) -> Which {
        self.used
    }

    /// The model in use.
    pub fn model(&self) -> &Gpt {
        match (self.used, &self.best) {
            (Which::Best, Some(best)) => &best.model,
            _ => &self.model,
        }
    }

    /// The model after the last step, whichever is in use.
    pub fn last_model(&self) -> &Gpt {
        &self.model
    }

    /// Steps after which the model in use was.
    pub fn model_step(&self) -> usize {
        match (self.used, &self.best) {
            (Which::Best, Some(best)) => best.step,
            _ => self.step(),
        }
    }

    /// Makes the best model, if there is one, the last one, to train on from it: the last one of before is
    /// lost. The optimizer begins anew, since what it has gathered led away from the best model.
    pub fn restore_best(&mut self) {
        if let Some(best) = &self.best {
            self.model = best.model.clone();
            self.optimizer = Optimizer::new(&self.model, &self.config);
        }
        self.pending_step = None;
        self.used = Which::Last;
    }
}
