//! The zone of wall-clock times: the browser's.

use chrono::{Local, Offset, TimeZone, Utc};
use session::model::EpochMs;
use session::view::Clock;

/// A clock in the browser's zone, daylight saving time included.
pub fn local_clock() -> Clock {
    Clock { offset_minutes }
}

fn offset_minutes(time: EpochMs) -> i32 {
    let utc = Utc.timestamp_millis_opt(time.ms() as i64).single();
    utc.map_or(0, |utc| utc.with_timezone(&Local).offset().fix().local_minus_utc() / 60)
}
