//! Converts a HAR entry to a row.

use std::borrow::Cow;

use super::entry::{Entry, Response, Timings};
use super::{close, resource_type, socket};
use crate::formats::common::fields::FromObject;
use crate::formats::common::http::{method_name, status};
use crate::formats::common::lenient::{Flag, Number};
use crate::formats::common::path::is_within_directory;
use crate::formats::common::size::Size;
use crate::formats::common::{body, infer};
use crate::model::plausible::{TimeUnit, timestamp};
use crate::model::{
    EpochMs, EventStream, Http, MessageColumns, Millis, Outcome, Phases, Producer, Record, RecordKind,
    ResourceType, SegmentedBuffer, Session, Socket, Span, parse_iso8601,
};
use json_spans::Fields;

/// An entry as written, and its context.
#[derive(Debug)]
pub(super) struct EntryContext<'a, 'p> {
    pub(super) number: u32,
    pub(super) source: Span,
    pub(super) text: &'a [u8],
    /// The bytes that the spans of its messages refer to.
    pub(super) buffer: &'p SegmentedBuffer,
    pub(super) producer: &'p Producer,
    /// The entry's `_webSocketMessages`, where it has that array.
    pub(super) messages: Option<MessageColumns>,
    /// The entry's `_eventSourceMessages`, where it has that array.
    pub(super) events: Option<MessageColumns>,
    /// Its start from another source, for an entry without a date.
    pub(super) start: Option<EpochMs>,
}

/// A row, and what else the reader needs of its entry.
#[derive(Debug)]
pub(super) struct ReadEntry<'a> {
    pub(super) record: Record,
    /// Missing or invalid fields, as sentences for a load note.
    pub(super) faults: Vec<String>,
    /// The id of its page.
    pub(super) page: Option<Cow<'a, str>>,
    /// Whether there is evidence for its type.
    pub(super) has_type: bool,
    /// The start on the clock of a trace, in ms.
    pub(super) monotonic: Option<f64>,
    /// Whether its `time`, or a phase, is implausible.
    pub(super) has_implausible_duration: bool,
}

/// Reads an entry, or the readable part of it if its JSON is broken.
pub(super) fn read<'a>(context: EntryContext<'a, '_>) -> ReadEntry<'a> {
    let text = context.text;
    let (entry, fault) = Entry::checked(text);
    let mut read = finish(entry, context);
    if let Some(fault) = fault {
        read.faults.push(format!("its JSON is broken ({fault}); what could be read of it is kept"));
    }
    read
}

/// The row of an entry.
pub(super) fn finish<'a>(mut entry: Entry<'a>, context: EntryContext<'_, '_>) -> ReadEntry<'a> {
    let page = entry.pageref.0.take().filter(|page| !page.is_empty());
    let inferred = resource_type(&entry);
    let monotonic = entry.monotonic.get();
    let implausible = entry.drop_implausible_durations();
    let (mut record, faults) = record(&entry, context, inferred);
    if implausible.leaves_total_unknown
        && let RecordKind::Http(http) = &mut record.kind
    {
        http.duration = None;
    }
    ReadEntry {
        record,
        faults,
        page,
        has_type: inferred.is_some(),
        monotonic,
        has_implausible_duration: implausible.is_any,
    }
}

/// Adds a row to the session, and extends the session to it.
pub(super) fn add(session: &mut Session, record: Record) {
    include_times(session, &record);
    session.records.push(record);
}

/// Extends the session to the times of a row.
pub(super) fn include_times(session: &mut Session, record: &Record) {
    if let Some(start) = record.start {
        session.started_at =
            Some(session.started_at.map_or(start, |first| if start < first { start } else { first }));
    }
    session.extend_to(end_of(record));
}

