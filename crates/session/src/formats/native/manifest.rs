//! `session.json`.

use std::collections::BTreeMap;

use super::received::Received;
use crate::formats::common::fields::{FromJson, FromObject, List, Object, object};
use crate::formats::common::lenient::{Flag, Number, Text};
use crate::formats::common::part::Part;
use crate::formats::common::path::is_within_directory;
use crate::formats::{LoadError, LoadFailure};
use crate::model::plausible::timestamp;
use crate::model::{Capture, EpochMs, MAX_PAGES, Page, Producer, Session, SmallTimes, format_count};
use json_spans::{json_string, syntax_error};

/// The files of a session, as its manifest names them.
#[derive(Debug, Default)]
pub(in crate::formats) struct SessionFiles {
    pub(in crate::formats) resources: Option<String>,
    pub(in crate::formats) console: Option<String>,
    pub(in crate::formats) events: Option<String>,
    pub(in crate::formats) sockets: SocketFiles,
}

/// Where the messages of sockets are.
#[derive(Clone, Debug, Default)]
pub(in crate::formats) struct SocketFiles {
    by_id: BTreeMap<String, SocketFile>,
    /// One file for all sockets, as Highlight writes it.
    shared: Option<SocketFile>,
}

impl SocketFiles {
    /// One file that holds the messages of all sockets.
    pub(in crate::formats) fn shared(path: String) -> Self {
        Self {
            by_id: BTreeMap::new(),
            shared: Some(SocketFile { path, messages: None, small_times: SmallTimes::OfPage(None) }),
        }
    }

    pub(super) fn get(&self, id: &str) -> Option<&SocketFile> {
        self.by_id.get(id).or(self.shared.as_ref())
    }

    /// The files of one socket each, by socket id.
    pub(super) fn named(&self) -> impl Iterator<Item = (&String, &SocketFile)> {
        self.by_id.iter()
    }
}

#[derive(Clone, Debug, Default)]
pub(in crate::formats) struct SocketFile {
    pub(super) path: String,
    /// Number of messages in the file, if the manifest has it.
    pub(super) messages: Option<u64>,
    pub(super) small_times: SmallTimes,
}

object! {
    struct Manifest<'a> {
        format: Text<'a> = "format",
        title: Text<'a> = "title",
        started_at: Number = "startedAt",
        ended_at: Number = "endedAt",
        live: Flag = "live",
        pages: List<ManifestPage<'a>> = "pages",
        page: Object<ManifestPage<'a>> = "page",
        user_agent: Text<'a> = "userAgent",
        recorder: Object<Recorder<'a>> = "recorder",
        capture: Object<Switches> = "capture",
        files: Object<Files<'a>> = "files",
        received: Object<Received<'a>> = "received",
    }
}

object! {
    struct ManifestPage<'a> {
        id: Text<'a> = "id",
        url: Text<'a> = "url",
        title: Text<'a> = "title",
        started_at: Number = "startedAt",
        time_origin: Number = "timeOrigin",
    }
}

object! {
    struct Recorder<'a> {
        name: Text<'a> = "name",
        version: Text<'a> = "version",
    }
}

object! {
    struct Switches {
        headers_and_bodies: Flag = "headersAndBodies",
        web_sockets: Flag = "webSockets",
        workers: Flag = "workers",
        dom: Flag = "dom",
        console: Flag = "console",
    }
}

object! {
    struct Files<'a> {
        resources: Object<File<'a>> = "resources",
        console: Object<File<'a>> = "console",
        events: Object<File<'a>> = "events",
        /// By their ids.
        sockets: &'a [u8] = "sockets",
    }
}

object! {
    struct File<'a> {
        path: Text<'a> = "path",
        sent: Number = "sent",
        received: Number = "received",
        errors: Number = "errors",
    }
}

/// Number of sockets whose messages files a manifest may name.
const MAX_SOCKET_FILES: usize = 100_000;

/// Reads the manifest into the session and returns the files that it names.
pub(in crate::formats) fn read(
    session: &mut Session,
    file: &str,
    text: &[u8],
    broken: Option<&str>,
) -> Result<SessionFiles, LoadError> {
    let text = Part::new(text, 0).trimmed().text();
    if let Some(fault) = syntax_error(text) {
        let why = broken.map_or_else(|| fault.to_string(), str::to_owned);
        return Err(LoadFailure::BrokenManifest.at(format!("{file}: {why}")));
    }
    let manifest = Manifest::from_object(text);
    check_format(session, file, manifest.format.as_str())?;
    session.title = manifest.title.filled().map(str::to_owned);
    session.user_agent = manifest.user_agent.filled().map(str::to_owned);
    session.started_at = time(session, file, "startedAt", manifest.started_at, Presence::Required);
    session.ended_at = time(session, file, "endedAt", manifest.ended_at, Presence::Optional);
    session.is_live = manifest.live.0 == Some(true);
    session.pages = pages(&manifest);
    let recorder = manifest.recorder.0.unwrap_or_default();
    session.producer =
        Producer { name: recorder.name.owned(), version: recorder.version.owned(), browser: None };
    session.capture = manifest.capture.0.map(|switches| Capture {
        has_headers_and_bodies: may_be_on(switches.headers_and_bodies),
        has_web_sockets: may_be_on(switches.web_sockets),
        has_workers: may_be_on(switches.workers),
        has_dom: may_be_on(switches.dom),
        has_console: may_be_on(switches.console),
    });
    manifest.received.0.unwrap_or_default().note(file, &mut session.notes);
    Ok(files(session, file, manifest.files.0.unwrap_or_default()))
}

