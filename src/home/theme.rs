//! The button that switches between the system's theme, light and dark.

use leptos::prelude::*;

use crate::store::{Preferences, Theme};
use crate::ui::{Icon, IconName};

#[component]
pub fn ThemeButton() -> impl IntoView {
    let theme = expect_context::<Preferences>().theme;
    let label = move || format!("Theme: {}", theme.get().label());
    view! {
        <button
            type="button"
            class="ui-icon-button"
            aria-label=label
            title=label
            on:click=move |_| theme.update(|theme| *theme = theme.next())
        >
            {move || {
                let name = match theme.get() {
                    Theme::System => IconName::System,
                    Theme::Light => IconName::Sun,
                    Theme::Dark => IconName::Moon,
                };
                view! { <Icon name=name /> }
            }}
        </button>
    }
}
