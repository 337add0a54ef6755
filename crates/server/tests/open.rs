//! `replayscope open`: what it serves, to whom, and when it ends. Needs the built viewer in `dist/`.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use support::{Server, folder_with, path, repository};

const EVENTS: &str =
    r#"{"type":4,"timestamp":1700000000000,"data":{"href":"https://a.test/","width":800,"height":600}}"#;

/// Opens recordings without a browser, on a free port.
fn open(arguments: &[&str]) -> Server {
    Server::start(&[&["open", "--no-browser", "--port", "0"], arguments].concat())
}

#[test]
fn a_session_folder_is_served_below_a_token() {
    let server = open(&[&repository().join("static/sessions/market").display().to_string()]);
    let page = server.get(server.link.split_once(server.host()).expect("a path").1);
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<title>Replayscope</title>"), "{}", page.head);
    assert!(page.has("content-security-policy: frame-ancestors 'self'"), "{}", page.head);
    let source = server.source();
    let manifest = server.get(&source);
    assert_eq!(
        manifest.body,
        fs::read(repository().join("static/sessions/market/session.json")).expect("a file")
    );
    let folder = source.trim_end_matches("session.json");
    assert_eq!(server.get(&format!("{folder}resources.jsonl")).status, 200);
    // Without the token nothing can be read.
    assert_eq!(server.get("/files/0/0/session.json").status, 404);
    assert_eq!(server.get("/sessions.json").status, 404);
}

#[test]
fn what_is_stored_never_runs_in_the_viewer() {
    let folder = folder_with(&[("page.har", "<script>alert(1)</script>")]);
    let server = open(&[&path(&folder, "page.har")]);
    let answer = server.get(&server.source());
    for header in [
        "content-type: application/octet-stream",
        "x-content-type-options: nosniff",
        "content-security-policy: sandbox; default-src 'none'; frame-ancestors 'none'",
        "cross-origin-resource-policy: same-origin",
    ] {
        assert!(answer.has(header), "{header} is missing in\n{}", answer.head);
    }
}

#[test]
fn only_the_folder_of_the_recording_is_readable() {
    let folder = folder_with(&[("in/a.har", "{}"), ("in/body.txt", "body"), ("secret.txt", "secret")]);
    let server = open(&[&path(&folder, "in/a.har")]);
    let source = server.source();
    let base = source.trim_end_matches("a.har");
    assert_eq!(server.get(&format!("{base}body.txt")).text(), "body");
    for outside in
        ["../secret.txt", "..%2fsecret.txt", "%2e%2e/secret.txt", "/etc/passwd", "x/../../secret.txt", "%00"]
    {
        let answer = server.get(&format!("{base}{outside}"));
        assert!(matches!(answer.status, 400 | 404), "{outside} is answered with {}", answer.head);
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("secret.txt"), folder.path().join("in/link"))
            .expect("a link");
        assert_eq!(server.get(&format!("{base}link")).status, 404);
    }
}

#[test]
fn other_host_names_are_refused() {
    let folder = folder_with(&[("a.har", "{}")]);
    let server = open(&[&path(&folder, "a.har")]);
    let source = server.source();
    for headers in
        ["Host: evil.example\r\n", "Host: evil.example:8686\r\n", "Host: 127.0.0.1.evil.example\r\n", ""]
    {
        assert!(matches!(server.get_with(&source, headers).status, 400 | 421), "{headers:?}");
    }
    assert_eq!(server.get_with(&source, "Host: localhost\r\n").status, 200);
}

#[test]
fn a_part_of_a_file_can_be_read() {
    let folder = folder_with(&[("a.zip", "0123456789")]);
    let server = open(&[&path(&folder, "a.zip")]);
    // A file that was changed just now may still grow, and is sent whole.
    fs::File::options()
        .append(true)
        .open(path(&folder, "a.zip"))
        .and_then(|file| file.set_modified(std::time::SystemTime::UNIX_EPOCH))
        .expect("its time is set");
    let answer =
        server.get_with(&server.source(), &format!("Host: {}\r\nRange: bytes=2-4\r\n", server.host()));
    assert_eq!((answer.status, answer.text()), (206, "234".to_owned()));
}

#[test]
fn a_folder_of_other_files_is_one_archive() {
    let folder = folder_with(&[("trace/trace.trace", "{}"), ("trace/resources/a b.txt", "body")]);
    let server = open(&[&path(&folder, "trace")]);
    assert!(server.link.ends_with("trace.zip"), "{}", server.link);
    let body = server.get(&server.source()).body;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(body)).expect("an archive");
    let mut text = String::new();
    archive.by_name("resources/a b.txt").expect("a member").read_to_string(&mut text).expect("its content");
    assert_eq!((archive.len(), text.as_str()), (2, "body"));
}

#[test]
fn several_recordings_are_listed() {
    let folder = folder_with(&[("a.har", "{}"), ("b #1?.har", "{\"b\":1}")]);
    let (first, second) = (path(&folder, "a.har"), path(&folder, "b #1?.har"));
    let server = open(&[&first, &second]);
    let list = server.link.split_once("catalogue=").expect("it opens a list").1;
    let answer = server.get(list);
    let value: serde_json::Value = serde_json::from_slice(&answer.body).expect("JSON");
    assert_eq!(
        (&value["sessions"][0]["title"], &value["sessions"][1]["title"]),
        (&first.into(), &second.into())
    );
    let src = value["sessions"][1]["src"].as_str().expect("an address");
    assert_eq!(server.get(&list.replace("sessions.json", src)).text(), "{\"b\":1}");
}

