//! The zone of wall-clock times: the browser's, or UTC where that is preferred.

use chrono::{Local, Offset, TimeZone, Utc};
use leptos::prelude::*;
use presentation::labels::UNKNOWN;
use presentation::time::Clock;
use session::model::{EpochMs, Millis, Session};

use super::Store;

/// The clock that is preferred: in the browser's zone, daylight saving time included, or in UTC. Tracks the preference.
pub fn local_clock() -> Clock {
    let is_utc = use_context::<Store>().is_some_and(|store| store.preferences.times_in_utc.get());
    if is_utc { Clock::UTC } else { Clock { offset_minutes } }
}

fn offset_minutes(time: EpochMs) -> i32 {
    let utc = Utc.timestamp_millis_opt(time.ms() as i64).single();
    utc.map_or(0, |utc| utc.with_timezone(&Local).offset().fix().local_minus_utc() / 60)
}

/// A time as offset from the session's start; `—` where one of them is not known.
pub fn offset_of(session: &Session, time: Option<EpochMs>) -> String {
    let since_start = time.zip(session.started_at).map(|(time, start)| time - start);
    since_start.map_or_else(|| UNKNOWN.to_owned(), Millis::offset)
}

/// A moment in ms from the session's start.
pub fn offset_words(ms: f64) -> String {
    Millis::new(ms).map(Millis::offset).unwrap_or_default()
}

/// A time as the clock on the wall showed it; `None` where it is not known.
pub fn wall_clock_of(time: Option<EpochMs>) -> Option<String> {
    time.map(|time| local_clock().wall_clock(time))
}
