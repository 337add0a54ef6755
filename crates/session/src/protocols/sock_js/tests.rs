use super::super::test_support::{Conversation, received, received_binary, sent};

const URL: &str = "wss://x.test/echo/123/k3j2h1/websocket";

#[test]
fn packets_of_the_transport_are_named() {
    let messages = [received("o"), received("h"), received(r#"c[2010,"Another connection still open"]"#)];
    let conversation = Conversation::new(URL, None, &messages);
    assert_eq!(conversation.recognized(), "sockjs by the URL");
    assert_eq!(conversation.events(), ["open", "heartbeat", "close"]);
    assert_eq!(conversation.heartbeats(), [1]);
    let fields = conversation.decode(2).units.remove(0).fields;
    let fields: Vec<_> = fields.iter().map(|field| (&*field.name, &*field.value)).collect();
    assert_eq!(fields, [("Code", "2010"), ("Reason", "Another connection still open")]);
}

#[test]
fn items_are_decoded_as_messages_of_their_own_protocol() {
    let messages = [
        received("o"),
        sent(r#"["{\"type\":\"join\",\"room\":1}"]"#),
        received(r#"a["{\"type\":\"state\"}","{\"type\":\"tick\",\"n\":1}"]"#),
        received(r#"m"{\"type\":\"tick\",\"n\":2}""#),
        sent(r#""{\"type\":\"leave\"}""#),
    ];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(conversation.recognized(), "sockjs by its first messages");
    assert_eq!(conversation.events(), ["open", "join", "2 frames: state, tick", "tick", "leave"]);
    assert_eq!(conversation.label().as_deref(), Some("JSON over SockJS"));
    let units = conversation.decode(2).units;
    let raw = r#"a["{\"type\":\"state\"}","{\"type\":\"tick\",\"n\":1}"]"#;
    assert_eq!(&raw[units[1].bytes.clone()], r#""{\"type\":\"tick\",\"n\":1}""#);
    assert_eq!(units[1].bodies[0].payload.text(), Some(r#"{"type":"tick","n":1}"#));
}

#[test]
fn items_without_a_known_protocol_are_shown_as_they_are() {
    let conversation = Conversation::new(URL, None, &[received("o"), received(r#"a["hello","you"]"#)]);
    assert_eq!(conversation.label(), None);
    let units = conversation.decode(1).units;
    let texts: Vec<_> = units.iter().map(|unit| unit.bodies[0].payload.text()).collect();
    assert_eq!(texts, [Some("hello"), Some("you")]);
}

#[test]
fn invalid_packets_are_malformed() {
    let messages = [
        received("o"),
        received("a[1]"),
        received("x"),
        received("c[]"),
        sent("a[]"),
        received_binary(b"o"),
        received("h"),
    ];
    let conversation = Conversation::decoded_as("sockjs", URL, &messages);
    assert_eq!(conversation.malformed(), [1, 2, 3, 4, 5]);
    assert_eq!(conversation.heartbeats(), [6]);
}

#[test]
fn a_path_without_a_server_number_is_not_that_of_sockjs() {
    let messages = [received(r#"{"a":1}"#)];
    for path in ["/12/abc/websocket", "/123/abc", "/123//websocket", "/abc/x/websocket"] {
        let conversation = Conversation::new(&format!("wss://x.test{path}"), None, &messages);
        assert_eq!(conversation.recognized(), "json by its first messages");
    }
}

#[test]
fn ddp_is_decoded_within_sock_js() {
    let conversation = Conversation::new(
        "wss://x.test/sockjs/123/abc/websocket",
        None,
        &[
            received("o"),
            sent(r#"["{\"msg\":\"connect\",\"version\":\"1\",\"support\":[\"1\"]}"]"#),
            received(r#"a["{\"msg\":\"connected\",\"session\":\"s\"}"]"#),
            sent(r#"["{\"msg\":\"sub\",\"id\":\"1\",\"name\":\"tasks\",\"params\":[]}"]"#),
            received(r#"a["{\"msg\":\"ready\",\"subs\":[\"1\"]}"]"#),
            received(r#"a["{\"msg\":\"ping\"}"]"#),
        ],
    );
    assert_eq!(conversation.recognized(), "sockjs by the URL");
    assert_eq!(conversation.label().as_deref(), Some("DDP (Meteor) over SockJS"));
    assert_eq!(conversation.pairs(), [(1, 2), (3, 4)]);
    assert_eq!(conversation.heartbeats(), [5]);
}
