//! The rows of the Events tab: filter, order, text and summary.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use session::elements::{PageElements, selector_label};
use session::encodings::{one_line, visible_url};
use session::filter::Query;
use session::model::{
    Action, EpochMs, PageEvent, PageEventDetails, PageEventKind, Session, format_count, order, plural,
};

use super::target::{EventMark, marks_of, target_text};
use crate::console::value_line;
use crate::time::{is_within, offset, time_rank};

/// A row of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventRow {
    /// An index into `session.page_events`.
    Page(u32),
    /// An index into `session.actions`.
    Action(u32),
}

/// The conditions of an event to be listed.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Matched against the event's kind, its text and its marks.
    pub query: Query,
    /// Events within this time range, and actions that overlap it, both ends included; those
    /// without a time are excluded.
    pub range: Option<(EpochMs, EpochMs)>,
}

/// The text of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct EventLine {
    /// `Click`, `Navigation`, `Action`; of a custom event its name.
    pub kind: Cow<'static, str>,
    /// On one line: a URL, the element with what was typed, the name of an action, the payload of a
    /// custom event. Empty where nothing of it was recorded.
    pub text: String,
    pub marks: Vec<EventMark>,
    /// From the session's start, in ms; of an action its start.
    pub offset_ms: Option<f64>,
    /// An action that failed.
    pub failed: bool,
}

/// Before the number of an action in an address.
const ACTION_PREFIX: &str = "action-";

impl fmt::Display for EventRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page(index) => write!(formatter, "{}", u64::from(*index) + 1),
            Self::Action(index) => write!(formatter, "{ACTION_PREFIX}{}", u64::from(*index) + 1),
        }
    }
}

const MAX_KIND_CHARS: usize = 80;
const MAX_TEXT_CHARS: usize = 500;

impl EventRow {
    /// The row that [`fmt::Display`] writes: `12`, `action-3`.
    pub fn parse(text: &str) -> Option<Self> {
        let (row, number): (fn(u32) -> Self, _) = match text.strip_prefix(ACTION_PREFIX) {
            Some(number) => (Self::Action, number),
            None => (Self::Page, text),
        };
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        number.parse::<u32>().ok().filter(|_| is_number)?.checked_sub(1).map(row)
    }

    /// Whether the session has it.
    pub fn is_in(self, session: &Session) -> bool {
        self.event(session).is_some() || self.action(session).is_some()
    }

    /// The page event of the row.
    pub fn event(self, session: &Session) -> Option<&PageEvent> {
        if let Self::Page(index) = self { session.page_events.get(index as usize) } else { None }
    }

    fn action(self, session: &Session) -> Option<&Action> {
        if let Self::Action(index) = self { session.actions.get(index as usize) } else { None }
    }

    /// When it happened, or when the action began.
    pub fn time(self, session: &Session) -> Option<EpochMs> {
        match self {
            Self::Page(_) => self.event(session)?.time,
            Self::Action(_) => self.action(session)?.start,
        }
    }
}

/// The rows to list: by time, ties in the order of the source with events of the page first, rows
/// without a time last. Events are decoded only for a text query. One pass and one sort; without a
/// text query nothing is allocated per row. `elements` are what the events touched, where that is
/// known.
pub fn filtered_events(
    session: &Session,
    filter: &EventFilter,
    elements: Option<&PageElements>,
) -> Vec<EventRow> {
    let event_passes = |event: &PageEvent| {
        is_within(event.time, filter.range)
            && (filter.query.is_empty() || event_matches(session, event, &filter.query, elements))
    };
    let events = (0_u32..).zip(&session.page_events).filter(|(_, event)| event_passes(event));
    let actions = (0_u32..).zip(&session.actions).filter(|(_, action)| action_passes(action, filter));
    let events = events.map(|(index, _)| EventRow::Page(index));
    let rows: Vec<EventRow> = events.chain(actions.map(|(index, _)| EventRow::Action(index))).collect();
    let order = order::argsort_by_key(rows.iter().map(|row| time_rank(row.time(session))));
    order.iter().filter_map(|index| rows.get(*index as usize).copied()).collect()
}

/// Number of rows before any filter.
pub fn event_count(session: &Session) -> usize {
    session.page_events.len() + session.actions.len()
}

fn event_matches(
    session: &Session,
    event: &PageEvent,
    query: &Query,
    elements: Option<&PageElements>,
) -> bool {
    let details = session.page_event_details(event);
    let kind = kind_label(event.kind);
    let payload = details.payload.as_deref().unwrap_or_default();
    let target = target_of(event, &details, elements);
    let marks = marks_of(elements, event);
    let mut fields = vec![kind.as_bytes(), details.text.as_bytes(), payload];
    fields.extend(target.as_deref().map(str::as_bytes));
    fields.extend(marks.iter().map(|mark| mark.label().as_bytes()));
    query.matches_fields(&fields)
}

