//! The line under the table.

use leptos::prelude::*;
use presentation::network::network_summary;

use crate::store::{SessionStore, ViewStore};

#[component]
pub fn Summary() -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let parts = Memo::new(move |_| {
        view.listed.with(|listed| session.with(|session| network_summary(session, listed)))
    });
    let spans = move || parts.get().into_iter().map(|part| view! { <span>{part}</span> }).collect_view();
    view! {
        <div class="network-summary" role="status" aria-label="Network summary" title=move || parts.get().join(", ")>
            {spans}
        </div>
    }
}
