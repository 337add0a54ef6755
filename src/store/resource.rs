//! Fetched values: one task at a time for what is wanted now. A new request cancels the task before
//! it, and leaving the scope cancels the last one, so that a late answer never shows in the wrong
//! place.
//!
//! `LocalResource` waits for the future that runs before it looks at a new input, and then shows
//! the old answer.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::source::{TaskGuard, TaskHandle};

/// Where a fetch puts its result, and its progress before that. A handle.
#[derive(Debug)]
pub struct ResourceWriter<T: 'static> {
    state: RwSignal<T, LocalStorage>,
    task: TaskHandle,
}

impl<T> ResourceWriter<T> {
    pub fn task(&self) -> &TaskHandle {
        &self.task
    }

    /// Changes the value, unless the task is canceled.
    pub fn update(&self, change: impl FnOnce(&mut T)) {
        if !self.task.is_canceled() {
            // The scope may be gone where the browser runs its tasks in another order.
            let _ = self.state.try_update(change);
        }
    }

    pub fn set(&self, value: T) {
        self.update(|known| *known = value);
    }
}

/// A value that begins as `initial`, and is fetched again whenever `request` changes. `request` is
/// tracked; where it is `None` nothing is fetched and the value stays.
pub fn resource<T: 'static, R: 'static, F: Future<Output = ()> + 'static>(
    initial: T,
    request: impl Fn() -> Option<R> + 'static,
    fetch: impl Fn(R, ResourceWriter<T>) -> F + 'static,
) -> ReadSignal<T, LocalStorage> {
    let state = RwSignal::new_local(initial);
    let guard: StoredValue<Option<TaskGuard>, LocalStorage> = StoredValue::new_local(None);
    Effect::new(move || {
        let Some(request) = request() else { return };
        let Some((held, task)) = TaskGuard::new() else { return };
        guard.set_value(Some(held));
        spawn_local(fetch(request, ResourceWriter { state, task }));
    });
    on_cleanup(move || {
        let _ = guard.try_set_value(None);
    });
    state.read_only()
}
