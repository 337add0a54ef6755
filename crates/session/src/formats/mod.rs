//! Bytes to a session. One folder for each format, behind the trait [`Format`]; the loader chooses
//! by content.
//!
//! A reader gets pieces of any size as they arrive. It never panics. It reports what it cannot
//! read: in the session's load notes if the rest can be read, as a [`LoadError`] if nothing can.
//!
//! A new format is a folder here and a line in `registry.rs`.

mod common;
mod detect;
mod error;
mod event_stream;
mod fallback;
mod files;
mod foreign;
mod format;
mod har;
mod highlight;
mod loader;
mod messages;
mod native;
mod playwright;
mod registry;
mod rrweb;
mod settle;
mod shape;
mod sniffer;

use self::format::append;

pub use common::body::from_file as body_from_file;
pub use common::records::RecordScanner;
pub use common::stored::{Coding, ReadableBody, StoredBody};
pub use error::{LoadError, LoadFailure, Retry};
pub use event_stream::EventStreamReader;
pub use files::{FileSelection, Siblings};
pub use format::{Confidence, Format, NameHint, Reader, Sniffed, Start};
pub use loader::{FeedStatus, LoadStep, SessionLoader};
pub use messages::MessagesReader;
pub use native::catalog::{Catalog, CatalogEntry, MAX_CATALOG_ENTRIES, catalog};
pub use registry::{FORMAT_LIST, FORMATS, Formats, NATIVE, format_list, format_named};
pub(crate) use rrweb::{EventData, event_content};
pub use shape::{Shape, ShapeKind};
pub use sniffer::{COMPRESSION_BYTES, Compression, compression};
