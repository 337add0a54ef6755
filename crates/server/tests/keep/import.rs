//! `import`.

use std::fs;
use std::io::Write;

use serde_json::{Value, json};
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::common::{command, errors, listed, store_with, values};
use crate::support::sessions::{files_below, new_folder, run};
use crate::support::{folder_with, path};

const MANIFEST: &str = r#"{"format":"replayscope/1","id":"basket","title":"Basket","startedAt":1800000000000,
    "pages":[
        {"id":"p", "url":"https://shop.test/","startedAt":1800000000000,"timeOrigin":1800000000000}],
    "files":{"resources":{"path":"resources.jsonl"},"sockets":{"feed":{"path":"sockets/feed.jsonl"}}}}"#;
const RESOURCES: &str = r#"{"name":"https://shop.test/a","initiatorType":"fetch","method":"GET","startTimeAbs":1800000000100,"responseEndAbs":1800000000200,"responseStatus":500, "x": 1.50}
{"initiatorType":"websocket","type":"open","socketId":"feed","name":"wss://shop.test/ws","startTimeAbs":1800000000300}
"#;
const MESSAGES: &str = r#"{"type":"sent","timeStamp":1800000000400,"size":2,"message":"hi"}
{"type":"received","timeStamp":1800000000500,"size":2,"message":"ho"}
"#;

fn native() -> TempDir {
    folder_with(&[
        ("session.json", MANIFEST),
        ("resources.jsonl", RESOURCES),
        ("sockets/feed.jsonl", MESSAGES),
    ])
}

fn import(arguments: &[&str]) -> Vec<Value> {
    values(&run(&[&["import", "--json"], arguments].concat()))
}

#[test]
fn a_native_session_keeps_its_id_and_its_lines() {
    let (folder, source) = (new_folder(), native());
    let (store, source) = (path(&folder, "store"), path(&source, ""));
    let imported = import(&[&source, "--to", &store, "--project", "shop"]);
    assert_eq!((&imported[0]["session"], &imported[0]["state"]), (&json!("basket"), &json!("imported")));
    let rows = values(&run(&["ls", "--json", "--store", &store]));
    let counts = json!({"requests": 1, "sockets": 1, "messages": 2, "errors": 1, "consoleErrors": 0});
    assert_eq!(
        (&rows[0]["id"], &rows[0]["project"], &rows[0]["state"], &rows[0]["counts"]),
        (&json!("basket"), &json!("shop"), &json!("final"), &counts)
    );
    // What comes out is, byte for byte, what went in.
    let out = path(&folder, "out");
    run(&["export", "--store", &store, "basket", "-o", &out]);
    let manifest: Value =
        serde_json::from_slice(&fs::read(folder.path().join("out/session.json")).expect("a manifest"))
            .expect("JSON");
    let file = manifest["files"]["resources"]["path"].as_str().expect("a path");
    let packed = fs::File::open(folder.path().join("out").join(file)).expect("a file");
    let text = std::io::read_to_string(flate2::read::MultiGzDecoder::new(packed)).expect("gzip");
    assert_eq!(text, RESOURCES);
}

#[test]
fn importing_twice_gives_one_session() {
    let (folder, source) = (new_folder(), native());
    let (store, source) = (path(&folder, "store"), path(&source, ""));
    let har = har(&folder);
    for state in ["imported", "present"] {
        let imported = import(&[&source, &har, "--to", &store]);
        assert!(imported.iter().all(|line| line["state"] == state), "{imported:?}");
    }
    assert_eq!(listed(&store, &[]).len(), 2);
    // Nor does what was exported become another session.
    let out = path(&folder, "basket.zip");
    run(&["export", "--store", &store, "basket", "-o", &out]);
    assert_eq!(import(&[&out, "--to", &store])[0]["state"], "present");
    assert_eq!(listed(&store, &[]).len(), 2);
}

/// A small HAR.
fn har(folder: &TempDir) -> String {
    let har = json!({"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "pages": [], "entries": [{
        "startedDateTime": "2026-11-29T08:00:00.000Z", "time": 5,
        "request": {"method": "GET", "url": "https://shop.test/har", "httpVersion": "HTTP/2",
            "headers": [{"name": "Authorization", "value": "Bearer secret-token-1"}],
            "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0},
        "response": {"status": 200, "statusText": "", "httpVersion": "HTTP/2", "headers": [], "cookies": [],
            "content": {"size": 2, "mimeType": "text/plain", "text": "ok"}, "redirectURL": "",
            "headersSize": -1, "bodySize": 2},
        "cache": {}, "timings": {"send": 1, "wait": 2, "receive": 2}}]}});
    fs::write(folder.path().join("shop.har"), har.to_string()).expect("a file");
    path(folder, "shop.har")
}

