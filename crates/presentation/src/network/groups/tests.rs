use std::collections::HashSet;
use std::sync::Arc;

use session::model::{Millis, Outcome, Page, Record, ResourceType, Session};

use super::*;
use crate::network::{RowFilter, filtered_rows};
use crate::testing::{at, closed, http, http_at, opened_har, session, socket, with_http};
use crate::time::Clock;

fn grouping(session: &Session, by: GroupBy, sort: &str) -> Grouping {
    let sort = Sort::parse(sort);
    let rows = filtered_rows(session, sort, &RowFilter::default());
    let mut index = RequestIndex::default();
    while index.read_next(session) {}
    Grouping::of(session, &rows, by, sort, Some(&index))
}

/// The labels of the groups, with the numbers of their rows.
fn outline(session: &Session, by: GroupBy, sort: &str) -> Vec<(String, Vec<u32>)> {
    let grouping = grouping(session, by, sort);
    let numbers = |group: &Group| {
        grouping.rows_of(group).iter().map(|row| session.records[*row as usize].number).collect()
    };
    grouping.groups().iter().map(|group| (group.label.clone(), numbers(group))).collect()
}

fn named(groups: &[(&str, &[u32])]) -> Vec<(String, Vec<u32>)> {
    groups.iter().map(|(label, rows)| ((*label).to_owned(), rows.to_vec())).collect()
}

fn took(record: Record, ms: Option<f64>, bytes: Option<u64>) -> Record {
    with_http(record, |http| {
        http.duration = ms.and_then(Millis::new);
        http.transferred = bytes;
    })
}

fn shop() -> Session {
    session(vec![
        took(http_at(1, "https://api.test/a", 300.0), Some(10.0), Some(100)),
        took(http_at(2, "https://cdn.test:8443/x.js", 100.0), Some(900.0), None),
        took(http_at(3, "https://api.test/b", 50.0), Some(20.0), Some(50)),
        took(http_at(4, "data:text/plain,hello", 400.0), None, None),
    ])
}

#[test]
fn rows_of_a_domain_are_a_group_in_the_order_of_its_first_row() {
    assert_eq!(
        outline(&shop(), GroupBy::Domain, ""),
        named(&[("api.test", &[3, 1]), ("cdn.test:8443", &[2]), ("No domain", &[4])])
    );
    assert_eq!(
        outline(&shop(), GroupBy::Domain, "-start"),
        named(&[("No domain", &[4]), ("api.test", &[1, 3]), ("cdn.test:8443", &[2])])
    );
}

#[test]
fn by_latency_and_size_groups_are_in_the_order_of_their_sums_with_unknown_sums_last() {
    assert_eq!(
        outline(&shop(), GroupBy::Domain, "-latency"),
        named(&[("cdn.test:8443", &[2]), ("api.test", &[3, 1]), ("No domain", &[4])])
    );
    assert_eq!(
        outline(&shop(), GroupBy::Domain, "size"),
        named(&[("api.test", &[3, 1]), ("cdn.test:8443", &[2]), ("No domain", &[4])])
    );
}

#[test]
fn types_are_grouped_as_their_column_shows_them() {
    let image = with_http(http(2, "https://a.test/p.png"), |http| http.resource_type = ResourceType::Image);
    let session = session(vec![http(1, "https://a.test/"), image, socket(3, "wss://a.test/")]);
    assert_eq!(
        outline(&session, GroupBy::Type, ""),
        named(&[("fetch", &[1]), ("image", &[2]), ("websocket", &[3])])
    );
}

