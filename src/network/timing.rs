//! The Timing tab: the phases of a request, what they mean, and what the server measured.

use leptos::prelude::*;
use presentation::details::{ServerMetric, ServerMetrics, timing_note, timing_total};
use presentation::labels::{phase_key, phase_label, phase_meaning};
use session::encodings::visible_line;
use session::model::{Millis, Phase, PhaseRange, Record, RecordKind};

use crate::payload::EmptyState;
use crate::store::{SessionStore, local_clock};

/// Characters of a metric's name, and of its description.
const MAX_CHARS: usize = 300;

#[component]
pub fn TimingView(row: u32, metrics: ServerMetrics) -> impl IntoView {
    view! {
        <div class="details-timing">
            <Phases row=row />
            {(!metrics.metrics.is_empty()).then(|| view! { <ServerTiming metrics=metrics /> })}
        </div>
    }
}

/// The phases, and on demand what they mean.
#[component]
fn Phases(row: u32) -> impl IntoView {
    let session = expect_context::<SessionStore>();
    let found = untrack(|| {
        session.with_record(row, |session, record| {
            let began = record.start.map(|start| {
                let offset = session.started_at.map(|first| (start - first).offset()).unwrap_or_default();
                format!("Started at {offset} ({})", local_clock().wall_clock(start))
            });
            let duration = match &record.kind {
                RecordKind::Http(http) => http.duration.map_or(0.0, Millis::ms),
                RecordKind::Socket(_) => 0.0,
            };
            (began, timing_total(record), phases_of(record), duration, timing_note(record))
        })
    });
    let Some((began, total, phases, duration, remark)) = found else { return ().into_any() };
    let end = phases.iter().map(|phase| phase.end).fold(duration, f64::max);
    let start = began.unwrap_or_else(|| "The start was not recorded".to_owned());
    if phases.is_empty() {
        let text = match total {
            Some(total) => format!("Only the total was recorded: {total}. The phases were not."),
            None => "No timing was recorded for this request".to_owned(),
        };
        return view! {
            <p class="app-dim">{start}</p>
            <EmptyState text=text />
        }
        .into_any();
    }
    let known: Vec<Phase> = phases.iter().map(|range| range.phase).collect();
    view! {
            <p class="app-dim">{start}</p>
            <table class="details-phases" aria-label="Phases">
                <thead>
                    <tr>
                        <th scope="col">"Phase"</th>
                        <th scope="col"><span class="ui-hidden">"From start to end"</span></th>
                        <th scope="col" class="ui-number">"Duration"</th>
                    </tr>
                </thead>
                <tbody>{phases.into_iter().map(|phase| phase_row(phase, end)).collect_view()}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">"Total"</th>
                        <td></td>
                        <td class="ui-number">{total.unwrap_or_else(|| "—".to_owned())}</td>
                    </tr>
                </tfoot>
            </table>
            {remark.map(|remark| view! { <p class="app-dim">{remark}</p> })}
            <PhaseMeanings known=known />
    }
    .into_any()
}

/// The button **Explain phases**, and what it shows.
#[component]
fn PhaseMeanings(known: Vec<Phase>) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let meaning = |phase: Phase| {
        let label = phase_label(phase);
        let note = if known.contains(&phase) { "" } else { " Not recorded for this request." };
        (label, format!("{}{note}", phase_meaning(phase)))
    };
    let meanings = StoredValue::new(Phase::ALL.map(meaning));
    let listed = move || {
        let item = |(label, text)| view! { <dt>{label}</dt><dd>{text}</dd> };
        view! { <dl class="details-meanings" id="phase-meanings">{meanings.get_value().into_iter().map(item).collect_view()}</dl> }
    };
    view! {
        <button
            type="button"
            class="ui-button details-explain"
            aria-expanded=move || is_open.get().to_string()
            aria-controls="phase-meanings"
            on:click=move |_| is_open.update(|open| *open = !*open)
        >
            "Explain phases"
        </button>
        {move || is_open.get().then(listed)}
    }
}

/// What the server measured, by its `Server-Timing` header.
#[component]
fn ServerTiming(metrics: ServerMetrics) -> impl IntoView {
    let longest = metrics.longest_ms();
    let note = metrics.is_truncated.then(|| view! { <p class="app-dim">"Further metrics are not shown"</p> });
    view! {
        <h3 class="details-server-timing">"Server timing"</h3>
        <p class="app-dim">"Measured and named by the server; metrics may overlap."</p>
        <table class="details-phases details-metrics" aria-label="Server timing">
            <thead>
                <tr>
                    <th scope="col">"Metric"</th>
                    <th scope="col">"Description"</th>
                    <th scope="col"><span class="ui-hidden">"Duration as a bar"</span></th>
                    <th scope="col" class="ui-number">"Duration"</th>
                </tr>
            </thead>
            <tbody>{metrics.metrics.into_iter().map(|metric| metric_row(&metric, longest)).collect_view()}</tbody>
        </table>
        {note}
    }
}

fn metric_row(metric: &ServerMetric, longest: f64) -> impl IntoView + use<> {
    let shown = |text: &str| visible_line(text, MAX_CHARS).into_owned();
    let (name, description) = (shown(&metric.name), shown(&metric.description));
    let (shown_name, shown_description) = (name.clone(), description.clone());
    let share = metric.duration.filter(|_| longest > 0.0).map(|duration| duration.ms() / longest * 100.0);
    let bar = share.map(|share| {
        view! { <span class="details-phase-bar details-phase-wait" style:width=format!("{share:.3}%")></span> }
    });
    view! {
        <tr>
            <th scope="row" title=name>{shown_name}</th>
            <td class="details-metric-description" title=description>{shown_description}</td>
            <td class="details-phase-lane">{bar}</td>
            <td class="ui-number">{metric.duration.map_or_else(|| "—".to_owned(), Millis::duration)}</td>
        </tr>
    }
}

fn phases_of(record: &Record) -> Vec<PhaseRange> {
    match &record.kind {
        RecordKind::Http(http) => http.phases.iter().collect(),
        RecordKind::Socket(_) => Vec::new(),
    }
}

fn phase_row(range: PhaseRange, end: f64) -> impl IntoView {
    let share = |ms: f64| if end > 0.0 { ms / end * 100.0 } else { 0.0 };
    let length = Millis::new(range.end - range.start).map(Millis::duration).unwrap_or_default();
    view! {
        <tr>
            <th scope="row">{phase_label(range.phase)}</th>
            <td class="details-phase-lane">
                <span
                    class=format!("details-phase-bar details-phase-{}", phase_key(range.phase))
                    style:left=format!("{:.3}%", share(range.start))
                    style:width=format!("{:.3}%", share(range.end - range.start))
                ></span>
            </td>
            <td class="ui-number">{length}</td>
        </tr>
    }
}
