//! One row of the table, as plain data.

use leptos::prelude::Get;
use presentation::events::{EventLine, EventRow, event_line};
use session::model::EpochMs;

use super::labels::kind_key;
use super::panel::Panel;
use super::table::row_id;
use crate::store::{NamedElements, RowTiming, offset_of, wall_clock_of};
use crate::ui::{VNode, grid_cell, grid_row};

/// The texts of a row.
struct RowText {
    event: EventRow,
    kind: &'static str,
    line: EventLine,
    time: Option<EpochMs>,
    offset: String,
    timing: RowTiming,
}

/// The row at a position of the table.
pub(super) fn row(panel: Panel, elements: NamedElements, position: usize) -> Option<VNode> {
    let is_selected = panel.row_at(position) == panel.selected();
    let text = row_text(panel, elements, position)?;
    let EventLine { kind, text: description, failed, marks, .. } = text.line;
    let mark = if failed { " events-failed" } else { "" };
    let row = grid_row(format!("ui-list-row events-row{mark}"), position, is_selected)
        .attribute("id", row_id(text.event))
        .attribute("data-kind", text.kind)
        .optional("data-state", failed.then_some("error"))
        .optional("data-moment", text.timing.key())
        .optional("aria-current", text.timing.aria());
    let kind = kind.into_owned();
    let what = grid_cell("ui-list-cell events-text", "text").filled("title", description.clone());
    let what = if failed {
        what.child(VNode::new("span").class("events-tag").text("failed")).text(" ")
    } else {
        what
    };
    let what = marks.into_iter().fold(what, |what, mark| {
        let badge = VNode::new("span").class("events-mark").attribute("data-mark", mark.key());
        what.child(badge.text(mark.label())).text(" ")
    });
    Some(
        row.children([
            grid_cell("ui-list-cell events-kind", "kind").attribute("title", kind.clone()).text(kind),
            what.text(description),
            grid_cell("ui-list-cell events-time", "time")
                .optional("title", wall_clock_of(text.time))
                .text(text.offset),
        ]),
    )
}

fn row_text(panel: Panel, elements: NamedElements, position: usize) -> Option<RowText> {
    let event = panel.row_at(position)?;
    let found = elements.found.get();
    panel.session.with(|session| {
        let time = event.time(session);
        Some(RowText {
            event,
            kind: kind_key(session, event),
            line: event_line(session, event, found.as_deref())?,
            time,
            offset: offset_of(session, time),
            timing: panel.timing(position, time),
        })
    })
}
