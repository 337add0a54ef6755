//! Ends a player that no longer responds. It can only be noticed where the player has a process of
//! its own; where it shares the app's, nothing of the app runs either while the player hangs.

use std::time::Duration;

use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;

/// Interval of the pings.
const PING_INTERVAL: Duration = Duration::from_millis(500);
/// A player that has not responded for this long is ended, in ms.
const MAX_SILENCE_MS: f64 = 5_000.0;
/// A player that has not started after this long is ended, in ms: its script may come over a slow
/// network.
const MAX_START_MS: f64 = 15_000.0;
/// The most that one interval counts, in ms: a timer that comes later shows a busy machine, not a
/// silent player.
const MAX_COUNTED_MS: f64 = 1_000.0;

/// What a watched player has not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Start,
    Response,
}

impl Failure {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Start => "The replay did not start",
            Self::Response => "The replay stopped responding and was ended",
        }
    }
}

/// Watches one player. A handle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Watchdog {
    /// Milliseconds since the last message of the player, without times in which it could not send
    /// one.
    silence: StoredValue<f64>,
    has_started: StoredValue<bool>,
}

impl Watchdog {
    /// Pings until the owner is disposed of, and calls `end` where the player fails.
    pub(super) fn start(ping: impl Fn() + 'static, end: impl Fn(Failure) + 'static) -> Self {
        let watchdog = Self { silence: StoredValue::new(0.0), has_started: StoredValue::new(false) };
        let last: StoredValue<Option<f64>> = StoredValue::new(None);
        let tick = move || {
            let now = window().performance().map_or(0.0, |performance| performance.now());
            let passed =
                last.try_update_value(|last| last.replace(now)).flatten().map_or(0.0, |last| now - last);
            let counted = if document().hidden() { 0.0 } else { passed.min(MAX_COUNTED_MS) };
            let silence = watchdog.silence.get_value() + counted;
            watchdog.silence.set_value(silence);
            let has_started = watchdog.has_started.get_value();
            if silence > if has_started { MAX_SILENCE_MS } else { MAX_START_MS } {
                end(if has_started { Failure::Response } else { Failure::Start });
            } else if has_started {
                ping();
            }
        };
        let interval = set_interval_with_handle(tick, PING_INTERVAL).ok();
        on_cleanup(move || interval.iter().for_each(IntervalHandle::clear));
        watchdog
    }

    /// To be called with each message of the player.
    pub(super) fn heard(self) {
        self.has_started.set_value(true);
        self.silence.set_value(0.0);
    }
}
