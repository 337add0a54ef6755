//! The Timing tab: the phases of a request.

use leptos::prelude::*;
use presentation::details::{timing_note, timing_total};
use presentation::labels::{phase_key, phase_label};
use session::model::{Millis, PhaseRange, Record, RecordKind};

use crate::payload::EmptyState;
use crate::store::{SessionStore, local_clock};

#[component]
pub fn TimingView(row: u32) -> impl IntoView {
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
            <div class="details-timing">
                <p class="app-dim">{start}</p>
                <EmptyState text=text />
            </div>
        }
        .into_any();
    }
    view! {
        <div class="details-timing">
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
        </div>
    }
    .into_any()
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
