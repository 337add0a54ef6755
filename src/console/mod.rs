//! The Console tab: what the page wrote to its console, and one entry in full.

mod chosen;
mod filters;
mod panel;
mod row;
mod table;
mod words;

use leptos::prelude::*;
use presentation::console::console_summary;

use crate::store::Store;
use crate::ui::{Axis, Splitter};

use chosen::ChosenEntry;
use filters::Filters;
use panel::Panel;
use table::ConsoleTable;

/// The tab. `notes` draws what was skipped while loading.
#[component]
pub fn ConsoleTab(notes: impl Fn() -> AnyView + Send + Sync + 'static) -> impl IntoView {
    let store = Store::expect();
    let panel = Panel::new(store);
    let share = store.preferences.chosen_share;
    let is_shown = Memo::new(move |_| panel.list.shown().is_some());
    let summary =
        move || panel.list.listed.with(|listed| store.with(|session| console_summary(session, listed)));
    view! {
        <div class="ui-tool console" on:keydown=move |event| panel.list.pressed(&event)>
            <Filters />
            <div class="ui-tool-panes console-panes">
                <ConsoleTable panel=panel />
                <Show when=move || is_shown.get()>
                    <Splitter label="Height of the console message" axis=Axis::Vertical share=share least=0.1 most=0.8 />
                    <ChosenEntry panel=panel />
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
