//! Work that follows a change a little later, once, however often the change comes until then.

use std::time::Duration;

use leptos::prelude::*;

/// Returns what asks for the work. Asked again before it was done, it is done once.
pub fn later<F: Fn() + Copy + 'static>(work: F) -> impl Fn(Duration) + Copy {
    let is_due = StoredValue::new(false);
    move |delay| {
        if !is_due.get_value() {
            is_due.set_value(true);
            let done = move || {
                // Whoever asked may be gone by now.
                if is_due.try_set_value(false).is_none() {
                    work();
                }
            };
            set_timeout(done, delay);
        }
    }
}
