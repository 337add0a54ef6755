//! The rows of the Network table: filter, order and counts. Each keystroke in the filter runs a
//! pass over up to 100,000 rows, so nothing here allocates per row.

use std::cmp::Ordering;

use session::model::{EpochMs, Record, Session, order};

use crate::network::detail_cells::indexed_value;
use crate::network::request_filter::first_byte;
use crate::network::url_parts::UrlParts;
use crate::network::{
    Column, Evidence, RequestFilter, RowState, Sort, TypeSet, display_status, row_state, segment, transferred,
};
use crate::time::{Latency, extent, latency, start_time};

/// The conditions of a row to be listed.
#[derive(Clone, Debug, Default)]
pub struct RowFilter {
    /// Texts are matched against URL, method, type and the text of the status cell.
    pub query: RequestFilter,
    pub types: TypeSet,
    /// Rows that overlap this time range, both ends included; rows without a time do not.
    pub range: Option<(EpochMs, EpochMs)>,
}

/// The rows that pass the filter, as indexes into `session.records`. The default order is
/// chronological: by start, ties in file order, rows without a time last. In another order ties
/// stay chronological, and rows without a value are last in both directions.
pub fn filtered_rows(session: &Session, sort: Option<Sort>, filter: &RowFilter) -> Vec<u32> {
    filtered_rows_with(session, sort, filter, Evidence::default())
}

/// [`filtered_rows`] by what was read of the rows beyond the rows themselves; a row that depends on
/// what was not read does not pass.
pub fn filtered_rows_with(
    session: &Session,
    sort: Option<Sort>,
    filter: &RowFilter,
    evidence: Evidence<'_>,
) -> Vec<u32> {
    let mut rows: Vec<u32> = if filter.passes_all() {
        (0..row_count(session)).collect()
    } else {
        let matches = filter.query.matching(session, evidence);
        let passes = |(index, record): &(u32, &Record)| {
            filter.types.passes(record.resource_type().group())
                && filter.range.is_none_or(|range| overlaps(session, record, range))
                && matches(*index as usize, record) == Some(true)
        };
        (0_u32..).zip(&session.records).filter(passes).map(|(index, _)| index).collect()
    };
    let sort = sort.unwrap_or_default();
    if sort.column != Column::Start {
        put_in_order(session, &mut rows, Sort::default(), evidence);
    }
    put_in_order(session, &mut rows, sort, evidence);
    rows
}

/// Number of rows before any filter.
pub fn row_count(session: &Session) -> u32 {
    session.records.len() as u32
}

/// Numbers of rows before any filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Of each type group, in the order of `TypeGroup::ALL`.
    pub types: [u32; 9],
    /// Failed rows.
    pub errors: u32,
}

/// Counts the rows.
pub fn row_counts(session: &Session) -> RowCounts {
    let mut row_counts = RowCounts::default();
    for record in &session.records {
        row_counts.types[record.resource_type().group() as usize] += 1;
        row_counts.errors += u32::from(row_state(record) == RowState::Error);
    }
    row_counts
}

impl RowFilter {
    fn passes_all(&self) -> bool {
        self.query.is_empty() && self.types.is_empty() && self.range.is_none()
    }
}

fn overlaps(session: &Session, record: &Record, (from, to): (EpochMs, EpochMs)) -> bool {
    extent(session, record).is_some_and(|extent| extent.start <= to && extent.end >= from)
}

/// What a row is sorted by.
type NumberOf = fn(&Session, &Record) -> Option<f64>;
type TextOf = fn(&Record) -> &str;

fn put_in_order(
    session: &Session,
    rows: &mut [u32],
    Sort { column, descending }: Sort,
    evidence: Evidence<'_>,
) {
    let number: NumberOf = match column {
        Column::Status => |_, record| display_status(record).map(|shown| f64::from(shown.code)),
        Column::Latency => latency_ms,
        Column::Size => |_, record| transferred(record).map(|bytes| bytes as f64),
        Column::Start | Column::Waterfall => |_, record| start_time(record).map(EpochMs::ms),
        Column::FirstByte => |_, record| first_byte(record),
        Column::End => {
            |session, record| extent(session, record).and_then(|extent| extent.recorded_end).map(EpochMs::ms)
        }
        Column::Cookies => {
            let count = |row: &u32| indexed_text(evidence, *row, column).parse().ok();
            let counts: Vec<_> = rows.iter().map(count).collect();
            return by_numbers(rows, descending, &counts);
        }
        Column::Domain => return by_text(session, rows, descending, |record| UrlParts::of(&record.url).host),
        Column::Path => {
            return by_text(session, rows, descending, |record| UrlParts::of(&record.url).path_and_query().0);
        }
        Column::Query => {
            return by_text(session, rows, descending, |record| UrlParts::of(&record.url).path_and_query().1);
        }
        column if column.needs_index() => {
            let texts: Vec<String> = rows.iter().map(|row| indexed_text(evidence, *row, column)).collect();
            return by_texts(rows, descending, &mut texts.iter().map(String::as_str));
        }
        Column::Method => return by_text(session, rows, descending, |record| &record.method),
        Column::Name => return by_text(session, rows, descending, |record| segment(&record.url)),
        _ => return by_text(session, rows, descending, |record| record.resource_type().label()),
    };
    by_number(session, rows, descending, number);
}

