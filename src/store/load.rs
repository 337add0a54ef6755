//! Opening a session: bytes from the source to the reader, in slices, with progress.

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::formats::{
    FeedStatus, FileSelection, Formats, LoadError, LoadStep, NATIVE, Retry, SessionLoader,
};

use super::modules;
use super::refresh::Refresh;
use super::session::{SessionEvent, SessionStore};
use crate::source::{Archive, ByteStream, Ending, Flow, Origin, TaskGuard, TaskHandle, collect_blob};

/// How far opening a session has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum LoadStatus {
    #[default]
    Idle,
    Loading,
    Ready,
    /// Canceled by the user; what was read stays.
    Canceled,
    Failed(LoadError),
}

/// What has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    pub bytes: u64,
    /// Bytes of the file that is being read, where the source has its size.
    pub total: Option<u64>,
    pub rows: usize,
}

/// Archives within archives: what a build server packs holds the archives of its tests.
const MAX_ARCHIVES: usize = 3;

impl SessionStore {
    /// Opens what is at an absolute URL.
    pub fn open_url(self, url: String) {
        self.load(Origin::url(url));
    }

    /// Opens a session in place of the one that is open.
    pub fn load(self, origin: Origin) {
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.opened.update(|opened| {
            opened.generation = opened.generation.wrapping_add(1);
            opened.guard = Some(guard);
            opened.origin = Some(origin.clone());
            opened.files = Some(origin.clone());
        });
        self.loader.update_untracked(|loader| *loader = SessionLoader::opening(FileSelection::Nothing, &[]));
        self.emit(SessionEvent::Replaced);
        self.progress.set(Progress::default());
        self.status.set(LoadStatus::Loading);
        self.loader.notify();
        spawn_local(async move {
            let end = self.open(&origin, &task).await;
            if task.is_canceled() {
                return;
            }
            self.loader.notify();
            self.status.set(match end {
                Ok(()) => LoadStatus::Ready,
                Err(error) => LoadStatus::Failed(error),
            });
            self.emit(SessionEvent::Read);
        });
    }

    /// Opens the same again.
    pub fn reload(self) {
        if let Some(origin) = self.origin() {
            self.load(origin);
        }
    }

    /// Reads the same again, then shows it in place of what was read before. What is selected stays.
    pub(super) async fn reread(self, task: &TaskHandle) -> Result<(), LoadError> {
        let Some(origin) = self.origin() else { return Ok(()) };
        // Signals that nothing on screen depends on.
        let loader = RwSignal::new_local(SessionLoader::opening(FileSelection::Nothing, &[]));
        let progress = RwSignal::new(Progress::default());
        let end = Self { loader, progress, ..self }.open(&origin, task).await;
        let read = loader.try_update_untracked(|loader| {
            std::mem::replace(loader, SessionLoader::opening(FileSelection::Nothing, &[]))
        });
        loader.dispose();
        progress.dispose();
        end?;
        if let Some(read) = read.filter(|_| !task.is_canceled()) {
            self.loader.set(read);
            self.rereads.update(|rereads| *rereads = rereads.wrapping_add(1));
            self.emit(SessionEvent::Grown);
        }
        Ok(())
    }

    /// Stops loading; what was read stays.
    pub fn cancel_load(self) {
        self.opened.update_untracked(|opened| opened.guard = None);
        self.status.set(LoadStatus::Canceled);
        self.loader.notify();
    }

    /// Closes what is open.
    pub fn close(self) {
        self.opened.update(|opened| {
            opened.generation = opened.generation.wrapping_add(1);
            opened.guard = None;
            opened.origin = None;
            opened.files = None;
        });
        self.loader.update_untracked(|loader| *loader = SessionLoader::opening(FileSelection::Nothing, &[]));
        self.emit(SessionEvent::Replaced);
        self.status.set(LoadStatus::Idle);
        self.loader.notify();
    }

    /// What was opened: an address, or files.
    pub fn origin(self) -> Option<Origin> {
        self.opened.with_untracked(|opened| opened.origin.clone())
    }

    /// Where the open session's files are: what was opened, or what an archive among it holds.
    pub fn files(self) -> Option<Origin> {
        self.opened.with_untracked(|opened| opened.files.clone())
    }

    /// Whether the open session comes from a URL, so that reading it again can return more.
    pub fn is_from_network(self) -> bool {
        self.origin().is_some_and(|origin| origin.is_web())
    }

