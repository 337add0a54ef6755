//! Measures the rules over a generated recording: `cargo run --release -p findings --example rows`.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use findings::Runner;
use session::formats::SessionLoader;
use session::model::Session;

const ROWS: u32 = 100_000;
/// Rows of a slice in a page.
const SLICE: usize = 500;

fn main() {
    let session = open(&har(ROWS));
    for run in 1..=3 {
        let start = Instant::now();
        let report = Runner::run(&session);
        println!("run {run}: {ROWS} rows, {} findings, {:?}", report.findings.len(), start.elapsed());
    }
    let mut runner = Runner::default();
    let mut longest = Duration::ZERO;
    let mut slices = 0;
    loop {
        let start = Instant::now();
        let has_more = runner.step(&session, SLICE);
        longest = longest.max(start.elapsed());
        slices += 1;
        if !has_more {
            break;
        }
    }
    println!("in {slices} slices, the longest took {longest:?}");
}

fn open(bytes: &[u8]) -> Session {
    let mut loader = SessionLoader::new("generated.har");
    loader.feed(bytes).expect("a recording");
    loader.finish(None).expect("a recording");
    loader.into_session()
}

/// A HAR with scripts, images and calls, of which some fail, are slow, large or sent twice.
fn har(rows: u32) -> Vec<u8> {
    let mut har = r#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[{"id":"p","title":"https://shop.test/","startedDateTime":"2026-11-21T14:00:00.000Z","pageTimings":{}}],"entries":["#.to_owned();
    for number in 0..rows {
        if number > 0 {
            har.push(',');
        }
        entry(&mut har, number);
    }
    har.push_str("]}}");
    har.into_bytes()
}

fn entry(har: &mut String, number: u32) {
    let (kind, path, mime) = match number % 4 {
        0 => ("fetch", format!("api/orders/{number}?page=2&size=50"), "application/json"),
        1 => ("script", format!("assets/chunk-{number:x}.js"), "text/javascript"),
        2 => ("image", format!("images/product-{number}.webp"), "image/webp"),
        _ => ("xhr", format!("api/stock/{}", number / 8), "application/json"),
    };
    let status = [200, 404, 401, 503, 302][match number % 500 {
        7 => 1,
        8 => 2,
        9 => 3,
        10 => 4,
        _ => 0,
    }];
    let time = if number % 1000 == 3 { 4000 } else { 48 };
    let size = if number.is_multiple_of(50) { 64_000 } else { 3210 };
    let (hour, minute, second, milli) =
        (14 + number / 3_600_000, number / 60_000 % 60, number / 1000 % 60, number % 1000);
    let _ = write!(
        har,
        r#"{{"_priority":"High","_resourceType":"{kind}","cache":{{}},"pageref":"p","request":{{"method":"GET","url":"https://shop.test/{path}","httpVersion":"h2","headers":[{REQUEST_HEADERS}],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0}},"response":{{"status":{status},"statusText":"","httpVersion":"h2","headers":[{{"name":"content-type","value":"{mime}"}},{RESPONSE_HEADERS}],"cookies":[],"content":{{"size":{size},"mimeType":"{mime}","text":"{}"}},"redirectURL":"","headersSize":-1,"bodySize":-1,"_transferSize":{size}}},"startedDateTime":"2026-11-21T{hour:02}:{minute:02}:{second:02}.{milli:03}Z","time":{time},"timings":{{"blocked":1.2,"dns":-1,"ssl":-1,"connect":-1,"send":0.2,"wait":44.1,"receive":2.5}}}}"#,
        "x".repeat(if number.is_multiple_of(10) { 2000 } else { 0 }),
    );
}

const REQUEST_HEADERS: &str = r#"{"name":"accept","value":"*/*"},{"name":"accept-language","value":"en-GB,en;q=0.9"},{"name":"referer","value":"https://shop.test/"},{"name":"user-agent","value":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"}"#;
const RESPONSE_HEADERS: &str = r#"{"name":"cache-control","value":"max-age=0"},{"name":"date","value":"Sat, 21 Nov 2026 14:02:00 GMT"},{"name":"etag","value":"\"5f1c-62a\""},{"name":"server","value":"envoy"},{"name":"vary","value":"accept-encoding"}"#;
