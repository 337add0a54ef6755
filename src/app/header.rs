//! The header of the session page: what is open, and the actions on it.

use leptos::prelude::*;
use presentation::network::without_scheme;
use session::encodings::{visible_line, visible_url};
use session::model::Session;

use super::compare_dialog::CompareButton;
use super::credentials_button::CredentialsButton;
use super::export::ExportButton;
use super::live_button::LiveButton;
use super::shortcuts::ShortcutsOpen;
use super::utc_button::UtcButton;
use crate::home::OpenFileButton;
use crate::home::ThemeButton;
use crate::store::{SessionStore, base_path, local_clock};
use crate::ui::{CopyButton, Icon, IconName};

/// Most characters of the session's title: it is also the title of the browser's tab.
const MAX_TITLE_CHARS: usize = 500;
/// Most characters of each of the properties after it.
const MAX_PROPERTY_CHARS: usize = 120;

#[component]
pub fn Header() -> impl IntoView {
    let session = expect_context::<SessionStore>();
    let shortcuts_open = expect_context::<ShortcutsOpen>().0;
    let title = Memo::new(move |_| title_of(session));
    let properties = Memo::new(move |_| session.with(properties_of));
    let row_counts = session.row_counts();
    let errors = Memo::new(move |_| u64::from(row_counts.get().errors));
    Effect::new(move || document().set_title(&format!("{} · Replayscope", title.get())));
    on_cleanup(|| document().set_title("Replayscope"));
    view! {
        <header class="app-header">
            <a class="app-brand" href=format!("{}/", base_path())>
                "Replayscope"
            </a>
            <span class="app-header-line"></span>
            <h1 class="app-title" title=move || format!("{} · {}", title.get(), properties.get().join(" · "))>
                <bdi>{title}</bdi>
                <span class="app-dim">
                    {move || properties.get().into_iter().map(|property| view! { " · " <bdi>{property}</bdi> }).collect_view()}
                </span>
            </h1>
            {move || {
                let errors = errors.get();
                (errors > 0)
                    .then(|| view! { <span class="ui-badge">{session::model::plural(errors, "error")}</span> })
            }}
            <LiveButton />
            <ExportButton />
            <CopyButton
                label="Copy link"
                title="Copy the address of what is on screen"
                text=|| window().location().href().unwrap_or_default()
            />
            <OpenFileButton />
            <CompareButton />
            <CredentialsButton />
            <UtcButton />
            <ThemeButton />
            <button
                type="button"
                class="ui-icon-button"
                aria-label="Keyboard shortcuts"
                title="Keyboard shortcuts (?)"
                on:click=move |_| shortcuts_open.set(true)
            >
                <Icon name=IconName::Keyboard />
            </button>
        </header>
    }
}

fn title_of(session: SessionStore) -> String {
    let origin_name = session.origin().map(|origin| origin.name());
    session.with(|session| {
        let from_page = || session.pages.iter().find_map(|page| page.title.as_deref());
        let title = session.title.as_deref().or_else(from_page).or(origin_name.as_deref());
        visible_line(title.unwrap_or("No session"), MAX_TITLE_CHARS).into_owned()
    })
}

/// The page, when it began, how long it took, and what recorded it.
fn properties_of(session: &Session) -> Vec<String> {
    let page = session.pages.iter().map(|page| page.url.as_str()).find(|url| !url.is_empty());
    let began = session.started_at.map(|start| local_clock().wall_clock(start));
    let length = session.started_at.zip(session.end()).map(|(start, end)| (end - start).duration());
    let by = session.format.attribution(session);
    let others = presentation::labels::other_contents(session);
    let page = page.map(|url| without_scheme(url).trim_end_matches('/'));
    let page = page.map(|url| visible_url(url, MAX_PROPERTY_CHARS).into_owned());
    let parts = [page, began, length, by, others].into_iter().flatten();
    parts.map(|part| visible_line(&part, MAX_PROPERTY_CHARS).into_owned()).collect()
}
