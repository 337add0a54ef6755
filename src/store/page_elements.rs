//! What the events of the page touched, once the Events tab has found out.

use std::sync::Arc;

use leptos::prelude::*;
use session::elements::PageElements;

use super::session::{SessionEvent, SessionStore};

/// A handle.
#[derive(Clone, Copy, Debug)]
pub struct NamedElements {
    /// Where it is known. While a recording that has grown is read again, as it was before.
    pub found: RwSignal<Option<Arc<PageElements>>>,
    /// Whether `found` is not that of the session as it is now.
    pub is_outdated: RwSignal<bool>,
}

impl NamedElements {
    pub(super) fn new(session: SessionStore) -> Self {
        let elements = Self { found: RwSignal::new(None), is_outdated: RwSignal::new(true) };
        session.on(SessionEvent::Replaced, move || {
            elements.found.set(None);
            elements.is_outdated.set(true);
        });
        session.on(SessionEvent::Read, move || elements.is_outdated.set(true));
        session.on(SessionEvent::Grown, move || elements.is_outdated.set(true));
        elements
    }
}
