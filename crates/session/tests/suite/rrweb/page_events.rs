//! What happened on the page, among rrweb's events, rule by rule.

use super::recordings::{event, meta, notes, offset, open, read};
use session::model::{PageEventDetails, PageEventKind, Session};

fn incremental(ms: f64, data: &str) -> String {
    event(3, ms, data)
}

fn interaction(ms: f64, kind: u8) -> String {
    incremental(ms, &format!(r#"{{"source":2,"type":{kind},"id":7,"x":10.5,"y":20}}"#))
}

fn input(ms: f64, node: u32, text: &str) -> String {
    incremental(ms, &format!(r#"{{"source":5,"text":"{text}","isChecked":false,"id":{node}}}"#))
}

fn custom(ms: f64, data: &str) -> String {
    event(5, ms, data)
}

fn found(session: &Session) -> Vec<(PageEventKind, Option<f64>)> {
    session.page_events.iter().map(|event| (event.kind, offset(event.time))).collect()
}

fn kinds(session: &Session) -> Vec<PageEventKind> {
    session.page_events.iter().map(|event| event.kind).collect()
}

fn texts(session: &Session) -> Vec<String> {
    session.page_events.iter().map(|event| session.page_event_details(event).text).collect()
}

fn details(event: String) -> PageEventDetails {
    let session = read(&[event]);
    assert_eq!(session.page_events.len(), 1);
    session.page_event_details(&session.page_events[0])
}

#[test]
fn a_page_load_is_a_navigation_a_parsed_document_and_a_load() {
    let session = read(&[meta(0.0, "https://a.test/"), event(0, 5.0, "{}"), event(1, 9.0, "{}")]);
    let expected = [
        (PageEventKind::Navigation, Some(0.0)),
        (PageEventKind::DomContentLoaded, Some(5.0)),
        (PageEventKind::Load, Some(9.0)),
    ];
    assert_eq!(found(&session), expected);
    assert_eq!(texts(&session), ["https://a.test/", "", ""]);
}

#[test]
fn the_same_url_is_a_navigation_again_after_a_new_document() {
    let session = read(&[event(0, 1.0, "{}"), meta(2.0, "/a"), event(0, 5.0, "{}"), meta(6.0, "/a")]);
    let navigations = session.page_events.iter().filter(|event| event.kind == PageEventKind::Navigation);
    assert_eq!((navigations.count(), session.pages.len()), (2, 1));
}

#[test]
fn a_repeated_snapshot_is_not_a_navigation() {
    let session = read(&[meta(0.0, "/a"), event(2, 1.0, "{}"), meta(300.0, "/a"), event(2, 301.0, "{}")]);
    assert_eq!(kinds(&session), [PageEventKind::Navigation]);
}

#[test]
fn each_window_navigates_separately() {
    let of = |window: &str, event: String| event.replacen('{', &format!(r#"{{"windowId":"{window}","#), 1);
    let session = read(&[of("a", meta(0.0, "/x")), of("b", meta(1.0, "/x")), of("a", meta(2.0, "/x"))]);
    let windows: Vec<u16> = session.page_events.iter().map(|event| event.window).collect();
    assert_eq!(windows, [0, 1]);
}

#[test]
fn interactions_are_recognized_by_their_numbers() {
    let session = read(&(0..12).map(|kind| interaction(f64::from(kind), kind)).collect::<Vec<_>>());
    let expected = [
        (PageEventKind::Click, Some(2.0)),
        (PageEventKind::ContextMenu, Some(3.0)),
        (PageEventKind::DoubleClick, Some(4.0)),
        (PageEventKind::Touch, Some(7.0)),
    ];
    assert_eq!(found(&session), expected);
    let click = details(interaction(1.0, 2));
    assert_eq!((click.position, click.node), (Some((10.5, 20.0)), Some(7)));
}

#[test]
fn only_user_interactions_among_incremental_events_are_listed() {
    let others = (0..17).filter(|source| ![2, 4, 5].contains(source));
    let events: Vec<String> =
        others.map(|source| incremental(1.0, &format!(r#"{{"source":{source}}}"#))).collect();
    assert!(read(&events).page_events.is_empty());
    for data in ["{}", "null", "[]", r#"{"source":"x"}"#, r#"{"source":2}"#, r#"{"source":null}"#] {
        assert!(read(&[event(3, 0.0, "{}"), incremental(1.0, data)]).page_events.is_empty(), "{data}");
    }
}

#[test]
fn keys_of_an_event_can_be_sorted() {
    let click = incremental(1.0, r#"{"id":7,"pointerType":0,"source":2,"type":2,"x":1,"y":2}"#);
    assert_eq!(kinds(&read(&[click])), [PageEventKind::Click]);
}

#[test]
fn a_position_or_node_that_was_not_recorded_is_absent() {
    for data in [r#"{"source":2,"type":2}"#, r#"{"source":2,"type":2,"x":1,"y":null,"id":-1}"#] {
        assert_eq!(details(incremental(1.0, data)), PageEventDetails::default(), "{data}");
    }
}

#[test]
fn input_in_one_node_is_one_event_with_the_last_text() {
    let session = read(&[input(0.0, 7, "a"), input(999.0, 7, "ab"), input(1990.0, 7, "abc")]);
    assert_eq!(found(&session), [(PageEventKind::Input, Some(1990.0))]);
    assert_eq!(texts(&session), ["abc"]);
}

#[test]
fn a_pause_another_node_or_another_event_begins_a_new_input() {
    let texts = |events: &[String]| texts(&read(events));
    assert_eq!(texts(&[input(0.0, 7, "a"), input(1000.0, 7, "ab")]), ["a", "ab"], "a second later");
    assert_eq!(texts(&[input(0.0, 7, "a"), input(1.0, 8, "b"), input(2.0, 7, "c")]), ["a", "b", "c"]);
    assert_eq!(texts(&[input(0.0, 7, "a"), interaction(1.0, 2), input(2.0, 7, "ab")]), ["a", "", "ab"]);
    let mouse_moves = incremental(1.0, r#"{"source":1,"positions":[]}"#);
    assert_eq!(texts(&[input(0.0, 7, "a"), mouse_moves, input(2.0, 7, "ab")]), ["ab"]);
}

#[test]
fn typed_text_is_shown_as_recorded() {
    let typed = details(incremental(0.0, r#"{"source":5,"text":"***","isChecked":false,"id":9}"#));
    assert_eq!((typed.text.as_str(), typed.is_checked, typed.node), ("***", false, Some(9)));
    let ticked = details(incremental(0.0, r#"{"source":5,"text":"on","isChecked":true,"id":9}"#));
    assert!(ticked.is_checked);
}

#[test]
fn resizing_a_window_is_an_event() {
    let resized = incremental(0.0, r#"{"source":4,"width":1280,"height":720}"#);
    assert_eq!(kinds(&read(std::slice::from_ref(&resized))), [PageEventKind::Resize]);
    assert_eq!(details(resized).text, "1280 × 720");
    assert_eq!(details(incremental(0.0, r#"{"source":4,"width":1280}"#)).text, "");
}

#[test]
fn custom_events_have_their_name_and_payload() {
    let named = details(custom(0.0, r#"{"tag":"cart","payload":{"items":[1]}}"#));
    assert_eq!((named.text.as_str(), named.payload.as_deref()), ("cart", Some(&br#"{"items":[1]}"#[..])));
    assert_eq!(details(custom(0.0, r#"{"tag":"$pageview","payload":null}"#)).payload, None);
}

#[test]
fn internal_events_of_sentry_are_not_page_events() {
    let crumb = |category: &str| {
        custom(0.0, &format!(r#"{{"tag":"breadcrumb","payload":{{"category":"{category}","message":"m"}}}}"#))
    };
    let session = read(&[
        custom(0.0, r#"{"tag":"options","payload":{}}"#),
        custom(0.0, r#"{"tag":"performanceSpan","payload":{"op":"paint"}}"#),
        crumb("console"),
        crumb("ui.click"),
    ]);
    assert_eq!((texts(&session), session.console.len()), (vec!["ui.click".to_owned()], 1));
}

#[test]
fn packed_events_are_page_events_too() {
    let session = open(&String::from_utf8_lossy(include_bytes!("../../fixtures/rrweb/packed.json")));
    assert!(kinds(&session).contains(&PageEventKind::Navigation), "{:?}", kinds(&session));
}

#[test]
fn incremental_events_with_packed_data_of_posthog_keep_their_kind() {
    let mutation =
        r#"{"type":3,"cv":"2024-10","timestamp":1,"data":{"source":0,"texts":"\u001f","adds":[]}}"#;
    let click = r#"{"type":3,"timestamp":2,"data":{"source":2,"type":2,"id":1,"x":1,"y":2}}"#;
    let session = read(&[mutation.to_owned(), click.to_owned()]);
    assert_eq!((kinds(&session), notes(&session)), (vec![PageEventKind::Click], Vec::new()));
}

#[test]
fn the_first_viewport_that_is_one_is_that_of_the_session() {
    let sized = |ms: f64, width: &str, height: &str| {
        event(4, ms, &format!(r#"{{"href":"https://a.test/","width":{width},"height":{height}}}"#))
    };
    let viewport = |events: &[String]| read(events).viewport;
    assert_eq!(viewport(&[sized(0.0, "390", "844"), sized(9.0, "1280", "720")]), Some((390, 844)));
    assert_eq!(viewport(&[sized(0.0, "0", "844"), sized(9.0, "1280.4", "720")]), Some((1280, 720)));
    for (width, height) in [("-1", "5"), ("1e9", "5"), ("null", "5"), ("\"wide\"", "5")] {
        assert_eq!(viewport(&[sized(0.0, width, height)]), None, "{width}");
    }
    assert_eq!(viewport(&[event(4, 0.0, r#"{"href":"https://a.test/"}"#)]), None);
}