fn record(
    entry: &Entry<'_>,
    context: EntryContext<'_, '_>,
    inferred: Option<ResourceType>,
) -> (Record, Vec<String>) {
    let started = entry.started_at().or(context.start);
    let faults = faults(entry, context.text, started.is_some());
    let response = entry.response.0.as_ref();
    let (method, url) = (entry.method(), entry.url());
    let status = response.and_then(|response| status(response.status.0));
    let extension = entry.extension.0.as_ref();
    let has_start = extension.is_none_or(|extension| !extension.not_recorded.start());
    let start = started.filter(|_| has_start);
    // The comments of our HARs say what was not recorded.
    let may_comment = status.is_none() && context.producer.name != "Replayscope";
    let error = entry.error_text(may_comment).map(Box::<str>::from);
    let (number, source) = (context.number, context.source);
    let mut kind = if is_socket(entry, url, status, &context) {
        RecordKind::Socket(Box::new(socket(entry, start, status, context)))
    } else {
        let resource_type = inferred.unwrap_or(ResourceType::Other);
        let mut http = http(entry, resource_type, context.producer, status.is_some(), error.as_deref());
        let mut events = context.events;
        if let Some(columns) = &mut events {
            socket::set_clock(columns, entry, start, context.producer);
        }
        http.messages = event_stream(entry, &http, events);
        RecordKind::Http(http)
    };
    if let Some(extension) = extension {
        extension.apply_to(&mut kind, entry.time);
    }
    let record =
        Record { number, url: url.into(), method: method_name(method), start, status, error, source, kind };
    (record, faults)
}

fn is_socket(entry: &Entry<'_>, url: &str, status: Option<u16>, context: &EntryContext<'_, '_>) -> bool {
    let (has_list, has_messages) =
        context.messages.as_ref().map_or((false, false), |messages| (true, !messages.is_empty()));
    // Some producers write an empty list of messages in every entry.
    socket::is_socket(entry, url, has_messages)
        || (status == Some(101)
            && (has_list || socket::HandshakeResponseHeaders::of(context.text).is_upgrade))
}

fn socket(
    entry: &Entry<'_>,
    start: Option<EpochMs>,
    status: Option<u16>,
    context: EntryContext<'_, '_>,
) -> Socket {
    let mut socket = socket::socket(entry, start, status, context.producer, context.messages);
    socket.protocol = socket::HandshakeResponseHeaders::of(context.text).protocol;
    close::from_frame(&mut socket, context.buffer);
    socket
}

/// The location of the messages of an event stream: the list in the entry, else the body. An empty
/// list means that there were no messages, unless there is a body.
fn event_stream(entry: &Entry<'_>, http: &Http, events: Option<MessageColumns>) -> Option<Box<EventStream>> {
    let content = entry.response.0.as_ref().and_then(|response| response.content.0.as_ref());
    let mime = content.and_then(|content| content.mime.as_str()).unwrap_or_default();
    let in_body = infer::event_stream(http.resource_type, mime);
    let has_body = http.body_size.is_some_and(|size| size > 0);
    match events {
        Some(columns) if !columns.is_empty() || (in_body.is_some() && !has_body) => {
            Some(Box::new(EventStream::Inline(columns)))
        }
        _ => in_body,
    }
}

