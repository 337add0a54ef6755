//! One row of the table, as plain elements: nothing in it waits for signals.

use leptos::prelude::*;
use session::model::EpochMs;
use session::read::page_event_details;
use session::view::{EventLine, EventRow, event_line};

use super::panel::Panel;
use super::table::row_id;
use super::words::kind_key;
use crate::store::{Moment, offset_of, wall_clock_of};

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
pub(super) fn row_view(panel: Panel, place: usize) -> AnyView {
    let is_chosen = panel.row_at(place) == panel.chosen();
    row_text(panel, place).map_or_else(|| ().into_any(), |text| elements(text, place, is_chosen))
}

fn row_text(panel: Panel, place: usize) -> Option<RowText> {
    let event = panel.row_at(place)?;
    panel.store.with(|session| {
        let time = event.time(session);
        Some(RowText {
            event,
            kind: kind_key(session, event),
            line: event_line(session, event, |event| page_event_details(session, event))?,
            time,
            offset: offset_of(session, time),
            moment: panel.moment(place, time),
        })
    })
}

fn elements(text: RowText, place: usize, is_chosen: bool) -> AnyView {
    let EventLine { kind, text: said, failed, .. } = text.line;
    let kind = kind.into_owned();
    // An empty title would still show an empty tooltip in some browsers.
    let (kind_title, title) = (kind.clone(), Some(said.clone()).filter(|said| !said.is_empty()));
    view! {
        <div
            class="ui-list-row events-row"
            class:events-failed=failed
            role="row"
            id=row_id(text.event)
            aria-rowindex=(place + 2).to_string()
            aria-selected=is_chosen.to_string()
            data-kind=text.kind
            data-state=failed.then_some("error")
            data-moment=text.moment.key()
            aria-current=text.moment.aria()
        >
            <div role="gridcell" class="ui-list-cell events-kind" data-col="kind" title=kind_title>
                {kind}
            </div>
            <div role="gridcell" class="ui-list-cell events-text" data-col="text" title=title>
                {failed.then(|| view! { <span class="events-tag">"failed"</span> " " })}
                {said}
            </div>
            <div role="gridcell" class="ui-list-cell events-time" data-col="time" title=wall_clock_of(text.time)>
                {text.offset}
            </div>
        </div>
    }
    .into_any()
}
