//! Rows that are appended are listed, filtered and paged.

mod common;

use std::sync::Arc;
use std::time::Duration;

use catalog::{Catalog, Error, Page, Query, Row, Settings, State, TimeBasis};
use common::{DAY_MS, START, finished, ids, in_memory, live};
use object_store::memory::InMemory;

async fn page(catalog: &Catalog, query: Query) -> Page {
    let page = catalog.query(&query).await.expect("a page");
    assert_eq!(page.problems, []);
    page
}

async fn ids_of(catalog: &Catalog, query: Query) -> Vec<String> {
    ids(&page(catalog, query).await.rows)
}

/// A session with something in each field.
fn full_row() -> Row {
    Row {
        project: "shop".to_owned(),
        session: "20261129-101532-0a1b2c3d".to_owned(),
        generation: 3,
        state: State::Final,
        received_first: START,
        received_last: START + 60_000,
        started: Some(START - 500),
        ended: Some(START + 59_000),
        title: Some("Basket – Läden".to_owned()),
        page_urls: vec![
            "https://shop.example.test/".to_owned(),
            "https://shop.example.test/Cart?x=1".to_owned(),
        ],
        host: Some("shop.example.test".to_owned()),
        user: Some("Mia@example.test".to_owned()),
        tags: vec!["beta".to_owned(), "checkout".to_owned()],
        release: Some("2026.11.3".to_owned()),
        user_agent: Some("Mozilla/5.0".to_owned()),
        requests: Some(37),
        sockets: Some(2),
        messages: Some(2_846),
        errors: Some(0),
        console_errors: Some(1),
        bytes: Some(1 << 40),
        holes: Some(0),
    }
}

#[tokio::test]
async fn a_row_is_listed_with_all_its_fields() {
    let catalog = in_memory();
    let unknown = Row::new("shop", "unknown", START - 1_000);
    catalog.append(vec![full_row(), unknown.clone()]).await.expect("appended");
    assert_eq!(page(&catalog, Query::default()).await.rows, [full_row(), unknown]);
}

#[tokio::test]
async fn an_empty_catalog_has_an_empty_page() {
    assert_eq!(page(&in_memory(), Query::default()).await, Page::default());
    let elsewhere = Query { project: Some("../x".to_owned()), ..Query::default() };
    assert_eq!(page(&in_memory(), elsewhere).await, Page::default());
}

#[tokio::test]
async fn a_file_is_written_for_each_project_and_day_of_receipt() {
    let store = Arc::new(InMemory::new());
    let catalog = Catalog::new(store.clone());
    let rows = vec![
        live("a", "1", START),
        live("a", "2", START + 1),
        live("a", "3", START + DAY_MS),
        live("b", "4", START),
    ];
    catalog.append(rows).await.expect("appended");
    let folders: Vec<String> = common::paths(&*store)
        .await
        .iter()
        .map(|path| path.rsplit_once('/').expect("a folder").0.to_owned())
        .collect();
    assert_eq!(
        folders,
        [
            "catalog/project=a/day=2026-11-29",
            "catalog/project=a/day=2026-11-30",
            "catalog/project=b/day=2026-11-29",
        ]
    );
}

#[tokio::test]
async fn rows_that_cannot_be_a_path_are_refused_before_anything_is_written() {
    let store = Arc::new(InMemory::new());
    let catalog = Catalog::new(store.clone());
    for bad in [live("../x", "1", START), live("a", "b/c", START), live("a", "1", i64::MAX)] {
        let appended = catalog.append(vec![live("a", "good", START), bad]).await;
        assert!(matches!(appended, Err(Error::InvalidRow(_))), "{appended:?}");
    }
    assert_eq!(common::paths(&*store).await, [""; 0]);
}

#[tokio::test]
async fn the_highest_generation_of_a_session_counts_wherever_it_is() {
    let catalog = in_memory();
    let mut second = finished("a", "s", START, 2);
    second.received_first = START + 3 * DAY_MS;
    second.title = Some("second".to_owned());
    catalog.append(vec![second.clone()]).await.expect("appended");
    catalog.append(vec![finished("a", "s", START, 1), live("b", "s", START)]).await.expect("appended");
    catalog.append(vec![live("a", "s", START)]).await.expect("appended");
    assert_eq!(page(&catalog, Query::default()).await.rows, [second, live("b", "s", START)]);
}

#[tokio::test]
async fn of_equal_generations_the_later_receipt_counts_and_then_the_later_state() {
    let catalog = in_memory();
    let mut later = live("a", "receipt", START);
    later.received_last = START + 5;
    let mut same = live("a", "state", START);
    same.state = State::Final;
    let rows = vec![later.clone(), live("a", "receipt", START), same.clone(), live("a", "state", START)];
    catalog.append(rows).await.expect("appended");
    let mut listed = page(&catalog, Query::default()).await.rows;
    listed.sort_by(|a, b| a.session.cmp(&b.session));
    assert_eq!(listed, [later, same]);
}

