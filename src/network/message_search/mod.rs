//! The search over the messages of all sockets: what is searched for, and how far the search is.

mod results;

use leptos::html::Input;
use leptos::prelude::*;
use presentation::messages::search_summary;
use session::filter::{MESSAGE_FIELDS, suggestions};
use session::model::{format_bytes, plural};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};

use crate::payload::{Alert, EmptyState};
use crate::store::{
    FilterLanguage, MessageSearch, SearchFailure, SearchStatus, ViewStore, filter_error, filter_remark,
};
use crate::ui::{Completion, FilterBox, Icon, IconName};

use results::Results;

/// The id of the button that opens the search, which gets the focus back.
const BUTTON_ID: &str = "search-messages";

/// The button that opens and closes the search.
#[component]
pub(super) fn SearchButton() -> impl IntoView {
    let search = expect_context::<MessageSearch>();
    let toggle = move |_| if search.is_open.get_untracked() { close(&search) } else { search.open() };
    view! {
        <button
            type="button"
            id=BUTTON_ID
            class="ui-button message-search-button"
            aria-label="Search messages"
            aria-expanded=move || search.is_open.get().to_string()
            title="Search the messages of all sockets (Ctrl+Shift+F)"
            on:click=toggle
        >
            <Icon name=IconName::Search />
            <span>"Search messages"</span>
        </button>
    }
}

fn close(search: &MessageSearch) {
    search.close();
    let button = document().get_element_by_id(BUTTON_ID);
    if let Some(button) = button.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}

/// The search: its box, how far it is, and what it found.
#[component]
pub fn SearchRegion() -> impl IntoView {
    let search = expect_context::<MessageSearch>();
    let state = expect_context::<ViewStore>().state;
    let text = Memo::new(move |_| state.with(|state| state.message_search.clone()));
    let input: NodeRef<Input> = NodeRef::new();
    Effect::new(move || {
        if let Some(input) = input.get().filter(|_| search.takes_focus()) {
            let _ = input.focus();
            input.select();
        }
    });
    let pressed = move |event: KeyboardEvent| match event.key().as_str() {
        // A list of suggestions closes first.
        "Escape" if !has_suggestions(&event) => {
            event.prevent_default();
            event.stop_propagation();
            close(&search);
        }
        "Enter" if is_input(&event) => search.run_now(),
        _ => {}
    };
    view! {
        <section class="message-search" role="region" aria-label="Message search" on:keydown:capture=pressed>
            <div class="message-search-head">
                <FilterBox
                    label="Search all messages"
                    placeholder="Search the messages of all sockets: words, \"phrases\", event:chat*, path:$.price>104"
                    value=text
                    error=filter_error(FilterLanguage::Messages, move || text.get())
                    remark=filter_remark(FilterLanguage::Messages, move || text.get())
                    complete=Callback::new(|(text, cursor): (String, usize)| completions(&text, cursor))
                    on_input=move |text| search.set_text(text)
                    element=input
                />
                <Progress />
                <button
                    type="button"
                    class="ui-icon-button"
                    aria-label="Close search"
                    title="Close search (Esc)"
                    on:click=move |_| close(&search)
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
            <div
                class="message-search-summary"
                role="status"
                aria-label="Search summary"
                aria-busy=move || (search.status.get() == SearchStatus::Running).to_string()
            >
                {move || summary(&search)}
            </div>
            <Failure />
            <Results />
            <Empty />
        </section>
    }
}

/// What can be typed at a position of the text.
fn completions(text: &str, cursor: usize) -> Vec<Completion> {
    let found = suggestions(text, cursor, MESSAGE_FIELDS, &|_| Vec::new());
    let completion = |suggestion: session::filter::Suggestion| Completion {
        remark: suggestion.description.to_owned(),
        text: suggestion.text,
        span: suggestion.span,
    };
    found.into_iter().map(completion).collect()
}

fn target_input(event: &KeyboardEvent) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

fn is_input(event: &KeyboardEvent) -> bool {
    target_input(event).is_some()
}

fn has_suggestions(event: &KeyboardEvent) -> bool {
    target_input(event).is_some_and(|input| input.has_attribute("aria-controls"))
}

/// What was found so far.
fn summary(search: &MessageSearch) -> String {
    let counts = || {
        search.with_results(|results| {
            search_summary(results.matches(), results.matching_sockets(), results.sockets)
        })
    };
    match search.status.get() {
        SearchStatus::Idle => match search.sockets() {
            0 => "No sockets were recorded".to_owned(),
            sockets => format!("{} to search", plural(sockets as u64, "socket")),
        },
        SearchStatus::WaitingForSession => "The search begins when the session is loaded".to_owned(),
        SearchStatus::Running => format!("{} so far", counts()),
        SearchStatus::Complete => counts(),
        SearchStatus::Canceled | SearchStatus::Failed(_) => {
            let progress = search.progress.get();
            let sockets = plural(progress.sockets as u64, "socket");
            format!("{} · stopped after {} of {sockets}", counts(), progress.searched)
        }
    }
}

#[component]
fn Progress() -> impl IntoView {
    let search = expect_context::<MessageSearch>();
    let is_running = Memo::new(move |_| search.status.get() == SearchStatus::Running);
    let percent = move || {
        let progress = search.progress.get();
        format!("{:.0}", progress.searched as f64 / progress.sockets.max(1) as f64 * 100.0)
    };
    let label = move || {
        let progress = search.progress.get();
        let sockets = plural(progress.sockets as u64, "socket");
        format!("{} of {sockets} · {}", progress.searched, format_bytes(progress.bytes))
    };
    view! {
        <Show when=move || is_running.get()>
            <div
                class="ui-progress message-search-progress"
                role="progressbar"
                aria-label="Searching messages"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=percent
                aria-valuetext=label
            >
                <div class="ui-progress-bar" style:width=move || format!("{}%", percent())></div>
            </div>
            <span class="message-search-progress-label">{label}</span>
            <button type="button" class="ui-button" on:click=move |_| search.cancel()>
                "Cancel"
            </button>
        </Show>
    }
}

/// Why the search did not run, or stopped.
#[component]
fn Failure() -> impl IntoView {
    let search = expect_context::<MessageSearch>();
    let retry = Callback::new(move |()| search.retry());
    move || {
        let SearchStatus::Failed(failure) = search.status.get() else { return None };
        let (what, place, remedy) = match failure {
            SearchFailure::NotStarted(reason) => (
                "The search could not be started",
                reason,
                "It runs in a module worker, which browsers have since 2023. Update the browser, or open a socket and filter its messages.",
            ),
            SearchFailure::Stopped(reason) => (
                "The search stopped",
                reason,
                "The messages may not fit into memory. Open a socket and filter its messages.",
            ),
        };
        Some(
            view! { <Alert what=what.to_owned() place=place remedy=remedy.to_owned() on_retry=Some(retry) /> },
        )
    }
}

/// What is shown where nothing is found.
#[component]
fn Empty() -> impl IntoView {
    let search = expect_context::<MessageSearch>();
    move || {
        let is_complete = search.status.get() == SearchStatus::Complete;
        let text = search.with_results(|results| {
            let messages: u64 = results.by_row.values().map(|result| result.messages).sum();
            let all_searched = results.by_row.values().all(|result| result.is_searched());
            match (messages, results.matches()) {
                _ if !is_complete => None,
                (0, _) => all_searched.then_some("No socket messages were recorded"),
                (_, 0) => Some("No message matches"),
                _ => None,
            }
        });
        text.map(|text| view! { <EmptyState text=text /> })
    }
}
