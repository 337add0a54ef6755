//! Idle periods: the parts of a session without activity, which a replay may skip and the timeline
//! compresses.

use session::model::{
    DomEventKind, EpochMs, Http, Messages, Record, RecordKind, ResourceType, Session, Socket, order,
};

use crate::time::{duration_ms, offset};

/// Shortest time without activity that counts as idle, in ms.
const IDLE_THRESHOLD_MS: f64 = 5000.0;
/// Time at each side of an idle period that still counts as active, in ms, so that a replay that
/// skips the rest does not cut off what happened before or after it.
const IDLE_MARGIN_MS: f64 = 1000.0;
/// A request or an action that takes longer than this waits for something (a long poll, an upload,
/// a timeout) and counts as activity at its start and its end only; in ms.
const MAX_WORK_MS: f64 = 30_000.0;

/// The idle periods of a session: start and end as offsets in ms, in order, not overlapping.
///
/// Activity is: every DOM event and page event, but not what recorders or plugins add to the DOM
/// events, nor screenshots; every console entry; a request or a test's action while it runs, for up
/// to half a minute (longer ones and event sources at their start and end only); a socket's start,
/// open and close and each of its inline messages. A session without any activity has no idle
/// periods.
///
/// One pass over everything and a sort of the spans that do not touch: a million events in time
/// order take no memory.
pub fn idle_periods(session: &Session) -> Vec<(f64, f64)> {
    let Some(length) = duration_ms(session) else { return Vec::new() };
    let mut activity = Activity { session, length, spans: Vec::new() };
    for event in session.dom_events.iter().filter(|event| is_of_the_page(event.kind)) {
        activity.instant(event.time);
    }
    for event in &session.page_events {
        activity.instant(event.time);
    }
    for action in &session.actions {
        activity.work(action.start, action.end);
    }
    for entry in &session.console {
        activity.instant(entry.time);
    }
    for record in &session.records {
        activity.record(record);
    }
    activity.gaps()
}

fn is_of_the_page(kind: DomEventKind) -> bool {
    !matches!(kind, DomEventKind::Custom | DomEventKind::Plugin | DomEventKind::Unknown)
}

/// Active spans as offsets in ms.
struct Activity<'a> {
    session: &'a Session,
    length: f64,
    /// In the order of the source; a span less than [`IDLE_THRESHOLD_MS`] after the last one
    /// extends it.
    spans: Vec<(f64, f64)>,
}

