//! What an event touched, in words.

use session::elements::{ElementName, FieldKind, PageElements, Touched, is_masked};
use session::encodings::one_line;
use session::model::{PageEvent, PageEventDetails, PageEventKind};

/// In place of the name of an element that the recording does not hold.
pub const NOT_RECORDED: &str = "element not recorded";
/// Badges of a row.
pub(super) const RAGE_CLICK: &str = "Rage click";
pub(super) const DEAD_CLICK: &str = "Dead click";

/// What is remarkable about a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventMark {
    RageClick,
    DeadClick,
}

impl EventMark {
    /// The value of `data-mark`.
    pub fn key(self) -> &'static str {
        match self {
            Self::RageClick => "rage",
            Self::DeadClick => "dead",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::RageClick => RAGE_CLICK,
            Self::DeadClick => DEAD_CLICK,
        }
    }
}

/// The marks of a page event.
pub(super) fn marks_of(elements: Option<&PageElements>, event: &PageEvent) -> Vec<EventMark> {
    let marks = elements.map(|elements| elements.marks(event)).unwrap_or_default();
    let all = [(marks.is_rage, EventMark::RageClick), (marks.is_dead, EventMark::DeadClick)];
    all.into_iter().filter(|(has, _)| *has).map(|(_, mark)| mark).collect()
}

/// `button "Place order"`, `#chat-text (masked)`, `checkbox "Agree": checked`. `None` for an event
/// without a target.
pub(super) fn target_text(
    kind: PageEventKind,
    details: &PageEventDetails,
    touched: &Touched,
    max_chars: usize,
) -> Option<String> {
    let name = touched.name.as_deref();
    let text = match kind {
        PageEventKind::Click
        | PageEventKind::DoubleClick
        | PageEventKind::ContextMenu
        | PageEventKind::Touch => name.map_or_else(|| NOT_RECORDED.to_owned(), ElementName::label),
        PageEventKind::Input => input_text(name, details),
        _ => return None,
    };
    Some(one_line(&text, max_chars))
}

fn input_text(name: Option<&ElementName>, details: &PageEventDetails) -> String {
    let label = match name {
        None => NOT_RECORDED.to_owned(),
        // The value says that it is masked.
        Some(name) if name.is_masked => name.selector.clone().into_string(),
        Some(name) => name.label(),
    };
    let is_checkable = name.is_some_and(|name| name.field == FieldKind::Checkable);
    match details.text.as_str() {
        _ if is_checkable && details.is_checked => format!("{label}: checked"),
        _ if is_checkable => format!("{label}: cleared"),
        "" => format!("{label}: empty"),
        text if is_masked(text) => format!("{label} (masked)"),
        text => format!("{label}: {text}"),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn name(name: Option<&str>, selector: &str) -> ElementName {
        ElementName {
            role: "textbox".into(),
            name: name.map(Box::from),
            selector: selector.into(),
            ..ElementName::default()
        }
    }

    fn text(kind: PageEventKind, value: &str, name: Option<ElementName>) -> Option<String> {
        let details = PageEventDetails { text: value.to_owned(), ..PageEventDetails::default() };
        let touched = Touched { name: name.map(Arc::new), ..Touched::default() };
        target_text(kind, &details, &touched, 80)
    }

    #[test]
    fn inputs_have_the_name_of_the_field_and_their_value() {
        let input = |value, name| text(PageEventKind::Input, value, Some(name)).expect("a text");
        assert_eq!(input("leeks", name(Some("Say something"), "#say")), "textbox \"Say something\": leeks");
        assert_eq!(input("*****", name(None, "#chat-text")), "#chat-text (masked)");
        assert_eq!(input("", name(None, "#chat-text")), "#chat-text: empty");
        let masked = ElementName { is_masked: true, ..name(None, "#card") };
        assert_eq!(input("4111", masked.clone()), "#card: 4111");
        assert_eq!(input("****", masked), "#card (masked)");
        let checkbox = ElementName { field: FieldKind::Checkable, ..name(Some("Agree"), "#agree") };
        assert_eq!(input("on", checkbox), "textbox \"Agree\": cleared");
    }

    #[test]
    fn clicks_have_the_name_of_the_element() {
        assert_eq!(text(PageEventKind::Click, "", None).as_deref(), Some(NOT_RECORDED));
        let masked = ElementName { is_masked: true, ..name(None, "#card") };
        assert_eq!(text(PageEventKind::Click, "", Some(masked)).as_deref(), Some("textbox (masked)"));
        assert_eq!(text(PageEventKind::Load, "", None), None);
    }
}
