//! Tables of what differs: a value of the base beside the one of the other recording.

use compare::{BodyDifference, Difference, HeaderChange, HeaderDifference, Reason, ValueDifference};
use leptos::prelude::*;
use session::encodings::{Changes, visible_line, visible_url};
use session::model::{Header, format_count, plural};
use session::redact::{MASK, Redactor};

use super::labels::{body_label, not_compared_label};
use crate::payload::hides_credentials;
use crate::ui::CopyButton;

/// Most characters of a value, and of a name.
const MAX_VALUE_CHARS: usize = 1000;
const MAX_NAME_CHARS: usize = 200;
/// Most rows of a table.
const MAX_TABLE_ROWS: usize = 200;

/// A row of a table.
struct TableRow {
    name: String,
    base: Option<String>,
    other: Option<String>,
    /// Shown in place of the values while credentials are hidden.
    hidden: Option<(Option<String>, Option<String>)>,
    is_changed: bool,
}

/// A part of the region, with a remark after its title.
pub(super) fn section(title: &'static str, remark: String, content: AnyView) -> AnyView {
    view! {
        <section class="compare-section" aria-label=title>
            <h3>{title} {(!remark.is_empty()).then(|| view! { <span class="compare-section-remark">{remark}</span> })}</h3>
            {content}
        </section>
    }
    .into_any()
}

/// The values of both rows.
pub(super) fn value_table(values: Vec<ValueDifference>, is_socket: bool) -> AnyView {
    let mut redactor = Redactor::new(true);
    let row = |value: ValueDifference| {
        let is_url = value.label == "URL";
        let mut hidden = |text: &str| {
            if is_url { redactor.url(text).into_owned() } else { redactor.text(text).into_owned() }
        };
        let masked = (hidden(&value.base), hidden(&value.other));
        // As in the details, only those of sockets are hidden.
        let hidden = is_socket.then_some((Some(masked.0), Some(masked.1)));
        let shown =
            |text: String| if is_url { visible_url(&text, MAX_VALUE_CHARS).into_owned() } else { text };
        TableRow {
            name: value.label.to_owned(),
            base: Some(shown(value.base)),
            other: Some(shown(value.other)),
            hidden,
            is_changed: value.counts,
        }
    };
    table("Values", values.into_iter().map(row).collect())
}

/// The headers that differ, and those that differ in every recording.
pub(super) fn header_section(title: &'static str, headers: &Result<HeaderDifference, Reason>) -> AnyView {
    let difference = match headers {
        Err(reason) => return section(title, not_compared_label(*reason), ().into_any()),
        Ok(difference) => difference,
    };
    let (noise, counted): (Vec<_>, Vec<_>) =
        difference.changes.iter().cloned().partition(|change| change.is_noise);
    let unchanged = plural(difference.unchanged.into(), "header");
    let remark = match counted.len() {
        0 => format!("Same · {unchanged} unchanged"),
        count => format!("{} · {unchanged} unchanged", plural(count as u64, "difference")),
    };
    let noise_count = noise.len();
    let counted = (!counted.is_empty()).then(|| table(title, header_rows(counted)));
    let noise = (noise_count > 0).then(|| {
        let rows = StoredValue::new_local(Some(noise));
        let content = move || rows.try_update_value(Option::take).flatten().map(|noise| table("Not counted", header_rows(noise)));
        view! {
            <details class="compare-noise">
                <summary>{format!("{} not counted: times, identifiers, credentials", plural(noise_count as u64, "difference"))}</summary>
                {content()}
            </details>
        }
    });
    section(title, remark, view! { {counted} {noise} }.into_any())
}

fn header_rows(changes: Vec<HeaderChange>) -> Vec<TableRow> {
    let row = |change: HeaderChange| {
        let masked = (
            masked_value(&change.name, change.base.as_deref()),
            masked_value(&change.name, change.other.as_deref()),
        );
        let is_masked = masked.0 != change.base || masked.1 != change.other;
        TableRow {
            name: change.name,
            base: change.base,
            other: change.other,
            hidden: is_masked.then_some(masked),
            is_changed: !change.is_noise,
        }
    };
    changes.into_iter().map(row).collect()
}

