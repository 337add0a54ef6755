//! The one codec between the query string and what is selected.

use super::columns::Sort;
use super::messages::DirectionFilter;
use super::percent::{decode, encode};
use super::types::TypeSet;
use super::words::bounded;

/// What the query string of an address says. Everything that is not named in it has its default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Address {
    /// The session's URL.
    pub src: Option<String>,
    /// The catalogue's URL, on the home page.
    pub catalogue: Option<String>,
    /// The open tab; `None` is the Network tab.
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
    /// Where the replay stands, in ms from the session's start.
    pub t: Option<f64>,
    /// Parameters that mean nothing to this version, kept so that another version's links survive.
    pub others: Vec<(String, String)>,
}

const DEFAULT_TAB: &str = "network";
/// Longer than any recording, and short to write; in ms.
const MAX_OFFSET: f64 = 1e14;
const MAX_QUOTED_CHARS: usize = 60;

impl Address {
    /// Reads a query string, with or without its `?`, and says in words which values did not fit. Of a parameter that
    /// is repeated, the first counts.
    pub fn parse(query: &str) -> (Self, Vec<String>) {
        let mut address = Self::default();
        let mut misfits = Vec::new();
        let mut seen = Vec::new();
        for pair in query.strip_prefix('?').unwrap_or(query).split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (decode(key), decode(value));
            if key.is_empty() || seen.contains(&key) {
                continue;
            }
            address.set(&key, value, &mut misfits);
            if is_known(&key) {
                seen.push(key);
            }
        }
        (address, misfits)
    }

    fn set(&mut self, key: &str, value: String, misfits: &mut Vec<String>) {
        if value.is_empty() && is_known(key) {
            return;
        }
        match key {
            "src" => self.src = Some(value),
            "catalogue" => self.catalogue = Some(value),
            "tab" => self.tab = Some(value).filter(|tab| tab != DEFAULT_TAB),
            "q" => self.q = value,
            "types" => self.types = types(&value, misfits),
            "sort" => self.sort = fits(Sort::parse(&value), "column to sort by", &value, misfits),
            "range" => self.range = fits(parse_range(&value), "time range", &value, misfits),
            "row" => self.row = fits(parse_number(&value), "row number", &value, misfits),
            "detail" => self.detail = Some(value),
            "mq" => self.mq = value,
            "dir" => {
                let direction = DirectionFilter::from_key(&value);
                self.dir = fits(direction, "direction", &value, misfits).unwrap_or_default();
            }
            "msg" => self.msg = fits(parse_number(&value), "message number", &value, misfits),
            "t" => self.t = fits(parse_offset(&value), "time", &value, misfits),
            _ => self.others.push((key.to_owned(), value)),
        }
    }

    /// The query string without `?`, in a fixed order; what stands at its default is left out. Empty where all does.
    pub fn to_query(&self) -> String {
        let types = (!self.types.is_empty()).then(|| self.types.to_string());
        let direction = (self.dir != DirectionFilter::All).then(|| self.dir.key().to_owned());
        let range = self.range.map(|(from, to)| format!("{}-{}", offset(from), offset(to)));
        let known = [
            ("src", self.src.clone()),
            ("catalogue", self.catalogue.clone()),
            ("tab", self.tab.clone().filter(|tab| tab != DEFAULT_TAB)),
            ("q", Some(self.q.clone())),
            ("types", types),
            ("sort", self.sort.map(|sort| sort.to_string())),
            ("range", range),
            ("row", self.row.map(|row| row.to_string())),
            ("detail", self.detail.clone()),
            ("mq", Some(self.mq.clone())),
            ("dir", direction),
            ("msg", self.msg.map(|number| number.to_string())),
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

const KNOWN: [&str; 13] =
    ["src", "catalogue", "tab", "q", "types", "sort", "range", "row", "detail", "mq", "dir", "msg", "t"];

fn is_known(key: &str) -> bool {
    KNOWN.contains(&key)
}

/// The value that was read, or `None` and a word about it.
fn fits<T>(read: Option<T>, what: &str, value: &str, misfits: &mut Vec<String>) -> Option<T> {
    if read.is_none() {
        misfits.push(format!("\"{}\" is not a {what}", bounded(value, MAX_QUOTED_CHARS)));
    }
    read
}

fn types(value: &str, misfits: &mut Vec<String>) -> TypeSet {
    let (types, unknown) = TypeSet::parse(value);
    if let Some(first) = unknown.first() {
        misfits.push(format!("\"{}\" is not a resource type", bounded(first, MAX_QUOTED_CHARS)));
    }
    types
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
mod tests {
    use super::*;
    use crate::view::{Column, TypeSet};
    use proptest::collection::vec;
    use proptest::option::of;
    use proptest::prelude::*;

    fn parsed(query: &str) -> Address {
        let (address, misfits) = Address::parse(query);
        assert_eq!(misfits, Vec::<String>::new(), "{query}");
        address
    }

    fn misfits(query: &str) -> Vec<String> {
        let (address, misfits) = Address::parse(query);
        assert_eq!(address, Address::default(), "a value that does not fit is dropped");
        misfits
    }

    #[test]
    fn an_address_names_everything_on_screen() {
        let address = parsed(
            "?src=https://files.test/a/session.json&q=-heartbeat%20ws&types=ws,fetch&sort=-latency&row=12\
             &detail=messages&mq=order&dir=sent&msg=2318&range=1000-2500.5&t=41318",
        );
        assert_eq!(address.src.as_deref(), Some("https://files.test/a/session.json"));
        assert_eq!(address.q, "-heartbeat ws");
        assert_eq!(address.types.to_string(), "fetch,ws");
        assert_eq!(address.sort, Some(Sort { column: Column::Latency, descending: true }));
        assert_eq!((address.row, address.msg), (Some(12), Some(2318)));
        assert_eq!(address.dir, DirectionFilter::Sent);
        assert_eq!((address.range, address.t), (Some((1000.0, 2500.5)), Some(41_318.0)));
    }

    #[test]
    fn it_is_written_readably_and_without_defaults() {
        assert_eq!(Address::default().to_query(), "");
        let address = Address {
            src: Some("https://files.test/a b/session.json?v=1&w=2".to_owned()),
            tab: Some("network".to_owned()),
            q: "a+b 100%".to_owned(),
            types: TypeSet::parse("ws,fetch").0,
            range: Some((0.0, 1234.5)),
            ..Address::default()
        };
        assert_eq!(
            address.to_query(),
            "src=https://files.test/a%20b/session.json%3Fv%3D1%26w%3D2&q=a%2Bb%20100%25&types=fetch,ws&range=0-1234.5"
        );
    }

    #[test]
    fn what_does_not_fit_is_dropped_with_a_word() {
        assert_eq!(misfits("sort=colour"), ["\"colour\" is not a column to sort by"]);
        assert_eq!(misfits("types=video"), ["\"video\" is not a resource type"]);
        assert_eq!(misfits("dir=up"), ["\"up\" is not a direction"]);
        for value in ["0", "-1", "1.5", "%2B1", "x", "99999999999"] {
            assert_eq!(misfits(&format!("row={value}")).len(), 1, "row {value}");
            assert_eq!(misfits(&format!("msg={value}")).len(), 1, "message {value}");
        }
        for value in ["5", "5-", "-5", "9-1", "1-1", "a-b", "1-inf", "1-1e9", "-"] {
            assert_eq!(misfits(&format!("range={value}")).len(), 1, "range {value}");
        }
        for value in ["NaN", "inf", "1e3", "99999999999999999999"] {
            assert_eq!(misfits(&format!("t={value}")).len(), 1, "time {value}");
        }
    }

    #[test]
    fn nothing_is_asked_by_an_empty_value() {
        assert_eq!(parsed("?src=&q=&row=&range=&sort=&tab=&dir="), Address::default());
        assert_eq!(parsed(""), Address::default());
        assert_eq!(parsed("?"), Address::default());
        assert_eq!(parsed("&&=x"), Address::default());
    }

    #[test]
    fn parameters_of_another_version_survive() {
        let address = parsed("hits=3&src=a.har&colour=dark%20blue&hits=4");
        assert_eq!(address.to_query(), "src=a.har&hits=3&colour=dark%20blue&hits=4");
    }

    #[test]
    fn of_a_repeated_parameter_the_first_counts() {
        assert_eq!(parsed("row=1&row=2").row, Some(1));
    }

    #[test]
    fn forms_and_browsers_write_spaces_as_plus() {
        assert_eq!(parsed("q=live+orders").q, "live orders");
    }

    #[test]
    fn a_range_may_begin_before_the_session() {
        assert_eq!(parsed("range=-500--20").range, Some((-500.0, -20.0)));
        assert_eq!(parsed("range=-0.5-20").range, Some((-0.5, 20.0)));
    }

    #[test]
    fn another_row_drops_what_was_chosen_in_the_last_one() {
        let mut address = parsed("row=3&mq=order&dir=sent&msg=9&detail=messages");
        address.choose_row(Some(3));
        assert_eq!(address.msg, Some(9));
        address.choose_row(Some(4));
        assert_eq!(address.to_query(), "row=4&detail=messages");
    }

    fn micros() -> impl Strategy<Value = f64> {
        (-10_000_000_i64..10_000_000_000).prop_map(|micros| micros as f64 / 1000.0)
    }

    /// Any text that is there: spaces, `&`, `+`, `%`, quotes, other scripts.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["[ -~]{1,12}", "\\PC{1,8}", Just("a&b=c+d%20é#?".to_owned())]
    }

    prop_compose! {
        fn selection()(
            types in 0_u16..512,
            sort in of((0_usize..8, any::<bool>())),
            range in of((micros(), 0.001..1e6_f64)),
            row in of(1_u32..),
            msg in of(1_u32..),
            dir in 0_usize..3,
            t in of(micros()),
        ) -> Address {
            let groups = crate::model::TypeGroup::ALL.into_iter().filter(|group| types >> *group as u16 & 1 == 1);
            Address {
                types: groups.fold(TypeSet::default(), TypeSet::toggled),
                sort: sort.map(|(column, descending)| Sort { column: Column::ALL[column], descending }),
                range: range.map(|(from, length)| (from, to_micros(from + length.max(0.002)))),
                dir: DirectionFilter::ALL[dir],
                row, msg, t,
                ..Address::default()
            }
        }
    }

    prop_compose! {
        fn address()(
            selection in selection(),
            src in of(text()),
            catalogue in of(text()),
            tab in of(text()),
            detail in of(text()),
            q in text(),
            mq in text(),
            others in vec((text().prop_filter("a new name", |key| !is_known(key)), text()), 0..3),
        ) -> Address {
            Address { src, catalogue, tab, q, detail, mq, others, ..selection }
        }
    }

    proptest! {
        #[test]
        fn an_address_reads_back_as_it_was_written(address in address()) {
            let (read, misfits) = Address::parse(&address.to_query());
            prop_assert_eq!(misfits, Vec::<String>::new());
            prop_assert_eq!(read, address);
        }

        #[test]
        fn any_text_can_be_read(query in "\\PC{0,60}") {
            let (address, _) = Address::parse(&query);
            let (again, misfits) = Address::parse(&address.to_query());
            prop_assert_eq!(again, address);
            prop_assert!(misfits.is_empty());
        }
    }
}
