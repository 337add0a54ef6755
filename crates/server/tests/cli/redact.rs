//! `redact`: the recording without its credentials.

use std::fs;

use serde_json::json;

use crate::common::{demo, file, json as values_of, run, status, stderr, stdout, values};

const HAR: &str = r#"{"log":{"version":"1.2","creator":{"name":"tests","version":"1"},"entries":[
{"startedDateTime":"2026-03-01T10:00:00Z","time":5,"request":{"method":"GET","url":"https://ann:SECRETSECRET@a.test/x?access_token=SECRETSECRET","headers":[{"name":"Cookie","value":"SECRETSECRET"},{"name":"COOKIE","value":"SECRETSECRET"}]},"response":{"status":200}},
{"startedDateTime":"2026-03-01T10:00:01Z","time":9,"_resourceType":"websocket","request":{"method":"GET","url":"wss://a.test/ws"},"response":{"status":101},"_webSocketMessages":[{"type":"send","time":1772359201.5,"opcode":1,"data":"{\"password\":\"SECRETSECRET\"}"}]}]}}"#;

#[test]
fn a_recording_is_redacted_and_what_was_redacted_is_listed() {
    let (folder, path) = file("a.har", HAR.as_bytes());
    let out = folder.path().join("out");
    let name = out.display().to_string();
    let output = run(&["redact", &path, "-o", &name, "--json"]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let listed = values(&output);
    for expected in [
        json!({"place": "header", "name": "cookie", "values": 2}),
        json!({"place": "payload", "name": "password", "values": 1}),
        json!({"place": "url", "name": "user and password", "values": 1}),
        json!({"place": "url", "name": "access_token", "values": 1}),
    ] {
        assert!(listed.contains(&expected), "{expected} is not in {listed:?}");
    }
    let total: u64 = listed.iter().filter_map(|line| line["values"].as_u64()).sum();
    assert!(stderr(&output).contains(&format!("note: {total} credential values redacted")));
    let mut files = vec![out.join("resources.jsonl"), out.join("session.json")];
    files.extend(fs::read_dir(out.join("sockets")).expect("a folder").flatten().map(|file| file.path()));
    assert_eq!(files.len(), 3);
    for file in files {
        assert!(!fs::read_to_string(&file).expect("a file").contains("SECRET"), "{}", file.display());
    }
}

#[test]
fn a_redacted_recording_has_nothing_more_to_redact() {
    let (folder, path) = file("a.har", HAR.as_bytes());
    let once = folder.path().join("once.zip").display().to_string();
    let twice = folder.path().join("twice.zip").display().to_string();
    let first = run(&["redact", &path, "-o", &once]);
    assert!(stdout(&first).contains("cookie"));
    let second = run(&["redact", &once, "-o", &twice]);
    assert_eq!((status(&second), stdout(&second).as_str(), stderr(&second).as_str()), (0, "", ""));
}

#[test]
fn a_redacted_session_keeps_its_counts() {
    let (folder, _) = file("unused", b"");
    let out = folder.path().join("market").display().to_string();
    let output = run(&["redact", &demo(), "-o", &out]);
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    let [before, after] =
        [demo(), out.clone()].map(|path| values_of(&["summary", &path, "--json"]).remove(0));
    for key in ["requests", "sockets", "messages", "errors", "consoleEntries", "domEvents", "pageEvents"] {
        assert_eq!(after[key], before[key], "{key}");
    }
    let again = run(&["redact", &demo(), "-o", &out]);
    assert_eq!(status(&again), 2, "a folder is not replaced without --force");
}
