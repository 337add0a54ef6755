//! Traces of Playwright, versions 3 to 10: `X.trace` contains actions and events, `X.network` HAR
//! entries; bodies, messages and screenshots are in files next to them. A trace is usually one zip
//! archive.

mod action;
mod clock;
mod console;
mod events;
mod line;

use self::clock::Clock;
use self::events::Events;
use super::common::ending::FileEnd;
use super::common::part::Part;
use super::files::Siblings;
use super::har::{self, Entries, note_estimated_times, note_silent_sockets};
use super::shape::{Shape, ShapeKind};
use super::{Confidence, Format, LoadError, LoadFailure, LoadStep, NameHint, Reader, Sniffed, Start, append};
use crate::formats::common::records::RecordScanner;
use crate::model::{
    Action, ActionDetails, Capabilities, ConsoleDetails, ConsoleEntry, Details, Producer, Record,
    RecordingFormat, ReplaySource, Session, Span, order,
};
use json_spans::{Fields, ScanEnd, is_json};

/// Traces, recognized by their first line.
#[derive(Debug)]
pub(super) struct Playwright;

impl RecordingFormat for Playwright {
    fn name(&self) -> &'static str {
        "Playwright trace"
    }

    fn noun(&self) -> &'static str {
        "trace"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { replay: ReplaySource::Screenshots, has_page_events: true, ..har::CAPABILITIES }
    }

    fn attribution(&self, session: &Session) -> Option<String> {
        let producer = &session.producer;
        let browser = producer.browser.as_deref().unwrap_or_default();
        Some(["Trace by Playwright", &producer.version, browser].join(" ").trim().to_owned())
    }

    fn details(&self, session: &Session, record: &Record) -> Details {
        har::details(session, record)
    }

    fn console_entry(&self, session: &Session, entry: &ConsoleEntry) -> ConsoleDetails {
        let text = session.bytes.slice(entry.source);
        console::details(Part::new(&text, entry.source.start).trimmed())
    }

    fn action(&self, session: &Session, action: &Action) -> ActionDetails {
        action::details(session, action)
    }
}

impl Format for Playwright {
    fn label(&self) -> &'static str {
        "a Playwright trace"
    }

    fn sniff(&self, shape: &Shape, _: &Start) -> Option<Sniffed> {
        claims(shape).then_some(Sniffed {
            name: "Playwright trace",
            confidence: Confidence::Element,
            reader: |start| Box::new(TraceReader::new(start)),
        })
    }

    fn sniff_element(&self, shape: &Shape, start: &Start) -> Option<Sniffed> {
        self.sniff(shape, start).filter(|_| shape.kind == ShapeKind::Object)
    }

    fn name_hint(&self, name: &str) -> NameHint {
        match name.rsplit_once('.') {
            // The steps of the test runner, which the trace of the browser contains as well.
            Some(("test", "trace")) => NameHint::EntryPoint(1),
            Some((_, "trace")) => NameHint::EntryPoint(0),
            Some((_, "network")) => NameHint::Supporting,
            _ => NameHint::Unknown,
        }
    }
}

fn claims(shape: &Shape) -> bool {
    // The reader inspects the type as well, so it must have arrived.
    let has_type = shape.value("type").is_some();
    let is_step = has_type && shape.has("callId") && (shape.has("startTime") || shape.has("metadata"));
    shape.is("type", "context-options")
        || is_step
        || (shape.is("type", "resource-snapshot") && shape.has("snapshot"))
}

/// Maximum length of a line, in bytes.
const MAX_LINE: usize = 512 << 20;

/// Reads one file of a trace after the other.
#[derive(Debug)]
struct TraceReader {
    file: String,
    /// Files to be read, the next one last.
    waiting: Vec<String>,
    entries: Entries,
    /// The `.network` files so far, and the clock of each trace so far, by their names without an
    /// extension.
    networks: Vec<String>,
    clocks: Vec<(String, Clock)>,
    stage: Stage,
    /// No piece has arrived yet.
    is_new: bool,
}

#[derive(Debug)]
enum Stage {
    Events { events: Box<Events>, line: Vec<u8>, lines: u64, fed: u64 },
    Network { scanner: RecordScanner, found: Vec<Span>, start: u64 },
}

