//! One row of the table, as plain data.

use leptos::prelude::*;

use super::panel::Panel;
use super::row_text::{RowIcon, RowText, row_text};
use crate::store::{RowTiming, local_clock};
use crate::ui::{VNode, grid_cell, grid_row};

/// The id of the selected row's element.
pub(super) const SELECTED_ID: &str = "message-selected";

/// The row at a position of the table.
pub(super) fn row(
    panel: Panel,
    position: usize,
    selected: Option<usize>,
    timing: RowTiming,
) -> Option<VNode> {
    let list = panel.list.get();
    let text = panel
        .with(|session, record, log| row_text(session, record, log, &list, position, local_clock()))
        .flatten()?;
    let is_selected = selected == Some(position);
    let end = if text.number.is_none() { " messages-end" } else { "" };
    let class = format!("messages-row messages-kind-{}{end}", text.icon.kind);
    let row = grid_row(class, position, is_selected)
        .optional("id", is_selected.then_some(SELECTED_ID))
        .attribute("data-kind", text.icon.kind)
        .optional("data-msg", text.number.map(|number| number.to_string()))
        .optional("data-moment", timing.key())
        .optional("aria-current", timing.aria());
    Some(row.children(cells(text)))
}

fn cells(text: RowText) -> Vec<VNode> {
    let length_title = text.length_title();
    let icon = VNode::new("span")
        .class(icon_class(text.icon))
        .attribute("role", "img")
        .attribute("aria-label", text.icon.label)
        .attribute("title", text.icon.label)
        .text(text.icon.glyph);
    let event = text.event.map(|(name, id)| {
        [
            grid_cell("messages-cell messages-event", "event").filled("title", name.clone()).text(name),
            grid_cell("messages-cell messages-id", "id").filled("title", id.clone()).text(id),
        ]
    });
    let others = [
        data(
            grid_cell("messages-cell messages-data", "data").filled("title", text.data_title),
            text.data,
            text.remark,
        ),
        grid_cell("messages-cell messages-length", "length")
            .filled("title", length_title)
            .optional("data-bytes", text.bytes.map(|bytes| bytes.to_string()))
            .text(text.length),
        grid_cell("messages-cell messages-time", "time").filled("title", text.time_title).text(text.time),
        grid_cell("messages-cell messages-delta", "delta").text(text.delta),
    ];
    let icon = grid_cell("messages-cell messages-direction", "direction").child(icon);
    [icon].into_iter().chain(event.into_iter().flatten()).chain(others).collect()
}

fn data(cell: VNode, data: String, remark: &'static str) -> VNode {
    match (data.is_empty(), remark.is_empty()) {
        (_, true) => cell.text(data),
        (true, false) => cell.child(VNode::new("span").class("messages-word").text(remark)),
        (false, false) => {
            cell.child(VNode::new("span").class("messages-tag").text(remark)).text(" ").text(data)
        }
    }
}

/// The class of a row's icon.
pub(super) fn icon_class(icon: RowIcon) -> String {
    format!("messages-icon messages-icon-{}", icon.kind)
}
