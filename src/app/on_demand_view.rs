//! Parts of the screen whose code is loaded when they are first shown.

use std::sync::OnceLock;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::on_demand::NotLoaded;
use crate::payload::{Alert, EmptyState};

/// Builds a view.
pub(super) type Draw = fn() -> AnyView;

/// Draws what `load` returns: at once if it is loaded, else when it is. A failure can be retried.
pub(super) fn when_loaded<F>(loaded: &'static OnceLock<Draw>, load: fn() -> F) -> AnyView
where
    F: Future<Output = Result<Draw, NotLoaded>> + 'static,
{
    if let Some(draw) = loaded.get() {
        return draw();
    }
    let state = RwSignal::new(None);
    let start = move || {
        state.set(None);
        spawn_local(async move {
            let result = load().await.map(|draw| *loaded.get_or_init(|| draw));
            // What shows it may be closed by now.
            let _ = state.try_set(Some(result));
        });
    };
    start();
    let retry = Callback::new(move |()| start());
    let content = move || match state.get() {
        None => view! { <EmptyState text="Loading…" /> }.into_any(),
        Some(Ok(draw)) => untrack(draw),
        Some(Err(NotLoaded)) => view! {
            <Alert
                what="A part of the app could not be loaded".to_owned()
                remedy="Check the connection, then try again.".to_owned()
                on_retry=Some(retry)
            />
        }
        .into_any(),
    };
    content.into_any()
}
