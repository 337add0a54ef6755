//! What is shown of small recordings and of the demo session.

use std::path::Path;

use presentation::replay::{Replay, replay};
use presentation::time::{extent, start_time};
use session::formats::{FORMATS, Format, Formats, SessionLoader};

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

#[test]
fn the_demo_session_can_be_replayed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/sessions/market");
    let files = ["session.json", "resources.jsonl", "console.jsonl", "events.jsonl"]
        .map(|name| (name, std::fs::read(folder.join(name)).expect("a file of the demo session")));
    let files = files.each_ref().map(|(name, bytes)| (*name, bytes.as_slice()));
    let session = common::open(files[0], &files[1..], 4096).expect("a session");
    assert!(matches!(replay(&session), Replay::Events(windows) if windows.len() == 1));
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
