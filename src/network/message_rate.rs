//! The chart of a socket's messages over its time.

use leptos::prelude::*;
use presentation::connection::{MessageRate, RateColumn};
use session::model::Millis;

/// Size of the drawing; it is stretched to the width of the pane.
const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 100.0;

/// Sent messages below, received ones above them.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "a component owns its properties")]
pub fn MessageRateChart(rate: MessageRate) -> impl IntoView {
    let max = rate.max_column().max(1) as f64;
    let sent = bars(&rate, max, |column| (0.0, f64::from(column.sent)));
    let received = bars(&rate, max, |column| (f64::from(column.sent), f64::from(column.received)));
    let column = Millis::new(rate.column_ms).map(Millis::duration).unwrap_or_default();
    view! {
        <figure class="details-rate">
            <svg
                role="img"
                aria-label="Message rate"
                aria-describedby="message-rate-label"
                viewBox=format!("0 0 {WIDTH} {HEIGHT}")
                preserveAspectRatio="none"
            >
                <path class="details-rate-sent" d=sent />
                <path class="details-rate-received" d=received />
            </svg>
            <div class="details-rate-axis" aria-hidden="true">
                <span>"Open"</span>
                <span class="details-rate-legend">
                    <span class="details-rate-key-sent">"Sent"</span>
                    <span class="details-rate-key-received">"Received"</span>
                    {format!("each bar {column}")}
                </span>
                <span>{rate.length.duration()}</span>
            </div>
            <figcaption id="message-rate-label">{rate.label()}</figcaption>
        </figure>
    }
}

/// A bar for each column, from and up by the numbers of messages that `part` gives.
fn bars(rate: &MessageRate, max: f64, part: impl Fn(&RateColumn) -> (f64, f64)) -> String {
    let width = WIDTH / rate.columns.len().max(1) as f64;
    let bar = |(nth, column): (usize, &RateColumn)| {
        let (below, count) = part(column);
        let (left, bottom) = (nth as f64 * width, HEIGHT - below / max * HEIGHT);
        let height = count / max * HEIGHT;
        (count > 0.0)
            .then(|| format!("M{left:.1} {bottom:.1}h{:.1}v{:.1}h{:.1}z", width * 0.9, -height, -width * 0.9))
    };
    rate.columns.iter().enumerate().filter_map(bar).collect()
}
