//! One row of the table, as plain data.

use leptos::prelude::*;
use presentation::messages::{ColumnSet, MessageColumn, event_label, round_trip_label};
use session::model::format_count;
use session::protocols::Analysis;

use super::panel::Panel;
use super::row_text::{Lists, RowIcon, RowText, row_text};
use crate::store::{Completeness, RowTiming, local_clock};
use crate::ui::{VNode, grid_cell, grid_row};

/// The id of the element of the row that is shown in full.
pub(super) const SELECTED_ID: &str = "message-selected";

/// The row at a position of the table.
pub(super) fn row(
    panel: Panel,
    position: usize,
    selected: Option<usize>,
    timing: RowTiming,
) -> Option<VNode> {
    let (list, listed) = (panel.list.get(), panel.listed.get());
    let lists = Lists { list: &list, listed: &listed };
    let text = panel
        .with(|session, record, log| row_text(session, record, log, lists, position, local_clock()))
        .flatten()?;
    let text = if panel.credentials.are_shown.get() { text } else { text.masked() };
    let columns = panel.columns.get();
    let exchange = text
        .number
        .and_then(|number| {
            panel.with_analysis(|analysis, completeness| {
                Exchange::of(panel, analysis, completeness, number - 1)
            })
        })
        .unwrap_or_default();
    let is_shown = selected == Some(position);
    let is_selected = panel.is_selected(list.row(position)?, selected.and_then(|at| list.row(at)));
    let end = if text.number.is_none() { " messages-end" } else { "" };
    let class = format!("messages-row messages-kind-{}{end}", text.icon.kind);
    let row = grid_row(class, position, is_selected)
        .optional("id", is_shown.then_some(SELECTED_ID))
        .attribute("data-kind", text.icon.kind)
        .optional("data-msg", text.number.map(|number| number.to_string()))
        .optional("data-heartbeat", exchange.is_heartbeat.then_some(""))
        .optional("data-malformed", exchange.is_malformed.then_some(""))
        .optional("data-pair", exchange.partner.map(|partner| partner.saturating_add(1).to_string()))
        .optional("data-moment", timing.key())
        .optional("aria-current", timing.aria());
    Some(row.children(cells(columns, &text, &exchange)))
}

/// What the protocol says of a message.
#[derive(Default)]
struct Exchange {
    event: String,
    round_trip: String,
    is_heartbeat: bool,
    is_malformed: bool,
    partner: Option<u32>,
}

impl Exchange {
    fn of(panel: Panel, analysis: &Analysis, completeness: Completeness, index: u32) -> Self {
        let is_complete = completeness == Completeness::Complete;
        let round_trip = panel.with(|_, _, log| round_trip_label(analysis, log.columns, index, is_complete));
        Self {
            event: event_label(analysis, index),
            round_trip: round_trip.unwrap_or_default(),
            is_heartbeat: analysis.is_heartbeat(index),
            is_malformed: analysis.is_malformed(index),
            partner: analysis.partner(index),
        }
    }
}

fn cells(columns: ColumnSet, text: &RowText, exchange: &Exchange) -> Vec<VNode> {
    columns.iter().map(|column| cell(column, text, exchange)).collect()
}

fn cell(column: MessageColumn, text: &RowText, exchange: &Exchange) -> VNode {
    let key = column.key();
    let cell = grid_cell(class_of(column), key);
    match column {
        MessageColumn::Number => {
            cell.text(text.number.map(|number| format_count(u64::from(number))).unwrap_or_default())
        }
        MessageColumn::Direction => {
            let icon = VNode::new("span")
                .class(icon_class(text.icon))
                .attribute("role", "img")
                .attribute("aria-label", text.icon.label)
                .attribute("title", text.icon.label)
                .text(text.icon.glyph);
            cell.child(icon)
        }
        MessageColumn::Opcode => cell.text(text.opcode),
        MessageColumn::Event => {
            let name = text.event.as_ref().map_or(&exchange.event, |(name, _)| name);
            cell.filled("title", name.clone()).text(name.clone())
        }
        MessageColumn::Id => {
            let id = text.event.as_ref().map(|(_, id)| id.clone()).unwrap_or_default();
            cell.filled("title", id.clone()).text(id)
        }
        MessageColumn::Data => {
            data(cell.filled("title", text.data_title.clone()), text.data.clone(), text.remark)
        }
        MessageColumn::Length => cell
            .filled("title", text.length_title())
            .optional("data-bytes", text.bytes.map(|bytes| bytes.to_string()))
            .text(text.length.clone()),
        MessageColumn::Time => cell.filled("title", text.time_title.clone()).text(text.time.clone()),
        MessageColumn::Clock => cell.filled("title", text.time_title.clone()).text(text.clock.clone()),
        MessageColumn::Delta => cell.text(text.delta.clone()),
        MessageColumn::RoundTrip => cell.text(exchange.round_trip.clone()),
    }
}

fn class_of(column: MessageColumn) -> &'static str {
    match column {
        MessageColumn::Number => "messages-cell messages-number",
        MessageColumn::Direction => "messages-cell messages-direction",
        MessageColumn::Opcode => "messages-cell messages-opcode",
        MessageColumn::Event => "messages-cell messages-event",
        MessageColumn::Id => "messages-cell messages-id",
        MessageColumn::Data => "messages-cell messages-data",
        MessageColumn::Length => "messages-cell messages-length",
        MessageColumn::Time => "messages-cell messages-time",
        MessageColumn::Clock => "messages-cell messages-clock",
        MessageColumn::Delta => "messages-cell messages-delta",
        MessageColumn::RoundTrip => "messages-cell messages-rtt",
    }
}

fn data(cell: VNode, data: String, remark: &'static str) -> VNode {
    match (data.is_empty(), remark.is_empty()) {
        (_, true) => cell.text(data),
        (true, false) => cell.child(VNode::new("span").class("messages-word").text(remark)),
        (false, false) => {
            cell.child(VNode::new("span").class("messages-tag").text(remark)).text(" ").text(data)
        }
    }
}

/// The class of a row's icon.
pub(super) fn icon_class(icon: RowIcon) -> String {
    format!("messages-icon messages-icon-{}", icon.kind)
}
