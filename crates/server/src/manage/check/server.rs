//! Checking the way to a server: whether batches reach it, and how large they may be.
//!
//! What is posted is no batch: its first line has no number, which the server finds when it has received all of it. So
//! a status of 400 or 422 says that the whole body has arrived, and nothing is stored.

use std::time::Duration;

use reqwest::{Client, StatusCode};
use url::Url;

use super::{Report, State};
use crate::Failure;
use crate::web::set_up_tls;

/// Longest time until an answer.
const TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes of the bodies that are posted. Recorders send up to the first; the next ones find the limit.
const SIZES: [usize; 6] = [8 << 20, 4 << 20, 2 << 20, 1_000_000, 256 << 10, SMALLEST];
const SMALLEST: usize = 1000;
/// Longest part of an answer's text that is looked at, in bytes.
const MAX_TEXT: usize = 1000;

/// Whose limit a body exceeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    Server,
    Proxy,
    /// The connection was closed without an answer.
    Unknown,
}

impl Limit {
    /// The one who answered with that text.
    fn of(text: &str) -> Self {
        // The server's own words.
        if text.starts_with("A batch has at most") { Self::Server } else { Self::Proxy }
    }

    fn advice(self) -> &'static str {
        match self {
            Self::Server => "it is the server's limit: raise --max-batch-bytes",
            Self::Proxy => {
                "it is a proxy's limit: nginx: client_max_body_size 64m; Caddy: request_body { max_size 64MB }"
            }
            Self::Unknown => {
                "it is a proxy's limit (nginx: client_max_body_size 64m; Caddy: request_body { max_size 64MB }) or the \
                 server's (--max-batch-bytes)"
            }
        }
    }
}

pub(super) async fn check(address: &str, key: Option<&str>, report: &mut Report) -> Result<(), Failure> {
    let url = Url::parse(address)
        .and_then(|url| url.join("/v1/batches"))
        .map_err(|error| Failure::Argument(format!("{address} is not an address: {error}")))?;
    set_up_tls();
    let client = Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none()).build();
    let client = client.map_err(|error| Failure::Argument(format!("Nothing can be asked: {error}")))?;
    let mut refused: Option<(usize, Limit)> = None;
    for size in SIZES {
        let (status, text) = match post(&client, &url, key, size).await {
            Ok(answer) => answer,
            // Who does not read a body to its end closes the connection, sometimes before the answer has arrived.
            Err(_) if size != SMALLEST => {
                refused = Some((size, Limit::Unknown));
                continue;
            }
            Err(why) => {
                return report.add("server", State::Failed, &format!("{url} does not answer: {why}"));
            }
        };
        if status == StatusCode::PAYLOAD_TOO_LARGE {
            refused = Some((size, Limit::of(&text)));
            continue;
        }
        return match refused {
            Some((too_large, limit)) if is_reached(status) => limited(report, size, too_large, limit),
            _ => unlimited(report, status, size),
        };
    }
    report.add("body limit", State::Failed, "bodies of 1,000 bytes are refused as too large (413)")
}

/// The status of an answer and the beginning of its text, or why there is none.
async fn post(
    client: &Client,
    url: &Url,
    key: Option<&str>,
    size: usize,
) -> Result<(StatusCode, String), String> {
    let mut request = client.post(url.clone()).header("content-type", "text/plain").body(no_batch(size));
    if let Some(key) = key {
        request = request.bearer_auth(key);
    }
    let failed = |error: reqwest::Error| error.without_url().to_string();
    let mut response = request.send().await.map_err(failed)?;
    let status = response.status();
    let mut text = Vec::new();
    while text.len() < MAX_TEXT {
        match response.chunk().await {
            Ok(Some(chunk)) => text.extend_from_slice(&chunk),
            _ => break,
        }
    }
    text.truncate(MAX_TEXT);
    Ok((status, String::from_utf8_lossy(&text).into_owned()))
}

/// What no server takes: a first line without a number.
fn no_batch(size: usize) -> Vec<u8> {
    let mut body = b"{\"session\":\"check\",\"sequence\":0}\n".to_vec();
    body.resize(size.max(body.len()), b' ');
    body
}

fn is_reached(status: StatusCode) -> bool {
    matches!(status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY)
}

fn unlimited(report: &mut Report, status: StatusCode, size: usize) -> Result<(), Failure> {
    let text = match status {
        status if is_reached(status) => {
            report.add("server", State::Ok, "takes batches")?;
            return report.add("body limit", State::Ok, &format!("bodies of {size} bytes reach the server"));
        }
        StatusCode::UNAUTHORIZED => {
            "it wants a valid key: give one by --key or REPLAYSCOPE_KEY (`replayscope key new` makes one)"
        }
        StatusCode::FORBIDDEN => "the key is not for requests without an origin: use one without --origin",
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            "no collector is there: check the address, the proxy's paths, and that the server has the role collect"
        }
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => {
            "the body took too long to arrive: raise the time-outs"
        }
        StatusCode::BAD_GATEWAY => "the proxy does not reach the server",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            "it takes nothing at the moment: try again"
        }
        status if status.is_redirection() => {
            "it redirects, which recorders do not follow: use the final address"
        }
        _ => "nothing that a collector answers: check the address",
    };
    report.add("server", State::Failed, &format!("status {}: {text}", status.as_u16()))
}

fn limited(report: &mut Report, fits: usize, too_large: usize, limit: Limit) -> Result<(), Failure> {
    report.add("server", State::Ok, "takes batches")?;
    let advice = limit.advice();
    let text = format!("bodies of {fits} bytes reach the server, of {too_large} do not: {advice}");
    report.add("body limit", State::Failed, &text)
}
