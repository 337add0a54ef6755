//! The recordings that were opened last. Only names and addresses are kept, in the browser's storage
//! for this origin; and where the browser has them, handles of local files.

use leptos::prelude::*;
use leptos::task::spawn_local;
use presentation::recents::{RecentList, RecentSource};
use session::model::EpochMs;

use super::preferences::{read, write};
use crate::source::{NamedFile, PickedFiles, ReopenError, handle_store, pick_handles, reopen};

const RECENT: &str = "replayscope.recent";

/// The list. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Recents {
    pub list: RwSignal<RecentList>,
    /// The keys of the items whose files can be read again.
    pub kept: RwSignal<Vec<String>>,
}

impl Recents {
    pub(super) fn load() -> Self {
        let list = read(RECENT).map(|stored| RecentList::from_stored(&stored)).unwrap_or_default();
        Self { list: RwSignal::new(list), kept: RwSignal::new(Vec::new()) }
    }

    /// Looks which files can be read again.
    pub fn find_kept(self) {
        spawn_local(async move {
            let keys = handle_store::keys().await;
            // The page may be closed by now.
            let _ = self.kept.try_set(keys);
        });
    }

    /// Puts a recording first.
    pub(super) fn add(self, source: Option<RecentSource>) {
        let Some((source, now)) = source.zip(EpochMs::new(js_sys::Date::now())) else { return };
        let dropped = self.change(|list| list.add(source, now));
        forget_handles(dropped.iter().map(|item| item.source.key()).collect());
    }

    /// Keeps the handles of files that are opened; returns whether there are any.
    pub fn keep(files: &[NamedFile], handles: js_sys::Array) -> bool {
        let Some(source) = source_of(files).filter(|_| handles.length() > 0) else { return false };
        spawn_local(async move { handle_store::put(&source.key(), handles).await });
        true
    }

    /// Forgets the handles of files of these names.
    pub(super) fn forget_handles_of(files: &[NamedFile]) {
        forget_handles(source_of(files).iter().map(RecentSource::key).collect());
    }

    /// Shows the browser's dialog that gives handles, and keeps them.
    pub async fn pick(self) -> Option<Vec<NamedFile>> {
        let PickedFiles { files, handles } = pick_handles().await?;
        Self::keep(&files, handles);
        Some(files)
    }

    /// The files of an item, by its key; `None` where no handles are kept.
    pub async fn reopen(self, key: &str) -> Option<Result<Vec<NamedFile>, ReopenError>> {
        let handles = handle_store::get(key).await?;
        Some(reopen(&handles).await)
    }

    /// Removes an item by its key.
    pub fn forget(self, key: &str) {
        self.change(|list| list.remove(key));
        forget_handles(vec![key.to_owned()]);
    }

    /// Removes all items.
    pub fn clear(self) {
        let all = self.change(std::mem::take);
        forget_handles(all.items().iter().map(|item| item.source.key()).collect());
    }

    fn change<R>(self, change: impl FnOnce(&mut RecentList) -> R) -> R {
        // Another tab may have written since.
        let mut list = read(RECENT).map(|stored| RecentList::from_stored(&stored)).unwrap_or_default();
        let result = change(&mut list);
        write(RECENT, &list.to_stored());
        self.list.set(list);
        result
    }
}

fn forget_handles(keys: Vec<String>) {
    if !keys.is_empty() {
        spawn_local(handle_store::forget(keys));
    }
}

/// Files as an item of the list.
pub(super) fn source_of(files: &[NamedFile]) -> Option<RecentSource> {
    let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    RecentSource::files(&names)
}
