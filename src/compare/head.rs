//! What is compared with what, how far it is, and the filters.

use compare::PairState;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use presentation::view_state::{PairRows, ViewState};
use session::encodings::{visible_line, visible_url};
use session::model::{format_bytes, format_count, plural};

use super::labels::counts_label;
use super::panel::Panel;
use crate::payload::Alert;
use crate::store::{ComparisonStatus, FilterLanguage, LoadStatus, SessionStore, filter_error};
use crate::ui::FilterBox;

/// Most characters of a recording's name.
const MAX_NAME_CHARS: usize = 300;

/// The names of both recordings with the summary, and what can be done with the comparison.
#[component]
pub(super) fn Head(panel: Panel) -> impl IntoView {
    let comparison = panel.comparison();
    let summary = move || match comparison.status.get() {
        ComparisonStatus::Waiting => String::new(),
        ComparisonStatus::Running(_) => "Comparing…".to_owned(),
        ComparisonStatus::Complete => counts_label(panel.counts.get()),
    };
    let omitted = move || {
        let omitted = comparison.rows.with(|rows| rows.as_ref().map_or(0, |rows| rows.omitted_rows));
        (omitted > 0)
            .then(|| format!(" · {} not compared: there are too many", plural(omitted.into(), "row")))
    };
    view! {
        <div class="compare-bar">
            <div class="compare-summary" role="status" aria-label="Comparison summary">
                <span class="compare-recording">
                    "Base: " <bdi title=move || address_of(comparison.base)>{move || name_of(comparison.base)}</bdi>
                </span>
                <span class="compare-recording">
                    "Compared with: " <bdi title=move || address_of(comparison.other)>{move || name_of(comparison.other)}</bdi>
                </span>
                <span class="compare-counts">{summary} {omitted}</span>
            </div>
            <SwapButton panel=panel />
            <button type="button" class="ui-button" on:click=move |_| comparison.is_dialog_open.set(true)>
                "Change recording…"
            </button>
            <button type="button" class="ui-button" on:click=move |_| comparison.close()>
                "Close comparison"
            </button>
        </div>
        {move || (!comparison.is_linkable()).then(|| view! {
            <p class="compare-remark">
                "Files of this computer are compared: a link to this page cannot name them."
            </p>
        })}
    }
}

/// Exchanges both recordings, where addresses name both.
#[component]
fn SwapButton(panel: Panel) -> impl IntoView {
    let navigate = use_navigate();
    let view = panel.view();
    let swapped = move || {
        view.state.with(|state| {
            let (source, compared) = (state.source_url.clone()?, state.compared_url.clone()?);
            Some(ViewState {
                source_url: Some(compared),
                compared_url: Some(source),
                pair_state: state.pair_state.clone(),
                pair_filter: state.pair_filter.clone(),
                selected_pair: state
                    .selected_pair
                    .map(|PairRows { base, other }| PairRows { base: other, other: base }),
                ..ViewState::default()
            })
        })
    };
    let is_possible = Memo::new(move |_| swapped().is_some());
    let swap = move |_| {
        if let Some(state) = untrack(swapped) {
            navigate(&format!("/session?{}", state.to_query()), NavigateOptions::default());
        }
    };
    view! {
        <button
            type="button"
            class="ui-button"
            disabled=move || !is_possible.get()
            title=move || if is_possible.get() { "Make the other recording the base" } else { "Only recordings that were opened by a URL can be swapped" }
            on:click=swap
        >
            "Swap recordings"
        </button>
    }
}

/// The name of a recording: its title, and its file.
fn name_of(session: SessionStore) -> String {
    let _ = session.generation();
    let file = session.origin().map(|origin| origin.name()).unwrap_or_default();
    let title = session.with(|session| {
        let of_page = || session.pages.iter().find_map(|page| page.title.clone());
        session.title.clone().or_else(of_page)
    });
    let title = title.filter(|title| !title.trim().is_empty() && *title != file);
    let name = title.map_or_else(|| file.clone(), |title| format!("{title} ({file})"));
    visible_line(&name, MAX_NAME_CHARS).into_owned()
}

