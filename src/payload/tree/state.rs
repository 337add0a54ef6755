//! What is open in a tree, and where the user is in it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use leptos::prelude::*;
use session::encodings::{NodeKind, Payload, SpanTree};
use session::filter::{MAX_MATCHES, TextFinder};

use super::super::credentials::hides_credentials;
use super::super::search::BodySearch;
use crate::ui::{copy_text, in_slices};

/// How long the result of a copy is shown.
const RESULT_SHOWN_FOR: Duration = Duration::from_millis(1500);

/// Values that are searched before the clock is read.
const SEARCHED_NODES: usize = 500;

/// Which containers are open before the user opens and closes any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Initial {
    /// The first two levels.
    #[default]
    Default,
    All,
    /// Only the root.
    None,
}

/// The state of one tree. A handle: copies mean the same tree.
#[derive(Clone, Copy, Debug)]
pub struct TreeState {
    /// Unique in the page.
    pub(super) number: u32,
    /// How many strings it is within.
    pub(super) level: usize,
    /// Whether credentials are masked.
    pub(super) hides: Signal<bool>,
    /// The string whose content is shown below the tree.
    pub(super) nested: RwSignal<Option<u32>>,
    initial: RwSignal<Initial>,
    /// Values that the user opened or closed, against `initial`.
    flipped: RwSignal<HashSet<u32>>,
    /// The value that keys act on.
    pub(super) current: RwSignal<Option<u32>>,
    /// Which reading of a value is shown, where it is not the first one.
    pub(super) readings: RwSignal<HashMap<u32, usize>>,
    /// The value that was copied just now, and whether that worked.
    pub(super) copied: RwSignal<Option<(u32, bool)>>,
    /// What else can be done with a field.
    action: Option<FieldAction>,
    /// The search whose matches are marked.
    pub(super) search: Option<BodySearch>,
}

/// An action on the strings and numbers of the trees in the scope that provides it as a context.
#[derive(Clone, Copy, Debug)]
pub struct FieldAction {
    pub label: &'static str,
    /// The key that does it.
    pub key: &'static str,
    pub is_offered: Signal<bool>,
    /// Called with the path of the value.
    pub run: Callback<String>,
}

impl TreeState {
    /// To be called where the tree is shown: whether it hides credentials is a context.
    pub fn new() -> Self {
        Self { action: use_context(), ..Self::at_level(0) }
    }

    /// The tree of a payload that can be searched.
    pub fn with_search(search: BodySearch) -> Self {
        Self { search: Some(search), ..Self::new() }
    }

    /// Finds the values whose key or text matches the search, again whenever it changes, and makes
    /// the one of the current match the current value.
    pub(super) fn find(self, payload: &Arc<Payload>) {
        let Some(search) = self.search else { return };
        let searched = Arc::clone(payload);
        Effect::new(move |_| {
            let finder = search.finder();
            search.restart();
            let Some(finder) = finder else {
                search.found(Vec::new(), true);
                return;
            };
            let (payload, mut found, mut at) = (Arc::clone(&searched), Vec::new(), 0);
            in_slices(move || {
                let Some(tree) = payload.tree() else { return true };
                let end = tree.nodes().len().min(at + SEARCHED_NODES);
                let matches = (at..end).filter(|at| is_match(tree, payload.bytes(), *at as u32, &finder));
                found.extend(matches.map(|at| at..at + 1));
                found.truncate(MAX_MATCHES);
                at = end;
                let is_complete = at == tree.nodes().len() || found.len() == MAX_MATCHES;
                if is_complete {
                    search.found(std::mem::take(&mut found), true);
                }
                is_complete
            });
        });
        let opened = Arc::clone(payload);
        Effect::new(move |_| {
            let (Some(found), Some(tree)) = (search.current_match(), opened.tree()) else { return };
            let index = found.start as u32;
            untrack(|| self.open_ancestors(tree, index));
            self.current.set(Some(index));
        });
    }

    fn open_ancestors(self, tree: &SpanTree, index: u32) {
        let mut at = index;
        while let Some(node) = tree.node(at).filter(|_| at > 0) {
            at = node.parent;
            self.set_open(tree, at, true);
        }
    }

