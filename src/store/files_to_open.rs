//! Files that were chosen, dropped or pasted, until the session page opens them.

use leptos::prelude::*;

use super::Recents;
use super::recents::source_of;
use crate::source::NamedFile;

/// The files that the session page opens next. A handle.
#[derive(Clone, Copy, Debug)]
pub struct FilesToOpen {
    files: RwSignal<Option<Vec<NamedFile>>, LocalStorage>,
    recents: Recents,
}

impl FilesToOpen {
    pub(super) fn new(recents: Recents) -> Self {
        Self { files: RwSignal::new_local(None), recents }
    }

    /// Hands files to the session page, and remembers their names; nothing happens without any.
    pub fn set(self, files: Vec<NamedFile>) {
        // Handles that are kept may be of other files with the same names.
        Recents::forget_handles_of(&files);
        self.set_kept(files);
    }

    /// The same for files whose handles are kept.
    pub fn set_kept(self, files: Vec<NamedFile>) {
        self.recents.add(source_of(&files));
        self.set_unnamed(files);
    }

    /// Hands over what has no name of its own, as a text that was pasted.
    pub fn set_unnamed(self, files: Vec<NamedFile>) {
        if !files.is_empty() {
            self.files.set(Some(files));
        }
    }

    /// The files that were handed over since the last call; what calls this runs again when there
    /// are some.
    pub fn take(self) -> Option<Vec<NamedFile>> {
        self.files.track();
        self.files.try_update_untracked(Option::take).flatten()
    }
}