    /// Recordings that were made for this viewer are read by code that is part of the app; that of
    /// other formats is loaded first.
    async fn open(self, origin: &Origin, task: &TaskHandle) -> Result<(), LoadError> {
        if origin.is_web() && origin.selection().is_named_as(NATIVE) {
            let end = self.read(origin, NATIVE, task).await;
            let is_empty = self.loader.with_untracked(SessionLoader::is_empty);
            if end.is_ok() || !is_empty || task.is_canceled() {
                return end;
            }
        }
        let formats = modules::formats().await.map_err(|_| {
            let remedy = "Check the connection, then try again.";
            LoadError::new("A part of the app could not be loaded", origin.name(), remedy, Retry::Useful)
        })?;
        if task.is_canceled() { Ok(()) } else { self.read(origin, formats, task).await }
    }

    /// Replaces the loader by one for these files; returns them with the one that is read first.
    fn begin(self, files: &Origin, formats: Formats) -> Origin {
        let loader = SessionLoader::opening(files.selection(), formats);
        let files = files.beginning_with(loader.first());
        self.loader.update_untracked(|known| *known = loader);
        self.opened.update_untracked(|opened| opened.files = Some(files.clone()));
        files
    }

    async fn read(self, origin: &Origin, formats: Formats, task: &TaskHandle) -> Result<(), LoadError> {
        let mut files = self.begin(origin, formats);
        let mut path: Option<String> = None;
        let mut depth = 0;
        loop {
            let stream = files.open(path.as_deref(), task.signal()).await;
            if task.is_canceled() {
                return Ok(());
            }
            let next = match stream {
                Ok(stream) if stream.is_archive && path.is_none() && depth < MAX_ARCHIVES => {
                    let Some(inside) = self.unpack(&files, stream, task).await? else { return Ok(()) };
                    files = self.begin(&inside, formats);
                    depth += 1;
                    continue;
                }
                Ok(stream) => {
                    let name = path.clone().unwrap_or_else(|| files.name());
                    self.read_file(&name, stream, task).await?
                }
                Err(error) => self.loader.try_update_untracked(|loader| loader.missing(error)).transpose()?,
            };
            match next {
                Some(LoadStep::Read { path: wanted }) => path = Some(wanted),
                Some(LoadStep::Try { first }) => {
                    files = files.beginning_with(&first);
                    self.opened.update_untracked(|opened| opened.files = Some(files.clone()));
                    path = None;
                }
                Some(LoadStep::Done) | None => return Ok(()),
            }
        }
    }

    /// The members of the archive that arrives; `None` when it was canceled.
    async fn unpack(
        self,
        files: &Origin,
        mut stream: ByteStream,
        task: &TaskHandle,
    ) -> Result<Option<Origin>, LoadError> {
        self.progress.update(|progress| *progress = Progress { bytes: 0, total: stream.total, ..*progress });
        let blob = match stream.blob.take() {
            Some(blob) => {
                stream.cancel();
                Some(blob)
            }
            None => collect_blob(&mut stream, |bytes| {
                self.progress.update(|progress| progress.bytes += bytes as u64);
                task.is_canceled()
            })
            .await
            .map_err(|why| {
                let remedy = "Download it again. A zip archive can only be read when it is complete.";
                let place = format!("{}: {why}", files.name());
                LoadError::new("The download was interrupted", place, remedy, Retry::Useful)
            })?,
        };
        let Some(blob) = blob else { return Ok(None) };
        let archive = Archive::open(files.name(), blob).await?;
        Ok((!task.is_canceled()).then(|| files.inside(archive)))
    }

    /// Reads one file to its end; `None` when it was canceled.
    async fn read_file(
        self,
        name: &str,
        mut stream: ByteStream,
        task: &TaskHandle,
    ) -> Result<Option<LoadStep>, LoadError> {
        let refresh = Refresh::new(self.progress, move || self.loader.notify());
        self.progress.update(|progress| *progress = Progress { bytes: 0, total: stream.total, ..*progress });
        let ending = stream.pump(task, |slice| {
            let fed = self.feed(slice)?;
            let rows = self.with_untracked(|session| session.records.len());
            let flow = refresh.after_slice(slice.len(), rows);
            Ok(match fed {
                FeedStatus::More => flow,
                FeedStatus::Nothing => Flow::Stop,
            })
        });
        match ending.await? {
            Ending::Canceled => Ok(None),
            ending => {
                if let Some(damage) = ending.damage() {
                    self.loader.update_untracked(|loader| loader.note(name, &damage));
                }
                self.finish(ending.broken().as_deref()).map(Some)
            }
        }
    }

    fn feed(self, slice: &[u8]) -> Result<FeedStatus, LoadError> {
        self.loader.try_update_untracked(|loader| loader.feed(slice)).unwrap_or(Ok(FeedStatus::Nothing))
    }

    fn finish(self, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        self.loader.try_update_untracked(|loader| loader.finish(broken)).unwrap_or(Ok(LoadStep::Done))
    }
}