fn events_stage() -> Stage {
    Stage::Events { events: Box::default(), line: Vec::new(), lines: 0, fed: 0 }
}

impl TraceReader {
    fn new(Start { file, siblings }: Start) -> Self {
        let name = file.rsplit('/').next().unwrap_or(&file).to_owned();
        let waiting = others(&name, &siblings);
        Self {
            file,
            waiting,
            entries: Entries::default(),
            networks: Vec::new(),
            clocks: Vec::new(),
            stage: events_stage(),
            is_new: true,
        }
    }

    /// Whether the file holds network entries, by the type of its first line.
    fn begins_network(&self, kind: &[u8]) -> bool {
        kind == b"resource-snapshot" || (is_network(&self.file) && !events::is_wanted(kind))
    }

    /// Requests the next file.
    fn go_on(&mut self, session: &mut Session) -> LoadStep {
        let Some(path) = self.waiting.pop() else { return LoadStep::Done };
        self.file.clone_from(&path);
        self.stage = if is_trace(&path) { events_stage() } else { self.network_stage(session) };
        LoadStep::Read { path }
    }

    fn network_stage(&mut self, session: &Session) -> Stage {
        let start = session.bytes.len();
        self.entries.start_file(start);
        self.networks.push(stem(&self.file).to_owned());
        Stage::Network { scanner: RecordScanner::starting_at(start), found: Vec::new(), start }
    }

    fn end(&mut self, session: &mut Session) -> LoadStep {
        let next = self.go_on(session);
        if next == LoadStep::Done {
            let (networks, clocks) = (&self.networks, &self.clocks);
            self.entries.date(session, |file, monotonic| {
                // All traces of an archive are of one process, which has one clock.
                let is_own = |(name, _): &&(String, Clock)| networks.get(file) == Some(name);
                let (_, clock) = clocks.iter().find(is_own).or_else(|| clocks.first())?;
                clock.time(Some(monotonic))
            });
            note_silent_sockets(session);
            note_estimated_times(session);
        }
        next
    }
}

/// A file's name without its extension, which a trace and its network file have in common.
fn stem(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn is_trace(name: &str) -> bool {
    name.strip_suffix(".trace").is_some()
}

fn is_network(name: &str) -> bool {
    name.strip_suffix(".network").is_some()
}

/// The files to read after the first one: the network file of the trace, the other traces of the
/// test in order of their names, and network files without a trace.
fn others(first: &str, siblings: &Siblings) -> Vec<String> {
    let network_of = |trace: &str| trace.strip_suffix(".trace").map(|stem| format!("{stem}.network"));
    let named = |is_wanted: fn(&str) -> bool| {
        let is_other = |name: &&String| is_wanted(name) && *name != first && !name.contains('/');
        order::sort_texts(siblings.names().iter().filter(is_other).cloned().collect())
    };
    let mut files: Vec<String> = network_of(first).into_iter().collect();
    for trace in named(is_trace) {
        let network = network_of(&trace);
        files.push(trace);
        files.extend(network);
    }
    files.retain(|name| siblings.may_have(name));
    let alone: Vec<String> = named(is_network).into_iter().filter(|name| !files.contains(name)).collect();
    files.extend(alone);
    files.reverse();
    files
}

/// The text of a file from its first object, which may be in an array.
fn first_object(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"[").map_or(text, <[u8]>::trim_ascii_start);
    if text.starts_with(b"{") { text } else { &[] }
}

/// The type of a line.
fn kind_of(line: &[u8]) -> &[u8] {
    let kind =
        Fields::of(line).find(|field| field.key == b"type").map(|field| field.value).unwrap_or_default();
    kind.strip_prefix(b"\"").and_then(|kind| kind.strip_suffix(b"\"")).unwrap_or_default()
}