#[tokio::test]
async fn a_row_appended_twice_is_listed_once() {
    let catalog = in_memory();
    let row = live("a", "s", START);
    catalog.append(vec![row.clone(), row.clone()]).await.expect("appended");
    catalog.append(vec![row.clone()]).await.expect("appended");
    assert_eq!(page(&catalog, Query::default()).await.rows, [row]);
}

#[tokio::test]
async fn a_superseded_row_is_not_found_by_what_it_said() {
    let catalog = in_memory();
    let mut early = live("a", "s", START);
    early.title = Some("early title".to_owned());
    catalog.append(vec![early]).await.expect("appended");
    catalog.append(vec![finished("a", "s", START, 1)]).await.expect("appended");
    let titled = Query { q: Some("early".to_owned()), ..Query::default() };
    assert_eq!(ids_of(&catalog, titled).await, [""; 0]);
    let still_live = Query { state: Some(State::Live), ..Query::default() };
    assert_eq!(ids_of(&catalog, still_live).await, [""; 0]);
}

#[tokio::test]
async fn a_deleted_session_is_in_no_page() {
    let catalog = in_memory();
    let row = finished("a", "s", START, 4);
    catalog.append(vec![row.clone(), live("a", "other", START)]).await.expect("appended");
    catalog.append(vec![row.into_deleted(START + DAY_MS)]).await.expect("appended");
    catalog.append(vec![finished("a", "s", START, 5)]).await.expect("appended");
    assert_eq!(ids_of(&catalog, Query::default()).await, ["other"]);
    let deleted = Query { state: Some(State::Deleted), ..Query::default() };
    assert_eq!(ids_of(&catalog, deleted).await, [""; 0]);
}

#[tokio::test]
async fn each_condition_selects_the_sessions_that_meet_it() {
    let catalog = in_memory();
    let mut other = live("site", "plain", START + 10);
    other.page_urls = vec!["https://site.example.test/HOME".to_owned()];
    other.user = Some("mia@example.test".to_owned());
    catalog.append(vec![full_row(), other]).await.expect("appended");
    let full = || vec!["20261129-101532-0a1b2c3d".to_owned()];
    let plain = || vec!["plain".to_owned()];
    let text = |text: &str| Some(text.to_owned());
    let both = || [plain(), full()].concat();
    let any = Query::default;
    let cases = [
        (Query { project: text("shop"), ..any() }, full()),
        (Query { project: text("sho"), ..any() }, vec![]),
        (Query { url: text("/cart?X"), ..any() }, full()),
        (Query { url: text("home"), ..any() }, plain()),
        (Query { url: text("example.test/https"), ..any() }, vec![]),
        (Query { user: text("Mia@example.test"), ..any() }, full()),
        (Query { user: text("mia@example.test"), ..any() }, plain()),
        (Query { user: text("Mia"), ..any() }, vec![]),
        (Query { q: text("LÄDEN"), ..any() }, full()),
        (Query { q: text("CART"), ..any() }, full()),
        (Query { q: text("MIA@"), ..any() }, both()),
        (Query { q: text("Check"), ..any() }, full()),
        (Query { q: text("2026.11"), ..any() }, full()),
        (Query { q: text("0A1B2C"), ..any() }, full()),
        (Query { q: text("betacheckout"), ..any() }, vec![]),
        (Query { errors: Some(1), ..any() }, vec![]),
        (Query { errors: Some(0), ..any() }, both()),
        (Query { sockets: Some(2), ..any() }, full()),
        (Query { sockets: Some(3), ..any() }, vec![]),
        (Query { min: Some(59_500), ..any() }, full()),
        (Query { min: Some(59_501), ..any() }, vec![]),
        (Query { max: Some(59_500), ..any() }, full()),
        (Query { max: Some(59_499), ..any() }, vec![]),
        (Query { state: Some(State::Final), ..any() }, full()),
        (Query { state: Some(State::Live), ..any() }, plain()),
        (Query { from: Some(START), ..any() }, plain()),
        (Query { to: Some(START), ..any() }, full()),
        (Query { from: Some(START), time: TimeBasis::Received, ..any() }, both()),
        (Query { to: Some(START + 1), time: TimeBasis::Received, ..any() }, full()),
        (Query { url: text(""), user: text(""), q: text(""), ..any() }, both()),
    ];
    for (query, expected) in cases {
        assert_eq!(ids_of(&catalog, query.clone()).await, expected, "{query:?}");
    }
}

