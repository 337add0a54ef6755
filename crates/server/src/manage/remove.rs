//! `replayscope rm`: deletes sessions of a store.

use std::io::{self, BufRead, BufWriter, IsTerminal, Write};

use catalog::{MAX_LIMIT, Query, Row};
use session::model::plural;

use super::list::{count, report_problems, write, write_head};
use super::progress::Progress;
use super::{Kept, RemoveOptions};
use crate::output::Output;
use crate::rows::now_ms;
use crate::selection::{delete_rows, older};
use crate::{Failure, Outcome};

/// What is deleted.
enum Chosen {
    /// Sessions that were named.
    Rows(Vec<Row>),
    /// Those that meet conditions, and how many there are.
    Query(Box<Query>, usize),
}

pub(super) async fn run(options: &RemoveOptions) -> Result<Outcome, Failure> {
    let restricts = options.conditions.restrict() || options.older.is_some();
    match (options.sessions.is_empty(), restricts) {
        (true, false) => {
            let text = "Say which sessions: their ids, or a condition such as --older 30days or --user NAME.";
            return Err(Failure::Argument(text.to_owned()));
        }
        (false, true) => {
            return Err(Failure::Argument("Name sessions, or give conditions, not both.".to_owned()));
        }
        _ => {}
    }
    let kept = Kept::open(&options.store).await?;
    let chosen = choose(&kept, options).await?;
    let total = match &chosen {
        Chosen::Rows(rows) => rows.len(),
        Chosen::Query(_, count) => *count,
    };
    if total > 0 && !options.dry_run && !options.yes && !confirm(total, &kept.location)? {
        eprintln!("Nothing is deleted.");
        return Ok(Outcome::Done);
    }
    let mut remover =
        Remover { kept: &kept, options, progress: Progress::new(), total, deleted: 0, failed: 0 };
    let is_complete = remover.remove_all(chosen).await?;
    let (deleted, failed) = (remover.deleted, remover.failed);
    let what = if options.dry_run { "would be deleted" } else { "deleted" };
    eprintln!("{} {what}.", plural(deleted, "session"));
    Ok(if is_complete && failed == 0 { Outcome::Done } else { Outcome::Incomplete })
}

async fn choose(kept: &Kept, options: &RemoveOptions) -> Result<Chosen, Failure> {
    if options.sessions.is_empty() {
        let query = options.conditions.clone().query();
        let query = options.older.map_or(query.clone(), |age| older(query, age));
        let count = count(kept, &query).await?;
        return Ok(Chosen::Query(Box::new(query), count));
    }
    let mut rows = Vec::new();
    for name in &options.sessions {
        rows.push(named_row(kept, options.conditions.project.as_deref(), name).await?);
    }
    Ok(Chosen::Rows(rows))
}

/// The row of a session that was named, also of one that the catalog does not have.
async fn named_row(kept: &Kept, project: Option<&str>, name: &str) -> Result<Row, Failure> {
    let key = kept.named(project, name).await?;
    let (project, session) = (key.project.as_str(), key.session.as_str());
    let query = Query {
        project: Some(project.to_owned()),
        q: Some(session.to_owned()),
        limit: MAX_LIMIT,
        ..Query::default()
    };
    let found = kept.page(&query).await?.rows.into_iter().find(|row| row.session == session);
    if let Some(row) = found {
        return Ok(row);
    }
    match kept.store.session(&key).await.map_err(|error| kept.failed(&error))? {
        Some(_) => Ok(Row::new(project, session, now_ms())),
        None => Err(Failure::Argument(format!("There is no session {name} in {}.", kept.location))),
    }
}

/// Asks on a terminal. Elsewhere nobody can answer.
fn confirm(sessions: usize, location: &str) -> Result<bool, Failure> {
    let sessions = plural(sessions as u64, "session");
    if !io::stdin().is_terminal() {
        let text = format!("{sessions} would be deleted: add --yes, or --dry-run to list them.");
        return Err(Failure::Argument(text));
    }
    eprint!("Delete {sessions} of {location} for good? [y/N] ");
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

struct Remover<'a> {
    kept: &'a Kept,
    options: &'a RemoveOptions,
    progress: Progress,
    total: usize,
    deleted: u64,
    failed: u64,
}

impl Remover<'_> {
    /// Deletes, or lists, page by page. Returns whether the whole catalog could be read.
    async fn remove_all(&mut self, chosen: Chosen) -> Result<bool, Failure> {
        let mut query = match chosen {
            Chosen::Rows(rows) => return self.remove(rows, true).await.map(|()| true),
            Chosen::Query(query, _) => Query { limit: MAX_LIMIT, ..*query },
        };
        let (mut is_first, mut is_complete) = (true, true);
        loop {
            let page = self.kept.page(&query).await?;
            is_complete &= !report_problems(&page.problems);
            self.remove(page.rows, is_first).await?;
            is_first = false;
            match page.next {
                Some(next) => query.before = Some(next),
                None => return Ok(is_complete),
            }
        }
    }

    async fn remove(&mut self, rows: Vec<Row>, is_first: bool) -> Result<(), Failure> {
        if self.options.dry_run || self.options.json {
            self.list(&rows, is_first)?;
        }
        if self.options.dry_run {
            self.deleted += rows.len() as u64;
            return Ok(());
        }
        let done = delete_rows(&self.kept.store, &self.kept.catalog, rows).await;
        let done = done.map_err(|error| self.kept.catalog_failed(&error))?;
        self.deleted += done.deleted.len() as u64;
        self.failed += done.failed.len() as u64;
        if !done.failed.is_empty() {
            self.progress.clear();
        }
        for (key, error) in &done.failed {
            eprintln!("error: {}/{} is not deleted: {error}", key.project, key.session);
        }
        self.progress.show(&format!("{} of {} deleted", self.deleted, plural(self.total as u64, "session")));
        Ok(())
    }

    fn list(&self, rows: &[Row], is_first: bool) -> Result<(), Failure> {
        let mut out = BufWriter::new(io::stdout().lock());
        let mut output =
            if self.options.json { Output::json_lines(&mut out) } else { Output::table(&mut out) };
        if is_first {
            write_head(&mut output)?;
        }
        for row in rows {
            write(&mut output, row)?;
        }
        Ok(out.flush()?)
    }
}

impl Drop for Remover<'_> {
    fn drop(&mut self) {
        self.progress.clear();
    }
}
