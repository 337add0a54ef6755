//! The filter of requests: each key with rows that match and rows that do not.

use presentation::network::{
    ContentTerm, Contents, Evidence, RequestFilter, RequestIndex, RowFilter, Sort, filtered_rows_with,
};
use session::filter::REQUEST_FIELDS;
use session::model::{MessageLog, Messages, Record, Session};

use crate::common::har;

/// Eight rows: 1 the page, 2 a call to its API, 3 a failed script of another site, 4 a redirect, 5 a
/// socket that was closed, 6 a socket that is still open, 7 an image from the cache, 8 an upload that
/// was canceled.
fn recording() -> Session {
    let entries = [
        r#"{"startedDateTime":"2026-11-21T14:02:00.000Z","time":120,"_resourceType":"document","_priority":"VeryHigh",
            "serverIPAddress":"10.0.0.7",
            "request":{"method":"GET","url":"https://shop.test/","httpVersion":"h2","headers":[{"name":"Cookie","value":"session=abc; theme=dark"}]},
            "response":{"status":200,"headers":[{"name":"Content-Type","value":"text/html; charset=utf-8"},
                {"name":"Set-Cookie","value":"cart=17; Domain=shop.test; Path=/"}],
                "content":{"mimeType":"text/html","text":"<h1>Lantern shop</h1>"},"_transferSize":2048},
            "timings":{"blocked":1,"dns":-1,"connect":-1,"send":1,"wait":98,"receive":20}}"#,
        r#"{"startedDateTime":"2026-11-21T14:02:01.000Z","time":1500,"_resourceType":"fetch","_priority":"High","_initiator":{"type":"script"},
            "request":{"method":"POST","url":"https://api.shop.test/v1/orders?page=2&q=red%20lamp","httpVersion":"http/1.1",
                "headers":[{"name":"X-Request-Id","value":"r-42"}],"postData":{"mimeType":"application/json","text":"{\"sku\":\"L-7\"}"}},
            "response":{"status":500,"headers":[{"name":"Content-Type","value":"application/json"}],
                "content":{"mimeType":"application/json","text":"{\"error\":\"out of lamps\"}"},"_transferSize":300},
            "timings":{"blocked":0,"dns":-1,"connect":-1,"send":1,"wait":1400,"receive":99}}"#,
        r#"{"startedDateTime":"2026-11-21T14:02:02.000Z","time":10,"_resourceType":"script",
            "request":{"method":"GET","url":"https://cdn.tracker.example/t.js","headers":[]},
            "response":{"status":0,"_error":"net::ERR_BLOCKED_BY_CLIENT","headers":[],"content":{}}}"#,
        r#"{"startedDateTime":"2026-11-21T14:02:03.000Z","time":5,"_resourceType":"document",
            "request":{"method":"GET","url":"http://shop.test/old","headers":[]},
            "response":{"status":302,"redirectURL":"https://shop.test/","headers":[{"name":"Location","value":"https://shop.test/"}],"content":{},"_transferSize":90}}"#,
        r#"{"startedDateTime":"2026-11-21T14:02:04.000Z","time":30000,"_resourceType":"websocket",
            "request":{"method":"GET","url":"wss://live.shop.test/feed","headers":[]},"response":{"status":101,"headers":[]},
            "_webSocketMessages":[{"type":"receive","time":1795269725,"opcode":1,"data":"{\"price\":104}"},{"type":"send","time":1795269726,"opcode":8,"data":""}]}"#,
        r#"{"startedDateTime":"2026-11-21T14:02:05.000Z","_resourceType":"websocket",
            "request":{"method":"GET","url":"wss://live.shop.test/chat","headers":[]},"response":{"status":101,"headers":[]},
            "_webSocketMessages":[{"type":"send","time":1795269727,"opcode":1,"data":"hello there"}]}"#,
        r#"{"startedDateTime":"2026-11-21T14:02:06.000Z","time":1,"_resourceType":"image","_fromCache":"memory",
            "request":{"method":"GET","url":"https://shop.test/img/lamp.png","headers":[]},
            "response":{"status":200,"headers":[],"content":{"mimeType":"image/png"},"_transferSize":0}}"#,
        r#"{"startedDateTime":"2026-11-21T14:02:07.000Z","time":40,"_resourceType":"xhr",
            "request":{"method":"PUT","url":"https://shop.test/upload","headers":[]},
            "response":{"status":0,"_error":"net::ERR_ABORTED","headers":[],"content":{}}}"#,
    ];
    har::read("any", &entries.join(","))
}

