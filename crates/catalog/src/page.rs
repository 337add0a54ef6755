//! Finds the rows of a page: row group by row group, the newest first, as far as it takes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};

use crate::catalog::{Inner, MAX_REQUESTS};
use crate::error::Error;
use crate::filter::{Columns, Filter};
use crate::listing::{OpenFile, Snapshot};
use crate::query::{Cursor, MAX_LIMIT, Page, Query};
use crate::read::Failure;
use crate::row::{Row, is_valid_name};
use crate::schema::Column;
use crate::values::Values;

/// Number of times that a query begins again because files were replaced meanwhile.
const MAX_ATTEMPTS: usize = 5;

/// A row that meets the conditions; another row of its session may supersede it.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) file: Arc<OpenFile>,
    pub(crate) group: usize,
    pub(crate) row: u32,
    pub(crate) cursor: Cursor,
    pub(crate) session: Box<[u8]>,
}

/// A row group that may have rows of the page.
struct Segment {
    file: Arc<OpenFile>,
    group: usize,
    /// The time of its newest row.
    newest: i64,
}

/// The rows of a row group that meet the conditions, in the order of the list.
struct Scan {
    file: Arc<OpenFile>,
    group: usize,
    times: Arc<Values>,
    sessions: Arc<Values>,
    rows: std::iter::Peekable<std::vec::IntoIter<u32>>,
}

impl Scan {
    fn next_cursor(&mut self) -> Option<Cursor> {
        let row = *self.rows.peek()? as usize;
        let hash = self.sessions.hashes().get(row)?;
        Some(Cursor { time: self.times.number(row)?, hash: *hash })
    }

    fn next(&mut self) -> Option<Candidate> {
        let cursor = self.next_cursor()?;
        let row = self.rows.next()?;
        let session = self.sessions.text(row as usize)?.into();
        Some(Candidate { file: Arc::clone(&self.file), group: self.group, row, cursor, session })
    }
}

/// Merges the rows of several row groups.
#[derive(Default)]
struct Merged {
    scans: Vec<Scan>,
    /// The next row of each, and the index of its scan.
    heads: BinaryHeap<Reverse<(Cursor, usize)>>,
}

impl Merged {
    fn add(&mut self, mut scan: Scan) {
        if let Some(cursor) = scan.next_cursor() {
            self.heads.push(Reverse((cursor, self.scans.len())));
            self.scans.push(scan);
        }
    }

    /// The next row, if it is newer than `horizon`.
    fn next(&mut self, horizon: Option<i64>) -> Option<Candidate> {
        let Reverse((cursor, index)) = *self.heads.peek()?;
        if horizon.is_some_and(|horizon| cursor.time <= horizon) {
            return None;
        }
        self.heads.pop();
        let scan = self.scans.get_mut(index)?;
        let candidate = scan.next();
        if let Some(cursor) = scan.next_cursor() {
            self.heads.push(Reverse((cursor, index)));
        }
        candidate
    }
}

impl Inner {
    pub(crate) async fn page(&self, query: &Query) -> Result<Page, Error> {
        let before = query.before.as_deref().map(Cursor::parse).transpose()?;
        if query.project.as_deref().is_some_and(|project| !is_valid_name(project)) {
            return Ok(Page::default());
        }
        let filter = Arc::new(Filter::new(query, before));
        let limit = query.limit.clamp(1, MAX_LIMIT);
        for _ in 0..MAX_ATTEMPTS {
            let attempt = async {
                loop {
                    let snapshot = self.snapshot(&query.project).await?;
                    let mut search = Search::new(self, &snapshot, &filter, before, limit);
                    match search.page().await {
                        Err(Failure::Damaged(file, reason)) => {
                            self.listings.exclude(&file.listed, reason);
                        }
                        result => return result,
                    }
                }
            };
            match attempt.await {
                Ok(page) => return Ok(page),
                Err(Failure::Fatal(error)) => return Err(error),
                Err(_) => self.listings.invalidate(),
            }
        }
        Err(Error::Unstable)
    }
}

/// The search for one page among the files of a snapshot.
struct Search<'a> {
    inner: &'a Inner,
    snapshot: &'a Snapshot,
    filter: &'a Arc<Filter>,
    before: Option<Cursor>,
    limit: usize,
    /// Its number for the cache.
    id: u64,
    merged: Merged,
    /// Rows next in the list, not yet checked for others that supersede them.
    pending: Vec<Candidate>,
    accepted: Vec<Candidate>,
    /// Number of rows to check at once. It grows, as where one row is superseded many may be.
    batch: usize,
}

impl<'a> Search<'a> {
    fn new(
        inner: &'a Inner,
        snapshot: &'a Snapshot,
        filter: &'a Arc<Filter>,
        before: Option<Cursor>,
        limit: usize,
    ) -> Self {
        Self {
            inner,
            snapshot,
            filter,
            before,
            limit,
            id: inner.cache.begin_query(),
            merged: Merged::default(),
            pending: Vec::new(),
            accepted: Vec::new(),
            batch: 1,
        }
    }

