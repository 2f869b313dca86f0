//! Questions to a model about a text. Each but [`score_whole`] is about the last `block_size` tokens of the
//! text, at most: what the model can read at once.
//!
//! - [`inspect`]: what each head attends to, and what could come next after every token.
//! - [`neighbours`]: which tokens it has put near each other; this one is about no text.
//! - [`score`], [`score_whole`]: how likely the model found each token.
//! - [`validation_passage`]: a text that it has not learned from.
//! - [`next_words`]: which whole words it expects.
//! - [`causes`]: which heads and MLPs a prediction depends on, each switched off in turn.
//! - [`consequences`]: what the model says and writes once parts of it are switched off, or numbers changed.
//! - [`lens`]: what each layer would say if it were the last.
//! - [`direction`]: what tells some sentences from others in the residual stream.
//! - [`bill`]: where the parameters are; [`parameter`]: the numbers of one of them.
//! - [`copies`]: which parts of a text stand word for word in the training text. It asks the text, not the
//!   model, and reads the whole of it.
//! - [`logits`]: the scores themselves, by which two engines are compared.
//!
//! [`positions`] is about no text: what tells a model where each token stands.

mod bill;
mod causes;
mod connection;
mod consequences;
mod copies;
mod direction;
mod inspection;
mod lens;
mod neighbours;
mod next_words;
mod passage;
mod positions;
mod score;
mod text_window;

pub use bill::{BillEntry, BillPart, ParameterNumbers, bill, parameter};
pub use causes::{Cause, Causes, PairCause, causes};
pub use connection::Connection;
pub use consequences::{Consequences, consequences};
pub use copies::{COPY_CHARACTERS, Copies, Copy, copies};
pub use direction::direction;
pub use inspection::{Candidate, Inspection, inspect, logits};
pub use lens::{Lens, LensLayer, lens};
pub use neighbours::{Neighbour, neighbours};
pub use next_words::{NextWord, next_words};
pub use passage::validation_passage;
pub use positions::{Positions, positions};
pub use score::{Score, score, score_whole};
