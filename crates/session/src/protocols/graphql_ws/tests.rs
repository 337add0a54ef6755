use super::super::test_support::{Conversation, received, sent};

#[test]
fn operations_are_named_and_keep_alives_are_heartbeats() {
    let conversation = Conversation::new(
        "wss://x.test/graphql",
        Some("graphql-ws"),
        &[
            sent(r#"{"type":"connection_init","payload":{"authorization":"t"}}"#),
            received(r#"{"type":"connection_ack"}"#),
            received(r#"{"type":"ka"}"#),
            sent(
                r#"{"id":"1","type":"start","payload":{"query":"subscription OnMsg { msg }","variables":{}}}"#,
            ),
            received(r#"{"id":"1","type":"data","payload":{"data":{"msg":"hi"}}}"#),
            sent(r#"{"id":"1","type":"stop"}"#),
            received(r#"{"id":"1","type":"complete"}"#),
            sent(r#"{"type":"connection_terminate"}"#),
            received(r#"{"id":"1","type":"next","payload":{}}"#),
        ],
    );
    assert_eq!(
        conversation.events(),
        [
            "connection_init",
            "connection_ack",
            "ka",
            "start OnMsg",
            "data OnMsg",
            "stop OnMsg",
            "complete OnMsg",
            "connection_terminate",
            "",
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (3, 4)]);
    assert_eq!(conversation.heartbeats(), [2]);
    assert_eq!(conversation.malformed(), [8]);
    assert_eq!(conversation.recognized(), "graphql-ws by the subprotocol graphql-ws");
    assert_eq!(conversation.label(), None);
    assert!(conversation.decode(0).units[0].bodies[0].is_credential);
}

#[test]
fn the_oldest_messages_are_known() {
    let messages = [
        sent(r#"{"type":"init"}"#),
        received(r#"{"type":"init_success"}"#),
        sent(r#"{"id":0,"type":"subscription_start","query":"subscription S { a }"}"#),
        received(r#"{"id":0,"type":"subscription_success"}"#),
        received(r#"{"id":0,"type":"subscription_data","payload":{}}"#),
        received(r#"{"type":"keepalive"}"#),
        sent(r#"{"id":0,"type":"subscription_end"}"#),
    ];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(conversation.recognized(), "graphql-ws by its first messages");
    assert_eq!(
        conversation.events(),
        [
            "init",
            "init_success",
            "subscription_start S",
            "subscription_success S",
            "subscription_data S",
            "keepalive",
            "subscription_end S",
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3)]);
}

#[test]
fn appsync_has_the_operation_in_a_string_and_its_authorization_is_a_credential() {
    let start = r#"{"id":"a","type":"start","payload":{"data":"{\"query\":\"subscription OnMsg { msg }\",\"variables\":{}}","extensions":{"authorization":{"x-api-key":"k"}}}}"#;
    let conversation = Conversation::new(
        "wss://abc.appsync-realtime-api.eu-west-1.amazonaws.com/graphql",
        Some("graphql-ws"),
        &[
            sent(r#"{"type":"connection_init"}"#),
            received(r#"{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}"#),
            sent(start),
            received(r#"{"id":"a","type":"start_ack"}"#),
            received(r#"{"id":"a","type":"data","payload":{"data":{"msg":"hi"}}}"#),
        ],
    );
    assert_eq!(conversation.events()[2..], ["start OnMsg", "start_ack OnMsg", "data OnMsg"]);
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3)]);
    assert_eq!(conversation.label().as_deref(), Some("AWS AppSync over legacy graphql-ws"));
    let start = &conversation.decode(2).units[0];
    let bodies: Vec<_> = start.bodies.iter().map(|body| (&*body.name, body.is_credential)).collect();
    assert_eq!(bodies, [("Operation", false), ("Extensions", true)]);
    assert!(start.bodies[0].payload.tree().is_some(), "the string is shown as the JSON in it");
    let protocol = super::super::protocol("graphql-ws").expect("a protocol");
    assert_eq!(protocol.close_code(3001), Some("Closed by the AppSync client"));
}
