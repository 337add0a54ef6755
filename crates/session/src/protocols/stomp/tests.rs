use super::super::test_support::{Conversation, TestMessage, received, received_binary, sent, sent_binary};

const URL: &str = "wss://x.test/ws";

fn stomp(messages: &[TestMessage]) -> Conversation {
    Conversation::new(URL, Some("v12.stomp"), messages)
}

fn fields(conversation: &Conversation, index: u32, nth: usize) -> Vec<(String, String)> {
    let unit = conversation.decode(index).units.remove(nth);
    unit.fields.into_iter().map(|field| (field.name.into_owned(), field.value)).collect()
}

fn field(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

#[test]
fn connecting_is_a_request_whose_headers_have_no_escapes() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            sent(
                "CONNECT\naccept-version:1.2,1.1,1.0\nheart-beat:10000,10000\nhost:a:b\\n\npasscode:p\n\n\0",
            ),
            received("CONNECTED\nversion:1.1\nheart-beat:0,0\n\n\0"),
            sent("\n"),
        ],
    );
    assert_eq!(conversation.recognized(), "stomp by its first messages");
    assert_eq!(conversation.events(), ["CONNECT", "CONNECTED", "heartbeat"]);
    assert_eq!(conversation.pairs(), [(0, 1)]);
    assert_eq!(conversation.heartbeats(), [2]);
    assert_eq!(conversation.label().as_deref(), Some("STOMP 1.1"));
    assert_eq!(fields(&conversation, 0, 0)[3], field("host", "a:b\\n"));
    let passcode = conversation.decode(0).units[0].fields[4].clone();
    assert!(passcode.is_credential && passcode.name == "passcode");
}