    /// What else can be done with the value at `index`; `None` if nothing can.
    pub(super) fn action_on(self, tree: &SpanTree, index: u32) -> Option<FieldAction> {
        let kind = tree.node(index).filter(|_| index > 0)?.kind;
        let is_scalar = matches!(kind, NodeKind::String | NodeKind::Number);
        self.action.filter(|action| is_scalar && action.is_offered.get())
    }

    /// That of the tree within a string of this one.
    pub(super) fn nested_state(self) -> Self {
        Self::at_level(self.level + 1)
    }

    fn at_level(level: usize) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Self {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            level,
            hides: hides_credentials(),
            nested: RwSignal::new(None),
            initial: RwSignal::new(Initial::default()),
            flipped: RwSignal::new(HashSet::new()),
            current: RwSignal::new(None),
            readings: RwSignal::new(HashMap::new()),
            copied: RwSignal::new(None),
            action: None,
            search: None,
        }
    }

    /// Whether a value is open: a container shows its values, a long text its lines.
    pub(super) fn is_open(self, tree: &SpanTree, index: u32) -> bool {
        self.with_open(tree, |is_open| is_open(index))
    }

    /// As [`Self::is_open`], for many values at once: the signals are read a single time.
    pub(super) fn with_open<R>(self, tree: &SpanTree, look: impl FnOnce(&dyn Fn(u32) -> bool) -> R) -> R {
        let initial = self.initial.get();
        self.flipped
            .with(|flipped| look(&|index| flipped.contains(&index) != starts_open(initial, tree, index)))
    }

    pub(super) fn set_open(self, tree: &SpanTree, index: u32, open: bool) {
        if untrack(|| self.is_open(tree, index)) == open {
            return;
        }
        self.flipped.update(|flipped| {
            if !flipped.remove(&index) {
                flipped.insert(index);
            }
        });
    }

    pub(super) fn toggle(self, tree: &SpanTree, index: u32) {
        let open = untrack(|| self.is_open(tree, index));
        self.set_open(tree, index, !open);
    }

    /// Opens the containers that are children of a value.
    pub(super) fn open_children(self, tree: &SpanTree, parent: u32) {
        let initial = self.initial.get_untracked();
        self.flipped.update(|flipped| {
            for child in tree.children(parent) {
                let is_container = tree.node(child).is_some_and(|node| node.kind.is_container());
                if is_container && starts_open(initial, tree, child) {
                    flipped.remove(&child);
                } else if is_container {
                    flipped.insert(child);
                }
            }
        });
    }

    /// Opens or closes all containers.
    pub(super) fn set_all(self, initial: Initial) {
        self.initial.set(initial);
        self.flipped.set(HashSet::new());
    }

    /// Shows the next reading of a value, and returns whether it has several.
    pub(super) fn next_reading(self, source: &[u8], tree: &SpanTree, index: u32) -> bool {
        let count = tree.readings(source, index).len();
        if count > 1 {
            self.readings.update(|readings| {
                let at = readings.entry(index).or_default();
                *at = (*at + 1) % count;
            });
        }
        count > 1
    }

    /// Copies a text that belongs to a value, and shows the result there.
    pub(super) fn copy(self, index: u32, text: &str) {
        copy_text(text, move |worked| {
            // The tree may be gone when the browser answers, and when the time is over.
            let _ = self.copied.try_set(Some((index, worked)));
            set_timeout(
                move || {
                    let _ = self.copied.try_set(None);
                },
                RESULT_SHOWN_FOR,
            );
        });
    }
}

/// Whether the key of a value, or the value if it is not a container, matches.
fn is_match(tree: &SpanTree, source: &[u8], index: u32, finder: &TextFinder) -> bool {
    let is_container = tree.node(index).is_none_or(|node| node.kind.is_container());
    tree.key_text(source, index).is_some_and(|key| finder.is_match(&key))
        || !is_container && finder.is_match(&tree.value_text(source, index))
}

fn starts_open(initial: Initial, tree: &SpanTree, index: u32) -> bool {
    match initial {
        Initial::Default => tree.default_expanded(index),
        Initial::All => tree.node(index).is_some_and(|node| node.kind.is_container()),
        Initial::None => index == 0 && tree.node(0).is_some_and(|node| node.kind.is_container()),
    }
}
