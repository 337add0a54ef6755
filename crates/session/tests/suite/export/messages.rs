//! Some messages of a socket as a HAR.

use serde_json::{Value, json};
use session::export::{ExportOptions, MessageSource, MessagesExport, MessagesFormat, MessagesWriter};
use session::model::{MessageLog, Messages};

use super::{importers, samples};

#[test]
fn a_har_of_selected_messages_has_their_socket_and_no_others() {
    let session = samples::har(
        "Chrome",
        r#"{"startedDateTime":"2026-11-21T14:02:00.000Z","time":500,
            "request":{"method":"GET","url":"wss://a.test/ws?token=hush"},"response":{"status":101},
            "_webSocketMessages":[
                {"type":"send","time":1795269720.1,"opcode":1,"data":"one"},
                {"type":"receive","time":1795269720.2,"opcode":2,"data":"AP8="},
                {"type":"receive","time":1795269720.3,"opcode":1,"data":"three"}]}"#,
    );
    let Messages::Inline(columns) = &samples::socket(&session.records[0]).messages else {
        panic!("no messages")
    };
    let log = MessageLog { bytes: &session.bytes, columns };
    let source = MessageSource { session: &session, record: 0, log, analysis: None };
    let options = ExportOptions::default();
    let mut writer = MessagesWriter::new(MessagesFormat::Har, true, 0, vec![1, 2, 9], options);
    let mut file = Vec::new();
    while let Some(piece) = writer.next_piece(&source, &mut |_| None) {
        file.extend(piece);
    }
    assert_eq!(importers::problems(&file), Vec::<String>::new());
    assert_eq!(writer.redacted(), 2, "in the URL and in the list of its parameters");
    let har: Value = serde_json::from_slice(&file).expect("JSON");
    let entries = har["log"]["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 1);
    assert_eq!(
        entries[0]["_webSocketMessages"],
        json!([
            {"type": "receive", "time": 1_795_269_720.2, "opcode": 2, "data": "AP8="},
            {"type": "receive", "time": 1_795_269_720.3, "opcode": 1, "data": "three"},
        ])
    );
}
