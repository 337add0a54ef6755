//! Whether each record that was acknowledged is in its session once, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::read::GzDecoder;
use serde_json::Value;
use tokio::time::{Instant, sleep};

use crate::client::Client;
use crate::events::Script;
use crate::recorder::Played;

/// Sessions that are read at a time.
const READERS: usize = 4;
/// Sessions in an answer of the list.
const PAGE: usize = 500;
/// A session that is compacted and swept while it is read is read again.
const ATTEMPTS: usize = 3;
/// A session is in the list after this time at the latest.
const MAX_UNLISTED: Duration = Duration::from_secs(15);

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    pub sessions: usize,
    /// Sessions that were not compacted yet, or not with all their batches.
    pub live: usize,
    pub records: u64,
    pub bytes: u64,
    /// Reads that had to be repeated.
    pub repeated: usize,
    pub faults: Vec<String>,
}

impl Found {
    fn add(&mut self, more: Self) {
        self.sessions += more.sessions;
        self.live += more.live;
        self.records += more.records;
        self.bytes += more.bytes;
        self.repeated += more.repeated;
        self.faults.extend(more.faults);
    }
}

/// Reads all sessions, and compares them with what was played.
pub async fn verify(host: &str, played: Vec<Played>) -> Found {
    let played: Arc<[Played]> = played.into_iter().filter(|played| played.batches > 0).collect();
    let next = Arc::new(AtomicUsize::new(0));
    let readers: Vec<_> = (0..READERS)
        .map(|_| tokio::spawn(read_sessions(host.to_owned(), Arc::clone(&played), Arc::clone(&next))))
        .collect();
    let mut found = Found::default();
    for reader in readers {
        match reader.await {
            Ok(more) => found.add(more),
            Err(error) => found.faults.push(format!("a reader failed: {error}")),
        }
    }
    let sessions = played.iter().map(|played| played.script.session()).collect();
    found.faults.extend(await_list(host, &sessions).await);
    found
}

async fn read_sessions(host: String, played: Arc<[Played]>, next: Arc<AtomicUsize>) -> Found {
    let mut client = Client::new(&host);
    let mut found = Found::default();
    while let Some(session) = played.get(next.fetch_add(1, Ordering::Relaxed)) {
        let expected = expected_files(&session.script, session.batches);
        found.sessions += 1;
        for attempt in 1..=ATTEMPTS {
            match read_session(&mut client, &session.script.session(), &expected).await {
                Ok(Contents { is_live, faults }) => {
                    found.live += usize::from(is_live);
                    found.faults.extend(faults);
                    break;
                }
                Err(error) if attempt == ATTEMPTS => {
                    found.faults.push(format!("{}: {error}", session.script.session()));
                }
                Err(_) => found.repeated += 1,
            }
        }
        for text in expected.values() {
            found.records += text.lines().count() as u64;
            found.bytes += text.len() as u64;
        }
    }
    found
}

/// The files of a session that has these batches.
fn expected_files(script: &Script, batches: u32) -> BTreeMap<String, String> {
    let mut files = BTreeMap::<String, String>::new();
    for (file, record) in (1..=batches).flat_map(|sequence| script.lines(sequence)) {
        let text = files.entry(file).or_default();
        if let Some(record) = record {
            text.push_str(&record);
            text.push('\n');
        }
    }
    files
}

struct Contents {
    is_live: bool,
    faults: Vec<String>,
}

async fn read_session(
    client: &mut Client,
    session: &str,
    expected: &BTreeMap<String, String>,
) -> Result<Contents, Box<dyn std::error::Error + Send + Sync>> {
    let folder = format!("/s/default/{session}");
    let manifest: Value = serde_json::from_slice(&get(client, &format!("{folder}/session.json")).await?)?;
    let paths = paths(&manifest);
    let mut faults = Vec::new();
    for name in paths.keys().filter(|name| !expected.contains_key(*name)) {
        faults.push(format!("{session}: {name} was never sent"));
    }
    for (name, expected) in expected {
        let Some(path) = paths.get(name) else {
            faults.push(format!("{session}: {name} is missing"));
            continue;
        };
        let content = get(client, &format!("{folder}/{path}")).await?;
        let text = if path.strip_suffix(".gz").is_some() {
            unpack(&content)?
        } else {
            String::from_utf8(content.to_vec())?
        };
        if text != *expected {
            faults.push(format!("{session}: {name}: {}", difference(expected, &text)));
        }
    }
    Ok(Contents { is_live: manifest["live"] == true, faults })
}

