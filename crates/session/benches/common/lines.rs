//! Generates recordings whose elements are parsed one by one as JSON.

use std::fmt::Write as _;

/// `resources.jsonl` of the native format, about 1 kB a line; every tenth has a body of 2 kB.
pub(crate) fn resources(lines: u32) -> Vec<u8> {
    let mut text = String::new();
    for number in 0..lines {
        let start = 1_795_269_720_000.0 + f64::from(number) * 1.5;
        let at = |ms: f64| start + ms;
        let body = if number.is_multiple_of(10) {
            r#"{\"id\":12,\"name\":\"Lantern\",\"tags\":[\"a\"]},"#.repeat(40)
        } else {
            String::new()
        };
        let _ = writeln!(
            text,
            r#"{{"name":"https://shop.example.test/api/orders/{number}?page=2&size=50","initiatorType":"fetch","pageId":"p1","startTimeAbs":{start},"responseEndAbs":{},"fetchStartAbs":{start},"domainLookupStartAbs":{},"domainLookupEndAbs":{},"connectStartAbs":{},"connectEndAbs":{},"secureConnectionStartAbs":{},"requestStartAbs":{},"responseStartAbs":{},"transferSize":1240,"encodedBodySize":940,"decodedBodySize":3210,"responseStatus":200,"nextHopProtocol":"h2","mimeType":"application/json","requestResponsePairs":{{"request":{{"verb":"GET","headers":{{"accept":"*/*","accept-language":"en-GB,en;q=0.9","referer":"https://shop.example.test/"}}}},"response":{{"status":200,"size":3210,"headers":{{"cache-control":"max-age=0","content-encoding":"br","content-type":"application/json","etag":"\"5f1c-62a\"","server":"envoy"}},"body":"{body}"}},"urlBlocked":false}}}}"#,
            at(48.25),
            at(1.0),
            at(1.5),
            at(1.5),
            at(12.5),
            at(4.75),
            at(13.0),
            at(44.5),
        );
    }
    text.into_bytes()
}

/// Events of rrweb, an array: moves and small changes of the page, every tenth a request, every
/// hundredth a large change.
pub(crate) fn events(events: u32) -> Vec<u8> {
    let mut text = r#"[{"type":4,"data":{"href":"https://shop.example.test/","width":1280,"height":720},"timestamp":1795269720000}"#.to_owned();
    let node = r#"{"parentId":14,"nextId":null,"node":{"type":2,"tagName":"li","attributes":{"class":"row \"wide\""},"childNodes":[],"id":812}},"#;
    for number in 0..events {
        let time = 1_795_269_720_000_u64 + u64::from(number);
        let data = match number {
            _ if number % 100 == 99 => {
                let nodes = node.repeat(100);
                format!(
                    r#"3,"data":{{"source":0,"texts":[],"attributes":[],"removes":[],"adds":[{}]}}"#,
                    nodes.trim_end_matches(',')
                )
            }
            _ if number % 10 == 9 => format!(
                r#"6,"data":{{"plugin":"rrweb/network@1","payload":{{"requests":[{{"name":"https://shop.example.test/api/stock/{number}","entryType":"resource","initiatorType":"fetch","method":"GET","status":200,"startTime":{number},"endTime":{},"duration":41.5,"timeOrigin":1795269720000,"responseHeaders":{{"content-type":"application/json"}},"transferSize":1240,"encodedBodySize":940,"decodedBodySize":3210}}]}}}}"#,
                number + 42
            ),
            _ => format!(
                r#"3,"data":{{"source":1,"positions":[{{"x":{},"y":310,"id":812,"timeOffset":-450}},{{"x":{},"y":312,"id":812,"timeOffset":-400}}]}}"#,
                number % 1280,
                number % 1281
            ),
        };
        let _ = write!(text, r#",{{"type":{data},"timestamp":{time}}}"#);
    }
    text.push(']');
    text.into_bytes()
}

/// A trace of Playwright: calls, which are two lines, and console entries.
pub(crate) fn trace(calls: u32) -> Vec<u8> {
    let mut text = r#"{"type":"context-options","version":8,"browserName":"chromium","wallTime":1795269720000,"monotonicTime":1000.5,"options":{}}"#.to_owned();
    text.push('\n');
    for number in 0..calls {
        let start = 1000.5 + f64::from(number) * 4.0;
        let end = start + 2.25;
        let _ = writeln!(
            text,
            r#"{{"type":"before","callId":"call@{number}","startTime":{start},"apiName":"locator.click","class":"Frame","method":"click","params":{{"selector":"internal:role=button[name=\"Pay\"i]","strict":true,"timeout":30000}},"stepId":"pw:api@{number}","beforeSnapshot":"before@call@{number}"}}
{{"type":"after","callId":"call@{number}","endTime":{end},"point":{{"x":512.5,"y":300}},"afterSnapshot":"after@call@{number}"}}
{{"type":"console","messageType":"log","text":"order {number} is \"paid\"","args":[{{"preview":"order {number}","value":"order {number}"}}],"location":{{"url":"https://shop.example.test/app.js","lineNumber":10,"columnNumber":4}},"time":{end}}}"#
        );
    }
    text.into_bytes()
}
