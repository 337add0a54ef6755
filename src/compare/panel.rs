//! What the parts of the tab share: which pairs are listed, and which one is selected.

use std::sync::Arc;

use compare::{Counts, Pair, PairState};
use leptos::prelude::*;
use presentation::view_state::PairRows;
use session::filter::Query;
use session::model::Session;
use web_sys::KeyboardEvent;

use crate::store::{Comparison, FilterLanguage, ViewStore, valid_filter};

/// A handle: copies mean the same panel. Pairs go by their index in the comparison.
#[derive(Clone, Copy)]
pub(super) struct Panel {
    /// Behind one handle, to keep copies small.
    stores: StoredValue<Stores>,
    /// The pairs that pass the filters, in their order.
    pub(super) listed: Memo<Arc<Vec<u32>>>,
    pub(super) counts: Memo<Counts>,
    /// The state of the pairs that are listed; `None` are all.
    pub(super) state: Memo<Option<PairState>>,
    pub(super) selected: Memo<Option<u32>>,
}

#[derive(Clone, Copy)]
struct Stores {
    comparison: Comparison,
    view: ViewStore,
}

impl Panel {
    /// To be called in the scope of the tab.
    pub(super) fn new() -> Self {
        let (comparison, view) = (expect_context::<Comparison>(), expect_context::<ViewStore>());
        let text =
            valid_filter(FilterLanguage::Rows, move || view.state.with(|state| state.pair_filter.clone()));
        let state =
            Memo::new(move |_| view.state.with(|state| PairState::from_key(state.pair_state.as_deref()?)));
        let listed = Memo::new(move |_| {
            let query = Query::parse(&text.get());
            let state = state.get();
            Arc::new(comparison.rows.with(|rows| {
                let Some(rows) = rows else { return Vec::new() };
                comparison.base.with_untracked(|base| {
                    comparison.other.with_untracked(|other| rows.filtered(base, other, state, &query))
                })
            }))
        });
        let counts = Memo::new(move |_| {
            comparison.rows.with(|rows| rows.as_ref().map(|rows| rows.counts()).unwrap_or_default())
        });
        let linked = Memo::new(move |_| view.state.with(|state| state.selected_pair));
        let selected = Memo::new(move |_| {
            let linked = linked.get()?;
            let pairs = comparison.rows.with(Clone::clone)?;
            comparison.base.with_untracked(|base| {
                comparison.other.with_untracked(|other| {
                    let is_linked = |pair: &Pair| rows_of(base, other, pair) == linked;
                    pairs.pairs.iter().position(is_linked).map(|at| at as u32)
                })
            })
        });
        let stores = StoredValue::new(Stores { comparison, view });
        Self { stores, listed, counts, state, selected }
    }

    pub(super) fn comparison(self) -> Comparison {
        self.stores.get_value().comparison
    }

    pub(super) fn view(self) -> ViewStore {
        self.stores.get_value().view
    }

    /// Reads a pair; what calls this runs again when the comparison is.
    pub(super) fn with_pair<R>(
        self,
        index: u32,
        read: impl FnOnce(&Session, &Session, &Pair) -> R,
    ) -> Option<R> {
        let comparison = self.comparison();
        comparison.rows.with(|rows| {
            let pair = rows.as_ref()?.pairs.get(index as usize)?;
            let read = |base: &Session| comparison.other.with_untracked(|other| read(base, other, pair));
            Some(comparison.base.with_untracked(read))
        })
    }

    /// The position of the selected pair; `None` where the filters hide it.
    pub(super) fn selected_position(self) -> Option<usize> {
        let selected = self.selected.get()?;
        self.listed.with(|listed| listed.binary_search(&selected).ok())
    }

    /// Selects the pair at a position, which shows what differs.
    pub(super) fn select(self, position: usize) {
        let rows = untrack(|| {
            let index = self.listed.with(|listed| listed.get(position).copied())?;
            self.with_pair(index, rows_of)
        });
        self.view().state.update(|state| state.selected_pair = rows);
    }

    /// Shows no pair.
    pub(super) fn close(self) {
        self.view().state.update(|state| state.selected_pair = None);
    }

    /// Lists every pair again.
    pub(super) fn clear_filter(self) {
        self.view().state.update(|state| {
            state.pair_filter = String::new();
            state.pair_state = None;
        });
    }

    /// The keys that act wherever the focus is within the tab.
    pub(super) fn on_key(self, event: &KeyboardEvent) {
        if event.key() == "Escape" && self.selected.get_untracked().is_some() {
            self.close();
            event.prevent_default();
            event.stop_propagation();
        }
    }
}

/// The numbers of a pair's rows.
fn rows_of(base: &Session, other: &Session, pair: &Pair) -> PairRows {
    let number = |session: &Session, index: Option<u32>| {
        session.records.get(index? as usize).map(|record| record.number)
    };
    PairRows { base: number(base, pair.base), other: number(other, pair.other) }
}
