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
use crate::store::{LoadStatus, Store, is_typing};
use crate::timeline::Timeline;
use crate::ui::{Tab, Tabs};

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
    view! {
        <div class="app-session">
            <Header />
            <LoadProgress />
            <LoadAlerts />
            <Show when=move || has_tables.get() fallback=NoSession>
                <Timeline />
                <div class="app-tools">
                    <Tabs
                        label="Session tools"
                        class="app-tabs"
                        panel="app-tool"
                        tabs=tabs
                        current=Signal::derive(|| "network".to_owned())
                        on_choose=move |_| store.address.update(|address| address.tab = None)
                    />
                    <div class="app-tool" id="app-tool" role="tabpanel" aria-label="Network">
                        <NetworkTab
                            messages=|row| view! { <MessagesPanel row=row /> }.into_any()
                            notes=|| view! { <Notes /> }.into_any()
                        />
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

fn focus_filter() {
    let found = document().query_selector("input[aria-label='Filter requests']").ok().flatten();
    if let Some(input) = found.and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        let _ = input.focus();
        input.select();
    }
}
