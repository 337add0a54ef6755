//! Rows of the catalog, as servers and the commands for a store write them.

use std::time::{SystemTime, UNIX_EPOCH};

use catalog::{Catalog, Row, State};
use store::{BatchSummary, Project, SessionKey, SessionSummary, SessionView};

/// Epoch milliseconds by this machine's clock.
pub fn now_ms() -> i64 {
    epoch_ms(SystemTime::now())
}

pub fn epoch_ms(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// The session of those names, if they are valid.
pub fn session_key(project: &str, session: &str) -> Option<SessionKey> {
    Some(SessionKey::new(project.parse().ok()?, session.parse().ok()?))
}

/// The row of a session whose batches wait: what it has is counted when it is compacted.
pub fn row_of_batch(project: &Project, batch: &BatchSummary, now: i64) -> Row {
    let summary = batch.session_summary();
    let row = Row::new(project.as_str(), batch.session().as_str(), now);
    Row { ended: None, ..described(row, &summary) }
}

/// The row of a session that was compacted.
pub fn row_of_session(key: &SessionKey, summary: &SessionSummary) -> Row {
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

/// The row of a session as it is on the store.
pub fn row_of_view(key: &SessionKey, view: &SessionView) -> Row {
    let state = if view.is_live { State::Live } else { State::Final };
    Row { state, ..row_of_session(key, &view.summary) }
}

/// The row that removes a session from the catalog: on the day of the row that it has, if it has one.
pub async fn deleted_row(catalog: &Catalog, key: &SessionKey) -> Row {
    let (project, session) = (key.project.as_str(), key.session.as_str());
    let query = catalog::Query {
        project: Some(project.to_owned()),
        q: Some(session.to_owned()),
        limit: catalog::MAX_LIMIT,
        ..catalog::Query::default()
    };
    let found = catalog.query(&query).await.unwrap_or_default().rows;
    let row = found.into_iter().find(|row| row.session == session);
    row.unwrap_or_else(|| Row::new(project, session, now_ms())).into_deleted(now_ms())
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
