//! The button that switches between the browser's time zone and UTC.

use leptos::prelude::*;

use crate::store::Preferences;

#[component]
pub fn UtcButton() -> impl IntoView {
    let is_utc = expect_context::<Preferences>().times_in_utc;
    view! {
        <button
            type="button"
            class="ui-chip app-utc"
            aria-label="Times in UTC"
            title="Show dates and times of day in UTC"
            aria-pressed=move || is_utc.get().to_string()
            on:click=move |_| is_utc.update(|is_utc| *is_utc = !*is_utc)
        >
            "UTC"
        </button>
    }
}
