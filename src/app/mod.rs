//! The app's frame: routes, and what is on every page.

mod crash;
mod drop_zone;
mod export;
mod header;
mod load_state;
mod session_page;
mod shortcuts;
mod warm_up;
mod zone;

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::home::HomePage;
use crate::store::{Store, base_path};

pub use crash::report_panics;

/// The whole app. State that outlives a page is made here.
#[component]
pub fn App() -> impl IntoView {
    provide_context(Store::new());
    view! {
        <Router base=base_path()>
            <drop_zone::DropZone>
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=StartPage />
                    <Route path=path!("/session") view=session_page::SessionPage />
                </Routes>
                <shortcuts::ShortcutList />
                <export::ExportDialog />
            </drop_zone::DropZone>
        </Router>
    }
}

#[component]
fn StartPage() -> impl IntoView {
    warm_up::rehearse();
    view! { <HomePage /> }
}

#[component]
fn NotFound() -> impl IntoView {
    let home = base_path();
    view! {
        <main class="app-not-found">
            <h1>"There is no such page"</h1>
            <p>
                <a href=format!("{home}/")>"Replayscope's start page"</a>
            </p>
        </main>
    }
}
