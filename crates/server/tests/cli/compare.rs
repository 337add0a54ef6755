//! `compare`: what differs between two recordings.

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{demo, file, run, run_with, status, stderr, stdout, values};

/// A HAR of entries: path, status, time in ms and JSON of the response.
fn har(entries: &[(&str, u32, u32, &str)]) -> Vec<u8> {
    let entry = |(nth, (path, status, time, body)): (usize, &(&str, u32, u32, &str))| {
        let body = body.replace('"', "\\\"");
        format!(
            r#"{{"startedDateTime":"2026-03-01T10:00:{nth:02}Z","time":{time},"request":{{"method":"GET","url":"https://shop.test{path}","headers":[{{"name":"Authorization","value":"Bearer SECRET{nth}SECRET"}}]}},
            "response":{{"status":{status},"headers":[{{"name":"Date","value":"{time}"}},{{"name":"Server","value":"v{status}"}}],"content":{{"size":{},"mimeType":"application/json","text":"{body}"}}}}}}"#,
            body.len()
        )
    };
    let entries: Vec<_> = entries.iter().enumerate().map(entry).collect();
    format!(
        r#"{{"log":{{"version":"1.2","creator":{{"name":"tests","version":"1"}},"entries":[{}]}}}}"#,
        entries.join(",")
    )
    .into_bytes()
}

/// A recording that works and one that does not.
fn good_and_bad() -> [(TempDir, String); 2] {
    let good = har(&[
        ("/", 200, 20, "{}"),
        ("/api/me", 200, 20, r#"{"access_token":"SECRETSECRET"}"#),
        ("/api/orders/17", 200, 40, r#"{"total":104}"#),
    ]);
    let bad = har(&[
        ("/", 200, 20, "{}"),
        ("/api/orders/18", 503, 900, r#"{"total":0,"error":"timeout"}"#),
        ("/api/retry", 200, 20, "{}"),
    ]);
    [file("good.har", &good), file("bad.har", &bad)]
}

fn rows(lines: &[Value]) -> Vec<(String, Value, Value)> {
    let row = |line: &Value| {
        (
            line["state"].as_str().unwrap_or_default().to_owned(),
            line["baseRow"].clone(),
            line["otherRow"].clone(),
        )
    };
    lines.iter().filter(|line| line["kind"] == "row").map(row).collect()
}

#[test]
fn what_is_missing_added_and_changed_is_listed() {
    let [(_one, good), (_two, bad)] = good_and_bad();
    let output = run(&["compare", &good, &bad, "--json"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let lines = values(&output);
    let (null, number) = (Value::Null, |number: u32| Value::from(number));
    assert_eq!(
        rows(&lines),
        [
            ("missing".to_owned(), number(2), null.clone()),
            ("changed".to_owned(), number(3), number(2)),
            ("added".to_owned(), null, number(3)),
        ]
    );
    let changed = &lines[1];
    assert_eq!(
        changed["differing"],
        serde_json::json!(["status", "timing", "response-headers", "response-body"])
    );
    assert_eq!(changed["status"], serde_json::json!({"base": "200", "other": "503"}));
    assert_eq!(
        changed["details"]["responseBody"],
        serde_json::json!([
            {"name": "$.total", "base": "104", "other": "0"},
            {"name": "$.error", "base": null, "other": "\"timeout\""},
        ])
    );
    let server = serde_json::json!([{"name": "server", "base": "v200", "other": "v503"}]);
    assert_eq!(changed["details"]["responseHeaders"], server, "the date does not count");
    let summary = lines.last().expect("a summary");
    assert_eq!(summary["kind"], "summary");
    for (state, count) in [("same", 1), ("changed", 1), ("missing", 1), ("added", 1)] {
        assert_eq!(summary[state], count, "{state}");
    }
    assert!(!stdout(&output).contains("SECRET"), "credentials are redacted");
}

#[test]
fn exchanged_recordings_exchange_missing_and_added() {
    let [(_one, good), (_two, bad)] = good_and_bad();
    let lines = values(&run(&["compare", &bad, &good, "--json"]));
    let states: Vec<_> = rows(&lines).into_iter().map(|(state, ..)| state).collect();
    assert_eq!(states, ["added", "changed", "missing"]);
}

#[test]
fn a_recording_compared_with_itself_has_no_difference() {
    let output =
        run(&["compare", &demo(), &demo(), "--json", "--messages", "--fail-on", "changed,missing,added"]);
    assert_eq!(status(&output), 0, "{}", stdout(&output));
    let lines = values(&output);
    assert_eq!(lines.len(), 1);
    assert_eq!((&lines[0]["same"], &lines[0]["changed"]), (&50.into(), &0.into()));
    let all = values(&run(&["compare", &demo(), &demo(), "--json", "--messages", "--all"]));
    let socket = all.iter().find(|line| line["baseRow"] == 10).expect("the chat's socket");
    let events = socket["messages"].as_array().expect("its messages were compared");
    assert!(events.len() > 2 && events.iter().all(|event| event["state"] == "same"), "{events:?}");
}

#[test]
fn differences_that_fail_on_names_end_with_status_1() {
    let [(_one, good), (_two, bad)] = good_and_bad();
    for (named, expected) in
        [("changed", 1), ("missing", 1), ("added", 1), ("status", 1), ("size", 0), ("close,timing", 1)]
    {
        assert_eq!(status(&run(&["compare", &good, &bad, "--fail-on", named])), expected, "{named}");
    }
    let unknown = run(&["compare", &good, &bad, "--fail-on", "same"]);
    assert_eq!(status(&unknown), 2);
    assert!(stderr(&unknown).contains("changed"), "{}", stderr(&unknown));
}

#[test]
fn a_table_names_the_rows_of_both_and_what_changed() {
    let [(_one, good), (_two, bad)] = good_and_bad();
    let text = stdout(&run(&["compare", &good, &bad]));
    assert!(text.contains("200 > 503"), "{text}");
    assert!(
        text.contains("https://shop.test/api/orders/17 (Status, timing, response headers, response body)"),
        "{text}"
    );
    assert!(text.ends_with("1 same (0 in part), 1 changed, 1 missing, 1 added\n"), "{text}");
}

#[test]
fn a_recording_that_cannot_be_read_ends_with_status_2() {
    let (_folder, missing) = file("none.har", b"{");
    let output = run(&["compare", &demo(), &missing]);
    assert_eq!(status(&output), 2);
    let both = run_with(&["compare", "-", "-"], b"{}");
    assert_eq!(status(&both), 2);
    assert!(stderr(&both).contains("Only one of both"), "{}", stderr(&both));
}
