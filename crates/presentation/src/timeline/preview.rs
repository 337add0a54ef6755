//! The timeline's preview: what happened around a time, in a few lines.

use session::elements::PageElements;
use session::encodings::{visible_line, visible_url};
use session::model::{EpochMs, PageEvent, PageEventDetails, PageEventKind, Record, Session};

use crate::console::console_line;
use crate::events::event_label;
use crate::labels::UNKNOWN;
use crate::network::{path, status_text};
use crate::time::{offset, start_time};
use crate::timeline::{RecordMarker, TimelineMarker, record_markers, timeline_markers};

/// A line of the preview.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewLine {
    /// From the session's start, in ms.
    pub offset_ms: f64,
    /// `GET /api/orders 503`, `Click`, `Console error: out of lanterns`.
    pub text: String,
    /// Whether it reports a failure.
    pub is_error: bool,
}

const MAX_LINES: usize = 5;
const MAX_CHARS: usize = 120;

/// The most important events within `window_ms` before or after `at_ms`, in at most five lines in
/// order of time: failures, then navigations and sockets, then actions of the user or the test,
/// then requests; among those of the same importance the closest. One pass over the markers and the
/// rows; only the lines returned are decoded. `elements` are what the events touched, where that is
/// known.
pub fn timeline_preview(
    session: &Session,
    at_ms: f64,
    window_ms: f64,
    elements: Option<&PageElements>,
) -> Vec<PreviewLine> {
    let mut nearest = Nearest { session, at_ms, window_ms, found: Vec::with_capacity(MAX_LINES + 1) };
    for (time, marker) in timeline_markers(session) {
        nearest.offer(time, Candidate::TimelineMarker(marker));
    }
    for record in &session.records {
        let mut is_listed = false;
        for (time, marker) in record_markers(record) {
            is_listed = true;
            nearest.offer(time, Candidate::Marked(record, marker));
        }
        if let Some(time) = start_time(record).filter(|_| !is_listed) {
            nearest.offer(time, Candidate::Request(record));
        }
    }
    let mut found = nearest.found;
    found.sort_by(|a, b| a.offset_ms.total_cmp(&b.offset_ms));
    let line = |found: RankedCandidate<'_>| {
        let text = match found.what {
            Candidate::TimelineMarker(TimelineMarker::ConsoleError(entry)) => {
                format!("Console error: {}", console_line(&session.console_details(entry)))
            }
            Candidate::TimelineMarker(TimelineMarker::Event(event)) => {
                event_text(event, &session.page_event_details(event), elements)
            }
            what => plain_text(what),
        };
        let text = visible_line(&text, MAX_CHARS).into_owned();
        PreviewLine { offset_ms: found.offset_ms, text, is_error: importance(found.what) == FAILURE }
    };
    found.into_iter().map(line).collect()
}

#[derive(Clone, Copy)]
enum Candidate<'a> {
    TimelineMarker(TimelineMarker<'a>),
    Marked(&'a Record, RecordMarker),
    /// A row without a marker.
    Request(&'a Record),
}

struct RankedCandidate<'a> {
    what: Candidate<'a>,
    offset_ms: f64,
    /// Importance and distance; the lowest rank comes first.
    rank: (u8, f64),
}

/// The best candidates so far, in ascending rank.
struct Nearest<'a> {
    session: &'a Session,
    at_ms: f64,
    window_ms: f64,
    found: Vec<RankedCandidate<'a>>,
}

impl<'a> Nearest<'a> {
    fn offer(&mut self, time: EpochMs, what: Candidate<'a>) {
        let Some(offset_ms) = offset(self.session, Some(time)) else { return };
        let distance = (offset_ms - self.at_ms).abs();
        if distance > self.window_ms || distance.is_nan() {
            return;
        }
        let rank = (importance(what), distance);
        let position = self.found.partition_point(|known| known.rank <= rank);
        if position < MAX_LINES {
            self.found.insert(position, RankedCandidate { what, offset_ms, rank });
            self.found.truncate(MAX_LINES);
        }
    }
}

