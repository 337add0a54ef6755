use super::super::test_support::{
    Conversation, TestMessage, hex, received_binary, received_unrecorded, sent, sent_binary,
};

const URL: &str = "wss://x.test/mqtt";
const CONNECT: &str = "10 0e 00 04 4d 51 54 54 04 02 00 3c 00 02 63 31";
const CONNECT_5: &str = "10 0f 00 04 4d 51 54 54 05 02 00 3c 00 00 02 63 31";
const SUBSCRIBE: &str = "82 08 00 0a 00 03 61 2f 2b 01";
const PUBLISH: &str = "33 09 00 03 61 2f 62 00 0b 68 69";
const PUBLISH_5: &str =
    "32 1c 00 01 61 00 01 15 03 00 0a 74 65 78 74 2f 70 6c 61 69 6e 08 00 01 72 09 00 01 01 78";

fn out(digits: &str) -> TestMessage {
    sent_binary(&hex(digits))
}

fn back(digits: &str) -> TestMessage {
    received_binary(&hex(digits))
}

fn mqtt(messages: &[TestMessage]) -> Conversation {
    Conversation::new(URL, Some("mqtt"), messages)
}

fn fields(conversation: &Conversation, index: u32) -> Vec<(String, String)> {
    let unit = conversation.decode(index).units.remove(0);
    unit.fields.into_iter().map(|field| (field.name.into_owned(), field.value)).collect()
}

fn has_field(conversation: &Conversation, index: u32, name: &str, value: &str) -> bool {
    fields(conversation, index).contains(&(name.to_owned(), value.to_owned()))
}

#[test]
fn packets_are_named_and_paired() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            out(CONNECT),
            back("20 02 00 00"),
            out(SUBSCRIBE),
            back("90 03 00 0a 01"),
            back(PUBLISH),
            out("40 02 00 0b"),
            out("c0 00"),
            back("d0 00"),
            out("a2 07 00 0c 00 03 61 2f 2b"),
            back("b0 02 00 0c"),
            out("e0 00"),
        ],
    );
    assert_eq!(conversation.recognized(), "mqtt by its first messages");
    assert_eq!(conversation.label().as_deref(), Some("MQTT 3.1.1"));
    assert_eq!(
        conversation.events(),
        [
            "CONNECT",
            "CONNACK",
            "SUBSCRIBE a/+",
            "SUBACK of SUBSCRIBE a/+",
            "PUBLISH a/b",
            "PUBACK of PUBLISH a/b",
            "PINGREQ",
            "PINGRESP",
            "UNSUBSCRIBE a/+",
            "UNSUBACK of UNSUBSCRIBE a/+",
            "DISCONNECT"
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3), (4, 5), (6, 7), (8, 9)]);
    assert_eq!(conversation.heartbeats(), [6, 7]);
    assert!(
        has_field(&conversation, 0, "Client id", "c1") && has_field(&conversation, 0, "Keep alive", "60 s")
    );
    assert!(has_field(&conversation, 1, "Reason", "0x00 Connection accepted"));
    assert!(has_field(&conversation, 2, "Filter", "a/+ (QoS 1)"));
    assert!(has_field(&conversation, 3, "Reason", "0x01 Granted QoS 1"));
    assert!(has_field(&conversation, 4, "Retain", "yes") && has_field(&conversation, 4, "QoS", "1"));
    let payload = conversation.decode(4).units.remove(0).bodies.remove(0).payload;
    assert_eq!(payload.text(), Some("hi"));
}

#[test]
fn packets_can_span_and_share_messages() {
    let conversation = mqtt(&[back("d0 00 33 09 00 03 61"), back("2f 62 00 0b 68 69 40 02 00 0b")]);
    assert_eq!(conversation.events(), ["PINGRESP", "2 frames: PUBLISH a/b, PUBACK"]);
    assert_eq!(conversation.parts(), ["0: part 1 of #1", "1: part 2 of 2 of #1"]);
    let units = conversation.decode(0).units;
    assert_eq!(units.iter().map(|unit| unit.messages).collect::<Vec<_>>(), [(0, 0), (0, 1)]);
    let units = conversation.decode(1).units;
    assert_eq!((units[0].bytes.clone(), units[1].bytes.clone()), (0..6, 6..10));
}

#[test]
fn a_packet_is_not_continued_after_a_message_that_was_not_recorded() {
    let conversation = mqtt(&[
        back("d0 00 33 09 00 03 61"),
        received_unrecorded(),
        back("2f 62 00 0b 68 69"),
        back("40 02 00 0b"),
    ]);
    assert_eq!(conversation.events(), ["PINGRESP", "", "", "PUBACK"]);
    assert_eq!(conversation.malformed(), [2]);
    let reason = conversation.decode(2).units[0].problem.clone();
    let expected = "Not an MQTT packet; the bytes before may not have been recorded";
    assert_eq!(reason.as_deref(), Some(expected));
}

