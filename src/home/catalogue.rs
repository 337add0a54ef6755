//! The catalogue of sessions: `sessions.json` beside the app, or the one that the address names.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use session::model::{format_count, plural};
use session::read::{CatalogueEntry, LoadError, catalogue};
use session::view::Address;

use crate::store::{base_path, fetch_catalogue, local_clock};
use crate::ui::Alert;

#[derive(Clone, Debug, PartialEq)]
enum State {
    Loading,
    /// There is none, and nobody asked for one.
    None,
    Ready(Vec<CatalogueEntry>),
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
            view! { <Alert what=error.what place=error.place remedy=error.remedy on_retry=Some(retry) /> }
                .into_any()
        }
        State::Ready(list) => view! { <SessionList list=list source=source.get() /> }.into_any(),
    }
}

#[component]
fn SessionList(list: Vec<CatalogueEntry>, source: Option<String>) -> impl IntoView {
    let is_empty = list.is_empty();
    view! {
        <section class="home-sessions">
            <h2>"Sessions"</h2>
            {is_empty.then(|| view! { <p class="app-dim">"The catalogue lists no sessions"</p> })}
            <ul role="list" aria-label="Sessions">
                {list.into_iter().map(|entry| session_item(&entry, source.as_deref())).collect_view()}
            </ul>
        </section>
    }
}

fn session_item(entry: &CatalogueEntry, source: Option<&str>) -> impl IntoView + use<> {
    let title = entry.title.clone().or_else(|| entry.page.clone()).unwrap_or_else(|| entry.src.clone());
    let src = beside(source, &entry.src);
    let query = Address { src: Some(src), ..Address::default() }.to_query();
    let href = format!("{}/session?{query}", base_path());
    let length = entry.started_at.zip(entry.ended_at).map(|(start, end)| (end - start).duration());
    let began = entry.started_at.map(|start| {
        let clock = local_clock();
        start.wall_clock_minutes((clock.offset_minutes)(start))
    });
    let counts = [(entry.requests, "request"), (entry.sockets, "socket"), (entry.messages, "message")];
    let mut facts: Vec<String> = [began, length].into_iter().flatten().collect();
    facts.extend(counts.into_iter().filter_map(|(count, name)| Some(plural(count?, name))));
    let errors = entry.errors.filter(|errors| *errors > 0);
    view! {
        <li class="home-session">
            <a href=href>{title}</a>
            <span class="home-session-page app-dim">{entry.page.clone()}</span>
            <span class="home-session-facts app-dim">
                {facts.join(" · ")}
                {errors
                    .map(|errors| {
                        let noun = if errors == 1 { "error" } else { "errors" };
                        view! { <span class="home-session-errors">{format!(" · {} {noun}", format_count(errors))}</span> }
                    })}
            </span>
        </li>
    }
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
