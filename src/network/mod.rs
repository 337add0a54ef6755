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
mod group_menu;
mod group_row;
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
use presentation::pane_shares::{Pane, PaneLayout};

use crate::store::{MessageSearch, PaneSizes, ViewStore};
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
    let sizes = expect_context::<PaneSizes>();
    let size = sizes.of(Pane::Details);
    let axis = Signal::derive(move || match sizes.layout.get() {
        PaneLayout::Right => Axis::Horizontal,
        PaneLayout::Bottom | PaneLayout::Narrow => Axis::Vertical,
    });
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
                data-layout=move || sizes.layout.get().key()
                style:--details-share=move || format!("{:.3}%", size.share.get() * 100.0)
            >
                <table::RequestTable />
                <Show when=move || is_open.get()>
                    {move || {
                        let label = match axis.get() {
                            Axis::Horizontal => "Width of the details",
                            Axis::Vertical => "Height of the details",
                        };
                        view! { <Splitter label=label axis=axis.get() share=size.share range=Pane::Details.range() on_change=size.set /> }
                    }}
                    {details()}
                </Show>
            </div>
            <row_copy::CopyResult />
            <footer class="ui-footer">
                <summary::Summary />
                <div class="network-actions">
                    <findings::FindingsButton />
                    <group_menu::GroupMenu />
                    <columns::ColumnsMenu />
                    <row_copy::CopyAllMenu />
                </div>
                {notes()}
            </footer>
        </div>
    }
}
