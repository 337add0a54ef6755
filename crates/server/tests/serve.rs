//! `replayscope serve`: what it takes, keeps and shows, and to whom. Needs the built viewer in `dist/`.

mod support;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

use support::{Answer, Server, path};

/// Starts a server on a new store, which compacts nothing by itself within a test.
fn serve(folder: &TempDir, arguments: &[&str]) -> Server {
    let store = path(folder, "store");
    Server::start(&[&["serve", "--listen", "127.0.0.1:0", "--store", &store], arguments].concat())
}

fn new_folder() -> TempDir {
    TempDir::new().expect("a folder")
}

/// A batch as the recorder writes it.
fn batch(session: &str, sequence: u32, records: &[(&str, Value)]) -> Vec<u8> {
    let manifest = json!({
        "format": "replayscope/1", "id": session, "title": "Checkout", "startedAt": 1_800_000_000_000_i64,
        "pages": [{"id": "page-1", "url": "https://shop.test/cart", "startedAt": 1_800_000_000_000_i64,
            "timeOrigin": 1_800_000_000_000_i64}],
        "userAgent": "tests", "recorder": {"name": "replayscope-recorder", "version": "0.1.0"}, "capture": {},
    });
    let head = json!({"session": session, "sequence": sequence, "page": "page-1", "manifest": manifest});
    let mut text = format!("{head}\n");
    for (file, record) in records {
        text += &format!("{}\n", json!({"file": file, "record": record}));
    }
    text.into_bytes()
}

fn request_record(name: &str) -> Value {
    json!({"name": name, "initiatorType": "fetch", "method": "GET", "startTimeAbs": 1_800_000_000_100_i64,
        "responseEndAbs": 1_800_000_000_200_i64, "responseStatus": 200})
}

fn post(server: &Server, headers: &str, body: &[u8]) -> Answer {
    server.request("POST", "/v1/batches", &format!("Host: {}\r\n{headers}", server.host()), body)
}

#[test]
fn a_session_can_be_watched_while_it_is_recorded() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    let socket = json!({"initiatorType": "websocket", "type": "open", "socketId": "page-1-socket-1",
        "name": "wss://shop.test/ws", "startTimeAbs": 1_800_000_000_300_i64});
    let message = json!({"type": "sent", "timeStamp": 1_800_000_000_400_i64, "size": 2, "message": "hi"});
    let first = [("resources.jsonl", request_record("https://shop.test/a")), ("resources.jsonl", socket)];
    assert_eq!(post(&server, "", &batch("s-1", 1, &first)).status, 204);
    let source = "/s/default/s-1/session.json";
    let manifest = server.get(source);
    let value = manifest.json();
    assert_eq!(
        (&value["live"], &value["counts"]["requests"], &value["counts"]["sockets"]),
        (&true.into(), &1.into(), &1.into())
    );
    let etag = manifest.header("etag").expect("an ETag").to_owned();
    let again = format!("Host: localhost\r\nIf-None-Match: {etag}\r\n");
    assert_eq!(server.get_with(source, &again).status, 304);

    // More arrives, out of order and twice.
    let third = batch("s-1", 3, &[("resources.jsonl", request_record("https://shop.test/c"))]);
    let second = batch(
        "s-1",
        2,
        &[
            ("sockets/page-1-socket-1.jsonl", message.clone()),
            ("resources.jsonl", request_record("https://shop.test/b")),
        ],
    );
    for body in [&third, &second, &third] {
        assert_eq!(post(&server, "", body).status, 204);
    }
    assert_eq!(server.get_with(source, &again).status, 200);
    let value = server.get(source).json();
    let file =
        |path: &Value| server.get(&format!("/s/default/s-1/{}", path.as_str().expect("a path"))).text();
    let resources = file(&value["files"]["resources"]["path"]);
    let names: Vec<Value> = resources
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["name"].clone())
        .collect();
    assert_eq!(
        names,
        ["https://shop.test/a", "wss://shop.test/ws", "https://shop.test/b", "https://shop.test/c"]
    );
    let messages = file(&value["files"]["sockets"]["page-1-socket-1"]["path"]);
    assert_eq!(messages, format!("{message}\n"));
}

