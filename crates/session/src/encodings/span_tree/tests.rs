use super::*;

const ORDER: &[u8] = ORDER_TEXT.as_bytes();
const ORDER_TEXT: &str =
    r#"{"id": 12345678901234567890, "unit price": 1e999, "tags": ["a\nb", {}], "id": null}"#;

fn tree(text: &str) -> SpanTree {
    SpanTree::parse(Syntax::Json, text.as_bytes()).expect("JSON")
}

#[test]
fn numbers_stay_as_written_and_repeated_keys_are_kept() {
    let tree = tree(ORDER_TEXT);
    let rows: Vec<_> = (1..tree.nodes().len() as u32)
        .map(|index| (tree.key_text(ORDER, index).unwrap_or_default(), tree.value_text(ORDER, index)))
        .collect();
    let expected = [
        ("id", "12345678901234567890"),
        ("unit price", "1e999"),
        ("tags", r#"["a\nb", {}]"#),
        ("", "a\nb"),
        ("", "{}"),
        ("id", "null"),
    ];
    assert_eq!(rows, expected.map(|(key, value)| (key.into(), value.into())));
}

#[test]
fn each_node_has_its_depth_children_end_and_parent() {
    let tree = tree(ORDER_TEXT);
    let tags = tree.nodes()[3];
    assert_eq!((tags.kind, tags.depth, tags.children, tags.end, tags.parent), (NodeKind::Array, 1, 2, 6, 0));
    assert_eq!(tree.nodes()[0].children, 4);
    assert_eq!(tree.nodes()[0].end as usize, tree.nodes().len());
    assert_eq!(tree.children(0).collect::<Vec<_>>(), [1, 2, 3, 6]);
    assert_eq!(tree.children(5).count(), 0);
    assert_eq!(tree.children(u32::MAX).count(), 0);
}

#[test]
fn paths_have_the_syntax_of_javascript() {
    let tree = tree(ORDER_TEXT);
    let paths: Vec<_> = [0, 1, 2, 5].iter().map(|index| tree.path(ORDER, *index)).collect();
    assert_eq!(paths, ["$", "$.id", r#"$["unit price"]"#, "$.tags[1]"]);
}

#[test]
fn a_collapsed_container_hides_its_descendants() {
    let tree = tree(ORDER_TEXT);
    assert_eq!(tree.visible(|_| true), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(tree.visible(|index| index != 3), [0, 1, 2, 3, 6]);
    assert_eq!(tree.visible(|_| false), [0]);
}

#[test]
fn the_first_two_levels_are_expanded_unless_long() {
    let nested = tree("[[[1]]]");
    assert_eq!([0, 1, 2, 3].map(|index| nested.default_expanded(index)), [true, true, false, false]);
    assert!(!tree(&format!("[{}0]", "0,".repeat(100))).default_expanded(0));
    assert!(!nested.default_expanded(99));
}
