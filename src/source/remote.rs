//! Files from a URL.

use gloo_net::http::{Request, Response};
use session::formats::{LoadError, Retry};
use web_sys::{AbortSignal, Url};

use super::stream::{ByteStream, message_of};

/// The absolute form of a URL that may be relative to the app.
pub fn absolute(src: &str) -> Option<String> {
    let base = leptos::prelude::document().base_uri().ok().flatten()?;
    Some(Url::new_with_base(src, &base).ok()?.href())
}

/// The path that the app is served under, without a slash at its end: empty at the root of a host.
pub fn base_path() -> String {
    let base = leptos::prelude::document().base_uri().ok().flatten().unwrap_or_default();
    let path = Url::new(&base).map(|url| url.pathname()).unwrap_or_default();
    path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()
}

/// The last part of a URL's path, for messages.
pub fn file_name(url: &str) -> String {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').find(|part| !part.is_empty()).unwrap_or(url);
    js_sys::decode_uri_component(name).map_or_else(|_| name.to_owned(), String::from)
}

/// Fetches the file at `url`, or the one at `path` in its folder.
pub(super) async fn open(
    url: &str,
    path: Option<&str>,
    signal: &AbortSignal,
) -> Result<ByteStream, LoadError> {
    let target = match path {
        None => url.to_owned(),
        Some(path) => sibling_url(url, path)?,
    };
    let response = Request::get(&target)
        .abort_signal(Some(signal))
        .send()
        .await
        .map_err(|error| unreachable(&target, &error.to_string()))?;
    if !response.ok() {
        return Err(refused(&target, &response));
    }
    let total = length_of(&response);
    let Some(body) = response.body() else {
        return Err(LoadError::new(
            "The server answered without a body",
            target,
            "Check the address.",
            Retry::Useful,
        ));
    };
    ByteStream::new(body, total, None, None).await.map_err(|error| unreachable(&target, &message_of(&error)))
}

/// The address of the file at `path` in the folder of `url`.
pub(super) fn sibling_url(url: &str, path: &str) -> Result<String, LoadError> {
    // Each segment is a file's name, not a part of a URL.
    let escaped: Vec<String> =
        path.split('/').map(|part| String::from(js_sys::encode_uri_component(part))).collect();
    match Url::new_with_base(&escaped.join("/"), url) {
        Ok(target) => Ok(target.href()),
        Err(_) => Err(LoadError::new(
            "The session names a file by an invalid path",
            path,
            "Record it again.",
            Retry::Useless,
        )),
    }
}

fn unreachable(target: &str, why: &str) -> LoadError {
    let remedy = "Check the address and the connection. A file on another host must be served with CORS headers \
                  (Access-Control-Allow-Origin); if it is not, download it and open the file.";
    let why = why.trim_start_matches("JS Error: ").to_owned();
    LoadError::new(
        "The file could not be fetched: the server cannot be reached or refuses this page",
        format!("{target}: {why}"),
        remedy,
        Retry::Useful,
    )
}

fn refused(target: &str, response: &Response) -> LoadError {
    let status = response.status();
    let text = response.status_text();
    let phrase = presentation::labels::status_phrase(status).unwrap_or(&text).to_owned();
    let remedy = match status {
        404 | 410 => "Check the address: there is no such file.",
        401 | 403 => "Sign in where the file is kept, or ask for access; then try again.",
        _ => "Try again in a moment.",
    };
    let retry = if matches!(status, 404 | 410) { Retry::MayAppear } else { Retry::Useful };
    LoadError::new(format!("The server answered {status} {phrase}"), target, remedy, retry)
}

/// The length of the file as it will be read: not known where the transfer is compressed.
fn length_of(response: &Response) -> Option<u64> {
    let headers = response.headers();
    if headers.get("content-encoding").is_some_and(|encoding| encoding != "identity") {
        return None;
    }
    headers.get("content-length")?.parse().ok()
}
