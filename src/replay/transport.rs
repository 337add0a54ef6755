//! The keys of the player: start, play, the time, speed, and whether quiet stretches are passed over.

use leptos::prelude::*;

use crate::store::{SPEEDS, Store, offset_words};
use crate::ui::{Icon, IconName};

#[component]
pub fn Transport() -> impl IntoView {
    let store = Store::expect();
    let playback = store.playback;
    let has_time = Memo::new(move |_| playback.length() > 0.0);
    let length = move || offset_words(playback.length());
    let play_label = move || if playback.playing.get() { "Pause" } else { "Play" };
    let speeds = SPEEDS.map(|speed| {
        view! {
            <option value=speed.to_string()>{format!("{speed}×")}</option>
        }
    });
    view! {
        <div class="replay-transport" role="group" aria-label="Playback">
            <button
                type="button"
                class="ui-icon-button"
                aria-label="Go to the start"
                title="Go to the start"
                disabled=move || !has_time.get()
                on:click=move |_| store.seek(0.0)
            >
                <Icon name=IconName::ToStart />
            </button>
            <button
                type="button"
                class="ui-icon-button"
                aria-label=play_label
                title=move || format!("{} (space)", play_label())
                disabled=move || !has_time.get()
                on:click=move |_| store.play_or_pause()
            >
                {move || {
                    view! { <Icon name=if playback.playing.get() { IconName::Pause } else { IconName::Play } /> }
                }}
            </button>
            <span class="replay-time" role="timer" aria-label="Moment">
                <span class="replay-now" data-longest=length>
                    {move || offset_words(playback.now())}
                </span>
                <span class="replay-length">{move || format!(" / {}", length())}</span>
            </span>
            <select
                class="ui-select"
                aria-label="Speed"
                title="Speed"
                prop:value=move || playback.speed.get().to_string()
                on:change=move |event| playback.speed.set(event_target_value(&event).parse().unwrap_or(1.0))
            >
                {speeds.collect_view()}
            </select>
            <button
                type="button"
                class="ui-chip"
                aria-pressed=move || playback.skips_inactivity.get().to_string()
                title="Pass over stretches in which neither the page nor the network did anything"
                on:click=move |_| playback.skips_inactivity.update(|skips| *skips = !*skips)
            >
                "Skip idle"
            </button>
        </div>
    }
}
