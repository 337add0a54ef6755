//! A replay of pictures: at each moment the last one that was taken.

use leptos::html::Section;
use leptos::prelude::*;
use presentation::replay::instant_at;
use session::model::{Millis, Session, order};

use super::FullScreenButton;
use crate::store::Store;
use crate::ui::EmptyState;

#[component]
pub(super) fn Pictures(pane: NodeRef<Section>) -> impl IntoView {
    let store = Store::expect();
    let playback = store.playback;
    let order = Memo::new(move |_| store.with(in_time));
    // Before the first picture, and until a moment is chosen, the first one stands for the page.
    let current = Memo::new(move |_| {
        let at = playback.at.get().and_then(|at| store.with(|session| instant_at(session, at)));
        order.with(|order| {
            let taken = at.map_or(0, |at| order.partition_point(|(time, _)| *time <= at.ms()));
            order.get(taken.saturating_sub(1)).copied()
        })
    });
    // The page is not recorded before its first picture: the playhead starts there.
    Effect::new(move || {
        let first = order.with(|order| order.first().map(|(time, _)| *time));
        let start = store.with_untracked(|session| session.started_at);
        if let Some(offset) = first.zip(start).map(|(first, start)| first - start.ms()).filter(|at| *at > 0.0)
        {
            store.open_at(offset);
        }
    });
    let wanted = Memo::new(move |_| {
        let (_, index) = current.get()?;
        store.with(|session| session.pictures.get(index as usize).map(|picture| picture.path.to_string()))
    });
    let shown = store.picture(wanted);
    // One that came whole may still be none that the browser can decode.
    let undecodable = RwSignal::new(None::<String>);
    let fault = move || {
        let fault = shown
            .with(|shown| shown.fault.as_ref().map(|fault| format!("{}: {}", fault.what(), fault.place)));
        let bad = || undecodable.get().filter(|bad| shown.with(|shown| shown.path.as_ref() == Some(bad)));
        fault.or_else(|| bad().map(|path| format!("The picture is damaged: {path}")))
    };
    let words = move || {
        let start = store.with(|session| session.started_at.map_or(0.0, session::model::EpochMs::ms));
        let at = current.get().and_then(|(time, _)| Millis::new(time - start)).map(Millis::offset);
        format!("The page at {}", at.unwrap_or_else(|| "an unknown time".to_owned()))
    };
    view! {
        <div class="replay-bar">
            <span class="replay-bar-words">{move || format!("Pictures of the page: {}", order.with(Vec::len))}</span>
            <span class="replay-bar-space"></span>
            <FullScreenButton pane=pane />
        </div>
        <div class="replay-page">
            {move || {
                shown.with(|shown| shown.url.clone()).filter(|_| fault().is_none()).map(|url| {
                    let path = shown.with(|shown| shown.path.clone());
                    let bad = path.clone();
                    let refuse = move |_| undecodable.set(bad.clone());
                    view! { <img class="replay-picture" src=url alt=words data-picture=path on:error=refuse /> }
                })
            }}
            {move || fault().map(|fault| view! { <div role="status"><EmptyState text=fault /></div> })}
        </div>
    }
}

/// The pictures with a time, by it: the time in ms, and the index among the session's pictures.
fn in_time(session: &Session) -> Vec<(f64, u32)> {
    let timed =
        || (0..).zip(&session.pictures).filter_map(|(index, picture)| Some((picture.time?.ms(), index)));
    let order = order::argsort_by_key(timed().map(|(time, _)| order::rank(time)));
    let mut pictures: Vec<(f64, u32)> = timed().collect();
    order::apply_permutation(&mut pictures, &order)
}
