//! `export`.

use std::fs;
use std::io::{Cursor, Read};

use serde_json::{Value, json};

use crate::common::{command, errors, store_with, values};
use crate::support::path;
use crate::support::sessions::{batch, eventually, new_folder, post_batch, request_record, run, serve_fast};

#[test]
fn a_session_that_is_still_received_becomes_an_archive_that_the_other_commands_read() {
    let (folder, store) = store_with(&["s-1"]);
    let archive = path(&folder, "s-1.zip");
    run(&["export", "--store", &store, "s-1", "-o", &archive]);
    let rows = values(&run(&["requests", &archive, "--json"]));
    assert_eq!((rows.len(), &rows[0]["url"]), (1, &json!("https://shop.test/a")));
    let again = command(&["export", "--store", &store, "s-1", "-o", &archive]);
    assert_eq!(again.status.code(), Some(2), "it exists");
    run(&["export", "--store", &store, "default/s-1", "-o", &archive, "--force"]);
}

#[test]
fn a_folder_has_the_files_as_the_store_has_them() {
    let folder = new_folder();
    let server = serve_fast(&folder);
    let socket = json!({"initiatorType": "websocket", "type": "open", "socketId": "socket-1",
        "name": "wss://shop.test/ws", "startTimeAbs": 1_800_000_000_300_i64});
    let message = json!({"type": "sent", "timeStamp": 1_800_000_000_400_i64, "size": 2, "message": "hi"});
    let records = [
        ("resources.jsonl", request_record("https://shop.test/a")),
        ("resources.jsonl", socket),
        ("sockets/socket-1.jsonl", message),
    ];
    post_batch(&server, "", &batch("s-1", 1, &records));
    let manifest = eventually("the session is compacted", || {
        let manifest = server.get("/s/default/s-1/session.json");
        (manifest.json()["live"] != true).then_some(manifest)
    });
    let (store, out) = (path(&folder, "store"), path(&folder, "out"));
    run(&["export", "--store", &store, "--project", "default", "s-1", "-o", &out]);
    assert_eq!(fs::read(folder.path().join("out/session.json")).expect("a manifest"), manifest.body);
    for file in ["resources", "sockets"] {
        let file = &manifest.json()["files"][file];
        let file = file["path"].as_str().or(file["socket-1"]["path"].as_str()).expect("a path");
        let (copied, stored) = (format!("out/{file}"), format!("store/sessions/default/s-1/{file}"));
        let read = |name: &str| fs::read(folder.path().join(name)).expect("a file");
        assert_eq!(read(&copied), read(&stored), "{file}");
    }
    let messages = values(&run(&["messages", &out, "--json"]));
    assert_eq!(messages.len(), 1, "{messages:?}");

    // The server gives the same as an archive.
    let archive = server.get("/s/default/s-1.zip");
    assert_eq!((archive.status, archive.header("content-type")), (200, Some("application/zip")));
    assert!(archive.header("content-disposition").is_some_and(|value| value.contains("s-1.zip")));
    let mut archive = zip::ZipArchive::new(Cursor::new(archive.body)).expect("an archive");
    let mut text = String::new();
    archive.by_name("session.json").expect("a manifest").read_to_string(&mut text).expect("text");
    let read: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(read, manifest.json());
    assert_eq!(archive.len(), 3, "the manifest, the resources and the messages");
    assert_eq!(server.get("/s/default/none.zip").status, 404);
}

#[test]
fn a_session_that_is_not_there_is_an_error() {
    let (folder, store) = store_with(&["s-1"]);
    for name in ["s-2", "default/s-2", "default/..", "../s-1"] {
        let output = command(&["export", "--store", &store, name, "-o", &path(&folder, "x.zip")]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(errors(&output).contains("There is no session"), "{name}: {}", errors(&output));
    }
}
