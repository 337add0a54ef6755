//! What a server does on its own: the catalog, compaction, deletion of what has been replaced.

use std::sync::Arc;
use std::time::{Duration, Instant};

use catalog::{MergeSettings, Row, State};
use store::{SessionKey, StoreError};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::metrics::count;
use super::settings::Role;
use super::{App, ended};
use crate::rows::{deleted_row, epoch_ms, now_ms, row_of_session, session_key};

/// Longest time between two looks for sessions that are too old; each lists all files of the store.
const EXPIRE_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// Rows of live sessions after which a pass looks at no more, each of which costs a few requests.
const MAX_LOOKED_AT: usize = 50;
/// Rows of live sessions that are read at a time, and how often in a pass: most sessions are neither live nor forgotten.
const LIVE_PAGE: usize = 100;
const MAX_PAGES: usize = 20;

/// Runs until the server ends.
pub(super) async fn run(app: Arc<App>, end: watch::Receiver<bool>) {
    let compacts = app.arguments.has(Role::Compact);
    let work = async {
        tokio::join!(keep_listing(&app), async {
            if compacts {
                keep_compacting(&app).await;
            }
        })
    };
    tokio::select! {
        _ = work => {}
        () = ended(end) => {}
    }
}

async fn keep_listing(app: &App) {
    let mut ticks = ticks(app.arguments.schedule.catalog_every);
    loop {
        ticks.tick().await;
        app.flush_catalog().await;
    }
}

async fn keep_compacting(app: &App) {
    let mut ticks = ticks(app.arguments.schedule.compact_every);
    let expire_every = app.retention.shortest().map_or(EXPIRE_EVERY, |age| age.min(EXPIRE_EVERY));
    let mut expired = Instant::now();
    loop {
        ticks.tick().await;
        if let Err(error) = app.compact().await {
            app.note_failure(&error);
        }
        if expired.elapsed() >= expire_every {
            expired = Instant::now();
            if let Err(error) = app.expire().await {
                app.note_failure(&error);
            }
        }
    }
}

/// After a pause the work is done once, not once for each time that was missed.
fn ticks(period: Duration) -> Interval {
    let mut ticks = interval(period.max(MIN_PERIOD));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Shortest time between two runs of a job.
const MIN_PERIOD: Duration = Duration::from_millis(50);

impl App {
    /// Compacts what is due, lists it, and deletes what has been replaced.
    async fn compact(&self) -> Result<(), StoreError> {
        let now = self.store.clock().await?;
        let pass = self.store.compact(now).await?;
        for _ in &pass.compacted {
            count(&self.metrics.compacted);
        }
        self.listed.put_back(
            pass.compacted.iter().map(|session| row_of_session(&session.key, &session.summary)).collect(),
        );
        self.flush_catalog().await;
        for (key, error) in &pass.failed {
            self.note_session_failure(key, error);
        }
        for (key, error) in &self.store.sweep(now).await?.failed {
            self.note_session_failure(key, error);
        }
        self.list_forgotten().await?;
        // By the store's clock, which also dates its files.
        match self.catalog.merge(epoch_ms(now), &MergeSettings::default()).await {
            Ok(_) => {}
            Err(error) => self.note_catalog_failure(&error),
        }
        self.write_static_lists().await;
        Ok(())
    }

    /// Lists sessions whose compaction was not: a server ended in between. Goes through all live sessions, a part of
    /// them in each pass.
    async fn list_forgotten(&self) -> Result<(), StoreError> {
        let idle = self.arguments.schedule.compact_idle.as_millis() as i64;
        let is_quiet = |row: &&Row| row.received_last < now_ms() - 2 * idle;
        let mut after = self.forgotten_after.lock().await;
        let mut looked_at = 0;
        for _ in 0..MAX_PAGES {
            let query = catalog::Query {
                state: Some(State::Live),
                before: after.take(),
                limit: LIVE_PAGE,
                ..catalog::Query::default()
            };
            let Ok(page) = self.catalog.query(&query).await else { return Ok(()) };
            let quiet: Vec<&Row> = page.rows.iter().filter(is_quiet).collect();
            for row in &quiet {
                self.list_as_stored(row).await?;
            }
            looked_at += quiet.len();
            *after = page.next;
            if after.is_none() || looked_at >= MAX_LOOKED_AT {
                break;
            }
        }
        Ok(())
    }

    /// Lists a session that the catalog has as live as it is on the store.
    async fn list_as_stored(&self, row: &Row) -> Result<(), StoreError> {
        let Some(key) = session_key(&row.project, &row.session) else { return Ok(()) };
        match self.store.session(&key).await? {
            Some(session) if session.is_live => {}
            Some(session) => self.listed.put_back(vec![row_of_session(&key, &session.summary)]),
            None => self.listed.put_back(vec![row.clone().into_deleted(now_ms())]),
        }
        Ok(())
    }

    /// Deletes a session; `false` if there is none. It takes no more batches, whatever becomes of its files: what could
    /// not be deleted is deleted by a later sweep.
    pub(super) async fn delete(&self, key: &SessionKey) -> Result<bool, StoreError> {
        if self.store.session(key).await?.is_none() {
            return Ok(false);
        }
        let deleted = self.store.delete(key).await;
        self.list_deleted(std::slice::from_ref(key)).await;
        deleted.map(|_| true)
    }

    /// Deletes what is too old, and files that belong to no session.
    async fn expire(&self) -> Result<(), StoreError> {
        let now = self.store.clock().await?;
        let expired = self.store.expire(now, |project| self.retention.max_age(project)).await?;
        self.list_deleted(&expired.sessions).await;
        Ok(())
    }

    async fn list_deleted(&self, keys: &[SessionKey]) {
        self.flush_catalog().await;
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            rows.push(deleted_row(&self.catalog, key).await);
        }
        self.listed.put_back(rows);
        self.flush_catalog().await;
    }
}
