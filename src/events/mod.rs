//! The Events tab: what happened on the page and what a test did, and one of that in full.

mod chosen;
mod panel;
mod row;
mod table;
mod words;

use leptos::prelude::*;
use presentation::events::events_summary;

use crate::store::Store;
use crate::ui::{Axis, FilterBox, Splitter};

use chosen::ChosenEvent;
use table::EventTable;

/// The tab. `notes` draws what was skipped while loading.
#[component]
pub fn EventsTab(notes: impl Fn() -> AnyView + Send + Sync + 'static) -> impl IntoView {
    let store = Store::expect();
    let panel = panel::panel(store);
    let share = store.preferences.chosen_share;
    let is_shown = Memo::new(move |_| panel.shown().is_some());
    let words = Memo::new(move |_| store.address.with(|address| address.event_filter.clone()));
    let summary = move || panel.listed.with(|listed| store.with(|session| events_summary(session, listed)));
    view! {
        <div class="ui-tool events" on:keydown=move |event| panel.pressed(&event)>
            <div class="ui-tool-filters">
                <FilterBox
                    label="Filter events"
                    placeholder="Filter by kind and by what it says"
                    value=words
                    on_input=move |text| store.address.update(|address| address.event_filter = text)
                />
            </div>
            <div class="ui-tool-panes events-panes">
                <EventTable panel=panel />
                <Show when=move || is_shown.get()>
                    <Splitter label="Height of the event" axis=Axis::Vertical share=share least=0.1 most=0.8 />
                    <ChosenEvent panel=panel />
                </Show>
            </div>
            <footer class="ui-footer">
                <div class="ui-summary" role="status" aria-label="Events summary">
                    {summary}
                </div>
                {notes()}
            </footer>
        </div>
    }
}
