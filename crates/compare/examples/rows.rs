//! Measures the comparison of two generated recordings: `cargo run --release -p compare --example rows`.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use compare::Comparer;
use session::formats::SessionLoader;
use session::model::Session;

const ROWS: [u32; 2] = [10_000, 100_000];
/// Work of a slice in a page.
const SLICE: usize = 500;

fn main() {
    for rows in ROWS {
        let (base, other) = (open(&har(rows, 0)), open(&har(rows, 1)));
        for run in 1..=3 {
            let start = Instant::now();
            let comparison = Comparer::run(&base, &other);
            println!("{rows} rows, run {run}: {:?} in {:?}", comparison.counts(), start.elapsed());
        }
        let mut comparer = Comparer::default();
        let (mut longest, mut slices) = (Duration::ZERO, 0);
        loop {
            let start = Instant::now();
            let has_more = comparer.step(&base, &other, SLICE);
            longest = longest.max(start.elapsed());
            slices += 1;
            if !has_more {
                break;
            }
        }
        println!("{rows} rows in {slices} slices, the longest took {longest:?}");
    }
}

fn open(bytes: &[u8]) -> Session {
    let mut loader = SessionLoader::new("generated.har");
    loader.feed(bytes).expect("a recording");
    loader.finish(None).expect("a recording");
    loader.into_session()
}

/// A HAR without bodies; in the second version rows are missing, added, failed, slow and in another
/// order.
fn har(rows: u32, version: u32) -> Vec<u8> {
    let mut har = r#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[{"id":"p","title":"https://shop.test/","startedDateTime":"2026-11-21T14:00:00.000Z","pageTimings":{}}],"entries":["#.to_owned();
    let mut is_first = true;
    for number in 0..rows {
        let is_missing = version == 1 && number % 400 == 203;
        for repeat in 0..=u32::from(version == 1 && number % 333 == 7) {
            if !is_missing {
                if !std::mem::take(&mut is_first) {
                    har.push(',');
                }
                entry(&mut har, number, repeat, version);
            }
        }
    }
    har.push_str("]}}");
    har.into_bytes()
}

fn entry(har: &mut String, number: u32, repeat: u32, version: u32) {
    let id = number * 3 + version;
    let (kind, path) = match number % 4 {
        _ if repeat > 0 => ("fetch", format!("api/audit/{number}")),
        0 => ("fetch", format!("api/orders/{id}?page=2&size=50")),
        1 => ("script", format!("assets/chunk-{:08x}.js", number * 7919 + version)),
        2 => ("image", format!("images/product-{}.webp", number / 4 % 50)),
        _ => ("xhr", format!("api/stock/{}", number / 8)),
    };
    let status = if version == 1 && number % 500 == 9 { 503 } else { 200 };
    let time = if version == 1 && number % 1000 == 3 { 4000 } else { 48 };
    // Some pairs of rows in turn.
    let at = if version == 1 && number % 50 < 2 { number ^ 1 } else { number };
    let (minute, second, milli) = (at / 60_000, at / 1000 % 60, at % 1000);
    let _ = write!(
        har,
        r#"{{"_priority":"High","_resourceType":"{kind}","cache":{{}},"pageref":"p","request":{{"method":"GET","url":"https://shop.test/{path}","httpVersion":"h2","headers":[{REQUEST_HEADERS}],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0}},"response":{{"status":{status},"statusText":"","httpVersion":"h2","headers":[{{"name":"x-request-id","value":"{id}"}},{RESPONSE_HEADERS}],"cookies":[],"content":{{"size":3210,"mimeType":"text/plain"}},"redirectURL":"","headersSize":-1,"bodySize":-1,"_transferSize":3210}},"startedDateTime":"2026-11-21T14:{minute:02}:{second:02}.{milli:03}Z","time":{time},"timings":{{"blocked":1.2,"dns":-1,"ssl":-1,"connect":-1,"send":0.2,"wait":44.1,"receive":2.5}}}}"#,
    );
}

const REQUEST_HEADERS: &str = r#"{"name":"accept","value":"*/*"},{"name":"accept-language","value":"en-GB,en;q=0.9"},{"name":"referer","value":"https://shop.test/"},{"name":"user-agent","value":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"}"#;
const RESPONSE_HEADERS: &str = r#"{"name":"cache-control","value":"max-age=0"},{"name":"date","value":"Sat, 21 Nov 2026 14:02:00 GMT"},{"name":"etag","value":"\"5f1c-62a\""},{"name":"server","value":"envoy"},{"name":"vary","value":"accept-encoding"}"#;
