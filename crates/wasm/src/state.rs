//! What the classes of this module share: a training's model is a handle on the training's own weights.

use std::cell::{RefCell, RefMut};
use std::rc::Rc;

use petit_train_core::data::{Dataset, NoText};
use petit_train_core::model::Gpt;
use petit_train_core::tokenizer::Tokenizer;
use petit_train_core::train::Trainer;

use crate::failure::Failure;

/// A model in training, with the tokenizer of its text.
pub(crate) struct TrainingState {
    pub tokenizer: Tokenizer,
    pub trainer: Trainer,
}

/// A model that is not in training.
pub(crate) struct ModelState {
    pub tokenizer: Tokenizer,
    pub model: Gpt,
    pub dataset: NoText,
}

/// Where a model is.
pub(crate) enum Owner {
    Training(Rc<RefCell<TrainingState>>),
    Model(Box<RefCell<ModelState>>),
}

/// A model while it is called.
pub(crate) enum Guard<'a> {
    Training(RefMut<'a, TrainingState>),
    Model(RefMut<'a, ModelState>),
}

/// Borrows for one call; `busy` while another lasts.
///
/// Held across the call's awaits on purpose: a second call would meet a half-changed model.
pub(crate) fn enter<T>(state: &RefCell<T>) -> Result<RefMut<'_, T>, Failure> {
    state.try_borrow_mut().map_err(|_| Failure::Busy)
}

impl Owner {
    /// As [`enter`].
    pub fn enter(&self) -> Result<Guard<'_>, Failure> {
        Ok(match self {
            Self::Training(state) => Guard::Training(enter(state)?),
            Self::Model(state) => Guard::Model(enter(state)?),
        })
    }
}

impl Guard<'_> {
    /// The model in use, and what reads and writes for it.
    pub fn parts(&self) -> (&Gpt, &Tokenizer) {
        match self {
            Self::Training(state) => (state.trainer.model(), &state.tokenizer),
            Self::Model(state) => (&state.model, &state.tokenizer),
        }
    }

    /// What the model is trained on: a prompt begins a document where it is made of several. Of a model that
    /// is not in training its text is not here.
    pub fn dataset(&self) -> &dyn Dataset {
        match self {
            Self::Training(state) => state.trainer.dataset(),
            Self::Model(state) => &state.dataset,
        }
    }
}
