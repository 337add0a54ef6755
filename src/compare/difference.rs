//! The selected pair below the table, in full.

use std::rc::Rc;

use compare::{BodyDifference, Difference, PairLine, PairState, RowSide, pair_line};
use leptos::prelude::*;
use presentation::pane_shares::Pane;
use presentation::view_state::ViewState;
use session::formats::LoadError;
use session::model::{Details, format_count};

use super::messages::MessagesSection;
use super::panel::Panel;
use super::tables::{body_section, header_section, section, value_table};
use crate::payload::{Alert, EmptyState};
use crate::store::{
    Credentials, PaneSizes, ResourceWriter, SessionStore, SessionTab, base_path, resource, state_link,
};
use crate::ui::{DetailHead, DetailPane};

/// How far the difference of a pair is.
#[derive(Clone)]
enum Shown {
    Loading,
    Ready(Rc<Difference>),
    Failed(LoadError),
}

/// The region.
#[component]
pub(super) fn DifferenceRegion(panel: Panel) -> impl IntoView {
    let share = expect_context::<PaneSizes>().of(Pane::Entry).share;
    // Once per pair, not whenever more of the others is compared.
    let rows =
        Memo::new(move |_| panel.with_pair(panel.selected.get()?, |_, _, pair| (pair.base, pair.other)));
    let content = move || {
        let (base, other) = rows.get()?;
        let line = untrack(|| panel.with_pair(panel.selected.get()?, pair_line))??;
        Some(view! { <PairDetail panel=panel line=line rows=(base, other) /> })
    };
    view! {
        <DetailPane label="Difference" share=share>
            {content}
        </DetailPane>
    }
}

/// A pair: what it is, and what differs.
#[component]
fn PairDetail(panel: Panel, line: PairLine, rows: (Option<u32>, Option<u32>)) -> impl IntoView {
    let is_hidden = Memo::new(move |_| panel.selected_position().is_none());
    let (state, changes) = (line.state, line.changes.clone());
    let is_socket = line.is_socket;
    let content = match rows {
        (Some(base), Some(other)) => {
            view! { <BothRows panel=panel rows=(base, other) is_socket=is_socket /> }.into_any()
        }
        _ => one_row(&line),
    };
    view! {
        <DetailHead noun="difference" is_hidden=is_hidden on_close=move || panel.close()>
            <strong>{line.state_label}</strong>
            <span class="compare-pair-name" title=line.name.clone()>{line.method.clone()} " " {line.name.clone()}</span>
            {line.base_row.map(base_link)}
            {line.other_row.map(|row| other_link(panel, row))}
            {(state == PairState::Changed || !changes.is_empty()).then(|| view! { <span class="ui-detail-remark">{changes}</span> })}
        </DetailHead>
        <div class="ui-detail-body compare-detail" tabindex="0" role="group" aria-label="Differences">{content}</div>
    }
}

/// A link to a row of this recording in the Network tab.
fn base_link(row: u32) -> AnyView {
    let text = format!("Row {} in this recording", format_count(row.into()));
    state_link(text, move |state| {
        state.tab = Some(SessionTab::Network.key().to_owned());
        state.select_row(Some(row));
        state.details_tab = None;
    })
}

/// A link to a row of the other recording, where an address names that.
fn other_link(panel: Panel, row: u32) -> AnyView {
    let text = format!("Row {} in the other recording", format_count(row.into()));
    let source_url = panel.view().state.with_untracked(|state| state.compared_url.clone());
    if source_url.is_none() {
        return view! { <span>{text}</span> }.into_any();
    }
    let state = ViewState { source_url, selected_row: Some(row), ..ViewState::default() };
    let address = format!("{}/session?{}", base_path(), state.to_query());
    view! { <a href=address target="_blank" rel="noopener">{text}</a> }.into_any()
}

/// What is shown of a row that has no partner.
fn one_row(line: &PairLine) -> AnyView {
    let sentence = match line.state {
        PairState::Missing => "Only in the base: the other recording has no such request",
        _ => "Only in the other recording: the base has no such request",
    };
    let urls = line.title.clone();
    view! {
        <p class="compare-only">{sentence}</p>
        <p class="compare-url">{urls}</p>
    }
    .into_any()
}

