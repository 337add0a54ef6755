//! The list of keyboard shortcuts.

use leptos::prelude::*;

use crate::store::{SHORTCUTS, Store};
use crate::ui::ModalDialog;

#[component]
pub fn ShortcutList() -> impl IntoView {
    view! {
        <ModalDialog label="Keyboard shortcuts" is_open=Store::expect().shortcuts_open>
            <dl class="app-shortcuts">
                {SHORTCUTS
                    .iter()
                    .map(|shortcut| view! { <div><dt><kbd>{shortcut.keys}</kbd></dt><dd>{shortcut.what}</dd></div> })
                    .collect_view()}
            </dl>
        </ModalDialog>
    }
}
