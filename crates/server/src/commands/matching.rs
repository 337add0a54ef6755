//! The messages of a row that match a filter, and how they are written.

use std::io;

use session::encodings::Payload;
use session::export::{ExportOptions, MessageSource, MessagesExport, MessagesFormat, MessagesWriter};
use session::filter::{MessageFilter, Messages};
use session::model::{Message, MessageKind, MessageLog, Record, Session};
use session::protocols::{
    AllProtocols, Analysis, Analyze, DecodeCursor, Handshake, Library, Sample, SocketEnd,
};
use session::redact::Redactor;

use super::Context;
use crate::output::Column;

/// Bytes of a message that are decoded.
const MAX_DECODED_BYTES: u32 = 16 << 20;
/// Characters of a binary payload in a table.
const MAX_BINARY_CHARS: usize = 200;

/// The messages of a row that match a filter.
pub(super) struct Matching<'a> {
    /// The index of the row.
    row: usize,
    log: MessageLog<'a>,
    analyzer: Option<Box<dyn Analyze>>,
    indexes: Vec<u32>,
}

impl<'a> Matching<'a> {
    /// Those of `log`, the messages of the record at the index `row`.
    pub(super) fn find(
        session: &Session,
        row: usize,
        record: &Record,
        log: MessageLog<'a>,
        filter: &MessageFilter,
    ) -> Self {
        let analyzer = analyzed(record, log);
        let analysis = analyzer.as_deref().map(Analyze::analysis);
        let is_match = filter.matching(Messages { log, analysis, start: session.started_at });
        let indexes = (0..log.len()).filter(|index| is_match(*index)).map(|index| index as u32).collect();
        drop(is_match);
        Self { row, log, analyzer, indexes }
    }

    fn analysis(&self) -> Option<&Analysis> {
        self.analyzer.as_deref().map(Analyze::analysis)
    }

    /// Writes them as the viewer exports them, each line with `start` in place of its first brace.
    pub(super) fn write_lines(
        &self,
        context: &mut Context<'_, '_>,
        is_decoded: bool,
        start: &str,
    ) -> io::Result<()> {
        let (record, log, analysis) = (self.row, self.log, self.analysis());
        let options = ExportOptions { sanitize: context.redactor.is_on(), ..ExportOptions::default() };
        let indexes = self.indexes.iter().copied().filter(|_| context.output.takes_line()).collect();
        let mut writer = MessagesWriter::new(MessagesFormat::JsonLines, is_decoded, record, indexes, options);
        let source = MessageSource { session: &context.recording.session, record, log, analysis };
        let mut cursor = DecodeCursor::default();
        let mut decode =
            |index| Some(self.analyzer.as_ref()?.decode_next(&mut cursor, log, index, MAX_DECODED_BYTES));
        while let Some(piece) = writer.next_piece(&source, &mut decode) {
            for line in piece.split_inclusive(|byte| *byte == b'\n') {
                context.output.bytes(start.as_bytes())?;
                context.output.bytes(line.get(1..).unwrap_or_default())?;
            }
        }
        context.redacted_in_messages += writer.redacted();
        Ok(())
    }

    /// Writes them as rows of a table: the cells `before`, then number, time, direction, event and
    /// payload.
    pub(super) fn write_rows(
        &self,
        context: &mut Context<'_, '_>,
        columns: &[Column],
        before: &[String],
    ) -> io::Result<()> {
        for index in &self.indexes {
            let Some(message) = self.log.columns.get(*index as usize) else { continue };
            let event = match self.analysis().and_then(|analysis| analysis.event(*index)) {
                Some(event) => event.to_owned(),
                None => self.log.event_name(*index as usize),
            };
            let mut cells = before.to_vec();
            cells.extend([
                (index + 1).to_string(),
                context.offset_text(message.time),
                kind_label(message.kind).to_owned(),
                event,
                payload_text(&mut context.redactor, &message, &self.log.raw(&message)),
            ]);
            context.output.row(columns, &cells)?;
        }
        Ok(())
    }
}

/// What the protocol of a socket says of its messages; `None` for an event stream.
pub(super) fn analyzed(record: &Record, log: MessageLog<'_>) -> Option<Box<dyn Analyze>> {
    let handshake = Handshake::of(record)?;
    let sample = Sample::of(log);
    let protocol = AllProtocols.recognize(&handshake, &sample).map(|found| found.protocol);
    let mut analyzer = AllProtocols.analyzer(protocol, &handshake, &sample, None);
    analyzer.advance(log, usize::MAX);
    let close = record.socket().and_then(|socket| socket.close());
    analyzer.finish(log, SocketEnd { is_closed: close.is_some(), time: record.end() });
    Some(analyzer)
}

/// The payload in a table: its text, or the first bytes of a binary one.
fn payload_text(redactor: &mut Redactor, message: &Message, raw: &[u8]) -> String {
    let Some(payload) = Payload::from_message(message.encoding, raw) else {
        return "(not recorded)".to_owned();
    };
    match payload.text() {
        Some(text) => redactor.payload(text).into_owned(),
        None => payload.preview(MAX_BINARY_CHARS),
    }
}

/// The name of a kind of message in a table.
pub(super) fn kind_label(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Sent => "sent",
        MessageKind::Received => "received",
        MessageKind::Error => "error",
        MessageKind::Ping => "ping",
        MessageKind::Pong => "pong",
        MessageKind::CloseFrame => "close",
    }
}