async fn get(
    client: &mut Client,
    path: &str,
) -> Result<bytes::Bytes, Box<dyn std::error::Error + Send + Sync>> {
    let answer = client.get(path).await?;
    if answer.status == 200 {
        Ok(answer.body)
    } else {
        Err(format!("status {} for {path}", answer.status).into())
    }
}

/// The files that a manifest names, by the names that recorders use.
fn paths(manifest: &Value) -> BTreeMap<String, String> {
    let path = |file: &Value| file["path"].as_str().unwrap_or_default().to_owned();
    let mut paths = BTreeMap::new();
    for (kind, file) in manifest["files"].as_object().into_iter().flatten() {
        if kind == "sockets" {
            let sockets = file.as_object().into_iter().flatten();
            paths.extend(sockets.map(|(id, file)| (format!("sockets/{id}.jsonl"), path(file))));
        } else {
            paths.insert(format!("{kind}.jsonl"), path(file));
        }
    }
    paths
}

fn unpack(packed: &[u8]) -> std::io::Result<String> {
    let mut text = String::new();
    GzDecoder::new(packed).read_to_string(&mut text)?;
    Ok(text)
}

/// How a file differs from what was sent.
fn difference(expected: &str, found: &str) -> String {
    let count = |text: &str| {
        let mut counts = BTreeMap::<String, i64>::new();
        for line in text.lines() {
            *counts.entry(line.to_owned()).or_default() += 1;
        }
        counts
    };
    let (expected, found) = (count(expected), count(found));
    let lost = expected.keys().filter(|line| !found.contains_key(*line)).count();
    let unknown = found.keys().filter(|line| !expected.contains_key(*line)).count();
    let doubled =
        found.iter().filter(|(line, count)| expected.get(*line).is_some_and(|sent| *count > sent)).count();
    format!(
        "{lost} records are lost, {doubled} are there more often, {unknown} were never sent; or their order differs"
    )
}

/// Compares the list of the server, until it is complete: servers add new sessions every ten seconds.
async fn await_list(host: &str, expected: &BTreeSet<String>) -> Vec<String> {
    let deadline = Instant::now() + MAX_UNLISTED;
    loop {
        let faults = compare_list(host, expected).await;
        if faults.is_empty() || Instant::now() > deadline {
            return faults;
        }
        sleep(Duration::from_millis(500)).await;
    }
}

/// Compares the list of the server with the sessions that were played.
async fn compare_list(host: &str, expected: &BTreeSet<String>) -> Vec<String> {
    let mut client = Client::new(host);
    let mut listed = BTreeSet::new();
    let mut faults = Vec::new();
    let mut before = String::new();
    loop {
        let page = client.get(&format!("/sessions.json?limit={PAGE}{before}")).await;
        let page: Value = match page {
            Ok(answer) => serde_json::from_slice(&answer.body).unwrap_or_default(),
            Err(error) => return vec![format!("the list cannot be read: {error}")],
        };
        for session in page["sessions"].as_array().into_iter().flatten() {
            let id = session["id"].as_str().unwrap_or_default().to_owned();
            if !listed.insert(id.clone()) {
                faults.push(format!("{id} is listed twice"));
            }
        }
        match page["next"].as_str() {
            Some(next) => before = format!("&before={next}"),
            None => break,
        }
    }
    faults.extend(expected.difference(&listed).map(|id| format!("{id} is not listed")));
    faults.extend(listed.difference(expected).map(|id| format!("{id} is listed and was never sent")));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_doubled_and_unknown_records_are_told_apart() {
        let difference = difference("a\nb\nc\n", "a\na\nc\nx\ny\n");
        assert!(
            difference.starts_with("1 records are lost, 1 are there more often, 2 were never sent"),
            "{difference}"
        );
    }

    #[test]
    fn the_files_of_a_session_have_the_lines_of_its_batches() {
        let script = Script { recorder: 1, number: 0, interval_ms: 2000, events: 100 };
        let files = expected_files(&script, 2);
        let sent: usize = (1..=2)
            .flat_map(|sequence| script.lines(sequence))
            .filter(|(_, record)| record.is_some())
            .count();
        assert_eq!(files.values().map(|text| text.lines().count()).sum::<usize>(), sent);
        assert!(files.contains_key("sockets/page-1-socket-1.jsonl"));
    }
}
