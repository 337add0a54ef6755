//! Stores with sessions, and commands for them.

use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::path;
use crate::support::sessions::{batch, new_folder, post_batch, request_record, run, serve};

/// A store with sessions of these ids in the project `default`, whose batches wait.
pub fn store_with(sessions: &[&str]) -> (TempDir, String) {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    for session in sessions {
        let body = batch(session, 1, &[("resources.jsonl", request_record("https://shop.test/a"))]);
        assert_eq!(post_batch(&server, "", &body).status, 204);
    }
    // Has the sessions written to the catalog.
    server.get("/sessions.json");
    drop(server);
    let store = path(&folder, "store");
    (folder, store)
}

pub fn command(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_replayscope"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("it ends")
}

pub fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The values of JSON Lines.
pub fn values(lines: &str) -> Vec<Value> {
    lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The ids that `ls` lists, sorted.
pub fn listed(store: &str, conditions: &[&str]) -> Vec<String> {
    let lines = run(&[&["ls", "--json", "--store", store], conditions].concat());
    let mut ids: Vec<String> =
        values(&lines).iter().map(|value| value["id"].as_str().expect("an id").to_owned()).collect();
    ids.sort();
    ids
}
