use super::super::test_support::{
    Conversation, TestMessage, hex, received, received_binary, sent, sent_binary,
};

const URL: &str = "wss://x.test/ws";
const CALL: &str = "95 30 ce 00 77 3b f7 80 ab 63 6f 6d 2e 61 70 70 2e 61 64 64 92 02 03";

fn wamp(subprotocol: &str, messages: &[TestMessage]) -> Conversation {
    Conversation::new(URL, Some(subprotocol), messages)
}

#[test]
fn messages_are_named_after_topics_and_procedures_and_paired() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            sent(r#"[1,"realm1",{"roles":{}}]"#),
            received(r#"[2,4711,{"roles":{}}]"#),
            sent(r#"[32,1,{},"com.a.t"]"#),
            received("[33,1,55]"),
            received(r#"[36,55,9,{},["x"]]"#),
            sent(r#"[48,7814135,{},"com.app.add",[2,3]]"#),
            received("[50,7814135,{\"progress\":true},[4]]"),
            received("[50,7814135,{},[5]]"),
            sent(r#"[48,7814136,{},"com.app.sub"]"#),
            received(r#"[8,48,7814136,{},"wamp.error.no_such_procedure"]"#),
            sent(r"[34,2,55]"),
            received("[35,2]"),
            received(r#"[36,55,10,{},["x"]]"#),
        ],
    );
    assert_eq!(conversation.recognized(), "wamp by its first messages");
    assert_eq!(
        conversation.events(),
        [
            "HELLO realm1",
            "WELCOME",
            "SUBSCRIBE com.a.t",
            "SUBSCRIBED of com.a.t",
            "EVENT com.a.t",
            "CALL com.app.add",
            "RESULT of com.app.add",
            "RESULT of com.app.add",
            "CALL com.app.sub",
            "ERROR of com.app.sub",
            "UNSUBSCRIBE com.a.t",
            "UNSUBSCRIBED of com.a.t",
            "EVENT"
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3), (5, 6), (8, 9), (10, 11)]);
    assert_eq!(conversation.partner(7), Some(5));
    let unit = conversation.decode(5).units.remove(0);
    assert_eq!(unit.bodies[0].payload.text(), Some("[2,3]"));
}

#[test]
fn a_procedure_is_registered_and_invoked() {
    let conversation = wamp(
        "wamp.2.json",
        &[
            sent(r#"[64,1,{},"com.app.add"]"#),
            received("[65,1,7]"),
            received("[68,100,7,{},[1]]"),
            sent("[70,100,{},[2]]"),
            received(r#"[68,101,8,{"procedure":"com.app.any"}]"#),
            sent(r#"[8,68,101,{},"com.error"]"#),
            sent(r#"[16,5,{},"com.t"]"#),
            sent(r#"[16,6,{"acknowledge":true},"com.t"]"#),
            received("[17,6,1]"),
            sent(r#"[6,{},"wamp.close.normal"]"#),
            received(r#"[6,{},"wamp.close.goodbye_and_out"]"#),
        ],
    );
    assert_eq!(conversation.recognized(), "wamp by the subprotocol wamp.2.json");
    assert_eq!(
        conversation.events(),
        [
            "REGISTER com.app.add",
            "REGISTERED of com.app.add",
            "INVOCATION com.app.add",
            "YIELD of com.app.add",
            "INVOCATION com.app.any",
            "ERROR of com.app.any",
            "PUBLISH com.t",
            "PUBLISH com.t",
            "PUBLISHED of com.t",
            "GOODBYE",
            "GOODBYE"
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3), (4, 5), (7, 8), (9, 10)]);
    assert!(conversation.unanswered().is_empty());
}

#[test]
fn message_pack_is_decoded_alike() {
    let result = received_binary(&hex("94 32 ce 00 77 3b f7 80 91 05"));
    for subprotocol in [Some("wamp.2.msgpack"), None] {
        let conversation = Conversation::new(URL, subprotocol, &[sent_binary(&hex(CALL)), result.clone()]);
        assert_eq!(conversation.events(), ["CALL com.app.add", "RESULT of com.app.add"]);
        assert_eq!(conversation.pairs(), [(0, 1)]);
    }
}

#[test]
fn cbor_is_decoded_alike() {
    let call = "85 18 30 1a 00 77 3b f7 a0 6b 63 6f 6d 2e 61 70 70 2e 61 64 64 82 02 03";
    let result = received_binary(&hex("84 18 32 1a 00 77 3b f7 a0 81 05"));
    let conversation = wamp("wamp.2.cbor", &[sent_binary(&hex(call)), result]);
    assert_eq!(conversation.events(), ["CALL com.app.add", "RESULT of com.app.add"]);
    assert_eq!(conversation.pairs(), [(0, 1)]);
}

#[test]
fn an_encoding_that_is_not_decoded_is_named_as_the_reason() {
    let conversation = wamp("wamp.2.ubjson", &[sent_binary(b"[")]);
    assert_eq!(conversation.malformed(), [0]);
}

#[test]
fn batches_are_split() {
    let batch = "[36,55,9,{\"topic\":\"com.a\"}]\u{18}[36,55,9,{\"topic\":\"com.b\"}]\u{1e}";
    let conversation = wamp("wamp.2.json.batched", &[received(batch)]);
    assert_eq!(conversation.events(), ["2 frames: EVENT com.a, EVENT com.b"]);
    let mut bytes = vec![0, 0, 0, 23];
    bytes.extend(hex(CALL));
    bytes.extend(bytes.clone());
    let conversation = wamp("wamp.2.msgpack.batched", &[sent_binary(&bytes)]);
    assert_eq!(conversation.events(), ["2 frames: CALL com.app.add, CALL com.app.add"]);
    let units = conversation.decode(0).units;
    assert_eq!((units[0].bytes.clone(), units[1].bytes.clone()), (4..27, 31..54));
}

#[test]
fn invalid_messages_are_malformed() {
    let conversation = wamp(
        "wamp.2.json",
        &[
            sent("{}"),
            sent("[99]"),
            sent("[48,1]"),
            sent(r#"[48,"1",{},"a"]"#),
            sent("[48,1,{},2]"),
            sent("["),
            sent(r#"[48,1,{},"a"]"#),
        ],
    );
    assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4, 5]);
    assert_eq!(conversation.events()[6], "CALL a");
    let batched = wamp("wamp.2.msgpack.batched", &[sent_binary(&hex("00 00 00 05 90"))]);
    assert_eq!(batched.malformed(), [0]);
}
