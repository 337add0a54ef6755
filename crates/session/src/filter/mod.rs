//! The filter language: one lexer, one expression and one evaluation for rows, console entries,
//! events and messages.
//!
//! Words separated by spaces must all match; `"…"` is a phrase; a leading `-` excludes; `OR` and
//! parentheses combine; `/…/` is a regular expression; ASCII case is ignored. A term without a key
//! is searched in every field of a row, or in the payload of a message. `key:value` is a condition
//! on one field, for the keys that the table of the list has.

mod binary_payload;
mod binary_text;
mod content;
mod decimal;
mod escaped;
mod expression;
mod fields;
mod find;
mod lexer;
mod message;
mod message_columns;
mod message_fields;
mod message_filter;
mod named_pattern;
mod parse;
mod path;
mod predicate;
mod query;
mod readings;
mod regex;
mod request_fields;
mod row_plan;
mod search;
mod suggest;
mod text;
mod values;
mod wall_clock;

pub use content::BodyTest;
pub use expression::{Condition, Expression, FieldTerm, FilterError, Remark};
pub use fields::{Field, FieldKind, Fields, Implied, Unit};
pub use find::{MAX_MATCHES, TextFinder};
pub use lexer::{RegexText, Token, TokenKind, lex};
pub use message::{matching, message_matches};
pub use message_fields::MESSAGE_FIELDS;
pub use message_filter::{MessageFilter, Messages};
pub use named_pattern::NamedPattern;
pub use parse::{Parsed, parse};
pub use path::PathTest;
pub use query::Query;
pub use regex::Regex;
pub use request_fields::REQUEST_FIELDS;
pub use row_plan::{FieldTest, RowPlan};
pub use search::{ByteFrequencies, Needle};
pub use suggest::{SuggestedValue, Suggestion, message_values, suggestions};
pub use values::{NumberRange, TextPattern};
pub use wall_clock::Zone;
