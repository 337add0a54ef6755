//! One row of the table, as plain data: nothing in it waits for signals.

use presentation::events::{EventLine, EventRow, event_line};
use session::model::EpochMs;

use super::panel::Panel;
use super::table::row_id;
use super::words::kind_key;
use crate::store::{Moment, offset_of, wall_clock_of};
use crate::ui::{VNode, grid_cell, grid_row};

/// A row in texts.
struct RowText {
    event: EventRow,
    kind: &'static str,
    line: EventLine,
    time: Option<EpochMs>,
    offset: String,
    moment: Moment,
}

/// The row at a place of the table.
pub(super) fn row(panel: Panel, place: usize) -> Option<VNode> {
    let is_chosen = panel.row_at(place) == panel.chosen();
    let text = row_text(panel, place)?;
    let EventLine { kind, text: said, failed, .. } = text.line;
    let mark = if failed { " events-failed" } else { "" };
    let row = grid_row(format!("ui-list-row events-row{mark}"), place, is_chosen)
        .attribute("id", row_id(text.event))
        .attribute("data-kind", text.kind)
        .optional("data-state", failed.then_some("error"))
        .optional("data-moment", text.moment.key())
        .optional("aria-current", text.moment.aria());
    let kind = kind.into_owned();
    let what = grid_cell("ui-list-cell events-text", "text").filled("title", said.clone());
    let what = if failed {
        what.child(VNode::new("span").class("events-tag").text("failed")).text(" ")
    } else {
        what
    };
    Some(
        row.children([
            grid_cell("ui-list-cell events-kind", "kind").attribute("title", kind.clone()).text(kind),
            what.text(said),
            grid_cell("ui-list-cell events-time", "time")
                .optional("title", wall_clock_of(text.time))
                .text(text.offset),
        ]),
    )
}

fn row_text(panel: Panel, place: usize) -> Option<RowText> {
    let event = panel.row_at(place)?;
    panel.store.with(|session| {
        let time = event.time(session);
        Some(RowText {
            event,
            kind: kind_key(session, event),
            line: event_line(session, event)?,
            time,
            offset: offset_of(session, time),
            moment: panel.moment(place, time),
        })
    })
}
