//! The marks of the strip: what happened on the page, requests, failures and sockets over time.

use std::time::Duration;

use leptos::prelude::*;
use presentation::timeline::{IdleGap, Mark, MarkKind, Strip, compressed_strip};
use session::model::Millis;

use crate::store::{LoadStatus, Store, later};

/// The strip is drawn at this many columns, whatever its width on screen.
const COLUMNS: usize = 1000;
/// So long after the rows changed the strip is drawn again.
const SETTLED: Duration = Duration::from_millis(30);
/// Drawing it takes as long as reading several megabytes.
const WHILE_LOADING: Duration = Duration::from_secs(1);

#[component]
pub fn Marks() -> impl IntoView {
    let store = Store::expect();
    let folding = store.playback.folding;
    let strip = drawn_strip(store);
    let marks = move || strip.with(|strip| strip.marks.iter().map(mark_view).collect_view());
    let idle_gaps = move || folding.with(|folding| folding.idle_gaps().iter().map(fold_view).collect_view());
    let ticks = move || {
        let ticks = folding.with(|folding| folding.ticks(9));
        ticks
            .into_iter()
            .filter(|tick| tick.fraction < 0.97)
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
        <div class="timeline-folds">{idle_gaps}</div>
        <div class="timeline-marks" aria-hidden="true" style:--lanes=Strip::LANES.to_string()>
            {marks}
        </div>
    }
}

/// The strip, drawn a little after the rows that it tells of: it takes passes over all of them, and the table comes
/// first.
fn drawn_strip(store: Store) -> RwSignal<Strip> {
    let folding = store.playback.folding;
    let strip = RwSignal::new(Strip::default());
    let draw = later(move || {
        let drawn = store.with_untracked(|session| {
            folding.with_untracked(|folding| compressed_strip(session, folding, COLUMNS))
        });
        strip.set(drawn);
    });
    Effect::new(move || {
        store.with(|_| ());
        folding.track();
        let is_loading = store.status.get_untracked() == LoadStatus::Loading;
        draw(if is_loading { WHILE_LOADING } else { SETTLED });
    });
    strip
}

/// A stretch in which nothing happened, drawn narrower than it was.
fn fold_view(fold: &IdleGap) -> impl IntoView + use<> {
    let length = Millis::new(fold.to_ms - fold.from_ms).map(Millis::duration).unwrap_or_default();
    view! {
        <span
            class="timeline-fold"
            title=format!("{length} without activity")
            style:left=format!("{:.3}%", fold.left * 100.0)
            style:width=format!("{:.3}%", fold.width * 100.0)
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
