//! Forms that are exports of the rows: HAR, and messages as JSON Lines.

use super::super::har::{HarExport, HarWriter};
use super::super::messages::{MessageSource, MessagesExport, MessagesFormat, MessagesWriter};
use super::super::{ExportOptions, messages_of};
use super::{Content, CopyError, CopyRequest, MAX_COPIED_BYTES, Remark};
use crate::model::Record;

fn options(sanitize: bool) -> ExportOptions {
    ExportOptions { sanitize, ..ExportOptions::default() }
}

/// One entry of a HAR: an object.
pub(super) fn entry(request: &CopyRequest<'_>) -> Result<(Content, Vec<Remark>), CopyError> {
    let writer = HarWriter::of_entry(request.record, options(request.sanitize));
    write(writer, std::slice::from_ref(request))
}

/// A HAR of all rows.
pub(super) fn har(requests: &[CopyRequest<'_>]) -> Result<(Content, Vec<Remark>), CopyError> {
    let rows = requests.iter().map(|request| request.record).collect();
    let sanitize = requests.iter().any(|request| request.sanitize);
    write(HarWriter::new(rows, options(sanitize)), requests)
}

fn write(mut writer: HarWriter, requests: &[CopyRequest<'_>]) -> Result<(Content, Vec<Remark>), CopyError> {
    let Some(first) = requests.first() else { return Err(CopyError::nothing()) };
    let mut bytes = Vec::new();
    loop {
        let request = requests.get(writer.rows_written()).unwrap_or(first);
        if !writer.wants_bodies(first.session).is_empty() {
            writer.provide_bodies(request.files.to_vec());
        }
        let given = writer.wants(first.session).and(request.messages);
        let Some(piece) = writer.next_piece(first.session, given) else { break };
        bytes.extend(piece);
        if bytes.len() > MAX_COPIED_BYTES {
            return Err(CopyError::TooLong);
        }
    }
    let omissions = writer.omissions();
    let mut remarks = Vec::new();
    if omissions.removed > 0 {
        remarks.extend([Remark::Redacted(omissions.removed), Remark::BodyNotSearched]);
    }
    let bodies = || Remark::BodyNotRecorded("it is in a file next to the recording".to_owned());
    remarks.extend((omissions.bodies > 0).then(bodies));
    let messages = omissions.messages_not_given;
    remarks.extend((messages > 0).then_some(Remark::MessagesOmitted(messages)));
    let text = String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    Ok((Content::Text(text), remarks))
}

/// The messages of a socket, all of them.
pub(super) fn lines(request: &CopyRequest<'_>, record: &Record) -> Result<(Content, Vec<Remark>), CopyError> {
    let log = messages_of(request.session, record, request.messages)
        .ok_or_else(|| CopyError::Unavailable("No messages were recorded or loaded".to_owned()))?;
    let indexes = (0..log.len() as u32).collect();
    let options = options(request.sanitize);
    let mut writer = MessagesWriter::new(MessagesFormat::JsonLines, false, request.record, indexes, options);
    let source =
        MessageSource { session: request.session, record: request.record, log, analysis: request.analysis };
    let mut bytes = Vec::new();
    while let Some(piece) = writer.next_piece(&source, &mut |_| None) {
        bytes.extend(piece);
        if bytes.len() > MAX_COPIED_BYTES {
            return Err(CopyError::TooLong);
        }
    }
    let truncated = log.columns.iter().filter(|message| message.is_truncated).count() as u64;
    let mut remarks = Vec::new();
    remarks.extend((truncated > 0).then_some(Remark::MessagesTruncated(truncated)));
    remarks.extend((writer.redacted() > 0).then(|| Remark::Redacted(writer.redacted())));
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok((Content::Text(text), remarks))
}
