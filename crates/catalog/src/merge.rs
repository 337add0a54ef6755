//! Puts the small files of a day together.
//!
//! A merge writes one file that names those it replaces, and deletes them when readers have had the
//! time to notice. It may end anywhere, and several may run at once: until a file is deleted its rows
//! are there twice at worst, and readers count a session once. A file is deleted only after the one
//! that replaces it was read as a whole.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use object_store::ObjectStoreExt;

use crate::catalog::{Catalog, MAX_REQUESTS};
use crate::error::Error;
use crate::listing::{OpenFile, Snapshot};
use crate::name::{Day, Ulid};
use crate::query::{MAX_PROBLEMS, Problem};
use crate::read::Failure;
use crate::row::{DELETED_GENERATION, Row, State};
use crate::schema::Column;

/// Maximum number of files that are merged into one.
const MAX_MERGED: usize = 4_096;

/// When and how files are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergeSettings {
    /// Number of files that a day of a project may have; more are merged.
    pub max_files: usize,
    /// Number of rows from which on a file is left as it is, and not counted among them: days of
    /// more sessions have several such files. Bounds the memory of a merge, about 2 KB a row.
    pub full_rows: usize,
    /// How long replaced files stay for readers that have listed them, by the store's clock.
    pub keep_replaced: Duration,
}

impl Default for MergeSettings {
    fn default() -> Self {
        Self { max_files: 16, full_rows: 65_536, keep_replaced: Duration::from_secs(600) }
    }
}

/// What a merge did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeReport {
    /// Number of files written.
    pub written: usize,
    /// Number of files whose rows are in those now.
    pub replaced: usize,
    /// Number of files deleted, replaced by this or an earlier merge.
    pub deleted: usize,
    /// Files that were passed over, at most [`MAX_PROBLEMS`].
    pub problems: Vec<Problem>,
}

/// The files of a project and day.
#[derive(Debug, Default)]
struct Folder {
    files: Vec<Arc<OpenFile>>,
    replaced: Vec<Arc<OpenFile>>,
}

impl Folder {
    fn all(&self) -> impl Iterator<Item = &Arc<OpenFile>> {
        self.files.iter().chain(&self.replaced)
    }

    /// Names of the files, and of those still there that they replace, or that those replace. They
    /// must not come back when the files are deleted that hide them now.
    fn with_replaced(&self, files: &[Arc<OpenFile>]) -> Vec<Ulid> {
        let by_name: HashMap<Ulid, &Arc<OpenFile>> =
            self.all().map(|file| (file.listed.name, file)).collect();
        let mut names: HashSet<Ulid> = HashSet::new();
        let mut pending: Vec<Ulid> = files.iter().map(|file| file.listed.name).collect();
        while let Some(name) = pending.pop() {
            if let Some(file) = by_name.get(&name)
                && names.insert(name)
            {
                pending.extend(&file.meta.replaces);
            }
        }
        let mut names: Vec<Ulid> = names.into_iter().collect();
        names.sort_unstable();
        names
    }

    /// Files that replace the same file: two merges ran at once. They have the same rows.
    fn twins(&self) -> Option<Vec<Arc<OpenFile>>> {
        let mut by_replaced: HashMap<Ulid, Vec<&Arc<OpenFile>>> = HashMap::new();
        for file in &self.files {
            for name in &file.meta.replaces {
                by_replaced.entry(*name).or_default().push(file);
            }
        }
        let twins = by_replaced.into_values().filter(|files| files.len() > 1);
        twins.max_by_key(Vec::len).map(|files| files.into_iter().cloned().collect())
    }

