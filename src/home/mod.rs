//! The start page: open a file, drop one, enter a URL, or choose from the catalog.

mod catalog;
mod open_file;
mod paste;
mod recent;
mod server_catalog;
mod theme;
mod url_form;

use leptos::prelude::*;
use session::encodings::visible_lines;
use session::formats::FORMAT_LIST;

use crate::store::{Notices, base_path, server_catalog};

pub use open_file::{OpenFileButton, open_file_dialog};
pub use theme::ThemeButton;

/// The session that comes with the app.
const DEMO: &str = "sessions/market/session.json";
/// Most characters of a notice: it may quote an address.
const MAX_NOTICE_CHARS: usize = 1000;

#[component]
pub fn HomePage() -> impl IntoView {
    let notices = expect_context::<Notices>();
    paste::open_pasted();
    view! {
        <main class="home">
            <div class="home-column">
                <div class="home-head">
                    <h1>"Replayscope"</h1>
                    <p class="home-what">
                        "Inspect every HTTP request and WebSocket message of a recorded session, next to the replayed page. HAR files, Playwright traces and other recordings are read in this browser."
                    </p>
                </div>
                {server_catalog()
                    .is_none()
                    .then(|| view! {
                        <div class="home-demo">
                            <a class="ui-button home-demo-link" href=format!("{}/session?src={DEMO}", base_path())>
                                "Open the demo session"
                            </a>
                            <span class="app-dim">
                                "a recorded shop, with its WebSockets, console and page"
                            </span>
                        </div>
                    })}
                <section class="home-open" aria-label="Open a recording">
                    <div class="home-drop">
                        <OpenFileButton />
                        <span class="app-dim">
                            {format!("or drop or paste it anywhere: {FORMAT_LIST}, or a zip of any of them. Nothing is uploaded.")}
                        </span>
                    </div>
                    <div class="home-drop">
                        <open_file::FolderButton />
                        <span class="app-dim">"a recorded session is a folder: session.json and its other files"</span>
                    </div>
                    <url_form::UrlForm />
                </section>
                {move || {
                    notices
                        .texts()
                        .into_iter()
                        .map(|text| {
                            let text = visible_lines(&text, MAX_NOTICE_CHARS).into_owned();
                            view! { <p class="app-notice" role="status">{text}</p> }
                        })
                        .collect_view()
                }}
                <recent::RecentRecordings />
                {match server_catalog() {
                    Some(address) => view! { <server_catalog::ServerCatalog address=address /> }.into_any(),
                    None => view! { <catalog::SessionCatalog /> }.into_any(),
                }}
            </div>
            <div class="home-theme">
                <ThemeButton />
            </div>
        </main>
    }
}
