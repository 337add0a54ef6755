//! One row of the table, as plain data: nothing in it waits for signals.

use leptos::prelude::*;

use super::panel::Panel;
use super::row_text::{Face, RowText, row_text};
use crate::store::{Moment, local_clock};
use crate::ui::{VNode, grid_cell, grid_row};

/// The id of the chosen row's element.
pub(super) const CHOSEN_ID: &str = "message-chosen";

/// The row at a place of the table.
pub(super) fn row(panel: Panel, place: usize, chosen: Option<usize>, moment: Moment) -> Option<VNode> {
    let list = panel.list.get();
    let text = panel
        .look(|session, record, log| row_text(session, record, log, &list, place, local_clock()))
        .flatten()?;
    let is_chosen = chosen == Some(place);
    let end = if text.number.is_none() { " messages-end" } else { "" };
    let class = format!("messages-row messages-kind-{}{end}", text.face.kind);
    let row = grid_row(class, place, is_chosen)
        .optional("id", is_chosen.then_some(CHOSEN_ID))
        .attribute("data-kind", text.face.kind)
        .optional("data-msg", text.number.map(|number| number.to_string()))
        .optional("data-moment", moment.key())
        .optional("aria-current", moment.aria());
    Some(row.children(cells(text)))
}

fn cells(text: RowText) -> Vec<VNode> {
    let length_title = text.length_title();
    let sign = VNode::new("span")
        .class(sign_class(text.face))
        .attribute("role", "img")
        .attribute("aria-label", text.face.word)
        .attribute("title", text.face.word)
        .text(text.face.sign);
    let event = text.event.map(|(name, id)| {
        [
            grid_cell("messages-cell messages-event", "event").filled("title", name.clone()).text(name),
            grid_cell("messages-cell messages-id", "id").filled("title", id.clone()).text(id),
        ]
    });
    let rest = [
        data(
            grid_cell("messages-cell messages-data", "data").filled("title", text.data_title),
            text.data,
            text.word,
        ),
        grid_cell("messages-cell messages-length", "length")
            .filled("title", length_title)
            .optional("data-bytes", text.bytes.map(|bytes| bytes.to_string()))
            .text(text.length),
        grid_cell("messages-cell messages-time", "time").filled("title", text.time_title).text(text.time),
        grid_cell("messages-cell messages-delta", "delta").text(text.delta),
    ];
    let sign = grid_cell("messages-cell messages-sign", "direction").child(sign);
    [sign].into_iter().chain(event.into_iter().flatten()).chain(rest).collect()
}

fn data(cell: VNode, data: String, word: &'static str) -> VNode {
    match (data.is_empty(), word.is_empty()) {
        (_, true) => cell.text(data),
        (true, false) => cell.child(VNode::new("span").class("messages-word").text(word)),
        (false, false) => {
            cell.child(VNode::new("span").class("messages-tag").text(word)).text(" ").text(data)
        }
    }
}

/// The class of a row's sign.
pub(super) fn sign_class(face: Face) -> String {
    format!("messages-icon messages-icon-{}", face.kind)
}
