//! Where files of the catalog are: `catalog/project=<p>/day=<YYYY-MM-DD>/<ULID>.parquet`.

use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, NaiveDate};
use object_store::path::Path;

use crate::error::Error;
use crate::row::is_valid_name;

/// The folder of the catalog in the store.
pub const FOLDER: &str = "catalog";

const EXTENSION: &str = ".parquet";
const ULID_LENGTH: usize = 26;
/// Crockford's base 32, in which a ULID is written.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Number of random bits of a ULID, below 48 bits of epoch milliseconds.
const RANDOM_BITS: u32 = 80;
/// Epoch milliseconds of the year 10000, below which names are, so that each has a later one.
const MAX_MS: u128 = 253_402_300_800_000;
const MS_PER_DAY: i64 = 86_400_000;

/// A day of UTC, as days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day(i64);

impl Day {
    /// The day of a time in epoch milliseconds, if it is in the years 0 to 9999.
    pub(crate) fn of(ms: i64) -> Result<Self, Error> {
        let day = Self(ms.div_euclid(MS_PER_DAY));
        let is_in_range = day.name().is_some_and(|name| Self::parse(&name).is_some());
        is_in_range.then_some(day).ok_or(Error::InvalidRow("the time of its first batch"))
    }

    fn parse(name: &str) -> Option<Self> {
        let date = NaiveDate::parse_from_str(name, "%Y-%m-%d").ok()?;
        let start = date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        // Chrono accepts signs and single digits, too.
        let is_canonical = name.starts_with(|first: char| first.is_ascii_digit()) && date.to_string() == name;
        is_canonical.then_some(Self(start.div_euclid(MS_PER_DAY)))
    }

    /// `YYYY-MM-DD`.
    fn name(self) -> Option<String> {
        let start = DateTime::from_timestamp_millis(self.start())?;
        Some(start.date_naive().to_string())
    }

    /// The first millisecond of the day.
    pub(crate) fn start(self) -> i64 {
        self.0.saturating_mul(MS_PER_DAY)
    }
}

/// The name of a file: unique, and sorted by the time at which it was written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ulid(u128);

impl Ulid {
    /// A name that no other file has: of the present, but later than all of `others`.
    pub(crate) fn after(others: impl Iterator<Item = Self>) -> Result<Self, Error> {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let newest = others.map(|other| other.0 >> RANDOM_BITS).max();
        let ms = since_epoch.as_millis().max(newest.map_or(0, |newest| newest + 1));
        let mut random = [0; 16];
        getrandom::fill(&mut random[6..]).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Self(ms << RANDOM_BITS | u128::from_be_bytes(random)))
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != ULID_LENGTH {
            return None;
        }
        let value = text.bytes().try_fold(0_u128, |value, byte| {
            let digit = DIGITS.iter().position(|digit| *digit == byte)?;
            value.checked_mul(32)?.checked_add(digit as u128)
        })?;
        (value >> RANDOM_BITS < MAX_MS).then_some(Self(value))
    }
}

impl std::fmt::Display for Ulid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        (0..ULID_LENGTH).rev().try_for_each(|place| {
            let digit = DIGITS[(self.0 >> (5 * place) & 31) as usize];
            std::fmt::Write::write_char(f, char::from(digit))
        })
    }
}

impl std::fmt::Debug for Ulid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// The folder of a project's files, or of all.
pub(crate) fn folder(project: Option<&str>) -> Path {
    match project {
        Some(project) => Path::from_iter([FOLDER, &format!("project={project}")]),
        None => Path::from(FOLDER),
    }
}

/// The path of a file.
pub(crate) fn path(project: &str, day: Day, name: Ulid) -> Path {
    let day = day.name().unwrap_or_default();
    let parts = [format!("project={project}"), format!("day={day}"), format!("{name}{EXTENSION}")];
    parts.into_iter().fold(Path::from(FOLDER), Path::join)
}

/// What a path says of its file; `None` if it is not one of the catalog's.
pub(crate) fn parse(path: &Path) -> Option<(String, Day, Ulid)> {
    let mut parts = path.parts();
    let catalog = parts.next()?;
    let (project, day, name) = (parts.next()?, parts.next()?, parts.next()?);
    if catalog.as_ref() != FOLDER || parts.next().is_some() {
        return None;
    }
    let project = project.as_ref().strip_prefix("project=").filter(|name| is_valid_name(name))?;
    let day = Day::parse(day.as_ref().strip_prefix("day=")?)?;
    let name = Ulid::parse(name.as_ref().strip_suffix(EXTENSION)?)?;
    Some((project.to_owned(), day, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_round_trips() {
        let day = Day::of(1_795_940_345_090).expect("a day");
        let name = Ulid::after(std::iter::empty()).expect("a name");
        let path = path("shop.eu", day, name);
        assert_eq!(path.as_ref(), format!("catalog/project=shop.eu/day=2026-11-29/{name}.parquet"));
        assert_eq!(parse(&path), Some(("shop.eu".to_owned(), day, name)));
        assert_eq!(day.start(), 1_795_910_400_000);
    }

    #[test]
    fn paths_of_other_files_are_not_parsed() {
        let ulid = "01KBBTN4Q0ZZZZZZZZZZZZZZZZ";
        for path in [
            format!("catalog/project=a/day=2026-11-29/{ulid}.parquet.tmp"),
            format!("catalog/project=a/day=2026-13-29/{ulid}.parquet"),
            format!("catalog/project=a/day=+026-11-29/{ulid}.parquet"),
            format!("catalog/project=/day=2026-11-29/{ulid}.parquet"),
            format!("catalog/project=a/{ulid}.parquet"),
            format!("catalog/project=a/day=2026-11-29/more/{ulid}.parquet"),
            "catalog/project=a/day=2026-11-29/7ZZZZZZZZZZZZZZZZZZZZZZZZZ.parquet".to_owned(),
            "catalog/project=a/day=2026-11-29/ZZZZZZZZZZZZZZZZZZZZZZZZZZ.parquet".to_owned(),
            "catalog/README".to_owned(),
        ] {
            assert_eq!(parse(&Path::from(path.as_str())), None, "{path}");
        }
    }

    #[test]
    fn times_outside_of_four_digit_years_have_no_day() {
        assert!(Day::of(253_402_300_799_999).is_ok());
        assert!(Day::of(253_402_300_800_000).is_err());
        assert!(Day::of(i64::MAX).is_err());
        assert!(Day::of(i64::MIN).is_err());
    }

    #[test]
    fn a_name_is_later_than_those_it_follows() {
        let far = Ulid::parse("6Z000000000000000000000000").expect("a name");
        let next = Ulid::after([far].into_iter()).expect("a name");
        assert!(next > far);
        assert_eq!(Ulid::parse(&next.to_string()), Some(next));
    }
}
