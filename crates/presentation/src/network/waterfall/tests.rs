use super::*;
use crate::testing::{at, closed, http_at, session, socket, with_http, with_socket};
use proptest::prelude::*;

fn bar_of(record: Record, range: Option<(f64, f64)>) -> Bar {
    let session = session(vec![record]);
    let scale = Scale::of(&session, range.map(|(from, to)| (at(from), at(to)))).expect("times");
    scale.bar(&session, &session.records[0]).expect("a bar")
}

fn close_to(value: f64, expected: f64) {
    assert!((value - expected).abs() < 1e-6, "{value} is not {expected}");
}

fn labels(scale_end: f64, max_ticks: usize) -> Vec<String> {
    let mut session = session(Vec::new());
    session.ended_at = Some(at(scale_end));
    let scale = Scale::of(&session, None).expect("times");
    scale.ticks(max_ticks).into_iter().map(|tick| tick.label).collect()
}

#[test]
fn linear_ticks_are_those_of_the_time_scale() {
    let session = session(Vec::new());
    let scale = Scale::of(&session, Some((at(0.0), at(100_000.0)))).expect("times");
    for count in [0, 1, 4, 8, 9, 30] {
        assert_eq!(scale.ticks(count), CompressedTimeScale::linear(100_000.0).ticks(count), "{count}");
    }
}

#[test]
fn the_bar_of_a_socket_ends_at_its_close() {
    let bar = bar_of(closed(socket(1, "wss://a.test/"), 25_000.0, 1000), None);
    assert_eq!((bar.start_ms, bar.end_ms), (0.0, Some(25_000.0)));
    assert_eq!((bar.left, bar.width, bar.open_ended, bar.solid), (0.0, 25.0, false, 1.0));
}

#[test]
fn a_bar_without_a_close_runs_to_the_end_and_is_solid_as_far_as_known() {
    let ending_as = |ending: Ending| {
        with_socket(socket(1, "wss://a.test/"), |socket| {
            socket.opened = Some(at(1000.0));
            socket.last_seen = Some(at(40_000.0));
            socket.ending = ending;
        })
    };
    let bar = bar_of(ending_as(Ending::NotRecorded), None);
    assert_eq!((bar.end_ms, bar.open_ended, bar.width), (None, true, 100.0));
    close_to(bar.solid, 0.4);
    close_to(bar.handshake.expect("a handshake"), 0.01);
    let bar = bar_of(ending_as(Ending::StillOpen), None);
    assert!(bar.open_ended);
    close_to(bar.solid, 1.0);
}

#[test]
fn phases_are_shares_of_the_bar() {
    let record = with_http(http_at(1, "https://a.test/", 50_000.0), |http| {
        http.phases.set(Phase::Wait, 20.0, 70.0);
        http.phases.set(Phase::Receive, 70.0, 130.0);
    });
    let bar = bar_of(record, None);
    close_to(bar.left, 50.0);
    close_to(bar.width, 0.1);
    let [wait, receive] = bar.phases[..] else { panic!("two phases") };
    assert!((wait.left - 20.0).abs() < 0.01 && (wait.width - 50.0).abs() < 0.01);
    assert!((receive.left + receive.width - 100.0).abs() < 0.01, "a phase never leaves its bar");
}

#[test]
fn a_selected_range_clips_the_bar_but_not_its_times() {
    let bar = bar_of(closed(socket(1, "wss://a.test/"), 60_000.0, 1000), Some((30_000.0, 90_000.0)));
    assert_eq!((bar.start_ms, bar.end_ms), (0.0, Some(60_000.0)));
    close_to(bar.left, 0.0);
    close_to(bar.width, 50.0);
}

#[test]
fn an_instant_has_no_width_and_no_shares() {
    let record = with_http(http_at(1, "https://a.test/", 500.0), |http| {
        http.duration = Some(Millis::ZERO);
        http.phases.set(Phase::Wait, 0.0, 0.0);
    });
    let bar = bar_of(record, None);
    assert_eq!((bar.width, bar.phases.len()), (0.0, 0));
}

#[test]
fn fractions_and_times_are_inverse() {
    let scale = Scale::of(&session(Vec::new()), None).expect("times");
    close_to(scale.fraction(at(25_000.0)), 0.25);
    assert_eq!(scale.time_at(0.25), at(25_000.0));
    assert_eq!((scale.fraction(at(-5.0)), scale.fraction(at(1e9))), (0.0, 1.0));
    assert_eq!(scale.time_at(f64::NAN), at(0.0));
}

#[test]
fn a_session_of_one_instant_still_has_a_scale() {
    let mut session = session(Vec::new());
    session.ended_at = session.started_at;
    let scale = Scale::of(&session, None).expect("times");
    assert_eq!(scale.window(), (0.0, 1.0));
    session.started_at = None;
    session.ended_at = None;
    assert_eq!(Scale::of(&session, None), None);
}

