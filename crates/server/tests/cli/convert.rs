//! `convert`: the same recording in another format.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{demo, file, json, run, run_with, status, stderr, stdout, values};

const HAR: &str = r#"{"log":{"version":"1.2","creator":{"name":"tests","version":"1"},"entries":[
{"startedDateTime":"2026-03-01T10:00:00Z","time":5,"request":{"method":"GET","url":"https://a.test/x?access_token=SECRETSECRET","headers":[{"name":"Cookie","value":"SECRETSECRET"}]},"response":{"status":200,"content":{"mimeType":"application/json","text":"{\"n\":1}"}}},
{"startedDateTime":"2026-03-01T10:00:01Z","time":9,"_resourceType":"websocket","request":{"method":"GET","url":"wss://a.test/ws"},"response":{"status":101},"_webSocketMessages":[{"type":"send","time":1772359201.5,"opcode":1,"data":"{\"password\":\"SECRETSECRET\"}"}]}]}}"#;

/// A path in a new folder.
fn new_path(name: &str) -> (TempDir, String) {
    let folder = TempDir::new().expect("a folder");
    let path = folder.path().join(name).display().to_string();
    (folder, path)
}

/// Converts without a fault.
fn convert(from: &str, to: &str, more: &[&str]) -> String {
    let output = run(&[&["convert", from, "--to", to], more].concat());
    assert_eq!(status(&output), 0, "{}", stderr(&output));
    stdout(&output)
}

fn summary(path: &str) -> Value {
    json(&["summary", path, "--json"]).remove(0)
}

#[test]
fn a_session_becomes_a_har_with_the_messages_of_its_sockets() {
    let (_folder, path) = new_path("market.har");
    convert(&demo(), "har", &["-o", &path]);
    let har: Value = serde_json::from_slice(&fs::read(&path).expect("a file")).expect("JSON");
    let entries = har["log"]["entries"].as_array().expect("a list");
    let sockets: Vec<_> = entries.iter().filter_map(|entry| entry["_webSocketMessages"].as_array()).collect();
    assert_eq!((entries.len(), sockets.len()), (50, 13));
    let (before, after) = (summary(&demo()), summary(&path));
    for key in ["requests", "sockets", "messages", "errors"] {
        assert_eq!(after[key], before[key], "{key}");
    }
}

#[test]
fn a_session_becomes_a_folder_or_an_archive_with_the_same_counts() {
    for name in ["market", "market.zip"] {
        let (_folder, path) = new_path(name);
        convert(&demo(), "native", &["--output", &path]);
        assert_eq!(Path::new(&path).is_dir(), name == "market");
        let (before, after) = (summary(&demo()), summary(&path));
        for key in ["requests", "sockets", "messages", "errors", "consoleEntries", "domEvents", "pageEvents"]
        {
            assert_eq!(after[key], before[key], "{key} of {name}");
        }
    }
}

#[test]
fn json_lines_have_every_part_of_a_session_with_its_type() {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for line in convert(&demo(), "jsonl", &[]).lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        *counts.entry(line["type"].as_str().expect("a type").to_owned()).or_default() += 1;
    }
    let summary = summary(&demo());
    let count = |key: &str| summary[key].as_u64().expect("a number");
    let expected = [
        ("console", count("consoleEntries")),
        ("domEvent", count("domEvents")),
        ("event", count("pageEvents") + count("actions")),
        ("message", count("messages")),
        ("row", count("requests") + count("sockets")),
        ("session", 1),
    ];
    assert_eq!(counts, expected.map(|(kind, count)| (kind.to_owned(), count)).into());
}

#[test]
fn a_row_in_json_lines_has_headers_and_bodies() {
    let (_folder, path) = file("a.har", HAR.as_bytes());
    let text = convert(&path, "jsonl", &[]);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let row = lines.iter().find(|line| line["type"] == "row").expect("a row");
    assert_eq!((&row["row"], &row["kind"], &row["status"]), (&1.into(), &"request".into(), &200.into()));
    assert_eq!(
        (&row["responseBody"]["text"], &row["responseBody"]["size"]),
        (&"{\"n\":1}".into(), &7.into())
    );
    assert_eq!(row["requestHeaders"][0]["name"], "Cookie");
    assert!(row["resourceType"].is_string());
}

