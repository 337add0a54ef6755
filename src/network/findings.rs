//! What looks wrong in the session, as a list of links.

use leptos::prelude::*;
use presentation::network::name_cell;
use session::encodings::visible_line;
use session::model::{format_count, plural};
use session::redact::Redactor;

use crate::payload::EmptyState;
use crate::store::{
    Findings, FindingsStatus, FoundAt, FoundItem, Playback, SessionStore, ViewStore, offset_label,
};
use crate::ui::{Icon, IconName};

const MAX_TITLE_CHARS: usize = 400;
const MAX_TEXT_CHARS: usize = 1000;
/// Further occurrences that have a link.
const MAX_LINKS: usize = 20;

/// The button that shows the findings, with their number.
#[component]
pub(super) fn FindingsButton() -> impl IntoView {
    let (findings, view) = (expect_context::<Findings>(), expect_context::<ViewStore>());
    let is_open = Memo::new(move |_| view.state.with(|state| state.shows_findings));
    let count = move || match findings.status.get() {
        FindingsStatus::Complete => findings.found.with(|found| format_count(found.findings.len() as u64)),
        FindingsStatus::Failed => "!".to_owned(),
        FindingsStatus::Waiting | FindingsStatus::Running => "…".to_owned(),
    };
    let worst = move || findings.found.with(|found| found.findings.first().map(|finding| finding.severity));
    view! {
        <button
            type="button"
            class="ui-button"
            aria-expanded=move || is_open.get().to_string()
            data-severity=worst
            title="What looks wrong in this recording"
            on:click=move |_| view.state.update(|state| state.shows_findings = !state.shows_findings)
        >
            "Findings " <span class="ui-badge">{count}</span>
        </button>
    }
}

/// The list of findings.
#[component]
pub(super) fn FindingsRegion() -> impl IntoView {
    let (findings, view) = (expect_context::<Findings>(), expect_context::<ViewStore>());
    let summary = move || match findings.status.get() {
        FindingsStatus::Waiting => "Judged when the session is loaded".to_owned(),
        FindingsStatus::Running => "Judging the recording…".to_owned(),
        FindingsStatus::Failed => "The rules could not be loaded: check the connection".to_owned(),
        FindingsStatus::Complete => findings.found.with(|found| {
            let listed = plural(found.findings.len() as u64, "finding");
            match found.omitted {
                0 => listed,
                omitted => format!("{listed}, and {} more of the same rules", format_count(omitted.into())),
            }
        }),
    };
    let items = move || {
        let items = findings.found.with(|found| found.findings.clone());
        items.into_iter().map(|finding| view! { <Item finding=finding /> }).collect_view()
    };
    let is_empty = move || {
        findings.status.get() == FindingsStatus::Complete
            && findings.found.with(|found| found.findings.is_empty())
    };
    view! {
        <section class="findings" role="region" aria-label="Findings">
            <div class="findings-head">
                <div role="status" aria-label="Findings summary">{summary}</div>
                {move || (findings.status.get() == FindingsStatus::Failed)
                    .then(|| view! {
                        <button type="button" class="ui-button" on:click=move |_| findings.retry()>"Retry"</button>
                    })}
                <button
                    type="button"
                    class="ui-icon-button"
                    aria-label="Close findings"
                    title="Close findings"
                    on:click=move |_| view.state.update(|state| state.shows_findings = false)
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
            <div class="findings-body">
                <Show when=is_empty>
                    <EmptyState text="Nothing looks wrong by the rules that could be applied" />
                </Show>
                <ul class="findings-list" role="list" aria-label="Findings">{items}</ul>
                <Unjudged />
            </div>
        </section>
    }
}

/// One finding: what, why it matters, and where.
#[component]
fn Item(finding: FoundItem) -> impl IntoView {
    // What a finding quotes of a recording may have credentials, which a title never shows.
    let mut redactor = Redactor::new(true);
    let title = visible_line(&redactor.text(&finding.title), MAX_TITLE_CHARS).into_owned();
    let text = visible_line(&redactor.text(&finding.explanation), MAX_TEXT_CHARS).into_owned();
    let further: Vec<FoundAt> = finding.further.iter().copied().take(MAX_LINKS).collect();
    let unlisted = (finding.count as usize).saturating_sub(further.len() + 1);
    view! {
        <li class="findings-item" data-severity=finding.severity data-rule=finding.rule>
            <span class="findings-severity">{finding.severity}</span>
            <div>
                <strong class="findings-title">{title}</strong>
                <p>{text}</p>
                <p class="findings-links">
                    <span class="findings-rule">{finding.rule}</span>
                    <Link at=finding.at />
                    {further.into_iter().map(|at| view! { <Link at=at /> }).collect_view()}
                    {(unlisted > 0).then(|| format!("and {} more", format_count(unlisted as u64)))}
                </p>
            </div>
        </li>
    }
}

/// Opens the row, the message or the moment.
#[component]
fn Link(at: FoundAt) -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let playback = expect_context::<Playback>();
    let label = match at {
        FoundAt::Row(row) => format!("row {}", format_count(row.into())),
        FoundAt::Message(row, message) => {
            format!("row {}, message {}", format_count(row.into()), format_count(message.into()))
        }
        FoundAt::Moment(ms) => format!("at {}", offset_label(ms)),
    };
    let title = match at {
        FoundAt::Row(row) | FoundAt::Message(row, _) => {
            untrack(|| session.with_record(row, |_, record| name_cell(record).title))
        }
        FoundAt::Moment(_) => None,
    };
    let open = move |_| match at {
        FoundAt::Row(row) => view.open_row(row),
        FoundAt::Message(row, message) => {
            view.open_row(row);
            view.state.update(|state| {
                state.details_tab = None;
                state.selected_message = Some(message);
            });
        }
        FoundAt::Moment(ms) => playback.seek_to(session.instants(Some((ms, ms))).map(|(from, _)| from)),
    };
    view! { <button type="button" class="findings-link" title=title on:click=open>{label}</button> }
}

/// What the rules could not judge, and why.
#[component]
fn Unjudged() -> impl IntoView {
    let findings = expect_context::<Findings>();
    let items = move || findings.found.with(|found| found.unjudged.clone());
    let line = |item: crate::store::UnjudgedItem| {
        view! { <li>{format!("{}: {} ({})", item.rule, item.reason, format_count(item.count.into()))}</li> }
    };
    view! {
        <Show when=move || findings.found.with(|found| !found.unjudged.is_empty())>
            <details class="findings-unjudged">
                <summary>
                    {move || format!("Not judged, because it was not recorded: {}", plural(items().len() as u64, "rule"))}
                </summary>
                <ul role="list" aria-label="Not judged">{move || items().into_iter().map(line).collect_view()}</ul>
            </details>
        </Show>
        <p class="findings-note">
            "The messages of a socket are judged when they were opened. The rules: docs/findings.md."
        </p>
    }
}
