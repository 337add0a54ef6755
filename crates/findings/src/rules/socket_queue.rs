//! Sockets whose replies take longer and longer.
//!
//! home-assistant/core#89905: messages back up in a queue and their latency increases until the
//! client is disconnected. A page sees its own side of it as `bufferedAmount`.

use session::model::{Message, Millis};

use crate::endpoint::socket_endpoint;
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::report::Report;
use crate::rule::{Detector, MessageRule, RuleInfo};
use crate::socket_runner::SocketInput;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "socket-queue",
    label: "Growing queues",
    detector: Detector::Messages(|| Box::<GrowingQueue>::default()),
    describe,
};

/// Fewest exchanges that show a trend.
const MIN_EXCHANGES: usize = 40;
/// Most exchanges that are kept; of more, every second, fourth, … one.
const MAX_EXCHANGES: usize = 4096;
/// How many times as long the last replies take as the first ones.
const FACTOR: f64 = 4.0;
/// Shortest time that the last replies take, in ms.
const MIN_TIME_MS: f64 = 1000.0;
/// Parts of a socket's exchanges that are compared.
const PARTS: usize = 4;

#[derive(Debug)]
struct GrowingQueue {
    /// The message of a request and the time to its reply, in ms.
    exchanges: Vec<(u32, f64)>,
    seen: usize,
    step: usize,
}

impl Default for GrowingQueue {
    fn default() -> Self {
        Self { exchanges: Vec::new(), seen: 0, step: 1 }
    }
}

impl MessageRule for GrowingQueue {
    fn message(&mut self, input: &SocketInput<'_>, index: u32, _: &Message) {
        if !input.analysis.is_request(index) {
            return;
        }
        let Some(time) = input.analysis.round_trip(input.log.columns, index) else { return };
        self.seen += 1;
        if self.seen.is_multiple_of(self.step) {
            self.exchanges.push((index, time.ms()));
        }
        if self.exchanges.len() == MAX_EXCHANGES {
            let mut nth = 0;
            self.exchanges.retain(|_| {
                nth += 1;
                nth % 2 == 0
            });
            self.step *= 2;
        }
    }

    fn finish(&mut self, input: &SocketInput<'_>, report: &mut Report) {
        if self.exchanges.len() < MIN_EXCHANGES {
            return;
        }
        let part = self.exchanges.len().div_ceil(PARTS);
        let medians: Vec<f64> = self.exchanges.chunks(part).map(median).collect();
        let (Some(first), Some(last)) = (medians.first(), medians.last()) else { return };
        let is_growing = medians.windows(2).all(|pair| matches!(pair, [one, next] if next > one));
        if !is_growing || *last < MIN_TIME_MS || *last < first * FACTOR {
            return;
        }
        let from = self.exchanges.get(part * (PARTS - 1)).map_or(0, |(index, _)| *index);
        report.push(Finding {
            rule: &RULE,
            severity: Severity::Warning,
            subject: Subject::Message { row: input.record.number, message: from + 1 },
            further: Vec::new(),
            count: 1,
            evidence: Evidence {
                group: socket_endpoint(&input.record.url).into(),
                text: Box::default(),
                numbers: [*first, *last, self.seen as f64],
            },
        });
    }
}

fn median(exchanges: &[(u32, f64)]) -> f64 {
    let mut times: Vec<f64> = exchanges.iter().map(|(_, time)| *time).collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [first, last, exchanges], .. } = &finding.evidence;
    let duration = |ms: f64| Millis::new(ms).map(Millis::duration).unwrap_or_default();
    let sockets = if finding.count == 1 { "Socket".to_owned() } else { format!("{} sockets", finding.count) };
    Sentences {
        title: format!(
            "{sockets} to {group}: replies took {} at first and {} in the end",
            duration(*first),
            duration(*last)
        ),
        explanation: format!(
            "Over {exchanges} exchanges the time to a reply grows from quarter to quarter: requests arrive faster \
             than they are answered."
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::messages::{Line, found};

    const URL: &str = "wss://a.test/rpc";

    /// Sixty calls, one each second, with the time to the reply that the function gives.
    fn calls(time: impl Fn(u32) -> f64) -> Vec<Line> {
        let mut lines: Vec<Line> = (1..=60_u32)
            .flat_map(|id| {
                let at = f64::from(id) * 1000.0;
                let call = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"x"}}"#);
                let reply = format!(r#"{{"jsonrpc":"2.0","id":{id},"result":1}}"#);
                [Line::sent(at, &call), Line::received(at + time(id), &reply)]
            })
            .collect();
        lines.sort_by(|one, other| one.ms().total_cmp(&other.ms()));
        lines
    }

    #[test]
    fn replies_that_take_longer_and_longer_are_found() {
        let findings = found(URL, &calls(|id| f64::from(id) * 100.0), "socket-queue");
        assert_eq!(
            findings.iter().map(crate::Finding::title).collect::<Vec<_>>(),
            ["Socket to a.test/rpc: replies took 800 ms at first and 5.30 s in the end"]
        );
    }

    #[test]
    fn steady_and_quick_replies_are_not_found() {
        assert!(found(URL, &calls(|_| 3000.0), "socket-queue").is_empty());
        assert!(found(URL, &calls(f64::from), "socket-queue").is_empty());
        assert!(found(URL, &calls(|id| if id == 60 { 9000.0 } else { 100.0 }), "socket-queue").is_empty());
    }
}
