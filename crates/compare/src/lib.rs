//! What differs between two recorded sessions, a base and another one: no browser, no clock.
//!
//! - [`Comparer`] pairs the rows of both and compares each pair, in slices; its result is a
//!   [`Comparison`].
//! - [`Difference`] is one pair in full: values, headers, bodies by JSON path or by line.
//! - [`MessageComparer`] compares the messages of two sockets, by event and direction.
//!
//! `docs/compare.md` states the rules. What was not recorded, or not compared, is listed with its
//! reason ([`Reason`]) and never counts as the same. Everything is bounded: rows
//! ([`MAX_ROWS`]), bytes of rows that are decoded, events, listed changes.

#![warn(unreachable_pub)]

mod align;
mod body;
mod comparer;
mod comparison;
mod difference;
mod headers;
mod key;
mod line;
mod messages;
mod part;
mod row;
#[cfg(test)]
mod testing;

pub use body::BodyDifference;
pub use comparer::{Comparer, MAX_ROWS};
pub use comparison::{Comparison, Counts, Pair, PairState};
pub use difference::{Difference, RowSide, ValueDifference};
pub use headers::{HeaderChange, HeaderDifference, NOISE_HEADERS, Noise};
pub use line::{Amounts, PairLine, pair_line};
pub use messages::{EventDifference, EventState, MessageComparer, MessageComparison, SocketMessages};
pub use part::{Part, Reason};