/// Whether a body or a message of the row has the text.
fn has_text(session: &Session, record: &Record, term: &ContentTerm) -> bool {
    if let Some(Messages::Inline(columns)) = record.socket().map(|socket| &socket.messages) {
        return term.is_in_messages(MessageLog { columns, bytes: &session.bytes });
    }
    let details = session.details(record);
    let wanted = term.body_test();
    term.kind.bodies(&details).into_iter().any(|body| wanted.matches_body(body) == Some(true))
}

/// The numbers of the rows that a filter lists, with all of the recording read.
fn listed(session: &Session, text: &str) -> Vec<u32> {
    let query = RequestFilter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut index = RequestIndex::default();
    while index.read_next(session) {}
    let mut contents = Contents::default();
    for term in query.content_terms() {
        for (row, record) in session.records.iter().enumerate() {
            contents.set(&term, row, has_text(session, record, &term));
        }
    }
    let evidence = Evidence { index: Some(&index), contents: Some(&contents) };
    let filter = RowFilter { query, ..RowFilter::default() };
    let rows = filtered_rows_with(session, None, &filter, evidence);
    rows.into_iter().map(|row| session.records[row as usize].number).collect()
}

/// Each key, a value, and the rows that it lists.
const TABLE: &[(&str, &str, &[u32])] = &[
    ("status", "4xx,500", &[2]),
    ("status", ">=300", &[2, 4]),
    ("status", "101", &[5, 6]),
    ("status", "blocked", &[3]),
    ("status", "canceled", &[8]),
    ("status-code", "302", &[4]),
    ("method", "post", &[2]),
    ("type", "ws", &[5, 6]),
    ("type", "doc", &[1, 4]),
    ("type", "fetch,xhr", &[2, 8]),
    ("resource-type", "image", &[7]),
    ("is", "socket", &[5, 6]),
    ("is", "error", &[2, 3, 8]),
    ("is", "cached", &[7]),
    ("is", "from-cache", &[7]),
    ("is", "redirect", &[4]),
    ("is", "slow", &[2]),
    ("is", "open", &[6]),
    ("is", "running", &[6]),
    ("is", "third-party", &[3]),
    ("has", "body", &[1, 2]),
    ("has", "initiator", &[2]),
    ("domain", "api.shop", &[2]),
    ("domain", "*.shop.test", &[2, 5, 6]),
    ("domain", "=shop.test", &[1, 4, 7, 8]),
    ("path", "/v1/", &[2]),
    ("query", "page=2", &[2]),
    ("query", "q=\"red lamp\"", &[2]),
    ("query", "page=3", &[]),
    ("url", "lamp.png", &[7]),
    ("scheme", "http", &[4]),
    ("scheme", "wss", &[5, 6]),
    ("mime", "json", &[2]),
    ("mime-type", "text/html", &[1]),
    ("latency", ">1s", &[2, 5, 6]),
    ("duration", "..10ms", &[3, 4, 7]),
    ("ttfb", ">200ms", &[2]),
    ("size", ">1kB", &[1]),
    ("larger-than", "300", &[1, 2]),
    ("smaller-than", "1", &[7]),
    ("start", "1s..3s", &[2, 3, 4]),
    ("at", "20s", &[6]),
    ("header", "x-request-id=r-42", &[2]),
    ("header", "content-type=json", &[2]),
    ("header", "location", &[4]),
    ("request-header", "x-request-id", &[2]),
    ("request-header", "content-type", &[]),
    ("response-header", "content-type", &[1, 2]),
    ("has-request-header", "x-request-id", &[2]),
    ("has-response-header", "set-cookie", &[1]),
    ("cookie", "session=abc", &[1]),
    ("cookie", "theme", &[1]),
    ("cookie", "cart", &[]),
    ("cookie-name", "session", &[1]),
    ("cookie-value", "dark", &[1]),
    ("set-cookie", "cart=17", &[1]),
    ("set-cookie-name", "cart", &[1]),
    ("set-cookie-value", "17", &[1]),
    ("set-cookie-domain", "shop.test", &[1]),
    ("response-header-value-set-cookie", "cart=17", &[1]),
    ("body", "lantern", &[1]),
    ("body", "sku", &[2]),
    ("request-body", "lamps", &[]),
    ("request-body", "L-7", &[2]),
    ("response-body", "lamps", &[2]),
    ("message", "price", &[5]),
    ("message", "\"hello there\"", &[6]),
    ("initiator", "script", &[2]),
    ("protocol", "h2", &[1]),
    ("priority", "high", &[1, 2]),
    ("ip", "10.0.0", &[1]),
];

