//! One row of the table, as plain elements: nothing in it waits for signals.

use leptos::prelude::*;
use session::model::{ConsoleLevel, EpochMs};
use session::read::console_details;
use session::view::{Group, LevelGroup, console_line, level_words};

use super::panel::Panel;
use super::table::row_id;
use super::words::{place_title, short_place, sign};
use crate::store::{Moment, offset_of, wall_clock_of};

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
pub(super) fn row_view(panel: Panel, place: usize) -> AnyView {
    let is_chosen = panel.list.row_at(place) == panel.list.chosen();
    row_text(panel, place).map_or_else(|| ().into_any(), |text| elements(text, place, is_chosen))
}

fn row_text(panel: Panel, place: usize) -> Option<RowText> {
    let index = panel.list.row_at(place)?;
    panel.list.store.with(|session| {
        let entry = session.console.get(index as usize)?;
        let details = console_details(session, entry);
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

fn elements(text: RowText, place: usize, is_chosen: bool) -> AnyView {
    let (source, source_title) = text.place.unzip();
    let line_title = text.line.clone();
    let level = LevelGroup::of(text.level).key();
    view! {
        <div
            class=format!("ui-list-row console-row console-row-{level}")
            role="row"
            id=row_id(text.entry)
            aria-rowindex=(place + 2).to_string()
            aria-selected=is_chosen.to_string()
            data-level=level
            data-entry=(u64::from(text.entry) + 1).to_string()
            data-moment=text.moment.key()
            aria-current=text.moment.aria()
        >
            <div role="gridcell" class="ui-list-cell console-level" data-col="level" title=level_words(text.level)>
                {sign(text.level)}
                <span class="console-word">{level_words(text.level)}</span>
            </div>
            <div role="gridcell" class="ui-list-cell console-text" data-col="text">
                <span class="console-line" title=line_title>{text.line}</span>
                {text.failure.map(failure_button)}
            </div>
            <div role="gridcell" class="ui-list-cell console-source" data-col="source" title=source_title>
                {source}
            </div>
            <div role="gridcell" class="ui-list-cell console-time" data-col="time" title=wall_clock_of(text.time)>
                {text.offset}
            </div>
        </div>
    }
    .into_any()
}

/// What leads to the request. The table hears the click; keys reach the same button where the entry is open.
fn failure_button(row: u32) -> AnyView {
    view! {
        <button type="button" class="console-request" tabindex="-1" data-request=row.to_string() title=FAILURE_TITLE>
            {failure_words(row)}
        </button>
    }
    .into_any()
}

/// What leads to a request says.
pub(super) fn failure_words(row: u32) -> String {
    format!("Request #{row}")
}

/// How it is known.
pub(super) const FAILURE_TITLE: &str =
    "This request failed at about the same time. That the entry tells of it is inferred, not recorded.";
