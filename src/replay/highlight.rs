//! Why the selected event's element is not marked in the page.

use leptos::prelude::*;
use session::encodings::visible_line;

use crate::store::{Highlight, HighlightState};

/// Most characters of an element's name.
const MAX_NAME_CHARS: usize = 120;

/// A note below the page; empty where the element is marked.
#[component]
pub(super) fn HighlightNote() -> impl IntoView {
    let highlight = expect_context::<Highlight>();
    let note = move || {
        let label = highlight.target()?.label;
        let where_it_is = match highlight.state.get()? {
            HighlightState::Shown => return None,
            HighlightState::Outside => "is outside the visible part of the page",
            HighlightState::Hidden => "is not visible at this moment",
            HighlightState::Missing => "is not in the page at this moment",
        };
        Some(format!("{} {where_it_is}", visible_line(&label, MAX_NAME_CHARS)))
    };
    view! {
        <div class="replay-note replay-note-optional" role="status" aria-label="Highlighted element">
            {note}
        </div>
    }
}
