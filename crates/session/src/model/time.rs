//! Times: one type for an instant, one for a duration, their text, and a lenient parser of ISO
//! 8601.
//!
//! By hand because of size, leniency and speed: `jiff` adds 204 KB to the module (62 compressed)
//! where this adds 33, which is mostly number formatting that the app has anyway; it rejects five
//! of eight forms that HAR producers write (a date without a zone, a zone as `+05`, 24:00, more
//! than nine digits of a second); and it takes twice as long per date. `httpdate` parses only the
//! dates of HTTP headers.

use std::ops::{Add, Sub};

/// An instant: milliseconds since 1970-01-01T00:00:00Z, with fractions. Always finite.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct EpochMs(f64);

/// A duration in milliseconds, with fractions. Always finite; negative where a recording's clock
/// ran backwards.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Millis(f64);

/// The range of a JavaScript `Date`, in ms either side of 1970. A time outside it is a recording's
/// mistake.
const MAX_EPOCH_MS: f64 = 8.64e15;
const MS_PER_DAY: f64 = 86_400_000.0;

impl EpochMs {
    /// The last instant that can be represented.
    pub const LATEST: Self = Self(MAX_EPOCH_MS);

    /// An instant; `None` for a value that is not finite or outside the range of a JavaScript
    /// `Date`.
    pub fn new(ms: f64) -> Option<Self> {
        (ms.abs() <= MAX_EPOCH_MS).then_some(Self(ms))
    }

    /// Milliseconds since 1970.
    pub fn ms(self) -> f64 {
        self.0
    }

    /// The later of two instants.
    #[must_use]
    pub fn later(self, other: Self) -> Self {
        if other.0 > self.0 { other } else { self }
    }

    /// `2026-11-21 14:03:22.418`, in the time zone that is `offset_minutes` east of UTC.
    pub fn wall_clock(self, offset_minutes: i32) -> String {
        let (date, [hours, minutes, seconds, millis]) = self.civil(offset_minutes);
        format!("{date} {hours:02}:{minutes:02}:{seconds:02}.{millis:03}")
    }

    /// `2026-11-21 14:03`, for headings.
    pub fn wall_clock_minutes(self, offset_minutes: i32) -> String {
        let (date, [hours, minutes, ..]) = self.civil(offset_minutes);
        format!("{date} {hours:02}:{minutes:02}")
    }

    /// `2026-11-21T14:03:22.418Z`, with as many more digits as needed to round-trip. `None` for an
    /// instant outside the years 0 to 9999, which ISO 8601 writes differently.
    pub fn iso8601(self) -> Option<String> {
        const MAX_DIGITS: usize = 15;
        let mut text = None;
        for digits in 3..=MAX_DIGITS {
            text = Some(self.iso8601_to(digits)?);
            if text.as_deref().and_then(parse_iso8601) == Some(self) {
                break;
            }
        }
        text
    }

    /// [`iso8601`](Self::iso8601) with that many digits of a second, 3 or more.
    fn iso8601_to(self, digits: usize) -> Option<String> {
        let floor = self.0.floor();
        let fraction = format!("{:.*}", digits.saturating_sub(3), self.0 - floor);
        // The fraction may round up to a full millisecond.
        let rounded = if fraction.starts_with('1') { floor + 1.0 } else { floor };
        let (date, [hours, minutes, seconds, millis]) = Self(rounded).civil(0);
        let more = fraction.split_once('.').map_or("", |(_, more)| more);
        (date.len() == "2026-11-21".len() && !date.starts_with('-'))
            .then(|| format!("{date}T{hours:02}:{minutes:02}:{seconds:02}.{millis:03}{more}Z"))
    }

