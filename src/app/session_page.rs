//! A session: header, timeline, tools.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;
use session::encodings::visible_line;
use session::model::format_count;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::header::Header;
use super::load_state::{LoadAlerts, LoadProgress, NoSession, Notes};
use crate::console::ConsoleTab;
use crate::events::EventsTab;
use crate::home::ask_for_files;
use crate::messages::MessagesPanel;
use crate::network::NetworkTab;
use crate::replay::{ReplayPane, Transport, has_page, why_no_page};
use crate::source::painted;
use crate::store::{LoadStatus, SessionTab, Store, is_typing};
use crate::timeline::Timeline;
use crate::ui::{Axis, Splitter, Tab, Tabs};

#[component]
pub fn SessionPage() -> impl IntoView {
    let store = Store::expect();
    let search = use_location().search;
    Effect::new(move || {
        let search = search.get();
        untrack(|| store.visit(&search));
    });
    store.keep_address_bar();
    let keys = window_event_listener(leptos::ev::keydown, move |event| shortcut(store, &event));
    on_cleanup(move || keys.remove());

    let rows = Memo::new(move |_| store.with(presentation::network::row_count));
    let has_content = Memo::new(move |_| store.with(|session| !session.is_empty()));
    // A session that could not be opened at all has no tables to show.
    let has_tables = Memo::new(move |_| match store.status.get() {
        LoadStatus::Idle => false,
        LoadStatus::Failed(_) => has_content.get(),
        LoadStatus::Loading | LoadStatus::Ready | LoadStatus::Cancelled => true,
    });
    let has_timeline = after_first_rows(store, rows);
    store.run_clock();
    view! {
        <div class="app-session">
            <Header />
            <LoadProgress />
            <LoadAlerts />
            <Show when=move || has_tables.get() fallback=NoSession>
                <div class="app-timeline">
                    <Show when=move || has_timeline.get()>
                        <Timeline transport=|| view! { <Transport /> }.into_any() />
                    </Show>
                </div>
                <Tools />
            </Show>
        </div>
    }
}

/// The tools, and the page beside them.
#[component]
pub(super) fn Tools() -> impl IntoView {
    let store = Store::expect();
    let tool = Memo::new(move |_| store.tool());
    let tabs = Memo::new(move |_| SessionTab::ALL.map(|tool| tab(store, tool)).to_vec());
    let has_page = Memo::new(move |_| has_page(store));
    // Without requests the page is what the session is about: it gets most of the width.
    let is_about_page = Memo::new(move |_| store.first_tool.get() != SessionTab::Network);
    let (tools_share, page_tools_share) = (store.preferences.tools_share, store.preferences.page_tools_share);
    let share = move || if is_about_page.get() { page_tools_share } else { tools_share };
    view! {
        <div class="app-main" class:app-about-page=is_about_page style:--tools-share=move || format!("{:.3}%", share().get() * 100.0)>
            <Show when=move || has_page.get()>
                <ReplayPane />
                {move || view! { <Splitter label="Width of the replay" axis=Axis::Horizontal share=share() least=if is_about_page.get() { 0.2 } else { 0.3 } most=0.85 /> }}
            </Show>
            <div class="app-tools">
                <div class="app-tabs-line">
                    <Tabs
                        label="Session tools"
                        class="app-tabs"
                        panel="app-tool"
                        tabs=tabs
                        current=Signal::derive(move || tool.get().key().to_owned())
                        on_choose=move |key| store.show_tool(SessionTab::from_key(key).unwrap_or_default())
                    />
                    {move || why_no_page(store).map(|why| no_replay(&why))}
                </div>
                <div class="app-tool" id="app-tool" role="tabpanel" aria-label=move || tool.get().label()>
                    {move || panel(tool.get())}
                </div>
            </div>
        </div>
    }
}

/// Becomes true when the first rows are on screen, or when none are awaited: what is built then does not hold them up.
fn after_first_rows(store: Store, rows: Memo<u32>) -> RwSignal<bool> {
    let are_there = RwSignal::new(false);
    let is_due = Memo::new(move |_| rows.get() > 0 || store.status.get() != LoadStatus::Loading);
    Effect::new(move || {
        if is_due.get() {
            spawn_local(async move {
                painted().await;
                // Whoever opened the page may have left it by now.
                let _ = are_there.try_set(true);
            });
        }
    });
    are_there
}

/// Most characters of a reason: it may quote the recording.
const MAX_REASON_CHARS: usize = 500;

/// Why there is no page beside the tools.
fn no_replay(why: &str) -> impl IntoView + use<> {
    let words = format!("No replay: {}", visible_line(why, MAX_REASON_CHARS));
    let title = words.clone();
    view! {
        <span class="app-no-replay" role="note" title=title>
            {words}
        </span>
    }
}

/// A tab, and how many rows stand behind it.
fn tab(store: Store, tool: SessionTab) -> Tab {
    let rows = store.with(|session| match tool {
        SessionTab::Network => presentation::network::row_count(session).into(),
        SessionTab::Console => session.console.len() as u64,
        SessionTab::Events => presentation::events::event_count(session) as u64,
    });
    Tab::new(tool.key(), tool.label()).with_badge(format_count(rows))
}

fn panel(tool: SessionTab) -> AnyView {
    let notes = || view! { <Notes /> }.into_any();
    match tool {
        SessionTab::Network => {
            let messages = |row| view! { <MessagesPanel row=row /> }.into_any();
            view! { <NetworkTab messages=messages notes=notes /> }.into_any()
        }
        SessionTab::Console => view! { <ConsoleTab notes=notes /> }.into_any(),
        SessionTab::Events => view! { <EventsTab notes=notes /> }.into_any(),
    }
}

/// The keys that act wherever the focus is. What acts within a table stands with the table.
fn shortcut(store: Store, event: &KeyboardEvent) {
    if event.default_prevented() || is_typing(event) {
        return;
    }
    let tool = untrack(|| store.tool());
    match event.key().as_str() {
        "/" => {
            event.prevent_default();
            focus_filter();
        }
        " " if !is_pressed_by_space(event) => {
            event.prevent_default();
            store.play_or_pause();
        }
        "ArrowLeft" => store.seek_by(false, event.shift_key()),
        "ArrowRight" => store.seek_by(true, event.shift_key()),
        "," => store.step_moment(false),
        "." => store.step_moment(true),
        "t" if tool == SessionTab::Network => store.seek_to_selected(),
        "[" if tool == SessionTab::Network => store.step_row(-1),
        "]" if tool == SessionTab::Network => store.step_row(1),
        "?" => store.shortcuts_open.set(true),
        "o" => ask_for_files(),
        "Escape" => {
            if store.shortcuts_open.get_untracked() {
                store.shortcuts_open.set(false);
            } else if tool == SessionTab::Network {
                store.close_one();
            }
        }
        _ => {}
    }
}

/// Whether the space bar presses what has the focus.
fn is_pressed_by_space(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| matches!(element.tag_name().as_str(), "BUTTON" | "A" | "SUMMARY"))
}

/// The filter of the open tab is the first in it.
fn focus_filter() {
    let found = document().query_selector("#app-tool input[type=search]").ok().flatten();
    if let Some(input) = found.and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        let _ = input.focus();
        input.select();
    }
}
