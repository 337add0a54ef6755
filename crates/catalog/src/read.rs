//! Reads footers, columns and rows from the store.

use std::sync::Arc;

use bytes::Bytes;
use object_store::ObjectStoreExt;

use crate::catalog::Inner;
use crate::decode::{self, Chunk};
use crate::error::Error;
use crate::file::{FileMeta, ListedFile};
use crate::filter::{Columns, Filter, Step};
use crate::integrity::{self, FooterState, chunk_range};
use crate::listing::OpenFile;
use crate::row::Row;
use crate::schema::Column;
use crate::values::Values;

/// Number of bytes at the end of a file that are read at first: enough for the footers of most.
const TAIL_BYTES: u64 = 32 << 10;

const DAMAGED: &str = "it is damaged";
/// It happens where a panic unwinds, as in tests; elsewhere it ends the process.
pub(crate) const PANICKED: &str = "a task panicked that read it";

/// Why a read did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Returned to the caller.
    Fatal(Error),
    /// A listed file is gone: the files are to be listed again.
    Changed,
    /// The file is to be excluded.
    Damaged(Arc<OpenFile>, &'static str),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(object_store::Error::NotFound { .. }) => Self::Changed,
            error => Self::Fatal(error),
        }
    }
}

/// A task panicked.
#[derive(Debug)]
pub(crate) struct Panicked;

