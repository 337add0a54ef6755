//! The player's document in its frame, kept in step with the clock.

use leptos::html::Iframe;
use leptos::prelude::*;
use session::encodings::visible_url;
use session::model::{format_count, plural};

use super::omissions;
use super::player::{self, Report};
use super::watchdog::{Failure, Watchdog};
use crate::store::Store;
use crate::ui::EmptyState;

/// How far the player has come.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Of so many events so many are read, where that is known.
    Reading(Option<(u64, u64)>),
    /// Before `first` there is no page.
    Ready {
        first: f64,
    },
    Failed(String),
}

/// What was not fetched, and from where.
#[derive(Clone, Debug, Default, PartialEq)]
struct Blocked {
    count: u64,
    hosts: Vec<String>,
}

/// Most hosts in a tooltip.
const MAX_HOSTS: usize = 20;

/// A host as it is shown; one of a recording may try to look like another.
fn shown_host(host: &str) -> String {
    visible_url(host, 255).into_owned()
}

/// A window's page, with a word about what of it is not shown.
#[component]
pub(super) fn PlayerFrame(window: u16) -> impl IntoView {
    // Allowed for as long as this session is open.
    let allows_remote = RwSignal::new(false);
    let blocked = RwSignal::new(Blocked::default());
    let notes = RwSignal::new(Vec::<String>::new());
    let failure = RwSignal::new(None::<Failure>);
    let allow = move |_| {
        blocked.set(Blocked::default());
        allows_remote.set(true);
    };
    let words = move || {
        let Blocked { count, hosts } = blocked.get();
        let from = hosts.first().map(|host| format!(" from {}", shown_host(host))).unwrap_or_default();
        let others = if hosts.len() > 1 { " and others" } else { "" };
        format!("{} of the page not fetched{from}{others}", plural(count, "file"))
    };
    let notes_text = move || notes.with(|notes| notes.join("; "));
    view! {
        {move || match failure.get() {
            None => {
                view! { <Document window=window allows_remote=allows_remote.get() blocked=blocked notes=notes failure=failure /> }
                    .into_any()
            }
            Some(kind) => view! { <Ended kind=kind on_retry=move || failure.set(None) /> }.into_any(),
        }}
        <Show when=move || blocked.with(|blocked| blocked.count > 0)>
            <div class="replay-note" role="status" aria-label="Remote content">
                <span title=move || blocked.with(|blocked| blocked.hosts.iter().take(MAX_HOSTS).map(|host| shown_host(host)).collect::<Vec<_>>().join("\n"))>{words}</span>
                <button type="button" class="ui-button" on:click=allow>
                    "Allow remote content"
                </button>
            </div>
        </Show>
        <Show when=move || notes.with(|notes| !notes.is_empty())>
            <div class="replay-note" role="status" aria-label="Replay notes">
                {notes_text}
            </div>
        </Show>
    }
}

/// In place of a player that was ended.
#[component]
fn Ended(kind: Failure, on_retry: impl Fn() + Send + 'static) -> impl IntoView {
    view! {
        <div class="replay-page" role="alert">
            <EmptyState text=kind.label()>
                <button type="button" class="ui-button" on:click=move |_| on_retry()>
                    "Retry"
                </button>
            </EmptyState>
        </div>
    }
}

#[component]
fn Document(
    window: u16,
    allows_remote: bool,
    blocked: RwSignal<Blocked>,
    notes: RwSignal<Vec<String>>,
    failure: RwSignal<Option<Failure>>,
) -> impl IntoView {
    let store = Store::expect();
    let playback = store.playback;
    let element: NodeRef<Iframe> = NodeRef::new();
    let stage = RwSignal::new(Stage::Reading(None));
    let ping = move || {
        if let Some(frame) = element.get_untracked() {
            player::ping(&frame);
        }
    };
    let watchdog = Watchdog::start(ping, move |kind| failure.set(Some(kind)));
    let take = move |report: Report| match report {
        Report::Ready => {
            if let Some(frame) = element.get_untracked() {
                store.with_untracked(|session| player::open(&frame, session, window));
            }
        }
        Report::Progress { done, total } => stage.set(Stage::Reading(Some((done as u64, total as u64)))),
        Report::Opened { first, shows, dropped, omitted } => {
            notes.set(omissions::labels(dropped as u64, &omitted));
            // The first moment of many pages is blank: the app of the page has not run yet.
            if shows > first {
                store.open_at(shows);
            }
            stage.set(Stage::Ready { first });
        }
        Report::Pong => {}
        Report::Seeking => playback.waiting.set(true),
        Report::Seeked => playback.waiting.set(false),
        Report::Time(at) => store.on_player_time(at),
        Report::Blocked { count, hosts } => blocked.set(Blocked { count: count as u64, hosts }),
        Report::Failed(reason) => {
            playback.waiting.set(false);
            stage.set(Stage::Failed(reason));
        }
    };
    let listener = window_event_listener(leptos::ev::message, move |event| {
        let frame = element.get_untracked();
        if let Some(report) = frame.and_then(|frame| Report::of(&event, &frame)) {
            watchdog.heard();
            take(report);
        }
    });
    on_cleanup(move || {
        listener.remove();
        playback.waiting.set(false);
    });
    keep_in_step(store, element, stage);
    let is_ready = move || stage.with(|stage| matches!(stage, Stage::Ready { .. }));
    view! {
        <div class="replay-page" class:replay-seeking=move || playback.waiting.get()>
            <iframe
                class="replay-frame"
                class:replay-hidden=move || !is_ready()
                title="Replayed page"
                src=player::address(allows_remote)
                node_ref=element
            ></iframe>
            {move || match stage.get() {
                Stage::Ready { .. } => ().into_any(),
                Stage::Reading(done) => view! { <EmptyState text=reading_words(done) /> }.into_any(),
                Stage::Failed(reason) => {
                    view! { <div role="alert"><EmptyState text=format!("The page cannot be replayed: {reason}") /></div> }.into_any()
                }
            }}
            <div class="replay-spinner" aria-hidden="true"></div>
        </div>
    }
}

fn reading_words(done: Option<(u64, u64)>) -> String {
    match done {
        Some((done, total)) => {
            format!("Reading the page's events: {} of {}", format_count(done), format_count(total))
        }
        None => "Reading the page's events…".to_owned(),
    }
}

/// Tells the player what the clock does.
fn keep_in_step(store: Store, element: NodeRef<Iframe>, stage: RwSignal<Stage>) {
    let playback = store.playback;
    let first = Memo::new(move |_| match stage.get() {
        Stage::Ready { first } => Some(first),
        Stage::Reading(_) | Stage::Failed(_) => None,
    });
    Effect::new(move || {
        let speed = playback.speed.get();
        if let (Some(_), Some(frame)) = (first.get(), element.get_untracked()) {
            player::speed(&frame, speed);
        }
    });
    Effect::new(move |was_playing: Option<bool>| {
        playback.jumps.track();
        let is_playing = playback.playing.get();
        let (Some(first), Some(frame)) = (first.get(), element.get_untracked()) else { return false };
        // A newcomer sees the page as it was at first.
        let at = playback.at.get_untracked().unwrap_or(first);
        if is_playing {
            player::play(&frame, at);
        } else if was_playing == Some(true) {
            player::pause(&frame, at);
        } else {
            player::seek(&frame, at);
        }
        is_playing
    });
}
