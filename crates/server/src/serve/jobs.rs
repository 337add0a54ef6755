//! What a server does on its own: the catalog, compaction, deletion of what has been replaced.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use catalog::{MergeSettings, Row, State};
use store::{BatchSummary, Project, SessionKey, SessionSummary, StoreError};
use tokio::sync::watch;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::metrics::count;
use super::sessions::session_key;
use super::settings::Role;
use super::{App, ended};

/// Time between two looks for sessions that are too old.
const EXPIRE_EVERY: Duration = Duration::from_secs(60 * 60);
/// Rows of live sessions that are looked at in one pass.
const MAX_LOOKED_AT: usize = 50;

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
    let mut expired: Option<Instant> = None;
    loop {
        ticks.tick().await;
        if let Err(error) = app.compact().await {
            app.note_failure(&error);
        }
        if let Some(keep) = app.arguments.schedule.keep
            && expired.is_none_or(|at| at.elapsed() >= EXPIRE_EVERY)
        {
            expired = Some(Instant::now());
            if let Err(error) = app.expire(keep).await {
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

/// Epoch milliseconds by this machine's clock.
pub(super) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// The row of a session whose batches wait: what it has is counted when it is compacted.
pub(super) fn row_of_batch(project: &Project, batch: &BatchSummary, now: i64) -> Row {
    let summary = SessionSummary::of_batch(batch);
    let row = Row::new(project.as_str(), batch.session().as_str(), now);
    Row { ended: None, ..described(row, &summary) }
}

/// The row of a session that was compacted.
pub(super) fn row_of_session(key: &SessionKey, summary: &SessionSummary) -> Row {
    let [first, last] = summary.received;
    let row = Row::new(key.project.as_str(), key.session.as_str(), last);
    let counts = &summary.counts;
    Row {
        generation: u32::try_from(summary.generation).unwrap_or(catalog::DELETED_GENERATION - 1),
        state: State::Final,
        received_first: first,
        requests: Some(counts.requests),
        sockets: Some(counts.sockets),
        messages: Some(counts.messages),
        errors: Some(counts.errors),
        console_errors: Some(counts.console_errors),
        bytes: Some(summary.bytes),
        holes: Some(summary.holes.len() as u64),
        ..described(row, summary)
    }
}

/// Adds what the recorder says of a session.
fn described(row: Row, summary: &SessionSummary) -> Row {
    let host =
        summary.page_urls.first().and_then(|url| Some(url::Url::parse(url).ok()?.host_str()?.to_owned()));
    Row {
        started: summary.started_at.map(|at| at as i64),
        ended: summary.ended_at.map(|at| at as i64),
        title: summary.title.clone(),
        page_urls: summary.page_urls.clone(),
        host,
        user: summary.user.clone(),
        tags: summary.tags.iter().map(|(name, value)| format!("{name}={value}")).collect(),
        release: summary.release.clone(),
        user_agent: summary.user_agent.clone(),
        ..row
    }
}

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
        match self.catalog.merge(now_ms(), &MergeSettings::default()).await {
            Ok(_) => {}
            Err(error) => self.note_catalog_failure(&error),
        }
        Ok(())
    }

    /// Lists sessions whose compaction was not: a server ended in between.
    async fn list_forgotten(&self) -> Result<(), StoreError> {
        let idle = self.arguments.schedule.compact_idle.as_millis() as i64;
        let query = catalog::Query {
            state: Some(State::Live),
            limit: catalog::MAX_LIMIT,
            ..catalog::Query::default()
        };
        let Ok(page) = self.catalog.query(&query).await else { return Ok(()) };
        let quiet = |row: &&Row| row.received_last < now_ms() - 2 * idle;
        for row in page.rows.iter().filter(quiet).take(MAX_LOOKED_AT) {
            let Some(key) = session_key(&row.project, &row.session) else { continue };
            match self.store.session(&key).await? {
                Some(session) if session.is_live => {}
                Some(session) => self.listed.put_back(vec![row_of_session(&key, &session.summary)]),
                None => self.listed.put_back(vec![row.clone().into_deleted(now_ms())]),
            }
        }
        Ok(())
    }

    /// Deletes a session: first from the lists, then its files.
    pub(super) async fn delete(&self, key: &SessionKey) -> Result<(), StoreError> {
        let deleted = self.store.delete(key).await;
        self.list_deleted(key).await;
        deleted.map(drop)
    }

    async fn expire(&self, keep: Duration) -> Result<(), StoreError> {
        let now = self.store.clock().await?;
        let expired = self.store.expire(now, |_| Some(keep)).await?;
        for key in &expired.sessions {
            self.list_deleted(key).await;
        }
        Ok(())
    }

    async fn list_deleted(&self, key: &SessionKey) {
        let (project, session) = (key.project.as_str(), key.session.as_str());
        let query = catalog::Query {
            project: Some(project.to_owned()),
            q: Some(session.to_owned()),
            limit: catalog::MAX_LIMIT,
            ..catalog::Query::default()
        };
        self.flush_catalog().await;
        let found = self.catalog.query(&query).await.unwrap_or_default().rows;
        let row = found.into_iter().find(|row| row.session == session);
        let row = row.unwrap_or_else(|| Row::new(project, session, now_ms()));
        self.listed.put_back(vec![row.into_deleted(now_ms())]);
        self.flush_catalog().await;
    }
}
