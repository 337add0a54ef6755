//! The keys of the JSON that commands write: scripts rely on them, and `docs/command-line.md` lists
//! them.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::common::{demo, file, json, repository, run, values};

const SUMMARY: &str = "actions consoleEntries consoleErrors domEvents duration endedAt errors file format messages \
    notes pageEvents pages pages.startedAt pages.title pages.url producer requests screenshots sockets startedAt title \
    truncation uncountedSockets userAgent";

const REQUESTS: &str = "bodySize error kind latency method offset row socket socket.closeCode socket.closeReason \
    socket.closedAt socket.messages socket.protocol socket.wasClean start state status transferred type url";

/// Of all sockets of the demo; `id`, `malformed` and `truncated` are of other recordings.
const MESSAGES: &str =
    "data direction encoding event heartbeat kind length number offset opcode pair part rtt time";
const DECODED: &str = "units value";
const SEARCH: &str = "row url";

const CONSOLE: &str = "entry level offset place stack text time";

const FINDINGS: &str = "count explanation further further.message further.offset further.row kind message offset reason \
    row rule severity title";

/// Two requests that failed in the same way, which are one finding.
const FAILING: &str = r#"{"log":{"version":"1.2","creator":{"name":"tests","version":"1"},"entries":[
{"startedDateTime":"2026-03-01T10:00:00Z","time":5,"request":{"method":"GET","url":"https://a.test/x/1"},"response":{"status":503}},
{"startedDateTime":"2026-03-01T10:00:01Z","time":7,"request":{"method":"GET","url":"https://a.test/x/2"},"response":{"status":503}}]}}"#;

const REDACT: &str = "name place values";

const DETAILS: &str = "form page phases phases.end phases.name phases.start properties properties.name \
    properties.value requestBody requestBody.mime requestBody.missing requestBody.size requestBody.text \
    requestBody.truncated requestHeaders requestHeaders.name requestHeaders.value resourceType responseBody \
    responseBody.mime responseBody.missing responseBody.size responseBody.text responseBody.truncated \
    responseHeaders responseHeaders.name responseHeaders.value";

const EVENT: &str = "event failed kind offset text time";
const DOM_EVENT: &str = "data event eventType offset time window";

/// Keys whose values are of the recording.
const RECORDED: [&str; 3] = ["data", "units", "value"];

fn names(lists: &[&str]) -> BTreeSet<String> {
    lists.iter().flat_map(|list| list.split_whitespace()).map(str::to_owned).collect()
}

/// The keys of all values: `a`, and `a.b` of objects within, also in lists.
fn keys(values: &[Value]) -> BTreeSet<String> {
    fn add(value: &Value, path: &str, keys: &mut BTreeSet<String>) {
        match value {
            Value::Array(elements) => elements.iter().for_each(|element| add(element, path, keys)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    if !RECORDED.contains(&path.as_str()) {
                        add(value, &path, keys);
                    }
                    keys.insert(path);
                }
            }
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    for value in values {
        add(value, "", &mut found);
    }
    found
}

/// What `messages` writes of all sockets.
fn all_messages(more: &[&str]) -> Vec<Value> {
    let rows = json(&["requests", &demo(), "--json"]);
    let sockets = rows.iter().filter(|row| row["kind"] == "socket").map(|row| row["row"].to_string());
    sockets
        .flat_map(|row| json(&[&["messages", &demo(), "--json", "--socket", &row], more].concat()))
        .collect()
}

#[test]
fn every_command_writes_its_documented_keys() {
    let demo = demo();
    assert_eq!(keys(&json(&["summary", &demo, "--json"])), names(&[SUMMARY]));
    assert_eq!(keys(&json(&["requests", &demo, "--json"])), names(&[REQUESTS]));
    assert_eq!(keys(&json(&["console", &demo, "--json"])), names(&[CONSOLE]));
    let (_folder, failing) = file("a.har", FAILING.as_bytes());
    let findings = [demo.as_str(), &failing].map(|path| json(&["findings", path, "--json"])).concat();
    assert_eq!(keys(&findings), names(&[FINDINGS]));
    assert_eq!(keys(&all_messages(&[])), names(&[MESSAGES]));
    assert_eq!(keys(&all_messages(&["--decoded"])), names(&[MESSAGES, DECODED]));
    // An empty filter matches every message.
    assert_eq!(keys(&json(&["search", &demo, "", "--json"])), names(&[MESSAGES, SEARCH]));
}

#[test]
fn every_line_of_json_lines_has_its_documented_keys() {
    let lines = values(&run(&["convert", &demo(), "--to", "jsonl"]));
    let of_type = |kind: &str| -> BTreeSet<String> {
        keys(&lines.iter().filter(|line| line["type"] == kind).cloned().collect::<Vec<_>>())
    };
    for (kind, lists) in [
        ("session", &[SUMMARY][..]),
        ("row", &[REQUESTS, DETAILS]),
        ("message", &[MESSAGES, SEARCH]),
        ("console", &[CONSOLE]),
        ("event", &[EVENT]),
        ("domEvent", &[DOM_EVENT]),
    ] {
        assert_eq!(of_type(kind), names(&[lists, &["type"]].concat()), "{kind}");
    }
}

#[test]
fn redact_writes_its_documented_keys() {
    let (folder, _) = file("unused", b"");
    let out = folder.path().join("out").display().to_string();
    assert_eq!(keys(&json(&["redact", &demo(), "-o", &out, "--json"])), names(&[REDACT]));
}

#[test]
fn every_key_is_in_the_documentation() {
    let path = repository().join("docs/command-line.md");
    let text = fs::read_to_string(path).expect("the documentation");
    let all =
        [SUMMARY, REQUESTS, MESSAGES, DECODED, SEARCH, CONSOLE, FINDINGS, REDACT, DETAILS, EVENT, DOM_EVENT];
    for key in names(&all) {
        let name = key.rsplit('.').next().unwrap_or(&key);
        assert!(text.contains(&format!("`{name}`")), "{name} is not documented");
    }
}
