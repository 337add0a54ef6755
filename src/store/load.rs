//! Opening a session: bytes from the source to the reader, in slices, with progress.

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::formats::{FeedStatus, LoadError, LoadStep, Retry, SessionLoader};

use super::Store;
use super::refresh::Refresh;
use crate::source::{Archive, ByteStream, Ending, Flow, Origin, TaskGuard, TaskHandle, gather};

/// How far opening a session has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum LoadStatus {
    #[default]
    Idle,
    Loading,
    Ready,
    /// The user stopped it; what was read stays.
    Cancelled,
    Failed(LoadError),
}

/// What has arrived.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    pub bytes: u64,
    /// Bytes of the file that is under way, where the source tells.
    pub total: Option<u64>,
    pub rows: usize,
}

/// Archives within archives: what a build server packs holds the archives of its tests.
const MAX_ARCHIVES: usize = 3;

impl Store {
    /// Opens a session in place of the one that is open.
    pub fn load(self, origin: Origin) {
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.guard.set_value(Some(guard));
        self.origin.set_value(Some(origin.clone()));
        self.take_files(&origin);
        self.messages.forget_all();
        self.playback.reset();
        self.progress.set(Progress::default());
        self.status.set(LoadStatus::Loading);
        self.notices.clear();
        self.bump();
        spawn_local(async move {
            let end = self.read(origin, &task).await;
            if !task.is_wanted() {
                return;
            }
            self.bump();
            self.status.set(match end {
                Ok(()) => LoadStatus::Ready,
                Err(error) => LoadStatus::Failed(error),
            });
            self.check_address();
        });
    }

    /// Tries the same again.
    pub fn reload(self) {
        if let Some(origin) = self.origin.get_value() {
            self.load(origin);
        }
    }

    /// Stops loading; what was read stays.
    pub fn cancel_load(self) {
        self.guard.set_value(None);
        self.status.set(LoadStatus::Cancelled);
        self.bump();
    }

    /// Closes what is open.
    pub fn close(self) {
        self.guard.set_value(None);
        self.origin.set_value(None);
        self.files.set_value(None);
        self.opening.set_value(SessionLoader::new(""));
        self.messages.forget_all();
        self.status.set(LoadStatus::Idle);
        self.bump();
    }

    /// What was opened: an address, or files.
    pub fn origin(self) -> Option<Origin> {
        self.origin.get_value()
    }

    /// Where the open session's files are: what was opened, or what an archive among it holds.
    pub fn files(self) -> Option<Origin> {
        self.files.get_value()
    }

    /// Whether the open session comes from a URL, so that trying again can bring more.
    pub fn is_from_network(self) -> bool {
        self.origin().is_some_and(|origin| origin.is_web())
    }

    fn bump(self) {
        self.revision.update(|revision| *revision += 1);
    }

    /// Begins anew with those files, and returns them with the first one chosen.
    fn take_files(self, files: &Origin) -> Origin {
        let opening = files.opening();
        let files = files.beginning_with(opening.first());
        self.opening.set_value(opening);
        self.files.set_value(Some(files.clone()));
        files
    }

    async fn read(self, origin: Origin, task: &TaskHandle) -> Result<(), LoadError> {
        let mut files = self.files().unwrap_or(origin);
        let mut path: Option<String> = None;
        let mut depth = 0;
        loop {
            let stream = files.open(path.as_deref(), task.signal()).await;
            if !task.is_wanted() {
                return Ok(());
            }
            let next = match stream {
                Ok(stream) if stream.is_archive && path.is_none() && depth < MAX_ARCHIVES => {
                    let Some(inside) = self.unpack(&files, stream, task).await? else { return Ok(()) };
                    files = self.take_files(&inside);
                    depth += 1;
                    continue;
                }
                Ok(stream) => {
                    let name = path.clone().unwrap_or_else(|| files.name());
                    self.read_file(&name, stream, task).await?
                }
                Err(error) => self.opening.try_update_value(|opening| opening.missing(error)).transpose()?,
            };
            match next {
                Some(LoadStep::Read { path: wanted }) => path = Some(wanted),
                Some(LoadStep::Try { first }) => {
                    files = files.beginning_with(&first);
                    self.files.set_value(Some(files.clone()));
                    path = None;
                }
                Some(LoadStep::Done) | None => return Ok(()),
            }
        }
    }

    /// The members of the archive that arrives; `None` when nobody waits any more.
    async fn unpack(
        self,
        files: &Origin,
        mut stream: ByteStream,
        task: &TaskHandle,
    ) -> Result<Option<Origin>, LoadError> {
        self.progress.update(|progress| *progress = Progress { bytes: 0, total: stream.total, ..*progress });
        let blob = match stream.whole.take() {
            Some(whole) => {
                stream.cancel();
                Some(whole)
            }
            None => gather(&mut stream, |bytes| {
                self.progress.update(|progress| progress.bytes += bytes as u64);
                task.is_wanted()
            })
            .await
            .map_err(|why| {
                let remedy = "Download it again. A zip archive can only be read when it is complete.";
                LoadError::new(
                    "The archive did not arrive whole",
                    format!("{}: {why}", files.name()),
                    remedy,
                    Retry::Useful,
                )
            })?,
        };
        let Some(blob) = blob else { return Ok(None) };
        let archive = Archive::open(files.name(), blob).await?;
        Ok(task.is_wanted().then(|| files.inside(archive)))
    }

    /// Reads one file to its end; `None` when nobody waits any more.
    async fn read_file(
        self,
        name: &str,
        mut stream: ByteStream,
        task: &TaskHandle,
    ) -> Result<Option<LoadStep>, LoadError> {
        let refresh = Refresh::new(self.progress, move || self.bump());
        self.progress.update(|progress| *progress = Progress { bytes: 0, total: stream.total, ..*progress });
        let ending = stream.pump(task, |slice| {
            let fed = self.feed(slice)?;
            let rows = self.with_untracked(|session| session.records.len());
            let wish = refresh.after_slice(slice.len(), rows);
            Ok(match fed {
                FeedStatus::More => wish,
                FeedStatus::Nothing => Flow::Enough,
            })
        });
        match ending.await? {
            Ending::Canceled => Ok(None),
            ending => {
                if let Some(damage) = ending.damage() {
                    self.opening.update_value(|opening| opening.note(name, &damage));
                }
                self.finish(ending.broken().as_deref()).map(Some)
            }
        }
    }

    fn feed(self, slice: &[u8]) -> Result<FeedStatus, LoadError> {
        self.opening.try_update_value(|opening| opening.feed(slice)).unwrap_or(Ok(FeedStatus::Nothing))
    }

    fn finish(self, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        self.opening.try_update_value(|opening| opening.finish(broken)).unwrap_or(Ok(LoadStep::Done))
    }

    /// Drops what the address asks for and the session does not have, with a word about it.
    fn check_address(self) {
        self.check_tool();
        let Some(row) = self.address.with_untracked(|address| address.selected_row) else { return };
        if self.with_untracked(|session| session.index_of(row).is_none())
            && self.status.get_untracked() == LoadStatus::Ready
        {
            self.choose_row(None);
            self.notices.add(format!("The link names row {row}, which this session does not have"));
        }
    }
}
