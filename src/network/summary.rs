//! The line under the table.

use leptos::prelude::*;
use presentation::network::network_summary;

use crate::store::Store;

#[component]
pub fn Summary() -> impl IntoView {
    let store = Store::expect();
    let parts = move || {
        store.listed.with(|listed| {
            let parts = store.with(|session| network_summary(session, listed));
            parts.into_iter().map(|part| view! { <span>{part}</span> }).collect_view()
        })
    };
    view! {
        <div class="network-summary" role="status" aria-label="Network summary">
            {parts}
        </div>
    }
}
