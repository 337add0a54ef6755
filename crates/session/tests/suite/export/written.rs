//! Writes sessions as an app would: asking for pieces, and bringing the messages that are wanted.

use std::collections::BTreeMap;

use super::told::{Bring, reader_of};
use session::export::{ExportOmissions, ExportOptions, HarWriter, NativeWriter};
use session::model::Session;

/// Nothing is left out.
pub(crate) const ALL: ExportOptions = ExportOptions { sanitise: false, socket_payloads: true };

/// The HAR of those rows, and its pieces' lengths.
pub(crate) fn har(
    session: &Session,
    rows: Vec<usize>,
    options: ExportOptions,
    bring: Bring<'_>,
) -> (Vec<u8>, ExportOmissions, Vec<usize>) {
    let mut writer = HarWriter::new(rows, options);
    let (mut bytes, mut pieces) = (Vec::new(), Vec::new());
    loop {
        let wanted = writer.wants(session).cloned();
        let reader = wanted.as_ref().and_then(|file| reader_of(file, bring));
        // The same messages serve as long as the same file is wanted.
        while writer.wants(session) == wanted.as_ref() {
            let log = reader.as_ref().map(session::formats::MessagesReader::log);
            let bodies = writer.wants_bodies(session);
            if !bodies.is_empty() {
                writer.provide_bodies(
                    bodies
                        .into_iter()
                        .filter_map(|path| Some((bring(&path)?, path)))
                        .map(|(bytes, path)| (path, bytes)),
                );
            }
            let Some(piece) = writer.next_piece(session, log) else { return (bytes, writer.left(), pieces) };
            pieces.push(piece.len());
            bytes.extend(piece);
        }
    }
}

/// The HAR of all rows with nothing left out.
pub(crate) fn whole_har(session: &Session, bring: Bring<'_>) -> Vec<u8> {
    har(session, (0..session.records.len()).collect(), ALL, bring).0
}

/// The files of a folder, by their paths.
pub(crate) fn folder(
    session: &Session,
    id: &str,
    options: ExportOptions,
    bring: Bring<'_>,
) -> (BTreeMap<String, Vec<u8>>, ExportOmissions) {
    let mut writer = NativeWriter::new(id, options);
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    loop {
        let wanted = writer.wants(session).cloned();
        let reader = wanted.as_ref().and_then(|file| reader_of(file, bring));
        while writer.wants(session) == wanted.as_ref() {
            let log = reader.as_ref().map(session::formats::MessagesReader::log);
            let Some(piece) = writer.next_piece(session, log) else { return (files, writer.left()) };
            files.entry(piece.path).or_default().extend(piece.bytes);
        }
    }
}
