//! Checking a store: what it allows, how it behaves, and whether its catalog lists what it has.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use catalog::{MAX_LIMIT, Query, Row};
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use session::model::{counted, plural};
use store::SessionKey;

use super::{Report, State};
use crate::Failure;
use crate::manage::progress::Progress;
use crate::manage::{Kept, StoreArguments};
use crate::rows::{now_ms, row_of_view, session_key};
use crate::web::random_token;

/// The most that clocks may differ: ages of minutes decide what is deleted.
const MAX_SKEW: Duration = Duration::from_secs(30);
/// The age of batches at which compaction, and the deletion of what it has taken, are late.
const MAX_WAIT: Duration = Duration::from_secs(60 * 60);
/// A session of this age is in the catalog, where a server runs: it writes every ten seconds.
const LISTED_AFTER: i64 = 60_000;
/// Sessions that are named in a finding.
const MAX_NAMED: usize = 5;
/// Rows that are written at once.
const MAX_ROWS: usize = 1000;

pub(super) async fn check(location: &str, repair: bool, report: &mut Report) -> Result<(), Failure> {
    let kept = Kept::open(&StoreArguments { store: location.to_owned() }).await?;
    report.add("open", State::Ok, &format!("store {}", kept.store.id()))?;
    if !access(&kept, report).await? {
        return Ok(());
    }
    conditions(&kept, report).await?;
    clock(&kept, report).await?;
    inbox(&kept, report).await?;
    Listing { kept: &kept, repair, progress: Progress::new() }.check(report).await
}

