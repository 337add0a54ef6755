use proptest::prelude::*;

use super::reference::Reference;
use super::*;

const LOG: NodeId = 2;
const ENTRIES: NodeId = 3;
const ENTRY: NodeId = 4;
const MESSAGES: NodeId = 5;

fn route(node: NodeId, key: &[u8]) -> Route {
    match (node, key) {
        (Outline::ROOT, b"log") => Route::Enter(LOG),
        (LOG, b"entries") => Route::List { list: ENTRIES, element: ENTRY },
        (LOG, _) => Route::Report,
        (ENTRY, b"messages") => Route::List { list: MESSAGES, element: Outline::OPAQUE },
        _ => Route::Skip,
    }
}

fn scan(text: &str, piece: usize) -> (Vec<String>, ScanEnd) {
    let mut outline = Outline::new(route, Outline::OPAQUE);
    let mut events = Vec::new();
    for piece in text.as_bytes().chunks(piece) {
        outline.feed(piece, &mut events);
    }
    let end = outline.finish(&mut events);
    let slice = |span: Span| text.get(span.start as usize..span.end() as usize).unwrap_or("?").to_owned();
    let lines = events.into_iter().filter_map(|event| {
        Some(match event {
            Event::Enter(_) => return None,
            Event::SyntaxError(at) => format!("syntax error at {at}"),
            Event::Captured { slot, value } => format!("{slot}:={}", slice(value)),
            Event::Root(span) => format!("root {}", slice(span).len()),
            Event::Field { key, value, .. } => format!("{}={}", slice(key), slice(value)),
            Event::ListStart(node, _) => format!("<{node}"),
            Event::ListEnd(node, _) => format!("{node}>"),
            Event::Element { list, span } => format!("{list}:{}", slice(span)),
            Event::NotAList { list, value } => format!("{list}!{}", slice(value)),
        })
    });
    (lines.collect(), end)
}