#[test]
fn ticks_are_at_round_offsets() {
    assert_eq!(labels(100_000.0, 8), ["0:00", "0:15", "0:30", "0:45", "1:00", "1:15", "1:30"]);
    assert_eq!(labels(900.0, 5), ["0 ms", "200 ms", "400 ms", "600 ms", "800 ms"]);
    assert_eq!(labels(7_200_000.0, 5), ["0:00", "30:00", "1:00:00", "1:30:00", "2:00:00"]);
    assert!(labels(40.0 * 86_400_000.0, 6).len() > 1);
    assert!(labels(1e12, 0).is_empty());
}

#[test]
fn a_narrow_range_far_from_the_start_keeps_its_offset() {
    let session = session(Vec::new());
    let scale = Scale::of(&session, Some((at(75_000.0), at(75_400.0)))).expect("times");
    let ticks = scale.ticks(4);
    assert_eq!(ticks[0], Tick { fraction: 0.0, label: "1:15.000".to_owned() });
    assert_eq!(ticks[1].label, "1:15.200");
}

fn with_gap() -> (Session, Scale) {
    let session =
        session(vec![http_at(1, "https://a.test/", 1000.0), http_at(2, "https://a.test/", 99_000.0)]);
    let time_scale = CompressedTimeScale::of(100_000.0, &[(2000.0, 98_000.0)]);
    let scale = Scale::compressed(&session, time_scale.into(), None).expect("times");
    (session, scale)
}

#[test]
fn idle_gaps_are_compressed_and_bars_keep_their_times() {
    let (session, scale) = with_gap();
    let bar = scale.bar(&session, &session.records[1]).expect("a bar");
    assert_eq!((bar.start_ms, bar.end_ms), (99_000.0, Some(99_100.0)));
    close_to(bar.left, (0.5 * 0.985 + 0.015 + 0.985 / 4.0) * 100.0);
    let [gap] = scale.idle_gaps()[..] else { panic!("one gap") };
    close_to(gap.width, 0.015);
    let labels: Vec<_> = scale.ticks(4).into_iter().map(|tick| tick.label).collect();
    assert_eq!(labels, ["0:00", "0:02", "1:40"]);
}

#[test]
fn a_zoomed_scale_shows_a_part_and_marks_what_is_outside() {
    let (session, scale) = with_gap();
    let zoomed = scale.zoomed((500.0, 1500.0));
    assert_eq!(zoomed.window(), (500.0, 1500.0));
    let bars: Vec<_> = session.records.iter().filter_map(|record| zoomed.bar(&session, record)).collect();
    assert_eq!((bars[0].outside, bars[1].outside), (None, Some(Outside::After)));
    close_to(bars[0].left, 50.0);
    close_to(bars[0].width, 10.0);
    assert_eq!((bars[1].left, bars[1].width), (100.0, 0.0));
}

#[test]
fn zooming_keeps_the_time_under_the_pointer_in_its_place() {
    let (_, full) = with_gap();
    let at = full.ms_at(0.3);
    let zoomed = full.zoomed(full.zoom_window(&full, 0.3, 0.5));
    assert!((zoomed.fraction_at(at) - 0.3).abs() < 1e-9);
    close_to(zoomed.magnification(&full), 2.0);
    let back = zoomed.zoomed(full.window());
    assert_eq!(back.window(), zoomed.window(), "a part shows no more than it is");
    assert_eq!(zoomed.zoom_window(&full, 0.9, 100.0), full.window());
    close_to(zoomed.moved_window(&full, f64::MIN).0, 0.0);
    close_to(zoomed.moved_window(&full, f64::MAX).1, 100_000.0);
}

#[test]
fn a_gap_that_is_zoomed_to_has_ticks_of_its_own() {
    let (_, scale) = with_gap();
    assert!(scale.zoomed((10_000.0, 90_000.0)).ticks(4).len() >= 2);
}

proptest! {
    #[test]
    fn a_window_never_leaves_its_scale(
        windows in proptest::collection::vec((0.0..=1.0_f64, 0.01..10.0_f64, -2.0..2.0_f64), 1..20),
    ) {
        let (_, full) = with_gap();
        let mut scale = full.clone();
        for (at, factor, by) in windows {
            scale = full.zoomed(scale.zoom_window(&full, at, factor));
            scale = full.zoomed(scale.moved_window(&full, by));
            let (from, to) = scale.window();
            prop_assert!(0.0 <= from && from < to && to <= 100_000.0, "{from} {to}");
            for share in [0.0, 0.25, 1.0] {
                prop_assert!((scale.fraction_at(scale.ms_at(share)) - share).abs() < 1e-3);
            }
            prop_assert!(scale.ticks(4).len() <= 4);
        }
    }
}
