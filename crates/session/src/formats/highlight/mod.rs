//! Highlight's files of a session: `network-resources-compressed` (requests, and open and close
//! events of sockets), `web-socket-events-compressed` (the messages of all sockets),
//! `session-contents-compressed`, complete or in numbered parts (rrweb events). Their elements are
//! those of the native format. Older recorders write times relative to the page's time origin,
//! which only the events show.

mod parts;

use self::parts::{EVENTS, Parts};
use super::files::Siblings;
use super::native::{self, ResourcesReader, SocketFiles, record_truncation};
use super::rrweb::{Duplicates, RrwebReader};
use super::shape::Shape;
use super::sniffer::ContentSniffer;
use super::{Confidence, Format, LoadError, LoadStep, NameHint, Reader, Sniffed, Start, rrweb};
use crate::model::{
    Capabilities, ConsoleDetails, ConsoleEntry, Details, EpochMs, EventStream, Messages, PageEvent,
    PageEventDetails, Record, RecordKind, RecordingFormat, ReplaySource, Session, SmallTimes,
};

const MESSAGES: &str = "web-socket-events-compressed";
/// The beginning of the names of such files; they end with the name of a compression.
const SOCKETS: &str = "web-socket-events";

/// Highlight's files. Their elements are those of the native format and of rrweb; the names of the
/// files decide.
#[derive(Debug)]
pub(super) struct Highlight;

impl RecordingFormat for Highlight {
    fn name(&self) -> &'static str {
        "Highlight"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { replay: ReplaySource::Events { file: Some(EVENTS) }, ..Capabilities::default() }
    }

    fn details(&self, session: &Session, record: &Record) -> Details {
        native::details(session, record)
    }

    fn console_entry(&self, session: &Session, entry: &ConsoleEntry) -> ConsoleDetails {
        native::console_details(session, entry)
    }

    fn page_event(&self, session: &Session, event: &PageEvent) -> PageEventDetails {
        rrweb::page_event_details(session, event)
    }
}

impl Format for Highlight {
    fn label(&self) -> &'static str {
        "Highlight's files"
    }

    fn sniff(&self, shape: &Shape, start: &Start) -> Option<Sniffed> {
        sniff(native::is_resources(shape), rrweb::is_events(shape), start)
    }

    fn sniff_element(&self, shape: &Shape, start: &Start) -> Option<Sniffed> {
        sniff(native::is_resource(shape), rrweb::is_events(shape), start)
    }

    fn name_hint(&self, name: &str) -> NameHint {
        // The names end with the name of a compression or the number of a part.
        let beginnings = ["network-resources", "session-contents", SOCKETS];
        let index = beginnings.iter().position(|beginning| name.starts_with(beginning));
        index.map_or(NameHint::Unknown, |index| NameHint::Part(index as u8))
    }

    fn well_known_names(&self) -> &'static [&'static str] {
        &["network-resources-compressed", EVENTS]
    }
}

fn sniff(is_resources: bool, is_events: bool, start: &Start) -> Option<Sniffed> {
    let reader: fn(Start) -> Box<dyn Reader> = if is_resources && is_around(start) {
        |start| Box::new(HighlightReader::new(start))
    } else if is_events && parts::is_part(name_of(&start.file)) {
        |start| Box::new(HighlightReader::of_events(start))
    } else {
        return None;
    };
    Some(Sniffed { name: "Highlight", confidence: Confidence::NamedElement, reader })
}

