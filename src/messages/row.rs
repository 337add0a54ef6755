//! One row of the table, as plain elements: nothing in it waits for signals.

use leptos::prelude::*;

use super::panel::Panel;
use super::row_text::{Face, RowText, row_text};
use crate::store::{Moment, local_clock};

/// The id of the chosen row's element.
pub(super) const CHOSEN_ID: &str = "message-chosen";

/// The row at a place of the table.
pub(super) fn row_view(panel: Panel, place: usize, chosen: Option<usize>, moment: Moment) -> AnyView {
    let list = panel.list.get();
    let text = panel
        .look(|session, record, log| row_text(session, record, log, &list, place, local_clock()))
        .flatten();
    text.map_or_else(|| ().into_any(), |text| elements(text, place, chosen == Some(place), moment))
}

fn elements(text: RowText, place: usize, is_chosen: bool, moment: Moment) -> AnyView {
    let is_end = text.number.is_none();
    let length_title = text.length_title();
    view! {
        <div
            class=format!("messages-row messages-kind-{}", text.face.kind)
            class:messages-end=is_end
            role="row"
            id=is_chosen.then_some(CHOSEN_ID)
            aria-rowindex=(place + 2).to_string()
            aria-selected=is_chosen.to_string()
            data-kind=text.face.kind
            data-msg=text.number.map(|number| number.to_string())
            data-moment=moment.key()
            aria-current=moment.aria()
        >
            <div role="gridcell" class="messages-cell messages-sign" data-col="direction">
                {sign(text.face)}
            </div>
            <div role="gridcell" class="messages-cell messages-data" data-col="data" title=title(text.data_title)>
                {data(text.data, text.word)}
            </div>
            <div
                role="gridcell"
                class="messages-cell messages-length"
                data-col="length"
                data-bytes=text.bytes.map(|bytes| bytes.to_string())
                title=title(length_title)
            >
                {text.length}
            </div>
            <div role="gridcell" class="messages-cell messages-time" data-col="time" title=title(text.time_title)>
                {text.time}
            </div>
            <div role="gridcell" class="messages-cell messages-delta" data-col="delta">
                {text.delta}
            </div>
        </div>
    }
    .into_any()
}

/// The sign of a row, and the word for it for those who do not see the sign.
pub(super) fn sign(face: Face) -> AnyView {
    view! {
        <span class=format!("messages-icon messages-icon-{}", face.kind) role="img" aria-label=face.word title=face.word>
            {face.sign}
        </span>
    }
    .into_any()
}

fn data(data: String, word: &'static str) -> AnyView {
    match (data.is_empty(), word.is_empty()) {
        (_, true) => data.into_any(),
        (true, false) => view! { <span class="messages-word">{word}</span> }.into_any(),
        (false, false) => view! { <span class="messages-tag">{word}</span> " " {data} }.into_any(),
    }
}

/// An empty title would still show an empty tooltip in some browsers.
fn title(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}
