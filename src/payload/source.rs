//! Source text: colored, and formatted while **Format** is pressed.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::Payload;
use session::encodings::source::{Formatter, Language, MAX_FORMATTED_BYTES, is_minified};

use super::lines::{ShownText, TextLines};
use super::notice::EmptyState;
use super::search::BodySearch;
use crate::ui::{CopyButton, in_slices};

/// Bytes that are formatted before the clock is read.
const SLICE_BYTES: usize = 32 << 10;

/// Whether a source is shown formatted. A handle.
#[derive(Clone, Copy, Debug)]
pub(super) struct SourceState {
    is_pressed: RwSignal<bool>,
    formatted: RwSignal<Formatted>,
}

#[derive(Clone, Debug)]
enum Formatted {
    /// Not asked for, or being made.
    NotYet,
    Ready(Arc<str>),
    TooLarge,
}

impl SourceState {
    /// Formatted at first if the text is minified.
    pub(super) fn new(payload: &Payload) -> Self {
        let text = payload.text().filter(|_| payload.language().is_some()).unwrap_or_default();
        let formatted =
            if text.len() > MAX_FORMATTED_BYTES { Formatted::TooLarge } else { Formatted::NotYet };
        let is_pressed = matches!(formatted, Formatted::NotYet) && is_minified(text);
        Self { is_pressed: RwSignal::new(is_pressed), formatted: RwSignal::new(formatted) }
    }

    fn is_too_large(self) -> bool {
        self.formatted.with(|formatted| matches!(formatted, Formatted::TooLarge))
    }

    /// The formatted text, while it is shown.
    fn shown(self) -> Option<Arc<str>> {
        if !self.is_pressed.get() {
            return None;
        }
        self.formatted.with(|formatted| match formatted {
            Formatted::Ready(text) => Some(Arc::clone(text)),
            Formatted::NotYet | Formatted::TooLarge => None,
        })
    }
}

/// The buttons of a source.
#[component]
pub(super) fn SourceActions(state: SourceState) -> impl IntoView {
    let title = move || {
        if state.is_too_large() {
            "Too large to be formatted"
        } else {
            "Break and indent lines; Copy and Download keep the recorded text"
        }
    };
    view! {
        <button
            type="button"
            class="ui-chip"
            title=title
            aria-pressed=move || (state.is_pressed.get() && !state.is_too_large()).to_string()
            disabled=move || state.is_too_large()
            on:click=move |_| state.is_pressed.update(|is_pressed| *is_pressed = !*is_pressed)
        >
            "Format"
        </button>
        {move || {
            let text = state.shown()?;
            Some(view! { <CopyButton label="Copy formatted" text=move || text.to_string() /> })
        }}
    }
}

/// The text of a payload that is source.
#[component]
pub(super) fn SourceView(
    payload: Arc<Payload>,
    language: Language,
    state: SourceState,
    #[prop(optional_no_strip)] search: Option<BodySearch>,
) -> impl IntoView {
    let source = Arc::clone(&payload);
    Effect::new(move |_| {
        let is_wanted = state.is_pressed.get()
            && state.formatted.with_untracked(|formatted| matches!(formatted, Formatted::NotYet));
        if is_wanted {
            format(Arc::clone(&source), language, state);
        }
    });
    move || {
        let is_pending = state.is_pressed.get()
            && state.formatted.with(|formatted| matches!(formatted, Formatted::NotYet));
        if is_pending {
            return view! { <EmptyState text="Formatting…" /> }.into_any();
        }
        let text =
            state.shown().map_or_else(|| ShownText::Recorded(Arc::clone(&payload)), ShownText::Formatted);
        view! { <TextLines text=text language=Some(language) search=search /> }.into_any()
    }
}

/// Formats the text in slices.
fn format(payload: Arc<Payload>, language: Language, state: SourceState) {
    let mut formatter = Some(Formatter::new(language));
    in_slices(move || {
        let text = payload.text().unwrap_or_default();
        let is_complete = formatter.as_mut().is_none_or(|formatter| formatter.advance(text, SLICE_BYTES));
        if is_complete {
            let text = formatter.take().and_then(Formatter::finish);
            let result = text.map_or(Formatted::TooLarge, |text| Formatted::Ready(text.into()));
            // The view may be gone by then.
            let _ = state.formatted.try_set(result);
        }
        is_complete
    });
}
