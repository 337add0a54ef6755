//! `replayscope ls`: the sessions of a store.

use std::io::{self, BufWriter, Write};

use catalog::{MAX_LIMIT, Problem, Query, Row};
use session::model::{EpochMs, Millis};

use super::{Kept, ListOptions};
use crate::output::{Column, Output, amount, text};
use crate::selection::older;
use crate::{Failure, Outcome};

/// The table's columns.
const COLUMNS: [Column; 11] = [
    text("started", 24),
    text("project", 10),
    text("session", 24),
    text("state", 5),
    amount("duration", 9),
    amount("requests", 8),
    amount("sockets", 7),
    amount("messages", 8),
    amount("errors", 6),
    text("user", 12),
    text("title", 5),
];
/// What is written where nothing is known.
const UNKNOWN: &str = "-";

pub(super) async fn run(options: &ListOptions) -> Result<Outcome, Failure> {
    let kept = Kept::open(&options.store).await?;
    let query = options.conditions.clone().query();
    let mut query = match options.older {
        Some(age) => older(query, age),
        None => query,
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let mut output = if options.json { Output::json_lines(&mut out) } else { Output::table(&mut out) };
    write_head(&mut output)?;
    let mut left = options.limit;
    let mut outcome = Outcome::Done;
    loop {
        query.limit = left.clamp(1, MAX_LIMIT);
        let page = kept.page(&query).await?;
        if report_problems(&page.problems) {
            outcome = Outcome::Incomplete;
        }
        for row in page.rows.iter().take(left) {
            write(&mut output, row)?;
        }
        left = left.saturating_sub(page.rows.len());
        query.before = page.next;
        if query.before.is_none() || left == 0 {
            break;
        }
    }
    out.flush()?;
    if query.before.is_some() {
        eprintln!("note: There are more sessions: --limit lists them.");
    }
    Ok(outcome)
}

/// Writes a session on a line of its own.
pub(super) fn write(output: &mut Output<'_>, row: &Row) -> io::Result<()> {
    if output.is_json() {
        return output.json(&row.listed(format!("sessions/{}/{}/session.json", row.project, row.session)));
    }
    output.row(&COLUMNS, &cells(row))
}

/// Writes the names of the table's columns.
pub(super) fn write_head(output: &mut Output<'_>) -> io::Result<()> {
    if output.is_json() { Ok(()) } else { output.head(&COLUMNS) }
}

/// Says which files of the catalog were passed over, and whether some were.
pub(super) fn report_problems(problems: &[Problem]) -> bool {
    for Problem { path, reason } in problems {
        eprintln!("error: {path} is passed over: {reason}. Sessions may be missing.");
    }
    !problems.is_empty()
}

/// Every session that a query asks for, page by page, is counted.
pub(super) async fn count(kept: &Kept, query: &Query) -> Result<usize, Failure> {
    let mut query = Query { limit: MAX_LIMIT, ..query.clone() };
    let mut count = 0;
    loop {
        let page = kept.page(&query).await?;
        count += page.rows.len();
        match page.next {
            Some(next) => query.before = Some(next),
            None => return Ok(count),
        }
    }
}

fn cells(row: &Row) -> [String; COLUMNS.len()] {
    let unknown = || UNKNOWN.to_owned();
    let count = |count: Option<u64>| count.map_or_else(unknown, |count| count.to_string());
    let started = EpochMs::new(row.sort_time() as f64).and_then(EpochMs::iso8601);
    let duration = row.duration().and_then(|ms| Millis::new(ms as f64));
    [
        started.unwrap_or_else(unknown),
        row.project.clone(),
        row.session.clone(),
        row.state.name().to_owned(),
        duration.map_or_else(unknown, Millis::duration),
        count(row.requests),
        count(row.sockets),
        count(row.messages),
        count(row.errors),
        row.user.clone().unwrap_or_else(unknown),
        row.title.clone().unwrap_or_else(unknown),
    ]
}
