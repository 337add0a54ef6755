//! The button that shows and hides the credentials in all messages.

use leptos::prelude::*;
use session::model::TypeGroup;

use crate::store::{Credentials, SessionStore};
use crate::ui::{Icon, IconName};

#[component]
pub fn CredentialsButton() -> impl IntoView {
    let are_shown = expect_context::<Credentials>().are_shown;
    let row_counts = expect_context::<SessionStore>().row_counts();
    let has_sockets = Memo::new(move |_| row_counts.get().types[TypeGroup::Ws as usize] > 0);
    view! {
        <Show when=move || has_sockets.get()>
            <button
                type="button"
                class="ui-icon-button"
                aria-label="Show all credentials"
                title="Show all credentials: passwords and tokens in sockets are hidden until you ask for them"
                aria-pressed=move || are_shown.get().to_string()
                on:click=move |_| are_shown.update(|are_shown| *are_shown = !*are_shown)
            >
                <Icon name=IconName::Eye />
            </button>
        </Show>
    }
}
