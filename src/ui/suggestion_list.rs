//! What can be typed in a search box, as a list below it.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// A completion of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// What replaces the span.
    pub text: String,
    /// The bytes that are replaced.
    pub span: Range<usize>,
    /// What it means, or how often it occurs.
    pub remark: String,
}

impl Completion {
    /// The text with the completion, and the position after it.
    pub(super) fn apply(&self, text: &str) -> (String, usize) {
        let mut completed = text.to_owned();
        let is_valid =
            completed.is_char_boundary(self.span.start) && completed.is_char_boundary(self.span.end);
        if is_valid && self.span.start <= self.span.end {
            completed.replace_range(self.span.clone(), &self.text);
        }
        let cursor = (self.span.start + self.text.len()).min(completed.len());
        (completed, cursor)
    }
}

/// The completions that are listed. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Completions {
    /// Unique in the page.
    number: u32,
    list: RwSignal<Vec<Completion>>,
    /// The one that Enter takes; Tab takes the first without one.
    active: RwSignal<Option<usize>>,
}

impl Completions {
    pub(super) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            list: RwSignal::new(Vec::new()),
            active: RwSignal::new(None),
        }
    }

    /// Lists other completions.
    pub(super) fn set(self, list: Vec<Completion>) {
        if !(list.is_empty() && self.list.with_untracked(Vec::is_empty)) {
            self.list.set(list);
        }
        if self.active.get_untracked().is_some() {
            self.active.set(None);
        }
    }

    pub(super) fn is_open(self) -> bool {
        self.list.with(|list| !list.is_empty())
    }

    pub(super) fn list_id(self) -> String {
        format!("suggestions-{}", self.number)
    }

    fn item_id(self, at: usize) -> String {
        format!("suggestions-{}-{at}", self.number)
    }

    pub(super) fn active_id(self) -> Option<String> {
        self.active.get().map(|at| self.item_id(at))
    }

    /// Handles a key of the search box, and returns whether it has a meaning here.
    pub(super) fn on_key(self, event: &KeyboardEvent, accept: impl Fn(Completion)) -> bool {
        let count = self.list.with_untracked(Vec::len);
        if count == 0 || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return false;
        }
        let active = self.active.get_untracked();
        match (event.key().as_str(), active) {
            ("ArrowDown", _) => self.active.set(Some(active.map_or(0, |at| (at + 1) % count))),
            ("ArrowUp", _) => self.active.set(Some(active.map_or(count - 1, |at| (at + count - 1) % count))),
            ("Tab", _) if !event.shift_key() => self.take(active.unwrap_or(0), accept),
            ("Enter", Some(at)) => self.take(at, accept),
            ("Escape", _) => self.set(Vec::new()),
            _ => return false,
        }
        true
    }

    fn take(self, at: usize, accept: impl Fn(Completion)) {
        if let Some(completion) = self.list.with_untracked(|list| list.get(at).cloned()) {
            accept(completion);
        }
    }
}

/// The list. It takes no focus: the search box keeps it.
#[component]
pub(super) fn SuggestionList(
    completions: Completions,
    on_accept: impl Fn(Completion) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let item = move |(at, completion): (usize, Completion)| {
        let is_active = move || completions.active.get() == Some(at);
        let (text, remark) = (completion.text.clone(), completion.remark.clone());
        view! {
            <div
                class="ui-suggestion"
                role="option"
                id=completions.item_id(at)
                aria-selected=move || is_active().to_string()
                // The press of a button would take the focus from the search box.
                on:mousedown=move |event| {
                    event.prevent_default();
                    on_accept(completion.clone());
                }
            >
                <span class="ui-suggestion-text">{text}</span>
                <span class="ui-suggestion-remark">{remark}</span>
            </div>
        }
    };
    let element: NodeRef<Div> = NodeRef::new();
    Effect::new(move || {
        if let Some((list, at)) = element.get().zip(completions.active.get()) {
            scroll_into_view(&list, at);
        }
    });
    view! {
        <Show when=move || completions.is_open()>
            <div
                class="ui-suggestions"
                role="listbox"
                id=completions.list_id()
                aria-label="Filter suggestions"
                node_ref=element
            >
                {move || completions.list.get().into_iter().enumerate().map(item).collect_view()}
            </div>
        </Show>
    }
}

/// Scrolls the list just as far as an item needs to be visible.
fn scroll_into_view(list: &HtmlElement, at: usize) {
    let item = list.children().item(at as u32).and_then(|item| item.dyn_into::<HtmlElement>().ok());
    let Some(item) = item else { return };
    let (top, bottom) = (item.offset_top(), item.offset_top() + item.offset_height());
    if top < list.scroll_top() {
        list.set_scroll_top(top);
    } else if bottom > list.scroll_top() + list.client_height() {
        list.set_scroll_top(bottom - list.client_height());
    }
}