impl Activity<'_> {
    fn instant(&mut self, time: Option<EpochMs>) {
        self.span(time, time);
    }

    /// A span of work; without an end only its start is known.
    fn work(&mut self, start: Option<EpochMs>, end: Option<EpochMs>) {
        let took = start.zip(end).map(|(start, end)| (end - start).ms());
        if took.is_some_and(|took| (0.0..=MAX_WORK_MS).contains(&took)) {
            self.span(start, end);
        } else {
            self.instant(start);
            self.instant(end);
        }
    }

    fn record(&mut self, record: &Record) {
        match &record.kind {
            RecordKind::Http(Http { resource_type: ResourceType::EventSource, .. }) => {
                self.instant(record.start);
                self.instant(record.end());
            }
            RecordKind::Http(_) => self.work(record.start, record.end()),
            RecordKind::Socket(socket) => self.socket(record, socket),
        }
    }

    fn socket(&mut self, record: &Record, socket: &Socket) {
        self.instant(record.start);
        self.instant(socket.opened);
        if let Messages::Inline(columns) = &socket.messages {
            for time in columns.raw_times() {
                self.instant(EpochMs::new(*time));
            }
        }
        self.instant(record.end());
    }

    fn span(&mut self, start: Option<EpochMs>, end: Option<EpochMs>) {
        let Some((start, end)) = offset(self.session, start).zip(offset(self.session, end)) else { return };
        let (start, end) = (start.clamp(0.0, self.length), end.clamp(0.0, self.length));
        match self.spans.last_mut() {
            Some(last) if start >= last.0 && start - last.1 < IDLE_THRESHOLD_MS => last.1 = last.1.max(end),
            _ => self.spans.push((start, end)),
        }
    }

    /// The gaps between the spans that are long enough.
    fn gaps(&self) -> Vec<(f64, f64)> {
        if self.spans.is_empty() {
            return Vec::new();
        }
        let order = order::argsort_by_key(self.spans.iter().map(|(start, _)| order::rank(*start)));
        let in_order = order.iter().filter_map(|position| self.spans.get(*position as usize));
        let mut gaps = Vec::new();
        let mut active_until = 0.0_f64;
        for (start, end) in in_order.chain([&(self.length, self.length)]) {
            if start - active_until >= IDLE_THRESHOLD_MS {
                gaps.push((active_until + IDLE_MARGIN_MS, start - IDLE_MARGIN_MS));
            }
            active_until = active_until.max(*end);
        }
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        action, at, closed, columns, console, dom_event, http_at, millis, page_event, session, socket,
        with_http, with_socket,
    };
    use session::model::{Action, ConsoleLevel, Direction, PageEventKind, Screenshot};

    /// The idle periods of a session of 100 s with an event at its start and end, and what `fill`
    /// adds.
    fn inactive_with(fill: impl FnOnce(&mut Session)) -> Vec<(f64, f64)> {
        let mut session = session(Vec::new());
        session.page_events = vec![page_event(PageEventKind::Click, 0.0)];
        session.page_events.push(page_event(PageEventKind::Click, 100_000.0));
        fill(&mut session);
        idle_periods(&session)
    }

    fn inactive_with_record(record: Record) -> Vec<(f64, f64)> {
        inactive_with(|session| session.records.push(record))
    }

    fn request(start: f64, took: f64) -> Record {
        with_http(http_at(1, "https://a.test/", start), |http| http.duration = Some(millis(took)))
    }

    /// The idle periods of a session that is active at those offsets and, as in all of these tests,
    /// at 0 and 100 s.
    fn around(active: &[f64]) -> Vec<(f64, f64)> {
        let bounds = [&[0.0], active, &[100_000.0]].concat();
        bounds.windows(2).map(|pair| (pair[0] + IDLE_MARGIN_MS, pair[1] - IDLE_MARGIN_MS)).collect()
    }

    #[test]
    fn time_between_two_events_is_idle_except_for_a_margin() {
        assert_eq!(inactive_with(|_| ()), [(1000.0, 99_000.0)]);
    }

    #[test]
    fn less_than_five_seconds_are_not_idle() {
        let events = |gap: f64| {
            inactive_with(|session| {
                let offsets = (1..).map(|at| f64::from(at) * gap).take_while(|at| *at < 100_000.0);
                session.page_events.extend(offsets.map(|at| page_event(PageEventKind::Input, at)));
            })
        };
        assert_eq!(events(4999.0), []);
        assert_eq!(events(5000.0).len(), 20);
        assert_eq!(events(5000.0)[0], (1000.0, 4000.0));
    }

    #[test]
    fn dom_events_are_activity_except_those_of_recorders() {
        let with = |kind| inactive_with(|session| session.dom_events.push(dom_event(kind, 40_000.0)));
        assert_eq!(with(DomEventKind::Incremental), around(&[40_000.0]));
        assert_eq!(with(DomEventKind::Plugin), around(&[]));
        assert_eq!(with(DomEventKind::Custom), around(&[]));
    }

    #[test]
    fn console_entries_are_activity_and_screenshots_are_not() {
        let written = inactive_with(|session| session.console.push(console(ConsoleLevel::Log, 30_000.0)));
        assert_eq!(written, around(&[30_000.0]));
        let picture = Screenshot { time: Some(at(30_000.0)), path: "a.jpeg".into(), size: None };
        assert_eq!(inactive_with(|session| session.screenshots.push(picture)), around(&[]));
    }

    #[test]
    fn a_request_is_active_while_it_runs() {
        let gaps = inactive_with_record(request(20_000.0, 30_000.0));
        assert_eq!(gaps, [(1000.0, 19_000.0), (51_000.0, 99_000.0)]);
    }

    #[test]
    fn a_long_request_is_active_at_its_start_and_end() {
        assert_eq!(inactive_with_record(request(20_000.0, 40_000.0)), around(&[20_000.0, 60_000.0]));
        let stream =
            with_http(request(20_000.0, 9000.0), |http| http.resource_type = ResourceType::EventSource);
        assert_eq!(inactive_with_record(stream), around(&[20_000.0, 29_000.0]));
        let pending = with_http(request(20_000.0, 0.0), |http| http.duration = None);
        assert_eq!(inactive_with_record(pending), around(&[20_000.0]));
    }

    #[test]
    fn a_test_action_is_active_while_it_runs() {
        let with = |action| inactive_with(|session| session.actions.push(action));
        assert_eq!(with(action("click", 20_000.0, 30_000.0)), [(1000.0, 19_000.0), (31_000.0, 99_000.0)]);
        let unfinished = Action { end: None, ..action("click", 20_000.0, 0.0) };
        assert_eq!(with(unfinished), around(&[20_000.0]));
    }

    #[test]
    fn a_socket_is_active_at_its_open_its_close_and_its_messages() {
        let live = with_socket(closed(socket(1, "wss://a.test/"), 80_000.0, 1000), |socket| {
            let received = Some(Direction::Received);
            socket.messages =
                Messages::Inline(columns(&[(received, Some(40_000.0), 1), (received, None, 1)]));
            socket.opened = Some(at(20_000.0));
        });
        assert_eq!(inactive_with_record(live), around(&[20_000.0, 40_000.0, 80_000.0]));
    }

    #[test]
    fn session_start_and_end_are_not_activity() {
        let mut session = session(Vec::new());
        session.page_events.push(page_event(PageEventKind::Click, 50_000.0));
        assert_eq!(idle_periods(&session), around(&[50_000.0]));
    }

    #[test]
    fn a_session_without_activity_has_no_idle_periods() {
        assert_eq!(idle_periods(&session(Vec::new())), []);
        assert_eq!(idle_periods(&Session::default()), []);
    }

    #[test]
    fn idle_periods_do_not_depend_on_source_order() {
        let offsets = [70_000.0, 10_000.0, 40_000.0, 10_500.0];
        let shuffled = inactive_with(|session| {
            session.page_events.extend(offsets.map(|at| page_event(PageEventKind::Click, at)));
        });
        let expected = [(1000.0, 9000.0), (11_500.0, 39_000.0), (41_000.0, 69_000.0), (71_000.0, 99_000.0)];
        assert_eq!(shuffled, expected);
    }

    #[test]
    fn a_million_events_in_order_are_one_span() {
        let session = session(Vec::new());
        let mut activity = Activity { session: &session, length: 100_000.0, spans: Vec::new() };
        for step in 0..1_000_000 {
            activity.instant(Some(at(f64::from(step) * 0.1)));
        }
        assert_eq!(activity.spans.len(), 1);
    }
}
