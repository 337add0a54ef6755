//! The player's document in its frame, which follows the clock.

use leptos::html::Iframe;
use leptos::prelude::*;
use session::encodings::visible_url;
use session::model::{format_count, plural};

use super::highlight::HighlightNote;
use super::omissions;
use super::player::{self, Report};
use super::watchdog::{Failure, Watchdog};
use crate::payload::EmptyState;
use crate::store::{Highlight, Playback, SessionStore};

/// State of the player.
#[derive(Clone, Debug, PartialEq)]
enum PlayerState {
    /// Number of events that are read, and of all, where that is known.
    Reading(Option<(u64, u64)>),
    /// Before `first` there is no page.
    Ready {
        first: f64,
    },
    Failed(String),
}

/// Number of remote resources that were not fetched, and their hosts.
#[derive(Clone, Debug, Default, PartialEq)]
struct Blocked {
    count: u64,
    hosts: Vec<String>,
}

/// Most hosts in a tooltip.
const MAX_HOSTS: usize = 20;

/// A host on screen; one of a recording may try to look like another.
fn shown_host(host: &str) -> String {
    visible_url(host, 255).into_owned()
}

/// A window's page, with notes about what of it is not shown.
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
    let blocked_label = move || {
        let Blocked { count, hosts } = blocked.get();
        let resources = plural(count, "remote resource");
        match (hosts.first().map(|host| shown_host(host)), hosts.len() > 1) {
            (None, _) => format!("{resources} blocked"),
            (Some(host), false) => format!("{resources} blocked ({host})"),
            (Some(host), true) => format!("{resources} blocked ({host} and others)"),
        }
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
        <HighlightNote />
        <Show when=move || blocked.with(|blocked| blocked.count > 0)>
            <div class="replay-note" role="status" aria-label="Remote content">
                <span title=move || blocked.with(|blocked| blocked.hosts.iter().take(MAX_HOSTS).map(|host| shown_host(host)).collect::<Vec<_>>().join("\n"))>{blocked_label}</span>
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

/// Shown in place of a player that was ended.
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
    let (session, playback) = (expect_context::<SessionStore>(), expect_context::<Playback>());
    let highlight = expect_context::<Highlight>();
    let element: NodeRef<Iframe> = NodeRef::new();
    let state = RwSignal::new(PlayerState::Reading(None));
    let reopened = StoredValue::new(false);
    let ping = move || {
        if let Some(frame) = element.get_untracked() {
            player::ping(&frame);
        }
    };
    let watchdog = Watchdog::start(ping, move |kind| failure.set(Some(kind)));
    let take = move |report: Report| match report {
        Report::Ready => {
            if let Some(frame) = element.get_untracked() {
                session.with_untracked(|session| player::open(&frame, session, window));
            }
        }
        // While it reads again, the page stays.
        Report::Progress { .. } if reopened.get_value() => {}
        Report::Progress { done, total } => {
            state.set(PlayerState::Reading(Some((done as u64, total as u64))));
        }
        Report::Opened { first, shows, dropped, omitted } => {
            notes.set(omissions::labels(dropped as u64, &omitted));
            // Many pages are blank at first: the app of the page has not run yet.
            if shows > first {
                playback.open_at(shows);
            }
            state.set(PlayerState::Ready { first });
            if reopened.try_update_value(std::mem::take) == Some(true) {
                playback.seek_again();
            }
        }
        Report::Pong => {}
        Report::Seeking => playback.is_waiting.set(true),
        Report::Seeked => playback.is_waiting.set(false),
        Report::Highlighted(state) => highlight.state.set(Some(state)),
        Report::Time(at) => playback.on_player_time(at),
        Report::Blocked { count, hosts } => blocked.set(Blocked { count: count as u64, hosts }),
        Report::Failed(reason) => {
            playback.is_waiting.set(false);
            state.set(PlayerState::Failed(reason));
        }
    };
    let listener = window_event_listener(leptos::ev::message, move |event| {
        let frame = element.get_untracked();
        if let Some(report) = frame.and_then(|frame| Report::of(&event, &frame)) {
            watchdog.heard();
            take(report);
        }
    });
    // A live session has grown: the player gets all events again, and shows the page as before until it has
    // read them.
    Effect::new(move |rereads: Option<u32>| {
        let now = session.rereads.get();
        if rereads.is_some_and(|before| before != now)
            && state.with_untracked(|state| matches!(state, PlayerState::Ready { .. }))
            && let Some(frame) = element.get_untracked()
        {
            session.with_untracked(|session| player::open(&frame, session, window));
            reopened.set_value(true);
        }
        now
    });
    on_cleanup(move || {
        listener.remove();
        playback.is_waiting.set(false);
    });
    follow_clock(playback, highlight, window, element, state);
    let is_ready = move || state.with(|state| matches!(state, PlayerState::Ready { .. }));
    view! {
        <div class="replay-page" class:replay-seeking=move || playback.is_waiting.get()>
            <iframe
                class="replay-frame"
                class:replay-hidden=move || !is_ready()
                title="Replayed page"
                src=player::address(allows_remote)
                node_ref=element
            ></iframe>
            {move || match state.get() {
                PlayerState::Ready { .. } => ().into_any(),
                PlayerState::Reading(done) => view! { <EmptyState text=reading_label(done) /> }.into_any(),
                PlayerState::Failed(reason) => {
                    view! { <div role="alert"><EmptyState text=format!("The page cannot be replayed: {reason}") /></div> }.into_any()
                }
            }}
            <div class="replay-spinner" aria-hidden="true"></div>
        </div>
    }
}

fn reading_label(done: Option<(u64, u64)>) -> String {
    match done {
        Some((done, total)) => {
            format!("Reading the page's events: {} of {}", format_count(done), format_count(total))
        }
        None => "Reading the page's events…".to_owned(),
    }
}

/// Makes the player follow the clock.
fn follow_clock(
    playback: Playback,
    highlight: Highlight,
    window: u16,
    element: NodeRef<Iframe>,
    state: RwSignal<PlayerState>,
) {
    let first = Memo::new(move |_| match state.get() {
        PlayerState::Ready { first } => Some(first),
        PlayerState::Reading(_) | PlayerState::Failed(_) => None,
    });
    Effect::new(move || {
        let speed = playback.speed.get();
        if let (Some(_), Some(frame)) = (first.get(), element.get_untracked()) {
            player::speed(&frame, speed);
        }
    });
    let marked =
        move || highlight.target().filter(|target| target.window == window).map(|target| target.node);
    Effect::new(move |was_playing: Option<bool>| {
        // Each seek is sent, even one to the same time.
        let _ = playback.seeks.get();
        let is_playing = playback.is_playing.get();
        let (Some(first), Some(frame)) = (first.get(), element.get_untracked()) else { return false };
        // Until a time is chosen, the player shows the page as it was at first.
        let at = playback.playhead.get_untracked().unwrap_or(first);
        if is_playing {
            player::play(&frame, at);
        } else if was_playing == Some(true) {
            player::pause(&frame, at);
        } else {
            player::seek(&frame, at);
        }
        // A seek removes the mark, so the mark of an event is requested after the seek to it.
        player::highlight(&frame, untrack(marked));
        is_playing
    });
    Effect::new(move || {
        let node = marked();
        if let (Some(_), Some(frame)) = (first.get(), element.get_untracked()) {
            player::highlight(&frame, node);
        }
    });
}
