//! The name of an element: its role with its accessible name, or what a selector would say.

use super::attribute::Attribute;
use super::path::{css_path, short_selector};
use super::role::{ElementRole, role_of};
use super::tree::{NodeKind, PageTree};

/// Maximum length of a name, in characters.
const MAX_NAME_CHARS: usize = 80;
/// Maximum number of nodes whose text makes up a name.
const MAX_TEXT_NODES: usize = 200;
/// Maximum number of elements that `aria-labelledby` names.
const MAX_LABELS: usize = 8;

/// An element as it was when something happened to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ElementName {
    /// The role of a control (`button`, `textbox`), the tag of anything else.
    pub role: Box<str>,
    /// The accessible name, on one line; `None` if there is none, or if it is masked.
    pub name: Option<Box<str>>,
    /// Whether the recorder masked the accessible name.
    pub is_masked: bool,
    /// What a selector would say of it: `#id`, `[data-testid="…"]`, `[name="…"]`, `.class`, or the
    /// tag.
    pub selector: Box<str>,
    /// A short CSS path, from the closest ancestor with an ID.
    pub path: Box<str>,
    /// What its value means, for a field.
    pub field: FieldKind,
}

/// What the value of an input event means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// The value is a text, or not known to be anything else.
    #[default]
    Text,
    /// A check box or a radio button: checked or not.
    Checkable,
}

impl ElementName {
    /// `button "Place order"`, `button (masked)`, `#save`.
    pub fn label(&self) -> String {
        match &self.name {
            Some(name) => format!("{} \"{name}\"", self.role),
            None if self.is_masked => format!("{} (masked)", self.role),
            None => self.selector.clone().into_string(),
        }
    }
}

/// Whether a recorder masked the text: rrweb writes an asterisk for each character, other recorders
/// a bullet.
pub fn is_masked(text: &str) -> bool {
    let mut chars = text.chars().filter(|char| !char.is_whitespace()).peekable();
    chars.peek().is_some() && chars.all(|char| matches!(char, '*' | '•' | '●'))
}

/// The element that a node is within, and that a user would name: the closest control, or else the
/// closest element.
pub(super) fn named_element(tree: &PageTree, node: u32) -> Option<u32> {
    let within = || tree.ancestors(node).take_while(|index| tree.kind(*index) != NodeKind::Document);
    within()
        .find(|index| role_of(tree, *index).is_some())
        .or_else(|| within().find(|index| tree.kind(*index) == NodeKind::Element))
}

/// The name of an element.
pub(super) fn name_of(tree: &PageTree, element: u32) -> ElementName {
    let role = role_of(tree, element);
    let label = role.map_or_else(|| tree.tag(element).to_owned(), |role| role.label);
    let text = accessible_name(tree, element, role_of(tree, element).as_ref());
    let is_masked = text.as_deref().is_some_and(is_masked);
    ElementName {
        role: label.into(),
        name: text.filter(|_| !is_masked).map(String::into_boxed_str),
        is_masked,
        selector: short_selector(tree, element).into(),
        path: css_path(tree, element).into(),
        field: field_kind(tree, element),
    }
}

fn field_kind(tree: &PageTree, element: u32) -> FieldKind {
    let is_input = tree.tag(element) == "input";
    let kind = tree.attribute(element, Attribute::Type).unwrap_or_default();
    let is_checkable = kind.eq_ignore_ascii_case("checkbox") || kind.eq_ignore_ascii_case("radio");
    if is_input && is_checkable { FieldKind::Checkable } else { FieldKind::Text }
}

