//! The button that compares the open session with another one, and its dialog.

use leptos::prelude::*;

use super::panes;
use crate::store::{Comparison, LoadStatus, SessionStore};
use crate::ui::{Icon, IconName, ModalDialog};

/// The button **Compare…**.
#[component]
pub fn CompareButton() -> impl IntoView {
    let (session, comparison) = (expect_context::<SessionStore>(), expect_context::<Comparison>());
    let has_session = Memo::new(move |_| session.status.with(|status| *status != LoadStatus::Idle));
    view! {
        <Show when=move || has_session.get()>
            <button
                type="button"
                class="ui-button"
                title="Compare this session with another recording"
                on:click=move |_| comparison.is_dialog_open.set(true)
            >
                <Icon name=IconName::Compare />
                "Compare…"
            </button>
        </Show>
    }
}

/// The dialog that chooses the other recording.
#[component]
pub fn CompareDialog() -> impl IntoView {
    let comparison = expect_context::<Comparison>();
    view! {
        <ModalDialog label="Compare with another recording" is_open=comparison.is_dialog_open>
            {panes::comparison_form()}
        </ModalDialog>
    }
}
