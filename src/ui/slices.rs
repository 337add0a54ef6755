//! Work of a part of the screen in slices, between which the browser paints and handles input.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use leptos::prelude::*;

/// Longest time that a slice blocks the page, in ms.
const SLICE_MS: f64 = 8.0;

/// Calls `step`, which does about a millisecond of work, until it returns true. The work ends when
/// the scope that began it does: an effect that runs again, a component that is removed.
pub fn in_slices(step: impl FnMut() -> bool + 'static) {
    let is_canceled = Arc::new(AtomicBool::new(false));
    let cancel = Arc::clone(&is_canceled);
    on_cleanup(move || cancel.store(true, Ordering::Relaxed));
    run_slice(step, is_canceled);
}

fn run_slice(mut step: impl FnMut() -> bool + 'static, is_canceled: Arc<AtomicBool>) {
    if is_canceled.load(Ordering::Relaxed) {
        return;
    }
    let clock = window().performance();
    let now = || clock.as_ref().map_or(f64::INFINITY, web_sys::Performance::now);
    let began = now();
    loop {
        if step() {
            return;
        }
        if now() - began >= SLICE_MS || clock.is_none() {
            break;
        }
    }
    set_timeout(move || run_slice(step, is_canceled), Duration::ZERO);
}
