//! Differences of small payloads, and properties of any.

use super::*;
use crate::encodings::SpanTree;
use proptest::prelude::*;

fn between(before: &str, after: &str) -> Changes {
    Changes::between(&Payload::from_text(before.to_owned()), &Payload::from_text(after.to_owned()))
}

fn lines(changes: &Changes) -> Vec<String> {
    changes.to_text().lines().map(str::to_owned).collect()
}

#[test]
fn values_that_differ_are_named_by_path() {
    let changes = between(
        r#"{"type":"tick","bid":104.50,"at":{"x y":1},"old":[1,2]}"#,
        r#"{"type":"tick","bid":104.5,"at":{"x y":2},"new":null}"#,
    );
    assert_eq!(
        lines(&changes),
        [
            "- $.bid: 104.50",
            "+ $.bid: 104.5",
            "- $.at[\"x y\"]: 1",
            "+ $.at[\"x y\"]: 2",
            "+ $.new: null",
            "- $.old: [1, 2]",
        ]
    );
    assert_eq!((changes.changed, changes.added, changes.removed, changes.unchanged), (2, 1, 1, 1));
}

#[test]
fn the_order_of_members_and_the_notation_of_strings_are_no_changes() {
    let changes =
        between(r#"{"a":"é","b":[{"c":1,"d":2}]}"#, "{ \"b\": [{\"d\":2,\"c\":1}], \"a\": \"\\u00e9\" }");
    assert!(changes.is_empty(), "{changes:?}");
    assert_eq!(changes.unchanged, 3);
}

#[test]
fn an_element_inserted_into_an_array_is_one_change() {
    let changes = between("[1,2,3,4]", "[1,9,2,3,4]");
    assert_eq!(lines(&changes), ["+ $[1]: 9"]);
    assert_eq!(lines(&between("[1,9,2,3,4]", "[1,2,3,4]")), ["- $[1]: 9"]);
    assert_eq!(lines(&between("[{\"id\":1},2]", "[{\"id\":3},2]")), ["- $[0].id: 1", "+ $[0].id: 3"]);
}

#[test]
fn repeated_keys_are_compared_one_by_one() {
    assert_eq!(lines(&between(r#"{"a":1,"a":2}"#, r#"{"a":1,"a":3}"#)), ["- $.a: 2", "+ $.a: 3"]);
    assert_eq!(lines(&between(r#"{"a":1,"a":2}"#, r#"{"a":1}"#)), ["- $.a: 2"]);
}

#[test]
fn a_value_of_another_type_is_a_change() {
    assert_eq!(lines(&between(r#"{"a":1}"#, r#"{"a":"1"}"#)), ["- $.a: 1", "+ $.a: \"1\""]);
    assert_eq!(lines(&between(r#"{"a":{}}"#, r#"{"a":[]}"#)), ["- $.a: {}", "+ $.a: []"]);
}

#[test]
fn text_is_compared_by_line_and_bytes_by_position() {
    assert_eq!(lines(&between("a\nb\nc", "a\nB\nc")), ["- line 2: b", "+ line 2: B"]);
    assert_eq!(lines(&between("a\nc", "a\nb\nc")), ["+ line 2: b"]);
    assert_eq!(lines(&between("a\r\nb", "a\nb")), ["- line 1: a␍", "+ line 1: a"]);
    assert_eq!(lines(&between("a b", "a b\n")), ["+ line 2: "]);
    assert_eq!(lines(&between("price 1", "price 2")), ["- text: price 1", "+ text: price 2"]);
    let binary = |bytes: &[u8]| Payload::of_syntax(None, bytes.to_vec());
    let changes = Changes::between(&binary(b"\xff\x00\x01\xff"), &binary(b"\xff\x02\xff"));
    assert_eq!(lines(&changes), ["- byte 1: 00 01", "+ byte 1: 02"]);
    assert_eq!(lines(&Changes::between(&binary(b"\xff"), &binary(b"\xff\xfe"))), ["+ byte 1: fe"]);
}

#[test]
fn of_long_strings_the_part_that_differs_is_shown() {
    let long = "x".repeat(5000);
    let changes = between(&format!("{{\"a\":\"{long}1\"}}"), &format!("{{\"a\":\"{long}2\"}}"));
    let change = &changes.items[0];
    assert!(
        change.before.as_deref().is_some_and(|before| before.ends_with("x1\"") && before.starts_with("\"…"))
    );
    assert!(change.after.as_deref().is_some_and(|after| after.ends_with("x2\"") && after.len() < 60));
}

#[test]
fn the_list_of_changes_is_bounded_and_the_count_is_not() {
    let numbers = |offset: u32| (0..1000).map(|nth| (nth + offset).to_string()).collect::<Vec<_>>().join(",");
    let changes = between(&format!("[{}]", numbers(0)), &format!("[{}]", numbers(5000)));
    assert_eq!((changes.items.len(), changes.changed, changes.further()), (MAX_CHANGES, 1000, 800));
    assert!(changes.to_text().ends_with("800 more\n"));
}

#[test]
fn values_that_overlap_a_hidden_range_are_marked() {
    let payload = |text: &str| Payload::from_text(text.to_owned());
    let (one, other) = (payload(r#"{"a":1,"token":"s1"}"#), payload(r#"{"a":2,"token":"s2"}"#));
    let hidden = 16..18;
    let changes = Changes::between_hiding((&one, std::slice::from_ref(&hidden)), (&other, &[]));
    let marked: Vec<_> =
        changes.items.iter().map(|change| (change.path.as_str(), change.is_hidden)).collect();
    assert_eq!(marked, [("$.a", false), ("$.token", true)]);
    let (one, other) = (payload("token=s1"), payload("token=s2"));
    let changes = Changes::between_hiding((&one, &[]), (&other, std::slice::from_ref(&(6..8))));
    assert!(changes.items.iter().all(|change| change.is_hidden));
}

#[test]
fn fields_are_compared_by_name() {
    let changes =
        Changes::between_fields([("Namespace", "/"), ("Id", "1")], [("Id", "2"), ("Namespace", "/")]);
    assert_eq!(lines(&changes), ["- Id: 1", "+ Id: 2"]);
    let mut all = Changes::default();
    all.append("Arguments", between("[1]", "[2]"));
    assert_eq!(lines(&all), ["- Arguments $[0]: 1", "+ Arguments $[0]: 2"]);
}

#[test]
fn deep_and_wide_trees_are_compared_in_little_time() {
    let deep = |leaf: &str| format!("{}{leaf}{}", "[".repeat(500), "]".repeat(500));
    assert_eq!(between(&deep("1"), &deep("2")).changed, 1);
    let wide = |last: u32| format!("[{}{last}]", "{\"a\":[1]},".repeat(60_000));
    assert_eq!(between(&wide(1), &wide(2)).changed, 1);
    let larger = |last: u32| format!("[{}{last}]", "1,".repeat(MAX_NODES));
    assert_eq!(lines(&between(&larger(1), &larger(2))).len(), 2);
}

fn json() -> impl Strategy<Value = String> {
    let scalar =
        proptest::sample::select(vec!["1", "2", "1.0", "\"x\"", "\"\\u0078\"", "true", "null", "{}", "[]"]);
    scalar.prop_map(str::to_owned).prop_recursive(4, 24, 4, |inner| {
        let key = proptest::sample::select(vec!["a", "b", "c", "\\u0061"]);
        prop_oneof![
            prop::collection::vec((key, inner.clone()), 0..4).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
            prop::collection::vec(inner, 0..4).prop_map(|elements| format!("[{}]", elements.join(","))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn equal_trees_have_no_changes_and_count_every_value(json in json()) {
        let changes = between(&json, &json);
        prop_assert!(changes.is_empty());
        let tree = SpanTree::parse(crate::encodings::Syntax::Json, json.as_bytes()).expect("JSON");
        let leaves = tree.nodes().iter().filter(|node| node.children == 0).count() as u64;
        prop_assert_eq!(changes.unchanged, leaves);
    }

    #[test]
    fn the_other_way_round_what_was_added_is_removed(one in json(), other in json()) {
        let (there, back) = (between(&one, &other), between(&other, &one));
        prop_assert_eq!((there.added, there.removed), (back.removed, back.added));
        prop_assert_eq!((there.changed, there.unchanged), (back.changed, back.unchanged));
        prop_assert_eq!(there.items.len() as u64, there.len().min(MAX_CHANGES as u64));
    }

    #[test]
    fn texts_without_changes_are_equal(one in json(), other in json()) {
        // Only the notation can differ: the order of members, escapes.
        let changes = between(&one, &other);
        if changes.is_empty() {
            prop_assert_eq!(between(&other, &one).unchanged, changes.unchanged);
        } else {
            prop_assert_ne!(&one, &other);
        }
    }

    #[test]
    fn any_bytes_can_be_compared(one: Vec<u8>, other: Vec<u8>) {
        let changes = Changes::between(&Payload::detected(one.clone()), &Payload::detected(other.clone()));
        prop_assert!(one != other || changes.is_empty());
        let _ = changes.to_text();
    }
}
