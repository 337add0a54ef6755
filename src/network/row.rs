//! One row of the table, as plain data.

use std::sync::Arc;

use presentation::connection::chain_label;
use presentation::labels::phase_key;
use presentation::network::{
    Activity, Bar, Cell, Column, ColumnList, Outside, PhaseBar, Scale, Stripe, StripeKind, cell, name_cell,
    row_state,
};
use presentation::time::Clock;
use session::model::{Record, Session, format_count, plural};

use crate::store::RowTiming;
use crate::ui::{IconName, VNode, grid_cell, grid_row};

/// What a row needs to know besides its record.
#[derive(Clone, Debug)]
pub struct RowContext {
    /// Its position in the table, from 0.
    pub position: usize,
    /// The number of the selected row.
    pub selected: Option<u32>,
    pub scale: Option<Scale>,
    pub clock: Clock,
    pub timing: RowTiming,
    /// Of a socket that was reopened: its position in the chain, from 1, and the number of sockets
    /// in it.
    pub chain: Option<(usize, usize)>,
    /// Density and silences of a socket's messages, where they are at hand.
    pub activity: Option<Arc<Activity>>,
    /// Of a socket whose messages were searched: how many match.
    pub hits: Option<u64>,
    pub columns: Arc<ColumnList>,
    /// The cells of columns that show details.
    pub details: Vec<(Column, Cell)>,
}

pub fn row(session: &Session, record: &Record, context: &RowContext) -> VNode {
    let is_selected = context.selected == Some(record.number);
    let is_socket = record.socket().is_some();
    let state = row_state(record).key();
    grid_row(format!("network-row network-state-{state}"), context.position, is_selected)
        .attribute("id", format!("request-{}", record.number))
        .attribute("data-row", record.number.to_string())
        .attribute("data-kind", if is_socket { "socket" } else { "http" })
        .attribute("data-state", state)
        .optional("data-hits", context.hits.map(|hits| hits.to_string()))
        .optional("data-moment", context.timing.key())
        .optional("aria-current", context.timing.aria())
        .children(context.columns.iter().map(|shown| column_cell(session, record, shown.column, context)))
}

fn column_cell(session: &Session, record: &Record, column: Column, context: &RowContext) -> VNode {
    match column {
        Column::Name => name(record, context),
        Column::Waterfall => waterfall(session, record, context),
        _ => {
            let known = context.details.iter().find(|(known, _)| *known == column);
            let cell =
                known.map_or_else(|| cell(session, record, column, &context.clock), |(_, cell)| cell.clone());
            let number = if column.numeric() { " ui-number" } else { "" };
            grid_cell(format!("network-cell {}{number}", column_class(column)), column.key())
                .filled("title", cell.title)
                .text(cell.text)
        }
    }
}

/// The class of a column's cells.
pub fn column_class(column: Column) -> String {
    match column {
        Column::Header(_) => "network-header".to_owned(),
        column => format!("network-{}", column.key()),
    }
}

fn name(record: &Record, context: &RowContext) -> VNode {
    let name = name_cell(record);
    let cell = grid_cell("network-cell network-name", "name").filled("title", name.title);
    let cell = cell.children(record.socket().map(|_| IconName::Socket.node()));
    // Before the name, which may be cut off.
    let cell = cell.children(context.chain.map(chain_mark));
    let cell = cell.children(context.hits.filter(|hits| *hits > 0).map(hits_mark));
    let dot = if name.host.is_empty() || name.note.is_empty() { "" } else { " · " };
    let note = (!name.note.is_empty()).then(|| format!("{dot}{}", name.note));
    let note = note.map(|note| VNode::new("span").class("network-note").text(note));
    cell.child(VNode::new("span").class("network-segment").text(name.segment))
        .text(" ")
        .child(VNode::new("span").class("network-host").text(name.host))
        .children(note)
}

fn chain_mark((position, count): (usize, usize)) -> VNode {
    let label = chain_label(position, count);
    VNode::new("span")
        .class("network-chain")
        .attribute("role", "img")
        .attribute("aria-label", label.clone())
        .attribute("title", label)
        .text(format!("↻ {position}/{count}"))
}

