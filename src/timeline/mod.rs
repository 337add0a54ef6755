//! The whole session in one strip, and the range of it that the tables are limited to.

mod range;
mod strip;

use leptos::prelude::*;

use crate::store::Store;

#[component]
pub fn Timeline() -> impl IntoView {
    let store = Store::expect();
    let has_range = Memo::new(move |_| store.address.with(|address| address.range.is_some()));
    let words = move || store.with(range_words(store));
    view! {
        <section class="timeline" role="region" aria-label="Timeline">
            <div class="timeline-side">
                <span class="timeline-words">{words}</span>
                <button
                    type="button"
                    class="ui-button"
                    disabled=move || !has_range.get()
                    on:click=move |_| store.address.update(|address| address.range = None)
                >
                    "Clear time range"
                </button>
            </div>
            <range::RangeStrip />
        </section>
    }
}

/// What is selected of how much.
fn range_words(store: Store) -> impl FnOnce(&session::model::Session) -> String {
    move |session| {
        let Some((start, end)) = session.started_at.zip(session.end()) else { return "No times".to_owned() };
        match store.address.with(|address| address.range) {
            Some((from, until)) => {
                let offset = |ms: f64| {
                    session::model::Millis::new(ms).map(session::model::Millis::offset).unwrap_or_default()
                };
                format!("{} – {}", offset(from), offset(until))
            }
            None => format!("Whole session, {}", (end - start).duration()),
        }
    }
}
