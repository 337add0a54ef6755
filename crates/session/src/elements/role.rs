//! Controls: the elements that users press, select and type in, and their roles.

use super::attribute::Attribute;
use super::tree::{NodeKind, PageTree};

/// The role of a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ElementRole {
    /// `button`, `link`, `textbox`; as the page names it where it does.
    pub(super) label: String,
    /// Whether a label names it.
    pub(super) is_field: bool,
    /// Whether its content names it.
    pub(super) has_content_name: bool,
    /// Whether its value names it.
    pub(super) has_value_name: bool,
}

/// The widget roles of WAI-ARIA 1.2 that are not containers of others.
const WIDGETS: [&str; 16] = [
    "button",
    "checkbox",
    "combobox",
    "link",
    "menuitem",
    "menuitemcheckbox",
    "menuitemradio",
    "option",
    "radio",
    "searchbox",
    "slider",
    "spinbutton",
    "switch",
    "tab",
    "textbox",
    "treeitem",
];
/// Those into which a user types, or that have a value.
const FIELDS: [&str; 8] =
    ["checkbox", "combobox", "radio", "searchbox", "slider", "spinbutton", "switch", "textbox"];

/// The role of an element; `None` if it is not a control.
pub(super) fn role_of(tree: &PageTree, element: u32) -> Option<ElementRole> {
    if tree.kind(element) != NodeKind::Element {
        return None;
    }
    let named = tree.attribute(element, Attribute::Role).and_then(|role| role.split_whitespace().next());
    let named = named.map(str::to_ascii_lowercase).filter(|role| WIDGETS.contains(&role.as_str()));
    let tag = tree.tag(element);
    let native: &str = match tag {
        "button" => "button",
        "a" | "area" => "link",
        "input" => input_role(tree.attribute(element, Attribute::Type).unwrap_or_default()),
        "textarea" => "textbox",
        "select" => "combobox",
        "summary" => "summary",
        "label" => "label",
        "option" => "option",
        _ if is_editable(tree, element) => "textbox",
        _ => named.as_ref()?,
    };
    let is_native_field = matches!(tag, "input" | "textarea" | "select");
    let label = named.as_deref().unwrap_or(native).to_owned();
    let is_typed = matches!(label.as_str(), "textbox" | "searchbox" | "combobox" | "spinbutton" | "slider");
    Some(ElementRole {
        is_field: is_native_field || FIELDS.contains(&label.as_str()),
        has_content_name: !is_native_field && !is_typed,
        has_value_name: tag == "input" && native == "button",
        label,
    })
}

fn input_role(kind: &str) -> &'static str {
    match kind.to_ascii_lowercase().as_str() {
        "button" | "submit" | "reset" | "image" => "button",
        "checkbox" => "checkbox",
        "radio" => "radio",
        "range" => "slider",
        "number" => "spinbutton",
        "search" => "searchbox",
        "file" => "file input",
        "color" => "color input",
        "date" | "time" | "datetime-local" | "month" | "week" => "date input",
        _ => "textbox",
    }
}

fn is_editable(tree: &PageTree, element: u32) -> bool {
    tree.attribute(element, Attribute::ContentEditable).is_some_and(|value| value != "false")
}

/// Whether a press of the control should change something that is recorded: not a field, which a
/// press only focuses, and not a link to another address, which the browser may open elsewhere.
pub(super) fn is_expected_to_act(tree: &PageTree, element: u32) -> bool {
    let Some(role) = role_of(tree, element) else { return false };
    let has = |attribute| tree.attribute(element, attribute).is_some();
    match role.label.as_str() {
        "link" => {
            let href = tree.attribute(element, Attribute::Href).unwrap_or_default();
            let is_within = href.is_empty() || href.starts_with('#') || href.starts_with("javascript:");
            is_within && !has(Attribute::Target) && !has(Attribute::Download)
        }
        "button" | "checkbox" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "radio" | "summary"
        | "switch" | "tab" | "treeitem" => true,
        _ => false,
    }
}

/// Whether users click in it to place the cursor or to select text.
pub(super) fn is_for_typing(tree: &PageTree, element: u32) -> bool {
    let role = role_of(tree, element);
    role.is_some_and(|role| {
        matches!(role.label.as_str(), "textbox" | "searchbox" | "combobox" | "spinbutton")
    })
}
