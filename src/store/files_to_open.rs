//! Files that were chosen, dropped or pasted, until the session page opens them.

use leptos::prelude::*;

use crate::source::NamedFile;

/// The files that the session page opens next. A handle.
#[derive(Clone, Copy, Debug)]
pub struct FilesToOpen(RwSignal<Option<Vec<NamedFile>>, LocalStorage>);

impl FilesToOpen {
    pub(super) fn new() -> Self {
        Self(RwSignal::new_local(None))
    }

    /// Hands files to the session page; nothing happens without any.
    pub fn set(self, files: Vec<NamedFile>) {
        if !files.is_empty() {
            self.0.set(Some(files));
        }
    }

    /// The files that were handed over since the last call; what calls this runs again when there
    /// are some.
    pub fn take(self) -> Option<Vec<NamedFile>> {
        self.0.track();
        self.0.try_update_untracked(Option::take).flatten()
    }
}
