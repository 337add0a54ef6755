//! `replayscope serve`: what it takes and shows, and to whom. Needs the built viewer in `dist/`.

mod support;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use support::sessions::{batch, new_folder, post_batch, request_record, serve};
use support::{Server, path};

#[test]
fn a_session_can_be_watched_while_it_is_recorded() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    let socket = json!({"initiatorType": "websocket", "type": "open", "socketId": "page-1-socket-1",
        "name": "wss://shop.test/ws", "startTimeAbs": 1_800_000_000_300_i64});
    let message = json!({"type": "sent", "timeStamp": 1_800_000_000_400_i64, "size": 2, "message": "hi"});
    let first = [("resources.jsonl", request_record("https://shop.test/a")), ("resources.jsonl", socket)];
    assert_eq!(post_batch(&server, "", &batch("s-1", 1, &first)).status, 204);
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
        assert_eq!(post_batch(&server, "", body).status, 204);
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
    post_batch(&server, "", &batch("s-1", 1, &[]));
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
        let answer = post_batch(&server, "", body.as_bytes());
        assert!(matches!(answer.status, 400 | 422), "{name}: {} {}", answer.status, answer.text());
    }
    assert_eq!(post_batch(&server, "", &[b' '; 100_001]).status, 413);
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&[b' '; 300_000]).expect("memory");
    let bomb = bomb.finish().expect("memory");
    assert_eq!(post_batch(&server, "Content-Encoding: gzip\r\n", &bomb).status, 413);
    assert_eq!(post_batch(&server, "Content-Encoding: br\r\n", &good).status, 415);
    assert_eq!(server.get("/sessions.json").json()["sessions"], json!([]), "nothing of it is stored");
    assert_eq!(post_batch(&server, "", &good).status, 204);
}

#[test]
fn a_compressed_batch_is_the_same_as_a_plain_one() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    let plain = batch("s-1", 1, &[("resources.jsonl", request_record("https://shop.test/a"))]);
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&plain).expect("memory");
    let answer = post_batch(&server, "Content-Encoding: gzip\r\n", &packed.finish().expect("memory"));
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert!(answer.has("replayscope-accept: gzip"));
    assert_eq!(post_batch(&server, "", &plain).status, 204);
    assert_eq!(server.get("/s/default/s-1/session.json").json()["counts"]["requests"], 1);
}

#[test]
fn what_is_stored_never_runs_in_the_viewer() {
    let folder = new_folder();
    let server = serve(&folder, &[]);
    post_batch(
        &server,
        "",
        &batch("s-1", 1, &[("resources.jsonl", json!({"name": "<script>alert(1)</script>"}))]),
    );
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
    post_batch(&server, "", &batch("s-1", 1, &[]));
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
    post_batch(&server, "", &batch("s-1", 1, &[]));
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
    post_batch(&server, "", &batch("s-1", 1, &[]));
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
    let answer = post_batch(&server, "", &batch("s-1", 1, &[]));
    assert!(answer.has("replayscope-interval: 10"), "{}", answer.head);
    assert!(std::path::Path::new(&store).join("inbox").is_dir());
    let other = Server::start(&["serve", "--config", &config, "--batch-interval", "3s"]);
    assert!(post_batch(&other, "", &batch("s-1", 2, &[])).has("replayscope-interval: 3"));
    std::fs::write(&config, "stroe = 'x'\n").expect("a file");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_replayscope"))
        .args(["serve", "--config", &config])
        .output()
        .expect("it ends");
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no setting stroe"));
}
