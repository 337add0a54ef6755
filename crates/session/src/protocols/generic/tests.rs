use super::super::test_support::{Conversation, hex, received, received_binary, sent, sent_binary};

const URL: &str = "wss://x.test/";

#[test]
fn the_key_that_names_the_kind_is_the_event() {
    let messages = [
        sent(r#"{"op":"subscribe","name":"a"}"#),
        received(r#"{"op":"tick","name":"b","price":1}"#),
        received(r#"{"op":"tick","name":"c","price":2}"#),
        received(r#"{"op":"tick","name":"d","price":3}"#),
        received(r#"{"op":"tick","name":"e","price":3}"#),
        received(r#"["list",1]"#),
        received(r#"{"only":{}}"#),
    ];
    let conversation = Conversation::decoded_as("json", URL, &messages);
    assert_eq!(conversation.events(), ["subscribe", "tick", "tick", "tick", "tick", "list", "only"]);
}

#[test]
fn compressed_json_is_named_by_its_content() {
    let gzip = hex("1f8b0800000000000003ab564a54b232ac0500afac1b5607000000");
    let conversation = Conversation::new(URL, None, &[received_binary(&gzip), sent(r#"{"a":2}"#)]);
    assert_eq!(conversation.recognized(), "json guessed by its first messages");
    assert_eq!(conversation.label().as_deref(), Some("JSON, compressed with gzip"));
    assert_eq!(conversation.events(), ["a", "a"]);
    let units = conversation.decode(0).units;
    assert_eq!(units[0].fields[0].value, "gzip");
    assert_eq!(units[0].bodies[0].payload.text(), Some(r#"{"a":1}"#));
}

#[test]
fn message_pack_is_recognized_by_most_binary_messages() {
    let messages = [
        sent_binary(b"\x82\xa4type\xa9subscribe\xa2id\x01"),
        received_binary(b"\x82\xa4type\xa4tick\xa1p\x01"),
        received_binary(b"\x82\xa4type\xa4tick\xa1p\x02"),
        received_binary(b"\x92\xa5hello\x01"),
        received_binary(b"\x81\xa4only\x80"),
    ];
    let conversation = Conversation::new(URL, None, &messages);
    assert_eq!(conversation.recognized(), "message-pack guessed by its first messages");
    assert_eq!(conversation.events(), ["subscribe", "tick", "tick", "hello", "only"]);
    assert!(conversation.malformed().is_empty());
}

#[test]
fn cbor_is_recognized_by_most_binary_messages() {
    let messages = [
        received_binary(&hex("a2 62 6f 70 64 74 69 63 6b 61 70 01")),
        received_binary(&hex("a2 62 6f 70 64 74 69 63 6b 61 70 02")),
        received_binary(&hex("bf 62 6f 70 64 6c 61 73 74 ff")),
    ];
    let conversation = Conversation::new(URL, None, &messages);
    assert_eq!(conversation.recognized(), "cbor guessed by its first messages");
    assert_eq!(conversation.events(), ["tick", "tick", "last"]);
}

#[test]
fn bson_is_recognized_by_most_binary_messages() {
    let document = hex("15 00 00 00 10 61 00 01 00 00 00 02 74 00 02 00 00 00 78 00 00");
    let conversation = Conversation::new(URL, None, &[received_binary(&document)]);
    assert_eq!(conversation.recognized(), "bson guessed by its first messages");
    assert_eq!(conversation.events(), ["x"]);
}

#[test]
fn protocol_buffers_are_recognized_by_stable_fields() {
    let messages = [
        received_binary(b"\x0a\x04tick\x10\x01"),
        received_binary(b"\x0a\x04tick\x10\x02"),
        received_binary(b"\x0a\x04last\x10\x03"),
        sent_binary(b"\xff\xff"),
    ];
    let conversation = Conversation::new(URL, None, &messages);
    assert_eq!(conversation.recognized(), "protobuf guessed by its first messages");
    assert_eq!(conversation.events(), ["tick", "tick", "last", ""]);
    let units = conversation.decode(1).units;
    let payload = &units[0].bodies[0].payload;
    let tree = payload.tree().expect("a tree");
    assert_eq!(tree.preview(payload.bytes(), 0, 60), r#"{1: "tick", 2: 2}"#);
}

#[test]
fn a_message_with_one_field_is_named_by_its_number() {
    let messages = [
        received_binary(b"\x0a\x02\x08\x01"),
        received_binary(b"\x0a\x02\x08\x02"),
        received_binary(b"\x0a\x02\x08\x03"),
        received_binary(b"\x12\x02\x08\x03"),
    ];
    let conversation = Conversation::decoded_as("protobuf", URL, &messages);
    assert_eq!(conversation.events(), ["field 1", "field 1", "field 1", "field 2"]);
}

#[test]
fn too_few_passing_messages_are_not_recognized_as_an_encoding() {
    use super::super::{Handshake, Sample, recognize};
    let handshake = Handshake { url: URL.into(), subprotocol: None };
    assert!(recognize(&handshake, &Sample::default()).is_none());
    let packed = [received_binary(b"\x81\xa1a\x01"), received_binary(b"\xff\x00\xfe")];
    let other = Conversation::decoded_as("message-pack", URL, &packed);
    assert!(other.malformed().is_empty(), "a guess is not a rule");
    assert!(recognize(&handshake, &other.sample()).is_none());
}

#[test]
fn a_compressed_message_of_no_protocol_is_shown_decompressed() {
    use super::super::DecodedMessage;
    use crate::encodings::Payload;
    let zlib = hex("789cab564a54b232ac0500082a0209");
    let message = DecodedMessage::of_layers(&Payload::detected(zlib.clone())).expect("a layer");
    assert_eq!(message.units[0].event, "zlib");
    assert_eq!(message.units[0].bodies[0].payload.text(), Some(r#"{"a":1}"#));
    let cut = DecodedMessage::of_layers(&Payload::detected(zlib[..8].to_vec())).expect("a layer");
    assert_eq!(cut.units[0].problem.as_deref(), Some("The compressed data is incomplete"));
    assert!(DecodedMessage::of_layers(&Payload::detected(b"plain".to_vec())).is_none());
}
