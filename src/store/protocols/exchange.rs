//! What is inferred of a socket besides its protocol: pairs by a field, its end, and whether it
//! continued an earlier session.

use leptos::prelude::{GetValue, untrack};
use presentation::messages::Lifecycle;
use session::encodings::visible_line;
use session::model::{Ending, Record, Session, format_count, plural};
use session::protocols::{Analyze, Continuity, FieldPairs, FieldPath, Handshake, SocketEnd};

use super::Protocols;

/// Characters of a path that are shown.
const MAX_PATH_CHARS: usize = 80;

impl Protocols {
    /// Whether a socket continued the session of an earlier one; `None` if its protocol does not say
    /// so, its messages are not at hand, or the library is not loaded.
    pub fn continuity(self, row: u32) -> Option<Continuity> {
        let (library, stores) = (self.library()?, self.stores.get_value());
        let handshake =
            stores.session.with_record(row, |_, record| Some(Handshake::of(record)?.into_owned()))??;
        stores.messages.with(row, |log| library.continuity(&handshake, log))?
    }

    /// How the socket ended, as far as it has.
    pub(super) fn socket_end(self, row: u32) -> SocketEnd {
        let end = |session: &Session, record: &Record| {
            let is_closed = record.socket().is_some_and(|socket| matches!(socket.ending, Ending::Closed(_)));
            SocketEnd { is_closed, time: Lifecycle::of(session, record).close }
        };
        untrack(|| self.stores.get_value().session.with_record(row, end)).unwrap_or_default()
    }
}

/// `Paired by $.id (inferred): 12 pairs`, or why messages are not paired by that field.
pub(super) fn pairing_label(analyzer: Option<&dyn Analyze>, path: &str) -> String {
    let shown = visible_line(path, MAX_PATH_CHARS);
    match analyzer.and_then(Analyze::field_pairs) {
        Some(FieldPairs { pairs, unpaired }) => {
            let pairs = plural(pairs as u64, "pair");
            format!("Paired by {shown} (inferred): {pairs}, {} unpaired", format_count(unpaired as u64))
        }
        None if FieldPath::parse(path).is_none() => format!("\"{shown}\" is not the path of a field"),
        None => format!("Not paired by {shown}: the protocol says which messages are replies"),
    }
}
