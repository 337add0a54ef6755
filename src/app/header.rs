//! The top of the session page: what is open, and what can be done with it.

use std::borrow::Cow;

use leptos::prelude::*;
use session::encodings::{visible_line, visible_url};
use session::model::Session;

use super::export::ExportButton;
use super::zone::UtcButton;
use crate::home::OpenFileButton;
use crate::home::ThemeButton;
use crate::store::{Store, base_path, local_clock};
use crate::ui::{CopyButton, Icon, IconName};

/// Most characters of the session's title: it is also the title of the browser's tab.
const MAX_TITLE_CHARS: usize = 500;
/// Most characters of each of the facts behind it.
const MAX_FACT_CHARS: usize = 120;

#[component]
pub fn Header() -> impl IntoView {
    let store = Store::expect();
    let title = Memo::new(move |_| store.with(|session| title_of(store, session)));
    let facts = Memo::new(move |_| store.with(facts_of));
    let errors = Memo::new(move |_| u64::from(store.row_counts.get().errors));
    Effect::new(move || document().set_title(&format!("{} · Replayscope", title.get())));
    on_cleanup(|| document().set_title("Replayscope"));
    view! {
        <header class="app-header">
            <a class="app-brand" href=format!("{}/", base_path())>
                "Replayscope"
            </a>
            <span class="app-header-line"></span>
            <h1 class="app-title" title=move || format!("{} · {}", title.get(), facts.get().join(" · "))>
                <bdi>{title}</bdi>
                <span class="app-dim">
                    {move || facts.get().into_iter().map(|fact| view! { " · " <bdi>{fact}</bdi> }).collect_view()}
                </span>
            </h1>
            {move || {
                let errors = errors.get();
                (errors > 0)
                    .then(|| view! { <span class="ui-badge">{session::model::plural(errors, "error")}</span> })
            }}
            <ExportButton />
            <CopyButton
                label="Copy link"
                title="Copy the address of what is on screen"
                text=|| window().location().href().unwrap_or_default()
            />
            <OpenFileButton />
            <UtcButton />
            <ThemeButton />
            <button
                type="button"
                class="ui-icon-button"
                aria-label="Keyboard shortcuts"
                title="Keyboard shortcuts (?)"
                on:click=move |_| store.shortcuts_open.set(true)
            >
                <Icon name=IconName::Keyboard />
            </button>
        </header>
    }
}

fn title_of(store: Store, session: &Session) -> String {
    let from_page = || session.pages.iter().find_map(|page| page.title.as_deref());
    let title = session.title.as_deref().or_else(from_page).map(Cow::Borrowed);
    let from_origin = || store.origin().map_or("No session".into(), |origin| Cow::Owned(origin.name()));
    visible_line(&title.unwrap_or_else(from_origin), MAX_TITLE_CHARS).into_owned()
}

/// The page, when it began, how long it took, and what recorded it.
fn facts_of(session: &Session) -> Vec<String> {
    let page = session.pages.iter().map(|page| page.url.as_str()).find(|url| !url.is_empty());
    let began = session.started_at.map(|start| local_clock().wall_clock(start));
    let length = session.started_at.zip(session.end()).map(|(start, end)| (end - start).duration());
    let by = session.format.attribution(session);
    let others = presentation::labels::other_contents(session);
    let page = page.map(|url| visible_url(without_scheme(url), MAX_FACT_CHARS).into_owned());
    let parts = [page, began, length, by, others].into_iter().flatten();
    parts.map(|part| visible_line(&part, MAX_FACT_CHARS).into_owned()).collect()
}

fn without_scheme(url: &str) -> &str {
    url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/')
}
