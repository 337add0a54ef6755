//! The rules over real recordings, where `REPLAYSCOPE_CORPUS` names a folder of them.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use findings::{MAX_FINDINGS_PER_RULE, MAX_FURTHER, RULES, Report, Runner};
use session::formats::{LoadStep, SessionLoader};
use session::model::Session;

/// Files whose faults are known: the rule that finds each, and a part of the title.
const FAULTS: [(&str, &str, &str); 11] = [
    ("GENERATED__mitmproxy-11.0.2__binary-burst.har", "socket-never-opened", "answered 400"),
    ("mitmproxy__mitmproxy__chrome.har", "failed-request", "net::ERR_INTERNET_DISCONNECTED"),
    ("mitmproxy__mitmproxy__error_log.har", "failed-request", "GET 163.com/"),
    ("mitmproxy__mitmproxy__error_log.har", "error-status", "405 from POST httpbin.org/get"),
    (
        "microsoft__playwright__har-redirect.har",
        "redirect-chain",
        "2 redirects in a row from GET theverge.com/",
    ),
    ("micmro__PerfCascade__chrome_h2_h2o.examp1e.net.har", "uncompressed-transfer", "5 responses"),
    ("micmro__PerfCascade__www.bbc.co.uk.160529_8V_7R3.har", "slow-request", "1.20 s instead of 131 ms"),
    ("httprunner__httprunner__postman-echo.har", "error-status", "401 from GET postman-echo.com/digest-auth"),
    ("jonluca__har-to-openapi__request-generator-all-status-and-method.har", "error-status", "500 from GET"),
    ("jonluca__har-to-openapi__request-generator-all-status-and-method.har", "failed-request", "PROXY_AUTH"),
    ("Lookyloo__har2tree__libe.har", "error-status", "2 × 422 from GET secure-gl.imrworldwide.com/cgi-bin/m"),
];

/// Recordings of pages that work.
const HEALTHY: [&str; 5] = [
    "sitespeedio__compare__browsertime-chrome-wikipedia.har.gz",
    "mitmproxy__mitmproxy__firefox.har",
    "mitmproxy__mitmproxy__safari.har",
    "chris-piwinsky__angular-mfe-api__localhost.har",
    "Netflix__pollyjs__recording.har",
];

/// The files of the corpus; none, with a message, if there is no corpus.
fn corpus() -> Vec<PathBuf> {
    let Some(root) = std::env::var_os("REPLAYSCOPE_CORPUS") else {
        println!("REPLAYSCOPE_CORPUS is not set: the tests over real recordings are skipped");
        return Vec::new();
    };
    let entries = |folder: &Path| fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    entries(Path::new(&root)).filter(|path| path.is_dir()).flat_map(|folder| entries(&folder)).collect()
}

/// What the rules find in a file; `None` if it is not a recording that is one file.
fn report(path: &Path) -> Option<Report> {
    let mut bytes = fs::read(path).expect("a file");
    if path.extension().is_some_and(|extension| extension == "gz") {
        let mut plain = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).expect("gzip");
        bytes = plain;
    }
    open(&path.file_name()?.to_string_lossy(), &bytes).map(|session| Runner::run(&session))
}

fn open(name: &str, bytes: &[u8]) -> Option<Session> {
    let mut loader = SessionLoader::new(name);
    loader.feed(bytes).ok()?;
    matches!(loader.finish(None), Ok(LoadStep::Done)).then(|| loader.into_session())
}

#[test]
fn known_faults_are_found_and_healthy_pages_have_none() {
    let files = corpus();
    let mut missing = if files.is_empty() { Vec::new() } else { FAULTS.to_vec() };
    let mut read = 0;
    for path in &files {
        let Some(report) = report(path) else { continue };
        read += 1;
        let found: Vec<_> =
            report.findings.iter().map(|finding| (finding.rule.id, finding.title())).collect();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        missing.retain(|(file, rule, title)| {
            *file != name || !found.iter().any(|(id, text)| id == rule && text.contains(title))
        });
        if HEALTHY.contains(&&*name) {
            assert_eq!(found, [], "{name}");
        }
        assert!(found.len() <= RULES.len() * MAX_FINDINGS_PER_RULE, "{name}: {}", found.len());
        assert!(report.findings.iter().all(|finding| finding.further.len() <= MAX_FURTHER), "{name}");
    }
    assert_eq!(missing, [], "not found");
    assert!(files.is_empty() || read > 25, "only {read} recordings were read");
}