impl Entry<'_> {
    /// `startedDateTime`: an ISO 8601 date, or a timestamp, as some producers write.
    pub(super) fn started_at(&self) -> Option<EpochMs> {
        let text = self.started.as_str()?;
        let by_number = || {
            let number: f64 = text.trim().parse().ok()?;
            TimeUnit::of_timestamp(number).and_then(|_| timestamp(number))
        };
        parse_iso8601(text).or_else(by_number)
    }

    fn method(&self) -> &str {
        self.request.0.as_ref().and_then(|request| request.method.as_str()).unwrap_or_default()
    }

    fn url(&self) -> &str {
        self.request.0.as_ref().and_then(|request| request.url.0.as_str()).unwrap_or_default()
    }

    /// The error that the producer records. Without a response it may be in a comment.
    fn error_text(&self, may_be_comment: bool) -> Option<&str> {
        let response = self.response.0.as_ref();
        let errors = response.into_iter().flat_map(|response| [&response.error, &response.failure_text]);
        let mut errors = errors.chain([&self.error]);
        let comments = || {
            let comments = [response.map(|response| &response.comment), Some(&self.comment)];
            let mut comments = comments.into_iter().flatten().filter_map(|comment| comment.filled());
            comments.find(|comment| may_be_comment && infer::is_failure(comment))
        };
        errors.find_map(|error| error.as_str()).or_else(comments)
    }

    /// The cache that served the response, by the name that the producer uses.
    fn cache(&self) -> Option<&str> {
        let response = self.response.0.as_ref();
        let is_set =
            |flag: fn(&Response<'_>) -> Flag| response.is_some_and(|response| flag(response).is_set());
        let named = self.from_cache.filled().filter(|cache| *cache != "false");
        let is_cache = |kind: &&str| {
            let suffix = kind.len().checked_sub(" cache".len()).and_then(|at| kind.get(at..));
            suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case(" cache"))
        };
        let fetched = self.fetch_type.filled().filter(is_cache);
        named.or(fetched).or(match () {
            () if is_set(|response| response.from_disk_cache) => Some("disk"),
            () if is_set(|response| response.from_prefetch_cache) => Some("prefetch"),
            () if is_set(|response| response.from_service_worker) => Some("service worker"),
            () if self.via_service_worker.is_set() => Some("service worker"),
            () => None,
        })
    }

    /// The file of the recording with the response's body, or with a socket's messages.
    pub(super) fn sidecar(&self) -> Option<String> {
        let content = self.response.0.as_ref()?.content.0.as_ref()?;
        body::sidecar(content.file.filled(), content.sha1.filled())
    }
}

fn faults(entry: &Entry<'_>, text: &[u8], has_date: bool) -> Vec<String> {
    let mut faults = Vec::new();
    match entry.started.filled() {
        // The clock of a trace may determine the time later.
        None if has_date || entry.monotonic.get().is_some() => {}
        None => faults.push(NO_DATE.to_owned()),
        Some(text) if !has_date => {
            let shown: String = text.chars().take(60).collect();
            faults.push(format!("startedDateTime is not a valid date (“{shown}”)"));
        }
        Some(_) => {}
    }
    match entry.time {
        Number::Missing => faults.push("no time".to_owned()),
        Number::Wrong => faults.push("time is not a number".to_owned()),
        // -1 means "does not apply" in HAR.
        Number::Is(time) if time < 0.0 && time > -1.0 || time < -1.0 => {
            faults.push(format!("time is negative ({time} ms)"));
        }
        Number::Is(_) => {}
    }
    match &entry.request.0 {
        None => faults.push(not_an_object(text, "request")),
        Some(request) => {
            if request.url.0.filled().is_none() {
                faults.push("no URL".to_owned());
            }
            if request.method.filled().is_none() {
                faults.push("no method".to_owned());
            }
        }
    }
    match &entry.response.0 {
        None => faults.push(not_an_object(text, "response")),
        Some(response) if response.status.0 == Number::Wrong => {
            faults.push("status is not a number".to_owned());
        }
        Some(response) if response.status.0 == Number::Missing => faults.push("no status".to_owned()),
        Some(_) => {}
    }
    if let Some(file) = entry.sidecar().filter(|file| !is_within_directory(file)) {
        let shown: String = file.chars().take(60).collect();
        faults.push(format!("the file “{shown}” is outside the recording's folder; not opened for safety"));
    }
    if entry.timings.0.as_ref().is_some_and(Timings::any_wrong) {
        faults.push("a timing is not a number".to_owned());
    }
    if entry.response.0.as_ref().is_some_and(Response::any_size_wrong) {
        faults.push("a size is not a number".to_owned());
    }
    faults
}

