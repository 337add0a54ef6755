use super::super::test_support::{Conversation, TestMessage, hex, received, received_binary, sent_binary};

const URL: &str = "wss://x.test/room";
const STEP_1: &str = "00 00 01 00";
const UPDATE: &str = "00 02 0c 01 01 01 00 04 01 01 74 02 68 69 00";
const AWARENESS: &str = "01 0e 01 01 01 0a 7b 22 6e 22 3a 22 41 6c 22 7d";
const DOCUMENT: &str = "04 64 6f 63 31 ";

fn out(digits: &str) -> TestMessage {
    sent_binary(&hex(digits))
}

fn back(digits: &str) -> TestMessage {
    received_binary(&hex(digits))
}

fn named(digits: &str) -> String {
    format!("{DOCUMENT}{digits}")
}

#[test]
fn messages_of_y_websocket_are_named_and_paired() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            out(STEP_1),
            back(STEP_1),
            back("00 01 02 00 00"),
            out("00 01 02 00 00"),
            out(UPDATE),
            out("03"),
            back(AWARENESS),
            back("02 00 02 6e 6f"),
            back("00 00 03 01 05 07"),
        ],
    );
    assert_eq!(conversation.recognized(), "yjs by its first messages");
    assert_eq!(conversation.label().as_deref(), Some("Yjs by y-websocket"));
    assert_eq!(
        conversation.events(),
        [
            "sync step 1",
            "sync step 1",
            "sync step 2",
            "sync step 2",
            "update",
            "query awareness",
            "awareness",
            "permission denied",
            "sync step 1"
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 2), (1, 3)]);
    let update = conversation.decode(4).units.remove(0);
    let fields: Vec<_> = update.fields.iter().map(|field| (&*field.name, &*field.value)).collect();
    assert_eq!(fields, [("Size", "12 bytes"), ("Clients", "1")]);
    let awareness = conversation.decode(6).units.remove(0);
    assert_eq!(awareness.bodies[0].payload.text(), Some(r#"{"n":"Al"}"#));
    assert_eq!(conversation.decode(8).units[0].fields[0].value, "clock 7");
}

#[test]
fn a_repeated_state_with_the_next_clock_is_a_heartbeat() {
    let next = AWARENESS.replace("01 01 01 0a", "01 01 02 0a");
    let changed = AWARENESS.replace("01 01 01 0a", "01 01 03 0a").replace("41", "42");
    let messages = [back(AWARENESS), back(&next), back(&changed), out(&next), back(&next)];
    assert_eq!(Conversation::new(URL, None, &messages).heartbeats(), [1]);
    let first = AWARENESS.replace("01 01 01 0a", "01 01 00 0a");
    assert!(Conversation::new(URL, None, &[out(&first), out(STEP_1)]).heartbeats().is_empty());
}

#[test]
fn hocuspocus_names_the_document_first() {
    let conversation = Conversation::new(
        URL,
        None,
        &[
            out(&named("02 00 03 74 6f 6b")),
            back(&named("02 02 08 72 65 61 64 6f 6e 6c 79")),
            out(&named(STEP_1)),
            back(&named("04 01 02 00 00")),
            out(&named(UPDATE)),
            back(&named("08 01")),
            back(&named("05 02 68 69")),
            back("09"),
            out("0a"),
            back(&named("07 03 62 79 65")),
        ],
    );
    assert_eq!(conversation.recognized(), "yjs by its first messages");
    assert_eq!(conversation.label().as_deref(), Some("Yjs by Hocuspocus"));
    assert_eq!(
        conversation.events(),
        [
            "authenticate · doc1",
            "authenticated · doc1",
            "sync step 1 · doc1",
            "sync step 2 · doc1",
            "update · doc1",
            "sync status · doc1",
            "stateless · doc1",
            "ping",
            "pong",
            "close · doc1"
        ]
    );
    assert_eq!(conversation.pairs(), [(0, 1), (2, 3), (7, 8)]);
    assert_eq!(conversation.heartbeats(), [7, 8]);
    let token = conversation.decode(0).units.remove(0).fields.remove(1);
    assert!(token.is_credential && token.value == "tok");
}

#[test]
fn invalid_messages_are_malformed() {
    let messages = [
        out("00 00 02 00"),
        out("00 07 00"),
        out("01 03 05 01 01"),
        out("01 02 ff ff"),
        out("ff ff ff ff ff ff ff ff ff ff"),
        out(""),
        out("0a"),
        received("\u{3}"),
        out(STEP_1),
    ];
    let conversation = Conversation::decoded_as("yjs", URL, &messages);
    assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(conversation.events()[8], "sync step 1");
}
