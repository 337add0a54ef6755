//! Which recorded times are plausible, and what a recorded number means as a time. The rules of
//! every reader.
//!
//! | value | plausible | otherwise |
//! | --- | --- | --- |
//! | a timestamp (number) | 1990 to 2100 in seconds, ms, µs or ns ([`TimeUnit::of_timestamp`]) | a clock of its own, not a date |
//! | timestamps of a list | in the unit of the first one, or dates in another unit ([`EventClock`]) | taken as ms, as recorded |
//! | times of a socket's messages | from a day before the socket to 30 days after its start ([`MessageClock`]) | anchored to the socket's start if most of the list is outside; else unknown |
//! | a duration | 0 up to 1e11 ms (three years), and not the timestamp of its own start ([`is_duration`]) | unknown |
//! | a time of the session | less than a day from the next one (`formats::settle`) | listed as recorded, outside the session's start and end |
//!
//! The bands of the four units are a factor of 10 apart at least, so a number is in one of them at
//! most. The numbers of a clock that does not count from 1970 may grow into a band: they stay in
//! one unit.

use super::{EpochMs, Millis};

/// 1990-01-01 and 2100-01-01, in ms since 1970: no recording is older, and no correct clock shows
/// more.
const DATES_MS: std::ops::Range<f64> = 631_152_000_000.0..4_102_444_800_000.0;
/// The longest plausible duration of a request, in ms: three years. Timestamps in ms are above it.
const MAX_DURATION_MS: f64 = 1e11;
/// A time further than this from all others does not belong to them, in ms: a day, which covers
/// every time zone.
pub const MAX_GAP_MS: f64 = 86_400_000.0;
/// How long after its start a socket may still have messages, in ms: 30 days.
pub const MAX_SOCKET_MS: f64 = 30.0 * MAX_GAP_MS;
/// The last message may exceed the recorded length by this much, in ms, because the two are
/// recorded separately.
const SLACK_MS: f64 = 1000.0;

/// The earliest and the latest plausible time of a message of a socket that starts at `start`, in
/// ms.
fn socket_window(start: EpochMs) -> (f64, f64) {
    (start.ms() - MAX_GAP_MS, start.ms() + MAX_SOCKET_MS)
}

/// The unit of a recorded time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeUnit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl TimeUnit {
    const ALL: [Self; 4] = [Self::Seconds, Self::Milliseconds, Self::Microseconds, Self::Nanoseconds];

    /// Length of the unit in ms.
    pub fn ms(self) -> f64 {
        match self {
            Self::Seconds => 1000.0,
            Self::Milliseconds => 1.0,
            Self::Microseconds => 1e-3,
            Self::Nanoseconds => 1e-6,
        }
    }

    /// The unit in which a number since 1970 is a date between 1990 and 2100; `None` if there is
    /// none.
    pub fn of_timestamp(number: f64) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| DATES_MS.contains(&(number * unit.ms())))
    }

    /// The unit's name in a sentence.
    pub fn label(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Nanoseconds => "nanoseconds",
        }
    }
}

/// Whether an instant is a plausible date: between 1990 and 2100.
pub fn is_date(time: EpochMs) -> bool {
    DATES_MS.contains(&time.ms())
}

/// The instant of a single timestamp: in the unit in which it is a date, else in ms.
pub fn timestamp(number: f64) -> Option<EpochMs> {
    let unit = TimeUnit::of_timestamp(number).unwrap_or(TimeUnit::Milliseconds);
    EpochMs::new(number * unit.ms())
}

/// The instant of a number that is a date in no unit, if it can count in ms from the page's time
/// origin.
pub fn since(origin: Option<EpochMs>, number: f64) -> Option<EpochMs> {
    let origin = origin.filter(|origin| is_date(*origin))?;
    let is_offset = (0.0..MAX_SOCKET_MS).contains(&number) && TimeUnit::of_timestamp(number).is_none();
    is_offset.then(|| EpochMs::new(origin.ms() + number))?
}

/// Whether a number of ms is a plausible duration from `start`: not negative, below three years,
/// and not the timestamp of the start in seconds.
pub fn is_duration(ms: f64, start: Option<EpochMs>) -> bool {
    let is_start = |start: EpochMs| is_date(start) && (ms * 1000.0 - start.ms()).abs() < MAX_GAP_MS;
    (0.0..MAX_DURATION_MS).contains(&ms) && !start.is_some_and(is_start)
}