/// The value of a header without its credentials.
fn masked_value(name: &str, value: Option<&str>) -> Option<String> {
    let mut headers = [Header { name: name.to_owned(), value: value?.to_owned() }];
    Redactor::new(true).headers(&mut headers);
    let [header] = headers;
    Some(header.value)
}

/// Whether a header that differs has a credential.
pub(super) fn has_credentials(difference: &Difference) -> bool {
    let lists = [&difference.request_headers, &difference.response_headers];
    lists.into_iter().flatten().flat_map(|headers| &headers.changes).any(|change| {
        [&change.base, &change.other]
            .into_iter()
            .any(|value| masked_value(&change.name, value.as_deref()) != *value)
    })
}

/// The values of a body that differ.
pub(super) fn body_section(title: &'static str, difference: BodyDifference) -> AnyView {
    let remark = body_label(&difference);
    let content = match difference {
        BodyDifference::Changed(changes) => changes_table(title, *changes),
        BodyDifference::Same | BodyDifference::ChangedUnlisted | BodyDifference::NotCompared(_) => {
            ().into_any()
        }
    };
    section(title, remark, content)
}

/// Values that differ, by JSON path, line or byte.
pub(super) fn changes_table(title: &'static str, changes: Changes) -> AnyView {
    let further = changes.further();
    let mask = |value: &Option<String>| value.as_ref().map(|_| MASK.to_owned());
    let rows = changes.items.iter().map(|change| TableRow {
        name: change.path.clone(),
        base: change.before.clone(),
        other: change.after.clone(),
        hidden: change.is_hidden.then(|| (mask(&change.before), mask(&change.after))),
        is_changed: true,
    });
    let table = table(title, rows.collect());
    view! {
        {table}
        <div class="compare-after-table">
            {(further > 0).then(|| view! { <span>{format!("{} not listed", plural(further, "further difference"))}</span> })}
            <CopyButton label="Copy" title="Copy the differences" text=move || changes.to_text() />
        </div>
    }
    .into_any()
}

fn table(label: &'static str, rows: Vec<TableRow>) -> AnyView {
    let further = rows.len().saturating_sub(MAX_TABLE_ROWS);
    let hides = hides_credentials();
    let body = rows.into_iter().take(MAX_TABLE_ROWS).map(|row| table_row(row, hides)).collect_view();
    view! {
        <table class="compare-table" aria-label=label>
            <thead>
                <tr>
                    <th scope="col">"Name"</th>
                    <th scope="col">"Base"</th>
                    <th scope="col">"Compared with"</th>
                </tr>
            </thead>
            <tbody>{body}</tbody>
        </table>
        {(further > 0).then(|| view! { <p class="compare-after-table">{format!("{} more not listed", format_count(further as u64))}</p> })}
    }
    .into_any()
}

fn table_row(row: TableRow, hides: Signal<bool>) -> AnyView {
    let TableRow { name, base, other, hidden, is_changed } = row;
    let (hidden_base, hidden_other) = hidden.unwrap_or_else(|| (base.clone(), other.clone()));
    let cell = move |class: &'static str, value: Option<String>, hidden: Option<String>| {
        let text = move || {
            let value = if hides.get() { hidden.clone() } else { value.clone() };
            value.map_or_else(|| "—".to_owned(), |value| visible_line(&value, MAX_VALUE_CHARS).into_owned())
        };
        view! { <td class=class>{text}</td> }
    };
    view! {
        <tr class:compare-changed-row=is_changed>
            <th scope="row">{visible_line(&name, MAX_NAME_CHARS).into_owned()}</th>
            {cell("compare-before", base, hidden_base)}
            {cell("compare-after", other, hidden_other)}
        </tr>
    }
    .into_any()
}
