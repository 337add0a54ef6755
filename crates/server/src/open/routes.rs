//! The addresses of `replayscope open`.

use std::sync::Arc;

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use axum::{Json, Router};

use super::presence::Presence;
use super::recordings::Recordings;
use crate::web::{LOOPBACK_NAMES, Viewer, as_stored, only_for_hosts, with_security_headers};

#[derive(Clone)]
struct App {
    recordings: Arc<Recordings>,
    presence: Presence,
    viewer: Viewer,
}

/// The viewer, and below a token that only the link has, what was named on the command line.
pub(super) fn app(recordings: Recordings, presence: Presence) -> Router {
    let base = recordings.base();
    let viewer = Viewer::default().with_meta("replayscope-presence", &format!("{base}presence"));
    let app = Router::new()
        .route(&format!("{base}sessions.json"), get(list))
        .route(&format!("{base}presence"), any(presence_of_tab))
        .route(&format!("{base}{{index}}/{{*path}}"), get(file))
        // The recordings that are part of the viewer's files are not what was named.
        .route("/sessions.json", get(|| async { StatusCode::NOT_FOUND }))
        .fallback(viewer_file)
        .with_state(App { recordings: Arc::new(recordings), presence, viewer })
        .layer(middleware::map_response(with_security_headers));
    only_for_hosts(app, LOOPBACK_NAMES.map(str::to_owned))
}

async fn list(State(app): State<App>) -> Response {
    let mut response = Json(app.recordings.list()).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-cache"));
    response
}

async fn presence_of_tab(State(app): State<App>, upgrade: WebSocketUpgrade) -> Response {
    app.presence.connect(upgrade)
}

async fn file(
    State(app): State<App>,
    Path((index, path)): Path<(usize, String)>,
    request: Request,
) -> Response {
    let mut response = app.recordings.serve(index, &path, request).await;
    as_stored(&mut response);
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-cache"));
    response
}

async fn viewer_file(State(app): State<App>, request: Request) -> Response {
    app.viewer.serve(request).await
}