fn latency_ms(session: &Session, record: &Record) -> Option<f64> {
    match latency(session, record) {
        Latency::Took(time) | Latency::Open(Some(time)) => Some(time.ms()),
        Latency::Open(None) | Latency::Unknown => None,
    }
}

/// What a column shows of the details of a row; empty if it was not recorded.
fn indexed_text(evidence: Evidence<'_>, row: u32, column: Column) -> String {
    evidence.index.and_then(|index| indexed_value(index, row as usize, column)).unwrap_or_default()
}

/// Rows without a number go last. Stable in both directions.
fn by_number(session: &Session, rows: &mut [u32], descending: bool, number: NumberOf) {
    let record = |row: &u32| session.records.get(*row as usize);
    let numbers: Vec<_> = rows.iter().map(|row| number(session, record(row)?)).collect();
    by_numbers(rows, descending, &numbers);
}

/// The same by the numbers of the rows.
fn by_numbers(rows: &mut [u32], descending: bool, numbers: &[Option<f64>]) {
    let ranks = numbers.iter().map(|number| match number.map(order::rank) {
        // No number but NaN has the last rank of all.
        None => u64::MAX,
        Some(rank) if descending => !rank,
        Some(rank) => rank,
    });
    // Most recordings are in order of time.
    if !ranks.clone().is_sorted() {
        let order = order::argsort_by_key(ranks);
        rearrange(rows, &order);
    }
}

/// ASCII case is ignored; an empty text counts as a missing value, and goes last. Most texts differ in their
/// first bytes, which are compared as one number without going to the text. Stable in both
/// directions.
fn by_text(session: &Session, rows: &mut [u32], descending: bool, text: TextOf) {
    let text = |row: &u32| session.records.get(*row as usize).map_or("", text);
    let texts: Vec<&str> = rows.iter().map(text).collect();
    by_texts(rows, descending, &mut texts.into_iter());
}