#[test]
fn the_catalog_lists_a_session_as_soon_as_it_is_stored() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    assert_eq!(server.get("/sessions.json").json()["sessions"], json!([]));
    post(&server, "", &batch("s-1", 1, &[]));
    let list = server.get("/sessions.json").json();
    let session = &list["sessions"][0];
    assert_eq!(
        (&session["id"], &session["title"], &session["state"], &session["src"]),
        (&"s-1".into(), &"Checkout".into(), &"live".into(), &"s/default/s-1/session.json".into())
    );
    assert_eq!(session["counts"]["requests"], Value::Null, "nothing is counted yet, which is not 0");
    assert_eq!(server.get("/sessions.json?q=checkout").json()["sessions"][0]["id"], "s-1");
    assert_eq!(server.get("/sessions.json?url=other").json()["sessions"], json!([]));
    assert_eq!(server.get("/sessions.json?before=x").status, 400);
}

#[test]
fn what_is_no_batch_is_refused_for_good() {
    let folder = new_folder();
    let server = serve(&folder, &["--max-batch-bytes", "100000", "--max-unpacked-bytes", "200000"]);
    let good = batch("s-1", 1, &[("resources.jsonl", json!({"a": 1}))]);
    let text = String::from_utf8(good.clone()).expect("UTF-8");
    for (name, body) in [
        ("no JSON", "x".to_owned()),
        ("a session outside of its folder", text.replace("s-1", "..")),
        ("a file outside of the session", text.replace("resources.jsonl", "../x.jsonl")),
        ("another format", text.replace("replayscope/1", "replayscope/9")),
        ("a record that is no object", text.replace("{\"a\":1}", "1")),
        ("no number", text.replace("\"sequence\":1", "\"sequence\":0")),
    ] {
        let answer = post(&server, "", body.as_bytes());
        assert!(matches!(answer.status, 400 | 422), "{name}: {} {}", answer.status, answer.text());
    }
    assert_eq!(post(&server, "", &[b' '; 100_001]).status, 413);
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&[b' '; 300_000]).expect("memory");
    let bomb = bomb.finish().expect("memory");
    assert_eq!(post(&server, "Content-Encoding: gzip\r\n", &bomb).status, 413);
    assert_eq!(post(&server, "Content-Encoding: br\r\n", &good).status, 415);
    assert_eq!(server.get("/sessions.json").json()["sessions"], json!([]), "nothing of it is stored");
    assert_eq!(post(&server, "", &good).status, 204);
}

#[test]
fn a_compressed_batch_is_the_same_as_a_plain_one() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    let plain = batch("s-1", 1, &[("resources.jsonl", request_record("https://shop.test/a"))]);
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&plain).expect("memory");
    let answer = post(&server, "Content-Encoding: gzip\r\n", &packed.finish().expect("memory"));
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert!(answer.has("replayscope-accept: gzip"));
    assert_eq!(post(&server, "", &plain).status, 204);
    assert_eq!(server.get("/s/default/s-1/session.json").json()["counts"]["requests"], 1);
}

#[test]
fn what_is_stored_never_runs_in_the_viewer() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    post(&server, "", &batch("s-1", 1, &[("resources.jsonl", json!({"name": "<script>alert(1)</script>"}))]));
    let answer = server.get("/s/default/s-1/live/resources.jsonl");
    for header in [
        "content-type: application/octet-stream",
        "x-content-type-options: nosniff",
        "content-security-policy: sandbox; default-src 'none'; frame-ancestors 'none'",
    ] {
        assert!(answer.has(header), "{header} is missing in\n{}", answer.head);
    }
}