    /// The smallest files, when there are too many that are not full.
    fn too_many(&self, settings: &MergeSettings) -> Option<Vec<Arc<OpenFile>>> {
        let not_full = self.files.iter().filter(|file| file.meta.rows() < settings.full_rows);
        let mut files: Vec<Arc<OpenFile>> = not_full.cloned().collect();
        if files.len() <= settings.max_files.max(1) {
            return None;
        }
        files.sort_by_key(|file| (file.meta.rows(), file.listed.name));
        let mut rows = 0;
        let fitting = files.iter().take_while(|file| {
            rows += file.meta.rows();
            rows <= settings.full_rows
        });
        let count = fitting.count().clamp(2, MAX_MERGED);
        files.truncate(count);
        Some(files)
    }
}

impl Catalog {
    /// Merges the files of each day that has too many, removes the content of deleted sessions from
    /// files, and deletes files that were replaced. `now` is in epoch milliseconds.
    ///
    /// # Errors
    /// When the store fails. What was done until then is complete, and the rest may be done later.
    pub async fn merge(&self, now: i64, settings: &MergeSettings) -> Result<MergeReport, Error> {
        let mut report = MergeReport::default();
        self.inner.listings.invalidate();
        let result = match self.inner.snapshot(&None).await {
            Ok(snapshot) => {
                report.problems.clone_from(&snapshot.problems);
                self.merge_folders(&snapshot, now, settings, &mut report).await
            }
            Err(failure) => Err(failure),
        };
        self.inner.listings.invalidate();
        match result {
            Ok(()) => Ok(report),
            Err(Failure::Fatal(error)) => Err(error),
            Err(_) => Err(Error::Unstable),
        }
    }

