//! Generates HARs of any size with realistic entries.

use std::fmt::Write as _;

use session::formats::SessionLoader;
use session::model::Session;

/// Bytes per piece, as a network delivers them.
const PIECE: usize = 64 << 10;

/// A HAR as Chrome writes it, about 1.9 kB an entry; every tenth has a body of 2 kB.
pub(crate) fn har(entries: u32) -> Vec<u8> {
    let mut har = r#"{"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},"pages":[],"entries":["#.to_owned();
    for number in 0..entries {
        if number > 0 {
            har.push(',');
        }
        entry(&mut har, number);
    }
    har.push_str("]}}");
    har.into_bytes()
}

fn entry(har: &mut String, number: u32) {
    let (minute, second, milli) = (number / 60_000 % 60, number / 1000 % 60, number % 1000);
    let (kind, path) = match number % 4 {
        0 => ("fetch", format!("api/orders/{number}?page=2&size=50")),
        1 => ("script", format!("assets/chunk-{number:x}.js")),
        2 => ("image", format!("images/product-{number}.webp")),
        _ => ("xhr", format!("api/stock/{number}")),
    };
    let status = if number % 50 == 7 { 404 } else { 200 };
    let body = if number.is_multiple_of(10) {
        r#"{\"id\":12,\"name\":\"Lantern\",\"tags\":[\"a\"]},"#.repeat(40)
    } else {
        String::new()
    };
    let _ = write!(
        har,
        r#"{{"_initiator":{{"type":"script","stack":{{"callFrames":[{{"functionName":"load","scriptId":"12","url":"https://shop.example.test/assets/app.js","lineNumber":14,"columnNumber":20817}}]}}}},"_priority":"High","_resourceType":"{kind}","cache":{{}},"connection":"443","pageref":"page_1","request":{{"method":"GET","url":"https://shop.example.test/{path}","httpVersion":"h2","headers":[{REQUEST_HEADERS}],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0}},"response":{{"status":{status},"statusText":"","httpVersion":"h2","headers":[{RESPONSE_HEADERS}],"cookies":[],"content":{{"size":3210,"mimeType":"application/json","text":"{body}"}},"redirectURL":"","headersSize":-1,"bodySize":-1,"_transferSize":1240,"_error":null}},"serverIPAddress":"203.0.113.7","startedDateTime":"2026-11-21T14:{minute:02}:{second:02}.{milli:03}Z","time":48.12,"timings":{{"blocked":1.2,"dns":-1,"ssl":-1,"connect":-1,"send":0.2,"wait":44.1,"receive":2.62,"_blocked_queueing":0.8}}}}"#
    );
}

const REQUEST_HEADERS: &str = r#"{"name":":authority","value":"shop.example.test"},{"name":":method","value":"GET"},{"name":"accept","value":"*/*"},{"name":"accept-language","value":"en-GB,en;q=0.9"},{"name":"cookie","value":"session=0a1b2c3d4e5f60718293a4b5c6d7e8f9; theme=dark"},{"name":"referer","value":"https://shop.example.test/"},{"name":"user-agent","value":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"}"#;
const RESPONSE_HEADERS: &str = r#"{"name":"cache-control","value":"max-age=0"},{"name":"content-encoding","value":"br"},{"name":"content-type","value":"application/json"},{"name":"date","value":"Sat, 21 Nov 2026 14:02:00 GMT"},{"name":"etag","value":"\"5f1c-62a\""},{"name":"server","value":"envoy"},{"name":"vary","value":"accept-encoding"}"#;

/// Loads a recording.
pub(crate) fn open(bytes: &[u8]) -> Session {
    let mut loader = SessionLoader::new("bench");
    for piece in bytes.chunks(PIECE) {
        loader.feed(piece).expect("a recording");
    }
    loader.finish(None).expect("a recording");
    loader.into_session()
}