/// The accessible name, by a subset of "Accessible Name and Description Computation 1.2": what the
/// author wrote for it, then what labels it, then its content, then its title and its placeholder.
fn accessible_name(tree: &PageTree, element: u32, role: Option<&ElementRole>) -> Option<String> {
    let attribute = |attribute| tree.attribute(element, attribute).and_then(filled);
    let labelled = || filled(&labelled_by(tree, element));
    let label = || role.filter(|role| role.is_field).and_then(|_| filled(&label_text(tree, element)));
    let value = || role.filter(|role| role.has_value_name).and_then(|_| attribute(Attribute::Value));
    let content = || match role {
        Some(role) if role.has_content_name => filled(&text_of(tree, element, None)),
        Some(_) => None,
        None => filled(&own_text(tree, element)),
    };
    labelled()
        .or_else(|| attribute(Attribute::AriaLabel))
        .or_else(label)
        .or_else(value)
        .or_else(|| attribute(Attribute::Alt))
        .or_else(content)
        .or_else(|| attribute(Attribute::Title))
        .or_else(|| attribute(Attribute::Placeholder))
}

/// On one line and within the limit; `None` if nothing is left.
fn filled(text: &str) -> Option<String> {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        let needed = word.chars().count() + usize::from(count > 0);
        if count + needed > MAX_NAME_CHARS {
            if count == 0 {
                line.extend(word.chars().take(MAX_NAME_CHARS));
            }
            line.push('…');
            break;
        }
        if count > 0 {
            line.push(' ');
        }
        line.push_str(word);
        count += needed;
    }
    Some(line).filter(|line| !line.is_empty())
}

fn labelled_by(tree: &PageTree, element: u32) -> String {
    let ids = tree.attribute(element, Attribute::AriaLabelledBy).unwrap_or_default();
    let labels = ids.split_whitespace().take(MAX_LABELS).filter_map(|id| tree.element_by_id(id));
    let texts: Vec<String> = labels.map(|label| text_of(tree, label, Some(element))).collect();
    texts.join(" ")
}

/// The text of the label of a field: one that names it, or that it is within.
fn label_text(tree: &PageTree, field: u32) -> String {
    let named = tree.attribute(field, Attribute::Id).and_then(|id| tree.label_of(id));
    let around = || tree.ancestors(field).skip(1).find(|index| tree.tag(*index) == "label");
    named.or_else(around).map_or_else(String::new, |label| text_of(tree, label, Some(field)))
}

/// The text of an element without that of the elements within it.
fn own_text(tree: &PageTree, element: u32) -> String {
    let texts: Vec<&str> =
        tree.children(element).take(MAX_TEXT_NODES).filter_map(|child| tree.text(child)).collect();
    if is_hidden_text(tree.tag(element)) { String::new() } else { texts.join(" ") }
}

/// The text of an element with all elements within it but one.
fn text_of(tree: &PageTree, element: u32, except: Option<u32>) -> String {
    let mut text = String::new();
    // The nodes to visit, the next one last.
    let mut pending = vec![element];
    for _ in 0..MAX_TEXT_NODES {
        let Some(index) = pending.pop() else { break };
        if let Some(own) = tree.text(index) {
            text.push_str(own);
            if text.chars().count() > MAX_NAME_CHARS * 2 {
                break;
            }
            continue;
        }
        let is_left_out = Some(index) == except
            || is_hidden_text(tree.tag(index))
            || tree.attribute(index, Attribute::AriaHidden) == Some("true");
        if is_left_out {
            continue;
        }
        let replaced = [Attribute::AriaLabel, Attribute::Alt]
            .into_iter()
            .filter(|_| index != element)
            .find_map(|attribute| tree.attribute(index, attribute));
        if let Some(replaced) = replaced {
            text.push(' ');
            text.push_str(replaced);
            continue;
        }
        if !is_inline(tree.tag(index)) {
            text.push(' ');
        }
        let start = pending.len();
        pending.extend(tree.children(index).take(MAX_TEXT_NODES));
        if let Some(added) = pending.get_mut(start..) {
            added.reverse();
        }
    }
    text
}

/// Whether the text of an element is not shown as text.
fn is_hidden_text(tag: &str) -> bool {
    matches!(tag, "script" | "style" | "noscript" | "template" | "select" | "textarea" | "datalist")
}

/// Whether the text of an element continues the text before it.
fn is_inline(tag: &str) -> bool {
    matches!(
        tag,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "code"
            | "em"
            | "font"
            | "i"
            | "mark"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "u"
    )
}
