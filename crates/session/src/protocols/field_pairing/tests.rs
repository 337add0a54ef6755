//! Pairs of JSON messages by a field.

use super::super::test_support::{Conversation, TestMessage, received, sent};
use super::*;
use proptest::prelude::*;

fn paired(path: &str, messages: &[TestMessage]) -> Conversation {
    Conversation::paired_by(path, messages)
}

#[test]
fn the_first_later_message_of_the_other_direction_with_the_same_value_is_the_reply() {
    let conversation = paired(
        "$.id",
        &[
            sent(r#"{"id":1,"op":"a"}"#),
            sent(r#"{"id":2,"op":"b"}"#),
            received(r#"{"push":true}"#),
            received(r#"{"id":"2","ok":true}"#),
            received(r#"{"id":1,"ok":true}"#),
            received(r#"{"id":1,"again":true}"#),
        ],
    );
    let partners: Vec<_> = (0..6).map(|index| conversation.analysis().partner(index)).collect();
    assert_eq!(partners, [Some(4), Some(3), None, Some(1), Some(0), None]);
    assert!(conversation.analysis().is_request(0) && conversation.analysis().is_reply(4));
    assert!(!conversation.analysis().is_request(5));
}

#[test]
fn values_are_used_again() {
    let exchange = || [sent(r#"{"id":7}"#), received(r#"{"id":7}"#)];
    let messages: Vec<_> = exchange().into_iter().chain(exchange()).collect();
    let conversation = paired("$.id", &messages);
    let partners: Vec<_> = (0..4).map(|index| conversation.analysis().partner(index)).collect();
    assert_eq!(partners, [Some(1), Some(0), Some(3), Some(2)]);
}

#[test]
fn requests_without_a_reply_are_named_where_most_are_answered() {
    let messages = [
        sent(r#"{"id":1}"#),
        received(r#"{"id":1}"#),
        sent(r#"{"id":2}"#),
        received(r#"{"id":2}"#),
        sent(r#"{"id":3}"#),
        received(r#"{"id":900}"#),
    ];
    let conversation = paired("$.id", &messages);
    assert!(conversation.analysis().is_unanswered(4));
    assert!(!conversation.analysis().is_unanswered(5), "the server asks nothing");
    assert_eq!(conversation.field_pairs(), FieldPairs { pairs: 2, unpaired: 2 });
}

#[test]
fn paths_are_those_that_a_tree_shows() {
    let json = br#"{"meta":{"request id":"r1","list":[null,{"n":-1.5e3}]},"a\u0062":true,"x":null}"#;
    let value = |path: &str| FieldPath::parse(path).and_then(|path| Some(path.value(json)?.into_owned()));
    assert_eq!(value(r#"$.meta["request id"]"#).as_deref(), Some("r1"));
    assert_eq!(value("$.meta.list[1].n").as_deref(), Some("-1.5e3"));
    for nothing in ["$.meta", "$.x", "$.ab", "$[0]", "$.meta.list[9]", "$.meta.list.n"] {
        assert_eq!(value(nothing), None, "{nothing}");
    }
    for invalid in ["", "id", "$", "$.", "$.a..b", "$[", "$[x]", "$[\"a]", "$.a[0", "$ .a"] {
        assert_eq!(FieldPath::parse(invalid), None, "{invalid}");
    }
    assert!(FieldPath::parse(&format!("${}", ".a".repeat(MAX_STEPS + 1))).is_none());
    assert!(FieldPath::parse(&format!("$.{}", "a".repeat(MAX_PATH_LEN))).is_none());
}

proptest! {
    #[test]
    fn pairs_are_mutual_and_in_order(messages in prop::collection::vec((any::<bool>(), 0..6_u32), 0..40)) {
        let messages: Vec<_> = messages
            .iter()
            .map(|(is_sent, id)| (if *is_sent { sent } else { received })(&format!("{{\"id\":{id}}}")))
            .collect();
        let conversation = paired("$.id", &messages);
        let analysis = conversation.analysis();
        let mut paired = 0;
        for index in 0..messages.len() as u32 {
            if let Some(partner) = analysis.partner(index) {
                paired += 1;
                prop_assert_eq!(analysis.partner(partner), Some(index));
                prop_assert_eq!(analysis.is_reply(index), partner < index);
                prop_assert_eq!(messages[index as usize].text(), messages[partner as usize].text());
            }
        }
        prop_assert_eq!(conversation.field_pairs().pairs * 2, paired);
    }

    #[test]
    fn any_text_is_a_path_or_none(text: String, json: Vec<u8>) {
        if let Some(path) = FieldPath::parse(&text) {
            prop_assert!(text.starts_with('$'));
            let _ = path.value(&json);
        }
        let _ = FieldPath::parse("$.a[0]").map(|path| path.value(&json).map(Cow::into_owned));
    }
}
