//! A modal dialog.

use leptos::html::Dialog;
use leptos::prelude::*;

use super::{Icon, IconName};

/// The dialog, with its name and a button that closes it. Its contents are there while it is open.
#[component]
pub fn ModalDialog(
    label: &'static str,
    is_open: RwSignal<bool>,
    /// Called whenever it is closed.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    let element: NodeRef<Dialog> = NodeRef::new();
    Effect::new(move || {
        let Some(dialog) = element.get() else { return };
        if is_open.get() && !dialog.open() {
            // Fails only for a dialog that is not in the page.
            let _ = dialog.show_modal();
        } else if !is_open.get() && dialog.open() {
            dialog.close();
        }
    });
    let close = move || {
        if let Some(on_close) = on_close {
            on_close.run(());
        }
        is_open.set(false);
    };
    view! {
        <dialog class="ui-dialog" aria-label=label node_ref=element on:close=move |_| close()>
            <div class="ui-dialog-head">
                <h2>{label}</h2>
                <button type="button" class="ui-icon-button" aria-label="Close" on:click=move |_| close()>
                    <Icon name=IconName::Close />
                </button>
            </div>
            <Show when=move || is_open.get()>{children()}</Show>
        </dialog>
    }
}
