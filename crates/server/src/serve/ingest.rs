//! Taking batches from recorders.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use store::{Batch, Cause, IngestKey, Limits, Project, StoreError, Unavailable};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::App;
use super::keys::{Presented, QuotaExceeded, permits};
use super::metrics::{add, count};

/// The project of batches without a key, while the store has none.
const DEFAULT_PROJECT: &str = "default";
/// Longest wait in seconds that a recorder is asked for. Each is asked for another one, so that not all come back
/// at once.
const RETRY_SECONDS: std::ops::RangeInclusive<u64> = 2..=6;
/// How long a browser may keep the answer to a preflight, in seconds.
const PREFLIGHT_SECONDS: &str = "7200";
/// Bytes that a batch counts as at least while it is received.
const MIN_PERMITS: usize = 64 << 10;

const RECORDER_HEADERS: [(HeaderName, HeaderValue); 2] = [
    (
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("retry-after, replayscope-accept, replayscope-interval"),
    ),
    (HeaderName::from_static("replayscope-accept"), HeaderValue::from_static("gzip")),
];

/// Why a batch was not taken, as it is answered.
struct Refusal {
    status: StatusCode,
    text: String,
}

fn refusal(status: StatusCode, text: impl Into<String>) -> Refusal {
    Refusal { status, text: text.into() }
}

/// Answers the question whether a page of another origin may send batches.
pub(super) async fn preflight(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let Some(origin) = origin else { return StatusCode::NO_CONTENT.into_response() };
    match app.keys.permit_origin(origin).await {
        Ok(true) => {}
        Ok(false) => return StatusCode::FORBIDDEN.into_response(),
        Err(error) => {
            app.note_failure(&error);
            return StatusCode::SERVICE_UNAVAILABLE.into_response();
        }
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    let answer = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "authorization, content-encoding, content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS),
    ] {
        answer.insert(name, HeaderValue::from_static(value));
    }
    allow_origin(answer, &headers);
    response
}

/// Takes a batch.
pub(super) async fn take(
    State(app): State<Arc<App>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let began = Instant::now();
    let (parts, body) = request.into_parts();
    let taken = receive(&app, &parts.headers, body).await;
    let mut response = match taken {
        Ok(()) => {
            app.metrics.acknowledged(began.elapsed());
            StatusCode::NO_CONTENT.into_response()
        }
        Err(Refusal { status, text }) => {
            count(match status {
                StatusCode::UNAUTHORIZED
                | StatusCode::FORBIDDEN
                | StatusCode::GONE
                | StatusCode::TOO_MANY_REQUESTS => &app.metrics.unauthorized,
                status if status.is_server_error() => &app.metrics.postponed,
                _ => &app.metrics.refused,
            });
            (status, format!("{text}\n")).into_response()
        }
    };
    let status = response.status();
    let headers = response.headers_mut();
    if status == StatusCode::SERVICE_UNAVAILABLE || status == StatusCode::TOO_MANY_REQUESTS {
        headers.insert(header::RETRY_AFTER, retry_after(peer.port()));
    }
    for (name, value) in RECORDER_HEADERS {
        headers.insert(name, value);
    }
    let interval = app.arguments.schedule.batch_interval.as_secs().max(1);
    headers.insert(HeaderName::from_static("replayscope-interval"), HeaderValue::from(interval));
    if status != StatusCode::FORBIDDEN {
        allow_origin(headers, &parts.headers);
    }
    response
}

async fn receive(app: &Arc<App>, headers: &HeaderMap, body: Body) -> Result<(), Refusal> {
    // Before the body is read, or unpacked: only those with a key cost more than their connection.
    let (project, key) = authorize(app, headers).await?;
    check_room(app).await?;
    let is_gzip = encoding(headers)?;
    let limits = &app.arguments.limits;
    let declared =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > limits.max_batch_bytes) {
        return Err(too_large(limits.max_batch_bytes));
    }
    let _permit = reserve(&app.in_flight, declared.unwrap_or(limits.max_batch_bytes))?;
    let body = read(body, limits.max_batch_bytes, limits.body_timeout).await?;
    let bytes = body.len() as u64;
    let batch_limits = Limits { batch: limits.max_unpacked_bytes, ..Limits::default() };
    let parsed = tokio::task::spawn_blocking(move || Batch::parse(body, is_gzip, &batch_limits)).await;
    let batch = parsed
        .map_err(|_| refusal(StatusCode::UNPROCESSABLE_ENTITY, "The batch cannot be read."))?
        .map_err(|error| {
        let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::BAD_REQUEST);
        refusal(status, error.to_string())
    })?;
    if let Some(key) = &key {
        app.keys.charge(key, batch.summary().session(), bytes).map_err(|QuotaExceeded| {
            refusal(StatusCode::TOO_MANY_REQUESTS, "The key has sent as much as it may in a day.")
        })?;
    }
    match in_time(app, app.store.put(&project, &batch)).await {
        Ok(_) => {}
        Err(StoreError::Deleted) => {
            return Err(refusal(StatusCode::UNPROCESSABLE_ENTITY, "The session has been deleted."));
        }
        Err(error) => {
            app.note_failure(&error);
            // Never the recorder's fault: it keeps the batch, and sends it again.
            return Err(refusal(StatusCode::SERVICE_UNAVAILABLE, "The store cannot take the batch now."));
        }
    }
    count(&app.metrics.stored);
    add(&app.metrics.bytes, bytes);
    app.listed.add(&project, batch.summary());
    Ok(())
}

