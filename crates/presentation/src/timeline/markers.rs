//! Markers: what the user and the test did, navigations, failures, and sockets opening and closing.
//! The timeline draws them, keys step from one to the next, and the preview lists them.

use session::model::{Action, ConsoleEntry, EpochMs, Page, PageEvent, PageEventKind, Record, Session};

use crate::console::is_error;
use crate::network::{RowState, row_state};
use crate::time::start_time;

/// A marker with the object that it is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum TimelineMarker<'a> {
    /// A page load, in a recording without navigation events.
    Page(&'a Page),
    Event(&'a PageEvent),
    /// At its start.
    Action(&'a Action),
    ConsoleError(&'a ConsoleEntry),
}

/// A marker of a request or a socket; a row can have more than one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordMarker {
    /// A failed request or handshake, at its start.
    Failed,
    Opened,
    Closed,
}

/// The markers outside the network, in no order; what has no time has no marker.
pub(crate) fn timeline_markers(session: &Session) -> impl Iterator<Item = (EpochMs, TimelineMarker<'_>)> {
    let has_navigations = session.page_events.iter().any(|event| event.kind == PageEventKind::Navigation);
    let pages = session.pages.iter().filter(move |_| !has_navigations);
    let pages = pages.map(|page| (page.started_at, TimelineMarker::Page(page)));
    let events = session.page_events.iter().map(|event| (event.time, TimelineMarker::Event(event)));
    let actions = session.actions.iter().map(|action| (action.start, TimelineMarker::Action(action)));
    let errors = session.console.iter().filter(|entry| is_error(entry.level));
    let errors = errors.map(|entry| (entry.time, TimelineMarker::ConsoleError(entry)));
    pages.chain(events).chain(actions).chain(errors).filter_map(|(time, marker)| Some((time?, marker)))
}

/// The markers of a row, with their times where those are known.
pub(crate) fn record_markers(record: &Record) -> impl Iterator<Item = (EpochMs, RecordMarker)> {
    let failed = start_time(record).filter(|_| row_state(record) == RowState::Error);
    let (opened, closed) = if failed.is_some() { (None, None) } else { socket_ends(record) };
    let all =
        [(failed, RecordMarker::Failed), (opened, RecordMarker::Opened), (closed, RecordMarker::Closed)];
    all.into_iter().filter_map(|(time, marker)| Some((time?, marker)))
}

/// When a socket's handshake was done, or else when it was constructed, and when it closed, where
/// recorded.
fn socket_ends(record: &Record) -> (Option<EpochMs>, Option<EpochMs>) {
    let Some(socket) = record.socket() else { return (None, None) };
    let opened = if socket.is_orphan { None } else { socket.opened.or(record.start) };
    (opened, record.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, closed, console, http_at, page_event, refused, session, socket};
    use session::model::ConsoleLevel;

    fn page(ms: f64) -> Page {
        Page { started_at: Some(at(ms)), ..Page::default() }
    }

    #[test]
    fn pages_are_markers_where_no_navigation_event_exists() {
        let mut session = Session { pages: vec![page(5.0)], ..session(Vec::new()) };
        session.page_events.push(page_event(PageEventKind::Click, 9.0));
        assert!(timeline_markers(&session).any(|(_, marker)| matches!(marker, TimelineMarker::Page(_))));
        session.page_events.push(page_event(PageEventKind::Navigation, 5.0));
        assert!(!timeline_markers(&session).any(|(_, marker)| matches!(marker, TimelineMarker::Page(_))));
    }

    #[test]
    fn only_console_errors_are_markers() {
        let levels = [ConsoleLevel::Log, ConsoleLevel::Warn, ConsoleLevel::Assert, ConsoleLevel::Exception];
        let session =
            Session { console: levels.map(|level| console(level, 5.0)).to_vec(), ..session(Vec::new()) };
        assert_eq!(timeline_markers(&session).count(), 2);
    }

    #[test]
    fn sockets_are_marked_at_open_and_close_and_requests_at_failures() {
        let of = |record: &Record| record_markers(record).collect::<Vec<_>>();
        let live = closed(socket(1, "wss://a.test/"), 40.0, 1000);
        assert_eq!(of(&live), [(at(0.0), RecordMarker::Opened), (at(40.0), RecordMarker::Closed)]);
        assert_eq!(of(&refused(socket(1, "wss://a.test/"), 403)), [(at(0.0), RecordMarker::Failed)]);
        assert_eq!(of(&http_at(1, "https://a.test/", 7.0)), []);
        let failed = Record { status: Some(503), ..http_at(1, "https://a.test/", 7.0) };
        assert_eq!(of(&failed), [(at(7.0), RecordMarker::Failed)]);
    }
}