/// Whether a file of resources is one of Highlight's files.
fn is_around(start: &Start) -> bool {
    let has_messages = || start.siblings.names().iter().any(|name| name.starts_with(SOCKETS));
    name_of(&start.file).starts_with("network-resources") || has_messages()
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Reads the resources, then the events.
#[derive(Debug)]
pub(super) struct HighlightReader {
    siblings: Siblings,
    stage: Stage,
    resources: Option<ResourcesReader>,
    parts: Parts,
    /// The events of the parts so far: a recorder may have sent some of them again in a later part.
    known_events: Duplicates,
    file: String,
}

#[derive(Debug)]
enum Stage {
    Resources,
    /// A part of the events.
    Events {
        reader: Box<RrwebReader>,
        /// The first bytes of the part, until they show that it is not a web page or an archive.
        sniffer: ContentSniffer,
        /// Number of bytes in the session's buffer before the part.
        start: u64,
    },
    /// The file with the name of a part is not one.
    Nothing(LoadError),
}

impl HighlightReader {
    /// Begins with the resources.
    pub(super) fn new(Start { file, siblings }: Start) -> Self {
        let parts = Parts::of(&siblings);
        let known_events = Duplicates::default();
        Self { siblings, stage: Stage::Resources, resources: None, parts, known_events, file }
    }

    /// Begins with the events, if there are no resources.
    pub(super) fn of_events(Start { file, siblings }: Start) -> Self {
        let parts = Parts::beginning_with(name_of(&file), &siblings);
        let reader = rrweb::following_events(&Session::default(), &file, Duplicates::default());
        let stage = Stage::Events { reader, sniffer: ContentSniffer::default(), start: 0 };
        Self { siblings, stage, resources: None, parts, known_events: Duplicates::default(), file }
    }

    /// The messages file, if it is known to exist.
    fn messages(&self) -> Option<&String> {
        self.siblings.names().iter().find(|name| name.starts_with(SOCKETS))
    }

    fn resources(&mut self, session: &Session) -> &mut ResourcesReader {
        let messages = self.messages();
        let path = messages.cloned().unwrap_or_else(|| MESSAGES.to_owned());
        let files = if messages.is_some() || self.siblings.may_have(MESSAGES) {
            SocketFiles::shared(path)
        } else {
            SocketFiles::default()
        };
        self.resources.get_or_insert_with(|| ResourcesReader::following(session, &self.file, files))
    }

    /// Requests the next file of events.
    fn go_on(&mut self, session: &mut Session) -> LoadStep {
        if let Stage::Events { reader, .. } = &mut self.stage {
            self.known_events = reader.take_known_events();
        }
        let Some(path) = self.parts.next() else { return self.end(session) };
        let known_events = std::mem::take(&mut self.known_events);
        self.stage = Stage::Events {
            reader: rrweb::following_events(session, &path, known_events),
            sniffer: ContentSniffer::default(),
            start: session.bytes.len(),
        };
        LoadStep::Read { path }
    }

    /// Ends the session: converts times that are relative to the page's time origin, which is that
    /// of the first event.
    fn end(&mut self, session: &mut Session) -> LoadStep {
        "Highlight".clone_into(&mut session.producer.name);
        if let Some(messages) = self.messages()
            && session.records.iter().all(|record| record.socket().is_none())
        {
            let text = "not read: no socket was recorded that its messages could be shown under";
            session.notes.push(messages.as_str(), None, text);
        }
        let origin =
            session.dom_events.iter().filter_map(|event| event.time).map(EpochMs::ms).reduce(f64::min);
        let origin = origin.and_then(EpochMs::new);
        let Some(resources) = self.resources.take() else { return LoadStep::Done };
        if resources.needs_origin() {
            let Some(origin) = origin else {
                let text = "times count from when the page began, which is not recorded here: requests have no start";
                session.notes.push(self.file.as_str(), None, text);
                return LoadStep::Done;
            };
            if let Some(page) = session.pages.first_mut() {
                page.time_origin = Some(origin);
            }
            session.notes.push(
                self.file.as_str(),
                None,
                "times count from when the page began: estimated from the first event of the page",
            );
            resources.read_again(session, origin);
        }
        count_from(session, origin);
        LoadStep::Done
    }
}

/// Sets the time origin of messages whose times are too small to be since 1970.
fn count_from(session: &mut Session, origin: Option<EpochMs>) {
    for record in &mut session.records {
        let file = match &mut record.kind {
            RecordKind::Http(http) => match http.messages.as_deref_mut() {
                Some(EventStream::File(file)) => Some(file),
                Some(EventStream::Inline(_) | EventStream::Body) | None => None,
            },
            RecordKind::Socket(socket) => match &mut socket.messages {
                Messages::File(file) => Some(file),
                Messages::Inline(_) | Messages::Missing(_) => None,
            },
        };
        if let Some(file) = file {
            file.small_times = SmallTimes::OfPage(origin);
        }
    }
}

impl Reader for HighlightReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        match &mut self.stage {
            Stage::Resources => self.resources(session).feed(session, piece),
            Stage::Events { reader, sniffer, start } => {
                if let Err(why) = sniffer.take(self.parts.now(), piece) {
                    // Leading white space stays in the bytes, so that positions do not depend on
                    // the size of the pieces.
                    session.bytes.truncate(*start);
                    self.known_events = reader.take_known_events();
                    self.stage = Stage::Nothing(why);
                    return Ok(());
                }
                reader.feed(session, piece)
            }
            Stage::Nothing(_) => Ok(()),
        }
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        match &mut self.stage {
            Stage::Resources => {
                self.resources(session).finish(session, broken)?;
            }
            Stage::Nothing(why) => self.parts.was_not_read(session, why),
            Stage::Events { reader, .. } => {
                let first = session.truncation.take();
                reader.finish(session, broken)?;
                if first.is_some() {
                    record_truncation(session);
                    session.truncation = first;
                }
                self.parts.was_read(session);
            }
        }
        Ok(self.go_on(session))
    }

    fn missing(&mut self, session: &mut Session, why: LoadError) -> Result<LoadStep, LoadError> {
        match &self.stage {
            Stage::Resources => Err(why),
            Stage::Events { .. } | Stage::Nothing(_) => {
                self.parts.was_not_read(session, &why);
                Ok(self.go_on(session))
            }
        }
    }
}
