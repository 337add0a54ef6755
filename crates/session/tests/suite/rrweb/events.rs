//! What the reader of rrweb recordings does with events, rule by rule.

use super::recordings::{event, meta, notes, offset, open, read, text};
use session::model::{ConsoleLevel, Details, DomEventKind};

mod bare {
    use super::*;

    #[test]
    fn every_event_is_loaded_in_the_order_of_the_source() {
        let session =
            read(&[meta(20.0, "/"), event(3, 50.0, "{}"), event(2, 10.0, "{}"), event(9, 30.0, "{}")]);
        let found: Vec<_> = session.dom_events.iter().map(|event| (event.kind, offset(event.time))).collect();
        let expected = [
            (DomEventKind::Meta, Some(20.0)),
            (DomEventKind::Incremental, Some(50.0)),
            (DomEventKind::FullSnapshot, Some(10.0)),
            (DomEventKind::Unknown, Some(30.0)),
        ];
        assert_eq!(found, expected);
        assert_eq!((offset(session.started_at), offset(session.end())), (Some(10.0), Some(50.0)));
        assert_eq!(session.producer.name, "rrweb");
    }

    #[test]
    fn lines_wrappers_segments_and_a_single_event_load_the_same() {
        let [a, b] = [meta(0.0, "/"), event(3, 5.0, "{}")];
        for text in [
            format!("[{a},{b}]"),
            format!("{a}\n{b}\n"),
            format!("\u{feff}{a}\r\n\r\n{b}"),
            format!(r#"{{"events":[{a},{b}]}}"#),
            format!("[[{a}],[{b}]]"),
            format!(r#"{{"windowId":"w","data":[{a},{b}]}}"#),
            format!(r#"{{"snapshots":[{{"window_id":"w","data":[{a},{b}]}}]}}"#),
        ] {
            let session = open(&text);
            assert_eq!((session.dom_events.len(), session.notes.total()), (2, 0), "{text}");
            assert_eq!((session.pages.len(), &session.truncation), (1, &None), "{text}");
        }
        assert_eq!(open(&a).dom_events.len(), 1);
        assert_eq!(open(&a.replace(',', ",\n")).dom_events.len(), 1);
    }

    #[test]
    fn an_invalid_event_is_dropped_and_noted() {
        let [a, b] = [event(3, 0.0, "{}"), event(3, 9.0, "{}")];
        let bad = r#"7,{"timestamp":1,"data":{}},{"type":"x","data":{}},{"type":3,"data":{"a" 1}}"#;
        let session = open(&format!("[{a},{bad},{b}]"));
        assert_eq!(session.dom_events.len(), 2);
        let expected = [
            "event 2: dropped: it is not an event",
            "event 3: dropped: it has no type",
            "event 4: dropped: its type is not a number",
            "event 5: dropped: its JSON is broken (expected `:` at line 1 column 23)",
        ];
        assert_eq!(notes(&session), expected);
        assert_eq!(session.notes.listed()[0].byte, Some(a.len() as u64 + 2));
        let session = open(&format!("{a}\n{}\n{b}\n", &a[..30]));
        assert_eq!((session.dom_events.len(), session.notes.total()), (2, 1));
    }

    #[test]
    fn an_invalid_first_element_is_dropped_alone() {
        let good = [meta(0.0, "/"), event(2, 5.0, "{}")].join(",");
        let lines = good.replace("},{\"type", "}\n{\"type");
        for (text, kept, expected) in [
            (format!("[null,{good}]"), 2, vec!["event 1: dropped: it is not an event"]),
            (format!("garbage\n{lines}\n"), 2, vec!["event 1: dropped: it is not an event"]),
            (format!("[[null],[{good}]]"), 2, vec!["event 1: dropped: it is not an event"]),
            (
                format!("[\"w\",null]\n{}", format!("[\"w\",{lines}]").replace("}\n{", "}]\n[\"w\",{")),
                2,
                vec![
                    "event 2: dropped: it is not an event",
                    "event 1: dropped: its packed data ends too early",
                ],
            ),
            (format!(r#"[{{"type":3,"timestamp":1795269720000}},{good}]"#), 3, vec![]),
            (format!(r#"[{{"type":7,"timestamp":1795269720000,"data":{{}}}},{good}]"#), 3, vec![]),
        ] {
            let session = open(&text);
            assert_eq!((session.dom_events.len(), &session.truncation), (kept, &None), "{text}");
            assert_eq!(notes(&session), expected, "{text}");
        }
    }

    #[test]
    fn an_event_without_a_time_is_loaded_and_noted() {
        let session = read(&[meta(0.0, "/"), r#"{"type":3,"data":{}}"#.to_owned()]);
        assert_eq!(session.dom_events.get(1).and_then(|event| event.time), None);
        assert_eq!(notes(&session), ["event 2: no timestamp"]);
    }

    #[test]
    fn a_page_begins_when_a_window_shows_another_url() {
        let windowed = |event: &str, id: &str| event.replacen('{', &format!(r#"{{"windowId":{id},"#), 1);
        let session = read(&[
            windowed(&meta(0.0, "/a"), "\"one\""),
            windowed(&meta(5.0, "/b"), "2"),
            windowed(&meta(10.0, "/a"), "\"one\""),
            windowed(&meta(20.0, "/c"), "\"one\""),
        ]);
        let pages: Vec<_> =
            session.pages.iter().map(|page| (page.url.as_str(), offset(page.started_at))).collect();
        assert_eq!(pages, [("/a", Some(0.0)), ("/b", Some(5.0)), ("/c", Some(20.0))]);
        let windows: Vec<&str> = session.dom_events.windows().iter().map(AsRef::as_ref).collect();
        assert_eq!(windows, ["one", "2"]);
    }

    #[test]
    fn a_full_snapshot_without_its_event_opens_without_a_time() {
        let session = open(r#"{"initialOffset":{"left":0,"top":0},"node":{"childNodes":[]}}"#);
        let event = session.dom_events.get(0).expect("an event");
        assert_eq!((event.kind, event.time), (DomEventKind::FullSnapshot, None));
        assert!(notes(&session)[0].contains("without its event"));
    }
}

mod packed {
    use super::*;

    const ARRAY: &[u8] = include_bytes!("../../fixtures/rrweb/packed.json");
    const LINES: &[u8] = include_bytes!("../../fixtures/rrweb/packed.jsonl");

    #[test]
    fn events_of_the_real_packer_are_stored_unpacked() {
        for file in [ARRAY, LINES] {
            let session = crate::common::open(("packed", file), &[], 77).expect("a recording");
            assert_eq!((session.dom_events.len(), session.console.len(), session.records.len()), (5, 1, 2));
            assert_eq!(notes(&session).len(), 1, "{:?}", notes(&session));
            assert_eq!(session.pages[0].url, "https://a.test/é?q=1");
            let event = session.dom_events.get(1).expect("an event");
            let text = session.bytes.slice(event.source).into_owned();
            assert!(String::from_utf8(text).expect("UTF-8").contains("Grüße 😀"));
            let details = session.details(&session.records[0]);
            assert_eq!(text_of(&details), (r#"{"item":"é"}"#, "{}"));
            assert!(session.bytes.len() > file.len() as u64 / 2, "only what was unpacked is kept");
        }
    }

    fn text_of(details: &Details) -> (&str, &str) {
        (text(&details.request_body), text(&details.response_body))
    }

    #[test]
    fn a_damaged_packed_event_is_dropped_alone() {
        let text = String::from_utf8_lossy(LINES);
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1] = "\"x\\u009cnothing\"";
        let session = open(&lines.join("\n"));
        assert_eq!(session.dom_events.len(), 4);
        assert!(notes(&session)[0].starts_with("event 2: dropped: "), "{:?}", notes(&session));
        assert_eq!(session.notes.listed()[0].byte, Some(lines[0].len() as u64 + 1));
    }

    #[test]
    fn packed_events_inside_a_wrapper_are_read_too() {
        let session = open(&format!(r#"{{"events":{}}}"#, String::from_utf8_lossy(ARRAY)));
        assert_eq!((session.dom_events.len(), session.records.len()), (5, 2));
    }

    #[test]
    fn a_truncated_packed_file_keeps_its_complete_events() {
        let session =
            crate::common::open(("packed", &ARRAY[..ARRAY.len() - 30]), &[], 77).expect("a recording");
        assert_eq!(session.dom_events.len(), 4);
        let cut = session.truncation.expect("a cut");
        assert_eq!((cut.element, cut.byte), (Some(5), ARRAY.len() as u64 - 30));
    }
}

mod console {
    use super::*;

    #[test]
    fn entries_of_the_console_plugin_can_have_any_payload() {
        let entry = |level: &str, payload: &str| {
            let payload = format!(r#"{{"level":{level},"trace":[],"payload":{payload}}}"#);
            event(6, 1.0, &format!(r#"{{"plugin":"rrweb/console@1","payload":{payload}}}"#))
        };
        let session = read(&[
            entry("\"error\"", r#"["\"a\""]"#),
            entry("\"warn\"", "\"one text\""),
            entry("\"table\"", "null"),
            entry("null", "{}"),
            event(6, 1.0, r#"{"plugin":"rrweb/console@1","payload":null}"#),
        ]);
        let levels: Vec<_> = session.console.iter().map(|entry| entry.level).collect();
        assert_eq!(
            levels,
            [
                ConsoleLevel::Error,
                ConsoleLevel::Warn,
                ConsoleLevel::Log,
                ConsoleLevel::Log,
                ConsoleLevel::Log,
            ]
        );
        let source = session.bytes.slice(session.console[1].source);
        assert!(source.starts_with(b"{\"type\":6") && source.ends_with(b"}"));
    }

    #[test]
    fn console_breadcrumbs_of_sentry_are_entries() {
        let crumb =
            |payload: &str| event(5, 900.0, &format!(r#"{{"tag":"breadcrumb","payload":{payload}}}"#));
        let session = read(&[
            crumb(r#"{"category":"console","level":"warning","message":"m","timestamp":1795269720.25}"#),
            crumb(r#"{"category":"ui.click","timestamp":1795269720.3}"#),
            crumb(r#"{"category":"console","level":"fatal"}"#),
        ]);
        let found: Vec<_> = session.console.iter().map(|entry| (entry.level, offset(entry.time))).collect();
        assert_eq!(found, [(ConsoleLevel::Warn, Some(250.0)), (ConsoleLevel::Exception, Some(900.0))]);
        assert_eq!((session.dom_events.len(), session.producer.name.as_str()), (3, "Sentry"));
    }
}
