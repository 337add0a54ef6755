//! Short words to the user about something that happened: a link that no longer fits, a copy that was made.

use leptos::prelude::*;

/// The notices that stand on screen. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Notices {
    texts: RwSignal<Vec<String>>,
}

/// More than this many at once help nobody.
const MAX_NOTICES: usize = 4;

impl Notices {
    pub(super) fn new() -> Self {
        Self { texts: RwSignal::new(Vec::new()) }
    }

    pub fn add(self, text: impl Into<String>) {
        let text = text.into();
        self.texts.update(|texts| {
            if !texts.contains(&text) {
                texts.push(text);
                if texts.len() > MAX_NOTICES {
                    texts.remove(0);
                }
            }
        });
    }

    pub fn texts(self) -> Vec<String> {
        self.texts.get()
    }

    pub fn clear(self) {
        self.texts.set(Vec::new());
    }
}