#[test]
fn nothing_outside_of_a_session_can_be_read() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    post(&server, "", &batch("s-1", 1, &[]));
    for outside in [
        "../../../replayscope.json",
        "..%2f..%2f..%2freplayscope.json",
        "%2e%2e/%2e%2e/%2e%2e/replayscope.json",
        "live/../x",
        "%00",
        "live/%2e%2e%2fx",
    ] {
        let answer = server.get(&format!("/s/default/s-1/{outside}"));
        assert!(matches!(answer.status, 400 | 404), "{outside}: {}", answer.head);
    }
    for session in ["/s/../s-1/session.json", "/s/DEFAULT/s-1/session.json", "/s/default/%2e%2e/session.json"]
    {
        assert_eq!(server.get(session).status, 404, "{session}");
    }
}

#[test]
fn pages_of_other_sites_can_neither_read_nor_delete() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    post(&server, "", &batch("s-1", 1, &[]));
    let source = "/s/default/s-1/session.json";
    let foreign =
        format!("Host: {}\r\nOrigin: https://evil.test\r\nSec-Fetch-Site: cross-site\r\n", server.host());
    assert_eq!(server.get_with(source, &foreign).status, 403);
    assert_eq!(server.request("DELETE", "/s/default/s-1", &foreign, b"").status, 403);
    assert_eq!(server.get_with(source, "Host: evil.test\r\n").status, 421);
    let read = server.get_with(source, &format!("Host: {}\r\nOrigin: https://evil.test\r\n", server.host()));
    assert_eq!(read.header("access-control-allow-origin"), None);
    assert_eq!(server.get(source).status, 200);
}

#[test]
fn a_server_for_other_machines_says_who_may_see_sessions() {
    let folder = new_folder();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_replayscope"))
        .args(["serve", "--listen", "0.0.0.0:0", "--store", &path(&folder, "store")])
        .output()
        .expect("it ends");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--viewer-password-file"));
}

#[test]
fn a_password_opens_the_viewer() {
    let folder = new_folder();
    let password = path(&folder, "password");
    std::fs::write(&password, "correct horse battery\n").expect("a file");
    let server = serve(&folder, &["--viewer-password-file", &password]);
    post(&server, "", &batch("s-1", 1, &[]));
    let host = format!("Host: {}\r\n", server.host());
    assert_eq!(server.get("/sessions.json").status, 401);
    assert_eq!(server.get("/s/default/s-1/session.json").status, 401);
    let page =
        server.get_with("/session?src=s/default/s-1/session.json", &format!("{host}Accept: text/html\r\n"));
    let form = page.header("location").expect("it leads to the form").to_owned();
    assert!(server.get(&form).text().contains("s/default/s-1/session.json"));
    let send = |password: &str| {
        let headers = format!("{host}Content-Type: application/x-www-form-urlencoded\r\n");
        server.request("POST", "/login", &headers, format!("password={password}&next=%2Fsession").as_bytes())
    };
    assert_eq!(send("wrong").status, 401);
    let answer = send("correct+horse+battery");
    assert_eq!((answer.status, answer.header("location")), (303, Some("/session")));
    let cookie = answer.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a value");
    assert_eq!(server.get_with("/sessions.json", &format!("{host}Cookie: {cookie}\r\n")).status, 200);
}

#[test]
fn a_client_that_sends_nothing_is_dropped() {
    let folder = new_folder();
    let server = serve(&folder, &["--head-timeout", "200ms", "--body-timeout", "200ms"]);
    let mut silent = server.connect();
    write!(silent, "GET / HTT").expect("it is sent");
    let mut rest = Vec::new();
    std::io::Read::read_to_end(&mut silent, &mut rest).expect("it is closed");
    let mut slow = server.connect();
    write!(slow, "POST /v1/batches HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx")
        .expect("it is sent");
    let mut status = [0; 12];
    std::io::Read::read_exact(&mut slow, &mut status).expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 408");
}

