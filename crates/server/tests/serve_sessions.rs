//! `replayscope serve`: keys, and what becomes of a session. Needs the built viewer in `dist/`, and the recorder.

mod support;

use serde_json::{Value, json};

use support::path;
use support::sessions::{
    batch, eventually, files_below, new_folder, post_batch, request_record, run, serve, serve_fast,
};

#[test]
fn a_key_is_for_one_project_and_some_origins() {
    let folder = new_folder();
    let store = path(&folder, "store");
    let server = serve(&folder, &[]);
    assert_eq!(
        post_batch(&server, "", &batch("s-0", 1, &[])).status,
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
    let answer = post_batch(&server, &from("https://shop.test"), &batch("s-1", 1, &[]));
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (204, Some("https://shop.test"))
    );
    assert_eq!(server.get("/s/shop/s-1/session.json").status, 200);
    let answer = post_batch(&server, &from("https://evil.test"), &batch("s-1", 2, &[]));
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None));
    let over = post_batch(&server, &authorization, &batch("s-2", 1, &[]));
    assert_eq!(over.status, 429, "one session a day");
    assert!(over.header("retry-after").is_some());
    let without = eventually("a key is needed now", || {
        Some(post_batch(&server, "", &batch("s-0", 2, &[]))).filter(|answer| answer.status == 401)
    });
    assert!(without.text().contains("A key is needed"));
    assert_eq!(post_batch(&server, "Authorization: Bearer rsk_wrong\r\n", &batch("s-1", 2, &[])).status, 401);

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
        (post_batch(&server, &authorization, &batch("s-1", 2, &[])).status == 401).then_some(())
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
        assert_eq!(post_batch(&server, "", &batch("s-1", number, &[record])).status, 204);
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
        post_batch(
            &server,
            "",
            &batch("s-1", 4, &[("resources.jsonl", request_record("https://shop.test/c"))])
        )
        .status,
        204
    );
    eventually("the late batch is in the session", || {
        (server.get("/sessions.json").json()["sessions"][0]["counts"]["requests"] == 2).then_some(())
    });
}

#[test]
fn a_deleted_session_is_gone_and_takes_no_more_batches() {
    let folder = new_folder();
    let server = serve_fast(&folder);
    post_batch(&server, "", &batch("s-1", 1, &[("resources.jsonl", request_record("https://shop.test/a"))]));
    post_batch(&server, "", &batch("s-2", 1, &[]));
    assert_eq!(
        server.request("DELETE", "/s/default/s-1", &format!("Host: {}\r\n", server.host()), b"").status,
        204
    );
    let list = server.get("/sessions.json").json();
    let ids: Vec<&Value> =
        list["sessions"].as_array().expect("a list").iter().map(|session| &session["id"]).collect();
    assert_eq!(ids, ["s-2"]);
    assert_eq!(server.get("/s/default/s-1/session.json").status, 404);
    assert_eq!(post_batch(&server, "", &batch("s-1", 2, &[])).status, 422);
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
