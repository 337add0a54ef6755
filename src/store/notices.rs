//! Short notices to the user: a part of a link that does not exist, a drop without files.

use leptos::prelude::*;

/// The notices on screen. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Notices {
    texts: RwSignal<Vec<String>>,
}

/// Most notices at once; the oldest go first.
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
