//! Ends every load: finds the main part of the session, and makes one load note for each kind of
//! implausible time.
//!
//! Times that are less than a day apart are one group. If there are several, the largest is the
//! session's main part, together with every group that is too large to be a mistake. The others are
//! listed at their recorded times, before or after the session's start and end.

use crate::model::plausible::{Counted, ImplausibleTimes, MAX_GAP_MS, MAX_SOCKET_MS, is_date};
use crate::model::{EpochMs, Messages, Record, RecordKind, Session, counted, order, plural};

/// Maximum distance of the groups of one session, in ms: a year.
const MAX_SESSION_GAP_MS: f64 = 365.0 * MAX_GAP_MS;
/// Maximum number of times in a group that is a mistake. A request has two, and the rrweb event
/// that recorded it a third.
const MAX_STRAY_TIMES: usize = 3;
/// A group is large if the largest group has fewer than this many times as many times.
const LARGE_GROUP_RATIO: usize = 4;

/// The place of the notes.
const PLACE: &str = "times";

/// Sets the session's start and end, and notes implausible times. A session of less than a day
/// costs one pass over its times.
pub(super) fn settle(session: &mut Session) {
    let implausible = std::mem::take(&mut session.implausible);
    note_kinds(session, implausible);
    let (from, to) =
        spans(session).fold((f64::MAX, f64::MIN), |(from, to), span| (from.min(span.from), to.max(span.to)));
    let main = if to - from > MAX_GAP_MS { main_part(session) } else { None };
    if let Some(main) = main {
        exclude_outliers(session, main);
    }
    if from <= to {
        correct_bounds(session, main.unwrap_or(TimeSpan { from, to }));
    }
    let mut closed_early = Counted::default();
    for record in &mut session.records {
        let is_reversed = record.start.zip(record.end()).is_some_and(|(start, end)| end < start);
        if is_reversed && record.socket().is_some() {
            closed_early.add(record.number);
        }
        set_socket_times(record);
    }
    if closed_early.count > 0 {
        let text = format!(
            "{}: the recorded close is before the start; the time open is unknown",
            rows(closed_early, "socket")
        );
        session.notes.push(PLACE, None, text);
    }
}

/// Sets the start and the duration of the socket for its messages file, whose times are checked
/// against them.
fn set_socket_times(record: &mut Record) {
    let (start, end) = (record.start, record.end());
    if let RecordKind::Socket(socket) = &mut record.kind
        && let Messages::File(file) = &mut socket.messages
    {
        file.start = start;
        file.length = start.zip(end).map(|(start, end)| end - start).filter(|length| length.ms() >= 0.0);
    }
}

/// Replaces a recorded start or end that is more than a year from every other time.
fn correct_bounds(session: &mut Session, main: TimeSpan) {
    let is_far = |time: EpochMs| {
        time.ms() < main.from - MAX_SESSION_GAP_MS || time.ms() > main.to + MAX_SESSION_GAP_MS
    };
    if session.started_at.is_some_and(is_far) {
        session.started_at = EpochMs::new(main.from);
        let text = "the recorded start of the session is more than a year from everything in it; the first time in it is \
                    its start";
        session.notes.push(PLACE, None, text);
    }
    if session.ended_at.is_some_and(is_far) {
        session.ended_at = None;
        let text = "the recorded end of the session is more than a year from everything in it; the last time in it is its \
                    end";
        session.notes.push(PLACE, None, text);
    }
}

/// A time, or a time range that is known to be of one session.
#[derive(Clone, Copy, Debug, PartialEq)]
struct TimeSpan {
    from: f64,
    to: f64,
}

impl TimeSpan {
    fn at(time: f64) -> Self {
        Self { from: time, to: time }
    }

    fn is_near(self, main: Self) -> bool {
        self.from <= main.to && main.from <= self.to
    }
}

