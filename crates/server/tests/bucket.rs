//! Sessions in a bucket: read through a server, by signed URLs, and without one. `REPLAYSCOPE_MOTO` names an S3 server's
//! executable; without it nothing of this runs. Needs the built viewer in `dist/`.

mod support;

use std::io::Read;
use std::process::Command;

use flate2::read::GzDecoder;
use serde_json::Value;

use support::bucket::Bucket;
use support::sessions::{batch, eventually, new_folder, post_batch, request_record};
use support::{Answer, Server, path};

const STORE: &str = "s3://bucket/store";
const NAME: &str = "https://shop.test/a";

/// A bucket with a server, and the session `s-1` as files in it.
fn with_session(arguments: &[&str]) -> Option<(Bucket, tempfile::TempDir, Server)> {
    let bucket = Bucket::start()?;
    let folder = new_folder();
    let fast = ["--compact-every", "100ms", "--compact-idle", "300ms", "--catalog-every", "100ms"];
    let serve = ["serve", "--listen", "127.0.0.1:0", "--store", STORE];
    let arguments = [serve.as_slice(), &fast, arguments].concat();
    let server = Server::start_logged(&arguments, &bucket.environment(), &folder.path().join("log"));
    let body = batch("s-1", 1, &[("resources.jsonl", request_record(NAME))]);
    assert_eq!(post_batch(&server, "", &body).status, 204);
    eventually("the session is compacted", || {
        let list = server.get("/sessions.json").json();
        (list["sessions"][0]["state"] == "final").then_some(())
    });
    Some((bucket, folder, server))
}

fn resources(manifest: &Value) -> &str {
    manifest["files"]["resources"]["path"].as_str().expect("a path")
}

fn unpacked(answer: &Answer) -> String {
    let mut text = String::new();
    GzDecoder::new(answer.body.as_slice()).read_to_string(&mut text).expect("gzip");
    text
}

/// Fetches a URL of the bucket, as a browser that was sent to it.
fn fetch(url: &str, headers: &str) -> Answer {
    let rest = url.strip_prefix("http://").expect("a URL");
    let (host, path) = rest.split_once('/').expect("a path");
    let mut stream = std::net::TcpStream::connect(host).expect("it listens");
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n");
    std::io::Write::write_all(&mut stream, request.as_bytes()).expect("it is sent");
    Answer::read(stream)
}

#[test]
fn viewers_read_files_by_urls_that_are_signed_when_they_ask() {
    let Some((_bucket, _folder, server)) = with_session(&["--redirect-reads"]) else { return };
    let manifest = server.get("/s/default/s-1/session.json");
    assert_eq!(manifest.status, 200, "a manifest is the server's own");
    let path = format!("/s/default/s-1/{}", resources(&manifest.json()));
    let redirect = server.get(&path);
    assert_eq!(redirect.status, 307, "{}", redirect.head);
    let url = redirect.header("location").expect("a URL");
    assert!(url.contains("/bucket/store/sessions/default/s-1/g1-"), "{url}");
    assert!(url.contains("X-Amz-Signature=") && url.contains("X-Amz-Expires=600"), "{url}");
    assert!(unpacked(&fetch(url, "")).contains(NAME));
    assert_eq!(fetch(url, "Range: bytes=0-1\r\n").body, [0x1f, 0x8b]);
    assert_eq!(server.request("HEAD", &path, "Host: localhost\r\n", b"").status, 200, "signed is a GET only");
    // What is not a file of a session is not signed.
    for other in ["g1-00/index.json.gz", "session.json.gz", "../x", "set-aside/x", "live/resources.jsonl"] {
        assert_ne!(server.get(&format!("/s/default/s-1/{other}")).status, 307, "{other}");
    }
}

#[test]
fn a_folder_has_no_urls_to_redirect_to() {
    let folder = new_folder();
    let output = Command::new(env!("CARGO_BIN_EXE_replayscope"))
        .args(["serve", "--redirect-reads", "--listen", "127.0.0.1:0", "--store", &path(&folder, "store")])
        .output()
        .expect("it ends");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--redirect-reads needs an object store"));
}

/// Opens what a URL names, without a browser.
fn open(bucket: &Bucket, folder: &tempfile::TempDir, url: &str) -> Server {
    let arguments = ["open", "--no-browser", "--port", "0", url];
    Server::start_logged(&arguments, &bucket.environment(), &folder.path().join("open-log"))
}

#[test]
fn what_is_in_a_bucket_is_opened_with_the_users_credentials() {
    let Some((bucket, folder, server)) = with_session(&[]) else { return };
    let path = resources(&server.get("/s/default/s-1/session.json").json()).to_owned();
    // A session by its manifest, its folder, or the folder's name.
    for url in ["sessions/default/s-1/session.json", "sessions/default/s-1/", "sessions/default/s-1"] {
        let opened = open(&bucket, &folder, &format!("{STORE}/{url}"));
        let source = opened.source();
        assert!(source.ends_with("/0/session.json"), "{url}: {source}");
        assert_eq!(opened.get(&source).json()["id"], "s-1", "{url}");
        let base = source.trim_end_matches("session.json");
        assert!(unpacked(&opened.get(&format!("{base}{path}"))).contains(NAME), "{url}");
        for outside in ["../../../replayscope.json", "..%2f..%2f..%2freplayscope.json", "absent"] {
            let answer = opened.get(&format!("{base}{outside}"));
            assert!(matches!(answer.status, 400 | 404), "{outside}: {}", answer.head);
        }
    }
    // A single file, and a part of it.
    let opened = open(&bucket, &folder, &format!("{STORE}/sessions/default/s-1/{path}"));
    assert!(unpacked(&opened.get(&opened.source())).contains(NAME));
    let part = opened.get_with(&opened.source(), "Host: localhost\r\nRange: bytes=0-1\r\n");
    assert_eq!((part.status, part.body.as_slice()), (206, [0x1f, 0x8b].as_slice()));
}

#[test]
fn what_is_not_in_a_bucket_is_said_before_the_browser_opens() {
    let Some(bucket) = Bucket::start() else { return };
    for (url, expected) in [
        ("s3://bucket/absent.har", "s3://bucket/absent.har cannot be opened: there is no such object"),
        ("s3://bucket/absent/", "s3://bucket/absent/ cannot be opened: there is nothing in this folder"),
        ("s3://absent/a.har", "s3://absent/a.har cannot be opened"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_replayscope"))
            .args(["open", "--no-browser", "--port", "0", url])
            .envs(bucket.environment())
            .output()
            .expect("it ends");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains(expected) && !text.contains("secret"), "{text}");
    }
}
