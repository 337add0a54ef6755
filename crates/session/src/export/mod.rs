//! A session to bytes: what is shown as a HAR, a session as a folder of the native format, messages
//! of a socket as lines or a table, the events of a window for a player, or a row as text for the
//! clipboard ([`copy`]).
//!
//! Writers are pulled: each call gives the next piece, so that a session of a gigabyte needs no
//! second copy in memory. They hold no session, because an app that waits for the messages of a
//! socket between two calls must not hold it either; each call is given the same one.
//!
//! ```
//! use session::model::{MessagesFile, Session};
//! use session::formats::MessagesReader;
//! use session::export::{ExportOmissions, ExportOptions, HarExport, HarWriter};
//!
//! /// `load` fetches a messages file and reads it; an app awaits it.
//! fn export(
//!     session: &Session,
//!     rows: Vec<usize>,
//!     load: impl Fn(&MessagesFile) -> Option<MessagesReader>,
//! ) -> (Vec<Vec<u8>>, ExportOmissions) {
//!     let mut writer = HarWriter::new(rows, ExportOptions::default());
//!     let mut parts = Vec::new();
//!     let mut given: Option<(MessagesFile, Option<MessagesReader>)> = None;
//!     loop {
//!         // The same messages serve as long as the same file is wanted.
//!         let wanted = writer.wants(session);
//!         if wanted != given.as_ref().map(|(file, _)| file) {
//!             given = wanted.map(|file| (file.clone(), load(file)));
//!         }
//!         let log = given.as_ref().and_then(|(_, reader)| reader.as_ref()).map(MessagesReader::log);
//!         match writer.next_piece(session, log) {
//!             Some(piece) => parts.push(piece),
//!             None => return (parts, writer.omissions()),
//!         }
//!     }
//! }
//! # assert!(export(&Session::default(), vec![], |_| None).0.concat().ends_with(b"]}}"));
//! ```

pub mod copy;
mod events;
mod exchange;
mod har;
mod json;
mod messages;
mod native;
mod pages;
mod payload;
mod player;
mod query;

use crate::model::{MessageLog, Record, Session};

pub use events::{ExportedEvent, exported_event};
pub use har::{HarExport, HarWriter};
pub use messages::{
    CopiedPayloads, MAX_COPIED_BYTES, MessageSource, MessagesExport, MessagesFormat, MessagesWriter,
};
pub use native::{NativePiece, NativeWriter};
pub use player::{PlayerEvents, player_events};

/// What to leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportOptions {
    /// Redacts credentials in all that is written ([`crate::redact`]): headers, URLs, subprotocols,
    /// errors, titles, comments, close reasons, the payloads of messages. Bodies and submitted
    /// forms are not searched: they are written as recorded.
    pub sanitize: bool,
    /// Writes the payloads of messages. Without them a message keeps its type, time, opcode and
    /// size.
    pub socket_payloads: bool,
}

impl Default for ExportOptions {
    fn default() -> Self {
        Self { sanitize: true, socket_payloads: true }
    }
}

/// What a writer could not write, or was configured to leave out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportOmissions {
    /// Sockets whose messages the recording does not hold.
    pub messages_not_recorded: u64,
    /// Sockets and event sources whose messages are in a file that was not given to the writer.
    pub messages_not_given: u64,
    /// Messages that were written without their payload, because they had one and it was not
    /// wanted.
    pub payloads: u64,
    /// Bodies in files of the recording that were not given to the writer.
    pub bodies: u64,
    /// Rows without a recorded start: in a HAR they have that of the session, and a comment.
    pub starts: u64,
    /// Sockets whose close was not recorded: in a native folder they read as still open.
    pub closes: u64,
    /// Rows of which nothing is known that the format could hold.
    pub rows: u64,
    /// Credential values that were redacted.
    pub removed: u64,
}

/// The messages of a record: its own, or those that were given from its file.
fn messages_of<'a>(
    session: &'a Session,
    record: &'a Record,
    given: Option<MessageLog<'a>>,
) -> Option<MessageLog<'a>> {
    if record.messages_file().is_some() {
        return given;
    }
    Some(MessageLog { bytes: &session.bytes, columns: record.inline_messages()? })
}

/// Pieces are about this long. A single body or message that is longer makes its piece longer.
const PIECE: usize = 256 << 10;
