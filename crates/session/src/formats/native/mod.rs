//! The native session folder, as `docs/session-format.md` describes it.

pub(super) mod catalog;
mod console;
mod details;
mod http;
mod manifest;
mod optional_file;
mod received;
mod record;
mod resources;
mod shared_files;
mod socket_pairing;
mod sockets;

use self::console::ConsoleReader;
use self::optional_file::OptionalFileReader;
use super::common::part::Part;
use super::shape::Shape;
use super::{Confidence, Format, LoadError, LoadFailure, LoadStep, NameHint, Reader, Sniffed, Start, rrweb};
use crate::model::{
    ConsoleDetails, ConsoleEntry, Details, DomEvent, EpochMs, PageEvent, PageEventDetails, Record,
    RecordingFormat, Session,
};

pub(super) use details::details;
pub(super) use manifest::SocketFiles;
pub(super) use optional_file::record_truncation;
pub(super) use resources::ResourcesReader;

/// A session folder, recognized by its manifest, or by its `resources.jsonl` without one.
#[derive(Debug)]
pub(super) struct Native;

impl RecordingFormat for Native {
    fn name(&self) -> &'static str {
        "Replayscope session"
    }

    fn attribution(&self, session: &Session) -> Option<String> {
        session.user_agent.as_deref().and_then(browser_of)
    }

    fn details(&self, session: &Session, record: &Record) -> Details {
        details(session, record)
    }

    fn console_entry(&self, session: &Session, entry: &ConsoleEntry) -> ConsoleDetails {
        console_details(session, entry)
    }

    fn page_event(&self, session: &Session, event: &PageEvent) -> PageEventDetails {
        rrweb::page_event_details(session, event)
    }
}

impl Format for Native {
    fn label(&self) -> &'static str {
        "a session folder"
    }

    fn sniff(&self, shape: &Shape, _: &Start) -> Option<Sniffed> {
        let has_format = || shape.value("format").is_some_and(|format| format.starts_with(b"\"replayscope/"));
        if has_format() || (shape.has("startedAt") && shape.begins("files", b'{')) {
            return Some(Sniffed {
                name: "Replayscope session",
                confidence: Confidence::Document,
                reader: |start| Box::new(FolderReader::new(start.file)),
            });
        }
        is_resources(shape).then_some(RESOURCES)
    }

    fn sniff_element(&self, shape: &Shape, _: &Start) -> Option<Sniffed> {
        is_resource(shape).then_some(RESOURCES)
    }

    fn name_hint(&self, name: &str) -> NameHint {
        if name == MANIFEST { NameHint::Manifest } else { NameHint::Unknown }
    }

    fn well_known_names(&self) -> &'static [&'static str] {
        &[MANIFEST]
    }
}

/// The name of a manifest.
const MANIFEST: &str = "session.json";

/// `resources.jsonl` without its manifest.
const RESOURCES: Sniffed = Sniffed {
    name: "resources of a Replayscope session",
    confidence: Confidence::Element,
    reader: |start| Box::new(ResourcesReader::standalone(&start.file)),
};

/// Whether a file begins with a resource, or contains a list of them.
pub(super) fn is_resources(shape: &Shape) -> bool {
    shape.has("initiatorType") || shape.begins("resources", b'[')
}

/// Whether an element is a resource.
pub(super) fn is_resource(shape: &Shape) -> bool {
    shape.is_object() && shape.has("initiatorType")
}

/// Decodes a console entry: a line of `console.jsonl`, or an event of rrweb.
pub(super) fn console_details(session: &Session, entry: &ConsoleEntry) -> ConsoleDetails {
    let text = session.bytes.slice(entry.source);
    let source = Part::new(&text, entry.source.start).trimmed();
    rrweb::console_details(source).unwrap_or_else(|| console::details(source))
}

/// The browser and its version, from a user agent string: `Chromium 156`.
fn browser_of(agent: &str) -> Option<String> {
    let known = [
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("HeadlessChrome/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Version/", "Safari"),
    ];
    known.into_iter().find_map(|(mark, name)| {
        let version = agent.split(mark).nth(1)?.split(['.', ' ']).next()?;
        Some(format!("{name} {version}"))
    })
}

