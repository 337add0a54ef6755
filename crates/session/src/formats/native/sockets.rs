//! The sockets of a native session: open and close events, collected by socket id and paired.

use std::collections::{HashMap, HashSet};

use super::manifest::{SocketFile, SocketFiles};
use super::record::{Resource, absolute};
use super::shared_files;
use super::socket_pairing::{SocketEvent, pair_closes_with_opens};
use crate::formats::common::http;
use crate::model::{
    Close, CloseSource, Ending, EpochMs, Messages, MessagesFile, Missing, Record, RecordKind, Session,
    Socket, Span, Totals, order,
};

/// A line of `resources.jsonl`, and its position.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub(super) resource: &'a Resource<'a>,
    pub(super) number: u32,
    pub(super) source: Span,
    /// The time origin of its page.
    pub(super) origin: Option<EpochMs>,
}

/// The sockets so far, by their id; those without an id share the empty id.
#[derive(Debug, Default)]
pub(super) struct Sockets {
    by_id: HashMap<Box<str>, Events>,
    /// Ids of event sources, whose messages are in files as those of sockets.
    event_sources: HashSet<Box<str>>,
}

#[derive(Debug, Default)]
struct Events {
    opens: Vec<SocketEvent>,
    /// The record number of each open event.
    open_numbers: Vec<u32>,
    closes: Vec<CloseEvent>,
    /// The index of the open or close event with that name and time.
    known: HashMap<(EventKind, Box<str>, u64), usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum EventKind {
    Open,
    Close,
}

#[derive(Debug)]
struct CloseEvent {
    event: SocketEvent,
    number: u32,
    source: Span,
    close: Close,
}

/// Ids with more events than this are paired only once, at the end.
const MAX_EAGER: usize = 16;

impl Sockets {
    /// Adds an open event and returns its row; `None` if the event is a duplicate, which then
    /// completes the existing row.
    pub(super) fn open(
        &mut self,
        session: &mut Session,
        line: Line<'_>,
        files: &SocketFiles,
    ) -> Option<Record> {
        let resource = line.resource;
        let id: Box<str> = resource.socket_id.as_str().unwrap_or_default().into();
        let event = SocketEvent {
            name: resource.name.as_str().unwrap_or_default().into(),
            time: resource.start(line.origin),
        };
        let events = self.by_id.entry(id.clone()).or_default();
        let row = row_of_open(&id, &event, line, files);
        if let Some(known) = events.duplicate_of(&id, &event, EventKind::Open) {
            if let Some(number) = events.open_numbers.get(known) {
                complete_row(session, *number, row);
            }
            return None;
        }
        events.opens.push(event);
        events.open_numbers.push(line.number);
        Some(row)
    }

    /// Adds a close event, and pairs it at once if possible.
    pub(super) fn close(&mut self, session: &mut Session, line: Line<'_>) {
        let resource = line.resource;
        let id: Box<str> = resource.socket_id.as_str().unwrap_or_default().into();
        let at = resource.end(line.origin).or_else(|| resource.start(line.origin));
        let close = Close {
            at,
            code: http::close_code(resource.code),
            reason: resource.reason.boxed(),
            was_clean: resource.was_clean.0,
            source: CloseSource::Event,
        };
        let event = SocketEvent { name: resource.name.as_str().unwrap_or_default().into(), time: at };
        let events = self.by_id.entry(id.clone()).or_default();
        match events
            .duplicate_of(&id, &event, EventKind::Close)
            .and_then(|known| events.closes.get_mut(known))
        {
            Some(CloseEvent { close: known, .. }) => {
                known.code = known.code.or(close.code);
                known.reason = known.reason.take().or(close.reason);
                known.was_clean = known.was_clean.or(close.was_clean);
            }
            None => events.closes.push(CloseEvent { event, number: line.number, source: line.source, close }),
        }
        if events.closes.len() <= MAX_EAGER && events.opens.len() <= MAX_EAGER {
            events.join(&id, session);
        }
    }

    /// Adds the id of an event source, and returns the file of its messages.
    pub(super) fn event_source(&mut self, id: &str, files: &SocketFiles) -> Option<MessagesFile> {
        self.event_sources.insert(id.into());
        files.get(id).map(|file| MessagesFile { is_event_stream: true, ..file_of(id, file) })
    }

    /// Pairs the remaining events, lists closes without an open event as orphans, and partitions
    /// the files of repeated ids.
    pub(super) fn finish(mut self, session: &mut Session, files: &SocketFiles, records: u32) {
        let mut orphans = Vec::new();
        let mut repeated = Vec::new();
        for (id, events) in &mut self.by_id {
            let unpaired = events.join(id, session);
            let mut numbers: Vec<u32> = unpaired.iter().map(|close| close.number).collect();
            orphans.extend(unpaired.into_iter().map(|close| orphan_of_close(id, close, files)));
            numbers.extend(&events.open_numbers);
            if numbers.len() > 1 && files.get(id).is_some() {
                repeated.push(numbers);
            }
        }
        let is_listed = |id: &str| self.by_id.contains_key(id) || self.event_sources.contains(id);
        let mut number = records;
        for (id, file) in files.named().filter(|(id, _)| !is_listed(id)) {
            number += 1;
            orphans.push(orphan_of_messages(id, number, file));
        }
        if !orphans.is_empty() {
            session.records.extend(orphans);
            let mut records: Vec<Option<Record>> =
                std::mem::take(&mut session.records).into_iter().map(Some).collect();
            let number = |record: &Option<Record>| record.as_ref().map_or(0, |record| record.number.into());
            let order = order::argsort_by_key(records.iter().map(number));
            session.records.extend(order::apply_permutation(&mut records, &order).into_iter().flatten());
        }
        for numbers in repeated {
            shared_files::partition_shared_file(session, &numbers);
        }
    }
}

impl Events {
    /// The index of an equal event among the opens or closes; else the event is recorded. Events
    /// without an id are never equal.
    fn duplicate_of(&mut self, id: &str, event: &SocketEvent, kind: EventKind) -> Option<usize> {
        if id.is_empty() {
            return None;
        }
        let next_index = match kind {
            EventKind::Open => self.opens.len(),
            EventKind::Close => self.closes.len(),
        };
        let time = event.time.map_or(u64::MAX, |time| time.ms().to_bits());
        let known = *self.known.entry((kind, event.name.clone(), time)).or_insert(next_index);
        (known < next_index).then_some(known)
    }

