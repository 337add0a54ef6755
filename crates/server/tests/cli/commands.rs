//! What each command writes, and how it ends, over the demo session and files made from it.

use std::fs::{self, File};
use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tempfile::TempDir;

use crate::common::{demo, file, json, run, run_with, status, stderr, stdout, values};

const HAR: &str = r#"{"log":{"version":"1.2","creator":{"name":"tests","version":"1"},"entries":[
{"startedDateTime":"2026-03-01T10:00:00Z","time":5,"request":{"method":"GET","url":"https://a.test/x?access_token=SECRETSECRET"},"response":{"status":200}},
{"startedDateTime":"2026-03-01T10:00:01Z","time":7,"request":{"method":"GET","url":"https://a.test/\u001b[2Jy"},"response":{"status":500}}]}}"#;

#[test]
fn a_summary_counts_what_the_viewer_counts() {
    let [summary] = json(&["summary", &demo(), "--json"]).try_into().expect("one line");
    assert_eq!(summary["format"], "Replayscope session");
    assert_eq!((&summary["requests"], &summary["sockets"]), (&37.into(), &13.into()));
    let rows = json(&["requests", &demo(), "--json"]);
    let counts: Vec<u64> = rows.iter().filter_map(|row| row["socket"]["messages"].as_u64()).collect();
    assert_eq!((counts.len(), &summary["uncountedSockets"]), (13, &0.into()));
    assert_eq!(summary["messages"], counts.iter().sum::<u64>());
    let chat = rows.iter().find(|row| row["row"] == 10).expect("the chat's socket");
    let messages = json(&["messages", &demo(), "--socket", "10", "--json"]);
    assert_eq!(chat["socket"]["messages"], messages.len());
    assert_eq!(summary["truncation"], Value::Null);
}

#[test]
fn requests_are_the_rows_of_the_network_table_by_start() {
    let rows = json(&["requests", &demo(), "--json"]);
    assert_eq!(rows.len(), 50);
    assert_eq!((&rows[0]["kind"], &rows[0]["type"]), (&"request".into(), &"document".into()));
    let starts: Vec<f64> = rows.iter().filter_map(|row| row["offset"].as_f64()).collect();
    assert!(starts.len() == 50 && starts.is_sorted());
    let chat = rows.iter().find(|row| row["row"] == 10).expect("the chat's socket");
    assert_eq!(
        (&chat["kind"], &chat["status"], &chat["state"]),
        (&"socket".into(), &101.into(), &"closed".into())
    );
    assert!(chat["latency"].as_f64().expect("it was closed") > 19_000.0);
    assert!(chat["socket"]["closeCode"].is_number());
}

#[test]
fn a_filter_lists_the_rows_that_match() {
    let rows = json(&["requests", &demo(), "--json", "--filter", "chat.js"]);
    assert_eq!(rows.len(), 1);
    let output = run(&["requests", &demo(), "--filter", "/(/"]);
    assert_eq!(status(&output), 2);
    assert!(stderr(&output).contains("The filter /(/ is not valid"), "{}", stderr(&output));
}

#[test]
fn messages_of_a_socket_are_read_from_their_file() {
    let by_number = json(&["messages", &demo(), "--socket", "10", "--json"]);
    assert_eq!((&by_number[0]["number"], &by_number[0]["direction"]), (&1.into(), &"received".into()));
    let by_url = json(&["messages", &demo(), "--socket", "/ws/chat", "--json"]);
    assert_eq!(by_number, by_url);
    let sent = json(&["messages", &demo(), "--socket", "10", "--json", "--filter", "dir:sent"]);
    assert!(!sent.is_empty() && sent.len() < by_number.len());
    assert!(sent.iter().all(|message| message["direction"] == "sent"));
    let decoded = json(&["messages", &demo(), "--socket", "10", "--json", "--decoded"]);
    assert!(decoded[0].get("value").or(decoded[0].get("units")).is_some());
}

#[test]
fn a_socket_that_is_not_clear_is_asked_for() {
    let output = run(&["messages", &demo()]);
    assert_eq!(status(&output), 2);
    assert!(stderr(&output).contains("choose one with --socket"));
    assert!(stderr(&output).contains("10  /ws/chat"));
    let output = run(&["messages", &demo(), "--socket", "/nothing"]);
    assert!(stderr(&output).contains("No socket or event stream is /nothing"));
}

#[test]
fn a_search_lists_messages_of_all_sockets_with_their_rows() {
    let hits = json(&["search", &demo(), "price", "--json"]);
    let rows: std::collections::BTreeSet<u64> = hits.iter().filter_map(|hit| hit["row"].as_u64()).collect();
    assert!(rows.len() > 1);
    assert!(hits.iter().all(|hit| hit["url"].is_string() && hit["number"].is_u64()));
    assert_eq!(json(&["search", &demo(), "nothingmatchesthis", "--json"]).len(), 0);
}

#[test]
fn console_entries_have_their_level_and_place() {
    let entries = json(&["console", &demo(), "--json"]);
    assert_eq!(entries.len(), 10);
    let warning = entries.iter().find(|entry| entry["level"] == "Warning").expect("a warning");
    assert_eq!(warning["text"], "Admin: refused");
    assert_eq!(json(&["console", &demo(), "--json", "--filter", "refused"]).len(), 1);
}

