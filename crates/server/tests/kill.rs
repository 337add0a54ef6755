//! Servers that are killed at any moment, two at once on one store: every record that was acknowledged is in its
//! session once, and nothing else is. `REPLAYSCOPE_KILL_ROUNDS` is how often one is killed.

mod support;

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use support::{Server, post};

/// Sessions that are recorded at the same time.
const CLIENTS: u64 = 4;
/// Batches of a session; then another one begins.
const BATCHES: u32 = 12;
const DEFAULT_ROUNDS: u64 = 15;

/// Pseudorandom numbers, so that a run can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// The servers that run at the moment, by their hosts.
type Hosts = Arc<Mutex<Vec<String>>>;

fn start(store: &Path) -> Server {
    let store = store.display().to_string();
    let schedule = [
        "--compact-every",
        "60ms",
        "--compact-idle",
        "150ms",
        "--compact-ended",
        "60ms",
        "--sweep-after",
        "500ms",
        "--catalog-every",
        "50ms",
    ];
    Server::start(&[&["serve", "--listen", "127.0.0.1:0", "--store", &store], schedule.as_slice()].concat())
}

fn record_of(session: &str, number: u32, part: u32) -> Value {
    json!({"name": format!("https://shop.test/{session}/{number}/{part}"), "initiatorType": "fetch",
        "startTimeAbs": 1_800_000_000_000_i64 + i64::from(number), "responseEndAbs": 1_800_000_001_000_i64, "responseStatus": 200})
}

/// Number of records of a batch, so that not all are alike.
fn parts(number: u32) -> u32 {
    number % 3 + 1
}

fn batch(session: &str, number: u32) -> Vec<u8> {
    let manifest = json!({"format": "replayscope/1", "id": session, "startedAt": 1_800_000_000_000_i64, "pages": [],
        "recorder": {"name": "replayscope-recorder", "version": "0.1.0"}, "capture": {}});
    let mut text =
        format!("{}\n", json!({"session": session, "sequence": number, "page": "p", "manifest": manifest}));
    for part in 0..parts(number) {
        text.push_str(
            &json!({"file": "resources.jsonl", "record": record_of(session, number, part)}).to_string(),
        );
        text.push('\n');
    }
    text.into_bytes()
}

/// Sends a batch until some server acknowledges it.
fn deliver(hosts: &Hosts, random: &mut Random, session: &str, number: u32) {
    let body = batch(session, number);
    let deadline = Instant::now() + Duration::from_secs(120);
    loop {
        let host = {
            let hosts = hosts.lock().expect("no client has failed");
            hosts.get(random.below(hosts.len().max(1) as u64) as usize).cloned()
        };
        match host.and_then(|host| post(&host, &body)) {
            Some(204) => return,
            Some(status @ (400..500)) => panic!("batch {number} of {session} is refused with {status}"),
            _ => assert!(Instant::now() < deadline, "no server takes batch {number} of {session}"),
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Records sessions, one after the other: batches in another order, some twice, until the end. Returns the sessions.
fn record(client: u64, hosts: &Hosts, is_over: &AtomicBool) -> Vec<String> {
    let mut random = Random(client + 1);
    let mut sessions = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let session = format!("s-{client}-{}", sessions.len());
        let mut numbers: Vec<u32> = (1..=BATCHES).collect();
        for index in 0..numbers.len() {
            let other = (index + random.below(3) as usize).min(numbers.len() - 1);
            numbers.swap(index, other);
        }
        for number in numbers {
            deliver(hosts, &mut random, &session, number);
            if random.below(4) == 0 {
                deliver(hosts, &mut random, &session, number);
            }
            thread::sleep(Duration::from_millis(random.below(30)));
        }
        sessions.push(session);
    }
    sessions
}

/// The names of the requests in a session's folder, and how often each is there.
fn names(folder: &Path) -> HashMap<String, u32> {
    let manifest = std::fs::read(folder.join("session.json")).expect("a manifest");
    let manifest: Value = serde_json::from_slice(&manifest).expect("JSON");
    let path = manifest["files"]["resources"]["path"].as_str().expect("a path");
    let mut text = String::new();
    let file = std::fs::File::open(folder.join(path)).expect("the file that the manifest names");
    GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    let mut names = HashMap::new();
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).expect("a record");
        *names.entry(record["name"].as_str().expect("a name").to_owned()).or_default() += 1;
    }
    names
}

/// Whether no batch waits: a folder that has become empty is deleted too. What a killed server has begun to write has a
/// `#` in its name: no reader sees it, and it is deleted after an hour.
fn is_empty(folder: &Path) -> bool {
    let is_begun = |path: &Path| path.file_name().is_some_and(|name| name.to_string_lossy().contains('#'));
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            let mut paths = entries.flatten().map(|entry| entry.path());
            paths.all(|path| is_begun(&path) || path.is_dir() && is_empty(&path))
        }
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

#[test]
fn killed_servers_lose_and_double_nothing() {
    let rounds = std::env::var("REPLAYSCOPE_KILL_ROUNDS")
        .ok()
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(DEFAULT_ROUNDS);
    let folder = TempDir::new().expect("a folder");
    let store: PathBuf = folder.path().join("store");
    let mut servers = [start(&store), start(&store)];
    let hosts: Hosts = Arc::new(Mutex::new(servers.iter().map(|server| server.host().to_owned()).collect()));
    let is_over = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (hosts, is_over) = (Arc::clone(&hosts), Arc::clone(&is_over));
            thread::spawn(move || record(client, &hosts, &is_over))
        })
        .collect();
    let mut random = Random(99);
    for _ in 0..rounds {
        thread::sleep(Duration::from_millis(30 + random.below(300)));
        let killed = random.below(2) as usize;
        hosts.lock().expect("no client has failed").retain(|host| host != servers[killed].host());
        servers[killed].kill();
        servers[killed] = start(&store);
        hosts.lock().expect("no client has failed").push(servers[killed].host().to_owned());
    }
    is_over.store(true, Ordering::Relaxed);
    let sessions: Vec<String> =
        clients.into_iter().flat_map(|client| client.join().expect("it has sent all")).collect();
    let deadline = Instant::now() + Duration::from_secs(120);
    while !is_empty(&store.join("inbox")) {
        assert!(Instant::now() < deadline, "batches wait that are not compacted and deleted");
        thread::sleep(Duration::from_millis(50));
    }
    assert!(sessions.len() as u64 >= CLIENTS);
    for session in &sessions {
        let expected: HashMap<String, u32> = (1..=BATCHES)
            .flat_map(|number| (0..parts(number)).map(move |part| record_of(session, number, part)))
            .map(|record| (record["name"].as_str().expect("a name").to_owned(), 1))
            .collect();
        assert_eq!(names(&store.join("sessions/default").join(session)), expected, "{session}");
    }
    let listed = servers[0].get("/sessions.json?limit=500").json();
    let listed = listed["sessions"].as_array().expect("a list");
    assert_eq!(listed.len(), sessions.len(), "each session is listed once");
}