/// The same by the texts of the rows.
fn by_texts(rows: &mut [u32], descending: bool, texts: &mut dyn Iterator<Item = &str>) {
    let keys: Vec<(u64, &str)> = texts.map(|text| (first_bytes(text), text)).collect();
    let compare = |a: &(u64, &str), b: &(u64, &str)| {
        a.1.is_empty().cmp(&b.1.is_empty()).then_with(|| {
            // Methods and types are the same in many rows.
            let order = a.0.cmp(&b.0).then_with(|| {
                if a.1 == b.1 { Ordering::Equal } else { lower_case(a.1).cmp(lower_case(b.1)) }
            });
            if descending { order.reverse() } else { order }
        })
    };
    let order = order::argsort_by(keys.len(), &mut |a, b| match (keys.get(a), keys.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    rearrange(rows, &order);
}

fn rearrange(rows: &mut [u32], order: &[u32]) {
    let sorted = order::apply_permutation(&mut rows.to_vec(), order);
    for (row, sorted) in rows.iter_mut().zip(sorted) {
        *row = sorted;
    }
}

fn lower_case(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().map(|byte| byte.to_ascii_lowercase())
}

/// The first eight bytes in lower case as a number that sorts as they do; a shorter text is filled
/// up with zeros.
fn first_bytes(text: &str) -> u64 {
    lower_case(text).chain(std::iter::repeat(0)).take(8).fold(0, |number, byte| number << 8 | u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, closed, http, http_at, refused, session, socket, with_http, with_socket};
    use session::model::{Outcome, Totals, TypeGroup};

    fn numbers(session: &Session, sort: Option<Sort>, filter: &RowFilter) -> Vec<u32> {
        filtered_rows(session, sort, filter)
            .into_iter()
            .map(|row| session.records[row as usize].number)
            .collect()
    }

    fn sorted(session: &Session, sort: &str) -> Vec<u32> {
        numbers(session, Sort::parse(sort), &RowFilter::default())
    }

    fn found(session: &Session, query: &str) -> Vec<u32> {
        numbers(
            session,
            None,
            &RowFilter { query: RequestFilter::parse(query).expect(query), ..RowFilter::default() },
        )
    }

    #[test]
    fn rows_sort_by_start_then_file_order_with_undated_last() {
        let mut undated = http(1, "https://a.test/");
        undated.start = None;
        let session = session(vec![
            undated,
            http_at(2, "https://a.test/", 30.0),
            http_at(3, "https://a.test/", 10.0),
            closed(socket(4, "wss://a.test/"), 50.0, 1000),
            http_at(5, "https://a.test/", 10.0),
        ]);
        assert_eq!(numbers(&session, None, &RowFilter::default()), [4, 3, 5, 2, 1]);
        assert_eq!(sorted(&session, "-start"), [2, 3, 5, 4, 1], "undated last, ties in file order");
        assert_eq!(sorted(&session, "waterfall"), [4, 3, 5, 2, 1]);
    }

    #[test]
    fn unknown_values_are_last_in_both_directions() {
        let sized = |number, size| with_http(http(number, "https://a.test/"), |http| http.transferred = size);
        let session = session(vec![sized(1, None), sized(2, Some(90)), sized(3, Some(1000)), sized(4, None)]);
        assert_eq!(sorted(&session, "size"), [2, 3, 1, 4]);
        assert_eq!(sorted(&session, "-size"), [3, 2, 1, 4]);
    }

    #[test]
    fn ties_in_another_column_stay_chronological() {
        let session = session(vec![http_at(1, "https://a.test/", 9.0), http_at(2, "https://a.test/", 3.0)]);
        assert_eq!(sorted(&session, "status"), [2, 1]);
        assert_eq!(sorted(&session, "-status"), [2, 1]);
    }

    #[test]
    fn an_open_socket_sorts_by_its_age_when_the_recording_ended() {
        let session = session(vec![
            closed(socket(1, "wss://a.test/"), 60_000.0, 1000),
            socket(2, "wss://a.test/"),
            http(3, "https://a.test/"),
            refused(socket(4, "wss://a.test/"), 403),
        ]);
        assert_eq!(sorted(&session, "latency"), [3, 1, 2, 4]);
        assert_eq!(sorted(&session, "-latency"), [2, 1, 3, 4]);
    }

    #[test]
    fn names_sort_by_last_segment_and_ignore_case() {
        let session = session(vec![
            http(1, "https://z.test/b"),
            http(2, "https://a.test/x/C"),
            http(3, "https://m.test/A?x=1"),
            http(4, ""),
        ]);
        assert_eq!(sorted(&session, "name"), [3, 1, 2, 4]);
    }

    #[test]
    fn queries_match_url_method_type_and_status() {
        let mut failed = with_http(http(2, "https://b.test/"), |http| http.outcome = Outcome::Failed);
        failed.status = None;
        let messages = Totals { messages: Some(3), bytes: None };
        let inferred = with_socket(socket(3, "wss://c.test/"), |socket| socket.totals = messages);
        let session = session(vec![http(1, "https://a.test/x"), failed, inferred]);
        assert_eq!(found(&session, "A.TEST"), [1]);
        assert_eq!(found(&session, "get fetch 200"), [1]);
        assert_eq!(found(&session, "(failed)"), [2]);
        assert_eq!(found(&session, "101 websocket"), [3]);
        assert_eq!(found(&session, "-websocket"), [1, 2]);
        assert_eq!(found(&session, ""), [1, 2, 3]);
    }

    #[test]
    fn rows_are_filtered_by_type_and_time_range() {
        let session = session(vec![
            http_at(1, "https://a.test/", 1000.0),
            closed(socket(2, "wss://a.test/"), 5000.0, 1000),
            socket(3, "wss://a.test/"),
            Record { start: None, ..http(4, "https://a.test/") },
        ]);
        let sockets = RowFilter { types: TypeSet::only(TypeGroup::Ws), ..RowFilter::default() };
        assert_eq!(numbers(&session, None, &sockets), [2, 3]);
        let between = |from, to| RowFilter { range: Some((at(from), at(to))), ..RowFilter::default() };
        assert_eq!(numbers(&session, None, &between(1100.0, 2000.0)), [2, 3, 1]);
        assert_eq!(numbers(&session, None, &between(6000.0, 7000.0)), [3]);
    }

    #[test]
    fn row_counts_include_every_row() {
        let session = session(vec![
            http(1, "https://a.test/"),
            socket(2, "wss://a.test/"),
            refused(socket(3, "wss://a.test/"), 403),
        ]);
        let RowCounts { types, errors } = row_counts(&session);
        assert_eq!(types[TypeGroup::Ws as usize], 2);
        assert_eq!(types[TypeGroup::Fetch as usize], 1);
        assert_eq!(types.iter().sum::<u32>(), row_count(&session));
        assert_eq!(errors, 1);
    }
}