/// A number of ms as a duration from `start`; `None` if it is not plausible.
pub fn duration(ms: f64, start: Option<EpochMs>) -> Option<Millis> {
    Millis::new(ms).filter(|_| is_duration(ms, start))
}

/// The clock of a list of timestamps that arrive one by one, such as those of DOM events.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EventClock {
    /// Known from the first timestamp above 0.
    unit: Option<TimeUnit>,
    /// The last instant that was a date.
    last: Option<EpochMs>,
    /// Number of timestamps read in each unit.
    counts: [u64; 4],
}

impl EventClock {
    /// The unit of most timestamps, if it is not the usual ms.
    pub fn unusual_unit(self) -> Option<TimeUnit> {
        let counts = TimeUnit::ALL.map(|unit| (unit, self.counts[unit as usize]));
        Some(most_frequent(counts))
            .filter(|(unit, count)| *count > 0 && *unit != TimeUnit::Milliseconds)
            .map(|(unit, _)| unit)
    }

    /// The instant of the list's next timestamp. Numbers that are dates in no unit are on the
    /// list's own clock, in its unit; if the first number is not a date, the list is in ms. A
    /// second writer may use another unit than the first (Sentry's recorder writes seconds among
    /// ms): a number that is a date in another unit only is that date, because in the list's unit
    /// it would be before 1990 or after 2100. The exception are seconds in a list without a date: a
    /// clock in ms that counts from the start of the machine shows such numbers after a week.
    pub fn read(&mut self, number: f64) -> Option<EpochMs> {
        let own = TimeUnit::of_timestamp(number);
        let unit = self.unit.or(own).unwrap_or(TimeUnit::Milliseconds);
        if number > 0.0 {
            self.unit = Some(unit);
        }
        let may_be_uptime = |own: TimeUnit| own == TimeUnit::Seconds && self.last.is_none();
        let unit = own.filter(|own| !may_be_uptime(*own)).unwrap_or(unit);
        self.counts[unit as usize] += 1;
        let time = EpochMs::new(number * unit.ms());
        self.last = time.filter(|time| is_date(*time)).or(self.last);
        time
    }
}

/// The clock of a socket's messages, by all of their times together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MessageClock {
    /// Since 1970, in that unit; a time outside the window, in ms, is unknown.
    Epoch { unit: TimeUnit, window: (f64, f64) },
    /// On a clock of its own, such as a monotonic one: the instant at which it showed 0 is
    /// estimated. A time before `first`, the earliest plausible recorded time, is unknown.
    Anchored { unit: TimeUnit, zero: EpochMs, first: f64 },
    /// The times are not dates, and there is no start to anchor them to.
    Unknown,
}

impl MessageClock {
    /// The clock of times that are already in ms since 1970, of a socket that starts at `start`.
    pub fn of_dates(start: EpochMs) -> Self {
        Self::Epoch { unit: TimeUnit::Milliseconds, window: socket_window(start) }
    }

    /// The clock of `times`, as recorded; `start` is that of the socket, and `length` how long it
    /// was open, if known. Producers write times of 0 and below if they do not know them.
    ///
    /// If most times are dates near the socket's start, they are dates. Otherwise they are on
    /// another clock, in the largest unit in which the list is no longer than the socket, because
    /// the format has seconds. If the times are then between 0 and the socket's length, they count
    /// from the socket's start; otherwise the earliest is placed at that start, so that the
    /// intervals between messages are exact.
    pub fn of(times: &[f64], start: Option<EpochMs>, length: Option<Millis>) -> Self {
        let known = || times.iter().copied().filter(|time| *time > 0.0);
        let Some(start) = start else { return Self::without_start(times) };
        let window = socket_window(start);
        let count_within =
            |unit: TimeUnit| known().filter(|time| is_within(time * unit.ms(), window)).count() as u64;
        let total = known().count() as u64;
        if total == 0 {
            return Self::Epoch { unit: TimeUnit::Seconds, window };
        }
        let (unit, count) = most_frequent(TimeUnit::ALL.map(|unit| (unit, count_within(unit))));
        if count * 2 > total {
            return Self::Epoch { unit, window };
        }
        let (first, last) = known().fold((f64::MAX, 0.0), |(min, max), time| (time.min(min), time.max(max)));
        let length = length.map(Millis::ms).filter(|length| *length >= 1.0);
        let max_length = length.map_or(MAX_GAP_MS, |length| length * 1.05 + SLACK_MS);
        let of_length = |ms: f64| TimeUnit::ALL.into_iter().find(|unit| ms * unit.ms() <= max_length);
        let date_unit = TimeUnit::of_timestamp(first);
        let Some(unit) = date_unit.or_else(|| of_length(last - first)) else { return Self::Unknown };
        if (last - first) * unit.ms() > MAX_SOCKET_MS {
            return Self::Unknown;
        }
        if date_unit.is_none() && length.is_some() && last * unit.ms() <= max_length {
            return Self::Anchored { unit, zero: start, first: 0.0 };
        }
        EpochMs::new(start.ms() - first * unit.ms()).map_or(Self::Unknown, |zero| Self::Anchored {
            unit,
            zero,
            first,
        })
    }

