use super::super::test_support::{
    Conversation, TestMessage, hex, received, received_binary, sent, sent_binary,
};

const URL: &str = "wss://x.test/chat?id=abc";
const HANDSHAKE: &str = "{\"protocol\":\"json\",\"version\":1}\u{1e}";
const PACKED_HANDSHAKE: &str = "{\"protocol\":\"messagepack\",\"version\":1}\u{1e}";

fn packed(messages: &[TestMessage]) -> Conversation {
    let handshake = [sent(PACKED_HANDSHAKE), received("{}\u{1e}")];
    Conversation::new(URL, None, &[&handshake, messages].concat())
}

fn fields(conversation: &Conversation, index: u32) -> Vec<(String, String)> {
    let unit = conversation.decode(index).units.remove(0);
    unit.fields.into_iter().map(|field| (field.name.into_owned(), field.value)).collect()
}

#[test]
fn json_messages_are_split_named_and_paired() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            sent(HANDSHAKE),
            received("{}\u{1e}{\"type\":6}\u{1e}"),
            sent("{\"type\":1,\"invocationId\":\"0\",\"target\":\"Send\",\"arguments\":[\"hi\",42]}\u{1e}"),
            received("{\"type\":6}\u{1e}"),
            received("{\"type\":3,\"invocationId\":\"0\",\"result\":{\"ok\":true}}\u{1e}"),
            sent("{\"type\":4,\"invocationId\":\"1\",\"target\":\"Counter\",\"arguments\":[]}\u{1e}"),
            received("{\"type\":2,\"invocationId\":\"1\",\"item\":5}\u{1e}"),
            received("{\"type\":3,\"invocationId\":\"1\"}\u{1e}"),
            received("{\"type\":1,\"target\":\"Notify\",\"arguments\":[1]}\u{1e}"),
        ],
    );
    assert_eq!(conversation.recognized(), "signalr by its first messages");
    assert_eq!(conversation.label().as_deref(), Some("SignalR with JSON"));
    assert_eq!(
        conversation.events(),
        [
            "handshake",
            "2 frames: handshake, heartbeat",
            "Send",
            "ping",
            "result of Send",
            "Counter",
            "item of Counter",
            "completion of Counter",
            "Notify"
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (2, 4), (5, 6)]);
    assert_eq!(conversation.heartbeats(), [3]);
    let units = conversation.decode(1).units;
    assert_eq!((units[0].bytes.clone(), units[1].bytes.clone()), (0..3, 3..14));
    assert_eq!(conversation.decode(2).units[0].bodies[0].payload.text(), Some(r#"["hi",42]"#));
}

#[test]
fn message_pack_messages_are_the_same() {
    let conversation = packed(&[
        sent_binary(&hex("0f 95 01 80 a1 30 a4 53 65 6e 64 92 a2 68 69 2a")),
        received_binary(&hex("0b 95 03 80 a1 30 03 81 a2 6f 6b c3")),
        sent_binary(&hex("0f 95 01 80 a1 30 a4 53 65 6e 64 92 a2 68 69 2a")),
        received_binary(&hex("06 94 03 80 a1 30 02")),
        sent_binary(&hex("0f 95 01 80 a1 30 a4 53 65 6e 64 92 a2 68 69 2a")),
        received_binary(&hex("0b 95 03 80 a1 30 01 a4 62 6f 6f 6d")),
        received_binary(&hex("02 91 06 03 92 08 09 03 92 09 0a 03 92 07 c0")),
        sent_binary(&hex("02 91 06")),
    ]);
    assert_eq!(conversation.label().as_deref(), Some("SignalR with MessagePack"));
    assert_eq!(
        conversation.events()[2..],
        [
            "Send",
            "result of Send",
            "Send",
            "completion of Send",
            "Send",
            "error of Send",
            "4 frames: heartbeat, ack, sequence, close",
            "ping"
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3), (4, 5), (6, 7)]);
    assert_eq!(conversation.heartbeats(), [9]);
    assert!(fields(&conversation, 7).contains(&("Error".into(), "boom".into())));
    let units = conversation.decode(8).units;
    let sequences: Vec<_> = units[1..3].iter().map(|unit| unit.fields[1].value.as_str()).collect();
    assert_eq!(sequences, ["9", "10"]);
}

