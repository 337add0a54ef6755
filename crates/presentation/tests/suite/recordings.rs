//! What is shown of small recordings and of the demo session.

use std::path::Path;

use presentation::events::{EventFilter, EventRow, event_line, events_summary, filtered_events};
use presentation::replay::{Replay, replay};
use presentation::time::{extent, start_time};
use session::elements::page_elements;
use session::filter::Query;
use session::formats::{FORMATS, Format, Formats, SessionLoader};
use session::model::Session;

use crate::access_log::AccessLog;
use crate::common;
use crate::common::har;

#[test]
fn messages_do_not_date_the_bar_of_a_socket_without_a_date() {
    let socket = r#""_resourceType":"websocket","request":{"method":"GET","url":"wss://a.test/"},"response":{"status":101}"#;
    let message = r#"{"type":"send","time":1795269725,"opcode":1,"data":"hi"}"#;
    let session = har::read(
        "any",
        &format!(
            r#"{{{socket},"_webSocketMessages":[{message}]}},{{"startedDateTime":"2026-11-21T14:02:00.000Z",{socket}}}"#
        ),
    );
    assert_eq!(start_time(&session.records[0]), None);
    assert!(extent(&session, &session.records[0]).is_none());
}

fn demo() -> Session {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/sessions/market");
    let files = ["session.json", "resources.jsonl", "console.jsonl", "events.jsonl"]
        .map(|name| (name, std::fs::read(folder.join(name)).expect("a file of the demo session")));
    let files = files.each_ref().map(|(name, bytes)| (*name, bytes.as_slice()));
    common::open(files[0], &files[1..], 4096).expect("a session")
}

#[test]
fn the_demo_session_can_be_replayed() {
    let session = demo();
    assert!(matches!(replay(&session), Replay::Events(windows) if windows.len() == 1));
}

#[test]
fn the_demo_session_names_what_was_touched() {
    let session = demo();
    let elements = page_elements(&session, 1000);
    let rows = filtered_events(&session, &EventFilter::default(), None);
    let line = |row: &EventRow| {
        let line = event_line(&session, *row, Some(&elements)).expect("a row");
        let is_of_user = matches!(line.kind.as_ref(), "Click" | "Input");
        is_of_user.then(|| format!("{} {}", line.kind, line.text))
    };
    let lines: Vec<String> = rows.iter().filter_map(line).collect();
    assert_eq!(
        lines,
        [
            r#"Input textbox "Message" (masked)"#,
            r#"Click button "Send""#,
            r#"Input textbox "Message": empty"#,
            r#"Input searchbox "Search produce" (masked)"#,
            r#"Click button "Weigh three""#,
            r#"Click button "Use coupon""#,
            r#"Click button "Raise bid""#,
            r#"Click button "Reserve crates""#,
            r#"Input textbox "Message" (masked)"#,
            r#"Click button "Send""#,
            r#"Input textbox "Message": empty"#,
            r#"Click button "Place order""#,
            r#"Click button "Add fennel""#,
            r#"Click button "Offer £15""#,
            r#"Click button "Forecast""#,
            r#"Click button "Weigh three""#,
            r#"Click button "Report""#,
            r#"Click button "Cool room 2""#,
            r#"Input textbox "Message" (masked)"#,
            r#"Click button "Send""#,
            r#"Input textbox "Message": empty"#,
            r#"Click button "Raise bid""#,
            r#"Click button "Invoice""#,
            r#"Input textbox "Message" (masked)"#,
            r#"Click button "Send""#,
            r#"Input textbox "Message": empty"#,
            r#"Click button "Leave""#,
        ]
    );
    let filter = EventFilter { query: Query::parse("button send"), range: None };
    let found = filtered_events(&session, &filter, Some(&elements));
    assert_eq!(found.len(), 4);
    assert!(events_summary(&session, &found, Some(&elements)).starts_with("4 of "));
}

#[test]
fn a_format_of_requests_only_cannot_be_replayed() {
    let file = br#"{"get":"https://a.test/","code":200}"#;
    let mut formats: Vec<&'static dyn Format> = FORMATS.to_vec();
    formats.push(&AccessLog);
    let formats: Formats = formats.leak();
    let loader = SessionLoader::new("day.log").with_formats(formats);
    let session = common::run(loader, Some(file), |_| None, 100).expect("a session");
    let Replay::Unavailable(reason) = replay(&session) else { panic!("no replay") };
    assert_eq!(reason, "A log contains requests only: the page was not recorded");
}
