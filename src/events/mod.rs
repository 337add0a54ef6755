//! The Events tab: page events and test actions, and one of them in full.

mod detail;
mod labels;
mod naming;
mod panel;
mod row;
mod table;

use leptos::prelude::*;
use presentation::events::events_summary;
use presentation::pane_shares::Pane;

use crate::store::{FilterLanguage, PaneSizes, Playback, SessionStore, ViewStore, filter_error};
use crate::ui::{Axis, FilterBox, Splitter};

use detail::EventDetail;
use naming::{NamingProgress, name_elements};
use panel::Marking;
use table::EventTable;

/// The tab. `notes` draws what was skipped while loading.
#[component]
pub fn EventsTab(notes: impl Fn() -> AnyView + Send + Sync + 'static) -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let playback = expect_context::<Playback>();
    let marking = Marking { elements: expect_context(), highlight: expect_context() };
    let elements = marking.elements;
    let panel = panel::panel(session, view, playback, elements);
    let naming = name_elements(session, elements);
    let size = expect_context::<PaneSizes>().of(Pane::Entry);
    let is_open = Memo::new(move |_| panel.detail().is_some());
    let filter = Memo::new(move |_| view.state.with(|state| state.event_filter.clone()));
    let summary = move || {
        let found = elements.found.get();
        panel.listed.with(|listed| session.with(|session| events_summary(session, listed, found.as_deref())))
    };
    view! {
        <div class="ui-tool events" on:keydown=move |event| panel.on_key(&event, playback)>
            <div class="ui-tool-filters">
                <FilterBox
                    label="Filter events"
                    placeholder="Filter by kind, element or text"
                    value=filter
                    error=filter_error(FilterLanguage::Rows, move || filter.get())
                    on_input=move |text| view.state.update(|state| state.event_filter = text)
                />
            </div>
            <div class="ui-tool-panes events-panes">
                <EventTable panel=panel marking=marking />
                <Show when=move || is_open.get()>
                    <Splitter label="Height of the event" axis=Axis::Vertical share=size.share range=Pane::Entry.range() on_change=size.set />
                    <EventDetail panel=panel elements=elements />
                </Show>
            </div>
            <footer class="ui-footer">
                <div class="ui-summary" role="status" aria-label="Events summary">
                    {summary}
                </div>
                <NamingProgress progress=naming />
                {notes()}
            </footer>
        </div>
    }
}
