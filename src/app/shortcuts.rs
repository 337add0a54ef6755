//! The list of keyboard shortcuts.

use leptos::prelude::*;

use super::keyboard::SHORTCUTS;
use crate::ui::ModalDialog;

/// Whether the list is open. A context.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShortcutsOpen(pub(super) RwSignal<bool>);

#[component]
pub(super) fn ShortcutList() -> impl IntoView {
    let ShortcutsOpen(is_open) = expect_context();
    view! {
        <ModalDialog label="Keyboard shortcuts" is_open=is_open>
            <dl class="app-shortcuts">
                {SHORTCUTS
                    .iter()
                    .map(|shortcut| view! { <div><dt><kbd>{shortcut.keys}</kbd></dt><dd>{shortcut.what}</dd></div> })
                    .collect_view()}
            </dl>
        </ModalDialog>
    }
}
