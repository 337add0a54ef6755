use session::model::Millis;

use super::*;
use crate::comparison::PairState;
use crate::testing::{closed, http, session, socket, with_http};

/// The state and the row of both sides, in the order of the table.
fn shown(base: &Session, other: &Session) -> Vec<String> {
    let row = |session: &Session, index: Option<u32>| {
        let record = index.and_then(|index| session.records.get(index as usize));
        record.map_or_else(|| "-".to_owned(), |record| record.number.to_string())
    };
    let line =
        |pair: &Pair| format!("{} {}>{}", pair.state().key(), row(base, pair.base), row(other, pair.other));
    Comparer::run(base, other).pairs.iter().map(line).collect()
}

fn rows(paths: &[&str]) -> Session {
    rows_of("https://shop.test", paths)
}

fn rows_of(origin: &str, paths: &[&str]) -> Session {
    session((1..).zip(paths).map(|(number, path)| http(number, &format!("{origin}{path}"))).collect())
}

#[test]
fn inserted_and_missing_requests_show_where_they_belong() {
    let base = rows(&["/", "/api/me", "/api/orders/1", "/api/stock"]);
    let other = rows(&["/", "/api/orders/2", "/api/extra", "/api/stock"]);
    assert_eq!(shown(&base, &other), ["same 1>1", "missing 2>-", "same 3>2", "added ->3", "same 4>4"]);
    assert_eq!(shown(&other, &base), ["same 1>1", "added ->2", "same 2>3", "missing 3>-", "same 4>4"]);
}

#[test]
fn staging_is_compared_with_production() {
    let base = rows_of("https://shop.test", &["/", "/api/orders/1"]);
    let mut other = rows_of("https://localhost:8080", &["/", "/api/orders/1"]);
    other.records.push(http(3, "https://cdn.staging.test/x.js"));
    assert_eq!(shown(&base, &other), ["same 1>1", "same 2>2", "added ->3"]);
}

#[test]
fn rows_are_compared_in_the_order_of_time_not_of_the_file() {
    let base = rows(&["/a", "/b"]);
    let mut late = http(1, "https://shop.test/b");
    late.start = http(9, "").start;
    let other = session(vec![late, http(2, "https://shop.test/a")]);
    assert_eq!(shown(&base, &other), ["same 1>2", "same 2>1"]);
}

#[test]
fn what_differs_is_listed_by_part() {
    let base = rows(&["/slow"]);
    let slow = Record { status: Some(503), ..http(1, "https://shop.test/slow") };
    let other = session(vec![with_http(slow, |http| http.duration = Millis::new(900.0))]);
    let pairs = Comparer::run(&base, &other).pairs;
    assert_eq!(pairs[0].differing, [Part::Status, Part::Timing]);
    assert_eq!(pairs[0].state(), PairState::Changed);
}

#[test]
fn sockets_are_paired_by_endpoint_and_order() {
    let live = |number| closed(socket(number, "wss://shop.test/live?token=1"), 1000);
    let lost = |number| closed(socket(number, "wss://shop.test/live?token=2"), 1006);
    let (base, other) = (session(vec![live(1), live(2)]), session(vec![live(1), lost(2)]));
    assert_eq!(shown(&base, &other), ["same 1>1", "changed 2>2"]);
}

#[test]
fn slices_of_any_size_give_the_same_comparison() {
    let base = rows(&["/", "/a", "/b", "/a", "/c"]);
    let other = rows(&["/", "/b", "/a", "/d"]);
    let whole = Comparer::run(&base, &other);
    let mut comparer = Comparer::default();
    let mut last = 0.0;
    while comparer.step(&base, &other, 1) {
        assert!(comparer.progress() >= last, "progress rises");
        last = comparer.progress();
    }
    assert_eq!(comparer.into_comparison(), whole);
}

#[test]
fn sessions_without_rows_have_no_pairs() {
    let none = session(Vec::new());
    assert_eq!(Comparer::run(&none, &none), Comparison::default());
    assert_eq!(shown(&rows(&["/"]), &none), ["missing 1>-"]);
    assert_eq!(shown(&none, &rows(&["/"])), ["added ->1"]);
}