#[test]
fn field_that_is_not_the_expected_list_is_reported() {
    for value in ["{\"a\":[1]}", "\"[]\"", "null", "-1"] {
        let text =
            format!(r#"{{"log":{{"entries":[{{"messages":{value},"b":[]}},{{"messages" : {value} }}]}}}}"#);
        let expected = format!("5!{value}");
        for piece in [1, 7, text.len()] {
            let found = scan(&text, piece).0;
            assert_eq!(found.iter().filter(|event| **event == expected).count(), 2, "{found:?}");
        }
    }
    assert_eq!(scan(r#"{"log":{"entries":{"messages":[]}}}"#, 100).0[0], r#"3!{"messages":[]}"#);
}

#[test]
fn the_same_parts_are_found_for_any_piece_size() {
    let text = r#" {"x":[1,{"y":"]}"}],"log":{"version":"1.\"2","entries":[{"a":{"b":[2]},"messages":["m\\",{"n":1}]}, 7 ,"s",{}],"z":-1.5e3}} "#;
    let expected = vec![
        r#"version="1.\"2""#,
        "<3",
        "<5",
        r#"5:"m\\""#,
        r#"5:{"n":1}"#,
        "5>",
        r#"3:{"a":{"b":[2]},"messages":["m\\",{"n":1}]}"#,
        "3:7",
        r#"3:"s""#,
        "3:{}",
        "3>",
        "z=-1.5e3",
        "root 123",
    ];
    for piece in 1..=text.len() {
        let (lines, end) = scan(text, piece);
        assert_eq!(lines, expected, "in pieces of {piece}");
        assert_eq!(end, ScanEnd::Complete);
    }
}

#[test]
fn a_truncated_text_yields_its_complete_elements() {
    let (lines, end) = scan(r#"{"log":{"entries":[{"a":1},{"a":2},{"a":"#, 7);
    assert_eq!(lines, ["<3", r#"3:{"a":1}"#, r#"3:{"a":2}"#]);
    assert_eq!(end, ScanEnd::Truncated);
}

#[test]
fn the_incomplete_element_is_reported() {
    let mut outline = Outline::new(route, Outline::OPAQUE);
    outline.feed(br#"{"log":{"entries":[{"a":1},"#, &mut Vec::new());
    assert_eq!(outline.open_element(), None);
    outline.feed(br#" {"a":[{"#, &mut Vec::new());
    assert_eq!(outline.open_element(), Some(ElementEnd { list: ENTRIES, start: 28 }));
}

#[test]
fn a_missing_comma_after_a_number_is_an_error_that_costs_no_other_field() {
    let text = r#"{"log":{"entries":[{"n":5"a":1,"c":3},{"c":4}]}}"#;
    let expected = ["<3", "syntax error at 25", r#"3:{"n":5"a":1,"c":3}"#, r#"3:{"c":4}"#, "3>", "root 48"];
    for piece in 1..=text.len() {
        assert_eq!(scan(text, piece), (expected.map(str::to_owned).to_vec(), ScanEnd::Complete), "{piece}");
    }
}

#[test]
fn a_syntax_error_within_an_element_costs_only_that_element() {
    let (lines, end) = scan(r#"{"log":{"entries":[{"a":1 "b"},{a:[1]},{"c":3}]}}"#, 3);
    assert_eq!(
        lines,
        [
            "<3",
            "syntax error at 26",
            r#"3:{"a":1 "b"}"#,
            "syntax error at 32",
            "3:{a:[1]}",
            r#"3:{"c":3}"#,
            "3>",
            "root 49"
        ]
    );
    assert_eq!(end, ScanEnd::Complete);
}

#[test]
fn an_unmatched_bracket_breaks_the_text_at_its_byte() {
    assert_eq!(scan(r#"{"log":{"entries":[{"a":[1}]}}"#, 4).1, ScanEnd::Broken { byte: 26 });
    assert_eq!(scan("]", 1).1, ScanEnd::Broken { byte: 0 });
    assert_eq!(scan(r#"{"log" 1}"#, 1).1, ScanEnd::Broken { byte: 7 });
}

#[test]
fn top_level_arrays_and_concatenated_values_are_scanned() {
    assert_eq!(scan(r#"[{"a":1},2]"#, 2).0, ["<1", r#"1:{"a":1}"#, "1:2", "1>", "root 11"]);
    assert_eq!(scan("{} 12 {\"a\":1}\n3", 2).0, ["root 2", "root 2", "root 7", "root 1"]);
}

#[test]
fn valid_nesting_of_any_depth_is_scanned_to_its_end() {
    let open = "[".repeat(MAX_DEPTH * 3);
    let close = "]".repeat(MAX_DEPTH * 3);
    let (lines, end) = scan(&format!(r#"{{"log":{{"entries":[{{"c":{open}{close}}},{{"c":4}}]}}}}"#), 1000);
    assert_eq!(lines.iter().filter(|event| event.starts_with("3:")).count(), 2);
    assert_eq!(end, ScanEnd::Complete);
    assert_eq!(scan(&format!("[{open}"), 1000).1, ScanEnd::Truncated);
}

/// Returns each kind of route, by the length of the key.
fn by_length(node: NodeId, key: &[u8]) -> Route {
    match key.len() % 6 {
        0 => Route::Skip,
        1 => Route::Enter(node + 1),
        2 => Route::Capture(node),
        3 => Route::List { list: node + 1, element: node + 2 },
        4 => Route::List { list: node, element: Outline::OPAQUE },
        _ => Route::Report,
    }
}

fn json() -> impl Strategy<Value = String> {
    let text = prop_oneof!["[a\\[\\]{}:, ]{0,30}", "[a-z]{0,100}", r#"(a|\\\\|\\"|\\n|[{}]|é){0,40}"#];
    let leaf = prop_oneof![
        text.prop_map(|text| format!("\"{text}\"")),
        "-?[0-9]{1,20}",
        Just("null".to_owned()),
        Just("{}".to_owned()),
        Just("[]".to_owned()),
    ];
    let space = prop_oneof![4 => Just(String::new()), 1 => "[ \n]{0,3}", 1 => " {0,40}"];
    let key = prop_oneof![9 => "[a-z]{0,7}", 1 => r#"(a|\\"){0,70}"#];
    let part = (leaf, space.clone()).prop_map(|(leaf, space)| format!("{leaf}{space}"));
    part.prop_recursive(6, 90, 9, move |inner| {
        let item = (space.clone(), inner.clone()).prop_map(|(space, item)| format!("{space}{item}"));
        let field = (space.clone(), key.clone(), space.clone(), item.clone())
            .prop_map(|(space, key, after, item)| format!("{space}\"{key}\"{after}:{item}"));
        prop_oneof![
            prop::collection::vec(item, 0..9).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(field, 0..9).prop_map(|fields| format!("{{{}}}", fields.join(","))),
        ]
    })
}

/// Keys that are prefixes of each other, and keys as long as the longest cached one or longer.
const SIMILAR_KEYS: [&str; 8] = [
    "a",
    "aa",
    "b",
    r#"a\"a"#,
    "startedDateTime",
    "thirty-two-bytes-with-its-colon",
    "29-bytes-without-its-colon--a",
    "29-bytes-without-its-colon--b",
];

const VALUES: [&str; 6] = ["1", r#""a\"}""#, "null ", r#"{"a":[1],"b":"}"}"#, r#"[{"aa":2},"]"]"#, "[ ]"];

fn compare_with_reference(text: &[u8], piece_lens: &[usize]) -> Result<(), TestCaseError> {
    let expected = Reference::scan(text, by_length, 7);
    let mut outline = Outline::new(by_length, 7);
    let (mut events, mut rest, mut piece_lens) = (Vec::new(), text, piece_lens.iter().cycle());
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(piece_lens.next().map_or(rest.len(), |len| rest.len().min(*len)));
        outline.feed(piece, &mut events);
        rest = later;
    }
    let end = outline.finish(&mut events);
    prop_assert_eq!((events, end), expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn json_is_scanned_as_by_the_reference(
        text in json(), piece_lens in prop::collection::vec(prop_oneof![1_usize..9, 9_usize..400], 1..6),
    ) {
        compare_with_reference(text.as_bytes(), &piece_lens)?;
        compare_with_reference(text.as_bytes(), &[])?;
    }

    /// A cached key must be compared with the text, because the next object may have similar keys.
    #[test]
    fn objects_with_similar_keys_are_scanned_as_by_the_reference(
        objects in prop::collection::vec(
            prop::collection::vec((0_usize..SIMILAR_KEYS.len(), prop::sample::select(&VALUES[..]), 0_usize..4), 0..9), 1..9,
        ),
        piece_lens in prop::collection::vec(prop_oneof![1_usize..9, 9_usize..400], 1..6),
    ) {
        let field = |(key, value, space): &(usize, &str, usize)| {
            let (key, space) = (SIMILAR_KEYS[*key], " ".repeat(space / 2 * (space % 2 + 1)));
            format!("\"{key}\":{space}{value}")
        };
        let object = |fields: &Vec<_>| format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(","));
        let text = format!("[{}]", objects.iter().map(object).collect::<Vec<_>>().join(","));
        compare_with_reference(text.as_bytes(), &piece_lens)?;
        compare_with_reference(text.as_bytes(), &[])?;
    }

    #[test]
    fn damaged_json_is_scanned_as_by_the_reference(
        text in json(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(b"[]{}\",:\\ x1\n".to_vec())), 1..4),
        piece_lens in prop::collection::vec(prop_oneof![1_usize..9, 9_usize..400], 1..6),
    ) {
        let mut text = text.into_bytes();
        for (at, byte) in damage {
            let at = at.index(text.len());
            text[at] = byte;
        }
        compare_with_reference(&text, &piece_lens)?;
        compare_with_reference(&text, &[])?;
    }

    #[test]
    fn any_bytes_are_scanned_as_by_the_reference(
        text in "[\\[\\]{}:,\"\\\\a1 \n]{0,200}", piece_lens in prop::collection::vec(1_usize..200, 1..6),
    ) {
        compare_with_reference(text.as_bytes(), &piece_lens)?;
        compare_with_reference(format!("{{\"a\":{text}").as_bytes(), &[])?;
        compare_with_reference(format!("[{{\"a\":[{text}").as_bytes(), &[])?;
    }
}