#[test]
fn a_finding_that_is_named_ends_with_status_1() {
    assert_eq!(status(&run(&["summary", &demo(), "--fail-on", "error"])), 1);
    assert_eq!(status(&run(&["summary", &demo(), "--fail-on", "truncated"])), 0);
    let (_folder, path) = file("a.har", HAR.replace("500", "201").as_bytes());
    assert_eq!(status(&run(&["summary", &path, "--fail-on", "error,console-error,unclosed-socket"])), 0);
}

#[test]
fn findings_can_be_named_by_rule_and_by_severity() {
    let (_folder, path) = file("a.har", HAR.as_bytes());
    for (named, expected) in
        [("error-status", 1), ("severity:error", 1), ("severity:info", 1), ("socket-silent,clock-skew", 0)]
    {
        assert_eq!(status(&run(&["summary", &path, "--fail-on", named])), expected, "{named}");
    }
    let output = run(&["findings", &path, "--fail-on", "no-such-rule"]);
    assert_eq!(status(&output), 2);
    assert!(stderr(&output).contains("socket-silent"), "the error lists what there is: {}", stderr(&output));
}

#[test]
fn findings_are_listed_with_where_they_are() {
    let (_folder, path) = file("a.har", HAR.as_bytes());
    let lines = json(&["findings", &path, "--json"]);
    let found = lines.iter().find(|line| line["rule"] == "error-status").expect("a finding");
    assert_eq!((&found["severity"], &found["count"]), (&"error".into(), &1.into()));
    assert!(found["row"].is_u64() && found["message"].is_null() && found["further"].is_array());
    let table = stdout(&run(&["findings", &path]));
    assert!(table.lines().any(|line| line.starts_with("error ") && line.contains("row ")), "{table}");
}

#[test]
fn compressed_files_archives_and_standard_input_are_read() {
    let zipped = |name: &str| {
        let (folder, path) = file("a.zip", b"");
        let mut archive = zip::ZipWriter::new(File::create(&path).expect("a file"));
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a member");
        archive.write_all(HAR.as_bytes()).expect("its bytes");
        archive.finish().expect("the archive");
        (folder, path)
    };
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(HAR.as_bytes()).expect("memory");
    let mut brotli = Vec::new();
    brotli::CompressorWriter::new(&mut brotli, 4096, 5, 20).write_all(HAR.as_bytes()).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let (_one, archive) = zipped("inside/a.har");
    let archive_bytes = fs::read(&archive).expect("it was written");
    let expected = values(&run_with(&["requests", "-", "--json"], HAR.as_bytes()));
    assert_eq!(expected.len(), 2);
    for input in [gzip.as_slice(), &brotli, &archive_bytes] {
        assert_eq!(values(&run_with(&["requests", "-", "--json"], input)), expected);
        let (_folder, path) = file("a", input);
        assert_eq!(json(&["requests", &path, "--json"]), expected);
    }
}

#[test]
fn what_cannot_be_read_ends_with_status_2_and_says_why() {
    let output = run(&["summary", "/no/such/file.har"]);
    assert_eq!((status(&output), stdout(&output).as_str()), (2, ""));
    assert!(stderr(&output).contains("The file does not exist"));
    let (_folder, path) = file("a.json", br#"{"name":"not a recording"}"#);
    let output = run(&["summary", &path, "--json"]);
    assert_eq!((status(&output), stdout(&output).as_str()), (2, ""));
    assert!(stderr(&output).contains("not a recording"), "{}", stderr(&output));
}

#[test]
fn a_recording_cannot_name_files_outside_of_its_folder() {
    let folder = TempDir::new().expect("a folder");
    let inside = folder.path().join("session");
    fs::create_dir(&inside).expect("a folder");
    fs::write(folder.path().join("outside.jsonl"), "{}").expect("a file");
    let manifest = |path: &str| {
        format!(
            r#"{{"format":"replayscope/1","id":"x","startedAt":1795269720000,"pages":[],"files":{{"resources":{{"path":"{path}"}}}}}}"#
        )
    };
    let names: &[&str] = if cfg!(unix) { &["../outside.jsonl", "link.jsonl"] } else { &["../outside.jsonl"] };
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path().join("outside.jsonl"), inside.join("link.jsonl"))
        .expect("a link");
    for name in names {
        let path = inside.join("session.json");
        fs::write(&path, manifest(name)).expect("a file");
        let output = run(&["requests", &path.display().to_string(), "--json"]);
        assert_eq!(stdout(&output), "", "{name}");
    }
}

#[test]
fn credentials_are_redacted_unless_they_are_asked_for() {
    let (_folder, path) = file("a.har", HAR.as_bytes());
    assert!(!stdout(&run(&["requests", &path])).contains("SECRETSECRET"));
    assert!(!stdout(&run(&["requests", &path, "--json"])).contains("SECRETSECRET"));
    assert!(stdout(&run(&["requests", &path, "--credentials"])).contains("SECRETSECRET"));
}

#[test]
fn nothing_of_a_recording_controls_the_terminal() {
    let (_folder, path) = file("a.har", HAR.as_bytes());
    assert!(!run(&["requests", &path]).stdout.contains(&0x1b));
}
