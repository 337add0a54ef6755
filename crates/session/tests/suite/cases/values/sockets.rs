//! Which rows are sockets, and the payloads of their frames.

use session::encodings::Payload;
use session::model::{Encoding, Messages, Outcome};

use super::*;

#[test]
fn an_empty_list_of_messages_does_not_make_a_socket() {
    let Some(bytes) = case("ws-null-on-http.har") else { return };
    let session = open(&bytes);
    assert_eq!(session.records.len(), 2);
    for (row, record) in session.records.iter().enumerate() {
        assert_eq!(http(record).outcome, Outcome::Done);
        assert_eq!(text_of(&details_of(&session, row).response_body), r#"{"ok":true}"#);
    }
}

#[test]
fn a_sign_of_a_handshake_makes_a_socket_of_an_empty_list() {
    let is_socket = |request: &str, status: &str, more: &str| {
        let session = one(request, &format!(r#""status":{status}"#), &format!(",{more}"));
        session.records[0].socket().is_some()
    };
    let empty = r#""_webSocketMessages":[]"#;
    assert!(!is_socket(GET, "200", empty) && !is_socket(GET, "404", r#""_webSocketMessages":{}"#));
    assert!(is_socket(GET, "101", empty));
    assert!(is_socket(r#""method":"GET","url":"wss://a.test/""#, "0", empty));
    assert!(is_socket(GET, "200", &format!(r#"{empty},"_resourceType":"websocket""#)));
    assert!(is_socket(&format!(r#"{GET},"headers":{{"Upgrade":"websocket"}}"#), "400", empty));
    assert!(is_socket(
        GET,
        "200",
        r#""_webSocketMessages":[{"type":"send","time":1,"opcode":1,"data":"a"}]"#
    ));
}

/// The payload of each message of the first row as text.
fn payloads(session: &Session) -> Vec<String> {
    let Some(Messages::Inline(columns)) = session.records[0].socket().map(|socket| &socket.messages) else {
        panic!("no messages in place");
    };
    let payload = |encoding: Encoding, raw: &[u8]| Payload::from_message(encoding, raw).expect("a payload");
    let text = |message: session::model::Message| {
        let payload = payload(message.encoding, &session.bytes.slice(message.body));
        payload.text().map_or_else(|| format!("{:02x?}", payload.bytes()), str::to_owned)
    };
    columns.iter().map(text).collect()
}

#[test]
fn text_with_an_opcode_out_of_range_is_readable() {
    let Some(bytes) = case("ws-opcode-range.har") else { return };
    assert_eq!(
        payloads(&open(&bytes)),
        ["three hundred", "minus five", "one and a half", "string one", "null", "no opcode", "huge", "last"]
    );
}

#[test]
fn binary_frames_are_base64_unless_they_have_words() {
    let message = |opcode: &str, data: &str| {
        format!(r#"{{"type":"receive","time":1772359200,"opcode":{opcode},"data":"{data}"}}"#)
    };
    let list =
        [message("2", "AQID"), message("2", "two words"), message("16", "abcd"), message("2.5", "abcd")];
    let more = format!(r#","_webSocketMessages":[{}]"#, list.join(","));
    let session = one(GET, r#""status":101"#, &more);
    assert_eq!(payloads(&session), ["\u{1}\u{2}\u{3}", "two words", "abcd", "abcd"]);
}