/// Writes, reads, lists and deletes an object. Returns whether all of that is allowed.
async fn access(kept: &Kept, report: &mut Report) -> Result<bool, Failure> {
    const CONTENT: &[u8] = b"replayscope check";
    let objects = kept.store.objects();
    let folder = Path::from("probe");
    let path = folder.clone().join(random_token()?);
    let mut is_allowed = true;
    let written = objects.put(&path, CONTENT.into()).await.map(drop);
    let is_written = written.is_ok();
    is_allowed &= allowed(report, "write", written.map_err(|error| error.to_string()))?;
    if is_written {
        let read = async { objects.get(&path).await?.bytes().await }.await;
        let read = match read {
            Ok(bytes) if bytes.as_ref() == CONTENT => Ok(()),
            Ok(_) => Err("what was read is not what was written".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        is_allowed &= allowed(report, "read", read)?;
        let found: Result<Vec<_>, _> = objects.list(Some(&folder)).try_collect().await;
        let found = match found {
            Ok(found) if found.iter().any(|meta| meta.location == path) => Ok(()),
            Ok(_) => Err("what was written is not listed".to_owned()),
            Err(error) => Err(error.to_string()),
        };
        is_allowed &= allowed(report, "list", found)?;
        let deleted = objects.delete(&path).await.map_err(|error| error.to_string());
        is_allowed &= allowed(report, "delete", deleted)?;
    }
    Ok(is_allowed)
}

fn allowed(report: &mut Report, check: &str, result: Result<(), String>) -> Result<bool, Failure> {
    match result {
        Ok(()) => report.add(check, State::Ok, "allowed")?,
        Err(error) => {
            // What follows a question mark can be a signature.
            let error = error.split('?').next().unwrap_or_default();
            let text = format!("{error}. A server needs to read, write, list and delete objects.");
            report.add(check, State::Failed, &text)?;
            return Ok(false);
        }
    }
    Ok(true)
}

async fn conditions(kept: &Kept, report: &mut Report) -> Result<(), Failure> {
    let found = kept.store.conditions().await.map_err(|error| kept.failed(&error))?;
    let text = match (found.create, found.update) {
        (true, true) => "creating and replacing only under a condition are obeyed",
        (true, false) => "creating only what does not exist is obeyed, replacing only a known version is not",
        (false, true) => "replacing only a known version is obeyed, creating only what does not exist is not",
        (false, false) => "conditions are ignored",
    };
    let is_folder = !kept.location.contains("://");
    // On a folder a lock takes their place.
    if (found.create && found.update) || is_folder {
        return report.add("conditional writes", State::Ok, text);
    }
    let text = format!("{text}: no session is lost, but two servers may do the same work");
    report.add("conditional writes", State::Warning, &text)
}

async fn clock(kept: &Kept, report: &mut Report) -> Result<(), Failure> {
    let before = SystemTime::now();
    let store = kept.store.clock().await.map_err(|error| kept.failed(&error))?;
    let after = SystemTime::now();
    let (behind, ahead) = (before.duration_since(store), store.duration_since(after));
    let skew = behind.unwrap_or_default().max(ahead.unwrap_or_default());
    if skew <= MAX_SKEW {
        return report.add("clock", State::Ok, &format!("differs by {} s", skew.as_secs()));
    }
    let text = format!(
        "this machine's clock and the store's differ by {} s: synchronize it (NTP); --older is wrong by as much",
        skew.as_secs()
    );
    report.add("clock", State::Warning, &text)
}

async fn inbox(kept: &Kept, report: &mut Report) -> Result<(), Failure> {
    let waiting = kept.store.in_inbox().await.map_err(|error| kept.failed(&error))?;
    let now = kept.store.clock().await.map_err(|error| kept.failed(&error))?;
    let age = |oldest: SystemTime| now.duration_since(oldest).unwrap_or_default();
    let oldest = waiting.iter().map(|session| age(session.oldest)).max().unwrap_or_default();
    let batches: u64 = waiting.iter().map(|session| session.batches).sum();
    let text = format!(
        "{} of {}, the oldest {} s old",
        counted(batches, "batch", "batches"),
        plural(waiting.len() as u64, "session"),
        oldest.as_secs()
    );
    if batches == 0 {
        return report.add("inbox", State::Ok, "empty");
    }
    if oldest <= MAX_WAIT {
        return report.add("inbox", State::Ok, &text);
    }
    let text = format!("{text}: no server with the role compact runs, or it fails; see its log");
    report.add("inbox", State::Warning, &text)
}

/// Compares the catalog with the sessions of the store.
struct Listing<'a> {
    kept: &'a Kept,
    repair: bool,
    progress: Progress,
}

/// Sessions of one kind.
#[derive(Default)]
struct Found {
    count: u64,
    names: Vec<String>,
    /// What repairs them.
    rows: Vec<Row>,
}

impl Found {
    fn add(&mut self, key: &SessionKey) {
        self.count += 1;
        if self.names.len() < MAX_NAMED {
            self.names.push(format!("{}/{}", key.project, key.session));
        }
    }

    fn text(&self) -> String {
        let more = if self.count > self.names.len() as u64 { ", …" } else { "" };
        format!("{}: {}{more}", plural(self.count, "session"), self.names.join(", "))
    }
}

impl Listing<'_> {
    async fn check(mut self, report: &mut Report) -> Result<(), Failure> {
        let mut there = self.kept.store.session_keys().await.map_err(|error| self.kept.failed(&error))?;
        let waiting = self.kept.store.in_inbox().await.map_err(|error| self.kept.failed(&error))?;
        there.extend(waiting.into_iter().map(|session| session.key));
        let mut unlisted: HashSet<SessionKey> = there.iter().cloned().collect();
        let gone = self.compare(&mut unlisted, report).await?;
        let orphans = self.orphans(unlisted).await?;
        self.progress.clear();
        let total = plural(there.len() as u64, "session");
        self.finding(report, "catalog", &orphans, "not in the catalog", &total)?;
        self.finding(
            report,
            "catalog rows",
            &gone,
            "in the catalog, and not in the store",
            "none is without its session",
        )
    }

    /// Removes what the catalog lists from `unlisted`, and returns what it lists and the store does not have.
    async fn compare(
        &mut self,
        unlisted: &mut HashSet<SessionKey>,
        report: &mut Report,
    ) -> Result<Found, Failure> {
        let mut gone = Found::default();
        let mut query = Query { limit: MAX_LIMIT, ..Query::default() };
        let mut seen = 0;
        loop {
            let page = self.kept.page(&query).await?;
            for problem in &page.problems {
                let text = format!("{} is passed over: {}", problem.path, problem.reason);
                report.add("catalog file", State::Failed, &text)?;
            }
            seen += page.rows.len() as u64;
            self.progress.show(&format!("{} compared", plural(seen, "session")));
            for row in page.rows {
                let Some(key) = session_key(&row.project, &row.session) else { continue };
                if !unlisted.remove(&key) && self.is_gone(&key).await? {
                    gone.add(&key);
                    self.mend(&mut gone, row.into_deleted(now_ms())).await?;
                }
            }
            match page.next {
                Some(next) => query.before = Some(next),
                None => break,
            }
        }
        self.write(&mut gone).await?;
        Ok(gone)
    }

    async fn is_gone(&self, key: &SessionKey) -> Result<bool, Failure> {
        let view = self.kept.store.session(key).await.map_err(|error| self.kept.failed(&error))?;
        Ok(view.is_none())
    }

    /// The sessions among these that can be read, and that the catalog should have by now.
    async fn orphans(&mut self, unlisted: HashSet<SessionKey>) -> Result<Found, Failure> {
        let mut orphans = Found::default();
        for key in unlisted {
            let view = self.kept.store.session(&key).await.map_err(|error| self.kept.failed(&error))?;
            // Of others, there is what a deletion or a compaction has left, which servers delete.
            let Some(view) = view else { continue };
            let [_, last] = view.summary.received;
            if last < now_ms() - LISTED_AFTER || self.repair {
                orphans.add(&key);
                self.mend(&mut orphans, row_of_view(&key, &view)).await?;
            }
        }
        self.write(&mut orphans).await?;
        Ok(orphans)
    }

    async fn mend(&self, found: &mut Found, row: Row) -> Result<(), Failure> {
        if self.repair {
            found.rows.push(row);
        }
        if found.rows.len() >= MAX_ROWS { self.write(found).await } else { Ok(()) }
    }

    async fn write(&self, found: &mut Found) -> Result<(), Failure> {
        let rows = std::mem::take(&mut found.rows);
        if rows.is_empty() {
            return Ok(());
        }
        self.kept.catalog.append(rows).await.map_err(|error| self.kept.catalog_failed(&error))
    }

    fn finding(
        &self,
        report: &mut Report,
        check: &str,
        found: &Found,
        what: &str,
        good: &str,
    ) -> Result<(), Failure> {
        if found.count == 0 {
            return report.add(check, State::Ok, good);
        }
        if self.repair {
            return report.add(check, State::Ok, &format!("repaired: {what}: {}", found.text()));
        }
        report.add(check, State::Failed, &format!("{what}: {}. --repair repairs it.", found.text()))
    }
}
