//! Recordings on other hosts: they are fetched by this process, so that CORS does not matter, and those of an object
//! store with the user's own credentials.

use std::env;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::header::{self, HeaderMap, HeaderName};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use object_store::path::Path as Key;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, parse_url_opts};
use reqwest::Client;
use tokio::time::timeout;
use url::Url;

use super::recordings::MANIFEST;
use crate::web::set_up_tls;

/// Longest time until a host answers.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);

/// What of a request is passed on, and of the response.
const REQUEST_HEADERS: [HeaderName; 2] = [header::RANGE, header::IF_NONE_MATCH];
const RESPONSE_HEADERS: [HeaderName; 6] = [
    header::CONTENT_LENGTH,
    header::CONTENT_RANGE,
    header::CONTENT_ENCODING,
    header::ACCEPT_RANGES,
    header::ETAG,
    header::LAST_MODIFIED,
];

/// A recording behind a URL, and the files next to it.
#[derive(Debug)]
pub(super) enum Remote {
    Web { client: Client, url: Url },
    Objects { store: Arc<dyn ObjectStore>, folder: Key },
}

impl Remote {
    /// Whether an argument is the URL of a host or an object store.
    pub(super) fn is_url(argument: &str) -> bool {
        ["http://", "https://", "s3://", "gs://", "az://"].iter().any(|scheme| argument.starts_with(scheme))
    }

    /// The files at a URL, and the name of the first one; empty for a folder.
    ///
    /// # Errors
    /// If the URL is not valid, there are no credentials for it, or an object store does not have what it names.
    pub(super) async fn open(argument: &str) -> Result<(Self, String), String> {
        set_up_tls();
        let url = Url::parse(argument).map_err(|error| error.to_string())?;
        let name = url.path().rsplit('/').next().unwrap_or_default().to_owned();
        if matches!(url.scheme(), "http" | "https") {
            let client = Client::builder().connect_timeout(CONNECT_TIMEOUT).build();
            return Ok((Self::Web { client: client.map_err(|error| error.to_string())?, url }, name));
        }
        // The variables of the environment that the tools of each store use.
        let variables = env::vars().map(|(name, value)| (name.to_ascii_lowercase(), value));
        let (store, key) = parse_url_opts(&url, variables).map_err(|error| error.to_string())?;
        let is_folder = name.is_empty();
        let (folder, name) = timeout(CONNECT_TIMEOUT, find(&store, key, is_folder))
            .await
            .map_err(|_| format!("it did not answer within {} s", CONNECT_TIMEOUT.as_secs()))??;
        Ok((Self::Objects { store: store.into(), folder }, name))
    }

    /// Fetches the file at a path that is relative to the first one.
    pub(super) async fn fetch(&self, path: &str, method: &Method, headers: &HeaderMap) -> Response {
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return StatusCode::NOT_FOUND.into_response();
        }
        let fetched = match self {
            Self::Web { client, url } => fetch_url(client, url, path, method, headers).await,
            Self::Objects { store, folder } => {
                fetch_object(store.as_ref(), folder, path, method, headers).await
            }
        };
        fetched.unwrap_or_else(|why| (StatusCode::BAD_GATEWAY, format!("{why}\n")).into_response())
    }
}

/// The folder of what a key names, and the name of the first file in it; empty for a folder without a manifest, in which
/// the viewer looks for others.
async fn find(store: &impl ObjectStore, key: Key, is_folder: bool) -> Result<(Key, String), String> {
    if !is_folder && has(store, &key).await? {
        let mut folder: Vec<_> = key.parts().collect();
        folder.pop();
        return Ok((folder.into_iter().collect(), key.filename().unwrap_or_default().to_owned()));
    }
    if has(store, &key.clone().join(MANIFEST)).await? {
        return Ok((key, MANIFEST.to_owned()));
    }
    if !is_folder {
        return Err("there is no such object".to_owned());
    }
    match store.list(Some(&key)).next().await {
        Some(Ok(_)) => Ok((key, String::new())),
        Some(Err(error)) => Err(error.to_string()),
        None => Err("there is nothing in this folder".to_owned()),
    }
}

