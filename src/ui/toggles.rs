//! A row of toggles: all of a few groups, or some of them.

use leptos::prelude::*;
use presentation::toggles::{Group, GroupSet};
use web_sys::MouseEvent;

/// The toggles, each with the number of items in its group. A click shows one group alone; with
/// Ctrl, Shift or Cmd it adds or removes one.
#[component]
pub fn GroupToggles<G: Group + Send + Sync>(
    label: &'static str,
    class: &'static str,
    /// Which groups are on.
    #[prop(into)]
    set: Signal<GroupSet<G>>,
    /// Counts as text, in the order of the groups.
    #[prop(into)]
    counts: Signal<Vec<String>>,
    #[prop(into)] total: Signal<String>,
    on_change: impl Fn(GroupSet<G>) + Copy + 'static,
) -> impl IntoView {
    let toggle = move |(at, group): (usize, G)| {
        let is_on = Signal::derive(move || set.get().contains(group));
        let count = Signal::derive(move || counts.with(|counts| counts.get(at).cloned()).unwrap_or_default());
        let clicked = move |event: MouseEvent| {
            let adds = event.ctrl_key() || event.shift_key() || event.meta_key();
            on_change(if adds { set.get_untracked().toggled(group) } else { GroupSet::only(group) });
        };
        view! { <Toggle name=group.label() is_on=is_on count=count on_click=clicked /> }
    };
    view! {
        <div class=format!("ui-toggles {class}") role="group" aria-label=label>
            <Toggle
                name="All"
                is_on=Signal::derive(move || set.get().is_empty())
                count=total
                on_click=move |_| on_change(GroupSet::default())
            />
            {G::GROUPS.iter().copied().enumerate().map(toggle).collect_view()}
        </div>
    }
}

#[component]
fn Toggle(
    name: &'static str,
    is_on: Signal<bool>,
    count: Signal<String>,
    on_click: impl Fn(MouseEvent) + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ui-chip"
            aria-pressed=move || is_on.get().to_string()
            on:click=on_click
        >
            {name}
            " "
            <span class="ui-toggle-count">{count}</span>
        </button>
    }
}