#[test]
fn sums_do_not_count_what_was_not_recorded_as_0() {
    let failed = with_http(http(3, "https://a.test/c"), |http| http.outcome = Outcome::Failed);
    let partly = session(vec![
        took(http_at(1, "https://a.test/a", 0.0), Some(1500.0), Some(2000)),
        took(http_at(2, "https://a.test/b", 1000.0), Some(500.0), None),
        took(Record { status: None, ..failed }, None, None),
    ]);
    let groups = grouping(&partly, GroupBy::Domain, "");
    let sums = groups.groups()[0].sums;
    assert_eq!(
        (sums.requests_label().as_str(), sums.errors_label().as_deref()),
        ("3 requests", Some("1 error"))
    );
    assert_eq!(sums.size_cell().text, "≥ 2.0 kB");
    assert_eq!(sums.size_cell().title, "2,000 bytes, over the 1 of 3 requests with a recorded size");
    assert_eq!(sums.latency_cell().text, "max 1.50 s");
    assert_eq!(sums.total_latency_label().as_deref(), Some("total ≥ 2.00 s"));
    let extent = sums.extent().expect("times");
    assert_eq!((extent.start, extent.end), (at(0.0), at(1500.0)));

    let unknown = session(vec![took(http(1, "https://a.test/"), None, None)]);
    let unknown = grouping(&unknown, GroupBy::Domain, "").groups()[0].sums;
    assert_eq!((unknown.size_cell().text.as_str(), unknown.latency_cell().text.as_str()), ("—", "—"));
    assert_eq!(unknown.total_latency_label(), None);
}

#[test]
fn the_bar_of_a_group_with_an_open_socket_has_no_end() {
    let session = session(vec![
        closed(socket(1, "wss://a.test/"), 5000.0, 1000),
        socket(2, "wss://a.test/"),
        http_at(3, "https://b.test/", 10.0),
    ]);
    let groups = grouping(&session, GroupBy::Domain, "");
    let open = groups.groups()[0].sums.extent().expect("times");
    assert!(open.open_ended && open.end == at(100_000.0));
    let end = |nth: usize| groups.groups()[nth].sums.end_cell(&session, Clock::UTC).text;
    assert_eq!((end(0).as_str(), end(1).as_str()), ("—", "0:00.110"));
    assert_eq!(groups.groups()[1].sums.start_cell(&session, Clock::UTC).text, "0:00.010");
}

