//! Highlight's files of a session: `network-resources-compressed` (requests, and opens and closes of sockets),
//! `web-socket-events-compressed` (the messages of all sockets), `session-contents-compressed`, whole or in numbered parts
//! (rrweb events). Their elements are those of the native format; older recorders count times from when the page began,
//! which only the events tell.

use super::detect::Head;
use super::files::Siblings;
use super::native::{ResourcesReader, SocketFiles};
use super::{LoadError, Next, Reader, Start, rrweb};
use crate::model::{EpochMs, Page, Session, SourceFormat, order};

const MESSAGES: &str = "web-socket-events-compressed";
const EVENTS: &str = "session-contents-compressed";
/// What the names of such files begin with, whatever compression they name.
const SOCKETS: &str = "web-socket-events";
const CONTENTS: &str = "session-contents";

/// Whether a file of resources stands among Highlight's.
pub(super) fn is_around(start: &Start) -> bool {
    let has_messages = || start.siblings.names().iter().any(|name| name.starts_with(SOCKETS));
    name_of(&start.file).starts_with("network-resources") || has_messages()
}

/// Whether a file of events is a part of Highlight's.
pub(super) fn is_part(start: &Start) -> bool {
    name_of(&start.file).starts_with(CONTENTS)
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The parts of the events that are there, but for the one that is read already; the next one last.
fn parts(siblings: &Siblings, read: Option<&str>) -> Vec<String> {
    let is_part = |name: &&String| name.starts_with(CONTENTS) && Some(name.as_str()) != read;
    let mut parts = order::texts(siblings.names().iter().filter(is_part).cloned().collect());
    parts.reverse();
    parts
}

/// Reads the resources, then the events.
#[derive(Debug)]
pub(super) struct HighlightReader {
    siblings: Siblings,
    stage: Stage,
    resources: Option<ResourcesReader>,
    /// Parts of the events still to read, the next one last; those that are numbered and cannot be listed are asked for
    /// until one is missing.
    parts: Vec<String>,
    next_number: u32,
    file: String,
}

#[derive(Debug)]
enum Stage {
    Resources,
    /// A part of the events, and its first bytes until they tell that it is no web page.
    Events(Box<dyn Reader>, Head),
    /// What came in the place of a part is none.
    Nothing,
}

/// More parts than any session has.
const MAX_PARTS: u32 = 10_000;

impl HighlightReader {
    /// Begins with the resources.
    pub(super) fn new(Start { file, siblings }: Start) -> Self {
        let parts = parts(&siblings, None);
        Self { siblings, stage: Stage::Resources, resources: None, parts, next_number: 0, file }
    }

    /// Begins with the events, where there are no resources.
    pub(super) fn of_events(Start { file, siblings }: Start) -> Self {
        let parts = parts(&siblings, Some(name_of(&file)));
        let stage = Stage::Events(rrweb::events_behind(&Session::default(), &file), Head::default());
        Self { siblings, stage, resources: None, parts, next_number: 1, file }
    }

    fn resources(&mut self, session: &Session) -> &mut ResourcesReader {
        let messages = self.siblings.names().iter().find(|name| name.starts_with(SOCKETS));
        let path = messages.cloned().unwrap_or_else(|| MESSAGES.to_owned());
        let files = if messages.is_some() || self.siblings.may_have(MESSAGES) {
            SocketFiles::shared(path)
        } else {
            SocketFiles::default()
        };
        self.resources.get_or_insert_with(|| ResourcesReader::behind(session, &self.file, files))
    }

    /// Asks for the next part of the events.
    fn go_on(&mut self, session: &mut Session) -> Next {
        let listed = self.parts.pop();
        let path = match listed {
            Some(path) => path,
            None if self.next_number == 0 && self.siblings.may_have(EVENTS) && !self.siblings.is_listed() => {
                EVENTS.to_owned()
            }
            None if self.next_number > 0 && !self.siblings.is_listed() && self.next_number <= MAX_PARTS => {
                format!("{EVENTS}-{:04}", self.next_number - 1)
            }
            None => return self.end(session),
        };
        self.next_number += 1;
        self.stage = Stage::Events(rrweb::events_behind(session, &path), Head::default());
        Next::Read { path }
    }

    /// A session that is written in one file has no numbered parts; one in parts has no file of all. Parts are asked for
    /// until there are no more.
    fn after_missing(&mut self, session: &mut Session) -> Next {
        if self.next_number == 1 { self.go_on(session) } else { self.end(session) }
    }

    /// All is read: times that count from the beginning of the page find it in the first event.
    fn end(&mut self, session: &mut Session) -> Next {
        session.format = SourceFormat::Highlight;
        "Highlight".clone_into(&mut session.producer.name);
        let origin =
            session.dom_events.iter().filter_map(|event| event.time).map(EpochMs::ms).reduce(f64::min);
        let Some(resources) = self.resources.take() else { return Next::Done };
        if resources.lacks_origin() {
            let Some(origin) = origin.and_then(EpochMs::new) else {
                let text = "times count from when the page began, which is not recorded here: requests have no start";
                session.notes.push(self.file.as_str(), None, text);
                return Next::Done;
            };
            if session.pages.iter().all(|page| page.time_origin.is_none()) {
                session.pages.insert(
                    0,
                    Page { time_origin: Some(origin), started_at: Some(origin), ..Page::default() },
                );
            }
            session.notes.push(
                self.file.as_str(),
                None,
                "times count from when the page began: estimated from the first event of the page",
            );
            resources.read_again(session);
        }
        Next::Done
    }
}

impl Reader for HighlightReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        match &mut self.stage {
            Stage::Resources => {
                session.format = SourceFormat::Highlight;
                self.resources(session).feed(session, piece)
            }
            Stage::Events(reader, head) => {
                // A host that answers everything with its start page has no such part.
                if head.take(&self.file, piece).is_err() {
                    self.stage = Stage::Nothing;
                    return Ok(());
                }
                reader.feed(session, piece)
            }
            Stage::Nothing => Ok(()),
        }
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<Next, LoadError> {
        match &mut self.stage {
            Stage::Resources => {
                self.resources(session).finish(session, broken)?;
            }
            Stage::Nothing => return Ok(self.after_missing(session)),
            Stage::Events(reader, _) => {
                let cut = session.cut.take();
                reader.finish(session, broken)?;
                session.cut = cut.or(session.cut.take());
            }
        }
        Ok(self.go_on(session))
    }

    fn missing(&mut self, session: &mut Session, why: LoadError) -> Result<Next, LoadError> {
        match &self.stage {
            Stage::Resources => Err(why),
            Stage::Events(..) | Stage::Nothing => Ok(self.after_missing(session)),
        }
    }
}
