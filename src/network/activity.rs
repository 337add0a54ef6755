//! The density and the silences of sockets' messages, for the bars of the waterfall.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use presentation::network::Activity;
use session::model::{MessageColumns, Record, Session};
use session::protocols::heartbeat_period;

use crate::store::{Completeness, Messages, MessagesState, Protocols, SessionStore, ViewStore};

/// The activities of the rows that were drawn. A handle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Activities {
    session: SessionStore,
    messages: Messages,
    open: Memo<Option<OpenSocket>>,
    cache: StoredValue<Cache, LocalStorage>,
}

/// The socket whose details are open.
#[derive(Clone, Copy, Debug, PartialEq)]
struct OpenSocket {
    row: u32,
    /// Its messages were read from a file.
    is_loaded: bool,
    /// The period of its heartbeats in ms, once all messages are analyzed.
    period: Option<f64>,
}

#[derive(Debug, Default)]
struct Cache {
    generation: u32,
    /// By row: the period that it was computed with, and the activity.
    rows: HashMap<u32, (Option<f64>, Option<Arc<Activity>>)>,
}

impl Activities {
    pub(super) fn new() -> Self {
        let (session, messages) = (expect_context::<SessionStore>(), expect_context::<Messages>());
        let (view, protocols) = (expect_context::<ViewStore>(), expect_context::<Protocols>());
        let open = Memo::new(move |_| {
            let row = view.state.with(|state| state.selected_row)?;
            let is_loaded = matches!(messages.state(row), MessagesState::Ready { .. });
            let is_analyzed = protocols.with(row, |_, completeness| completeness == Completeness::Complete);
            let period = || {
                let period = |columns: &MessageColumns| {
                    protocols.with(row, |analysis, _| heartbeat_period(columns, analysis)).flatten()
                };
                messages.with(row, |log| period(log.columns)).flatten()
            };
            let period = if is_analyzed == Some(true) { untrack(period) } else { None };
            Some(OpenSocket { row, is_loaded, period })
        });
        Self { session, messages, open, cache: StoredValue::new_local(Cache::default()) }
    }

    /// The activity of a row, where its messages are at hand; computed once.
    pub(super) fn of(self, session: &Session, record: &Record) -> Option<Arc<Activity>> {
        record.socket()?;
        let open = self.open.get().filter(|open| open.row == record.number);
        let is_at_hand = record.inline_messages().is_some() || open.is_some_and(|open| open.is_loaded);
        if !is_at_hand || self.session.is_loading() {
            return None;
        }
        let generation = untrack(|| self.session.generation());
        let known = self.cache.try_update_value(|cache| {
            if cache.generation != generation {
                *cache = Cache { generation, ..Cache::default() };
            }
            cache.rows.get(&record.number).cloned()
        });
        let known = known.flatten();
        // The period stays known after the messages are closed.
        let known_period = known.as_ref().and_then(|(period, _)| *period);
        let period = open.and_then(|open| open.period).or(known_period);
        if let Some((_, activity)) = known.filter(|(known, _)| *known == period) {
            return activity;
        }
        let of = |columns: &MessageColumns| Activity::of(session, record, columns, period).map(Arc::new);
        let activity = match record.inline_messages() {
            Some(columns) => of(columns),
            None => untrack(|| self.messages.with(record.number, |log| of(log.columns))).flatten(),
        };
        self.cache.update_value(|cache| {
            cache.rows.insert(record.number, (period, activity.clone()));
        });
        activity
    }
}
