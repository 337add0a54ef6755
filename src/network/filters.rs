//! The filter's text and the toggles of resource types.

use leptos::prelude::*;
use session::model::{TypeGroup, format_count};
use session::view::TypeSet;
use web_sys::MouseEvent;

use crate::store::Store;
use crate::ui::FilterBox;

#[component]
pub fn Filters() -> impl IntoView {
    let store = Store::expect();
    let q = Memo::new(move |_| store.address.with(|address| address.q.clone()));
    let types = Memo::new(move |_| store.address.with(|address| address.types));
    let counts = Memo::new(move |_| store.with(session::view::type_counts));
    let total = Memo::new(move |_| store.with(session::view::total));
    view! {
        <div class="network-filters">
            <FilterBox
                label="Filter requests"
                placeholder="Filter by URL, method, type, status"
                value=q
                on_input=move |text| store.address.update(|address| address.q = text)
            />
            <div class="network-types" role="group" aria-label="Resource types">
                <TypeButton
                    name="All"
                    is_on=Signal::derive(move || types.get().is_empty())
                    count=total
                    on_click=move |_| set_types(store, TypeSet::default())
                />
                {TypeGroup::ALL
                    .into_iter()
                    .enumerate()
                    .map(|(at, group)| {
                        view! {
                            <TypeButton
                                name=group.label()
                                is_on=Signal::derive(move || types.get().contains(group))
                                count=Signal::derive(move || counts.get().get(at).copied().unwrap_or(0))
                                on_click=move |event: MouseEvent| {
                                    let adds = event.ctrl_key() || event.shift_key() || event.meta_key();
                                    let types = types.get_untracked();
                                    set_types(store, if adds { types.toggled(group) } else { TypeSet::only(group) });
                                }
                            />
                        }
                    })
                    .collect_view()}
            </div>
        </div>
    }
}

fn set_types(store: Store, types: TypeSet) {
    store.address.update(|address| address.types = types);
}

#[component]
fn TypeButton(
    name: &'static str,
    #[prop(into)] is_on: Signal<bool>,
    #[prop(into)] count: Signal<u32>,
    on_click: impl Fn(MouseEvent) + 'static,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="ui-chip"
            class:network-type-none=move || count.get() == 0
            aria-pressed=move || is_on.get().to_string()
            on:click=on_click
        >
            {name}
            " "
            <span class="network-type-count">{move || format_count(count.get().into())}</span>
        </button>
    }
}