#[test]
fn a_length_can_take_several_bytes() {
    let mut message = hex("d1 01 95 01 80 c0 a4 53 65 6e 64 91 d9 c5");
    message.resize(2 + 209, b'x');
    let conversation = packed(&[sent_binary(&message)]);
    assert_eq!(conversation.events()[2], "Send");
    assert_eq!(conversation.decode(2).units[0].bytes, 0..211);
}

#[test]
fn a_handshake_can_be_binary_and_be_followed_by_messages() {
    let mut first = PACKED_HANDSHAKE.as_bytes().to_vec();
    first.extend(hex("02 91 06"));
    let conversation = Conversation::new(
        URL,
        None,
        &[sent_binary(&first), received_binary(b"{\"error\":\"no such protocol\"}\x1e")],
    );
    assert_eq!(conversation.events(), ["2 frames: handshake, heartbeat", "handshake error"]);
}

#[test]
fn items_of_an_uploaded_stream_and_cancellations_are_named_after_their_invocation() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            sent("{\"type\":1,\"target\":\"Upload\",\"arguments\":[],\"streamIds\":[\"7\"]}\u{1e}"),
            sent("{\"type\":2,\"invocationId\":\"7\",\"item\":1}\u{1e}"),
            sent("{\"type\":3,\"invocationId\":\"7\"}\u{1e}"),
            sent("{\"type\":3,\"invocationId\":\"7\"}\u{1e}"),
            sent("{\"type\":5,\"invocationId\":\"8\"}\u{1e}"),
            sent("{\"type\":4,\"invocationId\":\"9\",\"target\":\"Count\",\"arguments\":[]}\u{1e}"),
            sent("{\"type\":5,\"invocationId\":\"9\"}\u{1e}"),
        ],
    );
    assert_eq!(
        conversation.events(),
        [
            "Upload",
            "item of Upload",
            "completion of Upload",
            "completion",
            "cancel",
            "Count",
            "cancel of Count"
        ]
    );
}

#[test]
fn render_batches_of_blazor_show_their_size_and_are_paired() {
    let render = hex("18 95 01 80 a0 ae 4a53 2e 52 65 6e 64 65 72 42 61 74 63 68 92 02 c4 01 07");
    let completed = hex("19 95 01 80 c0 b1 4f6e52656e646572436f6d706c65746564 92 02 c0");
    let messages = [
        sent("{\"protocol\":\"blazorpack\",\"version\":1}\u{1e}"),
        received("{}\u{1e}"),
        received_binary(&render),
        sent_binary(&completed),
    ];
    let conversation = Conversation::new("wss://x.test/_blazor?id=1", None, &messages);
    assert_eq!(conversation.recognized(), "signalr by the URL");
    assert_eq!(conversation.label().as_deref(), Some("Blazor Server over SignalR"));
    assert_eq!(conversation.events()[2..], ["JS.RenderBatch", "OnRenderCompleted"]);
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3)]);
    assert_eq!(
        fields(&conversation, 2)[1..],
        [("Batch".into(), "2".into()), ("Size".into(), "1 byte".into())]
    );
}

#[test]
fn invalid_messages_are_malformed() {
    let conversation = Conversation::decoded_as(
        "signalr",
        URL,
        &[
            sent("{\"type\":1,\"target\":\"A\"}"),
            sent("[]\u{1e}{\"type\":6}\u{1e}"),
            sent("{\"type\":99}\u{1e}"),
            sent("{\"type\":3}\u{1e}"),
            sent_binary(&hex("05 91 06")),
            sent_binary(&hex("ff ff ff ff ff ff")),
            sent_binary(&hex("02 06 06")),
            sent_binary(&hex("06 94 03 80 a1 30 07")),
            sent("{\"type\":6}\u{1e}"),
        ],
    );
    assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(conversation.events()[1], "2 frames: , heartbeat");
    assert_eq!(conversation.heartbeats(), [8]);
}
