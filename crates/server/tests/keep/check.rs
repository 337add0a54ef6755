//! `check`.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread;

use serde_json::Value;

use crate::common::{command, listed, store_with, values};
use crate::support::path;
use crate::support::sessions::{new_folder, run, serve};

/// The state and the text of a check.
fn finding(lines: &[Value], check: &str) -> (String, String) {
    let line =
        lines.iter().find(|line| line["check"] == check).unwrap_or_else(|| panic!("{check}: {lines:?}"));
    (line["state"].as_str().expect("a state").to_owned(), line["text"].as_str().expect("a text").to_owned())
}

#[test]
fn a_store_that_is_well_passes() {
    let (_folder, store) = store_with(&["s-1"]);
    let lines = values(&run(&["check", &store, "--json"]));
    for check in
        ["open", "write", "read", "list", "delete", "conditional writes", "clock", "inbox", "catalog"]
    {
        assert_eq!(finding(&lines, check).0, "ok", "{check}: {lines:?}");
    }
    assert_eq!(run(&["check", &store]).lines().count(), 1 + lines.len(), "a table");
}

#[test]
fn sessions_without_a_row_and_rows_without_a_session_are_repaired() {
    let (folder, store) = store_with(&["s-1", "s-2"]);
    let root = folder.path().join("store");
    fs::remove_dir_all(root.join("catalog")).expect("a catalog");
    // The time at which a session was received is that of its file.
    let hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3_000);
    for file in crate::support::sessions::files_below(&root.join("inbox")) {
        let file = fs::File::options().write(true).open(file).expect("a file");
        file.set_modified(hour_ago).expect("its time is set");
    }
    let output = command(&["check", &store, "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let lines = values(&String::from_utf8_lossy(&output.stdout));
    let (state, text) = finding(&lines, "catalog");
    assert!(state == "failed" && text.contains("2 sessions") && text.contains("default/s-1"), "{text}");
    assert_eq!(listed(&store, &[]), [""; 0], "without --repair nothing changes");
    run(&["check", &store, "--repair"]);
    assert_eq!(listed(&store, &[]), ["s-1", "s-2"]);

    for file in crate::support::sessions::files_below(&root.join("inbox")) {
        if file.to_string_lossy().contains("s-2") {
            fs::remove_file(file).expect("a batch");
        }
    }
    let output = command(&["check", &store, "--json"]);
    let lines = values(&String::from_utf8_lossy(&output.stdout));
    let (state, text) = finding(&lines, "catalog rows");
    assert!(state == "failed" && text.contains("default/s-2"), "{text}");
    run(&["check", &store, "--repair"]);
    assert_eq!(listed(&store, &[]), ["s-1"]);
}

#[test]
fn a_server_takes_what_recorders_send_and_stores_nothing_of_the_check() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    let address = format!("http://{}", server.host());
    let lines = values(&run(&["check", &address, "--json"]));
    assert_eq!(finding(&lines, "body limit").0, "ok");
    assert_eq!(server.get("/sessions.json").json()["sessions"], serde_json::json!([]));
    let folder = new_folder();
    let limited = serve(&folder, &["--max-batch-bytes", "3000000"]);
    let output = command(&["check", &format!("http://{}", limited.host()), "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let (_, text) = finding(&values(&String::from_utf8_lossy(&output.stdout)), "body limit");
    assert!(text.contains("of 2097152 bytes") && text.contains("--max-batch-bytes"), "{text}");
}

#[test]
fn a_server_with_keys_wants_one() {
    let folder = new_folder();
    let key = run(&["key", "new", "--store", &path(&folder, "store"), "--project", "shop"]);
    let server = serve(&folder, &[]);
    let address = format!("http://{}", server.host());
    let output = command(&["check", &address, "--json"]);
    let (state, text) = finding(&values(&String::from_utf8_lossy(&output.stdout)), "server");
    assert!(state == "failed" && text.contains("401") && text.contains("--key"), "{text}");
    run(&["check", &address, "--key", &key]);
}

/// A proxy that takes bodies of a million bytes.
#[test]
fn the_limit_of_a_proxy_is_found() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.expect("a connection"));
            let mut len = 0;
            loop {
                let mut line = String::new();
                if stream.read_line(&mut line).unwrap_or_default() <= 2 {
                    break;
                }
                if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                    len = value.trim().parse().expect("a length");
                }
            }
            let _ = std::io::copy(&mut stream.by_ref().take(len), &mut std::io::sink());
            let status = if len > 1_000_000 { "413 Too Large" } else { "400 Bad Request" };
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            let _ = stream.get_mut().write_all(answer.as_bytes());
        }
    });
    let output = command(&["check", &address, "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let (_, text) = finding(&values(&String::from_utf8_lossy(&output.stdout)), "body limit");
    assert!(text.contains("of 1000000 bytes") && text.contains("client_max_body_size"), "{text}");
}