/// Where a recording is: two of them may have the same name.
fn address_of(session: SessionStore) -> String {
    let _ = session.generation();
    let address = session.origin().map(|origin| origin.web_url().unwrap_or_else(|| origin.name()));
    visible_url(&address.unwrap_or_default(), MAX_NAME_CHARS).into_owned()
}

/// How far the second recording and the comparison are, and what stopped them.
#[component]
pub(super) fn Progress(panel: Panel) -> impl IntoView {
    let comparison = panel.comparison();
    let other = comparison.other;
    let retry = Callback::new(move |()| other.reload());
    let progress = Memo::new(move |_| {
        let status = comparison.status.get();
        if other.is_loading() {
            let progress = other.progress.get();
            let part =
                progress.total.filter(|total| *total > 0).map(|total| progress.bytes as f64 / total as f64);
            let label = format!(
                "Loading the second recording · {} · {}",
                format_bytes(progress.bytes),
                plural(progress.rows as u64, "row")
            );
            Some(("Loading second recording", label, part))
        } else if let ComparisonStatus::Running(part) = status {
            Some(("Comparing", "Comparing headers and bodies…".to_owned(), Some(part)))
        } else {
            None
        }
    });
    let bar = move || {
        let (name, label, part) = progress.get()?;
        let percent = part.map(|part| (part * 100.0).min(100.0));
        Some(view! {
            <div class="compare-progress">
                <div
                    class="ui-progress"
                    class:ui-progress-unknown=percent.is_none()
                    role="progressbar"
                    aria-label=name
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=percent.map(|percent| format!("{percent:.0}"))
                    aria-valuetext=label.clone()
                >
                    <div class="ui-progress-bar" style:width=percent.map(|percent| format!("{percent}%"))></div>
                </div>
                <span>{label}</span>
                {move || other.is_loading().then(|| view! {
                    <button type="button" class="ui-button" on:click=move |_| other.cancel_load()>"Cancel"</button>
                })}
            </div>
        })
    };
    let failure = move || match other.status.get() {
        LoadStatus::Failed(error) => {
            let on_retry = error.can_retry().then_some(retry);
            let what = format!("The second recording could not be read: {}", error.what());
            Some(
                view! { <Alert what=what remedy=error.remedy() place=error.place on_retry=on_retry /> }
                    .into_any(),
            )
        }
        LoadStatus::Canceled => Some(
            view! {
                <Alert
                    what="Loading the second recording was canceled".to_owned()
                    is_error=false
                    remedy="Comparing what was loaded before.".to_owned()
                    on_retry=Some(retry)
                />
            }
            .into_any(),
        ),
        LoadStatus::Idle | LoadStatus::Loading | LoadStatus::Ready => None,
    };
    view! {
        {bar}
        {failure}
    }
}

/// The filter's text and the toggles of states.
#[component]
pub(super) fn Filters(panel: Panel) -> impl IntoView {
    let view = panel.view();
    let filter = Memo::new(move |_| view.state.with(|state| state.pair_filter.clone()));
    let toggle = move |state: Option<PairState>| {
        let count = move || {
            let counts = panel.counts.get();
            format_count(state.map_or(counts.total(), |state| counts.of(state)).into())
        };
        let is_on = move || panel.state.get() == state;
        view! {
            <button
                type="button"
                class="ui-chip"
                aria-pressed=move || is_on().to_string()
                on:click=move |_| view.state.update(|view| view.pair_state = state.map(|state| state.key().to_owned()))
            >
                {state.map_or("All", PairState::label)}
                " "
                <span class="ui-toggle-count">{count}</span>
            </button>
        }
    };
    let states = std::iter::once(None).chain(PairState::ALL.into_iter().map(Some));
    view! {
        <div class="ui-tool-filters">
            <FilterBox
                label="Filter comparison"
                placeholder="Filter by URL, method, status or what changed"
                value=filter
                error=filter_error(FilterLanguage::Rows, move || filter.get())
                on_input=move |text| view.state.update(|state| state.pair_filter = text)
            />
            <div class="ui-toggles compare-states" role="group" aria-label="States">
                {states.map(toggle).collect_view()}
            </div>
        </div>
    }
}
