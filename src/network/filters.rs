//! The filter's text and the toggles of resource types.

use leptos::prelude::*;
use session::model::format_count;

use super::message_search::SearchButton;
use crate::store::{FilterLanguage, Preferences, SessionStore, ViewStore, filter_error};
use crate::ui::{FilterBox, GroupToggles, SavedFiltersButton};

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
                placeholder="Filter by URL, method, type, status"
                value=q
                error=filter_error(FilterLanguage::Rows, move || q.get())
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
        </div>
    }
}