#[test]
fn each_key_lists_the_rows_that_match_and_excludes_the_others() {
    let session = recording();
    let all: Vec<u32> = (1..=8).collect();
    for (key, value, expected) in TABLE {
        assert_eq!(listed(&session, &format!("{key}:{value}")), *expected, "{key}:{value}");
        let others: Vec<u32> = all.iter().copied().filter(|row| !expected.contains(row)).collect();
        assert_eq!(listed(&session, &format!("-{key}:{value}")), others, "-{key}:{value}");
    }
}

#[test]
fn every_key_is_in_the_table() {
    for field in REQUEST_FIELDS.iter() {
        assert!(TABLE.iter().any(|(key, ..)| *key == field.name), "{}", field.name);
    }
}

#[test]
fn conditions_combine_with_words_alternatives_and_parentheses() {
    let session = recording();
    assert_eq!(listed(&session, "shop type:ws feed"), [5]);
    assert_eq!(listed(&session, "(status:500 OR is:open) -type:doc"), [2, 6]);
    assert_eq!(listed(&session, "/lamp\\.png$/ | method:put"), [7, 8]);
    assert_eq!(listed(&session, "-is:socket header:content-type -status:500"), [1]);
}

#[test]
fn a_row_is_not_listed_before_what_decides_it_is_read() {
    let session = recording();
    let query = RequestFilter::parse("-header:location").expect("a filter");
    assert!(query.needs_index());
    let filter = RowFilter { query, ..RowFilter::default() };
    let mut index = RequestIndex::default();
    assert!(filtered_rows_with(&session, None, &filter, Evidence::default()).is_empty());
    index.read_next(&session);
    let evidence = Evidence { index: Some(&index), contents: None };
    assert_eq!(filtered_rows_with(&session, None, &filter, evidence), [0]);
    let decided =
        RowFilter { query: RequestFilter::parse("method:get -header:x").expect("a filter"), ..filter };
    assert_eq!(filtered_rows_with(&session, None, &decided, evidence), [0], "the others may have the header");
}

#[test]
fn what_is_not_a_value_is_explained_with_its_place() {
    for (text, part) in [
        ("status:4yy", "4yy"),
        ("is:broken", "broken"),
        ("latency:fast", "fast"),
        ("has:headers", "headers"),
        ("size:5..1", "5..1"),
    ] {
        let error = RequestFilter::parse(text).expect_err(text);
        assert_eq!(&text[error.span.clone()], part, "{text}: {error}");
    }
    let parsed = RequestFilter::parse("yek:roo").expect("text");
    assert!(parsed.remarks()[0].message.contains("yek: is not a key"));
}

/// The vectors of Chrome's own filter parser.
#[test]
fn chromes_filters_mean_what_they_mean_there() {
    let session = recording();
    let all: Vec<u32> = (1..=8).collect();
    assert_eq!(listed(&session, ""), all);
    assert_eq!(listed(&session, "-"), [0_u32; 0], "text that no row has");
    assert_eq!(listed(&session, "//"), all, "text that every URL has");
    assert_eq!(listed(&session, "/or?ders/ /page=\\d/"), [2]);
    assert_eq!(listed(&session, "shop method:POST -yek:roo orders"), [2]);
    assert_eq!(listed(&session, "domain:*.shop.test mime-type:application/json larger-than:100"), [2]);
}

#[test]
fn rows_are_sorted_by_details_and_parts_of_the_url() {
    let session = recording();
    let mut index = RequestIndex::default();
    while index.read_next(&session) {}
    let evidence = Evidence { index: Some(&index), contents: None };
    let sorted = |sort: &str| -> Vec<u32> {
        let sort = Sort::parse(sort).expect("a column");
        let rows = filtered_rows_with(&session, Some(sort), &RowFilter::default(), evidence);
        rows.into_iter().map(|row| session.records[row as usize].number).collect()
    };
    assert_eq!(sorted("header:content-type"), [2, 1, 3, 4, 5, 6, 7, 8], "without the header last");
    assert_eq!(sorted("-header:content-type"), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(sorted("-priority")[..2], [1, 2]);
    assert_eq!(sorted("cookies")[0], 1);
    assert_eq!(sorted("domain")[..2], [2, 3]);
    assert_eq!(sorted("-ttfb")[..2], [2, 1]);
    assert_eq!(sorted("end")[0], 1);
}