#[test]
fn headers_are_unescaped_in_one_pass_and_the_body_is_counted_in_bytes() {
    let frame =
        "SEND\ndestination:/topic/a\\cb\nreceipt:r-1\nnote:x\\\\y\\nz\ncontent-length:10\n\n{\"v\":\"é\"}\0";
    let conversation = stomp(&[sent(frame), received("RECEIPT\nreceipt-id:r-1\n\n\0")]);
    assert_eq!(conversation.recognized(), "stomp by the subprotocol v12.stomp");
    assert_eq!(conversation.events(), ["SEND /topic/a:b", "RECEIPT of SEND /topic/a:b"]);
    assert_eq!(conversation.pairs(), [(0, 1)]);
    assert_eq!(fields(&conversation, 0, 0)[3], field("note", "x\\y\nz"));
    let unit = conversation.decode(0).units.remove(0);
    assert_eq!(unit.bodies[0].payload.text(), Some(r#"{"v":"é"}"#));
}

#[test]
fn a_message_can_have_several_frames_and_heartbeats() {
    let frames = "\nMESSAGE\r\nsubscription:0\nfoo:first\nfoo:second\ncontent-length:3\n\na\0b\0\n\nRECEIPT\nreceipt-id:r-1\n\n\0";
    for message in [received(frames), received_binary(frames.as_bytes())] {
        let conversation = stomp(&[message]);
        assert_eq!(conversation.events(), ["5 frames: heartbeat, MESSAGE, heartbeat, heartbeat, …"]);
        assert!(conversation.heartbeats().is_empty() && conversation.malformed().is_empty());
        let units = conversation.decode(0).units;
        assert_eq!(units[1].bodies[0].payload.bytes(), b"a\0b");
        assert_eq!(fields(&conversation, 0, 1)[2..4], [field("foo", "first"), field("foo", "second")]);
        assert_eq!((units[1].bytes.end, units[2].bytes.clone()), (units[2].bytes.start, 68..69));
        assert_eq!(units[4].event, "RECEIPT");
    }
}

#[test]
fn a_frame_can_take_several_messages() {
    let conversation = stomp(&[
        sent_binary(b"SEND\ndestination:/queue/a\ncontent-le"),
        received("\n"),
        sent_binary(b"ngth:5\n\nhe"),
        sent_binary(b"llo\0\nSEND\ndestination:/queue/b\n\nx"),
        sent_binary(b"y\0"),
    ]);
    assert_eq!(
        conversation.events(),
        ["", "heartbeat", "", "2 frames: SEND /queue/a, heartbeat", "SEND /queue/b"]
    );
    assert_eq!(
        conversation.parts(),
        ["0: part 1 of #1", "2: part 2 of #1", "3: part 1 of #4", "4: part 2 of 2 of #4"]
    );
    for index in [0, 2, 3] {
        let unit = conversation.decode(index).units.remove(0);
        assert_eq!((unit.messages, unit.bytes), ((0, 3), 0..4));
        assert_eq!(unit.bodies[0].payload.text(), Some("hello"));
    }
}

#[test]
fn messages_are_paired_with_subscriptions_and_acknowledgments() {
    let conversation = stomp(&[
        sent("SUBSCRIBE\nid:0\ndestination:/t\nreceipt:s-0\n\n\0"),
        received("RECEIPT\nreceipt-id:s-0\n\n\0"),
        sent("SUBSCRIBE\nid:1\ndestination:/q\nack:client-individual\n\n\0"),
        received("MESSAGE\nsubscription:0\nmessage-id:7\ndestination:/t\n\nhi\0"),
        received("MESSAGE\nsubscription:1\nmessage-id:8\nack:a8\ndestination:/q\n\nhi\0"),
        sent("ACK\nid:a8\n\n\0"),
        received("MESSAGE\nsubscription:1\nmessage-id:9\ndestination:/q\n\nhi\0"),
        sent("NACK\nmessage-id:9\nsubscription:1\n\n\0"),
        sent("UNSUBSCRIBE\nid:1\n\n\0"),
        sent("SEND\ndestination:/x\nreceipt:r\n\n\0"),
        received("ERROR\nreceipt-id:r\nmessage:no\n\n\0"),
    ]);
    assert_eq!(
        conversation.events(),
        [
            "SUBSCRIBE /t",
            "RECEIPT of SUBSCRIBE /t",
            "SUBSCRIBE /q",
            "MESSAGE /t",
            "MESSAGE /q",
            "ACK of MESSAGE /q",
            "MESSAGE /q",
            "NACK of MESSAGE /q",
            "UNSUBSCRIBE /q",
            "SEND /x",
            "ERROR of SEND /x"
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (4, 5), (6, 7), (9, 10)]);
    assert_eq!(conversation.partner(3), Some(0));
}

#[test]
fn an_error_before_the_connection_replies_to_the_request_for_it() {
    let conversation =
        stomp(&[sent("CONNECT\naccept-version:1.2\n\n\0"), received("ERROR\nmessage:bad credentials\n\n\0")]);
    assert_eq!(conversation.pairs(), [(0, 1)]);
}

#[test]
fn a_server_without_a_version_speaks_version_1_0() {
    let conversation = Conversation::new(
        URL,
        None,
        &[received("CONNECTED\nsession:1\n\n\0"), sent("SEND\ndestination: /q\\c \n\n\0")],
    );
    assert_eq!(conversation.label().as_deref(), Some("STOMP 1.0"));
    assert_eq!(conversation.events(), ["CONNECTED", "SEND /q\\c"]);
}

#[test]
fn bytes_that_are_not_frames_are_malformed() {
    let conversation = stomp(&[
        sent("hello"),
        sent("SEND\ndestination:/a\0SEND\ndestination:/b\n\n\0"),
        sent("SEND\ndestination:/a\ncontent-length:1\n\nhello\0SEND\ndestination:/c\n\n\0"),
        sent_binary(b"SEND\ndestination:\xff\n\n\0"),
        sent("SEND\ncontent-length:18446744073709551615\n\n"),
        sent("send\n\n\0"),
        sent("SEND\ndestination:/d\n\n\0"),
    ]);
    assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4, 5]);
    assert_eq!(conversation.events()[1..3], ["2 frames: , SEND /b", "2 frames: , SEND /c"]);
    assert_eq!(conversation.events()[6], "SEND /d");
    let reason = conversation.decode(0).units[0].problem.clone();
    assert_eq!(reason.as_deref(), Some("Not a STOMP command; the bytes before may not have been recorded"));
}

#[test]
fn stomp_is_decoded_within_sock_js() {
    let conversation = Conversation::new(
        "wss://x.test/ws/123/abc/websocket",
        None,
        &[
            received("o"),
            sent(r#"["CONNECT\naccept-version:1.2\n\n\u0000"]"#),
            received(r#"a["CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\u0000"]"#),
            sent(r#"["SUBSCRIBE\nid:0\ndestination:/t\n\n\u0000"]"#),
            received(r#"a["MESSAGE\nsubscription:0\ndestination:/t\n\nhi\u0000"]"#),
            received("h"),
            received(r#"a["\n"]"#),
        ],
    );
    assert_eq!(conversation.recognized(), "sockjs by the URL");
    assert_eq!(conversation.label().as_deref(), Some("STOMP 1.2 over SockJS"));
    assert_eq!(
        conversation.events(),
        ["open", "CONNECT", "CONNECTED", "SUBSCRIBE /t", "MESSAGE /t", "heartbeat", "heartbeat"]
    );
    assert_eq!(conversation.pairs(), [(1, 2), (3, 4)]);
    assert_eq!(conversation.heartbeats(), [5, 6]);
}
