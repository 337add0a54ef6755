//! The marks of the strip: what happened on the page, requests, failures and sockets over time.

use std::time::Duration;

use leptos::prelude::*;
use presentation::time_scale::IdleGap;
use presentation::timeline::{Mark, MarkKind, Strip, compressed_strip};
use session::model::Millis;

use crate::store::{Playback, SessionStore, throttle_trailing};

/// Number of columns that the strip is computed for, whatever its width on screen.
const COLUMNS: usize = 1000;
/// Delay of the strip after the rows changed.
const SETTLED: Duration = Duration::from_millis(30);
/// The same while loading: drawing the strip takes as long as reading several megabytes.
const WHILE_LOADING: Duration = Duration::from_secs(1);

/// Ticks after this part of the strip are omitted: their labels would be clipped at its end.
const MAX_TICK_FRACTION: f64 = 0.95;

#[component]
pub fn Marks() -> impl IntoView {
    let scale = expect_context::<Playback>().scale;
    let strip = throttled_strip();
    let marks = move || strip.with(|strip| strip.marks.iter().map(mark_view).collect_view());
    let gaps = move || scale.with(|scale| scale.idle_gaps().iter().map(gap_view).collect_view());
    let ticks = move || {
        let ticks = scale.with(|scale| scale.ticks(9));
        ticks
            .into_iter()
            .filter(|tick| tick.fraction < MAX_TICK_FRACTION)
            .map(|tick| {
                view! {
                    <span class="timeline-tick" style:left=format!("{:.3}%", tick.fraction * 100.0)>
                        {tick.label}
                    </span>
                }
            })
            .collect_view()
    };
    view! {
        <div class="timeline-ticks" aria-hidden="true">{ticks}</div>
        <div class="timeline-gaps">{gaps}</div>
        <div class="timeline-marks" aria-hidden="true" style:--lanes=Strip::LANES.to_string()>
            {marks}
        </div>
    }
}

/// The strip, computed after the rows are drawn: it takes passes over all of them, and the table
/// comes first.
fn throttled_strip() -> RwSignal<Strip> {
    let (session, scale) = (expect_context::<SessionStore>(), expect_context::<Playback>().scale);
    let strip = RwSignal::new(Strip::default());
    let draw = throttle_trailing(move || {
        let drawn = session.with_untracked(|session| {
            scale.with_untracked(|scale| compressed_strip(session, scale, COLUMNS))
        });
        strip.set(drawn);
    });
    Effect::new(move || {
        session.with(|_| ());
        scale.with(|_| ());
        let is_loading = untrack(|| session.is_loading());
        draw(if is_loading { WHILE_LOADING } else { SETTLED });
    });
    strip
}

/// A period without activity, drawn narrower than it was.
fn gap_view(gap: &IdleGap) -> impl IntoView + use<> {
    let length = Millis::new(gap.to_ms - gap.from_ms).map(Millis::duration).unwrap_or_default();
    view! {
        <span
            class="timeline-gap"
            title=format!("{length} without activity")
            style:left=format!("{:.3}%", gap.left * 100.0)
            style:width=format!("{:.3}%", gap.width * 100.0)
        ></span>
    }
}

fn mark_view(mark: &Mark) -> impl IntoView + use<> {
    let kind = match mark.kind {
        MarkKind::Action => "timeline-mark timeline-mark-action",
        MarkKind::Input => "timeline-mark timeline-mark-input",
        MarkKind::Click => "timeline-mark timeline-mark-click",
        MarkKind::Navigation => "timeline-mark timeline-mark-navigation",
        MarkKind::Request => "timeline-mark",
        MarkKind::Error => "timeline-mark timeline-mark-error",
        MarkKind::ConsoleError => "timeline-mark timeline-mark-error timeline-mark-console",
        MarkKind::SocketOpened => "timeline-mark timeline-mark-socket timeline-mark-opened",
        MarkKind::SocketClosed => "timeline-mark timeline-mark-socket timeline-mark-closed",
        MarkKind::Socket => "timeline-mark timeline-mark-socket",
        MarkKind::OpenSocket => "timeline-mark timeline-mark-socket timeline-mark-open",
    };
    view! {
        <span
            class=kind
            data-density=mark.density.to_string()
            style:left=format!("{:.3}%", mark.left * 100.0)
            style:width=format!("{:.3}%", mark.width * 100.0)
            style:--lane=mark.lane.to_string()
        ></span>
    }
}
