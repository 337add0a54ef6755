//! A session as a zip archive.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::App;
use crate::bundle::{pieces, zipped};
use crate::rows::session_key;
use crate::web::as_stored;

/// Answers `/s/<project>/<session>.zip`. An archive that could not be read to its end is cut off, and the client's
/// connection with it.
pub(super) async fn archive(
    State(app): State<Arc<App>>,
    Path((project, name)): Path<(String, String)>,
) -> Response {
    let key = name.strip_suffix(".zip").and_then(|session| session_key(&project, session));
    let Some(key) = key else { return StatusCode::NOT_FOUND.into_response() };
    let view = match app.store.session(&key).await {
        Ok(Some(view)) => view,
        Ok(None) => return (StatusCode::NOT_FOUND, "There is no such session.\n").into_response(),
        Err(error) => {
            app.note_failure(&error);
            return (StatusCode::SERVICE_UNAVAILABLE, "The store cannot be read now.\n").into_response();
        }
    };
    let body = zipped(pieces(Arc::clone(&app.store), key, &view));
    let mut response = Body::from_stream(body).into_response();
    as_stored(&mut response);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/zip"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // A session's id has no character that would end the name.
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
