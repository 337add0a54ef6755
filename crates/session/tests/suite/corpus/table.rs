//! A table of real recordings with their contents, or with the error that they cause. It is checked
//! if `REPLAYSCOPE_CORPUS` names a folder of them; files that are not in the table must load too.

use crate::common;
use crate::common::corpus as files;
use std::path::Path;

use files::{bytes_of, corpus, name_of};
use session::model::{Messages, Record, Session};

/// Numbers of rows, sockets, messages, console entries, DOM events and page events.
const TABLE: [(&str, [usize; 6]); 35] = [
    ("har/Lookyloo__har2tree__libe.har", [513, 0, 0, 0, 0, 0]),
    ("har/Netflix__pollyjs__recording.har", [5, 0, 0, 0, 0, 0]),
    ("har/SvenskaSpel__har2locust__string-problematic-characters.har", [1, 0, 0, 0, 0, 0]),
    ("har/andrewf__pcap2har__missing_response.pcap.har", [2, 0, 0, 0, 0, 0]),
    ("har/gatling__gatling__charles_https.har", [2, 0, 0, 0, 0, 0]),
    ("har/gatling__gatling__multipart.har", [2, 0, 0, 0, 0, 0]),
    ("har/httprunner__httprunner__postman-echo.har", [37, 0, 0, 0, 0, 0]),
    ("har/jonluca__har-to-openapi__request-generator-all-status-and-method.har", [665, 0, 0, 0, 0, 0]),
    ("har/micmro__PerfCascade__chrome_h2_h2o.examp1e.net.har", [16, 0, 0, 0, 0, 0]),
    ("har/micmro__PerfCascade__www.bbc.co.uk.160529_8V_7R3.har", [1050, 0, 0, 0, 0, 0]),
    ("har/microsoft__playwright__har-redirect.har", [3, 0, 0, 0, 0, 0]),
    ("har/microsoft__playwright__har-sha1.har", [1, 0, 0, 0, 0, 0]),
    ("har/mitmproxy__mitmproxy__chrome.har", [3, 0, 0, 0, 0, 0]),
    ("har/mitmproxy__mitmproxy__error_log.har", [2, 0, 0, 0, 0, 0]),
    ("har/mitmproxy__mitmproxy__event_stream.har", [2, 0, 0, 0, 0, 0]),
    ("har/mitmproxy__mitmproxy__firefox.har", [14, 0, 0, 0, 0, 0]),
    ("har/mitmproxy__mitmproxy__insomnia.har", [1, 0, 0, 0, 0, 0]),
    ("har/mitmproxy__mitmproxy__safari.har", [19, 0, 0, 0, 0, 0]),
    ("har/mitmproxy__mitmproxy__with-bom.har", [1, 0, 0, 0, 0, 0]),
    ("har/sitespeedio__compare__browsertime-chrome-wikipedia.har.gz", [553, 0, 0, 0, 0, 0]),
    ("har-ws/GENERATED__mitmproxy-11.0.2__binary-burst.har", [3, 2, 412, 0, 0, 0]),
    ("har-ws/chris-piwinsky__angular-mfe-api__localhost.har", [43, 2, 4, 0, 0, 0]),
    ("har-ws/gatling__gatling__play-chat.har", [10, 1, 0, 0, 0, 0]),
    ("har-ws/mitmproxy__mitmproxy__websocket.har", [3, 3, 5, 0, 0, 0]),
    ("highlight/highlight__highlight__input.json", [0, 0, 0, 0, 1, 0]),
    ("playwright/Electro-Kerubin__Playwright-E-Commerce__trace.zip", [20, 0, 0, 1, 0, 0]),
    ("playwright/HarshaKhande__TCSPlaywrightJune2026__trace.zip", [1, 0, 0, 0, 0, 0]),
    ("playwright/microsoft__playwright__test-trace1.zip", [18, 0, 0, 0, 0, 0]),
    ("playwright/microsoft__playwright__trace-1.31.zip", [0, 0, 0, 0, 0, 0]),
    ("playwright/microsoft__playwright__trace-from-the-future.zip", [0, 0, 0, 0, 0, 0]),
    ("posthog/DERIVED__posthog-export-v2__hogflix.json", [0, 0, 0, 0, 62, 17]),
    ("posthog/kitadmin01__analytickit__hogflix_session_recording.json", [0, 0, 0, 0, 62, 16]),
    ("posthog/kitadmin01__analytickit__recording_snapshots.json", [0, 0, 0, 5, 16, 1]),
    ("rrweb/luminous8__rrweb-to-timeline__recorded-demo-events.json", [0, 0, 0, 0, 1031, 7]),
    ("rrweb/rrweb-io__rrweb-player__events.json", [0, 0, 0, 0, 272, 4]),
];

/// Number of rows that are read of an invalid file, or a part of its error.
const INVALID: [(&str, Result<usize, &str>); 8] = [
    ("Kong__insomnia__trace.zip", Err("15 bytes are missing")),
    ("ahmadnassri__node-har-validator__invalid.json", Err("an object with the keys creator, date")),
    ("grafana__har-to-k6__full.har", Ok(8)),
    ("haralyzer__haralyzer__missing_pageref.har", Ok(2)),
    ("kubeshark__kubeshark__output_rdwtyeoyrj.har.ldjson", Ok(12)),
    ("mitmproxy__mitmproxy__corrupted_gzip_body.har", Ok(1)),
    ("sdstoehr__har-reader__sstoehr.invalid-date.har", Ok(8)),
    ("zaproxy__zap-extensions__response-base64-invalid.har", Ok(1)),
];

fn open(path: &Path) -> Result<Session, String> {
    let (name, bytes) = (name_of(path), bytes_of(path));
    if session::archive::is_zip(&bytes) {
        let members = common::zip::unpack(&bytes).map_err(|error| error.to_string())?;
        return common::open_all(&members, 64 << 10).map_err(|error| error.to_string());
    }
    common::open((&name, &bytes), &[], 64 << 10).map_err(|error| error.to_string())
}

fn counts(session: &Session) -> [usize; 6] {
    let sockets: Vec<_> = session.records.iter().filter_map(Record::socket).collect();
    let messages = sockets.iter().map(|socket| match &socket.messages {
        Messages::Inline(columns) => columns.len(),
        Messages::File(_) | Messages::Missing(_) => 0,
    });
    [
        session.records.len(),
        sockets.len(),
        messages.sum(),
        session.console.len(),
        session.dom_events.len(),
        session.page_events.len(),
    ]
}

#[test]
fn every_recording_has_the_contents_of_the_table() {
    for folder in ["har", "har-ws", "highlight", "playwright", "posthog", "rrweb"] {
        for path in corpus(folder) {
            let name = format!("{folder}/{}", name_of(&path));
            let session = open(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(session.truncation, None, "{name}");
            if let Some((_, expected)) = TABLE.iter().find(|(known, _)| *known == name) {
                assert_eq!(counts(&session), *expected, "{name}");
            }
        }
    }
}

#[test]
fn every_invalid_file_loads_partially_or_is_an_error() {
    for path in corpus("invalid") {
        let name = name_of(&path);
        let Some((_, expected)) = INVALID.iter().find(|(known, _)| *known == name) else { continue };
        match (open(&path), expected) {
            (Ok(session), Ok(rows)) => assert_eq!(session.records.len(), *rows, "{name}"),
            (Err(error), Err(expected)) => assert!(error.contains(expected), "{name}: {error}"),
            (opened, _) => panic!("{name}: {opened:?}"),
        }
    }
}
