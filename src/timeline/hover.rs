//! The preview under the pointer.

use leptos::prelude::*;
use presentation::timeline::timeline_preview;

use crate::store::{NamedElements, Playback, SessionStore, offset_label};

/// Share of the strip on either side of the pointer that the preview covers.
const REACH: f64 = 0.004;

/// The preview at a share of the strip.
#[component]
pub(super) fn Hover(share: RwSignal<Option<f64>>) -> impl IntoView {
    let (session, playback) = (expect_context::<SessionStore>(), expect_context::<Playback>());
    let elements = expect_context::<NamedElements>();
    let preview = move || {
        let share = share.get()?;
        let (at, from, to) = playback
            .scale
            .with(|scale| (scale.ms_at(share), scale.ms_at(share - REACH), scale.ms_at(share + REACH)));
        let found = elements.found.get();
        let lines =
            session.with(|session| timeline_preview(session, at, (to - from) / 2.0, found.as_deref()));
        Some((share, offset_label(at), lines))
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
