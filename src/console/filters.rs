//! The filter's text and the toggles of levels.

use leptos::prelude::*;
use presentation::console::level_counts;
use session::model::format_count;

use crate::store::{FilterLanguage, SessionStore, ViewStore, filter_error};
use crate::ui::{FilterBox, GroupToggles};

#[component]
pub(super) fn Filters() -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let filter = Memo::new(move |_| view.state.with(|state| state.console_filter.clone()));
    let levels = Memo::new(move |_| view.state.with(|state| state.console_levels));
    let counts = Memo::new(move |_| session.with(level_counts));
    let labels = Signal::derive(move || counts.get().map(|count| format_count(count.into())).to_vec());
    let total = Signal::derive(move || format_count(counts.get().iter().sum::<u32>().into()));
    view! {
        <div class="ui-tool-filters">
            <FilterBox
                label="Filter console"
                placeholder="Filter by message or source"
                value=filter
                error=filter_error(FilterLanguage::Rows, move || filter.get())
                on_input=move |text| view.state.update(|state| state.console_filter = text)
            />
            <GroupToggles
                label="Console levels"
                class="console-levels"
                set=levels
                counts=labels
                total=total
                on_change=move |levels| view.state.update(|state| state.console_levels = levels)
            />
        </div>
    }
}
