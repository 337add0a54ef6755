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
use super::settings::Role;

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

/// The store can be read, and written to as far as this server takes batches.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    let unready = |text: &'static str| (StatusCode::SERVICE_UNAVAILABLE, text).into_response();
    let checked = async {
        app.keys.read_again().await?;
        app.room.is_low(&app.store).await
    };
    match timeout(READY_TIMEOUT, checked).await {
        Ok(Ok(is_low)) if is_low && app.arguments.has(Role::Collect) => {
            unready("The disk of the store is almost full.\n")
        }
        Ok(Ok(_)) => "ok\n".into_response(),
        Ok(Err(error)) => {
            app.note_failure(&error);
            unready("The store cannot be read.\n")
        }
        Err(_) => unready("The store does not answer.\n"),
    }
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    // A disk that does not say has no metrics.
    let capacity = timeout(READY_TIMEOUT, app.room.capacity(&app.store)).await;
    let capacity = capacity.ok().and_then(Result::ok).flatten();
    let text = app.metrics.text(capacity.as_ref());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
