//! Wall-clock times in a filter: `14:03:05`, `2026-11-28T14:03:05Z`.

use super::values::{NumberRange, Quantity, last_digit};
use crate::model::{EpochMs, parse_iso8601};

const MS_PER_DAY: f64 = 86_400_000.0;

/// What a time counts from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Origin {
    /// The start of the session.
    #[default]
    Start,
    /// Midnight of the day, in the zone of the clock that is shown.
    Midnight,
    /// The epoch, in the zone of the clock that is shown.
    LocalEpoch,
    /// The epoch.
    Epoch,
}

/// The time zone of wall-clock times: minutes east of UTC at an instant.
pub type Zone = fn(EpochMs) -> i32;

/// The wall-clock time that `text` is; `None` if it is something else. Hours of a time of day have
/// two digits: `1:02:03` is a time since the start.
pub(super) fn parse(text: &str) -> Option<Quantity> {
    time_of_day(text).or_else(|| date_time(text))
}

fn time_of_day(text: &str) -> Option<Quantity> {
    let (hours, rest) = text.split_once(':')?;
    let (minutes, seconds) = rest.split_once(':')?;
    let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
    let two_digits = |text: &str, max: u32| {
        let is_number = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|number: &u32| is_number && *number <= max)
    };
    let (hours, minutes) = (two_digits(hours, 23)?, two_digits(minutes, 59)?);
    two_digits(whole, 59)?;
    let is_fraction = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let seconds: f64 = seconds.parse().ok().filter(|_| is_fraction)?;
    let value = (f64::from(hours * 60 + minutes) * 60.0 + seconds) * 1e3;
    Some(Quantity { value, step: last_digit(text_of_seconds(text)) * 1e3, origin: Origin::Midnight })
}

fn date_time(text: &str) -> Option<Quantity> {
    let value = parse_iso8601(text)?.ms();
    let time = text.get(10..).unwrap_or_default();
    let is_zone = |char: char| matches!(char, 'Z' | 'z' | '+' | '-');
    let (time, zone) = time.split_at(time.find(is_zone).unwrap_or(time.len()));
    let origin = if zone.is_empty() { Origin::LocalEpoch } else { Origin::Epoch };
    let step = match time.matches(':').count() {
        0 => MS_PER_DAY,
        1 => 60_000.0,
        _ => last_digit(text_of_seconds(time)) * 1e3,
    };
    Some(Quantity { value, step, origin })
}

/// What follows the last colon.
fn text_of_seconds(text: &str) -> &str {
    text.rsplit(':').next().unwrap_or_default()
}

impl NumberRange {
    /// The range in ms since the start of the session; nothing is in it if the start is needed and
    /// not known.
    #[must_use]
    pub fn since_start(self, start: Option<EpochMs>, zone: Zone) -> Self {
        if self.origin() == Origin::Start {
            return self;
        }
        let Some(start) = start else { return Self::NONE };
        let east = f64::from(zone(start)) * 60_000.0;
        let origin = match self.origin() {
            Origin::Start | Origin::Epoch => 0.0,
            Origin::LocalEpoch => -east,
            Origin::Midnight => {
                let midnight = ((start.ms() + east) / MS_PER_DAY).floor() * MS_PER_DAY - east;
                // A session that begins before midnight goes on in the next day.
                let is_next_day = midnight + self.first_finite() < start.ms() - MS_PER_DAY / 2.0;
                midnight + if is_next_day { MS_PER_DAY } else { 0.0 }
            }
        };
        self.moved(origin - start.ms())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::fields::{Implied, Unit};
    use crate::filter::values::numbers;

    /// The offsets of `candidates` that are in the range, for a session that starts at 14:03:00 in
    /// a zone one hour east of UTC.
    fn within(text: &str, implied: Implied, candidates: &[f64]) -> Vec<f64> {
        let start = parse_iso8601("2026-11-28T13:03:00Z");
        let ranges = numbers(text, Unit::Offset, implied).unwrap_or_else(|error| panic!("{error:?}"));
        let range = ranges[0].since_start(start, |_| 60);
        candidates.iter().copied().filter(|number| range.contains(*number)).collect()
    }

    #[test]
    fn times_of_day_are_those_of_the_clock_that_is_shown() {
        let offsets = [4999.0, 5000.0, 5999.0, 6000.0];
        assert_eq!(within("14:03:05", Implied::Equal, &offsets), [5000.0, 5999.0]);
        assert_eq!(within("14:03:05", Implied::AtLeast, &offsets), [5000.0, 5999.0, 6000.0]);
        assert_eq!(within("14:03:05.999", Implied::Below, &offsets), [4999.0, 5000.0]);
        assert_eq!(within("14:03:05..14:03:06", Implied::Equal, &offsets), [5000.0, 5999.0, 6000.0]);
        assert_eq!(within("00:03:00", Implied::AtLeast, &[35_999_999.0, 36_000_000.0]), [36_000_000.0]);
        assert_eq!(within("1:02:03", Implied::AtLeast, &[3_723_000.0, 5.0]), [3_723_000.0]);
    }

    #[test]
    fn dates_are_local_or_have_a_zone() {
        let offsets = [4999.0, 5000.0, 5999.0, 6000.0];
        for text in ["2026-11-28T14:03:05", "2026-11-28T13:03:05Z", "2026-11-28T08:03:05-05:00"] {
            assert_eq!(within(text, Implied::Equal, &offsets), [5000.0, 5999.0], "{text}");
        }
        assert_eq!(within("2026-11-28", Implied::Equal, &offsets), offsets);
        assert_eq!(within("2026-11-29", Implied::AtLeast, &offsets), [0.0; 0]);
        assert_eq!(within("2026-11-28T14:04", Implied::Below, &[59_999.0, 60_000.0]), [59_999.0]);
    }

    #[test]
    fn a_range_has_one_kind_of_time() {
        assert!(numbers("14:03:05..5s", Unit::Offset, Implied::Equal).is_err());
        assert!(numbers("24:00:00", Unit::Offset, Implied::Equal).is_ok(), "a day after the start");
        let range = numbers("14:03:05", Unit::Offset, Implied::AtLeast).expect("a time")[0];
        assert!(!range.since_start(None, |_| 0).contains(1e12));
    }
}
