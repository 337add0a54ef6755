use super::super::test_support::{Conversation, TestMessage, received, received_binary, sent, sent_binary};

const URL: &str = "wss://x.test/";

fn nats(messages: &[TestMessage]) -> Conversation {
    Conversation::decoded_as("nats", URL, messages)
}

fn has_field(conversation: &Conversation, index: u32, name: &str, value: &str) -> bool {
    let fields = conversation.decode(index).units.remove(0).fields;
    fields.iter().any(|field| field.name == name && field.value == value)
}

#[test]
fn operations_are_named_and_paired() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            received_binary(b"INFO {\"server_name\":\"n1\",\"version\":\"2.9.10\"}\r\n"),
            sent_binary(b"CONNECT {\"verbose\":false,\"auth_token\":\"secret\"}\r\nPING\r\n"),
            received_binary(b"PONG\r\n"),
            sent_binary(b"SUB _INBOX.1.* 1\r\nPUB add _INBOX.1.7 2\r\nhi\r\n"),
            received_binary(b"MSG _INBOX.1.7 1 2\r\nok\r\n"),
            received_binary(b"PING\r\n"),
            sent_binary(b"PONG\r\n"),
            sent_binary(b"UNSUB 1 5\r\n"),
            received_binary(b"+OK\r\n"),
        ],
    );
    assert_eq!(conversation.recognized(), "nats by its first messages");
    assert_eq!(
        conversation.events(),
        [
            "INFO",
            "2 frames: CONNECT, heartbeat",
            "PONG",
            "2 frames: SUB _INBOX.1.*, PUB add",
            "reply of PUB add",
            "PING",
            "PONG",
            "UNSUB",
            "+OK"
        ]
    );
    assert_eq!(conversation.pairs(), [(1, 2), (3, 4), (5, 6)]);
    assert_eq!(conversation.heartbeats(), [2, 5, 6]);
    assert!(has_field(&conversation, 0, "server_name", "n1"));
    assert!(has_field(&conversation, 7, "Maximum messages", "5"));
    assert!(conversation.decode(1).units[0].bodies[0].is_credential);
}

#[test]
fn a_payload_can_span_messages() {
    let conversation =
        nats(&[received_binary(b"PONG\r\nMSG a.b 1 _INBOX.1 5\r\nhel"), received_binary(b"lo\r\n")]);
    assert_eq!(conversation.events(), ["PONG", "MSG a.b"]);
    let unit = conversation.decode(1).units.remove(0);
    assert_eq!((unit.messages, unit.bodies[0].payload.text()), ((0, 1), Some("hello")));
    assert_eq!(unit.fields[2].value, "_INBOX.1");
}

#[test]
fn headers_come_before_the_payload() {
    let conversation = nats(&[
        received_binary(b"HMSG a.b 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"),
        sent_binary(b"HPUB a.b re 26 26\r\nNATS/1.0 503\r\nBar: baz\r\n\r\n\r\n"),
        received("-ERR 'Unknown Protocol Operation'\r\n"),
    ]);
    assert!(conversation.malformed().is_empty());
    assert_eq!(conversation.events(), ["HMSG a.b", "HPUB a.b", "-ERR"]);
    assert_eq!(conversation.decode(0).units[0].bodies[0].payload.text(), Some("hi"));
    assert!(has_field(&conversation, 1, "Status", "503") && has_field(&conversation, 1, "Bar", "baz"));
    assert!(has_field(&conversation, 2, "Error", "Unknown Protocol Operation"));
}

#[test]
fn invalid_operations_are_malformed_and_later_ones_are_decoded() {
    let conversation = nats(&[
        sent("HELLO\r\nPING\r\n"),
        sent("PUB a x\r\n"),
        sent("PUB a 2\r\nhello\r\n"),
        sent("PUB 2\r\nhi\r\n"),
        sent("MSG a 1 2 3 4 0\r\n\r\n"),
        sent("HPUB a 9 2\r\nhi\r\n"),
        sent("{\"a\":1}"),
        sent("PUB a 18446744073709551615\r\n"),
        sent_binary(b"SUB a\xff 1\r\n"),
        sent("PUB a 2\r\nhi\r\n"),
    ]);
    assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(conversation.events()[0], "2 frames: , heartbeat");
    assert_eq!(conversation.events()[9], "PUB a");
}