/// All times of a session.
fn spans(session: &Session) -> impl Iterator<Item = TimeSpan> + '_ {
    let known = |time: Option<EpochMs>| time.map(|time| TimeSpan::at(time.ms()));
    let rows = session.records.iter().flat_map(spans_of);
    let events =
        session.dom_events.raw_times().iter().filter(|time| !time.is_nan()).map(|time| TimeSpan::at(*time));
    let console = session.console.iter().filter_map(move |entry| known(entry.time));
    let actions = session.actions.iter().flat_map(move |action| [known(action.start), known(action.end)]);
    let pictures = session.screenshots.iter().filter_map(move |picture| known(picture.time));
    rows.chain(events).chain(console).chain(actions.flatten()).chain(pictures)
}

/// The start and the end of a request; the complete range of a socket, which may last for days.
fn spans_of(record: &Record) -> impl Iterator<Item = TimeSpan> {
    let start = record.start.map(EpochMs::ms);
    let (opened, seen) = match &record.kind {
        RecordKind::Http(_) => (None, None),
        RecordKind::Socket(socket) => (socket.opened, socket.last_seen),
    };
    let ends = [record.end(), opened, seen].map(|time| time.map(EpochMs::ms));
    let lasts = |end: f64| {
        start.filter(|start| record.socket().is_some() && (0.0..=MAX_SOCKET_MS).contains(&(end - start)))
    };
    let spans = ends.map(|end| end.map(|end| TimeSpan { from: lasts(end).unwrap_or(end), to: end }));
    [start.map(TimeSpan::at)].into_iter().chain(spans).flatten()
}

/// The main part of the session, if it does not contain all times.
fn main_part(session: &Session) -> Option<TimeSpan> {
    let spans: Vec<TimeSpan> = spans(session).collect();
    let order = order::argsort_by_key(spans.iter().map(|span| order::rank(span.from)));
    let mut groups: Vec<(TimeSpan, usize)> = Vec::new();
    for span in order.iter().filter_map(|place| spans.get(*place as usize)) {
        match groups.last_mut().filter(|(group, _)| span.from - group.to <= MAX_GAP_MS) {
            Some((group, count)) => {
                group.to = group.to.max(span.to);
                *count += 1;
            }
            None => groups.push((*span, 1)),
        }
    }
    // Dates rather than other numbers, then more times, then later ones.
    let is_dated = |span: TimeSpan| EpochMs::new(span.from).is_some_and(is_date);
    let (largest, count) = *groups.iter().max_by_key(|(span, count)| (is_dated(*span), *count))?;
    let is_in_main_part = |(group, size): &(TimeSpan, usize)| {
        let distance = (largest.from - group.to).max(group.from - largest.to);
        let is_large = *size > MAX_STRAY_TIMES && *size * LARGE_GROUP_RATIO > count || *size >= count;
        distance <= MAX_SESSION_GAP_MS && is_large || is_declared(session, *group, largest)
    };
    let main = groups.iter().filter(|group| is_in_main_part(group)).fold(largest, |main, (group, _)| {
        TimeSpan { from: main.from.min(group.from), to: main.to.max(group.to) }
    });
    groups.iter().any(|(group, _)| !group.is_near(main)).then_some(main)
}

/// Whether the recorded start and end of the session include both groups. A HAR has none: its start
/// is that of its earliest entry.
fn is_declared(session: &Session, group: TimeSpan, main: TimeSpan) -> bool {
    let declared =
        session.started_at.zip(session.ended_at).filter(|_| session.format.capabilities().has_session_times);
    declared.is_some_and(|(start, end)| {
        let declared_span = TimeSpan { from: start.ms(), to: end.ms() };
        is_date(start)
            && declared_span.to - declared_span.from <= MAX_SESSION_GAP_MS
            && group.is_near(declared_span)
            && main.is_near(declared_span)
    })
}

