//! Work that follows a change after a delay, once, however often the change comes until then.

use std::time::Duration;

use leptos::prelude::*;

/// Returns a function that runs `work` after a delay. Calls before that have no effect.
pub fn throttle_trailing<F: Fn() + Copy + 'static>(work: F) -> impl Fn(Duration) + Copy {
    let is_due = StoredValue::new(false);
    move |delay| {
        if !is_due.get_value() {
            is_due.set_value(true);
            let run = move || {
                // The owner may be disposed of by now.
                if is_due.try_set_value(false).is_none() {
                    work();
                }
            };
            set_timeout(run, delay);
        }
    }
}
