//! The Console tab: what the page wrote to its console, and one entry in full.

mod detail;
mod filters;
mod labels;
mod panel;
mod row;
mod table;

use leptos::prelude::*;
use presentation::console::console_summary;
use presentation::pane_shares::Pane;

use crate::store::{PaneSizes, Playback, SessionStore};
use crate::ui::{Axis, Splitter};

use detail::EntryDetail;
use filters::Filters;
use panel::Panel;
use table::ConsoleTable;

/// The tab. `notes` draws what was skipped while loading.
#[component]
pub fn ConsoleTab(notes: impl Fn() -> AnyView + Send + Sync + 'static) -> impl IntoView {
    let (session, playback) = (expect_context::<SessionStore>(), expect_context::<Playback>());
    let panel = Panel::new();
    let size = expect_context::<PaneSizes>().of(Pane::Entry);
    let is_open = Memo::new(move |_| panel.list.detail().is_some());
    let summary =
        move || panel.list.listed.with(|listed| session.with(|session| console_summary(session, listed)));
    view! {
        <div class="ui-tool console" on:keydown=move |event| panel.list.on_key(&event, playback)>
            <Filters />
            <div class="ui-tool-panes console-panes">
                <ConsoleTable panel=panel />
                <Show when=move || is_open.get()>
                    <Splitter label="Height of the console message" axis=Axis::Vertical share=size.share range=Pane::Entry.range() on_change=size.set />
                    <EntryDetail panel=panel />
                </Show>
            </div>
            <footer class="ui-footer">
                <div class="ui-summary" role="status" aria-label="Console summary">
                    {summary}
                </div>
                {notes()}
            </footer>
        </div>
    }
}
