//! The time zone of wall clocks: the browser's, or UTC where that is preferred.
//!
//! The browser's `Date` has the offset of any instant, daylight saving time included. A crate would
//! ask it too: `chrono` with `wasmbind` calls the same method, and adds its calendar to the wasm
//! for that one call.

use js_sys::Date;
use leptos::prelude::*;
use presentation::labels::UNKNOWN;
use presentation::time::Clock;
use session::model::{EpochMs, Millis, Session};
use wasm_bindgen::JsValue;

use super::Preferences;

/// The clock that is preferred: in the browser's zone, daylight saving time included, or in UTC.
/// Tracks the preference.
pub fn local_clock() -> Clock {
    let is_utc = use_context::<Preferences>().is_some_and(|preferences| preferences.times_in_utc.get());
    if is_utc { Clock::UTC } else { Clock { offset_minutes } }
}

fn offset_minutes(time: EpochMs) -> i32 {
    // The browser counts west of UTC; an instant that it cannot represent has no offset: the cast
    // makes that 0.
    -Date::new(&JsValue::from_f64(time.ms())).get_timezone_offset() as i32
}

/// A time as offset from the session's start; `—` where one of them is not known.
pub fn offset_of(session: &Session, time: Option<EpochMs>) -> String {
    let since_start = time.zip(session.started_at).map(|(time, start)| time - start);
    since_start.map_or_else(|| UNKNOWN.to_owned(), Millis::offset)
}

/// A time in ms from the session's start, as an offset.
pub fn offset_label(ms: f64) -> String {
    Millis::new(ms).map(Millis::offset).unwrap_or_default()
}

/// The wall-clock time; `None` where it is not known.
pub fn wall_clock_of(time: Option<EpochMs>) -> Option<String> {
    time.map(|time| local_clock().wall_clock(time))
}
