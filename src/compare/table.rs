//! The table of pairs.

use compare::{Amounts, PairLine, PairState, pair_line};
use leptos::prelude::*;

use super::panel::Panel;
use crate::payload::EmptyState;
use crate::store::{ComparisonStatus, LoadStatus};
use crate::ui::{Grid, GridKey, IconName, VNode, grid_cell, grid_header, grid_row};

/// Height of a row in px, as in the style sheet.
const ROW_HEIGHT: f64 = 24.0;

const COLUMNS: [(&str, &str); 7] = [
    ("state", "State"),
    ("method", "Method"),
    ("name", "Name"),
    ("status", "Status"),
    ("latency", "Latency"),
    ("size", "Size"),
    ("changes", "What changed"),
];

#[component]
pub(super) fn PairTable(panel: Panel) -> impl IntoView {
    let selected = Memo::new(move |_| panel.selected_position());
    view! {
        <Grid
            label="Comparison"
            class="ui-list-grid"
            row_height=ROW_HEIGHT
            rows=Signal::derive(move || panel.listed.with(|listed| listed.len()))
            selected=selected
            header=grid_header("compare", &COLUMNS)
            row=move |position| row(panel, position)
            empty=move || empty(panel)
            on_click=move |position, _| panel.select(position)
            on_key=move |key| match key {
                GridKey::Move(position) => panel.select(position),
                GridKey::Open => {}
            }
            active_id=Signal::derive(move || {
                selected.get()?;
                panel.selected.get().map(row_id)
            })
        />
    }
}

fn row_id(index: u32) -> String {
    format!("pair-{}", u64::from(index) + 1)
}

fn row(panel: Panel, position: usize) -> Option<VNode> {
    let index = panel.listed.with(|listed| listed.get(position).copied())?;
    let is_selected = panel.selected.get() == Some(index);
    let line = panel.with_pair(index, pair_line)??;
    let state = line.state.key();
    let row = grid_row(format!("ui-list-row compare-row compare-{state}"), position, is_selected)
        .attribute("id", row_id(index))
        .attribute("data-state", state)
        .attribute("data-kind", if line.is_socket { "socket" } else { "http" })
        .optional("data-row", line.base_row.map(|row| row.to_string()))
        .optional("data-other-row", line.other_row.map(|row| row.to_string()));
    let PairLine { state, status, latency, size, changes, .. } = &line;
    Some(
        row.children([
            cell("state")
                .child(
                    VNode::new("span")
                        .class("compare-sign")
                        .attribute("aria-hidden", "true")
                        .text(sign(*state)),
                )
                .text(line.state_label),
            cell("method").text(line.method.clone()),
            name(&line),
            amounts("status", status),
            amounts("latency", latency),
            amounts("size", size),
            cell("changes").filled("title", changes.clone()).text(changes.clone()),
        ]),
    )
}

fn cell(column: &'static str) -> VNode {
    grid_cell(format!("ui-list-cell compare-{column}"), column)
}

fn name(line: &PairLine) -> VNode {
    cell("name")
        .filled("title", line.title.clone())
        .children(line.is_socket.then(|| IconName::Socket.node()))
        .child(VNode::new("span").text(line.name.clone()))
        .text(" ")
        .child(VNode::new("span").class("compare-host").text(line.host.clone()))
}

/// `200 → 503`; one value where both are the same, or where one row does not exist.
fn amounts(column: &'static str, amounts: &Amounts) -> VNode {
    let Amounts { base, other, difference } = amounts;
    let cell = cell(column);
    if base == other || other.is_empty() || base.is_empty() {
        return cell.text(if base.is_empty() { other.clone() } else { base.clone() });
    }
    let title =
        if difference.is_empty() { String::new() } else { format!("{base} → {other} ({difference})") };
    let cell = cell.filled("title", title).text(format!("{base} → {other}"));
    if difference.is_empty() {
        return cell;
    }
    cell.text(" ").child(VNode::new("span").class("compare-more").text(difference.clone()))
}

/// The sign before a state.
fn sign(state: PairState) -> &'static str {
    match state {
        PairState::Same => "=",
        PairState::Changed => "~",
        PairState::Missing => "-",
        PairState::Added => "+",
    }
}

/// What is shown in the table's body where no pair is listed.
fn empty(panel: Panel) -> AnyView {
    if panel.listed.with(|listed| !listed.is_empty()) {
        return ().into_any();
    }
    let comparison = panel.comparison();
    if panel.counts.get().total() == 0 {
        let sentence = match (comparison.status.get(), comparison.other.status.get()) {
            (ComparisonStatus::Complete, _) => "Neither recording has requests or sockets",
            (ComparisonStatus::Waiting, LoadStatus::Failed(_)) => "There is nothing to compare with",
            _ => "Both recordings are compared once they are loaded",
        };
        return view! { <EmptyState text=sentence /> }.into_any();
    }
    view! {
        <EmptyState text="No row matches the filter">
            <button type="button" class="ui-button" on:click=move |_| panel.clear_filter()>
                "Clear filter"
            </button>
        </EmptyState>
    }
    .into_any()
}
