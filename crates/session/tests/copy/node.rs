//! `fetch`: run by Node, and compared with what the server received.

use std::process::Command;

use session::export::copy::CopyForm;

use crate::bash::{is_installed, sample, temporary_file};
use crate::cases::{self, Case};
use crate::server::{Received, Server};

/// Runs a module, and returns what it logs.
pub(crate) fn run(script: &str) -> String {
    let file = temporary_file("mjs", script);
    let output = Command::new("node").arg(&file).output().expect("node");
    std::fs::remove_file(&file).expect("the temporary file");
    assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Runs one call after the other; one whose promise is rejected logs why.
fn fetch_all(calls: &[String]) -> String {
    let calls: Vec<String> = calls
        .iter()
        .map(|call| format!("try {{ await (await {call}).text(); }} catch (error) {{ console.log(String(error), String(error.cause)); }}"))
        .collect();
    run(&calls.join("\n").replace(";).text()", ").text()"))
}

/// The values of a name, in lower case: as Node joins and sends them.
fn joined(headers: &[(String, Vec<u8>)]) -> Vec<(String, Vec<u8>)> {
    let mut joined: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        match joined.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = [known.as_slice(), b", ", value].concat(),
            None => joined.push((name, value.clone())),
        }
    }
    joined
}

fn check(case: &Case, received: &Received, is_left_out: impl Fn(&str) -> bool) {
    let name = case.name;
    assert_eq!(received.method, case.method, "{name}");
    if !case.is_normalized {
        assert_eq!(received.target, case.sent_target(), "{name}");
    }
    let mut expected = joined(&case.sent_headers());
    expected.retain(|(name, _)| !is_left_out(name));
    let received_headers = joined(&received.headers);
    let of_case = |(name, _): &&(String, Vec<u8>)| expected.iter().any(|(known, _)| known == name);
    let found: Vec<_> = received_headers.iter().filter(of_case).cloned().collect();
    assert_eq!(found, expected, "{name}");
    let has_body = !matches!(case.method, "GET" | "HEAD");
    assert!(received.body == if has_body { case.sent_body() } else { b"" }, "{name}: the body differs");
    let content_type = |headers: &[(String, Vec<u8>)]| headers.iter().any(|(name, _)| name == "content-type");
    assert_eq!(content_type(&received_headers), content_type(&expected), "{name}");
}

#[test]
fn every_case_is_received_from_node_as_recorded() {
    if !is_installed("node") {
        return;
    }
    let server = Server::start();
    let cases: Vec<Case> = cases::all();
    let samples: Vec<_> = cases.iter().map(|case| sample(case, &server.url(case.target))).collect();
    let logged =
        fetch_all(&samples.iter().map(|sample| sample.text(CopyForm::NodeFetch)).collect::<Vec<_>>());
    assert_eq!(logged, "");
    for (case, sample) in cases.iter().zip(&samples) {
        check(case, &server.next(), |_| false);
        let remarks = sample.remarks(CopyForm::NodeFetch);
        let is_normalized =
            remarks.iter().any(|remark| remark.starts_with("Node's fetch normalizes the URL"));
        assert_eq!(is_normalized, case.is_normalized, "{}: {remarks:?}", case.name);
    }
}

#[test]
fn every_case_is_received_from_a_page_but_for_forbidden_headers() {
    if !is_installed("node") {
        return;
    }
    let server = Server::start();
    let cases: Vec<Case> = cases::all();
    let text = |case: &Case| sample(case, &server.url(case.target)).text(CopyForm::Fetch);
    let logged = fetch_all(&cases.iter().map(text).collect::<Vec<_>>());
    assert_eq!(logged, "");
    for case in &cases {
        check(case, &server.next(), |name| ["cookie", "referer", "accept-encoding"].contains(&name));
    }
}

#[test]
fn what_node_refuses_is_left_out_and_named() {
    if !is_installed("node") {
        return;
    }
    let server = Server::start();
    let headers = [
        ("Connection", "Upgrade"),
        ("Upgrade", "h2c"),
        ("Keep-Alive", "timeout=5"),
        ("Expect", "100-continue"),
        ("Host", "b.test"),
        ("Sec-Fetch-Mode", "navigate"),
        ("__proto__", "x"),
        ("1", "a"),
        ("X-A", "b"),
    ];
    let sample = crate::sample::http("GET", &server.url("/"), &headers, Some(b"{}"));
    assert_eq!(fetch_all(&[sample.text(CopyForm::NodeFetch)]), "");
    let received = joined(&server.next().headers);
    assert!(received.contains(&("x-a".to_owned(), b"b".to_vec())));
    assert!(received.contains(&("1".to_owned(), b"a".to_vec())));
    assert_eq!(
        sample.remarks(CopyForm::NodeFetch),
        [
            "Node's fetch sends no body with GET: it is left out",
            "Headers left out: __proto__ (Node's fetch sets or refuses them itself)",
            "Headers left out: Connection, Upgrade, Keep-Alive, Expect, Host, Sec-Fetch-Mode (Node's fetch sets or refuses them itself)",
            "Node's fetch adds headers that were not recorded: Accept",
            "Node's fetch adds headers that were not recorded: Accept-Language",
            "Node's fetch adds headers that were not recorded: User-Agent",
            "Node's fetch adds headers that were not recorded: Accept-Encoding",
        ]
    );
}

#[test]
fn what_a_page_cannot_set_is_said() {
    let headers = [
        ("Cookie", "a=1"),
        ("Referer", "https://a.test/x"),
        ("Origin", "https://a.test"),
        ("Sec-Fetch-Site", "same-origin"),
        ("Proxy-Authorization", "Basic x"),
        ("X-A", "b"),
    ];
    let sample = crate::sample::http("GET", "https://a.test/a/../b", &headers, None);
    assert_eq!(
        sample.text(CopyForm::Fetch),
        r#"fetch("https://a.test/a/../b", {
  headers: {
    "X-A": "b"
  },
  referrer: "https://a.test/x",
  credentials: "include"
});"#
    );
    assert_eq!(
        sample.remarks(CopyForm::Fetch),
        [
            "fetch normalizes the URL: dot segments and encoded characters change",
            "Headers left out: Origin, Sec-Fetch-Site, Proxy-Authorization (the browser sets or refuses them itself)",
            "The browser sends its own cookies instead of the recorded ones",
        ]
    );
}

#[test]
fn methods_that_fetch_changes_or_refuses_are_said() {
    let remarks = |method: &str| {
        let remarks = crate::sample::http(method, "https://a.test/", &[], None).remarks(CopyForm::Fetch);
        remarks.first().cloned()
    };
    assert_eq!(remarks("get").as_deref(), Some("fetch sends the method in capitals"));
    assert_eq!(remarks("TRACE").as_deref(), Some("fetch refuses the method TRACE"));
    assert_eq!(remarks("patch"), None);
}
