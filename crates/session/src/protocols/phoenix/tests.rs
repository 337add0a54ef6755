use super::super::test_support::{Conversation, hex, received, received_binary, sent, sent_binary};

const URL: &str = "wss://x.test/socket/websocket?vsn=2.0.0&token=t";

#[test]
fn version_2_is_named_by_event_and_topic() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            sent(r#"["1","1","room:7","phx_join",{"access_token":"t"}]"#),
            received(r#"["1","1","room:7","phx_reply",{"status":"ok","response":{}}]"#),
            sent(r#"["1","3","room:7","new_msg",{"body":"hi"}]"#),
            received(r#"["1","3","room:7","phx_reply",{"status":"ok","response":{}}]"#),
            sent(r#"[null,"9","phoenix","heartbeat",{}]"#),
            received(r#"[null,"9","phoenix","phx_reply",{"status":"ok","response":{}}]"#),
            received(r#"[null,null,"room:7","new_msg",{"body":"ho"}]"#),
            received(r#"["1","1","room:7","phx_close",{}]"#),
            received(r#"["1","77","room:7","phx_reply",{"status":"error","response":{}}]"#),
            sent(r#"["1","4","room:7"]"#),
            sent(r#"["1",{},"room:7","x",{}]"#),
        ],
    );
    assert_eq!(
        conversation.events(),
        [
            "phx_join · room:7",
            "phx_reply ok of phx_join · room:7",
            "new_msg · room:7",
            "phx_reply ok of new_msg · room:7",
            "heartbeat",
            "phx_reply ok of heartbeat",
            "new_msg · room:7",
            "phx_close · room:7",
            "phx_reply error · room:7",
            "",
            "",
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3), (4, 5)]);
    assert_eq!(conversation.heartbeats(), [4, 5]);
    assert_eq!(conversation.malformed(), [9, 10]);
    assert_eq!(conversation.recognized(), "phoenix by the URL");
    assert_eq!(conversation.label().as_deref(), Some("Phoenix channels (serializer 2)"));
    assert!(conversation.decode(0).units[0].bodies[0].is_credential);
    assert!(!conversation.decode(2).units[0].bodies[0].is_credential);
}

#[test]
fn version_1_is_an_object() {
    let messages = [
        sent(r#"{"topic":"room:7","event":"phx_join","payload":{},"ref":"1","join_ref":"1"}"#),
        received(
            r#"{"topic":"room:7","event":"phx_reply","payload":{"status":"ok","response":{}},"ref":"1"}"#,
        ),
        received(r#"{"topic":"room:7","event":"new_msg","payload":{},"ref":null}"#),
        sent(r#"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"2"}"#),
    ];
    let conversation = Conversation::new("wss://x.test/", None, &messages);
    assert_eq!(conversation.recognized(), "phoenix by its first messages");
    assert_eq!(
        conversation.events(),
        ["phx_join · room:7", "phx_reply ok of phx_join · room:7", "new_msg · room:7", "heartbeat"]
    );
    assert_eq!((conversation.pairs(), conversation.heartbeats()), (vec![(0, 1)], vec![3]));
}

#[test]
fn binary_messages_are_read_by_their_direction() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            sent_binary(&hex("00 01 01 03 02 31 34 74 3a 31 75 70 01 02 ff")),
            received_binary(&hex("00 01 03 02 31 74 3a 31 64 6e 05")),
            received_binary(&hex("01 01 01 03 02 31 34 74 3a 31 6f 6b 07 08")),
            received_binary(&hex("02 03 02 74 3a 31 62 63 06")),
            received_binary(&hex("00 01 03 ff 31 74 3a 31 64 6e 05")),
            received_binary(&hex("03 01")),
            received_binary(&[]),
            received_binary(&hex("02 01 01 ff fe")),
        ],
    );
    assert_eq!(
        conversation.events(),
        ["up · t:1", "dn · t:1", "phx_reply ok of up · t:1", "bc · t:1", "", "", "", ""]
    );
    assert_eq!(conversation.pairs(), [(0, 2)]);
    assert_eq!(conversation.malformed(), [4, 5, 6, 7]);
    let payload = |index| conversation.decode(index).units[0].bodies[0].payload.bytes().to_vec();
    assert_eq!([payload(0), payload(1), payload(2)], [vec![1, 2, 0xff], vec![5], vec![7, 8]]);
    assert_eq!(payload(3), [6]);
}

#[test]
fn broadcasts_of_supabase_are_decoded() {
    let mut broadcast = hex("04 0d 03 00 01");
    broadcast.extend_from_slice(b"realtime:roomcur{\"x\":1}");
    let mut own = hex("03 01 01 0d 03 02 01");
    own.extend_from_slice(b"12realtime:roomcur{}{\"x\":2}");
    let messages = [
        sent(r#"{"topic":"realtime:room","event":"phx_join","payload":{},"ref":"1"}"#),
        received_binary(&broadcast),
        sent_binary(&own),
        received(
            r#"{"topic":"realtime:room","event":"broadcast","payload":{"event":"cur","type":"broadcast","payload":{}},"ref":null}"#,
        ),
    ];
    let url = "wss://p.supabase.test/realtime/v1/websocket?apikey=k&vsn=2.0.0";
    let conversation = Conversation::new(url, None, &messages);
    assert_eq!(
        conversation.events()[1..],
        ["broadcast cur · realtime:room", "broadcast cur · realtime:room", "broadcast cur · realtime:room"]
    );
    assert_eq!(conversation.label().as_deref(), Some("Supabase Realtime (serializer 1)"));
    let unit = &conversation.decode(1).units[0];
    assert_eq!(unit.bodies[0].payload.text(), Some(r#"{"x":1}"#));
    let unit = &conversation.decode(2).units[0];
    let bodies: Vec<_> = unit.bodies.iter().map(|body| (&*body.name, body.payload.text())).collect();
    assert_eq!(bodies, [("Metadata", Some("{}")), ("Payload", Some(r#"{"x":2}"#))]);
    assert_eq!(conversation.unanswered(), [0, 2]);
}

#[test]
fn broadcasts_are_requests_only_in_topics_that_acknowledge_them() {
    let join = |topic, broadcast| {
        sent(&format!(r#"["1","1","{topic}","phx_join",{{"config":{{"broadcast":{broadcast}}}}}]"#))
    };
    let broadcast = |topic| sent(&format!(r#"["1","2","{topic}","broadcast",{{"event":"cur"}}]"#));
    let joined = |settings| {
        let messages = [join("realtime:a", settings), received("[]"), broadcast("realtime:a")];
        Conversation::decoded_as("phoenix", "wss://x.test/", &messages).unanswered()
    };
    assert_eq!(joined(r#"{"ack":false,"self":true}"#), [0]);
    assert_eq!(joined(r#"{"ack":true}"#), [0, 2]);
}
