//! The one codec between the query string and what is selected.

mod percent;
mod toggles;

pub use toggles::{Group, GroupSet};

use percent::{decode, encode};

use crate::console::LevelSet;
use crate::labels::bounded;
use crate::messages::DirectionFilter;
use crate::network::{Sort, TypeSet};

/// What the query string of an address says. Everything that is not named in it has its default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Address {
    /// The session's URL.
    pub src: Option<String>,
    /// The catalogue's URL, on the home page.
    pub catalogue: Option<String>,
    /// The open tab; `None` is the one that the session opens on.
    pub tab: Option<String>,
    /// The filter of the Network tab; empty: none.
    pub q: String,
    pub types: TypeSet,
    /// `None` is the chronological order.
    pub sort: Option<Sort>,
    /// The selected stretch of the session: from and to, in ms from its start.
    pub range: Option<(f64, f64)>,
    /// The chosen row: the 1-based number of its record in the source.
    pub row: Option<u32>,
    /// The open details tab; `None` is the first.
    pub detail: Option<String>,
    /// The filter of the messages; empty: none.
    pub mq: String,
    pub dir: DirectionFilter,
    /// The chosen message: its 1-based number in file order.
    pub msg: Option<u32>,
    /// The filter of the Console tab; empty: none.
    pub cq: String,
    /// The levels that the Console tab shows.
    pub level: LevelSet,
    /// The filter of the Events tab; empty: none.
    pub eq: String,
    /// Where the replay stands, in ms from the session's start.
    pub t: Option<f64>,
    /// Parameters that mean nothing to this version, kept so that another version's links survive.
    pub others: Vec<(String, String)>,
}

/// Longer than any recording, and short to write; in ms.
const MAX_OFFSET: f64 = 1e14;
const MAX_QUOTED_CHARS: usize = 60;

impl Address {
    /// Reads a query string, with or without its `?`, and says in words which values did not fit. Of a parameter that
    /// is repeated, the first counts.
    pub fn parse(query: &str) -> (Self, Vec<String>) {
        let mut address = Self::default();
        let mut warnings = Vec::new();
        let mut seen = Vec::new();
        for pair in query.strip_prefix('?').unwrap_or(query).split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (decode(key), decode(value));
            if key.is_empty() || seen.contains(&key) {
                continue;
            }
            address.set(&key, value, &mut warnings);
            if is_known(&key) {
                seen.push(key);
            }
        }
        (address, warnings)
    }

    fn set(&mut self, key: &str, value: String, warnings: &mut Vec<String>) {
        if value.is_empty() && is_known(key) {
            return;
        }
        match key {
            "src" => self.src = Some(value),
            "catalogue" => self.catalogue = Some(value),
            "tab" => self.tab = Some(value),
            "q" => self.q = value,
            "types" => self.types = groups(&value, "resource type", warnings),
            "sort" => self.sort = or_warn(Sort::parse(&value), "column to sort by", &value, warnings),
            "range" => self.range = or_warn(parse_range(&value), "time range", &value, warnings),
            "row" => self.row = or_warn(parse_number(&value), "row number", &value, warnings),
            "detail" => self.detail = Some(value),
            "mq" => self.mq = value,
            "dir" => {
                let direction = DirectionFilter::from_key(&value);
                self.dir = or_warn(direction, "direction", &value, warnings).unwrap_or_default();
            }
            "msg" => self.msg = or_warn(parse_number(&value), "message number", &value, warnings),
            "cq" => self.cq = value,
            "level" => self.level = groups(&value, "level of the console", warnings),
            "eq" => self.eq = value,
            "t" => self.t = or_warn(parse_offset(&value), "time", &value, warnings),
            _ => self.others.push((key.to_owned(), value)),
        }
    }

    /// The query string without `?`, in a fixed order; what stands at its default is left out. Empty where all does.
    pub fn to_query(&self) -> String {
        let types = (!self.types.is_empty()).then(|| self.types.to_string());
        let levels = (!self.level.is_empty()).then(|| self.level.to_string());
        let direction = (self.dir != DirectionFilter::All).then(|| self.dir.key().to_owned());
        let range = self.range.map(|(from, to)| format!("{}-{}", offset(from), offset(to)));
        let known = [
            ("src", self.src.clone()),
            ("catalogue", self.catalogue.clone()),
            ("tab", self.tab.clone()),
            ("q", Some(self.q.clone())),
            ("types", types),
            ("sort", self.sort.map(|sort| sort.to_string())),
            ("range", range),
            ("row", self.row.map(|row| row.to_string())),
            ("detail", self.detail.clone()),
            ("mq", Some(self.mq.clone())),
            ("dir", direction),
            ("msg", self.msg.map(|number| number.to_string())),
            ("cq", Some(self.cq.clone())),
            ("level", levels),
            ("eq", Some(self.eq.clone())),
            ("t", self.t.map(offset)),
        ];
        let known = known.iter().filter_map(|(key, value)| {
            let value = value.as_deref().filter(|value| !value.is_empty())?;
            Some(format!("{key}={}", encode(value)))
        });
        let others = self.others.iter().map(|(key, value)| format!("{}={}", encode(key), encode(value)));
        known.chain(others).collect::<Vec<_>>().join("&")
    }

    /// Chooses another row, or none. What was chosen within the messages of the last one is dropped.
    pub fn choose_row(&mut self, row: Option<u32>) {
        if self.row != row {
            self.row = row;
            self.mq = String::new();
            self.dir = DirectionFilter::All;
            self.msg = None;
        }
    }
}

const KNOWN: [&str; 16] = [
    "src",
    "catalogue",
    "tab",
    "q",
    "types",
    "sort",
    "range",
    "row",
    "detail",
    "mq",
    "dir",
    "msg",
    "cq",
    "level",
    "eq",
    "t",
];

fn is_known(key: &str) -> bool {
    KNOWN.contains(&key)
}

/// The value that was read, or `None` and a word about it.
fn or_warn<T>(read: Option<T>, what: &str, value: &str, warnings: &mut Vec<String>) -> Option<T> {
    if read.is_none() {
        warnings.push(format!("\"{}\" is not a {what}", bounded(value, MAX_QUOTED_CHARS)));
    }
    read
}

/// A comma list of groups; `what` each of them is, in words.
fn groups<G: Group>(value: &str, what: &str, warnings: &mut Vec<String>) -> GroupSet<G> {
    let (groups, unknown) = GroupSet::parse(value);
    if let Some(first) = unknown.first() {
        warnings.push(format!("\"{}\" is not a {what}", bounded(first, MAX_QUOTED_CHARS)));
    }
    groups
}

/// A number that counts from 1.
fn parse_number(text: &str) -> Option<u32> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| all_digits && *number > 0)
}

/// Milliseconds, with a sign and decimals where they need them.
fn parse_offset(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let offset: f64 = text.parse().ok()?;
    (plain && offset.abs() <= MAX_OFFSET).then(|| to_micros(offset))
}

/// `from-to`, where each may have a sign of its own.
fn parse_range(text: &str) -> Option<(f64, f64)> {
    let (at, _) = text.char_indices().skip(1).find(|(_, char)| *char == '-')?;
    let (from, to) = (parse_offset(text.get(..at)?)?, parse_offset(text.get(at + 1..)?)?);
    (from < to).then_some((from, to))
}

/// Rounded to the microsecond, which no recording goes below; never a negative zero.
fn to_micros(ms: f64) -> f64 {
    (ms * 1000.0).round() / 1000.0 + 0.0
}

fn offset(ms: f64) -> String {
    to_micros(ms).to_string()
}

#[cfg(test)]
mod tests;