/// Two rows side by side.
#[component]
fn BothRows(panel: Panel, rows: (u32, u32), is_socket: bool) -> impl IntoView {
    let (attempt, set_attempt) = signal(0_u32);
    let retry = Callback::new(move |()| set_attempt.update(|attempt| *attempt += 1));
    let request = move || {
        attempt.track();
        Some(rows)
    };
    let shown = resource(Shown::Loading, request, move |rows, writer| read(panel, rows, writer));
    let content = move || match shown.get() {
        Shown::Loading => view! { <EmptyState text="Comparing headers and bodies…" /> }.into_any(),
        Shown::Failed(error) => {
            let on_retry = error.can_retry().then_some(retry);
            view! { <Alert what=error.what() remedy=error.remedy() place=error.place on_retry=on_retry /> }
                .into_any()
        }
        Shown::Ready(difference) => sections(&difference, is_socket),
    };
    view! {
        {content}
        {has_messages(panel, rows.0).then(|| view! { <MessagesSection panel=panel rows=rows /> })}
    }
}

/// Whether a row of the base is a socket, or an event stream with messages of its own.
fn has_messages(panel: Panel, row: u32) -> bool {
    panel.comparison().base.with_untracked(|session| {
        session.records.get(row as usize).is_some_and(|record| {
            record.socket().is_some()
                || record.inline_messages().is_some()
                || record.messages_file().is_some()
        })
    })
}

async fn read(panel: Panel, (base, other): (u32, u32), writer: ResourceWriter<Shown>) {
    writer.set(Shown::Loading);
    let comparison = panel.comparison();
    let mut details =
        [(comparison.base, base), (comparison.other, other)].map(|(session, row)| details_of(session, row));
    for (session, details) in [comparison.base, comparison.other].into_iter().zip(&mut details) {
        if let Err(error) = comparison.load_bodies(session, details, writer.task()).await {
            writer.set(Shown::Failed(error));
            return;
        }
        if writer.task().is_canceled() {
            return;
        }
    }
    let [one, two] = details;
    let difference = comparison.base.with_untracked(|base_session| {
        comparison.other.with_untracked(|other_session| {
            let base = RowSide { session: base_session, record: base_session.records.get(base as usize)? };
            let other =
                RowSide { session: other_session, record: other_session.records.get(other as usize)? };
            Some(Difference::between(base, other, &one, &two))
        })
    });
    if let Some(difference) = difference {
        writer.set(Shown::Ready(Rc::new(difference)));
    }
}

fn details_of(session: SessionStore, row: u32) -> Details {
    session
        .with_untracked(|session| session.records.get(row as usize).map(|record| session.details(record)))
        .unwrap_or_default()
}

fn sections(difference: &Difference, is_socket: bool) -> AnyView {
    let bodies = difference.bodies.clone();
    let has_hidden = bodies.iter().flatten().any(|body| match body {
        BodyDifference::Changed(changes) => changes.items.iter().any(|change| change.is_hidden),
        _ => false,
    });
    let has_hidden_headers = super::tables::has_credentials(difference);
    view! {
        {(has_hidden || has_hidden_headers).then(|| view! { <CredentialBox /> })}
        {section("Values", String::new(), value_table(difference.values.clone(), is_socket))}
        {bodies.map(|[request, response]| view! {
            {body_section("Response body", response)}
            {body_section("Request body", request)}
        })}
        {header_section("Response headers", &difference.response_headers)}
        {header_section("Request headers", &difference.request_headers)}
    }
    .into_any()
}

/// The checkbox that shows the credentials in what differs.
#[component]
fn CredentialBox() -> impl IntoView {
    let are_shown = expect_context::<Credentials>().are_shown;
    view! {
        <label class="ui-check">
            <input
                type="checkbox"
                prop:checked=move || are_shown.get()
                on:change:target=move |event| are_shown.set(event.target().checked())
            />
            "Show credentials"
        </label>
    }
}
