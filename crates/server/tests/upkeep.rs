//! `replayscope serve`: what a server does with a store by itself, and the settings for that. Needs the built viewer in
//! `dist/`.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use catalog::{Catalog, Row};
use serde_json::{Value, json};

use store::{Batch, Limits, Project, Settings, Store};
use support::path;
use support::sessions::{
    batch, eventually, files_below, new_folder, post_batch, request_record, run, serve, serve_fast,
};
use support::{Answer, Server};

/// Compacts within a second of the last batch, and looks for old sessions as often.
const FAST: [&str; 8] = [
    "--compact-every",
    "100ms",
    "--compact-idle",
    "300ms",
    "--compact-ended",
    "100ms",
    "--catalog-every",
    "100ms",
];

/// Sends a batch with a key of a project.
fn record(server: &Server, key: &str, session: &str) {
    let body = batch(session, 1, &[("resources.jsonl", request_record("https://shop.test/a"))]);
    let answer = post_batch(server, &format!("Authorization: Bearer {key}\r\n"), &body);
    assert_eq!(answer.status, 204, "{}", answer.text());
}

fn new_key(store: &str, project: &str) -> String {
    run(&["key", "new", "--store", store, "--project", project])
}

#[test]
fn each_project_keeps_its_sessions_for_its_own_time() {
    let folder = new_folder();
    let store = path(&folder, "store");
    let [shop, audit, docs] = ["shop", "audit", "docs"].map(|project| new_key(&store, project));
    let mut arguments = FAST.to_vec();
    arguments.extend(["--keep", "1s,audit=forever,docs=1day"]);
    let server = serve(&folder, &arguments);
    for (key, session) in [(&shop, "s-1"), (&audit, "s-2"), (&docs, "s-3")] {
        record(&server, key, session);
    }
    let listed = || -> BTreeSet<String> {
        let list = server.get("/sessions.json").json();
        let rows = list["sessions"].as_array().expect("a list").iter();
        rows.map(|row| format!("{} {}", row["id"], row["state"]).replace('"', "")).collect()
    };
    let expected: BTreeSet<String> = ["s-2 final", "s-3 final"].map(str::to_owned).into();
    eventually("the session of the project without a time of its own is deleted", || {
        (listed() == expected).then_some(())
    });
    assert_eq!(server.get("/s/shop/s-1/session.json").status, 404);
    assert_eq!(server.get("/s/audit/s-2/session.json").status, 200);
}

#[test]
fn a_time_that_is_said_twice_is_refused() {
    let folder = new_folder();
    let output = Command::new(env!("CARGO_BIN_EXE_replayscope"))
        .args(["serve", "--listen", "127.0.0.1:0", "--store", &path(&folder, "store")])
        .args(["--keep", "shop=1day,shop=2days"])
        .output()
        .expect("it ends");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("two times for shop"));
}

#[test]
fn a_folder_lists_its_sessions_without_a_server() {
    let folder = new_folder();
    let store = PathBuf::from(path(&folder, "store"));
    let server = serve_fast(&folder);
    for session in ["s-1", "s-2"] {
        let body = batch(session, 1, &[("resources.jsonl", request_record("https://shop.test/a"))]);
        assert_eq!(post_batch(&server, "", &body).status, 204);
    }
    let list = store.join("sessions/default/sessions.json");
    let read = || -> Option<Value> { serde_json::from_slice(&std::fs::read(&list).ok()?).ok() };
    let ids = || -> Option<BTreeSet<String>> {
        read()?["sessions"].as_array()?.iter().map(|row| Some(row["id"].as_str()?.to_owned())).collect()
    };
    eventually("both are listed", || ids().filter(|ids| ids.len() == 2));
    let rows = read().expect("a list");
    for row in rows["sessions"].as_array().expect("rows") {
        assert_eq!((&row["format"], &row["counts"]["requests"]), (&json!("replayscope/1"), &json!(1)));
        let manifest = list.parent().expect("a folder").join(row["src"].as_str().expect("a path"));
        let manifest: Value =
            serde_json::from_slice(&std::fs::read(manifest).expect("it is next to the list")).expect("JSON");
        assert_eq!(manifest["id"], row["id"]);
    }
    // The viewer reads it as it reads every list.
    let text = std::fs::read(&list).expect("a list");
    let catalog = session::formats::catalog("sessions.json", &text).expect("a catalog");
    assert_eq!(catalog.entries.len(), 2);

    let host = format!("Host: {}\r\n", server.host());
    assert_eq!(server.request("DELETE", "/s/default/s-1", &host, b"").status, 204);
    eventually("the deleted one is not listed", || ids().filter(|ids| *ids == ["s-2".to_owned()].into()));
    // The name of the list is not that of a session.
    assert_eq!(post_batch(&server, "", &batch("sessions.json", 1, &[])).status, 400);
    assert_eq!(server.get("/s/default/sessions.json").status, 404);
}

