//! The filter's text and the toggles of resource types.

use leptos::prelude::*;

use crate::store::Store;
use crate::ui::{FilterBox, GroupToggles};

#[component]
pub fn Filters() -> impl IntoView {
    let store = Store::expect();
    let q = Memo::new(move |_| store.address.with(|address| address.network_filter.clone()));
    let types = Memo::new(move |_| store.address.with(|address| address.resource_types));
    let counts = Memo::new(move |_| store.row_counts.get().types.to_vec());
    let total = Memo::new(move |_| store.with(presentation::network::row_count));
    view! {
        <div class="ui-tool-filters">
            <FilterBox
                label="Filter requests"
                placeholder="Filter by URL, method, type, status"
                value=q
                on_input=move |text| store.address.update(|address| address.network_filter = text)
            />
            <GroupToggles
                label="Resource types"
                class="network-types"
                set=types
                counts=counts
                total=total
                on_change=move |types| store.address.update(|address| address.resource_types = types)
            />
        </div>
    }
}
