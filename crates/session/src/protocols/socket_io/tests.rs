use super::super::test_support::{
    Conversation, TestMessage, received, received_binary, received_unrecorded, sent, sent_binary,
};

const URL: &str = "wss://x.test/socket.io/?EIO=4&transport=websocket";

fn events(url: &str, messages: &[TestMessage]) -> Vec<String> {
    Conversation::new(url, None, messages).events()
}

#[test]
fn packets_are_named_and_acknowledgments_paired() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            received(
                r#"0{"sid":"a","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#,
            ),
            sent(r#"40/admin,{"token":"t1"}"#),
            received(r#"40/admin,{"sid":"b"}"#),
            sent(r#"42/admin,12["add",1,2]"#),
            received("2"),
            sent("3"),
            received(r"43/admin,12[3]"),
            received(r#"42["chat:new",{"text":"hi"}]"#),
        ],
    );
    assert_eq!(
        conversation.events(),
        [
            "open",
            "connect /admin",
            "connect /admin",
            "add /admin",
            "ping",
            "pong",
            "ack of add /admin",
            "chat:new"
        ]
    );
    assert_eq!(conversation.pairs(), [(1, 2), (3, 6), (4, 5)]);
    assert_eq!(conversation.heartbeats(), [4, 5]);
    assert_eq!(conversation.label().as_deref(), Some("Socket.IO 4 over Engine.IO 4"));
    assert_eq!(conversation.recognized(), "socket.io by the URL");
}

#[test]
fn attachments_are_joined_with_their_event() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            sent(r#"452-5["upload",{"body":{"_placeholder":true,"num":0}},{"_placeholder":true,"num":1}]"#),
            received("2"),
            sent_binary(b"\x00\xff\x10"),
            sent_binary(b"\x09"),
        ],
    );
    assert_eq!(conversation.events(), ["upload", "ping", "", "upload"]);
    assert_eq!(
        conversation.parts(),
        ["0: part 1 of 3 of #1", "2: part 2 of 3 of #1", "3: part 3 of 3 of #1"]
    );
    for index in [0, 2, 3] {
        let units = conversation.decode(index).units;
        let joined = units.iter().find(|unit| unit.messages == (0, 3)).expect("the joined packet");
        let bodies: Vec<_> = joined.bodies.iter().map(|body| (&*body.name, body.payload.bytes())).collect();
        assert_eq!(bodies[1..], [("Attachment 0", &b"\x00\xff\x10"[..]), ("Attachment 1", b"\x09")]);
    }
}

#[test]
fn attachments_are_not_joined_after_a_message_that_was_not_recorded() {
    let messages = [
        received(r#"452-["file",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#),
        received_unrecorded(),
        received_binary(b"\xff"),
    ];
    let conversation = Conversation::new(URL, None, &messages);
    assert_eq!(conversation.events(), ["file", "", ""]);
    assert_eq!(conversation.malformed(), [2]);
}

#[test]
fn version_3_marks_binary_messages_by_their_first_byte() {
    let url = "wss://x.test/socket.io/?EIO=3&transport=websocket";
    let messages = [
        received("40"),
        received(r#"451-["file",{"_placeholder":true,"num":0}]"#),
        received_binary(b"\x04\x07\x08"),
        received(r#"44/chat,"Invalid namespace""#),
        sent("40/chat?token=abc,"),
    ];
    let conversation = Conversation::new(url, None, &messages);
    assert_eq!(conversation.events(), ["connect", "file", "file", "connect error /chat", "connect /chat"]);
    assert_eq!(conversation.label().as_deref(), Some("Socket.IO 2 over Engine.IO 3"));
}

#[test]
fn invalid_packets_are_malformed() {
    let messages = [
        sent(r#"42["connect"]"#),
        sent(r#"42{"a":1}"#),
        sent("4"),
        sent("x"),
        sent("42["),
        received(r#"42["ok"]"#),
    ];
    let conversation = Conversation::new(URL, None, &messages);
    assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4]);
    assert_eq!(conversation.events()[5], "ok");
}

#[test]
fn packets_of_the_message_pack_parser_are_decoded() {
    let packet = b"\x84\xa4type\x02\xa3nsp\xa1/\xa2id\x03\xa4data\x92\xa2hi\x81\xa1a\x01";
    let messages =
        [sent_binary(packet), received_binary(b"\x84\xa4type\x03\xa3nsp\xa1/\xa2id\x03\xa4data\x91\x2a")];
    let conversation = Conversation::new(URL, None, &messages);
    assert_eq!(conversation.events(), ["hi", "ack of hi"]);
    assert_eq!(conversation.pairs(), [(0, 1)]);
    assert_eq!(events(URL, &[received_binary(b"\xff")]), [""]);
}

#[test]
fn the_message_pack_parser_has_credentials_and_a_version() {
    let messages = [
        sent_binary(b"\x83\xa4type\x00\xa3nsp\xa1/\xa4data\x81\xa5token\xa2t1"),
        received_binary(b"\x83\xa4type\x00\xa3nsp\xa1/\xa4data\x81\xa3sid\xa1a"),
    ];
    let conversation = Conversation::new(URL, None, &messages);
    assert_eq!(conversation.label().as_deref(), Some("Socket.IO 4 over Engine.IO 4"));
    let bodies = |index| conversation.decode(index).units.remove(0).bodies;
    assert!(bodies(0).iter().all(|body| body.name == "Auth" && body.is_credential));
    assert!(bodies(1).iter().all(|body| !body.is_credential));
}
