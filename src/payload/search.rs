//! The search within one body: its box above the body, and the matches, which the open view finds
//! and marks.

use std::ops::Range;
use std::sync::Arc;

use leptos::html::{Div, Input};
use leptos::prelude::*;
use session::filter::{MAX_MATCHES, TextFinder};
use session::model::format_count;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::lines::ShownText;
use crate::ui::{Icon, IconName, in_slices};

/// Bytes that are searched before the clock is read.
const SLICE_BYTES: usize = 256 << 10;

/// The search. A handle: copies mean the same search.
#[derive(Clone, Copy, Debug)]
pub struct BodySearch {
    pub(super) is_open: RwSignal<bool>,
    query: RwSignal<String>,
    /// In order and without overlaps: bytes of a text; of a tree, from the index of a value to the
    /// next.
    pub(super) matches: RwSignal<Arc<Vec<Range<usize>>>>,
    is_complete: RwSignal<bool>,
    current: RwSignal<usize>,
}

impl BodySearch {
    pub(super) fn new() -> Self {
        Self {
            is_open: RwSignal::new(false),
            query: RwSignal::new(String::new()),
            matches: RwSignal::new(Arc::default()),
            is_complete: RwSignal::new(true),
            current: RwSignal::new(0),
        }
    }

    /// The search that is typed, if there is one; tracked.
    pub(super) fn finder(self) -> Option<TextFinder> {
        if !self.is_open.get() {
            return None;
        }
        self.query.with(|query| TextFinder::parse(query).ok().flatten())
    }

    /// Why the search is invalid.
    fn error(self) -> Option<String> {
        self.query.with(|query| TextFinder::parse(query).err())
    }

    /// Forgets the matches of another text or search.
    pub(super) fn restart(self) {
        self.matches.set(Arc::default());
        self.current.set(0);
        self.is_complete.set(false);
    }

    /// Sets the matches that are known; the last call says that they are complete.
    pub(super) fn found(self, matches: Vec<Range<usize>>, is_complete: bool) {
        // The view may be gone by then.
        let _ = self.matches.try_set(Arc::new(matches));
        let _ = self.is_complete.try_set(is_complete);
    }

    /// Finds the matches in a text, again whenever the search or the text changes.
    pub(super) fn find_in(self, text: impl Fn() -> Option<ShownText> + 'static) {
        Effect::new(move |_| {
            let (finder, text) = (self.finder(), text());
            self.restart();
            let Some((finder, text)) = finder.zip(text) else {
                self.is_complete.set(true);
                return;
            };
            let (mut found, mut at) = (Vec::new(), 0);
            in_slices(move || {
                let had_none = found.is_empty();
                at = finder.find(text.as_str(), at, SLICE_BYTES, &mut found);
                let is_complete = at >= text.as_str().len();
                if is_complete {
                    self.found(std::mem::take(&mut found), true);
                } else if had_none && !found.is_empty() {
                    self.found(found.clone(), false);
                }
                is_complete
            });
        });
    }

    /// The current match; tracked.
    pub(super) fn current_match(self) -> Option<Range<usize>> {
        let current = self.current.get();
        self.matches.with(|matches| matches.get(current).cloned())
    }

    /// Makes the match `by` away the current one, around the ends.
    fn step(self, by: isize) {
        let count = self.matches.with_untracked(|matches| matches.len());
        if count > 0 {
            let next = self.current.get_untracked().cast_signed() + by;
            self.current.set(next.rem_euclid(count.cast_signed()).cast_unsigned());
        }
    }

    /// `3 of 17`.
    fn summary(self) -> String {
        if self.query.with(String::is_empty) || self.error().is_some() {
            return String::new();
        }
        let count = self.matches.with(|matches| matches.len());
        let is_complete = self.is_complete.get();
        match count {
            0 if is_complete => "No matches".to_owned(),
            0 => "Searching…".to_owned(),
            _ => {
                let more = if count >= MAX_MATCHES || !is_complete { "+" } else { "" };
                let current = format_count(self.current.get() as u64 + 1);
                format!("{current} of {}{more}", format_count(count as u64))
            }
        }
    }
}