fn hits_mark(hits: u64) -> VNode {
    let label = format!("{} found by the search", plural(hits, "message"));
    VNode::new("span")
        .class("network-hits")
        .attribute("role", "img")
        .attribute("aria-label", label.clone())
        .attribute("title", label)
        .text(format_count(hits))
}

fn waterfall(session: &Session, record: &Record, context: &RowContext) -> VNode {
    let scaled = context.scale.as_ref().and_then(|scale| scale.bar(session, record));
    let cell = cell(session, record, Column::Waterfall, &context.clock);
    let stripes = context.activity.as_ref().zip(context.scale.as_ref());
    let stripes = stripes.map(|(activity, scale)| activity.stripes(scale, session, record));
    let activity = stripes.and_then(|stripes| activity_stripes(&stripes));
    let silences = context.activity.as_ref().map_or(0, |activity| activity.silences());
    let title = match silences {
        0 => cell.title,
        count => {
            format!("{}\n{} longer than three heartbeat periods", cell.title, plural(count as u64, "silence"))
        }
    };
    let lane = VNode::new("div").class("network-lane");
    grid_cell("network-cell network-waterfall", "waterfall")
        .filled("title", title)
        .child(lane.children(scaled.map(|scaled| bar(&scaled, record.socket().is_some(), activity))))
}

/// Density and silences as stripes of one background, silences above.
fn activity_stripes(stripes: &[Stripe]) -> Option<String> {
    let layer = |is_silence: bool| {
        let chosen = stripes.iter().filter(move |stripe| (stripe.kind == StripeKind::Silence) == is_silence);
        let stripe = |stripe: &Stripe| {
            let (from, to) = (stripe.left, stripe.left + stripe.width);
            let color = match stripe.kind {
                StripeKind::Density(level) => format!("var(--density-{level})"),
                StripeKind::Silence => "var(--silence)".to_owned(),
            };
            format!("#0000 {from:.2}%,{color} {from:.2}% {to:.2}%,#0000 {to:.2}%")
        };
        let stops: Vec<String> = chosen.map(stripe).collect();
        (!stops.is_empty()).then(|| format!("linear-gradient(90deg,{})", stops.join(",")))
    };
    let layers: Vec<String> = [true, false].into_iter().filter_map(layer).collect();
    (!layers.is_empty()).then(|| layers.join(","))
}

/// The phases as stripes of one background: an element for each would be a third of all that is
/// drawn while rows scroll by. Each is drawn over those before it, because TLS is part of the
/// connect phase.
fn phases(bar: &Bar) -> Option<String> {
    let stripe = |phase: &PhaseBar| {
        let (key, from, to) = (phase_key(phase.phase), phase.left, phase.left + phase.width);
        format!("linear-gradient(90deg,#0000 {from:.2}%,var(--ph-{key}) {from:.2}% {to:.2}%,#0000 {to:.2}%)")
    };
    let stripes: Vec<String> = bar.phases.iter().rev().map(stripe).collect();
    (!stripes.is_empty()).then(|| stripes.join(","))
}

pub(super) fn bar(bar: &Bar, is_socket: bool, activity: Option<String>) -> VNode {
    let kind = if is_socket { " network-bar-socket" } else { "" };
    let open = if bar.open_ended { " network-bar-open" } else { "" };
    let plain = if bar.phases.is_empty() { " network-bar-plain" } else { "" };
    let handshake = |share: f64| {
        let width = format!("{:.3}%", share * 100.0);
        VNode::new("span").class("network-handshake").style("width", Some(width))
    };
    let outside = match bar.outside {
        None => "",
        Some(Outside::Before) => " network-bar-outside network-bar-before",
        Some(Outside::After) => " network-bar-outside network-bar-after",
    };
    VNode::new("div")
        .class(format!("network-bar{kind}{open}{plain}{outside}"))
        .attribute("data-start", bar.start_ms.to_string())
        .optional("data-end", bar.end_ms.map(|end| end.to_string()))
        .style("left", Some(format!("{:.4}%", bar.left)))
        .style("width", Some(format!("{:.4}%", bar.width)))
        .style("--solid", bar.open_ended.then(|| format!("{:.2}%", bar.solid * 100.0)))
        .style("background-image", phases(bar).or(activity))
        .children(bar.handshake.map(handshake))
}