impl Inner {
    /// Runs work for a processor apart from the runtime's threads, and not more at a time than there
    /// are processors.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Panicked> {
        let permit = Arc::clone(&self.decoders).acquire_owned().await.map_err(|_| Panicked)?;
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        task.await.map_err(|_| Panicked)
    }

    /// Reads the footer of a file.
    pub(crate) async fn read_meta(
        &self,
        file: &ListedFile,
    ) -> Result<Result<FileMeta, &'static str>, Failure> {
        let mut length = TAIL_BYTES.min(file.size);
        loop {
            let range = file.size - length..file.size;
            let tail = match self.store.get_range(&file.path, range).await {
                Ok(tail) => tail,
                // A range at the end of an empty file.
                Err(_) if file.size == 0 => Bytes::new(),
                Err(error) => return Err(Error::from(error).into()),
            };
            let listed = file.clone();
            let parsed = self.run(move || match integrity::open(&tail, listed.size) {
                FooterState::Complete(footer) => Ok(FileMeta::new(&listed, footer)),
                FooterState::NeedsBytes(needed) => Err(needed as u64),
                FooterState::Invalid => Ok(Err("it is damaged, or was not written by Replayscope")),
            });
            match parsed.await {
                Ok(Ok(meta)) => return Ok(meta),
                Ok(Err(needed)) => length = needed,
                Err(Panicked) => return Ok(Err(PANICKED)),
            }
        }
    }

    /// Columns of a row group, from the cache or the store.
    pub(crate) async fn columns(
        &self,
        file: &Arc<OpenFile>,
        group: usize,
        columns: &[Column],
        query: u64,
    ) -> Result<Columns, Failure> {
        let (found, missing) = self.cached(file, group, columns, query);
        if missing.is_empty() {
            return Ok(found);
        }
        Ok(self.with_columns(file, group, columns, query, |_| ()).await?.0)
    }

    /// Columns of a row group, and what `work` makes of them, in the task that decodes them.
    pub(crate) async fn with_columns<T: Send + 'static>(
        &self,
        file: &Arc<OpenFile>,
        group: usize,
        columns: &[Column],
        query: u64,
        work: impl FnOnce(&Columns) -> T + Send + 'static,
    ) -> Result<(Columns, T), Failure> {
        let (mut found, missing) = self.cached(file, group, columns, query);
        let chunks = if missing.is_empty() { Vec::new() } else { self.chunks(file, group, &missing).await? };
        let source = Arc::clone(file);
        let decoding = self.run(move || {
            let first_decoded = found.0.len();
            for (column, chunk) in missing.into_iter().zip(chunks) {
                check(&source, group, column, &chunk)?;
                let values = decode::column(source.meta.group(group), column, chunk, source.meta.hasher);
                found.0.push((column, Arc::new(values.map_err(|_| DAMAGED)?)));
            }
            let result = work(&found);
            Ok((found, first_decoded, result))
        });
        let decoded = decoding.await.unwrap_or(Err(PANICKED));
        let (columns, first_decoded, result) =
            decoded.map_err(|reason| Failure::Damaged(Arc::clone(file), reason))?;
        for (column, values) in columns.0.iter().skip(first_decoded) {
            self.cache.insert((file.meta.id, group, *column), values, query);
        }
        Ok((columns, result))
    }

    /// Those of some columns that may have a text with what a step of the filter looks for. A column that is cached with its
    /// rows is among them: to search it is as quick as this would be.
    pub(crate) async fn columns_for(
        &self,
        file: &Arc<OpenFile>,
        group: usize,
        (filter, step): (&Arc<Filter>, Step),
        columns: Vec<Column>,
        query: u64,
    ) -> Result<Vec<Column>, Failure> {
        let mut found = Vec::with_capacity(columns.len());
        let (mut haystacks, mut missing) = (Vec::new(), Vec::new());
        for column in columns {
            match self.cache.get((file.meta.id, group, column), query) {
                Some(values) if matches!(*values, Values::Haystack(_)) => haystacks.push((column, values)),
                Some(_) => found.push(column),
                None => missing.push(column),
            }
        }
        if haystacks.is_empty() && missing.is_empty() {
            return Ok(found);
        }
        let chunks = if missing.is_empty() { Vec::new() } else { self.chunks(file, group, &missing).await? };
        let (source, filter, first_read) = (Arc::clone(file), Arc::clone(filter), haystacks.len());
        let reading = self.run(move || {
            for (column, chunk) in missing.into_iter().zip(chunks) {
                check(&source, group, column, &chunk)?;
                let values = decode::haystack(source.meta.group(group), column, chunk);
                haystacks.push((column, Arc::new(values.map_err(|_| DAMAGED)?)));
            }
            let is_found = |values: &Values| filter.may_find(step, values);
            let with_needle = haystacks.iter().filter(|(_, values)| is_found(values));
            let with_needle: Vec<Column> = with_needle.map(|(column, _)| *column).collect();
            Ok((haystacks, with_needle))
        });
        let read = reading.await.unwrap_or(Err(PANICKED));
        let (haystacks, with_needle) = read.map_err(|reason| Failure::Damaged(Arc::clone(file), reason))?;
        for (column, values) in haystacks.iter().skip(first_read) {
            self.cache.insert((file.meta.id, group, *column), values, query);
        }
        found.extend(with_needle);
        Ok(found)
    }

    /// Those of the columns that the cache has with their rows, and the others.
    fn cached(
        &self,
        file: &OpenFile,
        group: usize,
        columns: &[Column],
        query: u64,
    ) -> (Columns, Vec<Column>) {
        let mut found = Columns(Vec::with_capacity(columns.len()));
        let mut missing = Vec::new();
        for column in columns {
            match self.cache.get((file.meta.id, group, *column), query) {
                Some(values) if !matches!(*values, Values::Haystack(_)) => found.0.push((*column, values)),
                _ => missing.push(*column),
            }
        }
        (found, missing)
    }

    /// Rows of a row group with all columns.
    pub(crate) async fn rows(
        &self,
        file: &Arc<OpenFile>,
        group: usize,
        indices: Vec<u32>,
    ) -> Result<Vec<Row>, Failure> {
        let chunks = self.chunks(file, group, Column::ALL).await?;
        let source = Arc::clone(file);
        let reading = self.run(move || {
            for (column, chunk) in Column::ALL.iter().zip(&chunks) {
                check(&source, group, *column, chunk)?;
            }
            let project = &source.listed.project;
            decode::rows(source.meta.group(group), project, &chunks, &indices).map_err(|_| DAMAGED)
        });
        let rows = reading.await.unwrap_or(Err(PANICKED));
        rows.map_err(|reason| Failure::Damaged(Arc::clone(file), reason))
    }

    async fn chunks(
        &self,
        file: &Arc<OpenFile>,
        group: usize,
        columns: &[Column],
    ) -> Result<Vec<Chunk>, Failure> {
        let metadata = file.meta.group(group);
        let ranges = columns.iter().map(|column| chunk_range(metadata, column.index()));
        let damaged = || Failure::Damaged(Arc::clone(file), DAMAGED);
        let ranges = ranges.collect::<Option<Vec<_>>>().ok_or_else(damaged)?;
        let read = self.store.get_ranges(&file.listed.path, &ranges).await.map_err(Error::from)?;
        let chunks = ranges.into_iter().zip(read);
        Ok(chunks.map(|(range, bytes)| Chunk { start: range.start, bytes }).collect())
    }
}

/// Compares a column chunk with its digest.
fn check(file: &OpenFile, group: usize, column: Column, chunk: &Chunk) -> Result<(), &'static str> {
    let is_intact = file.meta.digest(group, column) == Some(integrity::digest(&chunk.bytes));
    if is_intact { Ok(()) } else { Err(DAMAGED) }
}
