//! Whether the server is well, and what it counts.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::time::timeout;

use super::App;

/// Longest time in which the store must answer for the server to be ready.
const READY_TIMEOUT: Duration = Duration::from_secs(5);

/// The addresses for the machine's operator.
pub(super) fn app(state: Arc<App>) -> Router {
    Router::new()
        .route("/healthz", get(healthy))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(state)
}

/// The process answers.
pub(super) async fn healthy() -> &'static str {
    "ok\n"
}

/// The store can be read.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    match timeout(READY_TIMEOUT, app.keys.read_again()).await {
        Ok(Ok(())) => "ok\n".into_response(),
        Ok(Err(error)) => {
            app.note_failure(&error);
            (StatusCode::SERVICE_UNAVAILABLE, "The store cannot be read.\n").into_response()
        }
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "The store does not answer.\n").into_response(),
    }
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], app.metrics.text()).into_response()
}
