//! Any bytes in every encoding: no panic, and every range lies within that of its container.

use session::encodings::{
    Changes, Compression, FieldVotes, Payload, SpanTree, Syntax, detect, message_pack, nested,
};

use super::payload::check_payload;

/// Nodes of a tree whose texts are checked. More of them reach no other code.
const MAX_CHECKED: u32 = 40;
/// Every encoding.
const SYNTAXES: [Syntax; 5] =
    [Syntax::Json, Syntax::MessagePack, Syntax::Cbor, Syntax::Protobuf, Syntax::Bson];

/// Reads bytes in every encoding, and as what they seem to be.
pub(crate) fn encodings(input: &[u8]) {
    let mut reused = SpanTree::default();
    for syntax in SYNTAXES {
        let tree = SpanTree::parse(syntax, input);
        let root = reused.reparse(syntax, input);
        assert_eq!(root.is_some(), tree.is_some());
        if let Some(tree) = tree {
            assert_eq!(tree, reused, "memory that is used again changes nothing");
            check_ranges(&tree, input);
        }
    }
    if SpanTree::parse(Syntax::MessagePack, input).is_some() {
        assert_eq!(message_pack::value_len(input), Some(input.len()));
    }
    check_votes(input);
    let _ = detect(input);
    if let Some(compression) = Compression::of(input) {
        let _ = compression.decompress(input);
    }
    let payload = Payload::detected(input.to_vec());
    assert_eq!(payload.bytes(), input, "what was recorded is not altered");
    check_payload(&payload);
    check_changes(&payload, input);
    if let Some(nested) = nested(&String::from_utf8_lossy(input)) {
        check_payload(&nested.payload);
    }
}

/// A payload does not differ from itself; what its beginning lacks was added to that.
fn check_changes(payload: &Payload, input: &[u8]) {
    assert!(Changes::between(payload, payload).is_empty());
    let beginning = Payload::detected(input[..input.len() / 2].to_vec());
    let (there, back) = (Changes::between(&beginning, payload), Changes::between(payload, &beginning));
    assert_eq!((there.added, there.removed), (back.removed, back.added));
    assert_eq!((there.changed, there.unchanged), (back.changed, back.unchanged));
    let _ = there.to_text();
}

/// Messages between zero bytes, whose fields read as all of them decide.
fn check_votes(input: &[u8]) {
    let mut votes = FieldVotes::default();
    for message in input.split(|byte| *byte == 0) {
        votes.add(message);
    }
    votes.add(input);
    if let Some(tree) = SpanTree::protobuf(input, &votes) {
        check_ranges(&tree, input);
    }
}

fn check_ranges(tree: &SpanTree, source: &[u8]) {
    let nodes = tree.nodes();
    assert!(nodes.len() <= source.len() + 1, "every value takes a byte");
    for (index, node) in nodes.iter().enumerate() {
        assert!(node.value.end() as usize <= source.len());
        let start = node.key.map_or(node.value.start, |key| key.start);
        if let Some(key) = node.key {
            assert!(key.end() <= node.value.start, "a key is in front of its value");
        }
        if index > 0 {
            let parent = nodes[node.parent as usize];
            assert!(start >= parent.value.start && node.value.end() <= parent.value.end());
            assert!(node.depth == parent.depth + 1 && node.end <= parent.end);
        }
    }
    let mut at = 0;
    for child in tree.children(0) {
        let node = nodes[child as usize];
        assert!(node.value.start >= at, "values do not overlap");
        at = node.value.end();
    }
    for index in 0..MAX_CHECKED.min(nodes.len() as u32) {
        let _ = (tree.key_text(source, index), tree.value_text(source, index), tree.count_label(index));
        assert!(tree.path(source, index).starts_with('$'));
        let _ = tree.preview(source, index, 60);
    }
}