    /// Without a start to check them against, times are dates or unknown.
    fn without_start(times: &[f64]) -> Self {
        let of_unit = |unit: TimeUnit| {
            times.iter().filter(|time| TimeUnit::of_timestamp(**time) == Some(unit)).count() as u64
        };
        let (unit, count) = most_frequent(TimeUnit::ALL.map(|unit| (unit, of_unit(unit))));
        let window = (DATES_MS.start, DATES_MS.end);
        if count > 0 { Self::Epoch { unit, window } } else { Self::Unknown }
    }

    /// Whether the instants are estimated.
    pub fn is_estimated(&self) -> bool {
        matches!(self, Self::Anchored { .. })
    }

    /// The instant of a recorded time if the times are dates.
    pub fn as_date(&self, recorded: f64) -> Option<EpochMs> {
        self.time(recorded).filter(|_| !self.is_estimated())
    }

    /// The instant of a recorded time; `None` if it is unknown.
    pub fn time(&self, recorded: f64) -> Option<EpochMs> {
        match *self {
            Self::Epoch { unit, window } => {
                let ms = Some(recorded * unit.ms()).filter(|ms| *ms > 0.0 && is_within(*ms, window));
                ms.and_then(EpochMs::new)
            }
            Self::Anchored { unit, zero, first } => {
                let known = Some(recorded).filter(|recorded| *recorded >= first);
                known.and_then(|recorded| EpochMs::new(zero.ms() + recorded * unit.ms()))
            }
            Self::Unknown => None,
        }
    }
}

fn is_within(ms: f64, (from, to): (f64, f64)) -> bool {
    from <= ms && ms <= to
}

/// The unit with the highest count, the first of several.
fn most_frequent(counted: [(TimeUnit, u64); 4]) -> (TimeUnit, u64) {
    let [first, rest @ ..] = counted;
    rest.into_iter().fold(first, |max, next| if next.1 > max.1 { next } else { max })
}

/// Number of implausible times of a session, by kind. One note is made for each kind, at the end of
/// the load.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImplausibleTimes {
    /// Requests with an implausible duration or phase, and the first of their rows.
    pub durations: Counted,
    /// Sockets whose messages are on another clock, and were anchored to the socket's start.
    pub anchored_sockets: Counted,
    pub anchored_messages: u64,
    /// Messages whose times were dropped.
    pub unknown_messages: u64,
    /// The unit of the page's events, if it is not ms.
    pub event_unit: Option<TimeUnit>,
    /// Requests and sockets of the native format whose times are in another unit than ms.
    pub converted_rows: Counted,
    /// Requests and sockets of the native format whose absolute times count from the page's time
    /// origin.
    pub relative_rows: Counted,
    /// Console entries whose times count from the page's time origin.
    pub relative_entries: u64,
}

/// Rows with a common property: their count, and the number of the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub count: u64,
    pub first: u32,
}