    /// The date, and hours, minutes, seconds and milliseconds of the day.
    fn civil(self, offset_minutes: i32) -> (String, [u64; 4]) {
        let local = (self.0 + f64::from(offset_minutes) * 60_000.0).round();
        let days = (local / MS_PER_DAY).floor();
        let (year, month, day) = civil_from_days(days as i64);
        let of_day = (local - days * MS_PER_DAY) as u64;
        let parts = [of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60, of_day % 1000];
        (format!("{year:04}-{month:02}-{day:02}"), parts)
    }
}

impl Sub for EpochMs {
    type Output = Millis;

    fn sub(self, earlier: Self) -> Millis {
        Millis(self.0 - earlier.0)
    }
}

impl Add<Millis> for EpochMs {
    type Output = Self;

    fn add(self, length: Millis) -> Self {
        Self((self.0 + length.0).clamp(-MAX_EPOCH_MS, MAX_EPOCH_MS))
    }
}

impl Millis {
    /// No time.
    pub const ZERO: Self = Self(0.0);

    /// A duration; `None` for a value that is not finite or longer than the range of instants.
    pub fn new(ms: f64) -> Option<Self> {
        (ms.abs() <= 2.0 * MAX_EPOCH_MS).then_some(Self(ms))
    }

    /// The number of milliseconds.
    pub fn ms(self) -> f64 {
        self.0
    }

    /// The duration as people read it: `0 ms`, `0.42 ms`, `12 ms`, `1.23 s`, `2 min 05 s`,
    /// `3 h 07 min`.
    pub fn duration(self) -> String {
        let sign = if self.0 < 0.0 { "-" } else { "" };
        let ms = self.0.abs();
        let text = if ms == 0.0 {
            "0 ms".to_owned()
        } else if ms < 0.005 {
            "<0.01 ms".to_owned()
        } else if ms < 0.995 {
            format!("{ms:.2} ms")
        } else if ms < 999.5 {
            format!("{ms:.0} ms")
        } else if ms < 59_995.0 {
            format!("{:.2} s", ms / 1000.0)
        } else if ms < 3_599_500.0 {
            let seconds = (ms / 1000.0).round() as u64;
            format!("{} min {:02} s", seconds / 60, seconds % 60)
        } else {
            let minutes = (ms / 60_000.0).round() as u64;
            format!("{} h {:02} min", minutes / 60, minutes % 60)
        };
        format!("{sign}{text}")
    }

    /// An offset from the session's start: `m:ss.mmm`, `h:mm:ss.mmm` from an hour, `-` before the
    /// start.
    pub fn offset(self) -> String {
        let ms = self.0.abs().round() as u64;
        let sign = if self.0 < 0.0 && ms > 0 { "-" } else { "" };
        let (hours, minutes, seconds, millis) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60, ms % 1000);
        if hours > 0 {
            format!("{sign}{hours}:{minutes:02}:{seconds:02}.{millis:03}")
        } else {
            format!("{sign}{minutes}:{seconds:02}.{millis:03}")
        }
    }
}

/// Parses the ISO 8601 dates that HAR producers write: `T` or a space between date and time, any
/// number of fraction digits (or none), and `Z`, `±hh:mm`, `±hhmm`, `±hh` or nothing (UTC) as the
/// zone. `None` for anything else.
pub fn parse_iso8601(text: &str) -> Option<EpochMs> {
    let mut rest = text.trim().as_bytes();
    let year = digits(&mut rest, 4)?;
    literal(&mut rest, b"-")?;
    let month = digits(&mut rest, 2)?;
    literal(&mut rest, b"-")?;
    let day = digits(&mut rest, 2)?;
    if !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    let date_ms = days_from_civil(year, month, day) as f64 * MS_PER_DAY;
    if rest.is_empty() {
        return EpochMs::new(date_ms);
    }
    literal(&mut rest, b"Tt ")?;
    let hours = digits(&mut rest, 2)?;
    literal(&mut rest, b":")?;
    let minutes = digits(&mut rest, 2)?;
    let (seconds, fraction) = if literal(&mut rest, b":").is_some() { seconds(&mut rest)? } else { (0, 0.0) };
    let is_end_of_day = hours == 24 && minutes == 0 && seconds == 0 && fraction == 0.0;
    if (hours > 23 && !is_end_of_day) || minutes > 59 || seconds > 60 {
        return None;
    }
    let zone_minutes = zone(&mut rest)?;
    let of_day = ((hours * 60 + minutes - zone_minutes) * 60 + seconds) as f64 * 1000.0 + fraction;
    rest.is_empty().then(|| EpochMs::new(date_ms + of_day))?
}

