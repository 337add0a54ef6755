//! cURL for bash: run, and compared with what the server received.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use session::export::copy::CopyForm;

use crate::cases::{self, Case};
use crate::curl_model::{self, Call};
use crate::sample::{Sample, http};
use crate::server::{Received, Server};

/// Runs a program that every test of this kind needs; says so where it is not installed.
pub(crate) fn is_installed(program: &str) -> bool {
    let found = Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_installed = found.is_ok_and(|status| status.success());
    if !is_installed {
        eprintln!("skipped: {program} is not installed");
    }
    is_installed
}

/// Runs a command of cURL without the user's settings. It is read from a file, because an argument
/// has a limit.
pub(crate) fn run(command: &str) {
    let folder = std::env::temp_dir();
    let file = temporary_file("sh", command);
    let output = Command::new("bash")
        .args(["--noprofile", "--norc"])
        .arg(&file)
        .env("CURL_HOME", &folder)
        .env("HOME", &folder)
        .env("no_proxy", "*")
        .stdin(Stdio::null())
        .output()
        .expect("bash");
    std::fs::remove_file(&file).expect("the temporary file");
    assert!(output.status.success(), "{}\n{command}", String::from_utf8_lossy(&output.stderr));
}

/// A file of this process alone, with that text.
pub(crate) fn temporary_file(extension: &str, text: &str) -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let path = std::env::temp_dir().join(format!("replayscope-copy-{process}-{count}.{extension}"));
    std::fs::write(&path, text).expect("a temporary file");
    path
}

pub(crate) fn sample(case: &Case, url: &str) -> Sample {
    http(case.method, url, &case.headers, case.body.as_deref())
}

/// The headers without those that cURL writes by itself.
pub(crate) fn recorded(received: &Received, expected: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let has = |name: &str| expected.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    let own = ["Host", "Content-Length", "User-Agent", "Accept"];
    let is_own = |name: &str| own.contains(&name) && !has(name);
    received.headers.iter().filter(|(name, _)| !is_own(name)).cloned().collect()
}

#[test]
fn every_case_is_received_as_recorded() {
    if !is_installed("curl") || !is_installed("bash") {
        return;
    }
    let server = Server::start();
    let cases = cases::all();
    assert!(cases.len() >= 60, "{}", cases.len());
    for case in cases {
        let name = case.name;
        run(&sample(&case, &server.url(case.target)).text(CopyForm::CurlBash));
        let received = server.next();
        assert_eq!(received.method, case.method, "{name}");
        assert_eq!(received.target, case.sent_target(), "{name}");
        let expected = case.sent_headers();
        assert_eq!(recorded(&received, &expected), expected, "{name}");
        let host = received.headers.first().map(|(name, value)| (name.as_str(), value.as_slice()));
        assert_eq!(host, Some(("Host", server.host().as_bytes())), "{name}");
        assert!(received.body == case.sent_body(), "{name}: the body differs");
        assert_eq!(server.rest(), [], "{name}: one request");
    }
}

/// Typed or pasted: with history expansion, on lines of a terminal.
#[test]
fn every_case_survives_an_interactive_shell() {
    if !is_installed("curl") || !is_installed("bash") {
        return;
    }
    let server = Server::start();
    let cases = cases::all();
    let commands = cases.iter().map(|case| sample(case, &server.url(case.target)).text(CopyForm::CurlBash));
    let lines = format!("set -H\necho first\n{}\n", commands.collect::<Vec<_>>().join("\n"));
    let mut shell = Command::new("bash")
        .args(["--noprofile", "--norc", "-i"])
        .env("CURL_HOME", std::env::temp_dir())
        .env("HISTFILE", "/dev/null")
        .env("no_proxy", "*")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("bash");
    shell.stdin.take().expect("standard input").write_all(lines.as_bytes()).expect("bash reads");
    shell.wait().expect("bash");
    for case in cases {
        let received = server.next();
        assert_eq!((received.method.as_str(), received.target.as_str()), (case.method, case.sent_target()));
        assert_eq!(recorded(&received, &case.sent_headers()), case.sent_headers(), "{}", case.name);
        assert!(received.body == case.sent_body(), "{}: the body differs", case.name);
    }
    assert_eq!(server.rest(), [], "nothing else was run");
}

#[test]
fn a_foreign_host_is_sent_and_the_own_one_is_not_repeated() {
    if !is_installed("curl") || !is_installed("bash") {
        return;
    }
    let server = Server::start();
    for (host, expected) in [(server.host(), server.host()), ("b.test".to_owned(), "b.test".to_owned())] {
        let text = http("GET", &server.url("/"), &[("host", &host)], None).text(CopyForm::CurlBash);
        assert_eq!(text.contains("host:"), host == "b.test");
        run(&text);
        let hosts = server.next().headers.into_iter().filter(|(name, _)| name.eq_ignore_ascii_case("host"));
        assert_eq!(hosts.map(|(_, value)| value).collect::<Vec<_>>(), [expected.as_bytes()]);
    }
}

#[test]
fn user_and_password_of_a_url_are_sent_as_browsers_do() {
    if !is_installed("curl") || !is_installed("bash") {
        return;
    }
    let server = Server::start();
    let url = server.url("/").replace("http://", "http://an%20n:p'w@");
    run(&http("GET", &url, &[], None).text(CopyForm::CurlBash));
    let received = server.next();
    let value = received.headers.iter().find(|(name, _)| name == "Authorization").map(|(_, value)| value);
    assert_eq!(value.map(Vec::as_slice), Some(&b"Basic YW4gbjpwJ3c="[..]));
}

#[test]
fn bash_and_the_grammar_of_these_tests_read_a_command_alike() {
    for case in cases::all() {
        let text = sample(&case, &format!("http://a.test{}", case.target)).text(CopyForm::CurlBash);
        let calls = curl_model::of_bash(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(calls, [expected(&case, "http://a.test")], "{}", case.name);
    }
}

/// The call that a case is.
pub(crate) fn expected(case: &Case, origin: &str) -> Call {
    Call {
        method: case.method.to_owned(),
        url: format!("{origin}{}", case.sent_target()),
        headers: case.sent_headers(),
        body: case.sent_body().to_vec(),
    }
}
