//! The Compare tab: what differs between the open session and another one, and the form that chooses
//! the other one.

mod difference;
mod form;
mod head;
mod labels;
mod messages;
mod panel;
mod run;
mod table;
mod tables;

pub use form::ComparisonForm;
use leptos::prelude::*;
use presentation::pane_shares::Pane;

use crate::payload::CredentialMask;
use crate::store::{Credentials, PaneSizes};
use crate::ui::{Axis, Splitter};

use difference::DifferenceRegion;
use head::{Filters, Head, Progress};
use panel::Panel;
use table::PairTable;

/// The tab.
#[component]
pub fn CompareTab() -> impl IntoView {
    let panel = Panel::new();
    let size = expect_context::<PaneSizes>().of(Pane::Entry);
    provide_context(CredentialMask::new(expect_context::<Credentials>().are_shown));
    run::compare_when_loaded(panel.comparison());
    let is_open = Memo::new(move |_| panel.selected.get().is_some());
    view! {
        <div class="ui-tool compare" on:keydown=move |event| panel.on_key(&event)>
            <Head panel=panel />
            <Progress panel=panel />
            <Filters panel=panel />
            <div class="ui-tool-panes compare-panes">
                <PairTable panel=panel />
                <Show when=move || is_open.get()>
                    <Splitter label="Height of the difference" axis=Axis::Vertical share=size.share range=Pane::Entry.range() on_change=size.set />
                    <DifferenceRegion panel=panel />
                </Show>
            </div>
        </div>
    }
}
