//! The timeline: the session in one strip, with the time range that the tables are limited to, and
//! the playhead.

mod hover;
mod range;
mod strip;

use std::time::Duration;

use leptos::prelude::*;
use session::model::Millis;

use crate::store::{Playback, ViewStore, offset_label};

/// The region. `transport` draws the playback controls.
#[component]
pub fn Timeline(transport: impl Fn() -> AnyView + Send + Sync + 'static) -> impl IntoView {
    let (view, playback) = (expect_context::<ViewStore>(), expect_context::<Playback>());
    let has_range = Memo::new(move |_| view.state.with(|state| state.time_range.is_some()));
    // In a task of its own: both sides together would block the page for too long.
    let has_strip = RwSignal::new(false);
    set_timeout(
        move || {
            let _ = has_strip.try_set(true);
        },
        Duration::ZERO,
    );
    let can_follow = move || playback.playhead.with(Option::is_some) && !playback.follows.get();
    view! {
        <section class="timeline" role="region" aria-label="Timeline">
            <div class="timeline-side">
                {transport()}
                <div class="timeline-range">
                    <span class="timeline-label">{move || range_label(view, playback)}</span>
                    <Show when=can_follow>
                        <button
                            type="button"
                            class="ui-button"
                            title="Keep the current row on screen"
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
                        on:click=move |_| view.state.update(|state| state.time_range = None)
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

/// The selected range, or the length of the session.
fn range_label(view: ViewStore, playback: Playback) -> String {
    let length = playback.length();
    match view.state.with(|state| state.time_range) {
        _ if length <= 0.0 => "No times".to_owned(),
        Some((from, until)) => format!("{} – {}", offset_label(from), offset_label(until)),
        None => format!("Full session, {}", Millis::new(length).map(Millis::duration).unwrap_or_default()),
    }
}
