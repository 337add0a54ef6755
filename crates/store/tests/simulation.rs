//! Two servers, recorders and readers on a store that answers late and fails: every batch that was
//! acknowledged is in its session exactly once, at any time.
//!
//! `STORE_SEEDS=1000 cargo test -p store --test simulation --release` tries more.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::rng::Rng;
use common::simulated::{Behavior, Simulated};
use common::{Objects, batch, key, names, open, paths, project};
use futures::TryStreamExt;
use store::{Encoding, Schedule, SessionKey, Settings, Store};
use tokio::time::{Instant, sleep, timeout};

const SESSIONS: [&str; 2] = ["s", "t"];
const BATCHES: u32 = 30;
const MINUTE: Duration = Duration::from_secs(60);
/// How long recorders record.
const RECORDING: Duration = Duration::from_secs(2 * 3600);

/// A batch of a session: number, and which of several ones with it.
type BatchName = (u32, u32);

/// The batches that the recorders know to be stored, with their keys.
#[derive(Debug, Default)]
struct Acknowledged(Mutex<BTreeMap<(&'static str, BatchName), String>>);

impl Acknowledged {
    fn of(&self, session: &str) -> BTreeSet<BatchName> {
        let all = self.0.lock().expect("a lock");
        all.keys().filter(|(of, _)| *of == session).map(|(_, name)| *name).collect()
    }
}

struct World {
    simulated: Arc<Simulated>,
    servers: [Arc<Store>; 2],
    acknowledged: Acknowledged,
    is_over: AtomicBool,
    started: Instant,
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_or_doubled_where_conditions_are_obeyed() {
    for seed in 0..seeds() {
        simulate(seed, Behavior { faults: 60, obeys_conditions: true }).await;
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_lost_or_doubled_where_conditions_are_ignored() {
    for seed in 0..seeds() {
        simulate(seed, Behavior { faults: 60, obeys_conditions: false }).await;
    }
}

fn seeds() -> u64 {
    std::env::var("STORE_SEEDS").ok().and_then(|number| number.parse().ok()).unwrap_or(3)
}

async fn simulate(seed: u64, behavior: Behavior) {
    let simulated = Simulated::new(seed, behavior);
    let objects: Objects = simulated.clone();
    // Nearly each batch is compacted alone.
    let schedule = Schedule { idle: Duration::from_secs(30), ..Schedule::default() };
    let settings = Settings { buffer: 4 << 20, schedule, ..Settings::default() };
    let servers = [open(&objects, settings).await, open(&objects, settings).await];
    let world = Arc::new(World {
        simulated,
        servers,
        acknowledged: Acknowledged::default(),
        is_over: AtomicBool::new(false),
        started: Instant::now(),
    });
    world.simulated.set_faulty(true);
    let mut tasks = tokio::task::JoinSet::new();
    for index in 0..2 {
        tasks.spawn(serve(Arc::clone(&world), index, seed * 7 + index as u64));
    }
    for session in SESSIONS {
        tasks.spawn(observe(Arc::clone(&world), session, seed * 11));
    }
    let recorders = SESSIONS.map(|session| record(Arc::clone(&world), session, seed * 13));
    futures::future::join_all(recorders).await;
    world.is_over.store(true, Ordering::Relaxed);
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    }
    check_end(&world, &objects, seed).await;
}

/// Sends the batches of a session: late, again, at once to both servers, and with other content.
async fn record(world: Arc<World>, session: &'static str, seed: u64) {
    let mut rng = Rng::new(seed + session.len() as u64 + u64::from(session.as_bytes()[0]));
    let mut sends = Vec::new();
    for sequence in 1..=BATCHES {
        let at = RECORDING / BATCHES * sequence;
        let variants = if rng.happens(100) { 2 } else { 1 };
        for variant in 0..variants {
            let copies = if rng.happens(300) { 3 } else { 1 };
            for _ in 0..copies {
                let late = match rng.below(10) {
                    0 => rng.millis(3_600_000),
                    1 | 2 => rng.millis(300_000),
                    _ => rng.millis(3_000),
                };
                sends.push((at + late, (sequence, variant), rng.below(2) as usize));
            }
        }
    }
    let sends = sends.into_iter().map(|(at, name, server)| {
        let world = Arc::clone(&world);
        async move {
            sleep(at).await;
            let batch = batch_of(session, name);
            // As recorders do: until it is acknowledged.
            let put = loop {
                match world.servers[server].put(&project(), &batch).await {
                    Ok(put) => break put,
                    Err(_) => sleep(Duration::from_secs(2)).await,
                }
            };
            world.acknowledged.0.lock().expect("a lock").insert((session, name), put.key);
        }
    });
    futures::future::join_all(sends).await;
}

fn batch_of(session: &str, name: BatchName) -> store::Batch {
    let records = records_of(name);
    let mut records: Vec<_> = records.iter().map(|(file, record)| (file.as_str(), record.as_str())).collect();
    records.push(("events.jsonl", ""));
    batch(session, name.0, &records)
}

/// The records of a batch, with their files.
fn records_of((sequence, variant): BatchName) -> Vec<(String, String)> {
    let record = |line: u32| format!("{{\"batch\":[{sequence},{variant}],\"line\":{line}}}");
    let (console, socket) = ("console.jsonl".to_owned(), format!("sockets/{}.jsonl", sequence % 3));
    if sequence % 7 == 0 {
        return vec![(socket, record(1))];
    }
    vec![(console.clone(), record(1)), (socket, record(1)), (console, record(2))]
}

/// Compacts and sweeps like a server that is killed now and then.
async fn serve(world: Arc<World>, index: usize, seed: u64) {
    let mut rng = Rng::new(seed);
    let (store, started) = (&world.servers[index], world.started);
    while !world.is_over.load(Ordering::Relaxed) {
        // Servers that begin at the same time want the same sessions.
        let turn = Duration::from_secs(30);
        let past = started.elapsed().as_millis() % turn.as_millis();
        let rest = turn.saturating_sub(Duration::from_millis(past as u64));
        sleep(rest + rng.millis(300)).await;
        let limit = if rng.happens(300) { rng.millis(5_000) } else { 30 * MINUTE };
        // Dropped where it is.
        let _ = timeout(limit, async {
            let now = store.clock().await?;
            store.compact(now).await?;
            let now = store.clock().await?;
            store.sweep(now).await
        })
        .await;
    }
}

/// Reads a session all the time: what was acknowledged before is there, once.
async fn observe(world: Arc<World>, session: &'static str, seed: u64) {
    let mut rng = Rng::new(seed);
    while !world.is_over.load(Ordering::Relaxed) {
        sleep(rng.millis(120_000)).await;
        let acknowledged = world.acknowledged.of(session);
        // A reader that the store fails tries again.
        let Some(files) = files_of(&world.servers[rng.below(2) as usize], &key(session)).await else {
            continue;
        };
        check_content(&files, &acknowledged, session, seed);
    }
}

/// The files of a session, unless the store fails.
async fn files_of(store: &Arc<Store>, key: &SessionKey) -> Option<Vec<(String, String)>> {
    let Some(view) = store.session(key).await.ok()? else { return Some(Vec::new()) };
    let manifest = serde_json::from_slice(&view.manifest).expect("JSON");
    let mut files = Vec::new();
    for (name, path) in paths(&manifest) {
        let file =
            store.file(key, &path).await.ok()?.unwrap_or_else(|| panic!("{path} of the manifest exists"));
        let body: Vec<bytes::Bytes> = file.body.try_collect().await.ok()?;
        let mut text = body.concat();
        if file.encoding == Encoding::Gzip {
            text = common::gunzip(&text);
        }
        files.push((name, String::from_utf8(text).expect("UTF-8")));
    }
    Some(files)
}

/// Whether all records of a batch are in the files, once each.
fn contains(files: &[(String, String)], name: BatchName) -> bool {
    records_of(name).iter().all(|(name, record)| {
        let text = files.iter().find(|(file, _)| file == name).map(|(_, text)| text.as_str());
        text.unwrap_or_default().lines().filter(|line| line == record).count() == 1
    })
}

fn check_content(files: &[(String, String)], acknowledged: &BTreeSet<BatchName>, session: &str, seed: u64) {
    let context = format!("seed {seed}, session {session}");
    for sequence in acknowledged.iter().map(|(sequence, _)| *sequence).collect::<BTreeSet<_>>() {
        let variants = (0..2).filter(|variant| contains(files, (sequence, *variant))).count();
        assert_eq!(variants, 1, "{context}, batch {sequence}: {files:?}");
    }
    for (name, text) in files {
        let lines: BTreeSet<&str> = text.lines().collect();
        assert_eq!(lines.len(), text.lines().count(), "{context}: a line of {name} is there twice");
    }
}

/// Everything is compacted in order, and nothing else is left.
async fn check_end(world: &World, objects: &Objects, seed: u64) {
    world.simulated.set_faulty(false);
    let store = &world.servers[0];
    let until = Instant::now() + 60 * MINUTE;
    while Instant::now() < until {
        // Each pass may lose its work to the other server's of before.
        let now = store.clock().await.expect("a time");
        let pass = store.compact(now).await.expect("a pass");
        assert!(pass.failed.is_empty(), "seed {seed}: {:?}", pass.failed);
        let swept = store.sweep(now).await.expect("a sweep");
        assert!(swept.failed.is_empty(), "seed {seed}: {:?}", swept.failed);
        sleep(MINUTE).await;
    }
    for session in SESSIONS {
        let view = store.session(&key(session)).await.expect("an answer").expect("the session");
        assert!(!view.is_live && view.summary.holes.is_empty(), "seed {seed}");
        let files = files_of(store, &key(session)).await.expect("the files");
        check_content(&files, &world.acknowledged.of(session), session, seed);
        for (name, text) in &files {
            let numbers: Vec<_> = text.lines().map(number_of).collect();
            assert!(numbers.is_sorted(), "seed {seed}, {name}: {numbers:?}");
        }
        let lines: usize = files.iter().map(|(_, text)| text.lines().count()).sum();
        let batches = (1..=BATCHES).map(|sequence| records_of((sequence, 0)).len());
        assert_eq!(lines, batches.sum::<usize>(), "seed {seed}");
    }
    let now = store.clock().await.expect("a time");
    store.expire(now + 48 * 60 * MINUTE, |_| None).await.expect("an expiry");
    let left = names(objects).await;
    assert!(!left.iter().any(|name| name.starts_with("inbox/")), "seed {seed}: {left:?}");
    for session in SESSIONS {
        let view = store.session(&key(session)).await.expect("an answer").expect("the session");
        let manifest: serde_json::Value = serde_json::from_slice(&view.manifest).expect("JSON");
        let named: BTreeSet<String> = paths(&manifest).into_iter().map(|(_, path)| path).collect();
        let prefix = format!("sessions/shop/{session}/");
        let files =
            left.iter().filter_map(|name| name.strip_prefix(&prefix)).filter(|name| name.starts_with('g'));
        let others: Vec<_> =
            files.filter(|name| !named.contains(*name) && !name.ends_with("index.json.gz")).collect();
        assert!(others.is_empty(), "seed {seed}: {others:?}");
        // What another batch with its number is in the place of is kept.
        let files = files_of(store, &key(session)).await.expect("the files");
        let acknowledged = world.acknowledged.0.lock().expect("a lock").clone();
        for ((_, name), key) in acknowledged.into_iter().filter(|((of, _), _)| *of == session) {
            let file_name = key.rsplit('/').next().expect("a name");
            let is_kept = left.contains(&format!("{prefix}set-aside/{file_name}"));
            assert!(is_kept || contains(&files, name), "seed {seed}: batch {name:?}");
        }
    }
}

fn number_of(line: &str) -> u64 {
    let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
    record["batch"][0].as_u64().expect("a number")
}