#[test]
fn settings_come_from_a_file_and_flags_override_it() {
    let folder = new_folder();
    let config = path(&folder, "replayscope.toml");
    let store = path(&folder, "other");
    std::fs::write(&config, format!("store = '{store}'\nlisten = '127.0.0.1:0'\nbatch-interval = '10s'\n"))
        .expect("a file");
    let server = Server::start(&["serve", "--config", &config]);
    let answer = post(&server, "", &batch("s-1", 1, &[]));
    assert!(answer.has("replayscope-interval: 10"), "{}", answer.head);
    assert!(std::path::Path::new(&store).join("inbox").is_dir());
    let other = Server::start(&["serve", "--config", &config, "--batch-interval", "3s"]);
    assert!(post(&other, "", &batch("s-1", 2, &[])).has("replayscope-interval: 3"));
    std::fs::write(&config, "stroe = 'x'\n").expect("a file");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_replayscope"))
        .args(["serve", "--config", &config])
        .output()
        .expect("it ends");
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no setting stroe"));
}

/// Runs a command that ends, and returns what it prints.
fn run(arguments: &[&str]) -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_replayscope"))
        .args(arguments)
        .output()
        .expect("it ends");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned()
}

/// Asks again until the answer is what is expected.
fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(std::time::Instant::now() < deadline, "not within 30 s: {what}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// Starts a server that compacts as soon as nothing more arrives.
fn serve_fast(folder: &TempDir) -> Server {
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

#[test]
fn a_key_is_for_one_project_and_some_origins() {
    let folder = new_folder();
    let store = path(&folder, "store");
    let server = serve(&folder, &[]);
    assert_eq!(
        post(&server, "", &batch("s-0", 1, &[])).status,
        204,
        "on loopback a store without keys is open"
    );
    let key = run(&[
        "key",
        "new",
        "--store",
        &store,
        "--project",
        "shop",
        "--origin",
        "https://shop.test",
        "--sessions-per-day",
        "1",
    ]);
    let authorization = format!("Authorization: Bearer {key}\r\n");
    let from = |origin: &str| format!("{authorization}Origin: {origin}\r\n");
    let answer = post(&server, &from("https://shop.test"), &batch("s-1", 1, &[]));
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (204, Some("https://shop.test"))
    );
    assert_eq!(server.get("/s/shop/s-1/session.json").status, 200);
    let answer = post(&server, &from("https://evil.test"), &batch("s-1", 2, &[]));
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None));
    let over = post(&server, &authorization, &batch("s-2", 1, &[]));
    assert_eq!(over.status, 429, "one session a day");
    assert!(over.header("retry-after").is_some());
    let without = eventually("a key is needed now", || {
        Some(post(&server, "", &batch("s-0", 2, &[]))).filter(|answer| answer.status == 401)
    });
    assert!(without.text().contains("A key is needed"));
    assert_eq!(post(&server, "Authorization: Bearer rsk_wrong\r\n", &batch("s-1", 2, &[])).status, 401);

    let preflight = |origin: &str| {
        let headers =
            format!("Host: localhost\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: POST\r\n");
        server.request("OPTIONS", "/v1/batches", &headers, b"")
    };
    let allowed = preflight("https://shop.test");
    assert_eq!((allowed.status, allowed.header("access-control-max-age")), (204, Some("7200")));
    assert_eq!(preflight("https://evil.test").status, 403);

    let listed: Value =
        serde_json::from_str(&run(&["key", "list", "--store", &store, "--json"])).expect("JSON");
    assert_eq!((&listed["project"], &listed["revoked"]), (&"shop".into(), &Value::Null));
    run(&["key", "revoke", "--store", &store, listed["id"].as_str().expect("an id")]);
    eventually("the key is refused", || {
        (post(&server, &authorization, &batch("s-1", 2, &[])).status == 401).then_some(())
    });
}