#[test]
fn another_session_with_the_same_id_gets_an_id_of_its_content() {
    let (folder, source) = (new_folder(), native());
    let store = path(&folder, "store");
    import(&[&path(&source, ""), "--to", &store]);
    fs::write(source.path().join("sockets/feed.jsonl"), MESSAGES.replace("hi", "hu")).expect("a file");
    for state in ["imported", "present"] {
        let other = import(&[&path(&source, ""), "--to", &store]);
        assert_eq!(other[0]["state"], state);
        assert!(other[0]["session"].as_str().expect("an id").starts_with("basket-"), "{other:?}");
    }
    assert_eq!(listed(&store, &[]).len(), 2);
}

#[test]
fn an_import_that_was_interrupted_is_completed_by_the_same_command() {
    let (folder, source) = (new_folder(), native());
    // More than one batch.
    let long = format!(
        "{{\"type\":\"sent\",\"timeStamp\":1800000000400,\"message\":\"{}\"}}\n",
        "x".repeat(1 << 20)
    );
    fs::write(source.path().join("sockets/feed.jsonl"), long.repeat(9)).expect("a file");
    let (store, source) = (path(&folder, "store"), path(&source, ""));
    import(&[&source, "--to", &store]);
    // As if it had ended after the first batch.
    let root = folder.path().join("store");
    fs::remove_dir_all(root.join("sessions")).expect("a session");
    fs::remove_dir_all(root.join("catalog")).expect("a catalog");
    let mut batches = files_below(&root.join("inbox"));
    batches.sort();
    assert!(batches.len() > 2, "{batches:?}");
    for batch in &batches[1..] {
        fs::remove_file(batch).expect("a batch");
    }
    let again = import(&[&source, "--to", &store]);
    assert_eq!((&again[0]["session"], &again[0]["state"]), (&json!("basket"), &json!("imported")));
    let rows = values(&run(&["ls", "--json", "--store", &store]));
    assert_eq!((rows.len(), &rows[0]["counts"]["messages"]), (1, &json!(9)));
}

#[test]
fn credentials_of_other_formats_are_redacted() {
    let folder = new_folder();
    let store = path(&folder, "store");
    let imported = import(&[&har(&folder), "--to", &store]);
    let id = imported[0]["session"].as_str().expect("an id");
    assert!(id.starts_with("shop-"), "{id}");
    let out = path(&folder, "out.zip");
    run(&["export", "--store", &store, id, "-o", &out]);
    let rows = run(&["requests", &out, "--json", "--credentials"]);
    assert!(rows.contains("https://shop.test/har") && !rows.contains("secret-token-1"), "{rows}");
}

#[test]
fn members_of_an_archive_are_never_written_under_their_names() {
    let folder = new_folder();
    let archive = folder.path().join("in.zip");
    let mut writer = ZipWriter::new(fs::File::create(&archive).expect("a file"));
    for (name, content) in [
        ("session.json", MANIFEST),
        ("resources.jsonl", RESOURCES),
        ("sockets/feed.jsonl", MESSAGES),
        ("../escaped.txt", "x"),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).expect("a member");
        writer.write_all(content.as_bytes()).expect("memory");
    }
    writer.finish().expect("an archive");
    let store = path(&folder, "store");
    let output = command(&["import", &archive.display().to_string(), "--to", &store]);
    assert!(output.status.success(), "{}", errors(&output));
    assert!(errors(&output).contains("../escaped.txt is not read"), "{}", errors(&output));
    assert!(!folder.path().join("escaped.txt").exists());
    assert_eq!(listed(&store, &[]), ["basket"]);
}

#[test]
fn what_is_no_recording_is_reported_and_the_others_are_imported() {
    let (folder, source) = (new_folder(), native());
    let bad = folder.path().join("bad.txt");
    fs::write(&bad, "no recording").expect("a file");
    let store = path(&folder, "store");
    let output =
        command(&["import", &bad.display().to_string(), &path(&source, ""), "--to", &store, "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let states: Vec<Value> =
        values(&String::from_utf8_lossy(&output.stdout)).iter().map(|line| line["state"].clone()).collect();
    assert_eq!(states, ["failed", "imported"]);
}

#[test]
fn a_deleted_session_is_not_imported_again() {
    let (folder, source) = (new_folder(), native());
    let store = path(&folder, "store");
    import(&[&path(&source, ""), "--to", &store]);
    run(&["rm", "--store", &store, "default/basket", "--yes"]);
    let output = command(&["import", &path(&source, ""), "--to", &store]);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).contains("has been deleted"), "{}", errors(&output));
    assert_eq!(listed(&store, &[]), [""; 0]);
}

#[test]
fn imported_sessions_join_those_of_recorders() {
    let ((_folder, store), source) = (store_with(&["s-1"]), native());
    import(&[&path(&source, ""), "--to", &store]);
    assert_eq!(listed(&store, &[]), ["basket", "s-1"]);
}