/// The load note about an entry without a start.
pub(super) const NO_DATE: &str = "no startedDateTime";

/// The fault of a part of the entry that is missing or not an object.
fn not_an_object(entry: &[u8], name: &str) -> String {
    let value = Fields::of(entry).filter(|field| *field.name() == *name.as_bytes()).last();
    match value.filter(|field| field.value != b"null") {
        Some(_) => format!("{name} is not an object"),
        None => format!("no {name}"),
    }
}

fn http(
    entry: &Entry<'_>,
    resource_type: ResourceType,
    producer: &Producer,
    has_response: bool,
    error: Option<&str>,
) -> Http {
    let response = entry.response.0.as_ref();
    let content = response.and_then(|response| response.content.0.as_ref());
    let recorded = entry.time.not_negative().and_then(Millis::new);
    let mut phases = Phases::default();
    let timings = entry.timings.0.unwrap_or_default();
    let corrected = timings.lay_out(recorded.map(Millis::ms), entry.url(), producer, &mut phases);
    let summed = || phases.end().filter(|_| timings.is_complete()).and_then(Millis::new);
    let duration = corrected.or(recorded).or_else(summed);
    Http {
        resource_type,
        outcome: outcome(entry, error, has_response, duration.is_some()),
        duration,
        recorded_duration: corrected.and(recorded),
        phases,
        transferred: response.and_then(transferred),
        body_size: content.and_then(|content| content.size.as_u64()),
        from_cache: entry.cache().map(Box::from),
        messages: None,
    }
}

fn outcome(entry: &Entry<'_>, error: Option<&str>, has_response: bool, has_ended: bool) -> Outcome {
    match error {
        _ if entry.was_aborted.is_set() => Outcome::Canceled,
        Some(error) => infer::outcome_of(error),
        // Playwright and HTTP Toolkit write a time of -1 for a request that had not ended.
        None if !has_response && !has_ended && (entry.response.0.is_none() || entry.time.get().is_some()) => {
            Outcome::Pending
        }
        None => Outcome::Done,
    }
}

impl Response<'_> {
    fn any_size_wrong(&self) -> bool {
        let content = self.content.0.as_ref().map(|content| content.size).unwrap_or_default();
        [self.body_size, self.headers_size, self.transfer_size, content].into_iter().any(Size::is_wrong)
    }
}

fn transferred(response: &Response<'_>) -> Option<u64> {
    response.transfer_size.as_u64().or_else(|| {
        let body = response.body_size.as_u64()?;
        Some(body.saturating_add(response.headers_size.as_u64().unwrap_or(0)))
    })
}

/// The type that the producer names, else the inferred one. Headers are read only in the second
/// case.
fn resource_type(entry: &Entry<'_>) -> Option<ResourceType> {
    if let Some(named) = entry.resource_type.filled() {
        return Some(infer::type_of_name(named));
    }
    let content = entry.response.0.as_ref().and_then(|response| response.content.0.as_ref());
    let mime = content.and_then(|content| content.mime.filled()).unwrap_or_default();
    let headers = entry.request.0.as_ref().map(|request| request.headers.raw).unwrap_or_default();
    resource_type::infer(headers, entry.method(), mime, entry.url())
}

/// The latest time of an entry. Messages may be after the close, because the recorder's clocks
/// differ.
fn end_of(record: &Record) -> Option<EpochMs> {
    let known = match &record.kind {
        RecordKind::Socket(socket) => socket.last_seen,
        RecordKind::Http(http) => {
            let length = http.phases.end().filter(|_| http.duration.is_none()).and_then(Millis::new);
            let phases_end = record.start.zip(length).map(|(start, length)| start + length);
            let last_event = match http.messages.as_deref() {
                Some(EventStream::Inline(events)) => socket::last_time(events),
                _ => None,
            };
            socket::latest(phases_end, last_event)
        }
    };
    socket::latest(record.end(), known).or(record.start)
}
