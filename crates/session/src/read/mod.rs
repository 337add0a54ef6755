//! Bytes to a session. One room for each format, behind one trait; [`detect`] chooses by content.
//!
//! A reader is pushed pieces of any size as they arrive. It never panics, and what it cannot read it names: in the
//! session's load notes where the rest is sound, as a [`LoadError`] where nothing is.

mod body;
mod detect;
mod ending;
mod error;
mod guess;
mod har;
mod lenient;
mod message;
mod messages;
mod native;
mod opening;
mod path;
mod salvage;

use crate::model::{Details, Record, Session, SourceFormat};

pub use detect::{Compression, compression};
pub use error::LoadError;
pub use messages::MessagesReader;
pub use native::catalogue::{CatalogueEntry, catalogue};
pub use opening::{Next, Opening};

/// A reader of one format. The piece it is fed is already appended to `session.bytes`.
trait Reader {
    /// Takes the next piece.
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError>;

    /// Tells that no more comes. `broken` says why, where the source stopped before its end.
    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<(), LoadError>;
}

/// What the details of a record show. Reads the record again from the session's bytes; a record of megabytes takes
/// some milliseconds.
pub fn details(session: &Session, record: &Record) -> Details {
    match session.format {
        SourceFormat::Har => har::details(session, record),
        SourceFormat::Native => native::details(session, record),
    }
}