#[test]
fn quality_of_service_2_takes_two_exchanges() {
    let conversation = mqtt(&[
        out(CONNECT),
        back("20 02 00 00"),
        out("34 07 00 01 61 00 01 68 69"),
        back("50 02 00 01"),
        out("62 02 00 01"),
        back("70 02 00 01"),
    ]);
    assert_eq!(
        conversation.events()[2..],
        ["PUBLISH a", "PUBREC of PUBLISH a", "PUBREL", "PUBCOMP of PUBREL"]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3), (4, 5)]);
}

#[test]
fn packet_ids_of_the_two_directions_are_independent() {
    let publish = "32 07 00 01 61 00 01 68 69";
    let conversation =
        mqtt(&[out(CONNECT), out(publish), back(publish), out("40 02 00 01"), back("40 02 00 01")]);
    assert_eq!(conversation.pairs(), [(1, 4), (2, 3)]);
}

#[test]
fn properties_of_version_5_are_decoded() {
    let conversation = mqtt(&[
        out(CONNECT_5),
        back("20 03 00 00 00"),
        out(PUBLISH_5),
        back("40 02 00 01"),
        back("30 0a 00 01 72 04 09 00 01 01 6f 6b"),
        out("e0 02 8e 00"),
    ]);
    assert_eq!(conversation.label().as_deref(), Some("MQTT 5"));
    assert_eq!(conversation.events()[2..], ["PUBLISH a", "PUBACK of PUBLISH a", "PUBLISH r", "DISCONNECT"]);
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3)]);
    assert_eq!(conversation.partner(4), Some(2));
    assert!(has_field(&conversation, 2, "Content type", "text/plain"));
    assert!(has_field(&conversation, 2, "Response topic", "r"));
    assert!(has_field(&conversation, 2, "Correlation data", "01"));
    assert!(has_field(&conversation, 5, "Reason", "0x8e Session taken over"));
    let payload = conversation.decode(2).units.remove(0).bodies.remove(0).payload;
    assert_eq!(payload.text(), Some("x"));
}

#[test]
fn a_topic_alias_is_that_of_the_packet_that_set_it() {
    let conversation = mqtt(&[
        out(CONNECT_5),
        back("30 09 00 03 61 2f 62 03 23 00 01"),
        back("30 06 00 00 03 23 00 01"),
        back("30 06 00 00 03 23 00 02"),
    ]);
    assert_eq!(
        conversation.events()[1..],
        ["PUBLISH a/b", "PUBLISH a/b", "PUBLISH (alias 2 of an unrecorded packet)"]
    );
}

#[test]
fn the_version_is_found_without_a_recorded_connect() {
    let by_packets = |version| format!("{version} (by its packets: no CONNECT was recorded)");
    let third = mqtt(&[back(PUBLISH), out("40 02 00 0b")]);
    assert_eq!(third.label(), Some(by_packets("MQTT 3.1.1")));
    for message in [PUBLISH_5, "30 06 00 03 61 2f 62 00 7b 7d", "82 09 00 0a 00 00 03 61 2f 2b 01"] {
        let mut bytes = hex(message);
        bytes[1] = (bytes.len() - 2) as u8;
        assert_eq!(mqtt(&[sent_binary(&bytes)]).label(), Some(by_packets("MQTT 5")), "{message}");
    }
    let by_messages = Conversation::new(URL, None, &[back(PUBLISH), out("c0 00")]);
    assert_eq!(by_messages.recognized(), "mqtt by its first messages");
}

#[test]
fn passwords_are_credentials() {
    let conversation = mqtt(&[out("10 14 00 04 4d 51 54 54 04 c2 00 3c 00 02 63 31 00 01 75 00 01 70")]);
    let fields = conversation.decode(0).units.remove(0).fields;
    let hidden: Vec<_> = fields.iter().filter(|field| field.is_credential).collect();
    assert_eq!((hidden.len(), &*hidden[0].value), (1, "p"));
}

#[test]
fn invalid_packets_are_malformed_and_later_ones_are_decoded() {
    let conversation = mqtt(&[
        out(CONNECT),
        out("00 00"),
        out("36 00"),
        out("c0 ff ff ff ff 01"),
        out("20 01 00 c0 00"),
        out("82 02 00 0a"),
        sent("c"),
        out("c0 01 00"),
        out("c0 00"),
    ]);
    assert_eq!(conversation.malformed(), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(conversation.events()[4], "2 frames: , heartbeat");
    assert_eq!(conversation.heartbeats(), [8]);
}
