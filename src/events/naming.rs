//! Finds out what the events touched, while the tab is open.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::elements::ElementReader;
use session::model::format_count;

use crate::store::{NamedElements, SessionStore, TaskGuard, TimeSlicer};

/// Bytes of DOM events that are read between two looks at the clock: about a millisecond.
const STEP_BYTES: usize = 64 << 10;

/// Number of DOM events that are read, and of all; `None` where nothing is read.
type Progress = RwSignal<Option<(usize, usize)>>;

/// Starts as soon as the session is loaded, and again when it has grown. Closing the tab cancels.
pub(super) fn name_elements(session: SessionStore, elements: NamedElements) -> Progress {
    let progress: Progress = RwSignal::new(None);
    let guard: StoredValue<Option<TaskGuard>, LocalStorage> = StoredValue::new_local(None);
    Effect::new(move || {
        let is_loading = session.is_loading();
        if !elements.is_outdated.get() {
            return;
        }
        // Another session, or one that has grown, ends the task of the one before.
        guard.set_value(None);
        progress.set(None);
        let Some((started, task)) = (!is_loading).then(TaskGuard::new).flatten() else { return };
        elements.is_outdated.set(false);
        guard.set_value(Some(started));
        spawn_local(async move {
            let mut slicer = TimeSlicer::default();
            // The rows are shown first.
            slicer.yield_now().await;
            let mut reader = session.with_untracked(ElementReader::new);
            slicer.yield_if_due().await;
            while !task.is_canceled() && session.with_untracked(|session| reader.step(session, STEP_BYTES)) {
                progress.maybe_update(|progress| {
                    let next = Some(reader.progress());
                    std::mem::replace(progress, next) != next
                });
                slicer.yield_if_due().await;
            }
            if !task.is_canceled() {
                let found = session.with_untracked(|session| reader.finish(session));
                elements.found.set(Some(Arc::new(found)));
                progress.set(None);
                guard.set_value(None);
            }
        });
    });
    on_cleanup(move || {
        // What is not finished starts again when the tab is opened again.
        if guard.with_value(Option::is_some) {
            elements.is_outdated.set(true);
        }
        guard.set_value(None);
    });
    progress
}

/// How far it is, in the footer.
#[component]
pub(super) fn NamingProgress(progress: Progress) -> impl IntoView {
    move || {
        let (read, all) = progress.get()?;
        let label =
            format!("Naming elements: {} of {} events", format_count(read as u64), format_count(all as u64));
        let shown = label.clone();
        Some(view! {
            <span
                class="events-progress"
                role="progressbar"
                aria-label="Naming elements"
                aria-valuemin="0"
                aria-valuemax=all
                aria-valuenow=read
                aria-valuetext=shown
            >
                {label}
            </span>
        })
    }
}
