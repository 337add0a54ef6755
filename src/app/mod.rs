//! The app's frame: routes, and what is on every page. The session page, with all that it shows, is
//! loaded when it is first opened.

mod compare_dialog;
mod crash;
mod credentials_button;
mod drop_zone;
mod export;
mod header;
mod keyboard;
mod layout_menu;
mod live_button;
mod load_state;
mod on_demand_view;
mod panes;
mod session_page;
mod shortcuts;
mod start;
mod utc_button;
mod warm_up;

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::path;

use crate::home::HomePage;
use crate::store::{base_path, provide_app_stores};

pub use crash::report_panics;

/// The app. State that outlives a page is made here.
#[component]
pub fn App() -> impl IntoView {
    provide_app_stores();
    view! {
        <Router base=base_path()>
            <drop_zone::DropZone>
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=StartPage />
                    <Route path=path!("/session") view=start::session_page />
                </Routes>
            </drop_zone::DropZone>
        </Router>
    }
}

#[component]
fn StartPage() -> impl IntoView {
    start::warm_up_when_idle();
    view! { <HomePage /> }
}

#[component]
fn NotFound() -> impl IntoView {
    let home = base_path();
    view! {
        <main class="app-not-found">
            <h1>"Page not found"</h1>
            <p>
                <a href=format!("{home}/")>"Go to the start page"</a>
            </p>
        </main>
    }
}