impl Counted {
    pub fn add(&mut self, row: u32) {
        if self.count == 0 {
            self.first = row;
        }
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW_MS: f64 = 1_772_359_200_000.0;

    fn at(ms: f64) -> EpochMs {
        EpochMs::new(ms).expect("a time in range")
    }

    #[test]
    fn the_unit_of_a_timestamp_is_inferred() {
        let units = [NOW_MS / 1000.0, NOW_MS, NOW_MS * 1e3, NOW_MS * 1e6].map(TimeUnit::of_timestamp);
        assert_eq!(units, TimeUnit::ALL.map(Some));
        for other in [0.0, -1.0, 12_345.5, 1e10, 5e12, 1e20, f64::NAN, f64::INFINITY] {
            assert_eq!(TimeUnit::of_timestamp(other), None, "{other}");
        }
    }

    #[test]
    fn negative_numbers_and_timestamps_are_not_durations() {
        let start = Some(at(NOW_MS));
        for ms in [0.0, 0.5, 3_600_000.0, 9e10] {
            assert!(is_duration(ms, start), "{ms}");
        }
        for ms in [-1.0, NOW_MS, NOW_MS / 1000.0, NOW_MS * 1000.0, f64::NAN, f64::INFINITY] {
            assert!(!is_duration(ms, start), "{ms}");
        }
        assert!(is_duration(NOW_MS / 1000.0, None), "20 days");
    }

    #[test]
    fn times_that_are_not_dates_are_read_in_one_unit() {
        let mut clock = EventClock::default();
        let read: Vec<_> =
            [0.0, 500.0, 700_000_000.0].iter().filter_map(|ms| clock.read(*ms)).map(EpochMs::ms).collect();
        assert_eq!(read, [0.0, 500.0, 700_000_000.0], "the last one alone would be a date in seconds");
    }

    #[test]
    fn dates_in_another_unit_than_the_list_are_dates() {
        let read = |numbers: &[f64]| -> Vec<_> {
            let mut clock = EventClock::default();
            numbers.iter().filter_map(|number| clock.read(*number)).map(EpochMs::ms).collect()
        };
        for unit in TimeUnit::ALL {
            let far_apart = [NOW_MS / unit.ms(), NOW_MS / 1000.0 - 1e8, NOW_MS + 1e11, NOW_MS * 1e3];
            assert_eq!(read(&far_apart), [NOW_MS, NOW_MS - 1e11, NOW_MS + 1e11, NOW_MS], "{unit:?}");
        }
        assert_eq!(read(&[500.0, NOW_MS * 1e3]), [500.0, NOW_MS], "no clock in ms runs for 50,000 years");
    }

    #[test]
    fn times_that_were_not_recorded_are_unknown() {
        for clock in [
            MessageClock::of(&[-1.0, 0.0], Some(at(NOW_MS)), None),
            MessageClock::of(&[5.0, -1.0], None, None),
            MessageClock::of(&[12_345.5, -1.0], Some(at(NOW_MS)), Millis::new(5000.0)),
        ] {
            assert_eq!((clock.time(-1.0), clock.time(f64::NAN)), (None, None), "{clock:?}");
        }
    }

    proptest! {
        #[test]
        fn anchored_times_keep_their_order_and_intervals(
            first in 1.0..1e9_f64,
            steps in proptest::collection::vec(0.0..1000.0_f64, 1..20),
            unit in 0_usize..4,
        ) {
            let unit = TimeUnit::ALL[unit];
            let mut at_ms = first;
            let times: Vec<f64> = steps.iter().map(|step| { at_ms += step; at_ms / unit.ms() }).collect();
            let length = Millis::new(at_ms - first + 1.0);
            let clock = MessageClock::of(&times, EpochMs::new(NOW_MS), length);
            if let MessageClock::Anchored { unit: found, .. } = clock && found == unit {
                let read: Vec<f64> = times.iter().filter_map(|time| clock.time(*time)).map(EpochMs::ms).collect();
                prop_assert_eq!(read.len(), times.len());
                for (pair, step) in read.windows(2).zip(&steps[1..]) {
                    prop_assert!((pair[1] - pair[0] - step).abs() < 0.01);
                }
            }
        }

        #[test]
        fn any_numbers_are_interpreted_without_a_panic(times in proptest::collection::vec(any::<f64>(), 0..10), start in any::<f64>(), length in any::<f64>()) {
            let clock = MessageClock::of(&times, EpochMs::new(start), Millis::new(length));
            let mut events = EventClock::default();
            for time in times {
                prop_assert!(clock.time(time).is_none_or(|time| time.ms().is_finite()));
                prop_assert!(events.read(time).is_none_or(|time| time.ms().is_finite()));
            }
        }

        #[test]
        fn dates_near_a_socket_are_read_exactly(offsets in proptest::collection::vec(0.0..1e8_f64, 1..10), unit in 0_usize..4) {
            let unit = TimeUnit::ALL[unit];
            let times: Vec<f64> = offsets.iter().map(|offset| (NOW_MS + offset) / unit.ms()).collect();
            let clock = MessageClock::of(&times, EpochMs::new(NOW_MS), None);
            for (time, offset) in times.iter().zip(offsets) {
                let read = clock.time(*time).map(EpochMs::ms);
                prop_assert!(read.is_some_and(|ms| (ms - NOW_MS - offset).abs() < 0.01));
            }
        }
    }
}
