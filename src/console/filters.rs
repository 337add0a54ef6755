//! The filter's text and the toggles of levels.

use leptos::prelude::*;
use presentation::console::level_counts;

use crate::store::Store;
use crate::ui::{FilterBox, GroupToggles};

#[component]
pub(super) fn Filters() -> impl IntoView {
    let store = Store::expect();
    let words = Memo::new(move |_| store.address.with(|address| address.console_filter.clone()));
    let levels = Memo::new(move |_| store.address.with(|address| address.console_levels));
    let counts = Memo::new(move |_| store.with(level_counts).to_vec());
    let total = Memo::new(move |_| counts.with(|counts| counts.iter().sum::<u32>()));
    view! {
        <div class="ui-tool-filters">
            <FilterBox
                label="Filter console"
                placeholder="Filter by what was written, or where"
                value=words
                on_input=move |text| store.address.update(|address| address.console_filter = text)
            />
            <GroupToggles
                label="Console levels"
                class="console-levels"
                set=levels
                counts=counts
                total=total
                on_change=move |levels| store.address.update(|address| address.console_levels = levels)
            />
        </div>
    }
}