    async fn page(&mut self) -> Result<Page, Failure> {
        let segments = self.segments();
        let (inner, filter, id) = (self.inner, self.filter, self.id);
        // Collected first: a closure that takes references would make the future one that threads cannot share.
        let scans: Vec<_> = segments.iter().map(|segment| inner.scan(segment, filter, id)).collect();
        let mut scans = stream::iter(scans).buffered(inner.parallelism * 2).enumerate();
        while let Some((index, scan)) = scans.next().await {
            if let Some(scan) = scan? {
                self.merged.add(scan);
            }
            let horizon = segments.get(index + 1).map(|segment| segment.newest);
            self.accept(horizon).await?;
            if self.accepted.len() > self.limit {
                break;
            }
        }
        drop(scans);
        let has_more = self.accepted.len() > self.limit;
        self.accepted.truncate(self.limit);
        let last = self.accepted.last().filter(|_| has_more);
        let next = last.map(|candidate| candidate.cursor.to_string());
        let rows = inner.candidate_rows(&self.accepted).await?;
        Ok(Page { rows, next, problems: self.snapshot.problems.clone() })
    }

    /// The row groups that can have rows of the page, newest first.
    fn segments(&self) -> Vec<Segment> {
        let mut segments = Vec::new();
        for file in &self.snapshot.files {
            for (index, group) in file.meta.groups.iter().enumerate() {
                if self.filter.may_match(group) {
                    let newest = *group.sort_time.end();
                    segments.push(Segment { file: Arc::clone(file), group: index, newest });
                }
            }
        }
        segments.sort_by_key(|segment| Reverse(segment.newest));
        segments
    }

    /// Moves rows newer than `horizon`, before which no further ones can come, to the accepted ones,
    /// until there is one more than the page has.
    async fn accept(&mut self, horizon: Option<i64>) -> Result<(), Failure> {
        while self.accepted.len() <= self.limit {
            let missing = self.limit + 1 - self.accepted.len();
            while self.pending.len() < missing.max(self.batch) {
                let Some(candidate) = self.merged.next(horizon) else { break };
                if self.before.is_none_or(|before| before < candidate.cursor) {
                    self.pending.push(candidate);
                }
            }
            if self.pending.is_empty() || (self.pending.len() < missing && horizon.is_some()) {
                break;
            }
            self.batch = self.pending.len() * 2;
            let batch = std::mem::take(&mut self.pending);
            let superseded = self.inner.superseded(self.snapshot, &batch, self.id).await?;
            let current = batch.into_iter().zip(superseded).filter(|(_, is_superseded)| !is_superseded);
            self.accepted.extend(current.map(|(candidate, _)| candidate));
        }
        Ok(())
    }
}

impl Inner {
    /// The rows of a row group that meet the conditions; `None` if there are none.
    async fn scan(
        &self,
        segment: &Segment,
        filter: &Arc<Filter>,
        query: u64,
    ) -> Result<Option<Scan>, Failure> {
        let Segment { file, group, .. } = segment;
        let damaged = |reason| Failure::Damaged(Arc::clone(file), reason);
        let mut rows: Vec<u32> = (0..file.meta.groups[*group].rows as u32).collect();
        for (step, mut columns) in filter.steps() {
            if filter.needle(step).is_some() {
                columns = self.columns_for(file, *group, (filter, step), columns, query).await?;
                if columns.is_empty() {
                    return Ok(None);
                }
            }
            let filter = Arc::clone(filter);
            let apply = move |columns: &Columns| filter.apply(step, columns, rows);
            rows = self.with_columns(file, *group, &columns, query, apply).await?.1;
            if rows.is_empty() {
                return Ok(None);
            }
        }
        let columns = [Column::SortTime, Column::Session];
        let columns = self.columns(file, *group, &columns, query).await?;
        let (times, sessions) = (columns.shared(Column::SortTime), columns.shared(Column::Session));
        let (times, sessions) = times.zip(sessions).ok_or_else(|| damaged("it cannot be searched"))?;
        if !rows.is_sorted_by_key(|row| Reverse(times.number(*row as usize))) {
            return Err(damaged("its rows are not sorted"));
        }
        let rows = rows.into_iter().peekable();
        Ok(Some(Scan { file: Arc::clone(file), group: *group, times, sessions, rows }))
    }

    /// Reads all columns of some rows.
    async fn candidate_rows(&self, candidates: &[Candidate]) -> Result<Vec<Row>, Failure> {
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        let place = |index: usize| {
            let candidate = &candidates[index];
            (candidate.file.meta.id, candidate.group, candidate.row)
        };
        order.sort_by_key(|index| place(*index));
        let is_same_group = |a: &usize, b: &usize| {
            let (a, b) = (place(*a), place(*b));
            (a.0, a.1) == (b.0, b.1)
        };
        let groups = order.chunk_by(is_same_group).map(|indices| async move {
            let first = &candidates[indices[0]];
            let rows = indices.iter().map(|index| candidates[*index].row).collect();
            let rows = self.rows(&first.file, first.group, rows).await?;
            Ok::<_, Failure>(indices.iter().copied().zip(rows).collect::<Vec<_>>())
        });
        let groups: Vec<_> = groups.collect();
        let groups = stream::iter(groups).buffer_unordered(MAX_REQUESTS);
        let mut rows: Vec<(usize, Row)> = groups.try_concat().await?;
        rows.sort_by_key(|(index, _)| *index);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}
