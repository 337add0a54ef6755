//! The playback controls: start, play, time, speed, and skipping of inactivity.

use leptos::prelude::*;

use crate::store::{Playback, SPEEDS, offset_label};
use crate::ui::{Icon, IconName};

#[component]
pub fn Transport() -> impl IntoView {
    let playback = expect_context::<Playback>();
    let has_time = Memo::new(move |_| playback.length() > 0.0);
    let length = move || offset_label(playback.length());
    let play_label = move || if playback.is_playing.get() { "Pause" } else { "Play" };
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
                on:click=move |_| playback.seek(0.0)
            >
                <Icon name=IconName::ToStart />
            </button>
            <button
                type="button"
                class="ui-icon-button"
                aria-label=play_label
                title=move || format!("{} (space)", play_label())
                disabled=move || !has_time.get()
                on:click=move |_| playback.play_or_pause()
            >
                {move || {
                    view! { <Icon name=if playback.is_playing.get() { IconName::Pause } else { IconName::Play } /> }
                }}
            </button>
            <span class="replay-time" role="timer" aria-label="Moment">
                <span class="replay-now" data-longest=length>
                    {move || offset_label(playback.now())}
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
                title="Skip periods without page or network activity"
                on:click=move |_| playback.skips_inactivity.update(|skips| *skips = !*skips)
            >
                "Skip idle"
            </button>
        </div>
    }
}
