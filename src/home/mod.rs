//! The start page: open a file, drop one, give a URL, or choose from the catalogue.

mod catalogue;
mod open_file;
mod theme;
mod url_form;

use leptos::prelude::*;
use session::encodings::visible_lines;
use session::formats::{FORMATS, format_list};

use crate::store::Store;

pub use open_file::{OpenFileButton, ask_for_files};
pub use theme::ThemeButton;

/// Most characters of a notice: it may quote an address.
const MAX_NOTICE_CHARS: usize = 1000;

#[component]
pub fn HomePage() -> impl IntoView {
    let store = Store::expect();
    view! {
        <main class="home">
            <div class="home-column">
                <div class="home-head">
                    <h1>"Replayscope"</h1>
                    <p class="app-dim">
                        "What a recorded page did on the wire: every request and every WebSocket in one table, and the messages of each socket."
                    </p>
                </div>
                <section class="home-open" aria-label="Open a recording">
                    <div class="home-drop">
                        <OpenFileButton />
                        <span class="app-dim">
                            {format!(
                                "or drop it anywhere: {}, or a zip of any of them. It stays on this computer.",
                                format_list(FORMATS),
                            )}
                        </span>
                    </div>
                    <div class="home-drop">
                        <open_file::FolderButton />
                        <span class="app-dim">"a recorded session is a folder: session.json and the files beside it"</span>
                    </div>
                    <url_form::UrlForm />
                </section>
                {move || {
                    store
                        .notices
                        .texts()
                        .into_iter()
                        .map(|text| {
                            let text = visible_lines(&text, MAX_NOTICE_CHARS).into_owned();
                            view! { <p class="app-notice" role="status">{text}</p> }
                        })
                        .collect_view()
                }}
                <catalogue::Catalogue />
            </div>
            <div class="home-theme">
                <ThemeButton />
            </div>
        </main>
    }
}
