//! The filter language: one lexer and one [`Query`] for rows, console entries, events and messages.
//!
//! Words separated by spaces must all match; `"…"` is a phrase; a leading `-` excludes; ASCII case is ignored. A term
//! has no field: it is searched in every field of a row, or in the payload of a message.

mod lexer;
mod message;
mod query;
mod search;

pub use lexer::{Token, lex};
pub use message::{matching, message_matches};
pub use query::{Query, Term};
pub use search::{ByteFrequencies, Needle};