/// A store whose session `forgotten` was compacted by a server that ended before it could list it, with more live
/// sessions than a page of the catalog has.
async fn store_with_a_forgotten_session(location: &str) {
    const HOUR: Duration = Duration::from_secs(60 * 60);
    let store = Store::open(location, Settings::default()).await.expect("a store");
    let project: Project = "default".parse().expect("a name");
    let batch = Batch::parse(batch("forgotten", 1, &[]).into(), false, &Limits::default());
    store.put(&project, &batch.expect("a batch")).await.expect("it is stored");
    let later = store.clock().await.expect("a time") + HOUR;
    assert_eq!(store.compact(later).await.expect("a pass").compacted.len(), 1);
    let ms = |time: SystemTime| {
        let since = time.duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        i64::try_from(since.as_millis()).expect("not so soon")
    };
    let now = SystemTime::now();
    let mut rows: Vec<Row> =
        (0..600).map(|number| Row::new("default", format!("live-{number}"), ms(now))).collect();
    rows.push(Row::new("default", "forgotten", ms(now - 3 * HOUR)));
    Catalog::new(store.objects()).append(rows).await.expect("they are listed");
}

#[test]
fn a_compaction_that_was_not_listed_is_found_among_many_live_sessions() {
    let folder = new_folder();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(store_with_a_forgotten_session(&path(&folder, "store")));
    let server = serve(&folder, &["--compact-every", "100ms", "--compact-idle", "1h"]);
    let list = eventually("it is listed as final", || {
        let list = server.get("/sessions.json?state=final").json();
        (list["sessions"].as_array()?.len() == 1).then_some(list)
    });
    assert_eq!(list["sessions"][0]["id"], "forgotten");
    assert_eq!(server.get("/sessions.json?state=live&limit=500").json()["sessions"][499]["state"], "live");
}

#[test]
fn batches_are_distributed_over_the_shards_of_the_store() {
    let folder = new_folder();
    let inbox = PathBuf::from(path(&folder, "store/inbox"));
    let server = serve(&folder, &["--shards", "256", "--compact-every", "1h"]);
    for number in 0..8 {
        let answer = post_batch(&server, "", &batch(&format!("s-{number}"), 1, &[]));
        assert_eq!(answer.status, 204);
    }
    let shard = |file: &PathBuf| {
        file.strip_prefix(&inbox)
            .expect("it is in the inbox")
            .iter()
            .next()
            .map(Path::new)
            .map(Path::to_owned)
    };
    let shards: BTreeSet<_> = files_below(&inbox).iter().map(shard).collect();
    assert!(shards.len() > 2, "{shards:?}");
    drop(server);
    // Another server finds them, whatever it would have made of a new store.
    let server = serve(&folder, &["--shards", "1"]);
    for number in 0..8 {
        assert_eq!(server.get(&format!("/s/default/s-{number}/session.json")).status, 200);
    }
}

#[test]
fn recorders_with_a_key_that_was_revoked_for_good_are_told_to_stop() {
    let folder = new_folder();
    let store = path(&folder, "store");
    let key = run(&["key", "new", "--store", &store, "--project", "shop", "--origin", "https://shop.test"]);
    let server = serve(&folder, &[]);
    let post = |origin: &str| {
        let headers = format!("Authorization: Bearer {key}\r\nOrigin: {origin}\r\n");
        post_batch(&server, &headers, &batch("s-1", 1, &[]))
    };
    assert_eq!(post("https://shop.test").status, 204);
    let listed = |name: &str| -> Value {
        let text = run(&["key", "list", "--store", &store, "--json"]);
        serde_json::from_str::<Value>(&text).expect("JSON")[name].clone()
    };
    let id = listed("id").as_str().expect("an id").to_owned();
    run(&["key", "revoke", "--store", &store, "--stop", &id]);
    assert_eq!(listed("stops"), true);
    let stopped = eventually("the key is refused", || {
        Some(post("https://shop.test")).filter(|answer: &Answer| answer.status != 204)
    });
    assert_eq!(stopped.status, 410, "{}", stopped.text());
    // A page can read that only if it may send.
    assert_eq!(stopped.header("access-control-allow-origin"), Some("https://shop.test"));
    assert_eq!(post("https://evil.test").status, 403);
    let preflight = "Host: localhost\r\nOrigin: https://shop.test\r\nAccess-Control-Request-Method: POST\r\n";
    assert_eq!(server.request("OPTIONS", "/v1/batches", preflight, b"").status, 204);
}

#[test]
fn wrong_passwords_are_counted_by_the_client_that_a_trusted_proxy_names() {
    let folder = new_folder();
    let password = path(&folder, "password");
    std::fs::write(&password, "correct horse battery\n").expect("a file");
    let arguments = ["--viewer-password-file", &password, "--max-logins", "1"];
    let log_in = |server: &Server, forwarded: &str, password: &str| {
        let headers = format!(
            "Host: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n{forwarded}\r\n",
            server.host()
        );
        server.request("POST", "/login", &headers, format!("password={password}").as_bytes()).status
    };
    let proxied = serve(&folder, &[arguments.as_slice(), &["--trusted-proxies", "127.0.0.1"]].concat());
    let named = |client: &str, password: &str| {
        log_in(&proxied, &format!("X-Forwarded-For: 203.0.113.9, {client}"), password)
    };
    assert_eq!(named("192.0.2.1", "wrong"), 401);
    assert_eq!(named("192.0.2.1", "correct+horse+battery"), 429, "it has sent a wrong one");
    assert_eq!(named("192.0.2.2", "correct+horse+battery"), 303, "another client has not");

    let other = new_folder();
    let alone = serve(&other, &arguments);
    assert_eq!(log_in(&alone, "X-Forwarded-For: 192.0.2.1", "wrong"), 401);
    let renamed = log_in(&alone, "X-Forwarded-For: 192.0.2.2", "correct+horse+battery");
    assert_eq!(renamed, 429, "a client names itself in vain");
}
