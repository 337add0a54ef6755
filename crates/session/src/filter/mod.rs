//! Filters: what a person types, as terms, and what those terms match.
//!
//! Words separated by spaces must all match; `"…"` is a phrase; a leading `-` excludes; ASCII case is ignored.

mod lexer;
mod message;
mod query;
mod search;

pub use lexer::{Token, lex};
pub use message::{matching, message_matches};
pub use query::{Query, Term};
pub use search::{Bytes, Needle};