/// Whether a switch may have been on: it was, or it is not recorded.
fn may_be_on(switch: Flag) -> bool {
    switch.0 != Some(false)
}

fn check_format(session: &mut Session, file: &str, format: Option<&str>) -> Result<(), LoadError> {
    let version = format.and_then(|format| format.strip_prefix("replayscope/"));
    match (format, version.and_then(|version| version.parse::<u32>().ok())) {
        (_, Some(1)) => Ok(()),
        (Some(format), Some(2..)) => Err(LoadFailure::NewerFormat(format.to_owned()).at(file)),
        (Some(format), _) => {
            Err(LoadError::unrecognized_json(file, &format!("its format is \"{}\"", shorten(format))))
        }
        (None, _) => {
            session.notes.push(file, None, "no format is named; read as replayscope/1");
            Ok(())
        }
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(60).collect()
}

/// A time in any unit in which it is a date.
fn given(number: Number) -> Option<EpochMs> {
    number.get().filter(|number| *number > 0.0).and_then(timestamp)
}

/// Whether a field of the manifest may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presence {
    Required,
    Optional,
}

fn time(
    session: &mut Session,
    file: &str,
    name: &str,
    number: Number,
    presence: Presence,
) -> Option<EpochMs> {
    let time = given(number);
    if time.is_none() && (presence == Presence::Required || number == Number::Wrong) {
        session.notes.push(file, None, format!("{name} is missing or not a time"));
    }
    time
}

fn pages(manifest: &Manifest<'_>) -> Vec<Page> {
    let listed = manifest.pages.0.iter().flatten();
    let single = manifest.page.0.iter().filter(|_| manifest.pages.0.as_ref().is_none_or(Vec::is_empty));
    listed
        .chain(single)
        // One more than the limit, which then stops the load.
        .take(MAX_PAGES as usize + 1)
        .map(|page| Page {
            id: page.id.owned(),
            url: page.url.owned(),
            title: page.title.filled().map(str::to_owned),
            started_at: given(page.started_at),
            time_origin: given(page.time_origin),
        })
        .collect()
}

fn files(session: &mut Session, file: &str, files: Files<'_>) -> SessionFiles {
    let mut one = |name: &str, entry: Option<File<'_>>| inside(session, file, name, &entry?);
    let resources = one("resources", files.resources.0);
    let (console, events) = (one("console", files.console.0), one("events", files.events.0));
    let mut by_id = BTreeMap::new();
    for (id, entry) in Part::new(files.sockets, 0).fields() {
        if by_id.len() == MAX_SOCKET_FILES {
            let text = format!(
                "files.sockets: more than {}; the rest is not opened",
                format_count(MAX_SOCKET_FILES as u64)
            );
            session.notes.push(file, None, text);
            break;
        }
        let id = json_string::unescape(id).into_owned();
        let Some(entry) = Object::<File<'_>>::from_json(entry.text()).0 else { continue };
        let Some(path) = inside(session, file, &format!("sockets.{}", shorten(&id)), &entry) else {
            continue;
        };
        let counts = [entry.sent.as_u64(), entry.received.as_u64(), entry.errors.as_u64()];
        let messages =
            counts[0].zip(counts[1]).map(|(sent, received)| sent + received + counts[2].unwrap_or(0));
        by_id.insert(id, SocketFile { path, messages, ..SocketFile::default() });
    }
    SessionFiles { resources, console, events, sockets: SocketFiles { by_id, shared: None } }
}

/// The path, if it is within the session's folder.
fn inside(session: &mut Session, file: &str, name: &str, entry: &File<'_>) -> Option<String> {
    let Some(path) = entry.path.filled() else {
        session.notes.push(file, None, format!("files.{name}: it has no path"));
        return None;
    };
    if is_within_directory(path) {
        return Some(path.to_owned());
    }
    session.notes.push(
        file,
        None,
        format!("files.{name}: the path “{}” is outside the session's folder; not opened", shorten(path)),
    );
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_newer_format_is_an_error_that_names_it() {
        let error = read(&mut Session::default(), "session.json", br#"{"format":"replayscope/2"}"#, None);
        assert!(error.is_err_and(|error| error.what().contains("replayscope/2")));
    }

    #[test]
    fn a_single_page_and_numbers_as_strings_are_read() {
        let mut session = Session::default();
        let text = br#"{"format":"replayscope/1","startedAt":"1795300133000","page":{"url":"https://a.test/"},
            "files":{"sockets":{"s1":{"path":"sockets/s1.jsonl","sent":2,"received":3},"s2":{"path":"../s2"},"s3":null}}}"#;
        let files = read(&mut session, "session.json", text, None).expect("a manifest");
        assert_eq!(session.started_at.map(EpochMs::ms), Some(1_795_300_133_000.0));
        assert_eq!(session.pages.len(), 1);
        assert_eq!(files.sockets.named().count(), 1);
        assert_eq!(files.sockets.get("s1").and_then(|file| file.messages), Some(5));
        assert_eq!(session.notes.total(), 1);
    }
}