fn digits(rest: &mut &[u8], count: usize) -> Option<i64> {
    let (head, tail) = rest.split_at_checked(count)?;
    let value = head
        .iter()
        .try_fold(0_i64, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))?;
    *rest = tail;
    Some(value)
}

fn literal(rest: &mut &[u8], any_of: &[u8]) -> Option<()> {
    let (first, tail) = rest.split_first()?;
    any_of.contains(first).then(|| *rest = tail)
}

/// Seconds, and their fraction in milliseconds. Only seconds have a fraction: ISO 8601 allows one
/// of minutes, but no producer writes it.
fn seconds(rest: &mut &[u8]) -> Option<(i64, f64)> {
    let seconds = digits(rest, 2)?;
    let fraction = if literal(rest, b".,").is_some() { fraction(rest)? } else { 0.0 };
    Some((seconds, fraction))
}

/// The digits after the point, as milliseconds.
fn fraction(rest: &mut &[u8]) -> Option<f64> {
    let mut scale = 100.0;
    let mut ms = 0.0;
    let mut count = 0;
    while let Some((digit @ b'0'..=b'9', tail)) = rest.split_first() {
        ms += f64::from(digit - b'0') * scale;
        scale /= 10.0;
        count += 1;
        *rest = tail;
    }
    (count > 0).then_some(ms)
}

