//! The filter's text and the toggles of levels.

use leptos::prelude::*;
use session::model::format_count;
use session::view::{LevelGroup, LevelSet, level_counts};
use web_sys::MouseEvent;

use crate::store::Store;
use crate::ui::FilterBox;

#[component]
pub(super) fn Filters() -> impl IntoView {
    let store = Store::expect();
    let words = Memo::new(move |_| store.address.with(|address| address.cq.clone()));
    let levels = Memo::new(move |_| store.address.with(|address| address.level));
    let counts = Memo::new(move |_| store.with(level_counts));
    let total = Memo::new(move |_| counts.get().iter().sum::<u32>());
    let button = move |(at, group): (usize, LevelGroup)| {
        view! {
            <LevelButton
                name=group.label()
                is_on=Signal::derive(move || levels.get().contains(group))
                count=Signal::derive(move || counts.get().get(at).copied().unwrap_or(0))
                on_click=move |event: MouseEvent| {
                    let adds = event.ctrl_key() || event.shift_key() || event.meta_key();
                    let levels = levels.get_untracked();
                    set_levels(store, if adds { levels.toggled(group) } else { LevelSet::only(group) });
                }
            />
        }
    };
    view! {
        <div class="console-filters">
            <FilterBox
                label="Filter console"
                placeholder="Filter by what was written, or where"
                value=words
                on_input=move |text| store.address.update(|address| address.cq = text)
            />
            <div class="console-levels" role="group" aria-label="Console levels">
                <LevelButton
                    name="All"
                    is_on=Signal::derive(move || levels.get().is_empty())
                    count=total
                    on_click=move |_| set_levels(store, LevelSet::default())
                />
                {LevelGroup::ALL.into_iter().enumerate().map(button).collect_view()}
            </div>
        </div>
    }
}

fn set_levels(store: Store, levels: LevelSet) {
    store.address.update(|address| address.level = levels);
}

#[component]
fn LevelButton(
    name: &'static str,
    #[prop(into)] is_on: Signal<bool>,
    #[prop(into)] count: Signal<u32>,
    on_click: impl Fn(MouseEvent) + 'static,
) -> impl IntoView {
    view! {
        <button type="button" class="ui-chip" aria-pressed=move || is_on.get().to_string() on:click=on_click>
            {name}
            " "
            <span class="console-level-count">{move || format_count(count.get().into())}</span>
        </button>
    }
}
