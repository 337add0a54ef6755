//! `replayscope messages`: the messages of a socket or an event stream.

use std::fmt::Write as _;
use std::io;

use presentation::labels::UNKNOWN;
use presentation::network::name_cell;
use session::encodings::Payload;
use session::export::{ExportOptions, MessageSource, MessagesExport, MessagesFormat, MessagesWriter};
use session::filter::{MessageFilter, Messages};
use session::model::{Message, MessageKind, MessageLog, Millis, Record, Session};
use session::protocols::{AllProtocols, Analyze, DecodeCursor, Handshake, Library, Sample, SocketEnd};
use session::redact::Redactor;

use super::Context;
use crate::Failure;
use crate::output::{Column, amount, text};

/// Bytes of a message that are decoded.
const MAX_DECODED_BYTES: u32 = 16 << 20;
/// Characters of a binary payload in a table.
const MAX_BINARY_CHARS: usize = 200;
/// Rows that are listed where the wanted one is not clear.
const MAX_LISTED: usize = 20;

const COLUMNS: [Column; 5] =
    [amount("#", 6), amount("time", 11), text("direction", 9), text("event", 20), text("data", 0)];

pub(super) fn run(
    context: &mut Context<'_>,
    socket: Option<&str>,
    filter: Option<&str>,
    is_decoded: bool,
) -> Result<(), Failure> {
    let recording = context.recording;
    let session = &recording.session;
    let index = wanted_row(session, socket)?;
    let Some(record) = session.records.get(index) else { return Ok(()) };
    let Some(messages) = recording.messages(record)? else {
        return Err(Failure::Argument(format!("Row {}: its messages were not recorded.", record.number)));
    };
    let log = messages.log();
    let analyzer = analyzed(record, log);
    let filter = MessageFilter::parse(filter.unwrap_or_default()).unwrap_or_default();
    let analysis = analyzer.as_ref().map(|analyzer| analyzer.analysis());
    let is_match = filter.matching(Messages { log, analysis, start: session.started_at });
    let indexes: Vec<u32> =
        (0..log.len()).filter(|index| is_match(*index)).map(|index| index as u32).collect();
    if context.output.is_json() {
        let chosen = Chosen { record: index, log, analyzer: analyzer.as_deref(), indexes, is_decoded };
        write_lines(context, chosen, "{")?;
        return Ok(());
    }
    context.output.head(&COLUMNS)?;
    for index in indexes {
        let Some(message) = log.columns.get(index as usize) else { continue };
        let raw = log.raw(&message);
        let event = match analysis.and_then(|analysis| analysis.event(index)) {
            Some(event) => event.to_owned(),
            None => log.event_name(index as usize),
        };
        let cells = [
            (index + 1).to_string(),
            context
                .offset(message.time)
                .and_then(Millis::new)
                .map_or_else(|| UNKNOWN.to_owned(), Millis::offset),
            kind_label(message.kind).to_owned(),
            event,
            payload_text(&mut context.redactor, &message, &raw),
        ];
        context.output.row(&COLUMNS, &cells)?;
    }
    Ok(())
}

/// Messages of a row that are written as JSON Lines.
pub(super) struct Chosen<'a> {
    /// The index of the row.
    pub(super) record: usize,
    pub(super) log: MessageLog<'a>,
    pub(super) analyzer: Option<&'a dyn Analyze>,
    pub(super) indexes: Vec<u32>,
    pub(super) is_decoded: bool,
}

/// Writes messages as the viewer exports them, each line with `start` in place of its first brace.
pub(super) fn write_lines(context: &mut Context<'_>, chosen: Chosen<'_>, start: &str) -> io::Result<()> {
    let Chosen { record, log, analyzer, indexes, is_decoded } = chosen;
    let options = ExportOptions { sanitize: context.redactor.is_on(), ..ExportOptions::default() };
    let mut writer = MessagesWriter::new(MessagesFormat::JsonLines, is_decoded, record, indexes, options);
    let analysis = analyzer.map(Analyze::analysis);
    let source = MessageSource { session: &context.recording.session, record, log, analysis };
    let mut cursor = DecodeCursor::default();
    let mut decode = |index| Some(analyzer?.decode_next(&mut cursor, log, index, MAX_DECODED_BYTES));
    while let Some(piece) = writer.next_piece(&source, &mut decode) {
        for line in piece.split_inclusive(|byte| *byte == b'\n') {
            context.output.bytes(start.as_bytes())?;
            context.output.bytes(line.get(1..).unwrap_or_default())?;
        }
    }
    Ok(())
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
pub(super) fn payload_text(redactor: &mut Redactor, message: &Message, raw: &[u8]) -> String {
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

/// The index of the row whose messages are wanted.
///
/// # Errors
/// If there is none, or not only one.
fn wanted_row(session: &Session, wanted: Option<&str>) -> Result<usize, Failure> {
    let number: Option<u32> = wanted.and_then(|wanted| wanted.parse().ok());
    let is_wanted = |record: &Record| match (number, wanted) {
        (Some(number), _) => record.number == number,
        (None, Some(part)) => record.url.contains(part),
        (None, None) => true,
    };
    let has_messages = |record: &Record| record.socket().is_some() || record.event_stream().is_some();
    let rows = session.records.iter().enumerate();
    let found: Vec<(usize, &Record)> =
        rows.filter(|(_, record)| has_messages(record) && is_wanted(record)).collect();
    match (found.as_slice(), wanted) {
        ([(index, _)], _) => Ok(*index),
        ([], None) => Err(Failure::Argument("The recording has no sockets and no event streams.".to_owned())),
        ([], Some(wanted)) => Err(Failure::Argument(format!(
            "No socket or event stream is {wanted}. {}",
            listed(session.records.iter().filter(|record| has_messages(record)))
        ))),
        _ => Err(Failure::Argument(format!(
            "{} rows have messages: choose one with --socket. {}",
            found.len(),
            listed(found.iter().map(|(_, record)| *record))
        ))),
    }
}

fn listed<'a>(records: impl Iterator<Item = &'a Record>) -> String {
    let mut text = String::from("Rows with messages:");
    for record in records.take(MAX_LISTED) {
        // Writing to a string does not fail.
        let _ = write!(text, "\n  {}  {}", record.number, name_cell(record).segment);
    }
    text
}
