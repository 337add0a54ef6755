//! The list of keyboard shortcuts.

use leptos::html::Dialog;
use leptos::prelude::*;

use crate::store::{SHORTCUTS, Store};
use crate::ui::{Icon, IconName};

#[component]
pub fn ShortcutList() -> impl IntoView {
    let open = Store::expect().shortcuts_open;
    let element: NodeRef<Dialog> = NodeRef::new();
    Effect::new(move || {
        let Some(dialog) = element.get() else { return };
        if open.get() && !dialog.open() {
            // Fails only for a dialog that is not in the page.
            let _ = dialog.show_modal();
        } else if !open.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog class="ui-dialog" aria-label="Keyboard shortcuts" node_ref=element on:close=move |_| open.set(false)>
            <div class="ui-dialog-head">
                <h2>"Keyboard shortcuts"</h2>
                <button type="button" class="ui-icon-button" aria-label="Close" on:click=move |_| open.set(false)>
                    <Icon name=IconName::Close />
                </button>
            </div>
            <dl class="app-shortcuts">
                {SHORTCUTS
                    .iter()
                    .map(|shortcut| view! { <div><dt><kbd>{shortcut.keys}</kbd></dt><dd>{shortcut.what}</dd></div> })
                    .collect_view()}
            </dl>
        </dialog>
    }
}
