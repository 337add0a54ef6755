//! `session.json`.

use crate::export::json::Json;
use crate::export::pages::PageIds;
use crate::model::{Capture, Counts, EpochMs, Session};

pub(super) const RESOURCES: &str = "resources.jsonl";
pub(super) const CONSOLE: &str = "console.jsonl";
pub(super) const EVENTS: &str = "events.jsonl";

/// What the other files hold.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) requests: u64,
    pub(super) sockets: u64,
    pub(super) resources: FileSize,
    /// `None` where the session has no such file.
    pub(super) console: Option<FileSize>,
    pub(super) events: Option<FileSize>,
    pub(super) files: Vec<FileOf>,
}

/// The size of a file of lines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FileSize {
    pub(super) bytes: u64,
    pub(super) lines: u64,
}

/// A file of messages.
#[derive(Debug)]
pub(super) struct FileOf {
    id: String,
    path: String,
    counts: Counts,
    /// Not an event source.
    is_socket: bool,
    pub(super) bytes: u64,
}

impl FileOf {
    pub(super) fn new(id: String, path: String, counts: Counts, is_socket: bool) -> Self {
        Self { id, path, counts, is_socket, bytes: 0 }
    }

    fn messages(&self) -> u64 {
        self.counts.sent + self.counts.received + self.counts.errors
    }
}

pub(super) fn write(json: &mut Json, session: &Session, id: &str, page_ids: &PageIds, written: &Written) {
    json.open_object();
    json.field("format", "replayscope/1");
    json.field("id", id);
    json.optional_field("title", session.title.as_deref());
    json.optional_number_field("startedAt", session.started_at.map(EpochMs::ms));
    // A HAR names no end: the latest time known is its end, of which the messages will not be known
    // before they are read.
    let has_times = session.format.capabilities().has_session_times;
    let end = if has_times { session.ended_at } else { session.end() };
    json.optional_number_field("endedAt", end.map(EpochMs::ms));
    pages(json, session, page_ids);
    json.optional_field("userAgent", session.user_agent.as_deref());
    json.key("recorder");
    json.open_object();
    json.field("name", &session.producer.name);
    json.field("version", &session.producer.version);
    json.close_object();
    if let Some(capture) = session.capture {
        self::capture(json, capture);
    }
    counts(json, written);
    files(json, written);
    json.close_object();
    json.end_line();
}

fn pages(json: &mut Json, session: &Session, page_ids: &PageIds) {
    json.key("pages");
    json.open_array();
    for page in &session.pages {
        json.open_object();
        json.field("id", page_ids.id(&page.id));
        let url = json.redactor.url(&page.url);
        json.field("url", &url);
        json.optional_field("title", page.title.as_deref());
        json.optional_number_field("startedAt", page.started_at.map(EpochMs::ms));
        json.optional_number_field("timeOrigin", page.time_origin.map(EpochMs::ms));
        json.close_object();
    }
    json.close_array();
}

fn capture(json: &mut Json, capture: Capture) {
    json.key("capture");
    json.open_object();
    json.flag_field("headersAndBodies", capture.has_headers_and_bodies);
    json.flag_field("webSockets", capture.has_web_sockets);
    json.flag_field("workers", capture.has_workers);
    json.flag_field("dom", capture.has_dom);
    json.flag_field("console", capture.has_console);
    json.close_object();
}

fn counts(json: &mut Json, written: &Written) {
    let messages: u64 = written.files.iter().filter(|file| file.is_socket).map(FileOf::messages).sum();
    json.key("counts");
    json.open_object();
    json.number_field("requests", written.requests as f64);
    json.number_field("sockets", written.sockets as f64);
    json.number_field("messages", messages as f64);
    json.close_object();
}

fn files(json: &mut Json, written: &Written) {
    json.key("files");
    json.open_object();
    let (resources, console, events) = (Some(written.resources), written.console, written.events);
    for (key, path, size) in
        [("resources", RESOURCES, resources), ("console", CONSOLE, console), ("events", EVENTS, events)]
    {
        let Some(size) = size else { continue };
        json.key(key);
        json.open_object();
        json.field("path", path);
        json.number_field("bytes", size.bytes as f64);
        json.number_field("count", size.lines as f64);
        json.close_object();
    }
    json.key("sockets");
    json.open_object();
    for file in &written.files {
        json.key(&file.id);
        json.open_object();
        json.field("path", &file.path);
        json.number_field("bytes", file.bytes as f64);
        json.number_field("sent", file.counts.sent as f64);
        json.number_field("received", file.counts.received as f64);
        json.number_field("errors", file.counts.errors as f64);
        json.close_object();
    }
    json.close_object();
    json.close_object();
}
