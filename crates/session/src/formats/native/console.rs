//! `console.jsonl`: console entries and uncaught errors.

use crate::formats::common::arguments::{of_value, place_of, stack_of};
use crate::formats::common::ending::FileEnd;
use crate::formats::common::fields::{FromObject, object};
use crate::formats::common::lenient::{Number, Text};
use crate::formats::common::part::Part;
use crate::formats::common::records::RecordScanner;
use crate::formats::{LoadError, LoadStep, Reader, append};
use crate::model::plausible::{EventClock, since};
use crate::model::{ConsoleDetails, ConsoleEntry, ConsoleLevel, Session, Span};
use json_spans::ScanEnd;

object! {
    /// The fields of a line that the list of entries needs.
    struct Line<'a> {
        time: Number = "timeStamp",
        level: Text<'a> = "level",
    }
}

object! {
    /// The fields of a line that the details need. The arguments are JSON.
    struct Written<'a> {
        args: &'a [u8] = "args",
        source: Text<'a> = "source",
        stack: Text<'a> = "stack",
    }
}

/// Reads the entries while they arrive.
#[derive(Debug)]
pub(super) struct ConsoleReader {
    file: String,
    /// Where the file begins in the session's bytes.
    start: u64,
    scanner: RecordScanner,
    /// Number of lines so far, including invalid ones.
    lines: u64,
    clock: EventClock,
}

impl ConsoleReader {
    /// A reader of a file that is not the first of its session.
    pub(super) fn following(session: &Session, file: &str) -> Self {
        let start = session.bytes.len();
        Self {
            file: file.to_owned(),
            start,
            scanner: RecordScanner::starting_at(start),
            lines: 0,
            clock: EventClock::default(),
        }
    }

    fn take_all(&mut self, session: &mut Session, found: &[Span]) {
        let buffer = std::mem::take(&mut session.bytes);
        for span in found {
            let line = buffer.slice(*span);
            self.take(session, Part::new(&line, span.start).trimmed());
        }
        session.bytes = buffer;
    }

    fn take(&mut self, session: &mut Session, line: Part<'_>) {
        if line.text().is_empty() {
            return;
        }
        self.lines += 1;
        let byte = u64::from(line.span().start).saturating_sub(self.start);
        let mut note = |text: String| session.notes.push(format!("entry {}", self.lines), Some(byte), text);
        if !line.is_object() {
            return note("dropped: it is not an object".to_owned());
        }
        let (read, fault) = Line::checked(line.text());
        if let Some(fault) = fault {
            return note(format!("dropped: its JSON is broken ({fault})"));
        }
        let recorded = read.time.get().filter(|recorded| *recorded > 0.0);
        let offset = recorded.and_then(|recorded| since(session.started_at, recorded));
        let time = offset.or_else(|| self.clock.read(recorded?));
        if time.is_none() {
            note("no time".to_owned());
        }
        let level = ConsoleLevel::from_name(read.level.as_str().unwrap_or_default());
        session.implausible.relative_entries += u64::from(offset.is_some());
        session.console.push(ConsoleEntry { time, level, source: line.span() });
        session.extend_to(time);
    }
}

impl Reader for ConsoleReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        append(session, &self.file, piece)?;
        let mut found = Vec::new();
        self.scanner.feed(&session.bytes, piece, &mut found);
        self.take_all(session, &found);
        Ok(())
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        let mut found = Vec::new();
        let scan = self.scanner.finish(&session.bytes, &mut found);
        self.take_all(session, &found);
        let element = (scan != ScanEnd::Complete).then_some(self.lines + 1);
        let end = FileEnd { file: &self.file, start: self.start, len: session.bytes.len(), scan, broken };
        session.truncation = end.truncation("entry", element);
        Ok(LoadStep::Done)
    }
}

/// Decodes the details of an entry.
pub(in crate::formats) fn details(line: Part<'_>) -> ConsoleDetails {
    let written = Written::from_object(line.text());
    let args = Part::new(written.args, 0);
    let arguments = match written.args {
        b"" | b"null" => Vec::new(),
        _ if args.is_array() => args.elements().map(of_value).collect(),
        _ => vec![of_value(args)],
    };
    let stack = stack_of(written.stack.as_str().unwrap_or_default());
    let place = written.source.filled().map(str::to_owned);
    let place = place.or_else(|| stack.first().and_then(|call| place_of(call)));
    ConsoleDetails { arguments, stack, place }
}
