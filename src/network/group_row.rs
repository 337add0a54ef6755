//! The header of a group, as plain data: its name, and its sums below the columns.

use std::sync::Arc;

use presentation::network::{Cell, Column, ColumnList, Group, Scale};
use presentation::time::Clock;
use session::model::{Session, format_count};

use super::row::{bar, column_class};
use crate::ui::{VNode, grid_cell, grid_row};

/// What the header of a group is drawn from besides the group.
pub(super) struct GroupContext {
    /// Its position in the table, from 0.
    pub(super) position: usize,
    /// The number of the group, from 0.
    pub(super) number: u32,
    /// Whether it is the current row for the keyboard.
    pub(super) is_current: bool,
    pub(super) scale: Option<Scale>,
    pub(super) clock: Clock,
    pub(super) columns: Arc<ColumnList>,
}

/// The id of the header of the group of that number.
pub(super) fn id(number: u32) -> String {
    format!("request-group-{number}")
}

pub(super) fn row(session: &Session, group: &Group, is_collapsed: bool, context: &GroupContext) -> VNode {
    let current = if context.is_current { " network-group-current" } else { "" };
    let labeled = context.columns.group_label_columns();
    let cells = context.columns.iter().enumerate().filter_map(|(nth, shown)| match shown.column {
        _ if nth == labeled.start => Some(label(group, is_collapsed)),
        _ if labeled.contains(&nth) => None,
        Column::Waterfall => Some(waterfall(group, context.scale.as_ref())),
        column => Some(sum_cell(session, group, column, context.clock)),
    });
    grid_row(format!("network-row network-group{current}"), context.position, false)
        .attribute("id", id(context.number))
        .attribute("aria-label", group.label.clone())
        .attribute("data-group", group.key.clone())
        .children(cells)
}

/// The name of the group, how many requests it has and how many of them failed.
fn label(group: &Group, is_collapsed: bool) -> VNode {
    let sums = &group.sums;
    let part = |class: &'static str, text: String| VNode::new("span").class(class).text(text);
    let marker = VNode::new("span")
        .class("network-group-marker")
        .attribute("aria-hidden", "true")
        .text(if is_collapsed { "▸" } else { "▾" });
    let unit =
        part("network-group-unit", if sums.requests() == 1 { " request" } else { " requests" }.to_owned());
    // Rows expand in a treegrid only, cells in any grid.
    grid_cell("network-cell network-group-label", "name")
        .attribute("aria-expanded", if is_collapsed { "false" } else { "true" })
        .filled("title", format!("{}\n{}", group.title, sums.requests_label()))
        .child(marker)
        .child(part("network-group-name", group.label.clone()))
        .child(part("network-group-count", format_count(sums.requests().into())).child(unit))
        .children(sums.errors_label().map(|errors| part("network-group-errors", errors)))
        .children(sums.total_latency_label().map(|total| part("network-group-total", total)))
}

/// The sum in a column; empty where a column has none.
fn sum_cell(session: &Session, group: &Group, column: Column, clock: Clock) -> VNode {
    let Cell { text, title } = match column {
        Column::Start => group.sums.start_cell(session, clock),
        Column::End => group.sums.end_cell(session, clock),
        Column::Latency => group.sums.latency_cell(),
        Column::Size => group.sums.size_cell(),
        _ => Cell::default(),
    };
    let number = if column.numeric() { " ui-number" } else { "" };
    grid_cell(format!("network-cell {}{number}", column_class(column)), column.key())
        .filled("title", title)
        .text(text)
}

/// The bar from the first start to the last end.
fn waterfall(group: &Group, scale: Option<&Scale>) -> VNode {
    let scaled = scale.zip(group.sums.extent()).map(|(scale, extent)| scale.bar_of(extent));
    let lane = VNode::new("div").class("network-lane");
    grid_cell("network-cell network-waterfall", "waterfall")
        .child(lane.children(scaled.map(|scaled| bar(&scaled, false, None))))
}