/// The project that a batch is for, and the key that says so, where one is needed.
async fn authorize(app: &App, headers: &HeaderMap) -> Result<(Project, Option<IngestKey>), Refusal> {
    let unreadable = |error: StoreError| {
        app.note_failure(&error);
        refusal(StatusCode::SERVICE_UNAVAILABLE, "The store cannot be read now.")
    };
    let presented = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .map(str::trim);
    let Some(presented) = presented else {
        let is_open = app.is_loopback && in_time(app, app.keys.are_absent()).await.map_err(unreadable)?;
        return match DEFAULT_PROJECT.parse() {
            Ok(project) if is_open => Ok((project, None)),
            _ => Err(refusal(StatusCode::UNAUTHORIZED, "A key is needed: Authorization: Bearer KEY.")),
        };
    };
    let found = in_time(app, app.keys.find(presented)).await.map_err(unreadable)?;
    let (key, is_stopped) = match found {
        Presented::Valid(key) => (key, false),
        Presented::Stopped(key) => (key, true),
        Presented::Invalid => return Err(refusal(StatusCode::UNAUTHORIZED, "This key is not valid.")),
    };
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    if !permits(&key, origin) {
        return Err(refusal(StatusCode::FORBIDDEN, "The key is not for pages of this origin."));
    }
    if is_stopped {
        return Err(refusal(StatusCode::GONE, "The key was revoked for good: stop recording."));
    }
    Ok((key.project.clone(), Some(key)))
}

/// Waits for the store as long as for one request to it. What a batch needs are several, each of which may be tried
/// again, and requests may wait for others: together that is longer than a recorder waits.
async fn in_time<T>(app: &App, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let limit = app.arguments.limits.store_timeout;
    timeout(limit, work).await.unwrap_or_else(|_| {
        let detail = format!("no answer within {} s", limit.as_secs_f64());
        Err(StoreError::Unavailable(Unavailable { cause: Cause::Failed, detail }))
    })
}

/// Takes no batch onto a disk that is almost full.
async fn check_room(app: &App) -> Result<(), Refusal> {
    match in_time(app, app.room.is_low(&app.store)).await {
        Ok(false) => Ok(()),
        Ok(true) => Err(refusal(StatusCode::SERVICE_UNAVAILABLE, "The disk of the store is almost full.")),
        Err(error) => {
            app.note_failure(&error);
            Err(refusal(StatusCode::SERVICE_UNAVAILABLE, "The store cannot be used now."))
        }
    }
}

/// Whether the body is compressed.
fn encoding(headers: &HeaderMap) -> Result<bool, Refusal> {
    match headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes) {
        None | Some(b"identity") => Ok(false),
        Some(b"gzip") => Ok(true),
        Some(_) => Err(refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The only Content-Encoding is gzip.")),
    }
}

/// Reserves memory for a batch, so that many at once cannot use it up.
fn reserve(in_flight: &Arc<Semaphore>, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
    let permits = u32::try_from(bytes.max(MIN_PERMITS)).unwrap_or(u32::MAX);
    Arc::clone(in_flight).try_acquire_many_owned(permits).map_err(|_| {
        refusal(StatusCode::SERVICE_UNAVAILABLE, "The server is receiving too much at the moment.")
    })
}

async fn read(body: Body, max_bytes: usize, time: Duration) -> Result<Bytes, Refusal> {
    match timeout(time, Limited::new(body, max_bytes).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(max_bytes)),
        Ok(Err(_)) => Err(refusal(StatusCode::BAD_REQUEST, "The body ended early.")),
        Err(_) => Err(refusal(StatusCode::REQUEST_TIMEOUT, "The body took too long.")),
    }
}

fn too_large(max_bytes: usize) -> Refusal {
    refusal(StatusCode::PAYLOAD_TOO_LARGE, format!("A batch has at most {max_bytes} bytes."))
}

/// Lets the page read the answer. Which origins may send is checked before.
fn allow_origin(answer: &mut HeaderMap, asked: &HeaderMap) {
    if let Some(origin) = asked.get(header::ORIGIN) {
        answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        answer.append(header::VARY, HeaderValue::from_static("origin"));
    }
}

/// A wait that differs from client to client.
fn retry_after(port: u16) -> HeaderValue {
    let (shortest, longest) = (*RETRY_SECONDS.start(), *RETRY_SECONDS.end());
    HeaderValue::from(shortest + u64::from(port) % (longest - shortest + 1))
}
