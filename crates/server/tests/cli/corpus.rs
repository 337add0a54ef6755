//! Counts over a corpus of recordings, which is in the folder that `REPLAYSCOPE_CORPUS` names.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{run, status, stderr, values};

/// What a native session keeps of a recording.
const NATIVE_COUNTS: [&str; 9] = [
    "requests",
    "sockets",
    "errors",
    "messages",
    "consoleEntries",
    "consoleErrors",
    "pageEvents",
    "domEvents",
    "pages",
];

/// The summary of a recording; `None` of what is not one.
fn summary(path: &str) -> Option<Value> {
    values(&run(&["summary", path, "--json"])).into_iter().next()
}

fn number(summary: &Value, key: &str) -> u64 {
    match &summary[key] {
        Value::Array(list) => list.len() as u64,
        value => value.as_u64().unwrap_or_default(),
    }
}

/// Converts the recording, and returns the summary of the result.
fn converted(path: &str, arguments: &[&str], name: &str) -> Value {
    let folder = TempDir::new().expect("a folder");
    let result = folder.path().join(name).display().to_string();
    let (first, rest) = arguments.split_first().expect("a command");
    let output = run(&[&[*first, path], rest, &["-o", &result]].concat());
    assert!(matches!(status(&output), 0 | 2), "{path}: {}", stderr(&output));
    summary(&result).unwrap_or_else(|| panic!("{path}: {arguments:?} wrote nothing that can be read"))
}

#[test]
fn every_recording_of_the_corpus_keeps_its_counts() {
    let Some(corpus) = std::env::var_os("REPLAYSCOPE_CORPUS") else {
        println!("REPLAYSCOPE_CORPUS is not set: skipped");
        return;
    };
    let mut read = 0;
    let mut different = Vec::new();
    for folder in ["har", "har-ws", "playwright", "rrweb", "posthog", "sentry", "highlight"] {
        let Ok(files) = fs::read_dir(Path::new(&corpus).join(folder)) else { continue };
        for path in files.flatten().map(|entry| entry.path()).filter(|path| path.is_file()) {
            let path = path.display().to_string();
            let Some(summary) = summary(&path) else { continue };
            different.extend(differences(&path, &summary));
            read += 1;
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
    assert!(read > 20, "only {read} recordings were read");
}

/// The counts of a recording that another command does not give.
fn differences(path: &str, summary: &Value) -> Vec<String> {
    let mut different = Vec::new();
    let mut compare = |what: &str, found: u64, expected: u64| {
        if found != expected {
            different.push(format!("{path}: {what}: {found}, not {expected}"));
        }
    };
    let lines = |command: &str| values(&run(&[command, path, "--json"])).len() as u64;
    let rows = number(summary, "requests") + number(summary, "sockets");
    compare("rows", lines("requests"), rows);
    compare("console entries", lines("console"), number(summary, "consoleEntries"));
    let native = &["convert", "--to", "native"][..];
    for (arguments, name) in [(native, "folder"), (native, "a.zip"), (&["redact"], "redacted")] {
        let native = converted(path, arguments, name);
        for key in NATIVE_COUNTS {
            compare(&format!("{key} of {arguments:?}"), number(&native, key), number(summary, key));
        }
    }
    if rows > 0 {
        let har = converted(path, &["convert", "--to", "har"], "a.har");
        for key in ["requests", "sockets"] {
            compare(&format!("{key} of a HAR"), number(&har, key), number(summary, key));
        }
    }
    different
}
