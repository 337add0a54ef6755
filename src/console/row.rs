//! One row of the table, as plain data: nothing in it waits for signals.

use presentation::console::{LevelGroup, console_line, level_label};
use presentation::view_state::Group;
use session::model::{ConsoleLevel, EpochMs};

use super::panel::Panel;
use super::table::row_id;
use super::words::{place_title, short_place, sign_class, sign_of};
use crate::store::{Moment, offset_of, wall_clock_of};
use crate::ui::{VNode, grid_cell, grid_row};

/// A row in texts.
struct RowText {
    entry: u32,
    level: ConsoleLevel,
    line: String,
    /// Where it was written; the short form and the whole.
    place: Option<(String, String)>,
    /// The failed request that it probably tells of.
    failure: Option<u32>,
    time: Option<EpochMs>,
    offset: String,
    moment: Moment,
}

/// The row at a place of the table.
pub(super) fn row(panel: Panel, place: usize) -> Option<VNode> {
    let is_chosen = panel.list.row_at(place) == panel.list.chosen();
    let text = row_text(panel, place)?;
    let level = LevelGroup::of(text.level).key();
    let row = grid_row(format!("ui-list-row console-row console-row-{level}"), place, is_chosen)
        .attribute("id", row_id(text.entry))
        .attribute("data-level", level)
        .attribute("data-entry", (u64::from(text.entry) + 1).to_string())
        .optional("data-moment", text.moment.key())
        .optional("aria-current", text.moment.aria());
    Some(row.children(cells(text)))
}

fn row_text(panel: Panel, place: usize) -> Option<RowText> {
    let index = panel.list.row_at(place)?;
    panel.list.store.with(|session| {
        let entry = session.console.get(index as usize)?;
        let details = session.console_details(entry);
        Some(RowText {
            entry: index,
            level: entry.level,
            line: console_line(&details),
            place: details.place.as_deref().map(|place| (short_place(place), place_title(place))),
            failure: panel.failure(session, index, &details),
            time: entry.time,
            offset: offset_of(session, entry.time),
            moment: panel.list.moment(place, entry.time),
        })
    })
}

fn cells(text: RowText) -> [VNode; 4] {
    let (source, source_title) = text.place.unzip();
    let words = level_label(text.level);
    let sign = VNode::new("span").class(sign_class(text.level)).attribute("aria-hidden", "true");
    let line = VNode::new("span").class("console-line").attribute("title", text.line.clone()).text(text.line);
    [
        grid_cell("ui-list-cell console-level", "level")
            .attribute("title", words)
            .child(sign.text(sign_of(text.level)))
            .child(VNode::new("span").class("console-word").text(words)),
        grid_cell("ui-list-cell console-text", "text").child(line).children(text.failure.map(failure_button)),
        grid_cell("ui-list-cell console-source", "source")
            .optional("title", source_title)
            .text(source.unwrap_or_default()),
        grid_cell("ui-list-cell console-time", "time")
            .optional("title", wall_clock_of(text.time))
            .text(text.offset),
    ]
}

/// What leads to the request. The table hears the click; keys reach the same button where the entry is open.
fn failure_button(row: u32) -> VNode {
    VNode::new("button")
        .class("console-request")
        .attribute("type", "button")
        .attribute("tabindex", "-1")
        .attribute("data-request", row.to_string())
        .attribute("title", FAILURE_TITLE)
        .text(failure_words(row))
}

/// What leads to a request says.
pub(super) fn failure_words(row: u32) -> String {
    format!("Request #{row}")
}

/// How it is known.
pub(super) const FAILURE_TITLE: &str =
    "This request failed at about the same time. That the entry tells of it is inferred, not recorded.";
