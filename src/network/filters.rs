//! The filter's text and the toggles of resource types.

use leptos::prelude::*;
use presentation::network::request_values;
use session::filter::{Field, REQUEST_FIELDS, Suggestion, suggestions};
use session::model::{format_count, plural};

use super::message_search::SearchButton;
use crate::store::{
    FilterLanguage, Preferences, ReadingStatus, SessionStore, ViewStore, filter_error, filter_remark,
};
use crate::ui::{Completion, FilterBox, GroupToggles, SavedFiltersButton};

#[component]
pub fn Filters() -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let saved = expect_context::<Preferences>().request_filters;
    let row_counts = session.row_counts();
    let q = Memo::new(move |_| view.state.with(|state| state.network_filter.clone()));
    let types = Memo::new(move |_| view.state.with(|state| state.resource_types));
    let counts = Memo::new(move |_| {
        row_counts.get().types.iter().map(|count| format_count((*count).into())).collect::<Vec<_>>()
    });
    let total = Memo::new(move |_| format_count(session.with(presentation::network::row_count).into()));
    view! {
        <div class="ui-tool-filters">
            <FilterBox
                label="Filter requests"
                placeholder="Filter: words, status:4xx, domain:, header:, body:"
                value=q
                error=filter_error(FilterLanguage::Requests, move || q.get())
                remark=filter_remark(FilterLanguage::Requests, move || q.get())
                complete=Callback::new(move |(text, cursor): (String, usize)| completions(session, &text, cursor))
                on_input=move |text| view.state.update(|state| state.network_filter = text)
            />
            <SavedFiltersButton
                saved=saved
                current=q
                on_select=move |text| view.state.update(|state| state.network_filter = text)
            />
            <GroupToggles
                label="Resource types"
                class="network-types"
                set=types
                counts=counts
                total=total
                on_change=move |types| view.state.update(|state| state.resource_types = types)
            />
            <SearchButton />
            <Reading />
        </div>
    }
}

/// What can be typed at a position of the text.
fn completions(session: SessionStore, text: &str, cursor: usize) -> Vec<Completion> {
    let values = |field: &'static Field| session.with_untracked(|session| request_values(session, field));
    let completion = |suggestion: Suggestion| Completion {
        remark: suggestion.count.map_or_else(|| suggestion.description.to_owned(), format_count),
        text: suggestion.text,
        span: suggestion.span,
    };
    suggestions(text, cursor, REQUEST_FIELDS, &values).into_iter().map(completion).collect()
}

/// How far the headers, bodies and messages are read that the filter needs.
#[component]
fn Reading() -> impl IntoView {
    let reading = expect_context::<ViewStore>().reading;
    let progress = move || {
        let (label, read, rows) = match reading.status.get() {
            ReadingStatus::Headers { read, rows } => ("Reading headers", read, rows),
            ReadingStatus::Contents { read, rows, .. } => ("Searching contents", read, rows),
            _ => return None,
        };
        let text = format!("{label}: {} of {}", format_count(read as u64), plural(rows as u64, "row"));
        let shown = text.clone();
        Some(view! {
            <span
                role="progressbar"
                aria-label=label
                aria-valuemin="0"
                aria-valuemax=rows
                aria-valuenow=read
                aria-valuetext=shown
            >
                {text}
            </span>
            <button type="button" class="ui-button" on:click=move |_| reading.cancel()>
                "Cancel"
            </button>
        })
    };
    let note = move || match reading.status.get() {
        ReadingStatus::WaitingForSession => Some("Searched when the session is loaded".to_owned()),
        ReadingStatus::Canceled => Some("Canceled: rows that were not read are not listed".to_owned()),
        ReadingStatus::Incomplete { unreadable } => {
            Some(format!("{} could not be read", plural(unreadable as u64, "row")))
        }
        _ => None,
    };
    view! {
        <div class="network-reading">
            {progress}
            <span role="status" aria-label="Filter status">{note}</span>
        </div>
    }
}
