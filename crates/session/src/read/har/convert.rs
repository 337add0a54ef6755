//! From a HAR entry to a row.

use std::borrow::Cow;

use super::entry::{Content, Entry, Response, Timings};
use super::{close, socket};
use crate::model::plausible::{TimeUnit, timestamp};
use crate::model::{
    EpochMs, EventStream, Http, KeptBytes, MessageColumns, Millis, Outcome, Phases, Producer, Record,
    RecordKind, ResourceType, Session, Socket, Span, parse_iso8601,
};
use crate::read::fields::FromObject;
use crate::read::lenient::Number;
use crate::read::path::stays_inside;
use crate::read::{body, guess};

/// An entry as it stands, and what is known of it besides.
#[derive(Debug)]
pub(super) struct Around<'a, 'p> {
    pub(super) number: u32,
    pub(super) source: Span,
    pub(super) text: &'a [u8],
    /// What the spans of its messages point into.
    pub(super) kept: &'p KeptBytes,
    pub(super) producer: &'p Producer,
    /// The entry's `_webSocketMessages`, where it has that array.
    pub(super) messages: Option<MessageColumns>,
    /// The entry's `_eventSourceMessages`, where it has that array.
    pub(super) events: Option<MessageColumns>,
}

/// A row, and what the rest of the reader has to know of its entry.
#[derive(Debug)]
pub(super) struct ReadEntry<'a> {
    pub(super) record: Record,
    /// What was missing or wrong.
    pub(super) faults: Vec<String>,
    /// The page that it belongs to.
    pub(super) page: Option<Cow<'a, str>>,
    /// Whether the producer names its type.
    pub(super) names_type: bool,
    /// Its `time`, or a phase, is not a duration.
    pub(super) has_implausible_duration: bool,
}

/// Reads an entry, as far as it goes where its JSON is broken.
pub(super) fn read<'a>(around: Around<'a, '_>) -> ReadEntry<'a> {
    let text = around.text;
    let (entry, fault) = Entry::checked(text);
    let mut read = finish(entry, around);
    if let Some(fault) = fault {
        let words = fault.words(text);
        read.faults.push(format!("its JSON is broken ({words}); what could be read of it is kept"));
    }
    read
}

/// Makes the row of an entry.
pub(super) fn finish<'a>(mut entry: Entry<'a>, around: Around<'_, '_>) -> ReadEntry<'a> {
    let page = entry.pageref.0.take().filter(|page| !page.is_empty());
    let implausible = entry.drop_implausible_durations();
    let (mut record, faults) = record(&entry, around);
    if implausible.leaves_total_unknown
        && let RecordKind::Http(http) = &mut record.kind
    {
        http.duration = None;
    }
    ReadEntry {
        record,
        faults,
        page,
        names_type: entry.resource_type.filled().is_some(),
        has_implausible_duration: implausible.is_any,
    }
}

/// Puts a row into the session, and stretches the session over it.
pub(super) fn add(session: &mut Session, record: Record) {
    if let Some(start) = record.start {
        session.started_at =
            Some(session.started_at.map_or(start, |first| if start < first { start } else { first }));
    }
    session.saw(end_of(&record));
    session.records.push(record);
}

fn record(entry: &Entry<'_>, around: Around<'_, '_>) -> (Record, Vec<String>) {
    let started = entry.started_at();
    let faults = faults(entry, started.is_some());
    let request = entry.request.0.as_ref();
    let response = entry.response.0.as_ref();
    let url = request.and_then(|request| request.url.as_str()).unwrap_or_default();
    let method = request.and_then(|request| request.method.as_str()).unwrap_or_default();
    let status = response.and_then(|response| status(response.status));
    let own = entry.own.0.as_ref();
    let has_start = own.is_none_or(|own| !own.lacks.start());
    let start = started.filter(|_| has_start);
    let error = response.and_then(|response| response.error.boxed().or(response.failure_text.boxed()));
    let (number, source) = (around.number, around.source);
    let mut kind = if is_socket(entry, url, status, &around) {
        RecordKind::Socket(Box::new(socket(entry, start, status, around)))
    } else {
        let mut http = http(entry, url, around.producer, status.is_some(), error.as_deref());
        let mut events = around.events;
        if let Some(columns) = &mut events {
            socket::set_clock(columns, entry, start, around.producer);
        }
        http.messages = event_stream(entry, &http, events);
        RecordKind::Http(http)
    };
    if let Some(own) = own {
        own.tell(&mut kind, entry.time);
    }
    let record =
        Record { number, url: url.into(), method: method_name(method), start, status, error, source, kind };
    (record, faults)
}

