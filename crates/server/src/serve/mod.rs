//! `replayscope serve`: takes batches from recorders, keeps sessions on a store, and shows them.

mod access;
mod admin;
mod client;
mod deletion;
mod download;
mod ingest;
mod jobs;
mod keys;
mod listed;
mod login;
mod metrics;
mod retention;
mod room;
mod routes;
mod sessions;
mod settings;
mod static_lists;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use catalog::Catalog;
use store::{SessionKey, Store, StoreError};
use tokio::runtime::{Handle, Runtime};
use tokio::sync::{Mutex, Semaphore, watch};

use crate::web::{Limits, Listener, RecorderScripts, Viewer};
use crate::{Failure, Outcome};
use access::Access;
use client::Clients;
use keys::Keys;
use listed::Listed;
use metrics::{Metrics, count};
use retention::Retention;
use room::Room;
pub use settings::{ServeArguments, with_config};
use static_lists::StaticLists;

/// What the requests share.
#[derive(Debug)]
struct App {
    arguments: ServeArguments,
    store: Arc<Store>,
    catalog: Catalog,
    access: Access,
    clients: Clients,
    keys: Keys,
    retention: Retention,
    room: Room,
    /// What was received and is not in the catalog yet.
    listed: Listed,
    flushing: Mutex<()>,
    static_lists: StaticLists,
    /// Where in the list of live sessions the search for forgotten ones goes on.
    forgotten_after: Mutex<Option<String>>,
    metrics: Metrics,
    viewer: Viewer,
    recorder: RecorderScripts,
    /// Bytes of batches that may be received at the same time.
    in_flight: Arc<Semaphore>,
    /// Whether only this machine can connect.
    is_loopback: bool,
}

/// Serves until it is interrupted or terminated.
///
/// # Errors
/// If the settings are not complete, the store cannot be opened, or the address cannot be listened on.
pub fn run(arguments: &ServeArguments) -> Result<Outcome, Failure> {
    Runtime::new()?.block_on(serve(arguments))
}

async fn serve(arguments: &ServeArguments) -> Result<Outcome, Failure> {
    let app = Arc::new(App::open(arguments.clone()).await?);
    let limits = Limits {
        connections: arguments.limits.max_connections,
        head: arguments.limits.head_timeout,
        shutdown: arguments.limits.shutdown_timeout,
    };
    let listener = listen(arguments.listen, limits).await?;
    println!("http://{}", listener.address()?);
    eprintln!("Sessions are kept in {}. Ctrl-C ends the server.", arguments.store);
    let (ending, end) = watch::channel(false);
    // On a thread of its own: compaction takes the processor for longer than a request should wait.
    let (working, until) = (Arc::clone(&app), end.clone());
    let jobs = tokio::task::spawn_blocking(move || Handle::current().block_on(jobs::run(working, until)));
    let admin = match arguments.admin_listen {
        Some(address) => {
            let listener = listen(address, limits).await?;
            eprintln!("Metrics are at http://{}/metrics.", listener.address()?);
            Some(tokio::spawn(listener.serve(admin::app(Arc::clone(&app)), ended(end.clone()))))
        }
        None => None,
    };
    let stop = async move {
        interrupted().await;
        ending.send_replace(true);
    };
    listener.serve(routes::app(Arc::clone(&app)), stop).await;
    // Requests under way have ended: what they have received is listed before the process ends.
    let _ = jobs.await;
    if let Some(admin) = admin {
        let _ = admin.await;
    }
    app.flush_catalog().await;
    Ok(Outcome::Done)
}

async fn listen(address: std::net::SocketAddr, limits: Limits) -> Result<Listener, Failure> {
    Listener::bind(address, limits)
        .await
        .map_err(|error| Failure::Argument(format!("{address} cannot be listened on: {error}")))
}

async fn ended(mut end: watch::Receiver<bool>) {
    // An error means that the sender is gone, which is the end too.
    let _ = end.wait_for(|is_over| *is_over).await;
}

/// Waits until the process is told to end.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// # Errors
/// If the store cannot do what is asked of it.
fn check_store(store: &Store, arguments: &ServeArguments) -> Result<(), Failure> {
    if arguments.redirect_reads && !store.can_sign() {
        let text =
            "--redirect-reads needs an object store (s3, gs, az): a folder has no URLs to redirect to.";
        return Err(Failure::Argument(text.to_owned()));
    }
    let (shards, asked) = (store.shards(), arguments.shards);
    if asked != 1 && asked != shards {
        eprintln!(
            "The store was made with {shards} shards, which does not change: --shards {asked} is not used."
        );
    }
    Ok(())
}

impl App {
    async fn open(arguments: ServeArguments) -> Result<Self, Failure> {
        let access = Access::new(&arguments)?;
        let retention = Retention::new(&arguments.schedule.keep)?;
        let failed =
            |error: StoreError| Failure::Argument(format!("{} cannot be used: {error}", arguments.store));
        let store =
            Arc::new(Store::open(&arguments.store, arguments.store_settings()).await.map_err(failed)?);
        check_store(&store, &arguments)?;
        let settings =
            catalog::Settings { cache_bytes: arguments.limits.catalog_bytes, ..catalog::Settings::default() };
        let is_loopback = arguments.listen.ip().is_loopback();
        let viewer = if is_loopback { Viewer::default() } else { Viewer::compressing() };
        Ok(Self {
            catalog: Catalog::with_settings(store.objects(), settings),
            access,
            clients: Clients::new(&arguments.trusted_proxies, arguments.client_header.clone()),
            retention,
            room: Room::new(arguments.limits.min_free_bytes),
            keys: Keys::new(Arc::clone(&store)),
            listed: Listed::default(),
            flushing: Mutex::default(),
            static_lists: StaticLists::default(),
            forgotten_after: Mutex::default(),
            metrics: Metrics::default(),
            viewer: viewer.with_meta("replayscope-catalog", "sessions.json"),
            recorder: RecorderScripts::default(),
            in_flight: Arc::new(Semaphore::new(arguments.limits.max_bytes_in_flight)),
            is_loopback,
            store,
            arguments,
        })
    }

    /// Writes what was received to the catalog. What cannot be written is kept for the next time.
    async fn flush_catalog(&self) {
        // Whoever asks waits for what another one is writing.
        let _writing = self.flushing.lock().await;
        let rows = self.listed.take();
        if rows.is_empty() {
            return;
        }
        if let Err(error) = self.catalog.append(rows.clone()).await {
            self.listed.put_back(rows);
            self.note_catalog_failure(&error);
        }
    }

    /// What is answered to a viewer who would delete something where anyone is a viewer.
    fn refuses_changes(&self) -> Option<Response> {
        let is_refused = !self.access.permits_changes(self.is_loopback);
        is_refused.then(|| (StatusCode::FORBIDDEN, "A public server deletes nothing.\n").into_response())
    }

    /// Logs a failure of the store, for the operator.
    fn note_failure(&self, error: &StoreError) {
        count(&self.metrics.failures);
        eprintln!("error: {error}");
    }

    fn note_session_failure(&self, key: &SessionKey, error: &StoreError) {
        count(&self.metrics.failures);
        eprintln!("error: The session {}/{}: {error}", key.project, key.session);
    }

    fn note_catalog_failure(&self, error: &catalog::Error) {
        count(&self.metrics.failures);
        eprintln!("error: The catalog: {error}");
    }
}
