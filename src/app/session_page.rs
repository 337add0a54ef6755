//! A session: header, timeline, tools.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::header::Header;
use super::load_state::{LoadAlerts, LoadProgress, NoSession, Notes};
use crate::home::ask_for_files;
use crate::messages::MessagesPanel;
use crate::network::NetworkTab;
use crate::replay::{ReplayPane, Transport, has_page, why_no_page};
use crate::store::{LoadStatus, Store, is_typing};
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

    let rows = Memo::new(move |_| store.with(session::view::total));
    let tabs = Memo::new(move |_| {
        vec![Tab::new("network", "Network").with_badge(session::model::format_count(rows.get().into()))]
    });
    // A session that could not be opened at all has no tables to show.
    let has_tables = Memo::new(move |_| match store.status.get() {
        LoadStatus::Idle => false,
        LoadStatus::Failed(_) => rows.get() > 0,
        LoadStatus::Loading | LoadStatus::Ready | LoadStatus::Cancelled => true,
    });
    let has_page = Memo::new(move |_| has_page(store));
    let tools_share = store.preferences.tools_share;
    store.keep_time();
    view! {
        <div class="app-session">
            <Header />
            <LoadProgress />
            <LoadAlerts />
            <Show when=move || has_tables.get() fallback=NoSession>
                <Timeline transport=|| view! { <Transport /> }.into_any() />
                <div class="app-main" style:--tools-share=move || format!("{:.3}%", tools_share.get() * 100.0)>
                <Show when=move || has_page.get()>
                    <ReplayPane />
                    <Splitter label="Width of the replay" axis=Axis::Horizontal share=tools_share least=0.3 most=0.85 />
                </Show>
                <div class="app-tools">
                    <div class="app-tabs-line">
                    <Tabs
                        label="Session tools"
                        class="app-tabs"
                        panel="app-tool"
                        tabs=tabs
                        current=Signal::derive(|| "network".to_owned())
                        on_choose=move |_| store.address.update(|address| address.tab = None)
                    />
                    {move || why_no_page(store).map(|why| {
                        let words = format!("No replay: {why}");
                        view! { <span class="app-no-replay" role="note" title=words.clone()>{words.clone()}</span> }
                    })}
                    </div>
                    <div class="app-tool" id="app-tool" role="tabpanel" aria-label="Network">
                        <NetworkTab
                            messages=|row| view! { <MessagesPanel row=row /> }.into_any()
                            notes=|| view! { <Notes /> }.into_any()
                        />
                    </div>
                </div>
                </div>
            </Show>
        </div>
    }
}

/// The keys that act wherever the focus is. What acts within a table stands with the table.
fn shortcut(store: Store, event: &KeyboardEvent) {
    if event.default_prevented() || is_typing(event) {
        return;
    }
    match event.key().as_str() {
        "/" => {
            event.prevent_default();
            focus_filter();
        }
        " " if !is_pressed_by_space(event) => {
            event.prevent_default();
            store.play_or_pause();
        }
        "ArrowLeft" => store.move_moment(false, event.shift_key()),
        "ArrowRight" => store.move_moment(true, event.shift_key()),
        "," => store.step_moment(false),
        "." => store.step_moment(true),
        "t" => store.seek_to_selected(),
        "[" => store.step_row(-1),
        "]" => store.step_row(1),
        "?" => store.shortcuts_open.set(true),
        "o" => ask_for_files(),
        "Escape" => {
            if store.shortcuts_open.get_untracked() {
                store.shortcuts_open.set(false);
            } else {
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

fn focus_filter() {
    let found = document().query_selector("input[aria-label='Filter requests']").ok().flatten();
    if let Some(input) = found.and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        let _ = input.focus();
        input.select();
    }
}