    async fn merge_folders(
        &self,
        snapshot: &Snapshot,
        now: i64,
        settings: &MergeSettings,
        report: &mut MergeReport,
    ) -> Result<(), Failure> {
        let mut folders: BTreeMap<(&str, Day), Folder> = BTreeMap::new();
        let key = |file: &'_ Arc<OpenFile>| file.listed.day;
        for file in &snapshot.files {
            folders.entry((&file.listed.project, key(file))).or_default().files.push(Arc::clone(file));
        }
        for file in &snapshot.replaced {
            folders.entry((&file.listed.project, key(file))).or_default().replaced.push(Arc::clone(file));
        }
        for folder in folders.into_values() {
            match self.merge_folder(&folder, now, settings, report).await {
                // Another merge was faster: the next one goes on from there.
                Ok(()) | Err(Failure::Changed) => {}
                Err(Failure::Damaged(file, reason)) => {
                    self.inner.listings.exclude(&file.listed, reason);
                    if report.problems.len() < MAX_PROBLEMS {
                        report.problems.push(Problem { path: file.listed.path.to_string(), reason });
                    }
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    async fn merge_folder(
        &self,
        folder: &Folder,
        now: i64,
        settings: &MergeSettings,
        report: &mut MergeReport,
    ) -> Result<(), Failure> {
        self.delete_replaced(folder, now, settings, report).await?;
        if let Some(files) = folder.twins().or_else(|| folder.too_many(settings)) {
            let mut rows = Vec::new();
            for file in &files {
                rows.extend(self.read_all(file).await?);
            }
            return self.replace(folder, &files, current(rows), report).await;
        }
        self.purge(folder, report).await
    }

    /// Deletes the files that a file replaces which is old enough.
    async fn delete_replaced(
        &self,
        folder: &Folder,
        now: i64,
        settings: &MergeSettings,
        report: &mut MergeReport,
    ) -> Result<(), Failure> {
        let keep = i64::try_from(settings.keep_replaced.as_millis()).unwrap_or(i64::MAX);
        let mut deleted = HashSet::new();
        for file in folder.all() {
            if file.listed.modified > now.saturating_sub(keep) {
                continue;
            }
            let names: HashSet<Ulid> = file.meta.replaces.iter().copied().collect();
            let is_due = |other: &&Arc<OpenFile>| {
                names.contains(&other.listed.name) && !deleted.contains(&other.listed.name)
            };
            let due: Vec<_> = folder.replaced.iter().filter(is_due).cloned().collect();
            if due.is_empty() || deleted.contains(&file.listed.name) {
                continue;
            }
            self.read_all(file).await?;
            for other in due {
                match self.inner.store.delete(&other.listed.path).await {
                    Ok(()) => report.deleted += 1,
                    Err(object_store::Error::NotFound { .. }) => {}
                    Err(error) => return Err(Error::from(error).into()),
                }
                deleted.insert(other.listed.name);
            }
        }
        Ok(())
    }

    /// Writes rows in place of some files.
    async fn replace(
        &self,
        folder: &Folder,
        files: &[Arc<OpenFile>],
        rows: Vec<Row>,
        report: &mut MergeReport,
    ) -> Result<(), Failure> {
        let Some(first) = files.first() else { return Ok(()) };
        let replaces = folder.with_replaced(files);
        let name = Ulid::after(replaces.iter().copied())?;
        self.write(&first.listed.project, first.listed.day, name, rows, replaces).await?;
        report.written += 1;
        report.replaced += files.len();
        Ok(())
    }

    /// Writes files anew that have rows of sessions that were deleted.
    async fn purge(&self, folder: &Folder, report: &mut MergeReport) -> Result<(), Failure> {
        let mut deleted: HashSet<Vec<u8>> = HashSet::new();
        for file in folder.files.iter().filter(|file| file.meta.has_deleted()) {
            self.for_each_session(file, |session, is_deleted| {
                if is_deleted {
                    deleted.insert(session.to_vec());
                }
            })
            .await?;
        }
        if deleted.is_empty() {
            return Ok(());
        }
        for file in &folder.files {
            let mut has_content = false;
            self.for_each_session(file, |session, is_deleted| {
                has_content |= !is_deleted && deleted.contains(session);
            })
            .await?;
            if has_content {
                let mut rows = self.read_all(file).await?;
                let is_kept = |row: &Row| {
                    row.generation == DELETED_GENERATION || !deleted.contains(row.session.as_bytes())
                };
                rows.retain(is_kept);
                self.replace(folder, std::slice::from_ref(file), rows, report).await?;
            }
        }
        Ok(())
    }

    /// Passes each session of a file, and whether its row says that it is deleted.
    async fn for_each_session(
        &self,
        file: &Arc<OpenFile>,
        mut pass: impl FnMut(&[u8], bool),
    ) -> Result<(), Failure> {
        const COLUMNS: [Column; 3] = [Column::Session, Column::Generation, Column::State];
        let query = self.inner.cache.begin_query();
        for (index, group) in file.meta.groups.iter().enumerate() {
            let columns = self.inner.columns(file, index, &COLUMNS, query).await?;
            let deleted = State::Deleted.name().as_bytes();
            for row in 0..group.rows {
                let state = columns.get(Column::State).and_then(|states| states.text(row));
                let generation = columns.get(Column::Generation).and_then(|numbers| numbers.number(row));
                let is_deleted = state == Some(deleted) && generation == Some(i64::from(DELETED_GENERATION));
                let session = columns.get(Column::Session).and_then(|sessions| sessions.text(row));
                pass(session.unwrap_or_default(), is_deleted);
            }
        }
        Ok(())
    }

    /// Reads all rows of a file, and thus whether it is complete.
    async fn read_all(&self, file: &Arc<OpenFile>) -> Result<Vec<Row>, Failure> {
        let groups = file.meta.groups.iter().enumerate();
        let reads =
            groups.map(|(index, group)| self.inner.rows(file, index, (0..group.rows as u32).collect()));
        stream::iter(reads).buffered(MAX_REQUESTS).try_concat().await
    }
}

/// The rows that count: of each session the one of the highest rank.
fn current(rows: Vec<Row>) -> Vec<Row> {
    let mut by_session: HashMap<String, Row> = HashMap::with_capacity(rows.len());
    for row in rows {
        match by_session.get_mut(&row.session) {
            Some(known) if known.rank() >= row.rank() => {}
            Some(known) => *known = row,
            None => {
                by_session.insert(row.session.clone(), row);
            }
        }
    }
    by_session.into_values().collect()
}
