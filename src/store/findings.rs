//! What looks wrong in the session: judged once it is loaded, in slices. The messages of a socket are
//! judged when they were opened and analyzed.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::model::{MessageLog, Record, Session};
use session::protocols::Analysis;

use super::session::{SessionEvent, SessionStore};
use super::{Completeness, Messages, Protocols, ViewStore, modules};
use crate::source::{Priority, TaskGuard, TaskHandle, TimeSlicer};

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FoundAt {
    Row(u32),
    /// The row of a socket, and the number of a message.
    Message(u32, u32),
    /// In ms from the session's start.
    Moment(f64),
}

/// A finding as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundItem {
    /// The id of its rule.
    pub rule: &'static str,
    /// `error`, `warning` or `info`.
    pub severity: &'static str,
    pub title: String,
    pub explanation: String,
    pub at: FoundAt,
    /// Other occurrences, the first of them.
    pub further: Vec<FoundAt>,
    pub count: u32,
}

/// What a rule could not judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnjudgedItem {
    /// The name of the rule.
    pub rule: &'static str,
    pub reason: &'static str,
    /// Number of requests, sockets or entries.
    pub count: u32,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundItems {
    /// The worst first.
    pub findings: Vec<FoundItem>,
    pub unjudged: Vec<UnjudgedItem>,
    /// Number of findings that are not listed, because a rule had too many.
    pub omitted: u32,
}

/// Judges a session: code that is loaded on demand.
pub(super) trait Judge {
    /// Judges as much as `budget` rows; whether there is more to do.
    fn step(&mut self, session: &Session, budget: usize) -> bool;

    /// Adds what the messages of a socket show.
    fn add_socket(&mut self, session: &Session, record: &Record, log: MessageLog<'_>, analysis: &Analysis);

    /// What was found so far.
    fn found(&self) -> FoundItems;
}

/// How far the judgment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindingsStatus {
    /// The session is not loaded yet.
    #[default]
    Waiting,
    Running,
    Complete,
    /// The code that judges could not be fetched.
    Failed,
}

/// The findings. A handle.
#[derive(Clone, Copy)]
pub struct Findings {
    session: SessionStore,
    pub status: RwSignal<FindingsStatus>,
    pub found: RwSignal<Arc<FoundItems>>,
    judge: StoredValue<Option<Box<dyn Judge>>, LocalStorage>,
    /// Sockets whose messages were judged.
    judged: StoredValue<HashSet<u32>>,
    task: StoredValue<Option<TaskGuard>, LocalStorage>,
}

/// Rows that are judged between two looks at the clock.
const BUDGET: usize = 200;

impl Findings {
    pub(super) fn new(
        session: SessionStore,
        view: ViewStore,
        messages: Messages,
        protocols: Protocols,
    ) -> Self {
        let findings = Self {
            session,
            status: RwSignal::new(FindingsStatus::Waiting),
            found: RwSignal::new(Arc::new(FoundItems::default())),
            judge: StoredValue::new_local(None),
            judged: StoredValue::new(HashSet::new()),
            task: StoredValue::new_local(None),
        };
        session.on(SessionEvent::Replaced, move || findings.forget());
        session.on(SessionEvent::Read, move || findings.start());
        session.on(SessionEvent::Grown, move || findings.start());
        // The socket whose messages are on screen.
        Effect::new(move || {
            let row = view.state.with(|state| state.selected_row);
            let is_complete = row.and_then(|row| {
                protocols.with(row, |_, completeness| completeness == Completeness::Complete)
            });
            let is_judged = findings.status.get() == FindingsStatus::Complete;
            if let (Some(row), Some(true), true) = (row, is_complete, is_judged) {
                untrack(|| findings.judge_socket(row, messages, protocols));
            }
        });
        findings
    }

    /// Judges again after a failure.
    pub fn retry(self) {
        self.start();
    }

    fn forget(self) {
        self.task.set_value(None);
        self.judge.set_value(None);
        self.judged.update_value(HashSet::clear);
        self.found.set(Arc::default());
        self.status.set(FindingsStatus::Waiting);
    }

    fn start(self) {
        if self.session.with_untracked(|session| session.records.is_empty() && session.console.is_empty()) {
            self.status.set(FindingsStatus::Complete);
            return;
        }
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.task.set_value(Some(guard));
        self.status.set(FindingsStatus::Running);
        spawn_local(async move {
            let status = match self.run(&task).await {
                Ok(()) => FindingsStatus::Complete,
                Err(_) => FindingsStatus::Failed,
            };
            if !task.is_canceled() {
                self.task.set_value(None);
                self.status.set(status);
            }
        });
    }

    async fn run(self, task: &TaskHandle) -> Result<(), crate::on_demand::NotLoaded> {
        let mut slicer = TimeSlicer::default();
        slicer.set_priority(Priority::Background);
        // What the page is waiting for goes first.
        slicer.yield_now().await;
        let mut judge = modules::judge().await?;
        while !task.is_canceled() && self.session.with_untracked(|session| judge.step(session, BUDGET)) {
            slicer.yield_if_due().await;
        }
        if !task.is_canceled() {
            self.found.set(Arc::new(judge.found()));
            self.judged.update_value(HashSet::clear);
            self.judge.set_value(Some(judge));
        }
        Ok(())
    }

    fn judge_socket(self, row: u32, messages: Messages, protocols: Protocols) {
        if self.judged.try_update_value(|judged| judged.insert(row)) != Some(true) {
            return;
        }
        let found = self.judge.try_update_value(|judge| {
            let judge = judge.as_mut()?;
            self.session.with_record(row, |session, record| {
                messages.with(row, |log| {
                    protocols.with(row, |analysis, _| judge.add_socket(session, record, log, analysis))
                })
            })???;
            Some(judge.found())
        });
        if let Some(found) = found.flatten() {
            self.found.set(Arc::new(found));
        }
    }
}