#[test]
fn a_session_that_has_ended_becomes_files_with_counts() {
    let folder = new_folder();
    let server = serve_fast(&folder);
    let socket = json!({"initiatorType": "websocket", "type": "open", "socketId": "page-1-socket-1",
        "name": "wss://shop.test/ws", "startTimeAbs": 1_800_000_000_300_i64});
    let message = json!({"type": "sent", "timeStamp": 1_800_000_000_400_i64, "size": 2, "message": "hi"});
    for (number, record) in [
        (3, ("resources.jsonl", request_record("https://shop.test/b"))),
        (1, ("resources.jsonl", socket)),
        (2, ("sockets/page-1-socket-1.jsonl", message.clone())),
        (3, ("resources.jsonl", request_record("https://shop.test/b"))),
    ] {
        assert_eq!(post(&server, "", &batch("s-1", number, &[record])).status, 204);
    }
    let session = eventually("the session is listed as final", || {
        let list = server.get("/sessions.json").json();
        Some(list["sessions"][0].clone()).filter(|session| session["state"] == "final")
    });
    assert_eq!(
        session["counts"],
        json!({"requests": 1, "sockets": 1, "messages": 1, "errors": 0, "consoleErrors": 0})
    );
    let manifest = server.get("/s/default/s-1/session.json").json();
    assert_eq!((&manifest["live"], &manifest["received"]["sequences"]), (&Value::Null, &json!([[1, 3]])));
    let path_of =
        manifest["files"]["sockets"]["page-1-socket-1"]["path"].as_str().expect("a path").to_owned();
    let file = server.get(&format!("/s/default/s-1/{path_of}"));
    assert!(file.header("cache-control").expect("a lifetime").contains("immutable"));
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file.body.as_slice()), &mut text)
        .expect("gzip");
    assert_eq!(text, format!("{message}\n"));
    // The folder alone is a session.
    let summary: Value =
        serde_json::from_str(&run(&["summary", &path(&folder, "store/sessions/default/s-1"), "--json"]))
            .expect("JSON");
    assert_eq!(
        (&summary["requests"], &summary["sockets"], &summary["messages"]),
        (&1.into(), &1.into(), &1.into())
    );
    let inbox = std::path::PathBuf::from(path(&folder, "store/inbox"));
    eventually("the batches are deleted", || files_below(&inbox).is_empty().then_some(()));
    // What is late is not lost.
    assert_eq!(
        post(&server, "", &batch("s-1", 4, &[("resources.jsonl", request_record("https://shop.test/c"))]))
            .status,
        204
    );
    eventually("the late batch is in the session", || {
        (server.get("/sessions.json").json()["sessions"][0]["counts"]["requests"] == 2).then_some(())
    });
}

fn files_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .flatten()
        .flat_map(|entry| if entry.path().is_dir() { files_below(&entry.path()) } else { vec![entry.path()] })
        .collect()
}

#[test]
fn a_deleted_session_is_gone_and_takes_no_more_batches() {
    let folder = new_folder();
    let server = serve_fast(&folder);
    post(&server, "", &batch("s-1", 1, &[("resources.jsonl", request_record("https://shop.test/a"))]));
    post(&server, "", &batch("s-2", 1, &[]));
    assert_eq!(
        server.request("DELETE", "/s/default/s-1", &format!("Host: {}\r\n", server.host()), b"").status,
        204
    );
    let list = server.get("/sessions.json").json();
    let ids: Vec<&Value> =
        list["sessions"].as_array().expect("a list").iter().map(|session| &session["id"]).collect();
    assert_eq!(ids, ["s-2"]);
    assert_eq!(server.get("/s/default/s-1/session.json").status, 404);
    assert_eq!(post(&server, "", &batch("s-1", 2, &[])).status, 422);
    for folder_of in ["store/inbox", "store/sessions"] {
        let left = files_below(std::path::Path::new(&path(&folder, folder_of)));
        assert!(!left.iter().any(|path| path.display().to_string().contains("/s-1/")), "{left:?}");
    }
}

#[test]
fn the_recorder_is_served_for_pages_of_any_origin() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    let script = server.get("/replayscope.js");
    assert_eq!(script.status, 200, "the recorder is not built: run `npm run build` in recorder/");
    assert!(
        script.has("content-type: text/javascript; charset=utf-8")
            && script.has("access-control-allow-origin: *")
    );
    let versioned = server.get(concat!("/replayscope-", env!("CARGO_PKG_VERSION"), ".js"));
    assert!(versioned.header("cache-control").expect("a lifetime").contains("immutable"));
    assert_eq!(versioned.body, script.body);
    assert_eq!(server.get("/replayscope-9.9.9.js").status, 404);
}