const FAILURE: u8 = 0;

/// The importance of a candidate: lower is more important.
fn importance(what: Candidate<'_>) -> u8 {
    match what {
        Candidate::Marked(_, RecordMarker::Failed)
        | Candidate::TimelineMarker(TimelineMarker::ConsoleError(_)) => FAILURE,
        Candidate::TimelineMarker(TimelineMarker::Action(action)) if action.has_failed => FAILURE,
        Candidate::Marked(..) | Candidate::TimelineMarker(TimelineMarker::Page(_)) => 1,
        Candidate::TimelineMarker(TimelineMarker::Event(event)) => match event.kind {
            PageEventKind::Navigation => 1,
            PageEventKind::DomContentLoaded | PageEventKind::Load | PageEventKind::Resize => 3,
            _ => 2,
        },
        Candidate::TimelineMarker(TimelineMarker::Action(_)) => 2,
        Candidate::Request(_) => 4,
    }
}

/// `Click button "Place order"`, `Navigation https://a.test/orders`. A position on the page is not
/// informative in a preview.
fn event_text(event: &PageEvent, details: &PageEventDetails, elements: Option<&PageElements>) -> String {
    let (kind, text) = event_label(event, details, elements);
    let is_named = elements.and_then(|elements| elements.get(event)?.name.as_ref()).is_some();
    if (details.text.is_empty() && !is_named) || text.is_empty() {
        kind.into_owned()
    } else {
        format!("{kind} {text}")
    }
}

/// The text of a candidate that needs no decoding.
fn plain_text(what: Candidate<'_>) -> String {
    match what {
        Candidate::TimelineMarker(TimelineMarker::Page(page)) => {
            format!("Navigation {}", visible_url(&page.url, MAX_CHARS))
        }
        Candidate::TimelineMarker(TimelineMarker::Action(action)) if action.has_failed => {
            format!("{} failed", action.title)
        }
        Candidate::TimelineMarker(TimelineMarker::Action(action)) => action.title.to_string(),
        Candidate::Marked(record, RecordMarker::Opened) => format!("{} opened", request_label(record)),
        Candidate::Marked(record, RecordMarker::Closed) => {
            let code = record.socket().and_then(|socket| socket.close()?.code);
            let code = code.map_or_else(String::new, |code| format!(" {code}"));
            format!("{} closed{code}", request_label(record))
        }
        Candidate::Marked(record, RecordMarker::Failed) => with_status(record, "failed"),
        Candidate::Request(record) => with_status(record, ""),
        Candidate::TimelineMarker(TimelineMarker::ConsoleError(_) | TimelineMarker::Event(_)) => {
            String::new()
        }
    }
}

/// `GET /api/orders 503`; `otherwise` in place of an unknown status.
fn with_status(record: &Record, otherwise: &str) -> String {
    let status = status_text(record);
    let status = if status.as_str() == UNKNOWN { otherwise } else { status.as_str() };
    format!("{} {status}", request_label(record)).trim_end().to_owned()
}

