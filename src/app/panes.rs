//! Parts of the session page whose code is loaded when they are first shown.

use std::sync::OnceLock;

use leptos::prelude::*;

use super::load_state::Notes;
use super::on_demand_view::{Draw, when_loaded};
use crate::compare::{CompareTab, ComparisonForm};
use crate::console::ConsoleTab;
use crate::events::EventsTab;
use crate::messages::MessagesPanel;
use crate::network::{DetailsPane, SearchRegion};
use crate::on_demand::on_demand;
use crate::store::{Messages, Protocols, SessionStore, ViewStore};

on_demand! {
    details: fn load_details() -> Draw = || {
        let messages = |row| view! { <MessagesPanel row=row /> }.into_any();
        view! { <DetailsPane messages=messages /> }.into_any()
    };

    search: fn load_search() -> Draw = || view! { <SearchRegion /> }.into_any();

    lists: fn load_console() -> Draw = || {
        view! { <ConsoleTab notes=|| view! { <Notes /> }.into_any() /> }.into_any()
    };

    lists: fn load_events() -> Draw = || {
        view! { <EventsTab notes=|| view! { <Notes /> }.into_any() /> }.into_any()
    };

    compare: fn load_compare() -> Draw = || view! { <CompareTab /> }.into_any();

    compare: fn load_comparison_form() -> Draw = || view! { <ComparisonForm /> }.into_any();
}

/// The details of the selected row.
pub(super) fn details_pane() -> AnyView {
    static LOADED: OnceLock<Draw> = OnceLock::new();
    let is_loaded = LOADED.get().is_some();
    let pane = when_loaded(&LOADED, load_details);
    if !is_loaded {
        untrack(prepare_socket);
    }
    pane
}

/// Fetches what the details of a socket need while the code that shows them is fetched.
fn prepare_socket() {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let (row, tab) = view.state.with(|state| (state.selected_row, state.details_tab.clone()));
    let is_socket = |row: &u32| session.with_record(*row, |_, record| record.socket().is_some());
    let Some(row) = row.filter(|row| is_socket(row) == Some(true)) else { return };
    expect_context::<Protocols>().request_library();
    if tab.is_none_or(|tab| tab == "messages") {
        let messages = expect_context::<Messages>();
        messages.open(row);
        on_cleanup(move || messages.close());
    }
}

/// The search over the messages of all sockets.
pub(super) fn message_search() -> AnyView {
    static LOADED: OnceLock<Draw> = OnceLock::new();
    when_loaded(&LOADED, load_search)
}

pub(super) fn console_tab() -> AnyView {
    static LOADED: OnceLock<Draw> = OnceLock::new();
    when_loaded(&LOADED, load_console)
}

pub(super) fn events_tab() -> AnyView {
    static LOADED: OnceLock<Draw> = OnceLock::new();
    when_loaded(&LOADED, load_events)
}

pub(super) fn compare_tab() -> AnyView {
    static LOADED: OnceLock<Draw> = OnceLock::new();
    when_loaded(&LOADED, load_compare)
}

/// What chooses the session to compare with.
pub(super) fn comparison_form() -> AnyView {
    static LOADED: OnceLock<Draw> = OnceLock::new();
    when_loaded(&LOADED, load_comparison_form)
}
