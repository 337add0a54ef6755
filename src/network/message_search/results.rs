//! What the search found: the sockets, each with its first matching messages.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::messages::direction_labels;
use presentation::network::name_cell;
use search_worker::{Hit, Readability, Snippet, SocketResult};
use session::encodings::visible_line;
use session::model::{format_count, plural};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::store::{Credentials, MessageSearch, SessionStore, ViewStore, offset_of};

/// Sockets that are listed; of more the number is shown. Each takes up to seven lines.
const MAX_LISTED: usize = 200;
/// Characters of a reason: it may quote a file.
const MAX_REASON_CHARS: usize = 500;

const HIDDEN_TITLE: &str = "Hidden credential: open the message to show it";

/// A socket of the list.
type Item = (u32, Arc<SocketResult>);

#[component]
pub(super) fn Results() -> impl IntoView {
    let search = expect_context::<MessageSearch>();
    let is_listed = |(_, result): &(&u32, &Arc<SocketResult>)| {
        result.matches > 0 || result.readability != Readability::Complete
    };
    let items = move || {
        search.with_results(|results| {
            let listed = results.by_row.iter().filter(is_listed).take(MAX_LISTED);
            listed.map(|(row, result)| (*row, Arc::clone(result))).collect::<Vec<Item>>()
        })
    };
    let unlisted = move || {
        let all = search.with_results(|results| results.by_row.iter().filter(is_listed).count());
        all.saturating_sub(MAX_LISTED)
    };
    let more = move |count| {
        format!("{} more, marked in the table with the number of matches", plural(count as u64, "socket"))
    };
    view! {
        <ul class="message-search-list" role="list" aria-label="Sockets" on:keydown=move |event| move_focus(&event)>
            <For each=items key=|(_, result)| Arc::as_ptr(result).addr() let((row, result))>
                <SocketItem row=row result=result />
            </For>
        </ul>
        {move || Some(unlisted()).filter(|count| *count > 0).map(|count| view! { <p class="message-search-note">{more(count)}</p> })}
    }
}

/// A socket, with its first matches or why it could not be read.
#[component]
fn SocketItem(row: u32, result: Arc<SocketResult>) -> impl IntoView {
    let (search, session) = (expect_context::<MessageSearch>(), expect_context::<SessionStore>());
    let name = untrack(|| session.with_record(row, |_, record| name_cell(record)));
    let name = name.unwrap_or_default();
    let count = match &result.readability {
        Readability::Unreadable(_) => "Not searched".to_owned(),
        _ => plural(result.matches, "message"),
    };
    let problem = match &result.readability {
        Readability::Complete => None,
        Readability::Truncated(reason) | Readability::Unreadable(reason) => {
            Some(visible_line(reason, MAX_REASON_CHARS).into_owned())
        }
    };
    let more = result.matches.saturating_sub(result.hits.len() as u64);
    let hits = result.hits.iter().map(|hit| view! { <HitItem row=row hit=hit.clone() /> }).collect_view();
    view! {
        <li class="message-search-socket" data-row=row.to_string()>
            <button
                type="button"
                class="message-search-name"
                title=name.title
                on:click=move |_| search.open_result(row, None)
            >
                <span class="message-search-segment">{name.segment}</span>
                " "
                <span class="message-search-host">{name.host}</span>
                " "
                <span class="message-search-count">{count}</span>
            </button>
            {problem.map(|problem| view! { <p class="message-search-problem">{problem}</p> })}
            <ul role="list" aria-label="Messages">
                {hits}
                {(more > 0)
                    .then(|| {
                        view! {
                            <li>
                                <button
                                    type="button"
                                    class="message-search-more"
                                    on:click=move |_| search.open_result(row, None)
                                >
                                    {format!("Show {} more", format_count(more))}
                                </button>
                            </li>
                        }
                    })}
            </ul>
        </li>
    }
}

#[component]
fn HitItem(row: u32, hit: Hit) -> impl IntoView {
    let (search, session) = (expect_context::<MessageSearch>(), expect_context::<SessionStore>());
    let (glyph, direction) = direction_labels(hit.kind);
    let time = session.with_untracked(|session| offset_of(session, hit.time));
    let number = hit.number;
    let state = expect_context::<ViewStore>().state;
    let is_open = Memo::new(move |_| {
        state.with(|state| state.selected_row == Some(row) && state.selected_message == Some(number))
    });
    let are_shown = expect_context::<Credentials>().are_shown;
    let has_hidden = hit.with_credentials.is_some();
    let with_credentials = hit.with_credentials.unwrap_or_else(|| hit.snippet.clone());
    let snippet = move || quoted(if are_shown.get() { &with_credentials } else { &hit.snippet });
    view! {
        <li>
            <button
                type="button"
                class=format!("message-search-hit message-search-{}", direction.to_lowercase())
                data-msg=number.to_string()
                aria-current=move || is_open.get().then_some("true")
                on:click=move |_| search.open_result(row, Some(number))
            >
                <span class="message-search-direction" role="img" aria-label=direction title=direction>
                    {glyph}
                </span>
                <span class="message-search-time">{time}</span>
                {(!hit.event.is_empty()).then(|| view! { <span class="message-search-event">{hit.event}</span> })}
                <span
                    class="message-search-data"
                    title=move || (has_hidden && !are_shown.get()).then_some(HIDDEN_TITLE)
                >
                    {snippet}
                </span>
            </button>
        </li>
    }
}

/// A part of a message, with the match marked.
fn quoted(Snippet { before, matched, after }: &Snippet) -> impl IntoView + use<> {
    let matched = Some(matched.clone()).filter(|matched| !matched.is_empty());
    (before.clone(), matched.map(|matched| view! { <mark>{matched}</mark> }), after.clone())
}

/// Moves the focus between the buttons of the list.
fn move_focus(event: &KeyboardEvent) {
    let Some(list) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return;
    };
    let Ok(buttons) = list.query_selector_all("button") else { return };
    let focused = document().active_element();
    let button = |at: u32| buttons.item(at).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let is_focused = |at: &u32| button(*at).is_some_and(|button| Some(button.into()) == focused);
    let Some(at) = (0..buttons.length()).find(is_focused) else { return };
    let target = match event.key().as_str() {
        "ArrowDown" => at + 1,
        "ArrowUp" => at.saturating_sub(1),
        "Home" => 0,
        "End" => buttons.length().saturating_sub(1),
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(button) = button(target) {
        let _ = button.focus();
    }
}
