//! Whether the credentials inside sockets are shown. They are hidden again in each session.

use leptos::prelude::*;

use super::session::{SessionEvent, SessionStore};

/// Whether credentials in messages and handshakes are shown. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Credentials {
    pub are_shown: RwSignal<bool>,
}

impl Credentials {
    pub(super) fn new(session: SessionStore) -> Self {
        let are_shown = RwSignal::new(false);
        session.on(SessionEvent::Replaced, move || are_shown.set(false));
        Self { are_shown }
    }
}
