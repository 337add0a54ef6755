//! Links to another view of the open session.

use leptos::prelude::*;
use presentation::view_state::ViewState;
use web_sys::MouseEvent;

use super::ViewStore;

/// A link to the view that `change` makes of the current one. Opened elsewhere, its address shows
/// the same; a plain click changes the view in place.
pub fn state_link(text: String, change: impl Fn(&mut ViewState) + Copy + Send + Sync + 'static) -> AnyView {
    let view = expect_context::<ViewStore>();
    let address = move || {
        let mut state = view.state.get();
        change(&mut state);
        let path = window().location().pathname().unwrap_or_default();
        format!("{path}?{}", state.to_query())
    };
    let clicked = move |event: MouseEvent| {
        let is_plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if is_plain {
            event.prevent_default();
            view.state.update(|state| change(state));
        }
    };
    view! { <a href=address on:click=clicked>{text}</a> }.into_any()
}
