//! The catalog of sessions: `sessions.json` in the app's folder, or the one that the address names.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use presentation::view_state::session_path;
use session::encodings::{visible_line, visible_url};
use session::formats::{Catalog, CatalogEntry};
use session::model::plural;

use crate::payload::Alert;
use crate::store::{CatalogState, base_path, catalog_resource, local_clock};
use crate::ui::{LongList, MAX_FULL_LIST, VNode};

#[component]
pub fn SessionCatalog() -> impl IntoView {
    let query = use_query_map();
    let (attempt, set_attempt) = signal(0_u32);
    let source = Memo::new(move |_| query.with(|query| query.get("catalogue")));
    let state = catalog_resource(source, attempt);
    let retry = Callback::new(move |()| set_attempt.update(|attempt| *attempt += 1));
    move || match state.get() {
        CatalogState::Loading | CatalogState::Absent => ().into_any(),
        CatalogState::Failed(error) => {
            view! { <Alert what=error.what() remedy=error.remedy() place=error.place on_retry=Some(retry) /> }
                .into_any()
        }
        CatalogState::Ready(list) => view! { <SessionList list=list source=source.get() /> }.into_any(),
    }
}

#[component]
fn SessionList(list: Catalog, source: Option<String>) -> impl IntoView {
    let Catalog { entries, omitted, .. } = list;
    let is_empty = entries.is_empty();
    view! {
        <section class="home-sessions">
            <h2>"Sessions"</h2>
            {is_empty.then(|| view! { <p class="app-dim">"The catalog is empty"</p> })}
            {session_list(entries, source)}
            {(omitted > 0)
                .then(|| {
                    let label = format!("{} more not listed: the catalog is too long", plural(omitted, "session"));
                    view! { <p class="app-dim">{label}</p> }
                })}
        </section>
    }
}

/// The complete list where it is short, else a virtual one.
pub(super) fn session_list(list: Vec<CatalogEntry>, source: Option<String>) -> AnyView {
    if list.len() <= MAX_FULL_LIST {
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

/// Height of a session's row in a long list, in px, as in the style sheet.
const ROW_HEIGHT: f64 = 64.0;
/// The project of a server that needs no others.
const DEFAULT_PROJECT: &str = "default";
/// Most characters of a title, and of the URL of a page.
const MAX_CHARS: usize = 300;

/// A session on screen.
struct ListedSession {
    href: String,
    title: String,
    page: String,
    properties: String,
    /// ` · 3 errors`; empty for none.
    errors: String,
    is_live: bool,
}

impl ListedSession {
    fn of(entry: &CatalogEntry, source: Option<&str>) -> Self {
        let page = entry.page.as_deref().unwrap_or_default();
        let page = visible_url(page, MAX_CHARS).into_owned();
        let title = match (&entry.title, page.is_empty()) {
            (Some(title), _) => visible_line(title, MAX_CHARS).into_owned(),
            (None, false) => page.clone(),
            (None, true) => visible_url(&entry.src, MAX_CHARS).into_owned(),
        };
        let path = session_path(&relative_to(source, &entry.src));
        let errors = entry.errors.filter(|errors| *errors > 0);
        Self {
            href: format!("{}{path}", base_path()),
            title,
            page,
            properties: properties(entry),
            is_live: entry.is_live,
            errors: errors.map(|errors| format!(" · {}", plural(errors, "error"))).unwrap_or_default(),
        }
    }
}

fn properties(entry: &CatalogEntry) -> String {
    let length = entry.started_at.zip(entry.ended_at).map(|(start, end)| (end - start).duration());
    let began = entry.started_at.map(|start| {
        let clock = local_clock();
        start.wall_clock_minutes((clock.offset_minutes)(start))
    });
    let user = entry.user.as_deref().map(|user| visible_line(user, MAX_CHARS).into_owned());
    let counts = [(entry.requests, "request"), (entry.sockets, "socket"), (entry.messages, "message")];
    let mut properties: Vec<String> = [began, length].into_iter().flatten().collect();
    properties.extend(entry.project.clone().filter(|project| project != DEFAULT_PROJECT));
    properties.extend(user);
    properties.extend(counts.into_iter().filter_map(|(count, name)| Some(plural(count?, name))));
    properties.join(" · ")
}

fn session_item(session: ListedSession) -> impl IntoView {
    view! {
        <li class="home-session">
            <a href=session.href>{session.title}</a>
            <span class="home-session-page app-dim">{session.page}</span>
            <span class="home-session-properties app-dim">
                {session.is_live.then(|| view! { <span class="home-session-live">"Live"</span> " · " })}
                {session.properties}
                <span class="home-session-errors">{session.errors}</span>
            </span>
        </li>
    }
}

/// As [`session_item`], in a virtual list.
fn session_row(session: ListedSession) -> VNode {
    let span = |class: &'static str| VNode::new("span").class(class);
    VNode::new("div")
        .class("home-session")
        .child(VNode::new("a").attribute("href", session.href).text(session.title))
        .child(span("home-session-page app-dim").text(session.page))
        .child(
            span("home-session-properties app-dim")
                .text(if session.is_live {
                    format!("Live · {}", session.properties)
                } else {
                    session.properties
                })
                .child(span("home-session-errors").text(session.errors)),
        )
}

/// A session's address is relative to its catalog.
fn relative_to(catalog: Option<&str>, src: &str) -> String {
    let Some(catalog) = catalog else { return src.to_owned() };
    let relative = || {
        let base = web_sys::Url::new_with_base(catalog, &document().base_uri().ok().flatten()?).ok()?;
        Some(web_sys::Url::new_with_base(src, &base.href()).ok()?.href())
    };
    relative().unwrap_or_else(|| src.to_owned())
}
