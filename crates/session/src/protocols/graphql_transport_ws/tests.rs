use super::super::test_support::{Conversation, received, sent};

const SUBSCRIBE: &str = r#"{"id":"1","type":"subscribe","payload":{"operationName":"OnMsg","query":"subscription OnMsg { msg }","variables":{}}}"#;

#[test]
fn operations_are_named_and_paired_with_their_first_result() {
    let conversation = Conversation::new(
        "wss://x.test/graphql",
        Some("graphql-transport-ws"),
        &[
            sent(r#"{"type":"connection_init","payload":{"token":"t"}}"#),
            received(r#"{"type":"connection_ack"}"#),
            sent(SUBSCRIBE),
            received(r#"{"type":"ping"}"#),
            sent(r#"{"type":"pong"}"#),
            received(r#"{"id":"1","type":"next","payload":{"data":{"msg":"hi"}}}"#),
            received(r#"{"id":"1","type":"next","payload":{"data":{"msg":"ho"}}}"#),
            received(r#"{"id":"1","type":"complete"}"#),
            sent(r#"{"id":"2","type":"subscribe","payload":{"query":"{ me }"}}"#),
            received(r#"{"id":"2","type":"error","payload":[{"message":"no"}]}"#),
            sent(SUBSCRIBE),
            sent(r#"{"id":"1","type":"complete"}"#),
        ],
    );
    assert_eq!(
        conversation.events(),
        [
            "connection_init",
            "connection_ack",
            "subscribe OnMsg",
            "ping",
            "pong",
            "next OnMsg",
            "next OnMsg",
            "complete OnMsg",
            "subscribe me",
            "error me",
            "subscribe OnMsg",
            "complete OnMsg",
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (2, 5), (3, 4), (8, 9)]);
    assert_eq!(conversation.heartbeats(), [3, 4]);
    assert_eq!(conversation.malformed(), [] as [u32; 0]);
    assert_eq!(conversation.recognized(), "graphql-transport-ws by the subprotocol graphql-transport-ws");
    let init = conversation.decode(0).units;
    assert!(init[0].bodies.iter().all(|body| body.is_credential));
    let subscribe = conversation.decode(2).units;
    let bodies: Vec<_> = subscribe[0].bodies.iter().map(|body| (&*body.name, body.payload.text())).collect();
    assert_eq!(bodies[0], ("Query", Some("subscription OnMsg { msg }")));
}

#[test]
fn messages_of_the_legacy_protocol_are_malformed() {
    let messages = [
        received(r#"{"type":"data","id":"1","payload":{}}"#),
        received(r#"{"type":"next","payload":{}}"#),
        received(r#"{"type":"error","id":"1","payload":{}}"#),
        sent(r#"{"type":"subscribe","id":"1","payload":{}}"#),
        sent("{"),
        received(r#"{"id":"1","type":"next","payload":{"data":1}}"#),
    ];
    let conversation = Conversation::new("wss://x.test/", Some("graphql-transport-ws"), &messages);
    assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4]);
    assert_eq!(conversation.events()[5], "next");
}

#[test]
fn the_protocol_is_recognized_by_its_messages() {
    let messages = [sent(r#"{"type":"connection_init"}"#), sent(SUBSCRIBE)];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(conversation.recognized(), "graphql-transport-ws by its first messages");
}

#[test]
fn close_codes_have_a_meaning() {
    let protocol = super::super::protocol("graphql-transport-ws").expect("a protocol");
    assert_eq!(protocol.close_code(4409), Some("Subscriber for this id already exists"));
    assert_eq!(protocol.close_code(4999), None);
}
