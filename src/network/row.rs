//! One row of the table, as plain elements: nothing in it waits for signals.

use leptos::prelude::*;
use session::model::{Record, Session};
use session::view::{Bar, Clock, Column, PhaseBar, Scale, cell, name_cell, state};

use crate::store::Moment;
use crate::ui::{Icon, IconName};

/// What a row needs to know besides its record.
#[derive(Clone, Copy, Debug)]
pub struct RowContext {
    /// Its place in the table, from 0.
    pub place: usize,
    /// The number of the selected row.
    pub selected: Option<u32>,
    pub scale: Option<Scale>,
    pub clock: Clock,
    pub moment: Moment,
}

pub fn row_view(session: &Session, record: &Record, context: RowContext) -> AnyView {
    let is_selected = context.selected == Some(record.number);
    let is_socket = record.socket().is_some();
    let state = state(record).key();
    view! {
        <div
            class=format!("network-row network-state-{state}")
            role="row"
            id=format!("request-{}", record.number)
            aria-rowindex=(context.place + 2).to_string()
            aria-selected=is_selected.to_string()
            data-row=record.number.to_string()
            data-kind=if is_socket { "socket" } else { "http" }
            data-state=state
            data-moment=context.moment.key()
            aria-current=context.moment.aria()
        >
            {Column::ALL.into_iter().map(|column| cell_view(session, record, column, context)).collect_view()}
        </div>
    }
    .into_any()
}

fn cell_view(session: &Session, record: &Record, column: Column, context: RowContext) -> AnyView {
    match column {
        Column::Name => name_view(record),
        Column::Waterfall => waterfall_view(session, record, context),
        _ => {
            let cell = cell(session, record, column, &context.clock);
            let number = if column.numeric() { " ui-number" } else { "" };
            view! {
                <div
                    role="gridcell"
                    class=format!("network-cell network-{}{number}", column.key())
                    data-col=column.key()
                    title=cell.title
                >
                    {cell.text}
                </div>
            }
            .into_any()
        }
    }
}

fn name_view(record: &Record) -> AnyView {
    let name = name_cell(record);
    let is_socket = record.socket().is_some();
    view! {
        <div role="gridcell" class="network-cell network-name" data-col="name" title=name.title>
            {is_socket.then(|| view! { <Icon name=IconName::Socket /> })}
            <span class="network-segment">{name.segment}</span>
            " "
            <span class="network-host">
                {[name.host, name.note].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")}
            </span>
        </div>
    }
    .into_any()
}

fn waterfall_view(session: &Session, record: &Record, context: RowContext) -> AnyView {
    let bar = context.scale.and_then(|scale| scale.bar(session, record));
    let cell = cell(session, record, Column::Waterfall, &context.clock);
    view! {
        <div role="gridcell" class="network-cell network-waterfall" data-col="waterfall" title=cell.title>
            <div class="network-lane">{bar.map(|bar| bar_view(&bar, record.socket().is_some()))}</div>
        </div>
    }
    .into_any()
}

/// The phases as stripes of one background: an element for each would be a third of all that is drawn while rows scroll
/// by. Each is laid over those before it, because TLS lies within the connect.
fn phases(bar: &Bar) -> Option<String> {
    let stripe = |phase: &PhaseBar| {
        let (key, from, to) = (phase.phase.key(), phase.left, phase.left + phase.width);
        format!("linear-gradient(90deg,#0000 {from:.2}%,var(--ph-{key}) {from:.2}% {to:.2}%,#0000 {to:.2}%)")
    };
    let stripes: Vec<String> = bar.phases.iter().rev().map(stripe).collect();
    (!stripes.is_empty()).then(|| stripes.join(","))
}

fn bar_view(bar: &Bar, is_socket: bool) -> AnyView {
    let kind = match (is_socket, bar.open_ended) {
        (true, true) => "network-bar network-bar-socket network-bar-open",
        (true, false) => "network-bar network-bar-socket",
        (false, true) => "network-bar network-bar-open",
        (false, false) => "network-bar",
    };
    view! {
        <div
            class=kind
            class:network-bar-plain=bar.phases.is_empty()
            data-start=bar.start_ms.to_string()
            data-end=bar.end_ms.map(|end| end.to_string())
            style:left=format!("{:.4}%", bar.left)
            style:width=format!("{:.4}%", bar.width)
            style:--solid=bar.open_ended.then(|| format!("{:.2}%", bar.solid * 100.0))
            style:background-image=phases(bar)
        >
            {bar
                .handshake
                .map(|share| {
                    view! { <span class="network-handshake" style:width=format!("{:.3}%", share * 100.0)></span> }
                })}
        </div>
    }
    .into_any()
}
