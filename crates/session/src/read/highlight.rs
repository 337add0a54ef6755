//! Highlight's files of a session: `network-resources-compressed` (requests, and opens and closes of sockets),
//! `web-socket-events-compressed` (the messages of all sockets), `session-contents-compressed`, whole or in numbered parts
//! (rrweb events). Their elements are those of the native format; older recorders count times from when the page began,
//! which only the events tell.

use super::files::Siblings;
use super::native::{ResourcesReader, SocketFiles};
use super::{LoadError, Next, Reader, Start, rrweb};
use crate::model::{EpochMs, Page, Session, SourceFormat};

const MESSAGES: &str = "web-socket-events-compressed";
const EVENTS: &str = "session-contents-compressed";

/// Whether a file of resources stands among Highlight's.
pub(super) fn is_around(start: &Start) -> bool {
    let name = start.file.rsplit('/').next().unwrap_or_default();
    name.starts_with("network-resources") || start.siblings.names().iter().any(|name| name.starts_with(MESSAGES))
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
    Events(Box<dyn Reader>),
}

/// More parts than any session has.
const MAX_PARTS: u32 = 10_000;

impl HighlightReader {
    pub(super) fn new(session_start: Start) -> Self {
        let Start { file, siblings } = session_start;
        let mut parts: Vec<String> =
            siblings.names().iter().filter(|name| name.starts_with("session-contents")).cloned().collect();
        parts.sort();
        parts.reverse();
        Self { siblings, stage: Stage::Resources, resources: None, parts, next_number: 0, file }
    }

    fn resources(&mut self, session: &Session) -> &mut ResourcesReader {
        let messages = self.siblings.names().iter().find(|name| name.starts_with("web-socket-events"));
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
            None if self.next_number == 0 && self.siblings.may_have(EVENTS) && !self.siblings.is_listed() => EVENTS.to_owned(),
            None if self.next_number > 0 && !self.siblings.is_listed() && self.next_number <= MAX_PARTS => {
                format!("{EVENTS}-{:04}", self.next_number - 1)
            }
            None => return self.end(session),
        };
        self.next_number += 1;
        self.stage = Stage::Events(rrweb::events_behind(session, &path));
        Next::Read { path }
    }

    /// All is read: times that count from the beginning of the page find it in the first event.
    fn end(&mut self, session: &mut Session) -> Next {
        session.format = SourceFormat::Highlight;
        "Highlight".clone_into(&mut session.producer.name);
        let origin = session.dom_events.iter().filter_map(|event| event.time).map(EpochMs::ms).reduce(f64::min);
        let Some(resources) = self.resources.take() else { return Next::Done };
        if resources.lacks_origin() {
            let Some(origin) = origin.and_then(EpochMs::new) else {
                let text = "times count from when the page began, which is not recorded here: requests have no start";
                session.notes.push(self.file.as_str(), None, text);
                return Next::Done;
            };
            if session.pages.iter().all(|page| page.time_origin.is_none()) {
                session.pages.insert(0, Page { time_origin: Some(origin), started_at: Some(origin), ..Page::default() });
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
            Stage::Events(reader) => reader.feed(session, piece),
        }
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<Next, LoadError> {
        match &mut self.stage {
            Stage::Resources => {
                self.resources(session).finish(session, broken)?;
            }
            Stage::Events(reader) => {
                let cut = session.cut.take();
                reader.finish(session, broken)?;
                session.cut = cut.or(session.cut.take());
            }
        }
        Ok(self.go_on(session))
    }

    /// Parts of the events are asked for until there are no more.
    fn missing(&mut self, session: &mut Session, why: LoadError) -> Result<Next, LoadError> {
        match &self.stage {
            Stage::Resources => Err(why),
            // A session that is written in one file has no numbered parts; one in parts has no file of all.
            Stage::Events(_) if self.next_number == 1 => Ok(self.go_on(session)),
            Stage::Events(_) => Ok(self.end(session)),
        }
    }
}
