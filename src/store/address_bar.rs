//! The address bar and the view state, kept the same.

use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use presentation::view_state::ViewState;
use session::formats::{LoadError, Retry};
use wasm_bindgen::JsValue;

use super::{LoadStatus, ViewStore};
use crate::source;

/// Delay of the address bar after a change, in ms; the contract allows 300.
const WRITE_AFTER_MS: u64 = 100;

impl ViewStore {
    /// Takes over the view state of the address bar, and loads the session that it names. For the
    /// session page.
    pub fn visit(self, search: &str) {
        let (state, notes) = ViewState::parse(search.trim_start_matches('?'));
        let source = state.source_url.clone();
        let is_known = self.state.with_untracked(|current| *current == state);
        let same_source =
            self.loaded_source() == source && self.session.status.get_untracked() != LoadStatus::Idle;
        if !is_known {
            self.state.set(state);
        }
        let stays_open = same_source || source.is_none() && self.has_local_session();
        if !stays_open {
            // They are about the session that was open.
            self.notices.clear();
        }
        match source {
            _ if stays_open => {}
            Some(src) => {
                if let Some(url) = source::absolute(&src) {
                    self.session.open_url(url);
                } else {
                    let remedy = "Check the part after src= in the link.";
                    let error = LoadError::new(
                        "The address of the session is not a valid URL",
                        src,
                        remedy,
                        Retry::Useless,
                    );
                    self.session.status.set(LoadStatus::Failed(error));
                }
            }
            None => self.session.close(),
        }
        for note in notes {
            self.notices.add(note);
        }
    }

    /// Whether files of this computer are open.
    fn has_local_session(self) -> bool {
        self.session.origin().is_some_and(|origin| !origin.is_web())
    }

    /// The `src` of the session that is open, as the address bar gave it.
    fn loaded_source(self) -> Option<String> {
        let url = self.session.origin()?.web_url()?;
        let src = self.state.with_untracked(|state| state.source_url.clone())?;
        (source::absolute(&src)? == url).then_some(src)
    }

    /// Writes the view state into the address bar, by replacing the history entry. For the session
    /// page, while it is open.
    pub fn sync_address_bar(self) {
        let timer: StoredValue<Option<TimeoutHandle>> = StoredValue::new(None);
        Effect::new(move || {
            let query = self.state.with(ViewState::to_query);
            timer.with_value(|timer| timer.iter().for_each(TimeoutHandle::clear));
            let write = move || replace_query(&query);
            timer.set_value(set_timeout_with_handle(write, Duration::from_millis(WRITE_AFTER_MS)).ok());
        });
        on_cleanup(move || timer.with_value(|timer| timer.iter().for_each(TimeoutHandle::clear)));
    }
}

fn replace_query(query: &str) {
    let location = window().location();
    let current = location.search().unwrap_or_default();
    let wanted = if query.is_empty() { String::new() } else { format!("?{query}") };
    if current == wanted {
        return;
    }
    let (Ok(path), Ok(history)) = (location.pathname(), window().history()) else { return };
    let state = history.state().unwrap_or(JsValue::NULL);
    // Browsers refuse more than some hundred writes in half a minute; the next change writes again.
    let _ = history.replace_state_with_url(&state, "", Some(&format!("{path}{wanted}")));
}
