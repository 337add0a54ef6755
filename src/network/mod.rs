//! The Network tab: the table of requests and sockets, and the details of one.

mod activity;
mod body;
mod body_notes;
mod columns;
mod connection;
mod cookies;
mod details;
mod filters;
mod findings;
mod headers;
mod initiator;
mod message_rate;
mod message_search;
mod parts;
mod reconnections;
mod row;
mod row_copy;
mod summary;
mod table;
mod timing;
mod zoom;

pub use details::DetailsPane;
use leptos::prelude::*;
pub use message_search::SearchRegion;

use crate::store::{MessageSearch, Preferences, ViewStore};
use crate::ui::{Axis, Splitter};

/// The tab. `details` draws the details of the selected row, `search` the search over the messages
/// of all sockets, `notes` what was skipped while loading.
#[component]
pub fn NetworkTab(
    details: fn() -> AnyView,
    search: fn() -> AnyView,
    notes: impl Fn() -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    provide_context(row_copy::RowCopy::new());
    let view = expect_context::<ViewStore>();
    let preferences = expect_context::<Preferences>();
    let share = preferences.details_share;
    let is_searching = expect_context::<MessageSearch>().is_open;
    let is_open = Memo::new(move |_| view.has_open_details());
    let shows_findings = Memo::new(move |_| view.state.with(|state| state.shows_findings));
    view! {
        <div class="ui-tool network">
            <filters::Filters />
            <Show when=move || is_searching.get()>{search()}</Show>
            <Show when=move || shows_findings.get()>
                <findings::FindingsRegion />
            </Show>
            <div
                class="network-panes"
                class:network-with-details=move || is_open.get()
                class:network-only-details=move || is_open.get() && view.maximizes_details.get()
                data-details=move || preferences.details_place.get().key()
                style:--details-share=move || format!("{:.3}%", share.get() * 100.0)
            >
                <table::RequestTable />
                <Show when=move || is_open.get()>
                    <Splitter label="Width of the details" axis=Axis::Horizontal share=share min=0.2 max=0.8 />
                    {details()}
                </Show>
            </div>
            <row_copy::CopyResult />
            <footer class="ui-footer">
                <summary::Summary />
                <div class="network-actions">
                    <findings::FindingsButton />
                    <columns::ColumnsMenu />
                    <row_copy::CopyAllMenu />
                </div>
                {notes()}
            </footer>
        </div>
    }
}
