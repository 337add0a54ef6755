//! The replay of the page next to the tabs: from its events, or from screenshots of it.

mod frame;
mod highlight;
mod omissions;
mod player;
mod screenshots;
mod transport;
mod watchdog;

use leptos::html::Section;
use leptos::prelude::*;
use presentation::replay::{Replay, ReplayWindow};
use session::encodings::visible_url;

use crate::payload::EmptyState;
use crate::store::{Highlight, LoadStatus, Playback, SessionStore};
use crate::ui::{Icon, IconName};

pub use transport::Transport;

/// Whether the session has a page to replay, as far as it is read.
pub fn has_page(session: SessionStore, replay: Memo<Option<Replay>>) -> bool {
    match replay.get() {
        Some(replay) => !matches!(replay, Replay::Unavailable(_)),
        None => session.with(|session| !session.dom_events.is_empty() || !session.screenshots.is_empty()),
    }
}

/// Why there is no page to replay; `None` where there is one, or where that is not known yet.
pub fn why_no_page(session: SessionStore, replay: Memo<Option<Replay>>) -> Option<String> {
    if matches!(session.status.get(), LoadStatus::Idle | LoadStatus::Failed(_)) {
        return None;
    }
    match replay.get()? {
        Replay::Unavailable(why) => Some(why),
        Replay::Events(_) | Replay::Screenshots => None,
    }
}

/// The pane next to the tabs.
#[component]
pub fn ReplayPane(replay: Memo<Option<Replay>>) -> impl IntoView {
    let element: NodeRef<Section> = NodeRef::new();
    view! {
        <section class="replay" role="region" aria-label="Replay" node_ref=element>
            {move || match replay.get() {
                None => view! { <EmptyState text="Reading the page's events…" /> }.into_any(),
                Some(Replay::Events(windows)) => view! { <Windows windows=windows pane=element /> }.into_any(),
                Some(Replay::Screenshots) => view! { <screenshots::Screenshots pane=element /> }.into_any(),
                Some(Replay::Unavailable(why)) => view! { <EmptyState text=why /> }.into_any(),
            }}
        </section>
    }
}

/// One window of the browser at a time.
#[component]
fn Windows(windows: Vec<ReplayWindow>, pane: NodeRef<Section>) -> impl IntoView {
    let first = windows.iter().max_by_key(|window| window.events).map_or(0, |window| window.window);
    let shown = RwSignal::new(first);
    let known: Vec<u16> = windows.iter().map(|window| window.window).collect();
    let highlight = expect_context::<Highlight>();
    Effect::new(move || {
        if let Some(target) = highlight.target()
            && known.contains(&target.window)
            && shown.get_untracked() != target.window
        {
            shown.set(target.window);
        }
    });
    let choice = (windows.len() > 1).then(|| {
        let options = windows
            .iter()
            .map(|window| {
                let name = format!("Window {} ({} events)", window.window + 1, window.events);
                view! { <option value=window.window.to_string() selected=window.window == first>{name}</option> }
            })
            .collect_view();
        view! {
            <select
                class="ui-select"
                aria-label="Window"
                prop:value=move || shown.get().to_string()
                on:change=move |event| shown.set(event_target_value(&event).parse().unwrap_or(first))
            >
                {options}
            </select>
        }
    });
    let choice = StoredValue::new_local(Some(choice));
    view! {
        <div class="replay-bar">
            {choice.try_update_value(Option::take).flatten()}
            <PageAddress />
            <span class="replay-bar-space"></span>
            <FullScreenButton pane=pane />
        </div>
        {move || view! { <frame::PlayerFrame window=shown.get() /> }}
    }
}

/// Most characters of an address: more than the widest bar shows.
const MAX_ADDRESS_CHARS: usize = 500;

/// The address of the page at the playhead.
#[component]
fn PageAddress() -> impl IntoView {
    let (session, playback) = (expect_context::<SessionStore>(), expect_context::<Playback>());
    let address = Memo::new(move |_| {
        let at = playback.now();
        session.with(|session| {
            let instant = presentation::replay::instant_at(session, at);
            let is_there = |page: &&session::model::Page| {
                page.started_at.zip(instant).is_none_or(|(start, at)| start <= at)
            };
            let shown = session.pages.iter().rfind(is_there).or(session.pages.first());
            shown.map(|page| visible_url(&page.url, MAX_ADDRESS_CHARS).into_owned()).unwrap_or_default()
        })
    });
    view! {
        <span class="replay-bar-label" title=move || address.get()>
            {move || address.get()}
        </span>
    }
}

#[component]
fn FullScreenButton(pane: NodeRef<Section>) -> impl IntoView {
    let toggle = move |_| {
        if document().fullscreen_element().is_some() {
            document().exit_fullscreen();
        } else if let Some(pane) = pane.get_untracked() {
            // A browser that refuses leaves the pane as it is.
            let _ = pane.request_fullscreen();
        }
    };
    view! {
        <button type="button" class="ui-icon-button" aria-label="Full screen" title="Full screen" on:click=toggle>
            <Icon name=IconName::FullScreen />
        </button>
    }
}
