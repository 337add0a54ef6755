//! Bytes to a session. One room for each format, behind one trait; [`detect`] chooses by content.
//!
//! A reader is pushed pieces of any size as they arrive. It never panics, and what it cannot read it names: in the
//! session's load notes where the rest is sound, as a [`LoadError`] where nothing is.
//!
//! A new format is a room here with a [`Format`], and a line in [`detect::FORMATS`].

mod arguments;
mod body;
mod detect;
mod ending;
mod error;
mod event_stream;
mod evidence;
mod fallback;
mod fields;
mod files;
mod foreign;
mod har;
mod highlight;
mod infer;
mod lenient;
mod loader;
mod message;
mod messages;
mod native;
mod part;
mod path;
mod playwright;
mod records;
mod rrweb;
mod settle;
mod shape;
mod size;
mod stored;
mod text_encoding;
mod values;

use std::fmt;

use self::files::Siblings;
use self::part::Part;
use self::shape::Shape;
use crate::model::{
    Action, ActionDetails, ConsoleDetails, ConsoleEntry, Details, PageEvent, PageEventDetails, Record,
    Session, SourceFormat,
};

pub use body::from_file as body_from_file;
pub use detect::{COMPRESSION_BYTES, Compression, compression};
pub use error::LoadError;
pub use event_stream::EventStreamReader;
pub use loader::{FeedStatus, LoadStep, SessionLoader};
pub use messages::MessagesReader;
pub use native::catalogue::{Catalogue, CatalogueEntry, MAX_CATALOGUE_ENTRIES, catalogue};
pub use records::RecordScanner;
pub use stored::{Coding, ReadableBody, StoredBody};

/// A format: how it is told, and who reads it.
#[derive(Debug)]
struct Format {
    /// What people call it.
    name: &'static str,
    /// Whether a file of that shape is of this format.
    claims: fn(&Shape) -> bool,
    /// The same by an element behind the first ones, where those are of no format; `None` for what is no list.
    claims_further: Option<fn(&Shape) -> bool>,
    reader: fn(Start) -> Box<dyn Reader>,
}

/// The file that a reader begins with.
#[derive(Clone, Debug, Default)]
struct Start {
    /// Its name, for words.
    file: String,
    siblings: Siblings,
}

/// A reader of one format.
trait Reader: fmt::Debug {
    /// Takes the next piece of the current file, and keeps of it in `session.bytes` what it needs.
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError>;

    /// Tells that the current file ended, and asks for the next one. `broken` says why, where the source stopped before
    /// the file's end.
    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<LoadStep, LoadError>;

    /// The file that was asked for cannot be brought.
    fn missing(&mut self, _: &mut Session, why: LoadError) -> Result<LoadStep, LoadError> {
        Err(why)
    }
}

/// Keeps a piece of a file behind what is kept already.
fn keep(session: &mut Session, file: &str, piece: &[u8]) -> Result<(), LoadError> {
    session.bytes.append(piece).map_err(|why| LoadError::not_kept(file, why))
}

/// What the details of a record show. Reads the record again from the session's bytes; a record of megabytes takes
/// some milliseconds.
pub fn details(session: &Session, record: &Record) -> Details {
    match session.format {
        SourceFormat::Har | SourceFormat::PlaywrightTrace => har::details(session, record),
        SourceFormat::Native | SourceFormat::Highlight => native::details(session, record),
        SourceFormat::Rrweb => rrweb::details(session, record),
    }
}

/// What a console entry says. Reads it again from the session's bytes.
pub fn console_details(session: &Session, entry: &ConsoleEntry) -> ConsoleDetails {
    let text = session.bytes.slice(entry.source);
    let source = Part::new(&text, entry.source.start).trimmed();
    match session.format {
        SourceFormat::PlaywrightTrace => playwright::console_details(source),
        SourceFormat::Native | SourceFormat::Highlight | SourceFormat::Rrweb | SourceFormat::Har => {
            // A native session has them in a file of their own, or among its events.
            rrweb::console_details(source).unwrap_or_else(|| native::console_details(source))
        }
    }
}

/// What an event of the page says. Reads it again from the session's bytes.
pub fn page_event_details(session: &Session, event: &PageEvent) -> PageEventDetails {
    rrweb::page_event_details(session, event)
}

/// What an action of a test says of itself. Reads it again from the session's bytes.
pub fn action_details(session: &Session, action: &Action) -> ActionDetails {
    playwright::action_details(session, action)
}
