//! A session in all its states on a store, through a server: received, watched, compacted, late, large, listed and
//! deleted. On a folder here; `make soak` names other kinds of stores by `REPLAYSCOPE_CONFORMANCE_STORE`.

mod support;

use std::io::Read;

use flate2::read::GzDecoder;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde_json::{Value, json};
use store::{Settings, Store};
use tokio::runtime::Runtime;

use support::sessions::{batch, eventually, new_folder, post_batch, request_record, run};
use support::{Server, path};

/// Names the store of [`the_named_store_keeps_sessions_in_all_their_states`].
const STORE: &str = "REPLAYSCOPE_CONFORMANCE_STORE";
/// Bytes of an event that gzip cannot make smaller than the size above which a file is written in parts, 8 MiB.
const LARGE: usize = 18 << 20;
/// More files of the catalog for one day than are left unmerged.
const SESSIONS: usize = 18;

#[test]
fn a_folder_keeps_sessions_in_all_their_states() {
    let folder = new_folder();
    keep_sessions(&path(&folder, "store"));
}

/// Its variables say where the store is, and with which credentials.
#[test]
#[ignore = "run by make soak"]
fn the_named_store_keeps_sessions_in_all_their_states() {
    keep_sessions(&std::env::var(STORE).expect("the URL of a store"));
}

fn keep_sessions(store: &str) {
    let schedule = ["--compact-every", "100ms", "--compact-idle", "500ms", "--compact-ended", "100ms"];
    let rest = ["--sweep-after", "1s", "--catalog-every", "50ms"];
    let server = Server::start(
        &[&["serve", "--listen", "127.0.0.1:0", "--store", store], schedule.as_slice(), rest.as_slice()]
            .concat(),
    );
    println!("{}", run(&["check", store]));
    a_session_is_received_compacted_and_completed(&server);
    a_large_file_is_written_in_parts(&server);
    many_sessions_are_listed(&server);
    await_empty_inbox(store);
    println!("{}", run(&["check", store]));
    everything_is_deleted(&server, store);
}

fn name(number: u32) -> String {
    format!("https://shop.test/{number}")
}

fn send(server: &Server, session: &str, number: u32) {
    let body = batch(session, number, &[("resources.jsonl", request_record(&name(number)))]);
    assert_eq!(post_batch(server, "", &body).status, 204);
}

fn manifest(server: &Server, session: &str) -> Value {
    server.get(&format!("/s/default/{session}/session.json")).json()
}

/// The lines of a file that a manifest names.
fn text(server: &Server, session: &str, file: &Value) -> String {
    let path = file["path"].as_str().expect("a path");
    let answer = server.get(&format!("/s/default/{session}/{path}"));
    assert_eq!(answer.status, 200, "{path}");
    if path.strip_suffix(".gz").is_none() {
        return answer.text();
    }
    let mut text = String::new();
    GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).expect("gzip");
    text
}

/// The requests of a session, by their names.
fn requests(server: &Server, session: &str, manifest: &Value) -> Vec<String> {
    let lines = text(server, session, &manifest["files"]["resources"]);
    let records = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    records.map(|record| record["name"].as_str().expect("a name").to_owned()).collect()
}

/// Waits until a session has been compacted with the batches up to a number.
fn await_compacted(server: &Server, session: &str, last: u32) -> Value {
    eventually("the session is compacted", || {
        let manifest = manifest(server, session);
        let is_complete = manifest["received"]["sequences"] == json!([[1, last]]);
        (is_complete && manifest["live"].is_null()).then_some(manifest)
    })
}

fn a_session_is_received_compacted_and_completed(server: &Server) {
    for number in [2, 1, 2] {
        send(server, "s-1", number);
    }
    let live = manifest(server, "s-1");
    assert_eq!(requests(server, "s-1", &live), [name(1), name(2)]);
    let compacted = await_compacted(server, "s-1", 2);
    assert_eq!(requests(server, "s-1", &compacted), [name(1), name(2)]);
    // Numbers that arrive late have their place before what has been compacted.
    for number in [4, 3] {
        send(server, "s-1", number);
    }
    let late = await_compacted(server, "s-1", 4);
    assert_eq!(requests(server, "s-1", &late), [name(1), name(2), name(3), name(4)]);
}

fn a_large_file_is_written_in_parts(server: &Server) {
    let mut seed = 1_u64;
    let noise = (0..LARGE / 16).map(|_| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{seed:016x}")
    });
    let record = json!({"type": 3, "data": {"source": 0, "text": noise.collect::<String>()}, "timestamp": 1});
    let body = batch("large", 1, &[("events.jsonl", record.clone())]);
    assert_eq!(post_batch(server, "", &body).status, 204);
    let compacted = await_compacted(server, "large", 1);
    assert_eq!(text(server, "large", &compacted["files"]["events"]), format!("{record}\n"));
}

fn many_sessions_are_listed(server: &Server) {
    let listed = |count: usize| {
        let list = server.get("/sessions.json?q=checkout&limit=500").json();
        let sessions = list["sessions"].as_array().expect("a list").len();
        (sessions == count).then_some(())
    };
    // One after the other, so that each is in a file of the catalog of its own, which are merged then.
    for number in 0..SESSIONS {
        send(server, &format!("many-{number}"), 1);
        eventually("the session is listed", || listed(number + 3));
    }
    for number in 0..SESSIONS {
        await_compacted(server, &format!("many-{number}"), 1);
    }
    eventually("each session is listed once", || listed(SESSIONS + 2));
}

/// Waits until all batches are in the files of sessions, and deleted.
fn await_empty_inbox(store: &str) {
    let runtime = Runtime::new().expect("a runtime");
    let store = runtime.block_on(Store::open(store, Settings::default())).expect("the store");
    eventually("no batch waits", || {
        runtime.block_on(store.in_inbox()).expect("an answer").is_empty().then_some(())
    });
}

fn everything_is_deleted(server: &Server, store: &str) {
    let host = format!("Host: {}\r\n", server.host());
    for session in
        ["s-1".to_owned(), "large".to_owned()].into_iter().chain((0..SESSIONS).map(|n| format!("many-{n}")))
    {
        let path = format!("/s/default/{session}");
        assert_eq!(server.request("DELETE", &path, &host, b"").status, 204, "{session}");
        assert_eq!(server.get(&format!("{path}/session.json")).status, 404, "{session}");
    }
    let body = batch("s-1", 5, &[]);
    assert_eq!(post_batch(server, "", &body).status, 422, "a deleted session takes no batches");
    eventually("no session is listed", || {
        (server.get("/sessions.json").json()["sessions"] == json!([])).then_some(())
    });
    let runtime = Runtime::new().expect("a runtime");
    let store = runtime.block_on(Store::open(store, Settings::default())).expect("the store");
    let list = Path::from("sessions/default/sessions.json");
    eventually("the list for static hosts has no session", || {
        let read = runtime.block_on(async { store.objects().get(&list).await.ok()?.bytes().await.ok() });
        let sessions = read
            .and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
            .map(|list| list["sessions"].clone());
        sessions.is_none_or(|sessions| sessions == json!([])).then_some(())
    });
    let left: Vec<String> = runtime.block_on(async {
        let mut left = Vec::new();
        for folder in ["inbox", "sessions"] {
            let found: Vec<_> =
                store.objects().list(Some(&Path::from(folder))).try_collect().await.expect("a list");
            left.extend(found.into_iter().map(|meta| meta.location.to_string()));
        }
        left
    });
    let left: Vec<String> = left.into_iter().filter(|path| *path != list.as_ref()).collect();
    assert_eq!(left, [""; 0], "nothing is left of the sessions");
}
