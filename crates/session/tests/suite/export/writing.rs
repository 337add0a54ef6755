//! Writes sessions like the app: requests pieces, and provides the messages that the writer
//! requests.

use std::collections::BTreeMap;

use super::comparable::{ReadFile, reader_of};
use session::export::{ExportOmissions, ExportOptions, HarExport, HarWriter, NativeWriter};
use session::model::Session;

/// Options that omit nothing.
pub(crate) const ALL: ExportOptions = ExportOptions { sanitize: false, socket_payloads: true };

/// The HAR of those rows, and its pieces' lengths.
pub(crate) fn har(
    session: &Session,
    rows: Vec<usize>,
    options: ExportOptions,
    read_file: ReadFile<'_>,
) -> (Vec<u8>, ExportOmissions, Vec<usize>) {
    let mut writer = HarWriter::new(rows, options);
    let (mut bytes, mut pieces) = (Vec::new(), Vec::new());
    loop {
        let requested = writer.wants(session).cloned();
        let reader = requested.as_ref().and_then(|file| reader_of(file, read_file));
        // The reader is used as long as the writer requests the same file.
        while writer.wants(session) == requested.as_ref() {
            let log = reader.as_ref().map(session::formats::MessagesReader::log);
            let bodies = writer.wants_bodies(session);
            if !bodies.is_empty() {
                let read = |path: String| read_file(&path).map(|bytes| (path, bytes));
                writer.provide_bodies(bodies.into_iter().filter_map(read).collect());
            }
            let Some(piece) = writer.next_piece(session, log) else {
                return (bytes, writer.omissions(), pieces);
            };
            pieces.push(piece.len());
            bytes.extend(piece);
        }
    }
}

/// The HAR of all rows without omissions.
pub(crate) fn complete_har(session: &Session, read_file: ReadFile<'_>) -> Vec<u8> {
    har(session, (0..session.records.len()).collect(), ALL, read_file).0
}

/// The files of a folder, by their paths.
pub(crate) fn folder(
    session: &Session,
    id: &str,
    options: ExportOptions,
    read_file: ReadFile<'_>,
) -> (BTreeMap<String, Vec<u8>>, ExportOmissions) {
    let mut writer = NativeWriter::new(id, options);
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    loop {
        let requested = writer.wants(session).cloned();
        let reader = requested.as_ref().and_then(|file| reader_of(file, read_file));
        while writer.wants(session) == requested.as_ref() {
            let log = reader.as_ref().map(session::formats::MessagesReader::log);
            let bodies = writer.wants_bodies(session);
            if !bodies.is_empty() {
                let read = |path: String| read_file(&path).map(|bytes| (path, bytes));
                writer.provide_bodies(bodies.into_iter().filter_map(read).collect());
            }
            let Some(piece) = writer.next_piece(session, log) else { return (files, writer.omissions()) };
            files.entry(piece.path).or_default().extend(piece.bytes);
        }
    }
}