#[tokio::test]
async fn pages_go_through_all_sessions_newest_first_without_repeating_one() {
    let catalog = in_memory();
    let mut expected = Vec::new();
    for file in 0..7_i64 {
        // Many sessions of the same time, too.
        let rows: Vec<Row> = (0..40_i64)
            .map(|n| live("a", &format!("{file}-{n}"), START + (n % 5) * 1_000 + (file % 3) * DAY_MS))
            .collect();
        expected.extend(rows.iter().map(|row| (row.sort_time(), row.session.clone())));
        catalog.append(rows).await.expect("appended");
    }
    let (mut listed, mut before) = (Vec::new(), None);
    loop {
        let page = page(&catalog, Query { before: before.clone(), limit: 17, ..Query::default() }).await;
        listed.extend(page.rows.iter().map(|row| (row.sort_time(), row.session.clone())));
        let Some(next) = page.next else { break };
        assert_eq!(page.rows.len(), 17);
        before = Some(next);
    }
    assert!(listed.is_sorted_by_key(|(time, _)| std::cmp::Reverse(*time)));
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn a_cursor_keeps_its_place_while_sessions_are_added() {
    let catalog = in_memory();
    let rows =
        |range: std::ops::Range<i64>| range.map(|n| live("a", &format!("s{n:03}"), START + n)).collect();
    catalog.append(rows(0..20)).await.expect("appended");
    let first = page(&catalog, Query { limit: 5, ..Query::default() }).await;
    assert_eq!(ids(&first.rows), ["s019", "s018", "s017", "s016", "s015"]);
    catalog.append(rows(20..40)).await.expect("appended");
    let second = page(&catalog, Query { limit: 5, before: first.next, ..Query::default() }).await;
    assert_eq!(ids(&second.rows), ["s014", "s013", "s012", "s011", "s010"]);
}

#[tokio::test]
async fn a_cursor_of_another_origin_is_an_error() {
    let query = Query { before: Some("yesterday".to_owned()), ..Query::default() };
    assert!(matches!(in_memory().query(&query).await, Err(Error::InvalidCursor)));
}

#[tokio::test]
async fn a_page_has_one_to_five_hundred_rows() {
    let catalog = in_memory();
    catalog.append((0..600).map(|n| live("a", &n.to_string(), START + n)).collect()).await.expect("appended");
    assert_eq!(page(&catalog, Query { limit: 0, ..Query::default() }).await.rows.len(), 1);
    assert_eq!(page(&catalog, Query::default()).await.rows.len(), 50);
    assert_eq!(page(&catalog, Query { limit: 10_000, ..Query::default() }).await.rows.len(), 500);
    let latest = catalog.latest("a", 500).await.expect("rows");
    assert_eq!((latest.len(), latest[0].session.as_str()), (500, "599"));
}

#[tokio::test]
async fn a_file_of_several_row_groups_is_searched_as_a_whole() {
    let catalog = in_memory();
    let rows = (0..40_000).map(|n| {
        let mut row = live("a", &format!("s{n}"), START + n);
        row.page_urls = (0..n % 4).map(|page| format!("https://a.example.test/{page}/{n}.html")).collect();
        row
    });
    catalog.append(rows.collect()).await.expect("appended");
    for n in [3_i64, 16_383, 16_387, 39_999] {
        let url = Some(format!("/0/{n}.html"));
        let found = page(&catalog, Query { url, limit: 500, ..Query::default() }).await.rows;
        assert_eq!(ids(&found), [format!("s{n}")]);
        assert_eq!(found[0].page_urls.len().to_string(), (n % 4).to_string());
        assert_eq!(found[0].received_first, START + n);
    }
}

#[tokio::test]
async fn rows_of_another_instance_are_seen_when_the_listing_is_too_old() {
    let store = Arc::new(InMemory::new());
    let (writer, eager) = (
        Catalog::new(store.clone()),
        Catalog::with_settings(
            store.clone(),
            Settings { listing_max_age: Duration::ZERO, ..Settings::default() },
        ),
    );
    let patient = Catalog::with_settings(
        store.clone(),
        Settings { listing_max_age: Duration::from_secs(3_600), ..Settings::default() },
    );
    assert_eq!(ids_of(&eager, Query::default()).await.len(), 0);
    assert_eq!(ids_of(&patient, Query::default()).await.len(), 0);
    writer.append(vec![live("a", "s", START)]).await.expect("appended");
    assert_eq!(ids_of(&eager, Query::default()).await, ["s"]);
    assert_eq!(ids_of(&patient, Query::default()).await.len(), 0);
    patient.append(vec![live("a", "t", START + 1)]).await.expect("appended");
    assert_eq!(ids_of(&patient, Query::default()).await, ["t", "s"]);
}

#[tokio::test]
async fn a_cache_too_small_for_anything_changes_no_answer() {
    let store = Arc::new(InMemory::new());
    let small = Catalog::with_settings(store.clone(), Settings { cache_bytes: 1, ..Settings::default() });
    small.append(vec![full_row(), live("a", "s", START - 9_000)]).await.expect("appended");
    assert_eq!(page(&small, Query::default()).await, page(&Catalog::new(store), Query::default()).await);
    assert_eq!(small.cached_bytes(), 0);
}
