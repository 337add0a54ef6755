//! Sockets that fell silent for longer than their heartbeats allow.
//!
//! RFC 6455, section 5.5.2: a ping may serve to verify that the other side responds.
//! multica-ai/multica#8525: a half-open connection is dead after three missed heartbeats, although
//! no close event fires.

use session::model::{Direction, EpochMs, Message, Millis};
use session::protocols::{SILENT_PERIODS, heartbeat_period};

use crate::endpoint::socket_endpoint;
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::report::Report;
use crate::rule::{Detector, MessageRule, RuleInfo};
use crate::socket_runner::SocketInput;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "socket-silent",
    label: "Sockets that fell silent",
    detector: Detector::Messages(|| Box::<SilentSocket>::default()),
    describe,
};

/// Shortest silence, in ms: timers of pages in the background are late by as much.
const MIN_SILENCE_MS: f64 = 5000.0;

/// The longest silence so far: before it, after it.
#[derive(Debug, Default)]
struct SilentSocket {
    last: Option<(EpochMs, u32)>,
    longest: Option<(f64, u32)>,
    received_any: bool,
}

impl MessageRule for SilentSocket {
    fn message(&mut self, _: &SocketInput<'_>, index: u32, message: &Message) {
        self.received_any |= message.direction == Some(Direction::Received);
        let Some(time) = message.time else { return };
        if let Some((last, before)) = self.last {
            self.note((time - last).ms(), before);
        }
        if self.last.is_none_or(|(last, _)| time >= last) {
            self.last = Some((time, index));
        }
    }

    fn finish(&mut self, input: &SocketInput<'_>, report: &mut Report) {
        let Some((last, index)) = self.last.filter(|_| self.received_any) else { return };
        if let Some(end) = input.end() {
            self.note((end - last).ms(), index);
        }
        let Some(period) = heartbeat_period(input.log.columns, input.analysis) else { return };
        let Some((silence, index)) = self.longest else { return };
        if silence <= (period * SILENT_PERIODS).max(MIN_SILENCE_MS) {
            return;
        }
        let socket = socket_endpoint(&input.record.url);
        report.push(Finding {
            rule: &RULE,
            severity: Severity::Warning,
            subject: Subject::Message { row: input.record.number, message: index + 1 },
            further: Vec::new(),
            count: 1,
            evidence: Evidence {
                group: socket.into(),
                text: Box::default(),
                numbers: [silence, period, 0.0],
            },
        });
    }
}

impl SilentSocket {
    fn note(&mut self, silence: f64, before: u32) {
        if self.longest.is_none_or(|(longest, _)| silence > longest) {
            self.longest = Some((silence, before));
        }
    }
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [silence, period, _], .. } = &finding.evidence;
    let duration = |ms: f64| Millis::new(ms).map(Millis::duration).unwrap_or_default();
    let sockets = if finding.count == 1 { "Socket".to_owned() } else { format!("{} sockets", finding.count) };
    Sentences {
        title: format!("{sockets} to {group} silent for {}", duration(*silence)),
        explanation: format!(
            "It has a heartbeat every {}, and three and more were missed. The connection may have died without a \
             close, or the computer slept.",
            duration(*period)
        ),
    }
}

#[cfg(test)]
mod tests {
    use session::protocols::Analysis;

    use crate::testing::messages::{Line, found};

    /// Socket.IO's heartbeats at those times: a ping of the server and the page's answer.
    fn beats(times: &[f64]) -> Vec<Line> {
        times.iter().flat_map(|at| [Line::received(*at, "2"), Line::sent(*at + 5.0, "3")]).collect()
    }

    const URL: &str = "wss://a.test/socket.io/?EIO=4&transport=websocket";

    #[test]
    fn a_silence_of_more_than_three_heartbeats_is_found_with_the_last_message_before_it() {
        let times: Vec<f64> = (1..=5).map(|beat| f64::from(beat) * 2000.0).collect();
        let findings = found(URL, &beats(&times), "socket-silent");
        assert_eq!(
            findings.iter().map(crate::Finding::title).collect::<Vec<_>>(),
            ["Socket to a.test/socket.io/ silent for 1 min 30 s"]
        );
        assert_eq!(
            findings.first().map(|finding| finding.subject),
            Some(crate::Subject::Message { row: 1, message: 10 })
        );
    }

    #[test]
    fn a_socket_with_all_its_heartbeats_or_without_any_is_not_silent() {
        let all: Vec<f64> = (1..=20).map(|beat| f64::from(beat) * 5000.0).collect();
        assert!(found(URL, &beats(&all), "socket-silent").is_empty());
        assert!(found(URL, &[Line::received(0.0, "42[\"x\"]")], "socket-silent").is_empty());
        assert!(Analysis::default().is_empty());
    }
}
