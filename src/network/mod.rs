//! The Network tab: the table of requests and sockets, and the details of one.

mod activity;
mod body;
mod connection;
mod details;
mod filters;
mod headers;
mod message_rate;
mod reconnections;
mod row;
mod summary;
mod table;
mod timing;
mod zoom;

pub use details::DetailsPane;
use leptos::prelude::*;

use crate::store::{Preferences, ViewStore};
use crate::ui::{Axis, Splitter};

/// The tab. `details` draws the details of the selected row, `notes` what was skipped while
/// loading.
#[component]
pub fn NetworkTab(
    details: fn() -> AnyView,
    notes: impl Fn() -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    let view = expect_context::<ViewStore>();
    let share = expect_context::<Preferences>().details_share;
    let is_open = Memo::new(move |_| view.has_open_details());
    view! {
        <div class="ui-tool network">
            <filters::Filters />
            <div
                class="network-panes"
                class:network-with-details=move || is_open.get()
                style:--details-share=move || format!("{:.3}%", share.get() * 100.0)
            >
                <table::RequestTable />
                <Show when=move || is_open.get()>
                    <Splitter label="Width of the details" axis=Axis::Horizontal share=share min=0.2 max=0.8 />
                    {details()}
                </Show>
            </div>
            <footer class="ui-footer">
                <summary::Summary />
                {notes()}
            </footer>
        </div>
    }
}
