//! **Group by**: what the rows of the table are grouped by.

use leptos::prelude::*;
use presentation::network::GroupBy;

use crate::store::ViewStore;
use crate::ui::{MenuButton, MenuItem};

/// The items that are not a property of the rows.
const NONE: &str = "none";
const COLLAPSE: &str = "collapse";
const EXPAND: &str = "expand";

/// The menu. Collapsing all groups is offered where there are groups.
#[component]
pub(super) fn GroupMenu() -> impl IntoView {
    let view = expect_context::<ViewStore>();
    let items = move || {
        let chosen = view.groups.by.get();
        let radio = |by: Option<GroupBy>| MenuItem {
            key: by.map_or(NONE, GroupBy::key),
            label: by.map_or("None", GroupBy::label),
            is_checked: Some(chosen == by),
        };
        let mut items: Vec<MenuItem> =
            std::iter::once(None).chain(GroupBy::ALL.map(Some)).map(radio).collect();
        if chosen.is_some() {
            items.push(MenuItem { key: COLLAPSE, label: "Collapse all", is_checked: None });
            items.push(MenuItem { key: EXPAND, label: "Expand all", is_checked: None });
        }
        items
    };
    let select = move |key: &'static str| match key {
        COLLAPSE => view.groups.collapse_all(true),
        EXPAND => view.groups.collapse_all(false),
        key => view.state.update(|state| state.group_by = GroupBy::from_key(key)),
    };
    view! { <MenuButton label="Group by" is_radio=true items=Signal::derive(items) on_select=select /> }
}