#[test]
fn credentials_are_redacted_unless_they_are_asked_for() {
    let (_folder, path) = file("a.har", HAR.as_bytes());
    // A HAR has the parameters of a URL twice.
    for (target, redacted) in [("har", 4), ("jsonl", 3)] {
        let output = run(&["convert", &path, "--to", target]);
        assert!(!stdout(&output).contains("SECRET"), "{target}");
        let expected = format!("note: {redacted} credential values redacted\n");
        assert_eq!(stderr(&output), expected, "{target}");
        let output = run(&["convert", &path, "--to", target, "--credentials"]);
        assert_eq!(stdout(&output).matches("SECRETSECRET").count(), redacted, "{target}");
        assert_eq!(stderr(&output), "");
    }
}

#[test]
fn an_existing_file_is_replaced_only_by_force() {
    let (_folder, path) = file("a.har", HAR.as_bytes());
    let (_other, existing) = file("b.har", b"precious");
    let output = run(&["convert", &path, "--to", "har", "-o", &existing]);
    assert_eq!(status(&output), 2);
    assert!(stderr(&output).contains("exists. Add --force to replace it."), "{}", stderr(&output));
    assert_eq!(fs::read(&existing).expect("a file"), b"precious");
    convert(&path, "har", &["-o", &existing, "--force"]);
    assert_eq!(summary(&existing)["requests"], 1);
    // A file may be replaced by what is read from it.
    convert(&existing, "har", &["-o", &existing, "--force"]);
    assert_eq!(summary(&existing)["sockets"], 1);
}

#[test]
fn only_a_session_s_files_are_replaced_in_a_folder() {
    let (folder, path) = file("a.har", HAR.as_bytes());
    let out = folder.path().join("out");
    let name = out.display().to_string();
    fs::create_dir(&out).expect("a folder");
    fs::write(out.join("letter.txt"), "precious").expect("a file");
    let output = run(&["convert", &path, "--to", "native", "-o", &name, "--force"]);
    assert!(stderr(&output).contains("holds files that are not of a session"), "{}", stderr(&output));
    fs::write(out.join("session.json"), "{}").expect("a file");
    assert_eq!(status(&run(&["convert", &path, "--to", "native", "-o", &name])), 2);
    fs::create_dir(out.join("sockets")).expect("a folder");
    fs::write(out.join("sockets/old.jsonl"), "SECRETSECRET").expect("a file");
    convert(&path, "native", &["-o", &name, "--force"]);
    assert_eq!(fs::read(out.join("letter.txt")).expect("it stays"), b"precious");
    assert!(!out.join("sockets/old.jsonl").exists());
    assert_eq!((&summary(&name)["requests"], &summary(&name)["sockets"]), (&1.into(), &1.into()));
    // Nothing temporary is left beside it.
    let beside: Vec<_> = fs::read_dir(folder.path()).expect("a folder").flatten().collect();
    assert_eq!(beside.len(), 2);
}

#[test]
fn what_cannot_be_read_leaves_no_file() {
    let (folder, path) = file("a.har", b"not a recording");
    let out = folder.path().join("out.har").display().to_string();
    let output = run(&["convert", &path, "--to", "har", "-o", &out]);
    assert_eq!(status(&output), 2);
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
}

#[test]
fn the_native_format_needs_a_name() {
    let output = run_with(&["convert", "-", "--to", "native"], HAR.as_bytes());
    assert_eq!(status(&output), 2);
    assert!(stderr(&output).contains("name a folder or a .zip file with --output"));
}

#[test]
fn what_a_format_has_no_place_for_is_said() {
    let output = run(&["convert", &demo(), "--to", "har"]);
    assert!(stderr(&output).contains("10 console entries not converted"), "{}", stderr(&output));
    assert!(stderr(&output).contains("DOM events not converted"));
    assert_eq!(values(&output).len(), 1);
}

#[test]
fn a_missing_messages_file_ends_with_status_2_and_the_rest_is_written() {
    let (folder, _) = file("unused", b"");
    let session = folder.path().join("session");
    let name = session.display().to_string();
    let (_har, path) = file("a.har", HAR.as_bytes());
    convert(&path, "native", &["-o", &name]);
    fs::remove_dir_all(session.join("sockets")).expect("it was written");
    let output = run(&["convert", &name, "--to", "har"]);
    assert_eq!(status(&output), 2);
    assert!(stderr(&output).contains("1 row without messages"), "{}", stderr(&output));
    assert_eq!(values(&output)[0]["log"]["entries"].as_array().map(Vec::len), Some(2));
}
