//! The events of a recording for the player.

use super::recordings::{event, meta, open, read};
use session::export::player_events;
use session::model::Session;

/// The events of a window for the player, unchanged.
fn events_for_player(session: &Session, window: u16) -> Vec<String> {
    let events = player_events(session, window);
    let text = events.pieces().collect::<Vec<_>>().concat();
    let mut start = 0;
    let events = events.ends().map(|end| {
        let event = text.get(start..end as usize).expect("an end within the text");
        start = end as usize;
        String::from_utf8_lossy(event).into_owned()
    });
    events.collect()
}

#[test]
fn events_are_written_unchanged_in_order_of_time() {
    let events =
        [event(3, 9.0, r#"{"a":"\u00e9"}"#), meta(0.0, "/"), event(3, 5.0, "{}"), event(2, 5.0, "{ }")];
    let [last, first, second, third] = &events;
    assert_eq!(events_for_player(&read(&events), 0), [first, second, third, last].map(String::as_str));
}

#[test]
fn each_event_has_its_time_type_and_text() {
    let session = read(&[event(3, 9.0, "{}"), meta(0.0, "/"), event(2, 5.0, "{}")]);
    let events = player_events(&session, 0);
    assert_eq!(events.types().collect::<Vec<_>>(), [4, 2, 3]);
    let times: Vec<f64> = events.times().collect();
    let start = times.first().copied().unwrap_or_default();
    assert_eq!(times.iter().map(|time| time - start).collect::<Vec<_>>(), [0.0, 5.0, 9.0]);
    assert_eq!((events.times().count(), events.types().count()), (events.len(), events.len()));
}

#[test]
fn a_bare_snapshot_is_a_full_snapshot_at_the_time_0() {
    let session = open(r#"{"node":{"id":1},"initialOffset":{"left":0}}"#);
    let events = player_events(&session, 0);
    assert_eq!(events.types().zip(events.times()).collect::<Vec<_>>(), [(2, 0.0)]);
}

#[test]
fn only_events_that_build_the_page_are_for_the_player() {
    let events: Vec<String> = (0..=7).map(|kind| event(kind, f64::from(kind), "{}")).collect();
    assert_eq!(events_for_player(&read(&events), 0), &events[..5], "no custom, no plugin, no unknown events");
}

#[test]
fn the_events_of_each_window_are_separate() {
    let of = |window: &str, event: String| event.replacen('{', &format!(r#"{{"windowId":"{window}","#), 1);
    let events = [of("a", meta(0.0, "/")), of("b", event(3, 1.0, "{}")), of("a", event(3, 2.0, "{}"))];
    let session = read(&events);
    assert_eq!(events_for_player(&session, 0), [events[0].as_str(), &events[2]]);
    assert_eq!(events_for_player(&session, 1), [events[1].as_str()]);
    assert!(events_for_player(&session, 2).is_empty());
}

#[test]
fn an_event_without_a_time_is_left_out() {
    let timeless = r#"{"type":2,"data":{"node":{},"initialOffset":{}}}"#.to_owned();
    assert_eq!(events_for_player(&read(&[meta(0.0, "/"), timeless.clone()]), 0), [meta(0.0, "/").as_str()]);
    assert!(events_for_player(&read(&[timeless]), 0).is_empty());
}

#[test]
fn a_bare_snapshot_alone_is_wrapped_in_an_event() {
    let bare = r#"{"node":{"id":1},"initialOffset":{"left":0}}"#;
    assert_eq!(events_for_player(&open(bare), 0), [format!(r#"{{"type":2,"timestamp":0,"data":{bare}}}"#)]);
    let with_bare_event = format!("[{},{bare}]", event(3, 1.0, "{}"));
    assert_eq!(events_for_player(&open(&with_bare_event), 0), [event(3, 1.0, "{}")]);
}

#[test]
fn a_packed_event_is_unpacked_and_packed_fields_are_unchanged() {
    let packed = open(&String::from_utf8_lossy(include_bytes!("../../fixtures/rrweb/packed.json")));
    assert!(events_for_player(&packed, 0).iter().any(|event| event.contains("Grüße 😀")));
    let field = r#"{"type":2,"cv":"2024-10","timestamp":5,"data":"\u001f\u008b"}"#;
    assert_eq!(events_for_player(&read(&[field.to_owned()]), 0), [field]);
}
