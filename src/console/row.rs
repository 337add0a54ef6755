//! One row of the table, as plain data.

use presentation::console::{LevelGroup, console_line, level_label};
use presentation::toggles::Group;
use session::model::{ConsoleLevel, EpochMs};

use super::labels::{glyph_class, glyph_of, place_title, short_place};
use super::panel::Panel;
use super::table::row_id;
use crate::store::{RowTiming, offset_of, wall_clock_of};
use crate::ui::{VNode, grid_cell, grid_row};

/// The texts of a row.
struct RowText {
    entry: u32,
    level: ConsoleLevel,
    line: String,
    /// Source position: the short form and the complete one.
    place: Option<(String, String)>,
    /// The failed request that it is probably about.
    failure: Option<u32>,
    time: Option<EpochMs>,
    offset: String,
    timing: RowTiming,
}

/// The row at a position of the table.
pub(super) fn row(panel: Panel, position: usize) -> Option<VNode> {
    let is_selected = panel.list.row_at(position) == panel.list.selected();
    let text = row_text(panel, position)?;
    let level = LevelGroup::of(text.level).key();
    let row = grid_row(format!("ui-list-row console-row console-row-{level}"), position, is_selected)
        .attribute("id", row_id(text.entry))
        .attribute("data-level", level)
        .attribute("data-entry", (u64::from(text.entry) + 1).to_string())
        .optional("data-moment", text.timing.key())
        .optional("aria-current", text.timing.aria());
    Some(row.children(cells(text)))
}

fn row_text(panel: Panel, position: usize) -> Option<RowText> {
    let index = panel.list.row_at(position)?;
    panel.list.session.with(|session| {
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
            timing: panel.list.timing(position, entry.time),
        })
    })
}

fn cells(text: RowText) -> [VNode; 4] {
    let (source, source_title) = text.place.unzip();
    let level = level_label(text.level);
    let glyph = VNode::new("span").class(glyph_class(text.level)).attribute("aria-hidden", "true");
    let line = VNode::new("span").class("console-line").attribute("title", text.line.clone()).text(text.line);
    [
        grid_cell("ui-list-cell console-level", "level")
            .attribute("title", level)
            .child(glyph.text(glyph_of(text.level)))
            .child(VNode::new("span").class("console-word").text(level)),
        grid_cell("ui-list-cell console-text", "text").child(line).children(text.failure.map(failure_button)),
        grid_cell("ui-list-cell console-source", "source")
            .optional("title", source_title)
            .text(source.unwrap_or_default()),
        grid_cell("ui-list-cell console-time", "time")
            .optional("title", wall_clock_of(text.time))
            .text(text.offset),
    ]
}

/// The button that shows the request. The table handles the click; keys reach the same button in
/// the entry's detail.
fn failure_button(row: u32) -> VNode {
    VNode::new("button")
        .class("console-request")
        .attribute("type", "button")
        .attribute("tabindex", "-1")
        .attribute("data-request", row.to_string())
        .attribute("title", FAILURE_TITLE)
        .text(failure_label(row))
}

/// Label of the button that shows a request.
pub(super) fn failure_label(row: u32) -> String {
    format!("Request #{row}")
}

/// Tooltip of that button.
pub(super) const FAILURE_TITLE: &str =
    "This request failed at about the same time. That the entry is about it is inferred, not recorded.";
