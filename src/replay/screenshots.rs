//! A replay of screenshots: at each time the last one that was taken.

use leptos::html::Section;
use leptos::prelude::*;
use presentation::replay::instant_at;
use session::model::{Millis, Session, order};

use super::FullScreenButton;
use crate::payload::EmptyState;
use crate::store::{Playback, SessionStore};

#[component]
pub(super) fn Screenshots(pane: NodeRef<Section>) -> impl IntoView {
    let (session, playback) = (expect_context::<SessionStore>(), expect_context::<Playback>());
    let order = Memo::new(move |_| session.with(in_time));
    // Before the first screenshot, and until a time is chosen, the first one is shown.
    let current = Memo::new(move |_| {
        let at = playback.playhead.get().and_then(|at| session.with(|session| instant_at(session, at)));
        order.with(|order| {
            let taken = at.map_or(0, |at| order.partition_point(|(time, _)| *time <= at.ms()));
            order.get(taken.saturating_sub(1)).copied()
        })
    });
    // The page is not recorded before its first screenshot: the playhead starts there.
    Effect::new(move || {
        let first = order.with(|order| order.first().map(|(time, _)| *time));
        let start = session.with_untracked(|session| session.started_at);
        if let Some(offset) = first.zip(start).map(|(first, start)| first - start.ms()).filter(|at| *at > 0.0)
        {
            playback.open_at(offset);
        }
    });
    let wanted = Memo::new(move |_| {
        let (_, index) = current.get()?;
        session
            .with(|session| session.screenshots.get(index as usize).map(|picture| picture.path.to_string()))
    });
    let shown = session.screenshot(wanted);
    // A complete file may still not be decodable.
    let undecodable = RwSignal::new(None::<String>);
    let error = move || {
        let error = shown
            .with(|shown| shown.error.as_ref().map(|error| format!("{}: {}", error.what(), error.place)));
        let bad = || undecodable.get().filter(|bad| shown.with(|shown| shown.path.as_ref() == Some(bad)));
        error.or_else(|| bad().map(|path| format!("The screenshot is damaged: {path}")))
    };
    let label = move || {
        let start = session.with(|session| session.started_at.map_or(0.0, session::model::EpochMs::ms));
        let at = current.get().and_then(|(time, _)| Millis::new(time - start)).map(Millis::offset);
        format!("The page at {}", at.unwrap_or_else(|| "an unknown time".to_owned()))
    };
    view! {
        <div class="replay-bar">
            <span class="replay-bar-label">{move || format!("Screenshots: {}", order.with(Vec::len))}</span>
            <span class="replay-bar-space"></span>
            <FullScreenButton pane=pane />
        </div>
        <div class="replay-page">
            {move || {
                shown
                    .with(|shown| shown.url.as_ref().map(|url| url.as_str().to_owned()))
                    .filter(|_| error().is_none()).map(|url| {
                    let path = shown.with(|shown| shown.path.clone());
                    let failed = path.clone();
                    let mark_undecodable = move |_| undecodable.set(failed.clone());
                    view! { <img class="replay-picture" src=url alt=label data-picture=path on:error=mark_undecodable /> }
                })
            }}
            {move || error().map(|error| view! { <div role="status"><EmptyState text=error /></div> })}
        </div>
    }
}

/// The screenshots with a time, sorted: the time in ms, and the index in the session's list.
fn in_time(session: &Session) -> Vec<(f64, u32)> {
    let timed =
        || (0..).zip(&session.screenshots).filter_map(|(index, picture)| Some((picture.time?.ms(), index)));
    let order = order::argsort_by_key(timed().map(|(time, _)| order::rank(time)));
    let mut pictures: Vec<(f64, u32)> = timed().collect();
    order::apply_permutation(&mut pictures, &order)
}
