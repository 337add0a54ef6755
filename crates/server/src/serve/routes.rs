//! The addresses of a server.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;

use super::settings::Role;
use super::{App, admin, deletion, download, ingest, login, sessions};
use crate::web::{LOOPBACK_NAMES, only_for_hosts, with_security_headers};

/// What a page of another site may link to.
const PAGES: [&str; 2] = ["/", "/session"];

/// All of a server, by its roles.
pub(super) fn app(state: Arc<App>) -> Router {
    let mut app = Router::new().route("/healthz", get(admin::healthy)).route("/readyz", get(admin::ready));
    if state.arguments.has(Role::Collect) {
        app = app.route("/v1/batches", post(ingest::take).options(ingest::preflight));
    }
    if state.arguments.has(Role::View) {
        app = app.merge(viewing(&state));
    }
    let names = state.is_loopback.then(|| host_names(&state));
    let app =
        app.fallback(viewer_file).with_state(state).layer(middleware::map_response(with_security_headers));
    match names {
        Some(names) => only_for_hosts(app, names),
        None => app,
    }
}

fn viewing(state: &Arc<App>) -> Router<Arc<App>> {
    Router::new()
        .route("/sessions.json", get(sessions::list))
        .route("/v1/delete", post(deletion::delete))
        .route("/s/{project}/{session}", get(download::archive).delete(sessions::delete))
        .route("/s/{project}/{session}/{*path}", get(sessions::file))
        .route("/", get(viewer_file))
        .route("/session", get(viewer_file))
        .route_layer(middleware::from_fn_with_state(Arc::clone(state), only_viewers))
        .route("/login", get(login_form).post(log_in))
}

/// Passes on what comes from a viewer, and asks others to log in.
async fn only_viewers(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if !app.access.permits(request.headers(), app.clients.is_proxy(peer.ip())) {
        return login::demand(request.uri(), request.headers(), &app.access);
    }
    // A page of another site may link to a session; it may not read or change one.
    let site = request.headers().get("sec-fetch-site").map(|site| site.as_bytes().to_vec());
    let is_foreign = matches!(site.as_deref(), Some(b"cross-site" | b"same-site"));
    if is_foreign && !PAGES.contains(&request.uri().path()) {
        return (StatusCode::FORBIDDEN, "Pages of other sites may not read sessions.\n").into_response();
    }
    next.run(request).await
}

#[derive(Deserialize)]
struct LoginPage {
    #[serde(default)]
    next: String,
}

async fn login_form(State(app): State<Arc<App>>, Query(page): Query<LoginPage>) -> Response {
    match &app.access {
        super::access::Access::Password(_) => login::form(&page.next, "", StatusCode::OK),
        _ => Redirect::to("/").into_response(),
    }
}

async fn log_in(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(form): Form<login::Login>,
) -> Response {
    // Behind a proxy that speaks HTTPS the cookie is for HTTPS only.
    let is_https = headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https")
        || headers.get(header::ORIGIN).is_some_and(|origin| origin.as_bytes().starts_with(b"https://"));
    login::log_in(&app.access, app.clients.address(peer.ip(), &headers), is_https, &form)
}

async fn viewer_file(State(app): State<Arc<App>>, request: Request) -> Response {
    if app.arguments.has(Role::Collect)
        && let Some(script) = app.recorder.serve(request.uri().path(), request.headers()).await
    {
        return script;
    }
    if !app.arguments.has(Role::View) {
        return StatusCode::NOT_FOUND.into_response();
    }
    app.viewer.serve(request).await
}

fn host_names(state: &App) -> Vec<String> {
    let own = LOOPBACK_NAMES.iter().map(|name| (*name).to_owned());
    own.chain(state.arguments.host_names.iter().cloned()).collect()
}