/// Sets the session's start and end to its main part, and notes what is outside.
fn exclude_outliers(session: &mut Session, main: TimeSpan) {
    let is_far = |time: EpochMs| time.ms() < main.from || time.ms() > main.to;
    // A recorded start may be long before all other times.
    let is_days_off = |time: EpochMs| time.ms() < main.from - MAX_GAP_MS || time.ms() > main.to + MAX_GAP_MS;
    // The start of a HAR is that of its earliest entry, not a recorded one.
    let is_given = session.ended_at.is_some() && session.format.capabilities().has_session_times;
    if !is_given && session.started_at.is_some_and(is_days_off) {
        session.started_at = EpochMs::new(main.from);
    }
    session.last_known = session.last_known.filter(|last| !is_far(*last)).or(EpochMs::new(main.to));
    let is_outside = |time: Option<EpochMs>| time.is_some_and(|time| !TimeSpan::at(time.ms()).is_near(main));
    let rows: Vec<u32> = session
        .records
        .iter()
        .filter(|record| spans_of(record).any(|span| !span.is_near(main)))
        .map(|record| record.number)
        .collect();
    let events = session.dom_events.iter().filter(|event| is_outside(event.time)).count() as u64;
    let entries = session.console.iter().filter(|entry| is_outside(entry.time)).count() as u64;
    let actions = session.actions.iter();
    let actions = actions.filter(|action| is_outside(action.start) || is_outside(action.end)).count() as u64;
    let pictures = session.screenshots.iter().filter(|picture| is_outside(picture.time)).count() as u64;
    let first = rows.first().map_or(String::new(), |row| format!(" (first: row {row})"));
    let kinds = [
        (rows.len() as u64, "request", "requests", first.as_str()),
        (events, "event", "events", ""),
        (entries, "console entry", "console entries", ""),
        (actions, "action", "actions", ""),
        (pictures, "screenshot", "screenshots", ""),
    ];
    let parts: Vec<String> = kinds
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, several, first)| format!("{}{first}", counted(count, one, several)))
        .collect();
    if !parts.is_empty() {
        let text = format!(
            "{}: more than 24 hours before or after the rest of the session; listed at the recorded time, outside the \
             session's start and end",
            parts.join(", ")
        );
        session.notes.push(PLACE, None, text);
    }
}

fn rows(counted: Counted, name: &str) -> String {
    format!("{} (first: row {})", plural(counted.count, name), counted.first)
}

/// One note for each kind.
fn note_kinds(session: &mut Session, implausible: ImplausibleTimes) {
    let ImplausibleTimes {
        durations,
        anchored_sockets,
        anchored_messages,
        unknown_messages,
        event_unit,
        converted_rows,
        relative_rows,
        relative_entries,
    } = implausible;
    let mut note = |text: String| session.notes.push(PLACE, None, text);
    if durations.count > 0 {
        let requests = rows(durations, "request");
        note(format!(
            "{requests}: the recorded duration, or a phase of it, is not a duration (a timestamp, or longer than \
                      three years); shown as unknown"
        ));
    }
    if anchored_sockets.count > 0 {
        let (messages, sockets) = (plural(anchored_messages, "message"), rows(anchored_sockets, "socket"));
        note(format!(
            "{messages} of {sockets}: the times are on another clock than the rest of the recording; estimated \
                      from the socket's start, the times between messages are as recorded"
        ));
    }
    if unknown_messages > 0 {
        let messages = plural(unknown_messages, "message");
        note(format!(
            "{messages}: the recorded time is not within a day before and a month after the socket's start; shown \
                      as unknown"
        ));
    }
    if let Some(unit) = event_unit {
        note(format!(
            "The timestamps of the page's events are in {}, not in milliseconds; converted",
            unit.label()
        ));
    }
    if converted_rows.count > 0 {
        let requests = rows(converted_rows, "request");
        note(format!("{requests}: the times are in another unit than milliseconds; converted"));
    }
    if relative_rows.count > 0 {
        let requests = rows(relative_rows, "request");
        note(format!("{requests}: the times are not dates; estimated as milliseconds from the page's start"));
    }
    if relative_entries > 0 {
        let entries = counted(relative_entries, "console entry", "console entries");
        note(format!(
            "{entries}: the times are not dates; estimated as milliseconds from the session's start"
        ));
    }
}
