//! CSS selectors of an element.

use super::attribute::Attribute;
use super::tree::{NodeKind, PageTree};

/// Maximum number of elements in a path.
const MAX_ELEMENTS: usize = 5;

/// `#id`, `[data-testid="…"]`, `[name="…"]`, `.class` or the tag: the first that there is.
pub(super) fn short_selector(tree: &PageTree, element: u32) -> String {
    if let Some(anchor) = anchor(tree, element) {
        return anchor;
    }
    if let Some(name) = complete(tree, element, Attribute::Name) {
        return attribute_selector("name", name);
    }
    let tag = tag_of(tree, element);
    class_of(tree, element).map_or(tag, |class| format!(".{class}"))
}

/// The path from the closest ancestor that has an ID or a test ID, or else of a few elements. It
/// ends at the document of a frame and at a shadow root, which no selector crosses.
pub(super) fn css_path(tree: &PageTree, element: u32) -> String {
    let mut parts = Vec::new();
    for index in tree.ancestors(element).take(MAX_ELEMENTS) {
        if tree.kind(index) != NodeKind::Element {
            break;
        }
        let anchor = anchor(tree, index);
        let is_last = anchor.is_some() || tree.is_in_shadow(index);
        parts.push(anchor.unwrap_or_else(|| step(tree, index)));
        if is_last {
            break;
        }
    }
    parts.reverse();
    parts.join(" > ")
}

/// The ID or the test ID of an element, as a selector.
fn anchor(tree: &PageTree, element: u32) -> Option<String> {
    if let Some(id) = complete(tree, element, Attribute::Id) {
        return Some(if is_identifier(id) { format!("#{id}") } else { attribute_selector("id", id) });
    }
    complete(tree, element, Attribute::TestId).map(|id| attribute_selector("data-testid", id))
}

/// An attribute that is not empty. One that was cut off at the limit would select nothing.
fn complete(tree: &PageTree, element: u32, attribute: Attribute) -> Option<&str> {
    let is_complete = |value: &&str| !value.is_empty() && value.chars().count() < attribute.max_chars();
    tree.attribute(element, attribute).filter(is_complete)
}

/// The tag of an element with its class, or with its place among the siblings with the same tag.
fn step(tree: &PageTree, element: u32) -> String {
    let tag = tag_of(tree, element);
    let is_same = |sibling: &u32| tree.kind(*sibling) == NodeKind::Element && tree.tag(*sibling) == tag;
    let before = tree.siblings_before(element).filter(is_same).count();
    let class = class_of(tree, element).map_or_else(String::new, |class| format!(".{class}"));
    if before > 0 || tree.siblings_after(element).any(|sibling| is_same(&sibling)) {
        return format!("{tag}{class}:nth-of-type({})", before + 1);
    }
    format!("{tag}{class}")
}

fn tag_of(tree: &PageTree, element: u32) -> String {
    let tag = tree.tag(element);
    if is_identifier(tag) { tag.to_owned() } else { "*".to_owned() }
}

/// The first class that needs no escape.
fn class_of(tree: &PageTree, element: u32) -> Option<&str> {
    let classes = tree.attribute(element, Attribute::Class)?;
    // A class that was cut off at the limit would select nothing.
    let is_cut = classes.chars().count() >= Attribute::Class.max_chars();
    let mut complete = classes.split_whitespace().filter(|class| !(is_cut && classes.ends_with(class)));
    complete.find(|class| is_identifier(class))
}

fn attribute_selector(name: &str, value: &str) -> String {
    format!("[{name}=\"{}\"]", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether the text is an identifier of CSS that needs no escape.
fn is_identifier(text: &str) -> bool {
    let rest = text.trim_start_matches('-');
    let starts =
        rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_' || !first.is_ascii());
    starts && text.len() - rest.len() <= 1 && text.chars().all(is_identifier_char)
}

fn is_identifier_char(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_') || !(char.is_ascii() || char.is_control())
}
