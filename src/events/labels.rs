//! Labels of the tab.

use presentation::events::EventRow;
use session::elements::Touched;
use session::model::{Action, Millis, PageEventDetails, PageEventKind, Session};

/// The `data-kind` of a row.
pub(super) fn kind_key(session: &Session, event: EventRow) -> &'static str {
    let EventRow::Page(index) = event else { return "action" };
    match session.page_events.get(index as usize).map(|event| event.kind) {
        Some(PageEventKind::Navigation) => "navigation",
        Some(PageEventKind::DomContentLoaded) => "dom-content-loaded",
        Some(PageEventKind::Load) => "load",
        Some(PageEventKind::Click) => "click",
        Some(PageEventKind::DoubleClick) => "double-click",
        Some(PageEventKind::ContextMenu) => "context-menu",
        Some(PageEventKind::Touch) => "touch",
        Some(PageEventKind::Input) => "input",
        Some(PageEventKind::Resize) => "resize",
        Some(PageEventKind::Custom) | None => "custom",
    }
}

/// Why no events are listed at all.
pub(super) fn nothing_recorded(session: &Session, is_loading: bool) -> String {
    if is_loading {
        "Reading the session…".to_owned()
    } else if !session.format.capabilities().has_page_events {
        format!("A {} does not contain page events", session.format.noun())
    } else if session.capture.is_some_and(|capture| !capture.has_dom) {
        "Page recording was switched off in the recorder".to_owned()
    } else {
        "No events were recorded in this session".to_owned()
    }
}

/// The properties of a page event besides its payload.
pub(super) fn event_properties(
    kind: PageEventKind,
    details: &PageEventDetails,
) -> Vec<(&'static str, String)> {
    let name = match kind {
        PageEventKind::Navigation => "Address",
        PageEventKind::Input => "Value",
        PageEventKind::Resize => "Size",
        PageEventKind::Custom => "Name",
        _ => "Text",
    };
    let text = Some(details.text.clone()).filter(|text| !text.is_empty());
    let position = details.position.map(|(x, y)| format!("{x:.0}, {y:.0} (CSS pixels)"));
    let properties = [
        (name, text),
        ("Checked or selected", details.is_checked.then(|| "yes".to_owned())),
        ("Position", position),
        ("Node", details.node.map(|node| node.to_string())),
    ];
    properties.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// The properties of what an event touched.
pub(super) fn element_properties(touched: &Touched) -> Vec<(&'static str, String)> {
    let Some(name) = &touched.name else {
        return vec![("Element", "not recorded".to_owned())];
    };
    let accessible_name = match &name.name {
        Some(name) => Some(name.to_string()),
        None => name.is_masked.then(|| "masked by the recorder".to_owned()),
    };
    let properties = [
        ("Role", Some(name.role.to_string())),
        ("Name", accessible_name),
        ("Selector", Some(name.path.to_string())),
    ];
    properties.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

/// Duration of an action.
pub(super) fn action_duration(action: &Action) -> String {
    match (action.start, action.end) {
        (Some(start), Some(end)) => format!("took {}", Millis::duration(end - start)),
        (_, None) => "still running when the recording ended".to_owned(),
        (None, Some(_)) => "start not recorded".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use session::elements::ElementName;
    use session::model::{Capture, EpochMs, Span};

    use super::*;
    use session::formats::format_named;
    use session::model::FormatHandle;

    #[test]
    fn properties_that_were_not_recorded_are_absent() {
        let blank = PageEventDetails::default();
        assert_eq!(event_properties(PageEventKind::Click, &blank), []);
        let click = PageEventDetails { position: Some((766.8, 457.2)), node: Some(83), ..blank.clone() };
        let properties = event_properties(PageEventKind::Click, &click);
        assert_eq!(properties, [("Position", "767, 457 (CSS pixels)".to_owned()), ("Node", "83".to_owned())]);
        let checked = PageEventDetails { text: "on".to_owned(), is_checked: true, ..blank };
        let properties = event_properties(PageEventKind::Input, &checked);
        assert_eq!(properties, [("Value", "on".to_owned()), ("Checked or selected", "yes".to_owned())]);
    }

    #[test]
    fn an_element_has_its_role_its_name_and_its_path() {
        assert_eq!(element_properties(&Touched::default()), [("Element", "not recorded".to_owned())]);
        let name = ElementName {
            role: "button".into(),
            path: "#pay".into(),
            is_masked: true,
            ..ElementName::default()
        };
        let touched = Touched { name: Some(Arc::new(name)), ..Touched::default() };
        let properties = element_properties(&touched).into_iter().map(|(name, _)| name);
        assert_eq!(properties.collect::<Vec<_>>(), ["Role", "Name", "Selector"]);
    }

    #[test]
    fn an_action_without_an_end_has_no_duration() {
        let at = EpochMs::new;
        let action = |start, end| Action {
            title: "page.goto".into(),
            target: Box::default(),
            start,
            end,
            has_failed: false,
            source: Span { start: 0, len: 0 },
            end_source: None,
        };
        assert_eq!(action_duration(&action(at(1000.0), at(1012.0))), "took 12 ms");
        assert!(action_duration(&action(at(1000.0), None)).contains("still running"));
        assert!(action_duration(&action(None, at(1000.0))).contains("not recorded"));
    }

    #[test]
    fn an_empty_list_has_a_reason() {
        let mut session = Session::default();
        assert!(nothing_recorded(&session, true).starts_with("Reading"));
        assert!(nothing_recorded(&session, false).starts_with("No events"));
        session.capture = Some(Capture::default());
        assert!(nothing_recorded(&session, false).contains("switched off"));
        session.format = FormatHandle::new(format_named("HAR").expect("a format"));
        assert!(nothing_recorded(&session, false).contains("HAR"));
    }
}
