//! Compares both sessions once they are loaded, in slices.

use std::rc::Rc;

use compare::{Comparer, PairState};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::store::{
    Comparison, ComparisonStatus, LoadStatus, SessionStore, TaskGuard, TaskHandle, TimeSlicer,
};

/// Work between two looks at the clock, in rows.
const BUDGET: usize = 100;
/// Part of the work after which the progress is shown again.
const PROGRESS_STEP: f64 = 0.05;

/// Compares as long as the tab is shown and both sessions are there.
pub(super) fn compare_when_loaded(comparison: Comparison) {
    Effect::new(move || {
        let are_loaded = has_rows(comparison.base) && has_rows(comparison.other);
        if comparison.status.get() == ComparisonStatus::Waiting && are_loaded {
            untrack(|| start(comparison));
        }
    });
}

/// Whether a session is loaded, as far as it could be.
fn has_rows(session: SessionStore) -> bool {
    match session.status.get() {
        LoadStatus::Ready => true,
        LoadStatus::Canceled | LoadStatus::Failed(_) => {
            session.with_untracked(|session| !session.records.is_empty())
        }
        LoadStatus::Idle | LoadStatus::Loading => false,
    }
}

fn start(comparison: Comparison) {
    let Some((guard, task)) = TaskGuard::new() else { return };
    comparison.task.set_value(Some(guard));
    comparison.status.set(ComparisonStatus::Running(0.0));
    spawn_local(async move { run(comparison, &task).await });
}

async fn run(comparison: Comparison, task: &TaskHandle) {
    let Comparison { base, other, status, .. } = comparison;
    let (mut comparer, mut slicer) = (Comparer::default(), TimeSlicer::default());
    let mut shown = 0.0;
    // The rows are shown before their headers and bodies are compared.
    let mut are_listed = false;
    loop {
        let has_more =
            base.with_untracked(|base| other.with_untracked(|other| comparer.step(base, other, BUDGET)));
        if !has_more {
            break;
        }
        if !are_listed && comparer.is_listed() {
            are_listed = true;
            comparison.rows.set(Some(Rc::new(comparer.comparison().clone())));
        }
        if comparer.progress() - shown >= PROGRESS_STEP {
            shown = comparer.progress();
            status.set(ComparisonStatus::Running(shown));
        }
        slicer.yield_if_due().await;
        if task.is_canceled() {
            return;
        }
    }
    let result = comparer.into_comparison();
    let counts = result.counts();
    comparison.differences.set(Some((counts.total() - counts.of(PairState::Same)).into()));
    comparison.rows.set(Some(Rc::new(result)));
    status.set(ComparisonStatus::Complete);
}
