//! The rules over recordings that real tools made: those of healthy pages have few findings.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use findings::{RULES, Report, Runner, Severity, SocketInput, SocketRunner};
use session::formats::SessionLoader;
use session::model::{MessageLog, Record, Session};
use session::protocols::{AllProtocols, Handshake, Library, Sample, SocketEnd};

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../session/tests/fixtures").join(folder);
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> =
        entries.filter(|path| path.extension().is_some_and(|name| name == "har")).collect();
    files.sort();
    files
}

fn open(bytes: &[u8]) -> Session {
    let mut loader = SessionLoader::new("a.har");
    loader.feed(bytes).expect("a recording");
    loader.finish(None).expect("a recording");
    loader.into_session()
}

/// What the rules find in the rows, and in the messages that are in the recording itself.
fn report(session: &Session) -> Report {
    let mut report = Runner::run(session);
    for record in session.records.iter() {
        if let Some(columns) = record.inline_messages() {
            let log = MessageLog { bytes: &session.bytes, columns };
            report.merge(of_socket(session, record, log).unwrap_or_default());
        }
    }
    report
}

fn of_socket(session: &Session, record: &Record, log: MessageLog<'_>) -> Option<Report> {
    let handshake = Handshake::of(record)?;
    let sample = Sample::of(log);
    let protocol = AllProtocols.recognize(&handshake, &sample).map(|found| found.protocol);
    let mut analyzer = AllProtocols.analyzer(protocol, &handshake, &sample, None);
    analyzer.advance(log, usize::MAX);
    analyzer.finish(log, SocketEnd { is_closed: record.end().is_some(), time: record.end() });
    Some(SocketRunner::run(&SocketInput { session, record, log, analysis: analyzer.analysis() }))
}

#[test]
fn sockets_of_working_clients_have_no_findings() {
    let files = fixtures("protocols");
    assert!(files.len() > 20);
    for path in files {
        let report = report(&open(&fs::read(&path).expect("a file")));
        let found: Vec<_> = report
            .findings
            .iter()
            .filter(|finding| finding.rule.id.starts_with("socket-"))
            .map(|finding| (finding.rule.id, finding.title()))
            .collect();
        assert_eq!(found, [], "{}", path.display());
    }
}

/// A page whose calls, socket and console show one fault each.
const FAULTY: &str = r#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[
  {"id":"p","title":"https://shop.test/","startedDateTime":"2026-11-21T14:00:00.000Z","pageTimings":{}}],"entries":[
  ENTRY(document,https://shop.test/,200,10),
  ENTRY(fetch,https://shop.test/api/orders/1,503,20),
  ENTRY(fetch,https://shop.test/api/orders/2,503,21),
  ENTRY(fetch,https://shop.test/api/me,200,30),
  ENTRY(fetch,https://shop.test/api/me,200,31),
  ENTRY(image,http://img.test/logo.png,200,40),
  ENTRY(fetch,https://shop.test/api/report?access_token=0123456789abcdef,200,50)]}}"#;

fn faulty() -> Session {
    let mut text = String::new();
    for part in FAULTY.split_inclusive("ENTRY(") {
        let Some((fields, rest)) = part.split_once(')').filter(|_| !text.is_empty()) else {
            text.push_str(part.trim_end_matches("ENTRY("));
            continue;
        };
        let fields: Vec<_> = fields.split(',').collect();
        let [kind, url, status, ms] = fields.as_slice() else { panic!("four fields") };
        let entry = format!(
            r#"{{"_resourceType":"{kind}","cache":{{}},"pageref":"p","request":{{"method":"GET","url":"{url}","headers":[]}},
            "response":{{"status":{status},"headers":[],"content":{{"size":10,"mimeType":""}},"redirectURL":""}},
            "startedDateTime":"2026-11-21T14:00:00.0{ms}Z","time":80,"timings":{{}}}}"#
        );
        text.push_str(&entry);
        text.push_str(rest.trim_end_matches("ENTRY("));
    }
    open(text.as_bytes())
}

#[test]
fn each_fault_of_a_page_is_one_finding() {
    let report = report(&faulty());
    let found: Vec<_> = report.findings.iter().map(|finding| (finding.severity, finding.title())).collect();
    let expected = [
        (Severity::Error, "2 × 503 from GET shop.test/api/orders/*"),
        (Severity::Warning, "Request in plain text to img.test from a page with TLS"),
        (Severity::Warning, "Secret in the URL of 1 request to shop.test: access_token"),
        (Severity::Info, "GET shop.test/api/me was sent again while it was in flight: 1 duplicate request"),
    ];
    assert_eq!(found, expected.map(|(severity, title)| (severity, title.to_owned())));
}

#[test]
fn what_was_not_recorded_is_said_rather_than_passed_over() {
    let report = report(&faulty());
    let unjudged: BTreeSet<_> = report.unjudged.iter().map(|unjudged| unjudged.rule.id).collect();
    assert!(unjudged.contains("clock-skew"), "no response has a Date header: {unjudged:?}");
}

#[test]
fn every_rule_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/findings.md");
    let text = fs::read_to_string(path).expect("the documentation");
    for rule in RULES {
        assert!(text.contains(&format!("| `{}` |", rule.id)), "{} is not documented", rule.id);
    }
}

#[test]
fn every_finding_has_sentences() {
    for finding in report(&faulty()).findings {
        assert!(!finding.title().is_empty() && finding.explanation().ends_with('.'), "{:?}", finding.rule);
    }
}