#[test]
fn initiators_and_pages_come_from_the_recording() {
    let entry = |extra: &str| {
        format!(
            r#"{{"startedDateTime":"2026-03-01T10:00:00Z","time":1,"request":{{"method":"GET","url":"https://a.test/"}},"response":{{"status":200}}{extra}}}"#
        )
    };
    let entries = [
        entry(
            r#","pageref":"page_1","_initiator":{"type":"parser","url":"https://a.test/index.html","lineNumber":3}"#,
        ),
        entry(
            r#","pageref":"page_2","_initiator":{"type":"script","stack":{"callFrames":[{"functionName":"f","url":"https://a.test/app.js","lineNumber":1,"columnNumber":2}]}}"#,
        ),
        entry(r#","_initiator":{"type":"other"}"#),
    ];
    let pages = r#"{"startedDateTime":"2026-03-01T10:00:00Z","id":"page_1","title":"Shop","pageTimings":{}},
        {"startedDateTime":"2026-03-01T10:00:00Z","id":"page_2","title":"","pageTimings":{}}"#;
    let session = opened_har(&entries.join(","), pages);
    assert_eq!(
        outline(&session, GroupBy::Initiator, ""),
        named(&[
            ("https://a.test/index.html", &[1]),
            ("https://a.test/app.js", &[2]),
            ("Initiator not recorded", &[3])
        ])
    );
    assert_eq!(
        outline(&session, GroupBy::Page, ""),
        named(&[("Shop", &[1]), ("page_2", &[2]), ("Page not recorded", &[3])])
    );
    assert_eq!(outline(&session, GroupBy::Page, "-status").len(), 3);
}

#[test]
fn without_recorded_pages_the_last_document_is_the_page() {
    let document = |number, ms| {
        with_http(http_at(number, "https://a.test/", ms), |http| http.resource_type = ResourceType::Document)
    };
    let mut session = session(vec![
        http_at(1, "https://a.test/early", 5.0),
        document(2, 10.0),
        http_at(3, "https://a.test/x", 20.0),
        document(4, 30.0),
    ]);
    assert_eq!(
        outline(&session, GroupBy::Page, ""),
        named(&[("Page not recorded", &[1]), ("https://a.test/", &[2, 3]), ("https://a.test/", &[4])])
    );
    let pages = grouping(&session, GroupBy::Page, "");
    assert_eq!(pages.groups()[1].key, "document-2");
    assert!(pages.groups()[1].title.contains("Inferred"));
    session.pages = vec![Page { id: "p".to_owned(), ..Page::default() }];
    assert_eq!(outline(&session, GroupBy::Page, "").len(), 1, "pages that are recorded are not guessed");
}

#[test]
fn rows_without_read_details_are_a_group_of_their_own() {
    let session = shop();
    let rows = filtered_rows(&session, None, &RowFilter::default());
    let grouping = Grouping::of(&session, &rows, GroupBy::Initiator, None, None);
    assert_eq!(grouping.groups()[0].label, "Not read yet");
    assert_eq!(grouping.groups()[0].len(), 4);
}

#[test]
fn headers_are_rows_of_the_grid_and_collapsed_groups_hide_theirs() {
    let session = shop();
    let listed = Arc::new(filtered_rows(&session, None, &RowFilter::default()));
    let grouping = Arc::new(grouping(&session, GroupBy::Domain, ""));
    let collapsed = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<HashSet<_>>();
    let table = |keys| TableRows::grouped(Arc::clone(&listed), Arc::clone(&grouping), &collapsed(keys));
    let all = table(&[]);
    assert_eq!(all.len(), 4 + 3);
    let (group, request) = (TableRow::Group, TableRow::Request);
    let rows: Vec<_> = (0..all.len()).filter_map(|position| all.at(position)).collect();
    assert_eq!(rows, [group(0), request(2), request(0), group(1), request(1), group(2), request(3)]);
    for (position, row) in (0..).zip(&rows) {
        let found = match row {
            TableRow::Request(index) => all.position_of(*index),
            TableRow::Group(number) => {
                all.group(*number).and_then(|(group, _)| all.position_of_group(&group.key))
            }
        };
        assert_eq!(found, Some(position));
    }
    assert_eq!(all.at(7), None);

    let some = table(&["api.test"]);
    assert_eq!(some.len(), 2 + 3);
    assert_eq!(some.at(1), Some(group(1)));
    assert_eq!(some.position_of(0), Some(0), "a hidden row is at the header of its group");
    assert_eq!(some.group_of(0).map(|group| group.key.as_str()), Some("api.test"));
    assert_eq!(some.group(0).map(|(_, is_collapsed)| is_collapsed), Some(true));
    assert_eq!(table(&["api.test", "cdn.test:8443", ""]).len(), 3);
}

#[test]
fn stepping_goes_through_every_request_in_the_order_shown() {
    let session = shop();
    let listed = Arc::new(filtered_rows(&session, None, &RowFilter::default()));
    let grouping = Arc::new(grouping(&session, GroupBy::Domain, ""));
    let collapsed = HashSet::from(["api.test".to_owned()]);
    let grouped = TableRows::grouped(Arc::clone(&listed), grouping, &collapsed);
    assert_eq!(grouped.step(None, 1), Some(2));
    assert_eq!(grouped.step(Some(2), 1), Some(0));
    assert_eq!(grouped.step(Some(0), 1), Some(1));
    assert_eq!(grouped.step(Some(3), 1), Some(3));
    let plain = TableRows::ungrouped(listed);
    assert_eq!((plain.len(), plain.step(Some(2), 1), plain.position_of(1)), (4, Some(1), Some(1)));
    assert!(plain.groups().is_empty());
    assert_eq!(TableRows::default().step(None, 1), None);
}
