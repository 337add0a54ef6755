//! The options of cURL, before any shell quotes them.
//!
//! Facts from curl's manual and its source (`lib/http.c`, 7.88 and 8): headers by `-H` keep their
//! order and spelling; `-H 'name;'` sends one without a value, and `-H 'name:'` suppresses one that
//! curl would add; `-H @file`, `--data @file` and a cookie without `=` read files, so that names
//! are checked to be tokens, bodies are sent by `--data-raw`, and cookies by `-H`.

use super::remark::Remark;
use super::request::HttpRequest;

/// An option, and its value if it has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CurlOption {
    pub(super) name: &'static str,
    pub(super) value: Option<String>,
}

impl CurlOption {
    pub(super) fn flag(name: &'static str) -> Self {
        Self { name, value: None }
    }

    pub(super) fn with(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: Some(value.into()) }
    }
}

/// Bytes of a body from which on curl asks the server whether it may send it
/// (`EXPECT_100_THRESHOLD`).
const EXPECT_THRESHOLD: usize = 1 << 20;

/// Prepares a request for curl: a body that it can send with its method.
pub(super) fn prepare(request: &mut HttpRequest) {
    // With `--head` curl sends none; without it, it waits for the body that the answer announces.
    request.omit_body("curl", &["HEAD"]);
    // Browsers announce that these two have no body; so does curl if it has an empty one.
    if request.body.is_none() && ["POST", "PUT"].contains(&request.method.as_str()) {
        request.body = Some(Vec::new());
    }
    request.remark_added("curl", &[&["User-Agent"], &["Accept"]]);
}

/// The options before the body: all but the URL.
pub(super) fn options(request: &HttpRequest) -> Vec<CurlOption> {
    let url = &request.url;
    let mut options = Vec::new();
    if url.url.contains(['[', ']', '{', '}']) {
        options.push(CurlOption::flag("--globoff"));
    }
    if url.has_dot_segments() {
        options.push(CurlOption::flag("--path-as-is"));
    }
    let default = if request.body.is_some() { "POST" } else { "GET" };
    if request.method == "HEAD" {
        options.push(CurlOption::flag("--head"));
    } else if request.method != default {
        options.push(CurlOption::with("-X", &request.method));
    }
    for header in &request.headers {
        let text = match header.value.as_str() {
            "" => format!("{};", header.name),
            value => format!("{}: {value}", header.name),
        };
        options.push(CurlOption::with("-H", text));
    }
    let body = request.body.as_deref();
    if body.is_some() && request.header("content-type").is_none() {
        options.push(CurlOption::with("-H", "Content-Type:"));
    }
    if body.is_some_and(|body| body.len() > EXPECT_THRESHOLD) && request.header("expect").is_none() {
        options.push(CurlOption::with("-H", "Expect:"));
    }
    options
}

/// Decompresses what is shown, where the request asks for a compressed answer.
pub(super) fn compressed(request: &HttpRequest) -> Option<CurlOption> {
    let accepted = request.header("accept-encoding")?;
    let is_compressed = accepted.split(',').any(|name| {
        let name = name.split(';').next().unwrap_or_default().trim();
        !name.is_empty() && !name.eq_ignore_ascii_case("identity")
    });
    is_compressed.then(|| CurlOption::flag("--compressed"))
}

/// Remarks that an argument or a command is longer than the system allows.
pub(super) fn check_length(len: usize, limit: usize, what: &'static str, remarks: &mut Vec<Remark>) {
    remarks.extend((len > limit).then_some(Remark::TooLongFor { what, limit: limit as u64 }));
}