impl Reader for TraceReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        if session.producer == Producer::default() {
            "Playwright".clone_into(&mut session.producer.name);
        }
        // The first file may be a network file that was opened by itself. Its first piece contains
        // its first line, which decides, or its name if that line is damaged. The first piece of a
        // requested file may be a few bytes, so its name decides.
        if std::mem::take(&mut self.is_new) && self.begins_network(kind_of(first_object(piece))) {
            self.stage = self.network_stage(session);
            self.waiting.retain(|name| is_network(name));
        }
        match &mut self.stage {
            Stage::Events { events, line, lines, fed } => {
                *fed += piece.len() as u64;
                let mut rest = piece;
                while let Some(end) = memchr::memchr(b'\n', rest) {
                    let (head, tail) = rest.split_at(end);
                    rest = tail.get(1..).unwrap_or_default();
                    *lines += 1;
                    if line.is_empty() {
                        take_line(session, events, &self.file, head, *lines)?;
                    } else {
                        line.extend_from_slice(head);
                        take_line(session, events, &self.file, line, *lines)?;
                        line.clear();
                    }
                }
                line.extend_from_slice(rest);
                if line.len() > MAX_LINE { Err(LoadFailure::TooLarge.at(&self.file)) } else { Ok(()) }
            }
            Stage::Network { scanner, found, .. } => {
                append(session, &self.file, piece)?;
                scanner.feed(&session.bytes, piece, found);
                take_found(session, &mut self.entries, found);
                Ok(())
            }
        }
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        match &mut self.stage {
            Stage::Events { events, line, lines, fed } => {
                let is_complete = line.trim_ascii().is_empty() || is_json(line);
                if is_complete {
                    take_line(session, events, &self.file, line, *lines + 1)?;
                }
                let scan = if is_complete { ScanEnd::Complete } else { ScanEnd::Truncated };
                let end = FileEnd { file: &self.file, start: 0, len: *fed, scan, broken };
                session.truncation = session
                    .truncation
                    .take()
                    .or(end.truncation("line", (!is_complete).then_some(*lines + 1)));
                let clock = std::mem::take(events).finish(session, &self.file);
                if clock.is_known() {
                    self.clocks.push((stem(&self.file).to_owned(), clock));
                }
            }
            Stage::Network { scanner, found, start } => {
                let scan = scanner.finish(&session.bytes, found);
                take_found(session, &mut self.entries, found);
                let element = (scan != ScanEnd::Complete).then_some(u64::from(self.entries.count) + 1);
                let end = FileEnd { file: &self.file, start: *start, len: session.bytes.len(), scan, broken };
                session.truncation = session.truncation.take().or(end.truncation("entry", element));
            }
        }
        Ok(self.end(session))
    }

    fn missing(&mut self, session: &mut Session, why: LoadError) -> Result<LoadStep, LoadError> {
        session.notes.push(self.file.as_str(), None, format!("not read: {why}"));
        Ok(self.end(session))
    }
}

/// Appends a line to the session's bytes if it is needed, and reads it.
fn take_line(
    session: &mut Session,
    events: &mut Events,
    file: &str,
    line: &[u8],
    number: u64,
) -> Result<(), LoadError> {
    let line = Part::new(line, 0).trimmed().text();
    if line.is_empty() {
        return Ok(());
    }
    session.element_count += 1;
    let place = || format!("{file}, line {number}");
    if !line.starts_with(b"{") {
        session.notes.push(place(), None, "dropped: it is not an object");
        return Ok(());
    }
    match kind_of(line) {
        b"resource-snapshot" => {
            session.notes.push(place(), None, "dropped: requests are read from .network files only");
            return Ok(());
        }
        kind if !events::is_wanted(kind) => return Ok(()),
        _ => {}
    }
    let start = session.bytes.len();
    append(session, file, line)?;
    let span = Span::between(start, start + line.len() as u64);
    if let Some(fault) = events.take(session, line, span) {
        session.notes.push(place(), None, fault);
    }
    Ok(())
}

/// Replaces `resource-snapshot` lines by the entries in them.
fn take_found(session: &mut Session, entries: &mut Entries, found: &mut Vec<Span>) {
    for span in found.drain(..) {
        let text = session.bytes.slice(span);
        let line = Part::new(&text, span.start).trimmed();
        if line.text().is_empty() {
            continue;
        }
        let is_snapshot = kind_of(line.text()) == b"resource-snapshot";
        let wanted =
            |(key, value): &(&[u8], Part<'_>)| is_snapshot && *key == b"snapshot" && value.is_object();
        let snapshot = line.fields().find(wanted).map(|(_, value)| value.span());
        if let Some(snapshot) = snapshot {
            entries.take_complete(session, snapshot);
        } else {
            entries.drop(session, span, "dropped: it is not a snapshot of a resource");
        }
    }
}