    /// Sets the ending of each open event's row, and returns the closes without an open event.
    fn join(&mut self, id: &str, session: &mut Session) -> Vec<&CloseEvent> {
        let joined = if !id.is_empty() && self.opens.len() == 1 && self.closes.len() == 1 {
            // A single open and a single close of one id belong together, whatever their URLs and
            // times are.
            vec![Some(0)]
        } else {
            let closes: Vec<SocketEvent> = self.closes.iter().map(|close| close.event.clone()).collect();
            pair_closes_with_opens(&self.opens, &closes)
        };
        for number in &self.open_numbers {
            set_ending(session, *number, Ending::StillOpen);
        }
        let mut unpaired = Vec::new();
        for (close, open) in self.closes.iter().zip(joined) {
            match open.and_then(|open| self.open_numbers.get(open)) {
                Some(number) => set_ending(session, *number, Ending::Closed(close.close.clone())),
                None => unpaired.push(close),
            }
        }
        unpaired
    }
}

fn socket_mut(session: &mut Session, number: u32) -> Option<&mut Socket> {
    let index = session.index_of(number)?;
    match &mut session.records.get_mut(index)?.kind {
        RecordKind::Socket(socket) => Some(socket),
        RecordKind::Http(_) => None,
    }
}

fn set_ending(session: &mut Session, number: u32, ending: Ending) {
    let Some(socket) = socket_mut(session, number) else { return };
    if let Ending::Closed(Close { at: Some(at), .. }) = &ending {
        socket.last_seen = Some(socket.last_seen.map_or(*at, |seen| seen.later(*at)));
    }
    socket.ending = ending;
}

/// Completes a row by a second record of the same open.
fn complete_row(session: &mut Session, number: u32, more: Record) {
    let Some(record) = session.index_of(number).and_then(|index| session.records.get_mut(index)) else {
        return;
    };
    let (RecordKind::Socket(socket), RecordKind::Socket(more_of_socket)) = (&mut record.kind, more.kind)
    else {
        return;
    };
    // The details are decoded from the longer record.
    if more.source.len > record.source.len {
        record.source = more.source;
    }
    record.status = record.status.or(more.status);
    record.error = record.error.take().or(more.error);
    socket.opened = socket.opened.or(more_of_socket.opened);
    socket.protocol = socket.protocol.take().or(more_of_socket.protocol);
    socket.is_refused = is_refused(socket.opened, record.error.as_deref(), record.status);
}

/// Whether the handshake failed: it was not completed, and an error or a status is recorded. Status
/// 101 proves that it was.
fn is_refused(opened: Option<EpochMs>, error: Option<&str>, status: Option<u16>) -> bool {
    let is_answer_no = status.is_some_and(|status| !(200..300).contains(&status));
    opened.is_none() && status != Some(101) && (error.is_some() || is_answer_no)
}

fn row_of_open(id: &str, event: &SocketEvent, line: Line<'_>, files: &SocketFiles) -> Record {
    let resource = line.resource;
    let error = resource.error.boxed();
    let status = http::status(resource.status).or(http::status(resource.response_status));
    let opened = absolute(resource.opened_time_abs);
    let socket = Socket {
        opened,
        protocol: resource.protocol.boxed(),
        is_orphan: false,
        is_refused: is_refused(opened, error.as_deref(), status),
        last_seen: opened.or(event.time),
        ..bare(id, Ending::StillOpen, files.get(id))
    };
    Record { start: event.time, status, error, ..row(line.number, event.name.clone(), line.source, socket) }
}

fn row(number: u32, url: Box<str>, source: Span, socket: Socket) -> Record {
    let kind = RecordKind::Socket(Box::new(socket));
    Record { number, url, method: "GET".into(), start: None, status: None, error: None, source, kind }
}

fn orphan_of_close(id: &str, close: &CloseEvent, files: &SocketFiles) -> Record {
    let socket = bare(id, Ending::Closed(close.close.clone()), files.get(id));
    let socket = Socket { last_seen: close.close.at, ..socket };
    row(close.number, close.event.name.clone(), close.source, socket)
}

fn orphan_of_messages(id: &str, number: u32, file: &SocketFile) -> Record {
    row(number, Box::default(), Span::default(), bare(id, Ending::NotRecorded, Some(file)))
}

/// An orphan of which only the id and the file are known.
fn bare(id: &str, ending: Ending, file: Option<&SocketFile>) -> Socket {
    Socket {
        id: Some(id.into()).filter(|_| !id.is_empty()),
        opened: None,
        protocol: None,
        ending,
        is_orphan: true,
        is_refused: false,
        last_seen: None,
        messages: file
            .map_or(Messages::Missing(Missing::NotRecorded), |file| Messages::File(file_of(id, file))),
        totals: Totals { messages: file.and_then(|file| file.messages), bytes: None },
    }
}

fn file_of(id: &str, file: &SocketFile) -> MessagesFile {
    MessagesFile {
        path: file.path.as_str().into(),
        socket_id: Some(id.into()),
        small_times: file.small_times,
        ..MessagesFile::default()
    }
}
