//! What the classes of this module share: a training's model is a handle on the training's own weights.

use std::cell::{RefCell, RefMut};
use std::rc::Rc;

use petit_train_core::data::Dataset;
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
    pub is_of_documents: bool,
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

    /// What the model is trained on; nothing where it was opened by itself.
    pub fn dataset(&self) -> Option<&dyn Dataset> {
        match self {
            Self::Training(state) => Some(state.trainer.dataset()),
            Self::Model(_) => None,
        }
    }

    /// Whether the model was trained on several documents: a prompt begins one.
    pub fn is_of_documents(&self) -> bool {
        match self {
            Self::Training(state) => state.trainer.dataset().is_of_documents(),
            Self::Model(state) => state.is_of_documents,
        }
    }
}