/// Maximum size of a manifest in bytes: it lists files, it contains no data.
const MAX_MANIFEST: usize = 64 << 20;

/// Reads the manifest, then the files that it names: the requests first, then what is shown next to
/// them.
#[derive(Debug)]
struct FolderReader {
    file: String,
    stage: Stage,
    /// Paths of files to be read.
    console: Option<String>,
    events: Option<String>,
    /// A file contains the console entries, so those among the events are duplicates.
    has_console: bool,
    /// Why the requests are missing, which is reported when the other files are read.
    failure: Option<LoadError>,
}

#[derive(Debug)]
enum Stage {
    Manifest(Vec<u8>),
    Resources(Box<ResourcesReader>),
    Console(OptionalFileReader),
    Events(OptionalFileReader),
}

impl FolderReader {
    fn new(file: String) -> Self {
        let stage = Stage::Manifest(Vec::new());
        Self { file, stage, console: None, events: None, has_console: false, failure: None }
    }

    fn manifest(
        &mut self,
        session: &mut Session,
        text: &[u8],
        broken: Option<&str>,
    ) -> Result<LoadStep, LoadError> {
        let mut files = manifest::read(session, &self.file, text, broken)?;
        (self.console, self.events) = (files.console.take(), files.events.take());
        let path = files.resources.clone();
        let mut reader = ResourcesReader::new(files);
        let Some(path) = path else {
            reader.finish(session, None)?;
            return self.go_on(session);
        };
        self.stage = Stage::Resources(Box::new(reader));
        Ok(LoadStep::Read { path })
    }

    /// Requests the next file after the requests.
    fn go_on(&mut self, session: &mut Session) -> Result<LoadStep, LoadError> {
        if let Some(path) = self.console.take() {
            self.stage = Stage::Console(OptionalFileReader::new(
                &path,
                Box::new(ConsoleReader::following(session, &path)),
            ));
            return Ok(LoadStep::Read { path });
        }
        if let Some(path) = self.events.take() {
            let reader = rrweb::following_page_events(session, &path, self.has_console);
            self.stage = Stage::Events(OptionalFileReader::new(&path, reader));
            return Ok(LoadStep::Read { path });
        }
        begin_with_earliest(session);
        self.failure.take().map_or(Ok(LoadStep::Done), Err)
    }
}

/// Sets the start of a session whose manifest has none and that has no requests, by its other
/// times.
fn begin_with_earliest(session: &mut Session) {
    if session.started_at.is_none() {
        let console = session.console.iter().filter_map(|entry| entry.time);
        let events = session.dom_events.iter().filter_map(|event: DomEvent| event.time);
        let earliest = console.chain(events).map(EpochMs::ms).reduce(f64::min);
        session.started_at = earliest.and_then(EpochMs::new);
    }
}

impl Reader for FolderReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        match &mut self.stage {
            Stage::Manifest(text) => {
                text.extend_from_slice(piece);
                if text.len() > MAX_MANIFEST { Err(LoadFailure::TooLarge.at(&self.file)) } else { Ok(()) }
            }
            Stage::Resources(reader) => reader.feed(session, piece),
            Stage::Console(reader) | Stage::Events(reader) => {
                reader.feed(session, piece);
                Ok(())
            }
        }
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        match &mut self.stage {
            Stage::Manifest(text) => {
                let text = std::mem::take(text);
                return self.manifest(session, &text, broken);
            }
            Stage::Resources(reader) => {
                reader.finish(session, broken)?;
            }
            Stage::Console(reader) => {
                reader.finish(session, broken);
                self.has_console = reader.was_read();
            }
            Stage::Events(reader) => reader.finish(session, broken),
        }
        self.go_on(session)
    }

    fn missing(&mut self, session: &mut Session, why: LoadError) -> Result<LoadStep, LoadError> {
        match &mut self.stage {
            Stage::Manifest(_) => return Err(why),
            // The manifest was read, so it is shown even without resources.
            Stage::Resources(reader) => self.failure = reader.missing(session, why).err(),
            Stage::Console(reader) | Stage::Events(reader) => reader.missing(session, &why),
        }
        self.go_on(session)
    }
}
