//! Payloads and bodies: every way to look at one agrees with its bytes.

use session::encodings::SpanTree;
use session::encodings::{Payload, Shape, base64, hex, one_line};
use session::model::Body;

/// Nodes of a tree that are checked. More of them reach no other code.
const MAX_CHECKED: u32 = 40;

/// Checks the body of a request or response.
pub(crate) fn check_body(body: Body) {
    match body {
        Body::Text { text, .. } => check_payload(&Payload::from_text(text)),
        Body::Binary { bytes, .. } => check_payload(&Payload::from_bytes(bytes)),
        Body::InFile { path, .. } => {
            assert!(
                path.split('/').all(|segment| segment != "..") && !path.starts_with('/'),
                "{path} leaves its folder"
            );
        }
        Body::Empty | Body::NotRecorded(_) => {}
    }
}

/// Checks every way to look at a payload.
pub(crate) fn check_payload(payload: &Payload) {
    let bytes = payload.bytes();
    assert_eq!(base64::decode(payload.base64().as_bytes()).as_deref(), Some(bytes));
    assert!(payload.views().contains(&payload.first_view()));
    // A character that cannot be printed is shown as its code, `\u{202e}`.
    assert!(payload.preview(80).chars().count() <= 81 * 10);
    let rows = hex::rows(bytes.len());
    for index in [0, rows / 2, rows.saturating_sub(1), rows] {
        let row = hex::row(bytes, index);
        assert!(row.ascii.len() <= hex::ROW_LEN && row.ascii.is_ascii());
    }
    let Some(text) = payload.text() else { return };
    assert!(!one_line(text, 50).contains('\n'));
    assert_eq!(payload.tree().is_some(), payload.shape() == Shape::Json);
    if let Some(parsed) = payload.tree() {
        check_tree(parsed, text);
    }
}

fn check_tree(tree: &SpanTree, text: &str) {
    let text = text.as_bytes();
    let nodes = tree.nodes();
    assert!(nodes.len() <= text.len(), "every value takes a byte");
    let shown = tree.visible(|index| tree.default_expanded(index));
    assert!(shown.is_sorted() && shown.len() <= nodes.len());
    assert_eq!(tree.visible(|_| true).len(), nodes.len());
    for index in 0..MAX_CHECKED.min(nodes.len() as u32) {
        let _ = (tree.key_text(text, index), tree.value_text(text, index), tree.count_label(index));
        assert!(tree.path(text, index).starts_with('$'));
        let _ = tree.preview(text, index, 60);
        let children = tree.node(index).map_or(0, |node| node.children);
        assert_eq!(tree.children(index).count(), children as usize);
    }
}