fn action_passes(action: &Action, filter: &EventFilter) -> bool {
    let touches = match (filter.range, action.end) {
        (Some((from, to)), Some(end)) => {
            action.start.is_some_and(|start| start <= to && end.later(start) >= from)
        }
        (range, _) => is_within(action.start, range),
    };
    let outcome: &[u8] = if action.has_failed { b"failed" } else { b"" };
    let matches = || {
        let label = selector_label(&action.target).unwrap_or_default();
        let texts = [ACTION, &action.title, &action.target, &label];
        let [kind, title, target, label] = texts.map(str::as_bytes);
        filter.query.matches_fields(&[kind, title, target, label, outcome])
    };
    touches && (filter.query.is_empty() || matches())
}

const ACTION: &str = "Action";

/// The label of an event's kind.
pub(crate) fn kind_label(kind: PageEventKind) -> &'static str {
    match kind {
        PageEventKind::Navigation => "Navigation",
        PageEventKind::DomContentLoaded => "DOMContentLoaded",
        PageEventKind::Load => "Load",
        PageEventKind::Click => "Click",
        PageEventKind::DoubleClick => "Double click",
        PageEventKind::ContextMenu => "Context menu",
        PageEventKind::Touch => "Touch",
        PageEventKind::Input => "Input",
        PageEventKind::Resize => "Resize",
        PageEventKind::Custom => "Custom",
    }
}

/// The text of a row. `None` for a row that is not of this session. `elements` are what the events
/// touched, where that is known; without them a click is named by its position.
pub fn event_line(session: &Session, row: EventRow, elements: Option<&PageElements>) -> Option<EventLine> {
    let offset_ms = offset(session, row.time(session));
    if let Some(action) = row.action(session) {
        let (kind, text) = (ACTION.into(), action_text(action));
        return Some(EventLine { kind, text, marks: Vec::new(), offset_ms, failed: action.has_failed });
    }
    let event = row.event(session)?;
    let details = session.page_event_details(event);
    let (kind, text) = event_label(event, &details, elements);
    let marks = marks_of(elements, event);
    Some(EventLine { kind, text, marks, offset_ms, failed: false })
}

fn target_of(
    event: &PageEvent,
    details: &PageEventDetails,
    elements: Option<&PageElements>,
) -> Option<String> {
    let touched = elements?.get(event)?;
    target_text(event.kind, details, touched, MAX_TEXT_CHARS)
}

/// `locator.click button "Save"`: the method with the element or the URL it was called with.
pub(crate) fn action_text(action: &Action) -> String {
    if action.target.is_empty() {
        return one_line(&action.title, MAX_TEXT_CHARS);
    }
    let label = selector_label(&action.target);
    let target = label.as_deref().unwrap_or(&action.target);
    one_line(&format!("{} {target}", action.title), MAX_TEXT_CHARS)
}

/// The label of an event's kind, and its text.
pub(crate) fn event_label(
    event: &PageEvent,
    details: &PageEventDetails,
    elements: Option<&PageElements>,
) -> (Cow<'static, str>, String) {
    if let Some(target) = target_of(event, details, elements) {
        return (kind_label(event.kind).into(), target);
    }
    if event.kind == PageEventKind::Custom && !details.text.is_empty() {
        let name = one_line(&details.text, MAX_KIND_CHARS);
        let carried = details.payload.as_deref().map(|payload| value_line(payload, MAX_TEXT_CHARS));
        return (Cow::Owned(name), carried.unwrap_or_default());
    }
    let text = match (details.text.as_str(), details.position) {
        ("", Some((x, y))) => format!("at {x:.0}, {y:.0}"),
        (url, _) if event.kind == PageEventKind::Navigation => visible_url(url, MAX_TEXT_CHARS).into_owned(),
        (text, _) => one_line(text, MAX_TEXT_CHARS),
    };
    (kind_label(event.kind).into(), text)
}

/// The summary of the list: `12 events`, with a filter `3 of 12 events`, and the numbers of listed
/// actions that failed and of marked clicks.
pub fn events_summary(session: &Session, shown: &[EventRow], elements: Option<&PageElements>) -> String {
    let all = event_count(session);
    let all_label = plural(all as u64, "event");
    let mut label = if shown.len() == all {
        all_label
    } else {
        format!("{} of {all_label}", format_count(shown.len() as u64))
    };
    let failed =
        shown.iter().filter_map(|row| row.action(session)).filter(|action| action.has_failed).count();
    if failed > 0 {
        let _ = write!(label, ", {} failed", format_count(failed as u64));
    }
    let marks = |row: &EventRow| {
        elements.zip(row.event(session)).map(|(elements, event)| elements.marks(event)).unwrap_or_default()
    };
    let rage = shown.iter().filter(|row| marks(row).is_rage).count();
    let dead = shown.iter().filter(|row| marks(row).is_dead).count();
    for (count, noun) in [(rage, "rage click"), (dead, "dead click")] {
        if count > 0 {
            let _ = write!(label, ", {}", plural(count as u64, noun));
        }
    }
    label
}

#[cfg(test)]
mod tests;
