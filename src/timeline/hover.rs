//! What there is under the pointer.

use leptos::prelude::*;
use presentation::timeline::timeline_preview;

use crate::store::{Store, offset_words};

/// So much of the strip on either side of the pointer is told of.
const REACH: f64 = 0.004;

/// The preview at a share of the strip.
#[component]
pub(super) fn Hover(share: RwSignal<Option<f64>>) -> impl IntoView {
    let store = Store::expect();
    let preview = move || {
        let share = share.get()?;
        let (at, from, to) = store.playback.folding.with(|folding| {
            (folding.ms_at(share), folding.ms_at(share - REACH), folding.ms_at(share + REACH))
        });
        let lines = store.with(|session| timeline_preview(session, at, (to - from) / 2.0));
        Some((share, offset_words(at), lines))
    };
    move || {
        preview().map(|(share, offset, lines)| {
            let lines =
                lines.into_iter().map(|line| view! { <span class="timeline-hover-line">{line.text}</span> });
            view! {
                <div
                    class="timeline-hover"
                    class:timeline-hover-right={share > 0.5}
                    role="tooltip"
                    style:left=format!("{:.3}%", share * 100.0)
                >
                    <strong>{offset}</strong>
                    {lines.collect_view()}
                </div>
            }
        })
    }
}