/// The button that opens and closes the search.
#[component]
pub(super) fn SearchButton(search: BodySearch, label: &'static str) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ui-icon-button"
            aria-label=label
            title=format!("{label} (Ctrl + F)")
            aria-expanded=move || search.is_open.get().to_string()
            on:click=move |_| search.is_open.update(|is_open| *is_open = !*is_open)
        >
            <Icon name=IconName::Search />
        </button>
    }
}

/// The box, while the search is open. `container` is the element of the payload: the keys that open
/// the search work in the region around it.
#[component]
pub(super) fn SearchBar(
    search: BodySearch,
    label: &'static str,
    container: NodeRef<Div>,
    /// Whether the open view can be searched.
    #[prop(into)]
    is_available: Signal<bool>,
) -> impl IntoView {
    let input: NodeRef<Input> = NodeRef::new();
    // Each time that the box appears.
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            request_animation_frame(move || {
                // An element that is gone takes no focus.
                let _ = input.focus();
            });
        }
    });
    let handle = window_event_listener(leptos::ev::keydown, move |event| {
        if is_search_key(&event) && is_available.get_untracked() && is_within(&event, container) {
            event.prevent_default();
            event.stop_propagation();
            search.is_open.set(true);
            if let Some(input) = input.get_untracked() {
                let _ = input.focus();
                input.select();
            }
        }
    });
    on_cleanup(move || handle.remove());
    let close = move || {
        search.is_open.set(false);
        // The keys of the view work again.
        let view = container
            .get_untracked()
            .and_then(|container| container.query_selector(".ui-payload-body [tabindex='0']").ok().flatten());
        if let Some(view) = view.and_then(|view| view.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = view.focus();
        }
    };
    let pressed = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            search.step(if event.shift_key() { -1 } else { 1 });
        }
        "Escape" => {
            event.stop_propagation();
            close();
        }
        _ => {}
    };
    let step_button = move |label: &'static str, glyph: &'static str, by: isize| {
        view! {
            <button
                type="button"
                class="ui-icon-button"
                aria-label=label
                title=label
                on:click=move |_| search.step(by)
            >
                <span aria-hidden="true">{glyph}</span>
            </button>
        }
    };
    view! {
        <Show when=move || search.is_open.get() && is_available.get()>
            <div class="ui-body-search" role="search" aria-label=label>
                <label class="ui-filter" class:ui-filter-invalid=move || search.error().is_some()>
                    <Icon name=IconName::Search />
                    <input
                        type="search"
                        role="searchbox"
                        aria-label=label
                        aria-invalid=move || search.error().map(|_| "true")
                        placeholder="Text or /regular expression/"
                        autocomplete="off"
                        spellcheck="false"
                        node_ref=input
                        prop:value=move || search.query.get()
                        on:input:target=move |event| search.query.set(event.target().value())
                        on:keydown=pressed
                    />
                </label>
                <span class="ui-body-search-count" role="status" aria-label="Matches in body">
                    {move || search.summary()}
                </span>
                {step_button("Previous match", "↑", -1)}
                {step_button("Next match", "↓", 1)}
                <button
                    type="button"
                    class="ui-icon-button"
                    aria-label="Close search"
                    title="Close search (Esc)"
                    on:click=move |_| close()
                >
                    <Icon name=IconName::Close />
                </button>
                {move || {
                    let error = search.error()?;
                    Some(view! { <div class="ui-filter-error" role="alert" aria-label="Search error">{error}</div> })
                }}
            </div>
        </Show>
    }
}

/// Ctrl+F, or Cmd+F.
fn is_search_key(event: &KeyboardEvent) -> bool {
    (event.ctrl_key() || event.meta_key())
        && !event.shift_key()
        && !event.alt_key()
        && event.key().eq_ignore_ascii_case("f")
        && !event.default_prevented()
}

/// Whether a key was pressed in the region that the payload is in, and not in another payload.
fn is_within(event: &KeyboardEvent, container: NodeRef<Div>) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some((target, container)) = target.zip(container.get_untracked()) else { return false };
    let region = container.closest("[role='region']").ok().flatten();
    let own = target.closest(".ui-payload").ok().flatten();
    let is_in_other = own.is_some_and(|own| !own.is_same_node(Some(&container)));
    !is_in_other && region.is_some_and(|region| region.contains(Some(&target)))
}