fn is_socket(entry: &Entry<'_>, url: &str, status: Option<u16>, around: &Around<'_, '_>) -> bool {
    socket::is_socket(entry, url, around.messages.is_some())
        || (status == Some(101) && socket::Answer::of(around.text).is_upgrade)
}

fn socket(entry: &Entry<'_>, start: Option<EpochMs>, status: Option<u16>, around: Around<'_, '_>) -> Socket {
    let mut socket = socket::socket(entry, start, status, around.producer, around.messages);
    socket.protocol = socket::Answer::of(around.text).protocol;
    close::from_frame(&mut socket, around.kept);
    socket
}

/// Where the messages of an event stream are: listed in the entry, else in the body. An empty list says that there were
/// none, unless there is a body.
fn event_stream(entry: &Entry<'_>, http: &Http, events: Option<MessageColumns>) -> Option<Box<EventStream>> {
    let content = entry.response.0.as_ref().and_then(|response| response.content.0.as_ref());
    let mime = content.and_then(|content| content.mime.as_str()).unwrap_or_default();
    let in_body = guess::event_stream(http.resource_type, mime);
    let has_body = http.body_size.is_some_and(|size| size > 0);
    match events {
        Some(columns) if !columns.is_empty() || (in_body.is_some() && !has_body) => {
            Some(Box::new(EventStream::Inline(columns)))
        }
        _ => in_body,
    }
}

impl Entry<'_> {
    /// `startedDateTime`: an ISO 8601 date, or the timestamp that some producers write in its place.
    pub(super) fn started_at(&self) -> Option<EpochMs> {
        let text = self.started.as_str()?;
        let by_number = || {
            let number: f64 = text.trim().parse().ok()?;
            TimeUnit::of_timestamp(number).and_then(|_| timestamp(number))
        };
        parse_iso8601(text).or_else(by_number)
    }

    /// The file beside the HAR that holds the response's body, or a socket's messages.
    pub(super) fn side_file(&self) -> Option<String> {
        let content = self.response.0.as_ref()?.content.0.as_ref()?;
        body::side_file(content.file.filled(), content.sha1.filled())
    }
}

/// Common verbs cost no allocation.
pub(crate) fn method_name(method: &str) -> Cow<'static, str> {
    const COMMON: [&str; 8] = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT"];
    match COMMON.into_iter().find(|common| *common == method) {
        Some(common) => Cow::Borrowed(common),
        None => Cow::Owned(method.to_owned()),
    }
}

/// Producers write 0 and -1 where there was no answer.
pub(crate) fn status(number: Number) -> Option<u16> {
    number.get().filter(|status| (100.0..1000.0).contains(status)).map(|status| status as u16)
}

