//! A server on a store, and what recorders send to it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Answer, Server, path};

/// Starts a server on a new store, which compacts nothing by itself within a test.
pub fn serve(folder: &TempDir, arguments: &[&str]) -> Server {
    let store = path(folder, "store");
    Server::start(&[&["serve", "--listen", "127.0.0.1:0", "--store", &store], arguments].concat())
}

pub fn new_folder() -> TempDir {
    TempDir::new().expect("a folder")
}

/// A batch as the recorder writes it.
pub fn batch(session: &str, sequence: u32, records: &[(&str, Value)]) -> Vec<u8> {
    let manifest = json!({
        "format": "replayscope/1", "id": session, "title": "Checkout", "startedAt": 1_800_000_000_000_i64,
        "pages": [{"id": "page-1", "url": "https://shop.test/cart", "startedAt": 1_800_000_000_000_i64,
            "timeOrigin": 1_800_000_000_000_i64}],
        "userAgent": "tests", "recorder": {"name": "replayscope-recorder", "version": "0.1.0"}, "capture": {},
    });
    let head = json!({"session": session, "sequence": sequence, "page": "page-1", "manifest": manifest});
    let mut text = format!("{head}\n");
    for (file, record) in records {
        text += &json!({"file": file, "record": record}).to_string();
        text.push('\n');
    }
    text.into_bytes()
}

pub fn request_record(name: &str) -> Value {
    json!({"name": name, "initiatorType": "fetch", "method": "GET", "startTimeAbs": 1_800_000_000_100_i64,
        "responseEndAbs": 1_800_000_000_200_i64, "responseStatus": 200})
}

pub fn post_batch(server: &Server, headers: &str, body: &[u8]) -> Answer {
    server.request("POST", "/v1/batches", &format!("Host: {}\r\n{headers}", server.host()), body)
}

/// Runs a command that ends, and returns what it prints.
pub fn run(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_replayscope")).args(arguments).output().expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// Asks again until the answer is what is expected.
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < deadline, "not within 30 s: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Starts a server that compacts as soon as nothing more arrives.
pub fn serve_fast(folder: &TempDir) -> Server {
    serve(
        folder,
        &[
            "--compact-every",
            "100ms",
            "--compact-idle",
            "300ms",
            "--compact-ended",
            "100ms",
            "--sweep-after",
            "300ms",
        ],
    )
}

pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .flat_map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { vec![entry.path()] })
        .collect()
}
