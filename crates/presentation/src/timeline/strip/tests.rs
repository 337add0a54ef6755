use super::*;
use crate::testing::{
    action, at, closed, console, http, http_at, millis, page_event, refused, session, socket, with_http,
    with_socket,
};
use session::model::ConsoleLevel;

fn lane(strip: &Strip, lane: u8) -> Vec<(MarkKind, f64, f64)> {
    let marks = strip.marks.iter().filter(|mark| mark.lane == lane);
    let rounded = |share: f64| (share * 1e6).round() / 1e6;
    marks.map(|mark| (mark.kind, rounded(mark.left), rounded(mark.width))).collect()
}

#[test]
fn adjacent_requests_are_one_mark() {
    let long = |number, start: f64| {
        let record = http_at(number, "https://a.test/", start);
        with_http(record, |http| http.duration = Some(millis(9999.0)))
    };
    let session = session(vec![long(1, 0.0), long(2, 10_000.0), long(3, 50_000.0)]);
    assert_eq!(
        lane(&strip(&session, 10), REQUEST_LANE),
        [(MarkKind::Request, 0.0, 0.2), (MarkKind::Request, 0.5, 0.1)]
    );
}

#[test]
fn simultaneous_requests_increase_density() {
    let session = session((1..=5).map(|number| http(number, "https://a.test/")).collect());
    assert_eq!(strip(&session, 10).marks.iter().map(|mark| mark.density).collect::<Vec<_>>(), [3]);
}

#[test]
fn errors_have_a_lane_of_their_own() {
    let failed = Record { status: Some(500), ..http_at(1, "https://a.test/", 25_000.0) };
    let session = session(vec![failed, refused(socket(2, "wss://a.test/"), 403)]);
    let strip = strip(&session, 4);
    assert_eq!(lane(&strip, ERROR_LANE), [(MarkKind::Error, 0.0, 0.5)]);
    assert_eq!(strip.marks.len(), 1);
}

#[test]
fn overlapping_sockets_are_in_separate_lanes() {
    let session = session(vec![
        socket(1, "wss://a.test/"),
        closed(socket(2, "wss://a.test/"), 40_000.0, 1000),
        Record {
            start: http_at(0, "", 60_000.0).start,
            ..closed(socket(3, "wss://a.test/"), 90_000.0, 1000)
        },
    ]);
    let strip = strip(&session, 10);
    let bars = |of: u8| {
        let marks = lane(&strip, FIRST_SOCKET_LANE + of).into_iter();
        marks.filter(|(kind, ..)| matches!(kind, MarkKind::Socket | MarkKind::OpenSocket)).collect::<Vec<_>>()
    };
    assert_eq!(bars(0), [(MarkKind::OpenSocket, 0.0, 1.0)]);
    assert_eq!(bars(1).len(), 2, "one after the other in the second lane");
}

#[test]
fn a_socket_is_marked_where_it_opens_and_where_it_closes() {
    let live = with_socket(closed(socket(1, "wss://a.test/"), 50_000.0, 1000), |socket| {
        socket.opened = Some(at(10_000.0));
    });
    let strip = strip(&session(vec![live]), 10);
    assert_eq!(
        lane(&strip, FIRST_SOCKET_LANE),
        [
            (MarkKind::Socket, 0.0, 0.6),
            (MarkKind::SocketOpened, 0.1, 0.1),
            (MarkKind::SocketClosed, 0.5, 0.1)
        ]
    );
}

#[test]
fn page_events_are_in_the_top_lane() {
    let mut session = session(Vec::new());
    session.actions = vec![action("page.goto", 0.0, 19_000.0)];
    session.page_events = vec![
        page_event(PageEventKind::Navigation, 10_000.0),
        page_event(PageEventKind::Touch, 20_000.0),
        page_event(PageEventKind::Input, 50_000.0),
        page_event(PageEventKind::Resize, 70_000.0),
    ];
    assert_eq!(
        lane(&strip(&session, 10), PAGE_LANE),
        [
            (MarkKind::Action, 0.0, 0.2),
            (MarkKind::Input, 0.5, 0.1),
            (MarkKind::Click, 0.2, 0.1),
            (MarkKind::Navigation, 0.1, 0.1)
        ]
    );
}

#[test]
fn console_errors_share_the_lane_of_failed_requests() {
    let failed = Record { status: Some(500), ..http_at(1, "https://a.test/", 20_000.0) };
    let mut session = session(vec![failed]);
    session.console = vec![console(ConsoleLevel::Warn, 0.0), console(ConsoleLevel::Exception, 50_000.0)];
    assert_eq!(
        lane(&strip(&session, 10), ERROR_LANE),
        [(MarkKind::Error, 0.2, 0.1), (MarkKind::ConsoleError, 0.5, 0.1)]
    );
}

#[test]
fn a_compressed_strip_follows_its_scale() {
    let session = session(vec![http_at(1, "https://a.test/", 0.0), http_at(2, "https://a.test/", 99_000.0)]);
    let time_scale = CompressedTimeScale::of(100_000.0, &[(2000.0, 98_000.0)]);
    let marks = lane(&compressed_strip(&session, &time_scale, 100), REQUEST_LANE);
    assert_eq!(marks.iter().map(|(_, left, _)| (left * 100.0).round()).collect::<Vec<_>>(), [0.0, 75.0]);
}

#[test]
fn any_number_of_rows_makes_a_bounded_number_of_marks() {
    let rows = (0..20_000_u32).map(|number| {
        let start = f64::from(number) * 5.0;
        let record = http_at(number + 1, "https://a.test/", start);
        let record = with_http(record, |http| http.duration = Some(millis(f64::from(number % 3) * 40.0)));
        if number % 2 == 0 { Record { status: Some(500), ..record } } else { record }
    });
    let session = session(rows.collect());
    let strip = strip(&session, 100_000);
    assert!(!strip.marks.is_empty() && strip.marks.len() <= MAX_MARKS, "{}", strip.marks.len());
    assert!(strip.marks.iter().all(|mark| mark.left >= 0.0 && mark.left + mark.width <= 1.0 + 1e-9));
    assert!(strip.marks.iter().all(|mark| mark.lane < Strip::LANES));
}

#[test]
fn a_session_without_times_has_an_empty_strip() {
    assert_eq!(strip(&Session::default(), 800), Strip::default());
    let mut undated = session(vec![Record { start: None, ..http(1, "https://a.test/") }]);
    undated.started_at = None;
    assert_eq!(strip(&undated, 0), Strip::default());
}
