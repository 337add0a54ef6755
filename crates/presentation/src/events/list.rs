//! The rows of the Events tab: filter, order, text and summary.

use std::borrow::Cow;
use std::fmt;

use session::encodings::{one_line, visible_url};
use session::filter::Query;
use session::model::{
    Action, EpochMs, PageEvent, PageEventDetails, PageEventKind, Session, format_count, order, plural,
};

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
    /// Matched against the event's kind and text.
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
    /// On one line: a URL, the input, the name of an action, the payload of a custom event. Empty
    /// where nothing of it was recorded.
    pub text: String,
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

    fn event(self, session: &Session) -> Option<&PageEvent> {
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
/// text query nothing is allocated per row.
pub fn filtered_events(session: &Session, filter: &EventFilter) -> Vec<EventRow> {
    let event_passes = |event: &PageEvent| {
        is_within(event.time, filter.range)
            && (filter.query.is_empty()
                || event_matches(event, &session.page_event_details(event), &filter.query))
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

fn event_matches(event: &PageEvent, details: &PageEventDetails, query: &Query) -> bool {
    let kind = kind_label(event.kind);
    let payload = details.payload.as_deref().unwrap_or_default();
    query.matches_fields(&[kind.as_bytes(), details.text.as_bytes(), payload])
}

fn action_passes(action: &Action, filter: &EventFilter) -> bool {
    let touches = match (filter.range, action.end) {
        (Some((from, to)), Some(end)) => {
            action.start.is_some_and(|start| start <= to && end.later(start) >= from)
        }
        (range, _) => is_within(action.start, range),
    };
    let outcome: &[u8] = if action.has_failed { b"failed" } else { b"" };
    let fields = [ACTION.as_bytes(), action.title.as_bytes(), action.target.as_bytes(), outcome];
    touches && filter.query.matches_fields(&fields)
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

/// The text of a row. `None` for a row that is not of this session.
pub fn event_line(session: &Session, row: EventRow) -> Option<EventLine> {
    let offset_ms = offset(session, row.time(session));
    if let Some(action) = row.action(session) {
        let text = action_text(action);
        return Some(EventLine { kind: ACTION.into(), text, offset_ms, failed: action.has_failed });
    }
    let event = row.event(session)?;
    let (kind, text) = event_label(event, &session.page_event_details(event));
    Some(EventLine { kind, text, offset_ms, failed: false })
}

/// `locator.click #save`: the method with the selector or the URL it was called with.
pub(crate) fn action_text(action: &Action) -> String {
    if action.target.is_empty() {
        return one_line(&action.title, MAX_TEXT_CHARS);
    }
    one_line(&format!("{} {}", action.title, action.target), MAX_TEXT_CHARS)
}

/// The label of an event's kind, and its text.
pub(crate) fn event_label(event: &PageEvent, details: &PageEventDetails) -> (Cow<'static, str>, String) {
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

/// The summary of the list: `12 events`, with a filter `3 of 12 events`, and the number of listed
/// actions that failed.
pub fn events_summary(session: &Session, shown: &[EventRow]) -> String {
    let all = event_count(session);
    let all_label = plural(all as u64, "event");
    let label = if shown.len() == all {
        all_label
    } else {
        format!("{} of {all_label}", format_count(shown.len() as u64))
    };
    let failed =
        shown.iter().filter_map(|row| row.action(session)).filter(|action| action.has_failed).count();
    if failed == 0 { label } else { format!("{label}, {} failed", format_count(failed as u64)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{action, at, decoding, page_event, session};
    use session::model::ConsoleDetails;

    fn session_of(page_events: Vec<PageEvent>, actions: Vec<Action>) -> Session {
        Session { page_events, actions, ..session(Vec::new()) }
    }

    fn details(text: &str) -> PageEventDetails {
        PageEventDetails { text: text.to_owned(), ..PageEventDetails::default() }
    }

    /// The kind of an event and its text.
    fn line(kind: PageEventKind, details: &PageEventDetails) -> (String, String) {
        let details = details.clone();
        let format = decoding(|_| ConsoleDetails::default(), move |_| details.clone());
        let session = Session { format, ..session_of(vec![page_event(kind, 1500.0)], Vec::new()) };
        let line = event_line(&session, EventRow::Page(0)).expect("a row");
        assert_eq!((line.offset_ms, line.failed), (Some(1500.0), false));
        (line.kind.into_owned(), line.text)
    }

    fn pair(kind: &str, text: &str) -> (String, String) {
        (kind.to_owned(), text.to_owned())
    }

    #[test]
    fn events_and_actions_are_merged_in_time_order() {
        let undated = PageEvent { time: None, ..page_event(PageEventKind::Load, 0.0) };
        let click = |ms| page_event(PageEventKind::Click, ms);
        let mut session = session_of(
            vec![undated, click(30.0), click(10.0)],
            vec![action("a", 10.0, 50.0), action("b", 5.0, 9.0)],
        );
        session.format =
            decoding(|_| ConsoleDetails::default(), |_| panic!("nothing is decoded without a query"));
        let rows = filtered_events(&session, &EventFilter::default());
        let page = EventRow::Page;
        assert_eq!(rows, [EventRow::Action(1), page(2), EventRow::Action(0), page(1), page(0)]);
    }

    #[test]
    fn words_are_looked_for_in_kinds_and_texts() {
        let mut session = session_of(
            vec![page_event(PageEventKind::DoubleClick, 0.0), page_event(PageEventKind::Input, 1.0)],
            vec![Action { has_failed: true, ..action("locator.click", 2.0, 3.0) }],
        );
        let details_of =
            |event: &PageEvent| details(if event.kind == PageEventKind::Input { "lanterns" } else { "" });
        session.format = decoding(|_| ConsoleDetails::default(), details_of);
        let found = |query: &str| {
            let filter = EventFilter { query: Query::parse(query), ..EventFilter::default() };
            filtered_events(&session, &filter)
        };
        assert_eq!(found("click"), [EventRow::Page(0), EventRow::Action(0)]);
        assert_eq!(found("input LANTERN"), [EventRow::Page(1)]);
        assert_eq!(found("action failed"), [EventRow::Action(0)]);
        assert_eq!(found("-click"), [EventRow::Page(1)]);
    }

    #[test]
    fn a_time_range_includes_actions_that_overlap_it() {
        let undated = PageEvent { time: None, ..page_event(PageEventKind::Load, 0.0) };
        let session = session_of(
            vec![undated, page_event(PageEventKind::Click, 20.0), page_event(PageEventKind::Click, 31.0)],
            vec![
                action("long", 0.0, 25.0),
                action("short", 0.0, 15.0),
                Action { end: None, ..action("cut", 25.0, 0.0) },
            ],
        );
        let filter = EventFilter { range: Some((at(20.0), at(30.0))), ..EventFilter::default() };
        let rows = filtered_events(&session, &filter);
        assert_eq!(rows, [EventRow::Action(0), EventRow::Page(1), EventRow::Action(2)]);
    }

    #[test]
    fn events_have_a_kind_and_a_text() {
        let nothing = PageEventDetails::default();
        assert_eq!(
            line(PageEventKind::Navigation, &details("https://a.test/orders")),
            pair("Navigation", "https://a.test/orders")
        );
        assert_eq!(line(PageEventKind::Input, &details("two\nlines")), pair("Input", "two⏎lines"));
        let clicked = PageEventDetails { position: Some((120.4, 33.0)), ..PageEventDetails::default() };
        assert_eq!(line(PageEventKind::Click, &clicked), pair("Click", "at 120, 33"));
        assert_eq!(line(PageEventKind::Load, &nothing), pair("Load", ""));
        assert_eq!(line(PageEventKind::Custom, &nothing), pair("Custom", ""));
    }

    #[test]
    fn the_kind_of_a_custom_event_is_its_name() {
        let payload = Some(br#"{"items":3}"#.to_vec());
        let paid = PageEventDetails { payload, ..details("checkout") };
        assert_eq!(line(PageEventKind::Custom, &paid), pair("checkout", "{items: 3}"));
    }

    #[test]
    fn an_action_has_its_name_and_outcome() {
        let session =
            session_of(Vec::new(), vec![Action { has_failed: true, ..action("page.goto", 5.0, 9.0) }]);
        let line = event_line(&session, EventRow::Action(0));
        let kind = "Action".into();
        assert_eq!(
            line,
            Some(EventLine { kind, text: "page.goto".to_owned(), offset_ms: Some(5.0), failed: true })
        );
        assert_eq!(event_line(&session, EventRow::Page(0)), None);
    }

    #[test]
    fn the_summary_counts_listed_and_all_rows() {
        let failed = Action { has_failed: true, ..action("page.goto", 5.0, 9.0) };
        let session = session_of(vec![page_event(PageEventKind::Click, 0.0); 11], vec![failed]);
        let all = filtered_events(&session, &EventFilter::default());
        assert_eq!(events_summary(&session, &all), "12 events, 1 failed");
        assert_eq!(events_summary(&session, &all[..3]), "3 of 12 events");
        assert_eq!(events_summary(&Session::default(), &[]), "0 events");
    }
}