fn faults(entry: &Entry<'_>, has_date: bool) -> Vec<String> {
    let mut faults = Vec::new();
    match entry.started.filled() {
        None => faults.push("no startedDateTime".to_owned()),
        Some(text) if !has_date => {
            let shown: String = text.chars().take(60).collect();
            faults.push(format!("startedDateTime is no date (“{shown}”)"));
        }
        Some(_) => {}
    }
    match entry.time {
        Number::Missing => faults.push("no time".to_owned()),
        Number::Wrong => faults.push("time is no number".to_owned()),
        // -1 is how the format says "does not apply".
        Number::Is(time) if time < 0.0 && time > -1.0 || time < -1.0 => {
            faults.push(format!("time is negative ({time} ms)"));
        }
        Number::Is(_) => {}
    }
    match &entry.request.0 {
        None => faults.push("no request".to_owned()),
        Some(request) => {
            if request.url.filled().is_none() {
                faults.push("no URL".to_owned());
            }
            if request.method.filled().is_none() {
                faults.push("no method".to_owned());
            }
        }
    }
    match &entry.response.0 {
        None => faults.push("no response".to_owned()),
        Some(response) if response.status == Number::Wrong => faults.push("status is no number".to_owned()),
        Some(response) if response.status == Number::Missing => faults.push("no status".to_owned()),
        Some(_) => {}
    }
    if let Some(file) = entry.side_file().filter(|file| !stays_inside(file)) {
        let shown: String = file.chars().take(60).collect();
        faults.push(format!("the file “{shown}” does not lie beside the recording; it is never opened"));
    }
    if entry.timings.0.as_ref().is_some_and(Timings::any_wrong) {
        faults.push("a timing is no number".to_owned());
    }
    if entry.response.0.as_ref().is_some_and(Response::any_size_wrong) {
        faults.push("a size is no number".to_owned());
    }
    faults
}

fn http(entry: &Entry<'_>, url: &str, producer: &Producer, answered: bool, error: Option<&str>) -> Http {
    let response = entry.response.0.as_ref();
    let content = response.and_then(|response| response.content.0.as_ref());
    let recorded = entry.time.not_negative().and_then(Millis::new);
    let mut phases = Phases::default();
    let timings = entry.timings.0.unwrap_or_default();
    let corrected = timings.lay_out(recorded.map(Millis::ms), url, producer, &mut phases);
    let duration = corrected.or(recorded).or_else(|| phases.end().and_then(Millis::new));
    Http {
        resource_type: resource_type(entry, url, content),
        outcome: outcome(entry, error, answered, duration.is_some()),
        duration,
        recorded_duration: corrected.and(recorded),
        phases,
        transferred: response.and_then(transferred),
        body_size: content.and_then(|content| content.size.whole()),
        from_cache: entry.from_cache.boxed(),
        messages: None,
    }
}

fn outcome(entry: &Entry<'_>, error: Option<&str>, answered: bool, ended: bool) -> Outcome {
    match error {
        _ if entry.was_aborted.is_set() => Outcome::Canceled,
        Some(error) => guess::outcome_of(error),
        // Playwright and HTTP Toolkit write a time of -1 for what was still under way.
        None if !answered && !ended && (entry.response.0.is_none() || entry.time.get().is_some()) => {
            Outcome::Pending
        }
        None => Outcome::Done,
    }
}

impl Response<'_> {
    fn any_size_wrong(&self) -> bool {
        let content = self.content.0.as_ref().map_or(Number::Missing, |content| content.size);
        [self.body_size, self.headers_size, self.transfer_size, content].contains(&Number::Wrong)
    }
}

fn transferred(response: &Response<'_>) -> Option<u64> {
    response.transfer_size.whole().or_else(|| {
        let body = response.body_size.whole()?;
        Some(body.saturating_add(response.headers_size.whole().unwrap_or(0)))
    })
}

/// The producer's word, else the MIME type, else the extension.
fn resource_type(entry: &Entry<'_>, url: &str, content: Option<&Content<'_>>) -> ResourceType {
    if let Some(named) = entry.resource_type.filled() {
        return guess::type_of_name(named);
    }
    let mime = content.and_then(|content| content.mime.filled()).unwrap_or_default();
    guess::type_of_mime(mime).or_else(|| guess::type_of_url(url)).unwrap_or(ResourceType::Other)
}

/// The latest time that an entry tells of. Messages may come after a close: the recorder's clocks differ.
fn end_of(record: &Record) -> Option<EpochMs> {
    let last_seen = match (record.socket(), record.event_stream()) {
        (Some(socket), _) => socket.last_seen,
        (None, Some(EventStream::Inline(events))) => socket::last_time(events),
        (None, _) => None,
    };
    socket::later(record.end(), last_seen).or(record.start)
}