/// `GET /api/orders`, `WebSocket /live`.
fn request_label(record: &Record) -> String {
    let method = if record.socket().is_some() { "WebSocket" } else { &record.method };
    format!("{method} {}", visible_url(path(&record.url), MAX_CHARS)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        self, action, closed, console, decoding, http_at, page_event, refused, socket, with_http,
    };
    use session::model::{Action, Argument, ConsoleDetails, ConsoleEntry, ConsoleLevel, Outcome};

    fn session(records: Vec<Record>) -> Session {
        let console = |_: &ConsoleEntry| ConsoleDetails {
            arguments: vec![Argument::Text("out of lanterns".to_owned())],
            ..ConsoleDetails::default()
        };
        let event = |event: &PageEvent| PageEventDetails {
            text: if event.kind == PageEventKind::Navigation { "/orders".to_owned() } else { String::new() },
            position: Some((1.0, 1.0)),
            ..PageEventDetails::default()
        };
        Session { format: decoding(console, event), ..testing::session(records) }
    }

    fn texts(session: &Session) -> Vec<String> {
        timeline_preview(session, 50.0, 100.0, None).into_iter().map(|line| line.text).collect()
    }

    fn text_of(record: Record) -> Vec<String> {
        texts(&session(vec![record]))
    }

    #[test]
    fn requests_have_method_path_and_status() {
        let orders = || http_at(1, "https://a.test/api/orders?page=2", 50.0);
        assert_eq!(text_of(orders()), ["GET /api/orders 200"]);
        assert_eq!(text_of(Record { status: Some(503), ..orders() }), ["GET /api/orders 503"]);
        let failed = with_http(orders(), |http| http.outcome = Outcome::Failed);
        assert_eq!(text_of(Record { status: None, ..failed }), ["GET /api/orders (failed)"]);
        assert_eq!(text_of(Record { status: None, ..orders() }), ["GET /api/orders"]);
    }

    #[test]
    fn sockets_are_listed_at_open_and_close() {
        let live = closed(socket(1, "wss://a.test/live"), 70.0, 1006);
        assert_eq!(text_of(live), ["WebSocket /live opened", "WebSocket /live closed 1006"]);
        assert_eq!(text_of(refused(socket(1, "wss://a.test/live"), 403)), ["WebSocket /live 403"]);
        let failed = Record { status: None, ..refused(socket(1, "wss://a.test/live"), 403) };
        assert_eq!(text_of(failed), ["WebSocket /live failed"]);
    }

    #[test]
    fn page_events_are_listed_by_kind() {
        let mut session = session(Vec::new());
        session.page_events =
            vec![page_event(PageEventKind::Click, 10.0), page_event(PageEventKind::Navigation, 20.0)];
        session.console = vec![console(ConsoleLevel::Error, 30.0), console(ConsoleLevel::Log, 35.0)];
        session.actions = vec![Action { has_failed: true, ..action("page.goto", 40.0, 90.0) }];
        assert_eq!(
            texts(&session),
            ["Click", "Navigation /orders", "Console error: out of lanterns", "page.goto failed"]
        );
        let errors: Vec<bool> =
            timeline_preview(&session, 50.0, 100.0, None).iter().map(|line| line.is_error).collect();
        assert_eq!(errors, [false, false, true, true]);
    }

    #[test]
    fn only_events_within_the_window_are_listed() {
        let mut session = session(Vec::new());
        session.page_events =
            [10.0, 40.0, 60.0, 90.0].map(|ms| page_event(PageEventKind::Click, ms)).to_vec();
        let offsets: Vec<f64> =
            timeline_preview(&session, 50.0, 10.0, None).iter().map(|line| line.offset_ms).collect();
        assert_eq!(offsets, [40.0, 60.0]);
        assert_eq!(timeline_preview(&session, f64::NAN, 10.0, None), []);
    }

    #[test]
    fn failures_come_first_among_at_most_five_lines() {
        let mut records: Vec<Record> =
            (1..=20).map(|number| http_at(number, "https://a.test/fine", 50.0)).collect();
        records.push(Record { status: Some(500), ..http_at(21, "https://a.test/bad", 95.0) });
        let mut session = session(records);
        session.page_events = [45.0, 90.0].map(|ms| page_event(PageEventKind::Click, ms)).to_vec();
        assert_eq!(texts(&session), ["Click", "GET /fine 200", "GET /fine 200", "Click", "GET /bad 500"]);
    }

    #[test]
    fn the_length_of_a_line_is_bounded() {
        let mut session = session(Vec::new());
        session.actions = vec![action(&"x".repeat(10_000), 50.0, 90.0)];
        assert_eq!(texts(&session)[0].chars().count(), MAX_CHARS);
    }
}
