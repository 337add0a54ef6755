//! The pane below a table that shows the selected row in full.

use leptos::prelude::*;

use super::{Icon, IconName};

/// The region, named `label`. `share` is its part of the height that the table and it have, from 0
/// to 1.
#[component]
pub fn DetailPane(
    label: &'static str,
    #[prop(into)] share: Signal<f64>,
    children: Children,
) -> impl IntoView {
    view! {
        <section
            class="ui-detail"
            role="region"
            aria-label=label
            style:height=move || format!("{:.3}%", share.get() * 100.0)
        >
            {children()}
        </section>
    }
}

/// The first line of a [`DetailPane`]: the properties of the row, further buttons, and the button
/// that closes the pane. `noun` names the row in that button, as in `Close event`; `is_hidden` is
/// whether the filter hides the row.
#[component]
pub fn DetailHead(
    noun: &'static str,
    #[prop(optional)] class: &'static str,
    #[prop(into, optional)] is_hidden: Signal<bool>,
    #[prop(optional)] actions: Option<AnyView>,
    on_close: impl Fn() + 'static,
    children: Children,
) -> impl IntoView {
    view! {
        <div class=format!("ui-detail-head {class}")>
            <div class="ui-detail-properties">
                {children()}
                {move || is_hidden.get().then(|| view! { <span class="ui-detail-remark">"Hidden by the filter"</span> })}
            </div>
            {actions}
            <button
                type="button"
                class="ui-icon-button"
                aria-label=format!("Close {noun}")
                title=format!("Close {noun} (Esc)")
                on:click=move |_| on_close()
            >
                <Icon name=IconName::Close />
            </button>
        </div>
    }
}