async fn has(store: &impl ObjectStore, key: &Key) -> Result<bool, String> {
    match store.head(key).await {
        Ok(_) => Ok(true),
        Err(object_store::Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(error.to_string()),
    }
}

async fn fetch_url(
    client: &Client,
    first: &Url,
    path: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, String> {
    let mut url = first.clone();
    if first.path().rsplit('/').next() != Some(path) {
        // A signature in the address is for the first file only.
        url.set_query(None);
        let mut parts = url.path_segments_mut().map_err(|()| "The URL has no path.".to_owned())?;
        parts.pop().extend(path.split('/'));
    }
    let mut request = client.request(method.clone(), url);
    for name in &REQUEST_HEADERS {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    let received = request.send().await.map_err(|error| error.without_url().to_string())?;
    let status = received.status();
    let mut passed_on = HeaderMap::new();
    for name in &RESPONSE_HEADERS {
        if let Some(value) = received.headers().get(name) {
            passed_on.insert(name, value.clone());
        }
    }
    Ok((status, passed_on, Body::from_stream(received.bytes_stream())).into_response())
}

async fn fetch_object(
    store: &dyn ObjectStore,
    folder: &Key,
    path: &str,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Response, String> {
    // As they are: a key may have characters that this library would write in another way.
    let whole = if folder.as_ref().is_empty() { path.to_owned() } else { format!("{folder}/{path}") };
    let Ok(key) = Key::parse(whole) else { return Ok(StatusCode::NOT_FOUND.into_response()) };
    let range = headers.get(header::RANGE).and_then(|range| byte_range(range.to_str().ok()?));
    let options = GetOptions { range: range.clone(), head: method == Method::HEAD, ..GetOptions::default() };
    let found = match store.get_opts(&key, options).await {
        Ok(found) => found,
        Err(object_store::Error::NotFound { .. }) => return Ok(StatusCode::NOT_FOUND.into_response()),
        Err(error) => return Err(error.to_string()),
    };
    let mut response_headers = HeaderMap::new();
    let mut insert = |name: HeaderName, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response_headers.insert(name, value);
        }
    };
    insert(header::ACCEPT_RANGES, "bytes".to_owned());
    insert(header::CONTENT_LENGTH, (found.range.end - found.range.start).to_string());
    if let Some(etag) = &found.meta.e_tag {
        insert(header::ETAG, etag.clone());
    }
    let status = if range.is_some() {
        let last = found.range.end.saturating_sub(1);
        insert(header::CONTENT_RANGE, format!("bytes {}-{last}/{}", found.range.start, found.meta.size));
        StatusCode::PARTIAL_CONTENT
    } else {
        StatusCode::OK
    };
    Ok((status, response_headers, Body::from_stream(found.into_stream())).into_response())
}

/// A range of bytes, where it is a single one.
fn byte_range(text: &str) -> Option<GetRange> {
    let (start, end) = text.strip_prefix("bytes=")?.split_once('-')?;
    match (start.parse::<u64>(), end.parse::<u64>()) {
        (Ok(start), Ok(end)) if end >= start => Some(GetRange::Bounded(start..end.checked_add(1)?)),
        (Ok(start), Err(_)) if end.is_empty() => Some(GetRange::Offset(start)),
        (Err(_), Ok(len)) if start.is_empty() => Some(GetRange::Suffix(len)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use object_store::memory::InMemory;

    use super::*;

    #[test]
    fn ranges_are_those_of_http() {
        assert_eq!(byte_range("bytes=0-9"), Some(GetRange::Bounded(0..10)));
        assert_eq!(byte_range("bytes=7-"), Some(GetRange::Offset(7)));
        assert_eq!(byte_range("bytes=-5"), Some(GetRange::Suffix(5)));
        for text in ["bytes=9-0", "bytes=-", "bytes=0-1,3-4", "items=0-1", "bytes=0-18446744073709551615"] {
            assert_eq!(byte_range(text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn the_first_file_is_named_by_the_last_part_of_a_url() {
        let named = async |url: &str| Remote::open(url).await.map(|(_, name)| name);
        assert_eq!(named("https://example.com/a/b.har?sig=1").await, Ok("b.har".to_owned()));
        assert_eq!(named("https://example.com/a/").await, Ok(String::new()));
        assert!(named("https://").await.is_err());
    }

    #[tokio::test]
    async fn what_a_key_names_is_an_object_or_a_folder() {
        let store = InMemory::new();
        for key in ["a/s/session.json", "a/s/resources.jsonl", "b/events-1.json", "c d#1.har"] {
            let key = Key::parse(key).expect("a key");
            store.put(&key, "{}".into()).await.expect("it is stored");
        }
        let found = async |key: &str, is_folder| {
            let found = find(&store, Key::parse(key).expect("a key"), is_folder).await;
            found.map(|(folder, name)| (folder.to_string(), name))
        };
        let pair = |folder: &str, name: &str| Ok((folder.to_owned(), name.to_owned()));
        for (key, is_folder) in [("a/s", false), ("a/s", true), ("a/s/session.json", false)] {
            assert_eq!(found(key, is_folder).await, pair("a/s", "session.json"), "{key}");
        }
        assert_eq!(found("a/s/resources.jsonl", false).await, pair("a/s", "resources.jsonl"));
        assert_eq!(found("c d#1.har", false).await, pair("", "c d#1.har"));
        assert_eq!(found("b", true).await, pair("b", ""), "the viewer looks for files of other tools");
        for (key, is_folder) in [("b", false), ("absent", false), ("absent", true)] {
            assert!(found(key, is_folder).await.is_err(), "{key}");
        }
        let answer =
            fetch_object(&store, &Key::default(), "c d#1.har", &Method::GET, &HeaderMap::new()).await;
        assert_eq!(answer.expect("an answer").status(), StatusCode::OK);
    }
}