/// Minutes east of UTC.
fn zone(rest: &mut &[u8]) -> Option<i64> {
    let Some((sign, tail)) = rest.split_first() else { return Some(0) };
    *rest = tail;
    match sign {
        b'Z' | b'z' => Some(0),
        b'+' | b'-' => {
            let hours = digits(rest, 2)?;
            let _ = literal(rest, b":");
            let minutes = if rest.is_empty() { 0 } else { digits(rest, 2)? };
            if hours > 23 || minutes > 59 {
                return None;
            }
            let east = hours * 60 + minutes;
            Some(if *sign == b'-' { -east } else { east })
        }
        _ => None,
    }
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that
/// the leap day is the last of its year and months have a regular length.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The reverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<f64> {
        parse_iso8601(text).map(EpochMs::ms)
    }

    fn ms(value: f64) -> Millis {
        Millis::new(value).expect("a finite length")
    }

    #[test]
    fn dates_are_parsed_in_the_forms_that_producers_write() {
        assert_eq!(iso("1970-01-01T00:00:00Z"), Some(0.0));
        assert_eq!(iso("2020-12-14T17:35:53.241Z"), Some(1_607_967_353_241.0));
        assert_eq!(iso("2023-03-29T16:58:59.303-07:00"), iso("2023-03-29T23:58:59.303Z"), "Firefox");
        assert_eq!(iso("2014-04-16T17:13:04.099+05:30"), iso("2014-04-16T11:43:04.099Z"), "Charles");
        assert_eq!(iso("2024-07-06T22:27:16.7857747+03:00"), Some(1_720_294_036_785.774_7), "Fiddler");
        assert_eq!(iso("2015-02-10T07:33:17.146"), iso("2015-02-10T07:33:17.146Z"), "no zone is UTC");
        assert_eq!(iso("2021-07-26 11:14:17+0000"), iso("2021-07-26T11:14:17Z"));
        assert_eq!(iso("2000-02-29"), Some(951_782_400_000.0));
        assert_eq!(iso("2020-12-14T10:00Z"), iso("2020-12-14T10:00:00Z"));
        assert_eq!(iso("2020-12-14T24:00:00Z"), iso("2020-12-15T00:00:00Z"), "the end of a day");
    }

    #[test]
    fn invalid_dates_are_rejected() {
        for text in [
            "",
            "NaN-NaN-NaNTNaN:NaN:NaN.NaN+NaN:NaN",
            "2023-02-29T00:00:00Z",
            "2023-13-01",
            "soon",
            "2020-12-14T17:35:53.241Zjunk",
            "2020-12-14T99:00:00Z",
            "2020-12-14T10:00:00.Z",
            "2020-12-14T10:00.5Z",
            "2020-12-14T24:30",
            "2020-12-14T24:00:00.001Z",
            "2020-12-14T10:00:00+25:99",
            "2020-12-14T10:00:00+24:00",
            "2020-12-14T10:00:00-01:60",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }

    #[test]
    fn wall_clock_time_is_formatted_in_a_zone() {
        let time = parse_iso8601("2026-11-21T23:30:05.0425Z").expect("a date");
        assert_eq!(time.wall_clock(0), "2026-11-21 23:30:05.043");
        assert_eq!(time.wall_clock(60), "2026-11-22 00:30:05.043");
        assert_eq!(
            parse_iso8601("1969-12-31T23:59:59.5Z").expect("a date").wall_clock(0),
            "1969-12-31 23:59:59.500"
        );
    }

    #[test]
    fn dates_are_formatted_with_as_many_digits_as_they_need() {
        for (ms, text) in [
            (0.0, "1970-01-01T00:00:00.000Z"),
            (1_607_967_353_241.0, "2020-12-14T17:35:53.241Z"),
            (1_607_967_353_241.5, "2020-12-14T17:35:53.2415Z"),
            (-0.5, "1969-12-31T23:59:59.9995Z"),
        ] {
            assert_eq!(EpochMs::new(ms).and_then(EpochMs::iso8601).as_deref(), Some(text));
        }
        let finest = 1_795_300_133_867.0 + 1.0 / 4096.0;
        assert_eq!(iso(&EpochMs::new(finest).and_then(EpochMs::iso8601).expect("a date")), Some(finest));
        assert_eq!(EpochMs::new(8.64e15).and_then(EpochMs::iso8601), None, "the year 275760");
        assert_eq!(EpochMs::new(-1e14).and_then(EpochMs::iso8601), None, "before the year 0");
    }

    #[test]
    fn durations_are_formatted_with_units() {
        let cases = [
            (0.0, "0 ms"),
            (0.42, "0.42 ms"),
            (0.001, "<0.01 ms"),
            (0.999, "1 ms"),
            (12.4, "12 ms"),
            (999.7, "1.00 s"),
            (1234.0, "1.23 s"),
            (59_999.0, "1 min 00 s"),
            (125_000.0, "2 min 05 s"),
            (3_599_900.0, "1 h 00 min"),
            (11_220_000.0, "3 h 07 min"),
            (-3738.0, "-3.74 s"),
        ];
        for (value, text) in cases {
            assert_eq!(ms(value).duration(), text);
        }
    }

    #[test]
    fn offsets_are_formatted_as_minutes_and_seconds() {
        let cases = [
            (0.0, "0:00.000"),
            (-0.2, "0:00.000"),
            (41_318.4, "0:41.318"),
            (3_599_999.6, "1:00:00.000"),
            (-1250.0, "-0:01.250"),
            (86_400_000.0, "24:00:00.000"),
        ];
        for (value, text) in cases {
            assert_eq!(ms(value).offset(), text);
        }
    }

    #[test]
    fn instants_are_finite_and_in_range() {
        assert!(EpochMs::new(f64::NAN).is_none());
        assert!(EpochMs::new(1e300).is_none());
        assert!(Millis::new(f64::INFINITY).is_none());
    }
}
