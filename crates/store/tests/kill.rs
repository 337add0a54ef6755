//! Servers on a local folder that are killed at any moment: what they acknowledged is there.
//!
//! `STORE_ROUNDS=200 cargo test -p store --test kill` kills more of them.

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use common::rng::Rng;
use common::{batch, key, project, read};
use store::{Settings, Store};

const MINUTE: Duration = Duration::from_secs(60);
/// Names the folder to the process that is killed.
const FOLDER: &str = "STORE_KILL_FOLDER";
/// The number of its first batch.
const FIRST: &str = "STORE_KILL_FIRST";
/// More than a process puts before it is killed.
const BATCHES: u32 = 1000;

fn console(sequence: u32) -> store::Batch {
    let socket = format!("sockets/{}.jsonl", sequence % 3);
    let record = format!("{{\"n\":{sequence}}}");
    batch("s", sequence, &[("console.jsonl", &record), (&socket, &record)])
}

async fn open(folder: &str) -> Arc<Store> {
    Arc::new(Store::open(folder, Settings::default()).await.expect("a store"))
}

#[tokio::test]
async fn what_killed_servers_acknowledged_is_there_once() {
    let rounds = std::env::var("STORE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(10);
    let folder = tempfile::tempdir().expect("a folder");
    let location = folder.path().display().to_string();
    let mut rng = Rng::new(rounds);
    let mut acknowledged = Vec::new();
    for round in 0..rounds {
        let first = round as u32 * 2 * BATCHES;
        let servers = [first, first + BATCHES].map(|first| start(&location, first));
        thread::sleep(Duration::from_millis(100) + rng.millis(400));
        for server in servers {
            acknowledged.extend(kill(server));
        }
        let session = read(&open(&location).await, &key("s")).await;
        check(session.as_ref(), &acknowledged, round);
    }
    assert!(acknowledged.len() as u64 > rounds, "{acknowledged:?}");

    let store = open(&location).await;
    let now = store.clock().await.expect("a time");
    let pass = store.compact(now + 3 * MINUTE).await.expect("a pass");
    assert!(pass.failed.is_empty(), "{pass:?}");
    store.sweep(now + 30 * MINUTE).await.expect("a sweep");
    store.expire(now + 3000 * MINUTE, |_| None).await.expect("an expiry");
    let session = read(&store, &key("s")).await;
    check(session.as_ref(), &acknowledged, rounds);
    assert!(session.is_some_and(|session| !session.is_live));
    // What they were writing when they were killed is left, until it is old.
    let objects: common::Objects = store.objects();
    let left = common::names(&objects).await;
    assert!(!left.iter().any(|name| name.starts_with("inbox/")), "{left:?}");
}

fn start(folder: &str, first: u32) -> Child {
    Command::new(std::env::current_exe().expect("this executable"))
        .args(["--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts")
}

/// Kills a server, and returns the numbers that it has acknowledged.
fn kill(mut server: Child) -> Vec<u32> {
    server.kill().expect("it is killed");
    server.wait().expect("it has ended");
    let output = BufReader::new(server.stdout.take().expect("its output"));
    let lines = output.lines().map_while(Result::ok);
    lines.filter_map(|line| line.strip_prefix("stored ")?.strip_suffix('.')?.parse().ok()).collect()
}

/// All acknowledged batches are in the session, and nothing is there twice. What was stored and not
/// acknowledged any more may be there.
fn check(session: Option<&common::Session>, acknowledged: &[u32], round: u64) {
    let text = session.and_then(|session| session.file("console.jsonl")).unwrap_or_default();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    for number in acknowledged {
        let record = format!("{{\"n\":{number}}}");
        assert!(lines.binary_search(&record.as_str()).is_ok(), "round {round}: {number} is lost");
    }
    let count = lines.len();
    lines.dedup();
    assert_eq!(lines.len(), count, "round {round}: a record is there twice");
    let sockets =
        session.iter().flat_map(|session| session.files()).filter(|(name, _)| name.starts_with("sockets/"));
    assert_eq!(sockets.map(|(_, text)| text.lines().count()).sum::<usize>(), count, "round {round}");
}

/// The server that is killed: puts batches, and compacts and sweeps all the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by what_killed_servers_acknowledged_is_there_once"]
async fn server() {
    let folder = std::env::var(FOLDER).expect("a folder");
    let first: u32 = std::env::var(FIRST).ok().and_then(|first| first.parse().ok()).expect("a number");
    let store = open(&folder).await;
    let compacting = Arc::clone(&store);
    let now = store.clock().await.expect("a time");
    tokio::spawn(async move {
        loop {
            let pass = compacting.compact(now + 3 * MINUTE).await.expect("a pass");
            assert!(pass.failed.is_empty(), "{pass:?}");
            compacting.sweep(now).await.expect("a sweep");
        }
    });
    for sequence in first + 1..=first + BATCHES {
        store.put(&project(), &console(sequence)).await.expect("it is stored");
        let mut output = std::io::stdout().lock();
        // The end of the line shows that the number is whole.
        writeln!(output, "stored {sequence}.").and_then(|()| output.flush()).expect("the test reads");
    }
}
