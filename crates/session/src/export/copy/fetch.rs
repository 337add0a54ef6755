//! `fetch`, for the console of a page and for Node.

use super::javascript::{bytes, string};
use super::remark::{Omission, Remark};
use super::request::HttpRequest;
use crate::model::Header;

const BROWSER: &str = "fetch";
const NODE: &str = "Node's fetch";

/// Headers that a page cannot set (Fetch Standard, "forbidden request-header"); the prefixes
/// `proxy-` and `sec-` too.
const FORBIDDEN: [&str; 21] = [
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "access-control-request-private-network",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "date",
    "dnt",
    "expect",
    "host",
    "keep-alive",
    "origin",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "upgrade",
    "via",
];

/// Headers that Node refuses or replaces (undici, `lib/core/request.js`).
const NODE_REFUSED: [&str; 5] = ["expect", "host", "keep-alive", "sec-fetch-mode", "upgrade"];

/// Several calls.
pub(super) const SEPARATOR: &str = "\n";

/// The call for a page.
pub(super) fn for_page(request: &mut HttpRequest) -> String {
    prepare(request, BROWSER);
    let referrer = request.header("referer").map(str::to_owned);
    let cookies = request.header("cookie").is_some();
    request.headers.retain(|header| !["referer", "cookie"].iter().any(|name| is(header, name)));
    let is_forbidden = |header: &Header| {
        let name = header.name.to_ascii_lowercase();
        FORBIDDEN.contains(&name.as_str()) || name.starts_with("proxy-") || name.starts_with("sec-")
    };
    request.omit(is_forbidden, Omission::SetByTool("the browser"));
    request.remarks.extend(cookies.then_some(Remark::BrowserCookies));
    let credentials = match (cookies, request.has_recorded_headers) {
        (true, _) => Some("include"),
        (false, true) => Some("omit"),
        (false, false) => None,
    };
    let mut options = options(request);
    options.extend(referrer.map(|referrer| format!("referrer: {}", string(&referrer))));
    options.extend(credentials.map(|credentials| format!("credentials: \"{credentials}\"")));
    call(request, &options)
}

/// The call for Node.
pub(super) fn for_node(request: &mut HttpRequest) -> String {
    prepare(request, NODE);
    let is_sent_by_node = |header: &Header| {
        let value = header.value.as_str();
        (is(header, "connection") && value.eq_ignore_ascii_case("keep-alive"))
            || (is(header, "sec-fetch-mode") && value == "cors")
    };
    request.headers.retain(|header| !is_sent_by_node(header));
    let is_refused = |header: &Header| {
        NODE_REFUSED.iter().any(|name| is(header, name))
            || (is(header, "connection") && !header.value.eq_ignore_ascii_case("close"))
    };
    request.omit(is_refused, Omission::SetByTool(NODE));
    request.remark_added(NODE, &[&["Accept"], &["Accept-Language"], &["User-Agent"], &["Accept-Encoding"]]);
    let options = options(request);
    call(request, &options)
}

fn prepare(request: &mut HttpRequest, tool: &'static str) {
    request.omit_body(tool, &["GET", "HEAD"]);
    request.join_repeated();
    // An object cannot have a key of that name, and Node drops it from a list too.
    request.omit(|header| header.name == "__proto__", Omission::SetByTool(tool));
    let capitals = request.method.to_ascii_uppercase();
    if ["CONNECT", "TRACE", "TRACK"].contains(&capitals.as_str()) {
        request.remarks.push(Remark::MethodRefused { tool, method: request.method.clone() });
    }
    let is_normalized = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"].contains(&capitals.as_str());
    let is_changed = is_normalized && capitals != request.method;
    request.remarks.extend(is_changed.then_some(Remark::MethodInCapitals(tool)));
    let is_changed = request.url.is_changed_by_url_standard();
    request.remarks.extend(is_changed.then_some(Remark::UrlNormalized(tool)));
}

/// The options that both have: method, headers and body.
fn options(request: &HttpRequest) -> Vec<String> {
    let mut options = Vec::new();
    if request.method != "GET" {
        options.push(format!("method: {}", string(&request.method)));
    }
    if !request.headers.is_empty() {
        let fields = request.headers.iter().map(|header| {
            // Values are byte strings: each character is a byte.
            let value: String = header.value.bytes().map(char::from).collect();
            format!("    {}: {}", string(&header.name), string(&value))
        });
        options.push(format!("headers: {{\n{}\n  }}", fields.collect::<Vec<_>>().join(",\n")));
    }
    options.extend(request.body.as_deref().map(|body| format!("body: {}", expression(request, body))));
    options
}

/// The body. A string without a content type gets one; bytes do not.
fn expression(request: &HttpRequest, body: &[u8]) -> String {
    match (std::str::from_utf8(body), request.header("content-type")) {
        (Ok(text), Some(_)) => string(text),
        (Ok(text), None) => format!("new TextEncoder().encode({})", string(text)),
        (Err(_), _) => bytes(body),
    }
}

fn call(request: &HttpRequest, options: &[String]) -> String {
    let url = string(&request.url.url);
    if options.is_empty() {
        return format!("fetch({url});");
    }
    format!("fetch({url}, {{\n  {}\n}});", options.join(",\n  "))
}

fn is(header: &Header, name: &str) -> bool {
    header.name.eq_ignore_ascii_case(name)
}
