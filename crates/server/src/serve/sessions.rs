//! Reading sessions: the catalog, and the files of a session.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use catalog::{DEFAULT_LIMIT, SessionList};
use serde::Deserialize;
use store::{SessionKey, SessionView, StoreError};
use url::Url;

use super::App;
use crate::rows::session_key;
use crate::selection::Conditions;
use crate::web::as_stored;

/// The manifest of a session.
const MANIFEST: &str = "session.json";

/// Which page of the sessions is asked for.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Paging {
    before: Option<String>,
    limit: Option<usize>,
}

/// A page of the catalog.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Query(conditions): Query<Conditions>,
    Query(paging): Query<Paging>,
) -> Response {
    let query = catalog::Query {
        before: paging.before.filter(|before| !before.is_empty()),
        limit: paging.limit.unwrap_or(DEFAULT_LIMIT),
        ..conditions.query()
    };
    // What this server has just received is in the catalog before it is asked.
    app.flush_catalog().await;
    let page = match app.catalog.query(&query).await {
        Ok(page) => page,
        Err(catalog::Error::InvalidCursor) => {
            return (StatusCode::BAD_REQUEST, "The parameter `before` is no cursor.\n").into_response();
        }
        Err(error) => {
            app.note_catalog_failure(&error);
            return (StatusCode::SERVICE_UNAVAILABLE, "The catalog cannot be read now.\n").into_response();
        }
    };
    let list = SessionList::new(&page.rows, page.next.as_deref(), |row| {
        format!("s/{}/{}/{MANIFEST}", row.project, row.session)
    });
    let mut response = Json(list).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A file of a session: its manifest, as far as it has been received, or one that the manifest names.
pub(super) async fn file(
    State(app): State<Arc<App>>,
    Path((project, session, path)): Path<(String, String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    let Some(key) = session_key(&project, &session) else { return StatusCode::NOT_FOUND.into_response() };
    let may_redirect = app.arguments.redirect_reads && method == Method::GET;
    let mut response = match answer(&app, &key, &path, &headers, may_redirect).await {
        Ok(Some(response)) => response,
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such session or file.\n").into_response(),
        Err(error) => {
            app.note_failure(&error);
            (StatusCode::SERVICE_UNAVAILABLE, "The store cannot be read now.\n").into_response()
        }
    };
    as_stored(&mut response);
    response
}

async fn answer(
    app: &App,
    key: &SessionKey,
    path: &str,
    asked: &HeaderMap,
    may_redirect: bool,
) -> Result<Option<Response>, StoreError> {
    if path == MANIFEST {
        return Ok(app.store.session(key).await?.map(|session| manifest(&session, asked)));
    }
    if may_redirect && let Some(url) = app.store.signed_url(key, path, SIGNED_LIFETIME).await? {
        return Ok(Some(redirect(&url)));
    }
    let Some(file) = app.store.file(key, path).await? else { return Ok(None) };
    let mut response = Body::from_stream(file.body).into_response();
    let headers = response.headers_mut();
    if let Some(size) = file.size {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    }
    headers.insert(header::CACHE_CONTROL, if file.is_immutable { KEPT } else { ASKED_AGAIN });
    Ok(Some(response))
}

/// Sends the viewer's browser to the object store.
fn redirect(url: &Url) -> Response {
    let headers = [(header::LOCATION, url.as_str()), (header::CACHE_CONTROL, REDIRECT_KEPT)];
    (StatusCode::TEMPORARY_REDIRECT, headers).into_response()
}

/// How long a signed URL is valid: until a read has begun.
const SIGNED_LIFETIME: Duration = Duration::from_secs(600);
/// A browser that follows the same redirect again has the file in its cache.
const REDIRECT_KEPT: &str = "private, max-age=300";

/// A generation of a session's file never changes. Only the viewer's own browser may keep it.
const KEPT: HeaderValue = HeaderValue::from_static("private, max-age=31536000, immutable");
const ASKED_AGAIN: HeaderValue = HeaderValue::from_static("private, no-cache");

fn manifest(session: &SessionView, asked: &HeaderMap) -> Response {
    let is_known =
        asked.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == session.etag.as_bytes());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(if session.is_live { marked_live(&session.manifest) } else { session.manifest.clone() })
            .into_response()
    };
    let headers = response.headers_mut();
    if let Ok(etag) = HeaderValue::from_str(&session.etag) {
        headers.insert(header::ETAG, etag);
    }
    headers.insert(header::CACHE_CONTROL, ASKED_AGAIN);
    response
}

/// A manifest that tells the viewer that there will be more.
fn marked_live(manifest: &Bytes) -> Bytes {
    match manifest.strip_prefix(b"{") {
        Some(rest) => [b"{\"live\":true,".as_slice(), rest].concat().into(),
        None => manifest.clone(),
    }
}

/// Deletes a session: it is gone from the lists at once, and its files soon after.
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    Path((project, session)): Path<(String, String)>,
) -> Response {
    let Some(key) = session_key(&project, &session) else { return StatusCode::NOT_FOUND.into_response() };
    if let Some(refusal) = app.refuses_changes() {
        return refusal;
    }
    match app.delete(&key).await {
        Ok(true) => StatusCode::NO_CONTENT.into_response(),
        Ok(false) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            app.note_failure(&error);
            (StatusCode::SERVICE_UNAVAILABLE, "The store cannot be changed now.\n").into_response()
        }
    }
}
