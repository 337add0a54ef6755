//! The files of the catalog: which there are, and which of them count.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;

use crate::catalog::{Inner, MAX_REQUESTS};
use crate::error::Error;
use crate::file::{FileMeta, ListedFile};
use crate::name::{self, Day, Ulid};
use crate::query::{MAX_PROBLEMS, Problem};
use crate::read::Failure;

/// Maximum number of files of a catalog, or of a project where a query names one.
pub const MAX_FILES: usize = 200_000;
/// Maximum number of projects whose lists of files are kept.
const MAX_SCOPES: usize = 64;

/// A file with its footer.
#[derive(Debug)]
pub(crate) struct OpenFile {
    pub(crate) listed: ListedFile,
    pub(crate) meta: FileMeta,
}

/// The files at some time.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    /// Those that count.
    pub(crate) files: Vec<Arc<OpenFile>>,
    /// Those whose rows are in another file, too.
    pub(crate) replaced: Vec<Arc<OpenFile>>,
    /// At most [`MAX_PROBLEMS`].
    pub(crate) problems: Vec<Problem>,
}

/// A project, or all.
type Scope = Option<String>;

/// A file that was read before: its version, and its footer or why it cannot be used.
#[derive(Debug)]
struct KnownFile {
    version: String,
    state: Result<Arc<OpenFile>, &'static str>,
}

/// What is known of the files.
#[derive(Debug, Default)]
pub(crate) struct Listings {
    known: Mutex<HashMap<Path, KnownFile>>,
    snapshots: Mutex<HashMap<Scope, (Instant, Arc<Snapshot>)>>,
    /// Counts the changes by this instance: a list that was begun before one is not kept.
    changes: AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Listings {
    /// Makes the next query list the files again.
    pub(crate) fn invalidate(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        lock(&self.snapshots).clear();
    }

    /// Excludes a file from now on.
    pub(crate) fn exclude(&self, file: &ListedFile, reason: &'static str) {
        let known = KnownFile { version: file.version.clone(), state: Err(reason) };
        lock(&self.known).insert(file.path.clone(), known);
        self.invalidate();
    }

    fn known(&self, file: &ListedFile) -> Option<Result<Arc<OpenFile>, &'static str>> {
        let known = lock(&self.known);
        known.get(&file.path).filter(|known| known.version == file.version).map(|known| known.state.clone())
    }

    /// Forgets files that are not there any more.
    fn retain(&self, scope: &Scope, files: &[ListedFile]) {
        let listed: HashSet<&Path> = files.iter().map(|file| &file.path).collect();
        let folder = name::folder(scope.as_deref());
        lock(&self.known).retain(|path, _| !path.prefix_matches(&folder) || listed.contains(path));
    }
}

impl Inner {
    /// The files of a project, or of all, not older than the settings allow.
    pub(crate) async fn snapshot(&self, scope: &Scope) -> Result<Arc<Snapshot>, Failure> {
        let max_age = self.settings.listing_max_age;
        if let Some((taken, snapshot)) = lock(&self.listings.snapshots).get(scope)
            && taken.elapsed() < max_age
        {
            return Ok(Arc::clone(snapshot));
        }
        let (changes, taken) = (self.listings.changes.load(Ordering::SeqCst), Instant::now());
        let snapshot = Arc::new(self.take_snapshot(scope).await?);
        let mut snapshots = lock(&self.listings.snapshots);
        if self.listings.changes.load(Ordering::SeqCst) == changes {
            if snapshots.len() >= MAX_SCOPES {
                snapshots.clear();
            }
            snapshots.insert(scope.clone(), (taken, Arc::clone(&snapshot)));
        }
        Ok(snapshot)
    }

    async fn take_snapshot(&self, scope: &Scope) -> Result<Snapshot, Failure> {
        let (files, mut problems) = self.list(scope).await?;
        self.listings.retain(scope, &files);
        let opening = files.into_iter().map(|file| async move {
            match self.listings.known(&file) {
                Some(known) => Ok((file, known)),
                None => Ok::<_, Failure>((file.clone(), self.open(file).await?)),
            }
        });
        let opening: Vec<_> = opening.collect();
        let opened: Vec<_> = stream::iter(opening).buffered(MAX_REQUESTS).try_collect().await?;
        let mut open_files = Vec::with_capacity(opened.len());
        for (listed, state) in opened {
            match state {
                Ok(file) => open_files.push(file),
                Err(reason) => add_problem(&mut problems, &listed.path, reason),
            }
        }
        Ok(without_replaced(open_files, problems))
    }

    async fn list(&self, scope: &Scope) -> Result<(Vec<ListedFile>, Vec<Problem>), Failure> {
        let folder = name::folder(scope.as_deref());
        let mut objects = self.store.list(Some(&folder));
        let (mut files, mut problems) = (Vec::new(), Vec::new());
        while let Some(object) = objects.try_next().await.map_err(Error::from)? {
            let path = object.location.clone();
            match ListedFile::new(object) {
                Some(_) if files.len() >= MAX_FILES => return Err(Error::TooManyFiles.into()),
                Some(file) => files.push(file),
                None => add_problem(&mut problems, &path, "it is not a file of the catalog"),
            }
        }
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok((files, problems))
    }

    async fn open(&self, file: ListedFile) -> Result<Result<Arc<OpenFile>, &'static str>, Failure> {
        let (path, version) = (file.path.clone(), file.version.clone());
        let state = match self.read_meta(&file).await? {
            Ok(meta) => Ok(Arc::new(OpenFile { listed: file, meta })),
            Err(reason) => Err(reason),
        };
        let known = KnownFile { version, state: state.clone() };
        lock(&self.listings.known).insert(path, known);
        Ok(state)
    }
}

fn add_problem(problems: &mut Vec<Problem>, path: &Path, reason: &'static str) {
    if problems.len() < MAX_PROBLEMS {
        problems.push(Problem { path: path.to_string(), reason });
    }
}

/// Sorts out files that another of the same project and day replaces.
fn without_replaced(files: Vec<Arc<OpenFile>>, problems: Vec<Problem>) -> Snapshot {
    let mut replaced_names: HashSet<(&str, Day, Ulid)> = HashSet::new();
    for file in &files {
        let names = file.meta.replaces.iter();
        replaced_names.extend(names.map(|name| (file.listed.project.as_str(), file.listed.day, *name)));
    }
    let is_replaced = |file: &Arc<OpenFile>| {
        replaced_names.contains(&(file.listed.project.as_str(), file.listed.day, file.listed.name))
    };
    let flags: Vec<bool> = files.iter().map(is_replaced).collect();
    let mut snapshot = Snapshot { problems, ..Snapshot::default() };
    for (file, is_replaced) in files.into_iter().zip(flags) {
        if is_replaced { snapshot.replaced.push(file) } else { snapshot.files.push(file) }
    }
    snapshot
}
