//! The catalogue of sessions: `sessions.json` beside the app, or the one that the address names.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use presentation::view_state::ViewState;
use session::encodings::{visible_line, visible_url};
use session::formats::{CatalogueEntry, LoadError, catalogue};
use session::model::plural;

use crate::store::{base_path, fetch_catalogue, local_clock};
use crate::ui::{Alert, LongList, MAX_WHOLE_LIST, VNode};

#[derive(Clone, Debug, PartialEq)]
enum State {
    Loading,
    /// There is none, and nobody asked for one.
    None,
    Ready(session::formats::Catalogue),
    Failed(LoadError),
}

#[component]
pub fn Catalogue() -> impl IntoView {
    let query = use_query_map();
    let state = RwSignal::new(State::Loading);
    let attempt = RwSignal::new(0);
    let source = Memo::new(move |_| query.with(|query| query.get("catalogue")));
    Effect::new(move || {
        attempt.track();
        let named = source.get();
        state.set(State::Loading);
        spawn_local(async move {
            let found = fetch_catalogue(named.as_deref()).await;
            // Another page, or another catalogue, may have been opened meanwhile.
            if source.try_get_untracked() == Some(named.clone()) {
                let _ = state.try_set(match found {
                    Ok(text) => match catalogue(named.as_deref().unwrap_or("sessions.json"), &text) {
                        Ok(list) => State::Ready(list),
                        Err(_) if named.is_none() => State::None,
                        Err(error) => State::Failed(error),
                    },
                    Err(_) if named.is_none() => State::None,
                    Err(error) => State::Failed(error),
                });
            }
        });
    });
    let retry = Callback::new(move |()| attempt.update(|attempt| *attempt += 1));
    move || match state.get() {
        State::Loading | State::None => ().into_any(),
        State::Failed(error) => {
            view! { <Alert what=error.what() remedy=error.remedy() place=error.place on_retry=Some(retry) /> }
                .into_any()
        }
        State::Ready(list) => view! { <SessionList list=list source=source.get() /> }.into_any(),
    }
}

#[component]
fn SessionList(list: session::formats::Catalogue, source: Option<String>) -> impl IntoView {
    let session::formats::Catalogue { entries, omitted } = list;
    let is_empty = entries.is_empty();
    view! {
        <section class="home-sessions">
            <h2>"Sessions"</h2>
            {is_empty.then(|| view! { <p class="app-dim">"The catalogue lists no sessions"</p> })}
            {session_list(entries, source)}
            {(omitted > 0)
                .then(|| {
                    let words = format!("{} more not listed: the catalogue is too long", plural(omitted, "session"));
                    view! { <p class="app-dim">{words}</p> }
                })}
        </section>
    }
}

/// All sessions where they are few, else those on screen.
fn session_list(list: Vec<CatalogueEntry>, source: Option<String>) -> AnyView {
    if list.len() <= MAX_WHOLE_LIST {
        let items = list.iter().map(|entry| session_item(ListedSession::of(entry, source.as_deref())));
        return view! { <ul role="list" aria-label="Sessions">{items.collect_view()}</ul> }.into_any();
    }
    let rows = list.len();
    view! {
        <LongList
            label="Sessions"
            class="home-long-sessions"
            row_height=ROW_HEIGHT
            rows=rows
            item=move |position| list.get(position).map(|entry| session_row(ListedSession::of(entry, source.as_deref())))
        />
    }
    .into_any()
}

/// Height of a session's row in a long list, in px; the style sheet says the same.
const ROW_HEIGHT: f64 = 64.0;
/// Most characters of a title, and of the URL of a page.
const MAX_CHARS: usize = 300;

/// What is shown of a session.
struct ListedSession {
    href: String,
    title: String,
    page: String,
    facts: String,
    /// ` · 3 errors`; empty for none.
    errors: String,
}

impl ListedSession {
    fn of(entry: &CatalogueEntry, source: Option<&str>) -> Self {
        let page = entry.page.as_deref().unwrap_or_default();
        let page = visible_url(page, MAX_CHARS).into_owned();
        let title = match (&entry.title, page.is_empty()) {
            (Some(title), _) => visible_line(title, MAX_CHARS).into_owned(),
            (None, false) => page.clone(),
            (None, true) => visible_url(&entry.src, MAX_CHARS).into_owned(),
        };
        let query =
            ViewState { source_url: Some(beside(source, &entry.src)), ..ViewState::default() }.to_query();
        let errors = entry.errors.filter(|errors| *errors > 0);
        Self {
            href: format!("{}/session?{query}", base_path()),
            title,
            page,
            facts: facts(entry),
            errors: errors.map(|errors| format!(" · {}", plural(errors, "error"))).unwrap_or_default(),
        }
    }
}

fn facts(entry: &CatalogueEntry) -> String {
    let length = entry.started_at.zip(entry.ended_at).map(|(start, end)| (end - start).duration());
    let began = entry.started_at.map(|start| {
        let clock = local_clock();
        start.wall_clock_minutes((clock.offset_minutes)(start))
    });
    let counts = [(entry.requests, "request"), (entry.sockets, "socket"), (entry.messages, "message")];
    let mut facts: Vec<String> = [began, length].into_iter().flatten().collect();
    facts.extend(counts.into_iter().filter_map(|(count, name)| Some(plural(count?, name))));
    facts.join(" · ")
}

fn session_item(session: ListedSession) -> impl IntoView {
    view! {
        <li class="home-session">
            <a href=session.href>{session.title}</a>
            <span class="home-session-page app-dim">{session.page}</span>
            <span class="home-session-facts app-dim">
                {session.facts}
                <span class="home-session-errors">{session.errors}</span>
            </span>
        </li>
    }
}

/// As [`session_item`], in a list of which only the rows on screen are there.
fn session_row(session: ListedSession) -> VNode {
    let span = |class: &'static str| VNode::new("span").class(class);
    VNode::new("div")
        .class("home-session")
        .child(VNode::new("a").attribute("href", session.href).text(session.title))
        .child(span("home-session-page app-dim").text(session.page))
        .child(
            span("home-session-facts app-dim")
                .text(session.facts)
                .child(span("home-session-errors").text(session.errors)),
        )
}

/// A session's address is relative to its catalogue.
fn beside(catalogue: Option<&str>, src: &str) -> String {
    let Some(catalogue) = catalogue else { return src.to_owned() };
    let relative = || {
        let base = web_sys::Url::new_with_base(catalogue, &document().base_uri().ok().flatten()?).ok()?;
        Some(web_sys::Url::new_with_base(src, &base.href()).ok()?.href())
    };
    relative().unwrap_or_else(|| src.to_owned())
}
