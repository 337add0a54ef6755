//! The whole session in one strip: what happened when, the range that the tables are limited to, and the moment that
//! is replayed.

mod hover;
mod range;
mod strip;

use std::time::Duration;

use leptos::prelude::*;
use session::model::Millis;

use crate::store::{Store, offset_words};

/// `transport` draws the keys of the player.
#[component]
pub fn Timeline(transport: impl Fn() -> AnyView + Send + Sync + 'static) -> impl IntoView {
    let store = Store::expect();
    let has_range = Memo::new(move |_| store.address.with(|address| address.time_range.is_some()));
    let playback = store.playback;
    // In a task of its own: both sides together would hold the page for too long.
    let has_strip = RwSignal::new(false);
    set_timeout(
        move || {
            let _ = has_strip.try_set(true);
        },
        Duration::ZERO,
    );
    let can_follow = move || playback.at.with(Option::is_some) && !playback.follows.get();
    view! {
        <section class="timeline" role="region" aria-label="Timeline">
            <div class="timeline-side">
                {transport()}
                <div class="timeline-range">
                    <span class="timeline-words">{move || range_words(store)}</span>
                    <Show when=can_follow>
                        <button
                            type="button"
                            class="ui-button"
                            title="Keep the row of the moment in sight"
                            on:click=move |_| playback.follows.set(true)
                        >
                            "Follow"
                        </button>
                    </Show>
                    <button
                        type="button"
                        class="ui-button"
                        aria-label="Clear time range"
                        disabled=move || !has_range.get()
                        on:click=move |_| store.address.update(|address| address.time_range = None)
                    >
                        "Clear time range"
                    </button>
                </div>
            </div>
            <Show when=move || has_strip.get()>
                <range::RangeStrip />
            </Show>
        </section>
    }
}

/// What is selected of how much.
fn range_words(store: Store) -> String {
    let length = store.playback.length();
    match store.address.with(|address| address.time_range) {
        _ if length <= 0.0 => "No times".to_owned(),
        Some((from, until)) => format!("{} – {}", offset_words(from), offset_words(until)),
        None => format!("Whole session, {}", Millis::new(length).map(Millis::duration).unwrap_or_default()),
    }
}