#[test]
fn a_recording_of_another_host_is_passed_on() {
    let folder =
        folder_with(&[("session.json", "{\"format\":1}"), ("resources.jsonl", "line"), ("b/x", "x")]);
    let host = open(&[&path(&folder, "session.json")]);
    let url = format!("http://{}{}", host.host(), host.source());
    let server = open(&[&url]);
    let source = server.source();
    let base = source.trim_end_matches("session.json");
    assert!(source.ends_with("/0/session.json"), "{source}");
    assert_eq!(server.get(&format!("{base}resources.jsonl")).text(), "line");
    assert_eq!(server.get(&format!("{base}b/x")).text(), "x");
    assert_eq!(server.get(&format!("{base}absent")).status, 404);
    for outside in
        ["../0/session.json", "..%2f..%2fsessions.json", "%2f%2f127.0.0.1:1/x", "http:%2f%2f127.0.0.1:1/x"]
    {
        let answer = server.get(&format!("{base}{outside}"));
        assert!(matches!(answer.status, 400 | 404 | 502), "{outside} is answered with {}", answer.text());
    }
    drop(host);
    let answer = server.get(&source);
    assert_eq!(answer.status, 502);
    assert!(!answer.text().contains("/files/"), "an address may hold a key: {}", answer.text());
}

/// The bytes of a response's body as they arrive, without the framing of chunks.
fn lines_of(server: &Server, path: &str) -> impl Iterator<Item = String> + use<> {
    let mut stream = server.connect();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("it is sent");
    let lines = BufReader::new(stream).lines().map(|line| line.expect("a line"));
    lines.filter(|line| line.starts_with('{'))
}

#[test]
fn standard_input_is_sent_as_it_arrives() {
    let (server, mut input) =
        Server::start_with(&["open", "--no-browser", "--port", "0", "-"], &format!("{EVENTS}\n"));
    let mut lines = lines_of(&server, &server.source());
    assert_eq!(lines.next().as_deref(), Some(EVENTS));
    writeln!(input, "{EVENTS}").expect("it is read");
    assert_eq!(lines.next().as_deref(), Some(EVENTS));
    drop(input);
    assert_eq!(lines.next(), None, "the response ends with the input");
}

#[test]
fn a_file_that_grows_is_followed() {
    let folder = folder_with(&[("events.jsonl", &format!("{EVENTS}\n"))]);
    let server = open(&[&path(&folder, "events.jsonl")]);
    let mut lines = lines_of(&server, &server.source());
    assert_eq!(lines.next().as_deref(), Some(EVENTS));
    let mut file = fs::File::options().append(true).open(path(&folder, "events.jsonl")).expect("a file");
    writeln!(file, "{EVENTS}").expect("it is written");
    assert_eq!(lines.next().as_deref(), Some(EVENTS));
}

#[test]
fn it_ends_after_its_last_tab_was_closed() {
    let folder = folder_with(&[("a.har", "{}")]);
    let mut server = open(&["--idle", "0.2", &path(&folder, "a.har")]);
    let base = server.source().trim_end_matches("0/a.har").to_owned();
    let open_tab = || {
        let mut stream = server.connect();
        write!(
            stream,
            "GET {base}presence HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        .expect("it is sent");
        let mut head = [0; 12];
        stream.read_exact(&mut head).expect("an answer");
        assert_eq!(&head, b"HTTP/1.1 101");
        stream
    };
    let (first, second) = (open_tab(), open_tab());
    drop(first);
    assert_eq!(server.get("/").status, 200, "another tab is open");
    drop(second);
    assert!(server.wait().success());
}

#[test]
fn what_cannot_be_opened_is_said_before_the_browser_opens() {
    for (arguments, expected) in [
        (vec!["/nowhere/a.har"], "/nowhere/a.har cannot be opened"),
        (vec!["-"], "it is empty"),
        (vec!["https://"], "https:// cannot be opened"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_replayscope"))
            .args(["open", "--no-browser", "--port", "0"])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .expect("it ends");
        assert_eq!(output.status.code(), Some(2));
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn the_browser_is_the_one_of_the_environment() {
    let folder = folder_with(&[("a.har", "{}"), ("browser", "#!/bin/sh\necho \"$2\" > \"$1\"\n")]);
    let (script, output) = (path(&folder, "browser"), path(&folder, "opened"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_replayscope"))
        .args(["open", "--port", "0", &path(&folder, "a.har")])
        .env("BROWSER", format!("sh {script} {output} %s"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut link = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut link).expect("a link");
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    let opened = loop {
        match fs::read_to_string(&output) {
            Ok(text) if text.ends_with('\n') => break text,
            _ => assert!(std::time::Instant::now() < deadline, "no browser was opened"),
        }
        std::thread::yield_now();
    };
    child.kill().and_then(|()| child.wait()).expect("it ends");
    assert_eq!(opened, link);
}
