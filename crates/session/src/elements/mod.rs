//! The elements that a user or a test touched: their names, and clicks that are remarkable.
//!
//! An event of rrweb names its target by a number. [`ElementReader`] follows the recorded document
//! through snapshots and mutations, and keeps what each number meant when the event happened.
//! Playwright records selectors instead, which [`selector_label`] reads.
//!
//! Facts: the types of rrweb's events and nodes are those of `@rrweb/types` 2.0; a mutation is
//! applied in the order of `@rrweb/replay`: removed nodes, added nodes, texts, attributes.

mod attribute;
mod change;
mod clicks;
mod index;
mod name;
mod path;
mod playwright;
mod reader;
mod role;
mod tree;
mod walk;

pub use clicks::ClickMarks;
pub use index::{PageElements, Touched};
pub use name::{ElementName, FieldKind, is_masked};
pub use playwright::selector_label;
pub use reader::{ElementReader, page_elements};
