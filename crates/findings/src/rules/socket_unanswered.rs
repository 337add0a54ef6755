//! Requests inside a socket to which no reply came, while others of the same kind were answered.
//!
//! JSON-RPC 2.0, section 5: a reply is due to every request. socketio/socket.io#828: without a
//! timeout of its own a page waits for ever for an acknowledgement that does not come.

use rustc_hash::FxHashMap;
use session::model::{Message, Millis};
use session::protocols::EventId;

use crate::endpoint::socket_endpoint;
use crate::finding::{Evidence, Finding, MAX_FURTHER, Sentences, Severity, Subject};
use crate::report::Report;
use crate::rule::{Detector, MessageRule, RuleInfo};
use crate::rules::quoted;
use crate::socket_runner::SocketInput;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "socket-unanswered",
    label: "Requests without a reply",
    detector: Detector::Messages(|| Box::<Unanswered>::default()),
    describe,
};

/// Shortest time in which a reply should have come, in ms.
const MIN_WAIT_MS: f64 = 5000.0;
/// How many times the longest round trip of the same kind was waited for.
const WAIT_FACTOR: f64 = 3.0;
/// Most kinds of requests that are followed.
const MAX_KINDS: usize = 1000;

#[derive(Debug, Default)]
struct Unanswered {
    kinds: FxHashMap<EventId, Kind>,
}

/// The requests of one kind.
#[derive(Debug, Default)]
struct Kind {
    answered: u32,
    longest_ms: f64,
    /// The first without a reply, and the time until the socket's end.
    open: Vec<(u32, f64)>,
    open_count: u32,
}

impl MessageRule for Unanswered {
    fn message(&mut self, input: &SocketInput<'_>, index: u32, _: &Message) {
        let event = input.analysis.event_id(index);
        let is_kind = event != EventId::NONE && event != EventId::OTHER;
        if !input.analysis.is_request(index) || !is_kind {
            return;
        }
        if self.kinds.len() == MAX_KINDS && !self.kinds.contains_key(&event) {
            return;
        }
        let kind = self.kinds.entry(event).or_default();
        if !input.analysis.is_unanswered(index) {
            kind.answered += 1;
            let time = input.analysis.round_trip(input.log.columns, index).map_or(0.0, Millis::ms);
            kind.longest_ms = kind.longest_ms.max(time);
        } else if let Some(waited) = input.until_end(index).map(Millis::ms).filter(|ms| *ms >= MIN_WAIT_MS) {
            kind.open_count += 1;
            if kind.open.len() <= MAX_FURTHER {
                kind.open.push((index, waited));
            }
        }
    }

    fn finish(&mut self, input: &SocketInput<'_>, report: &mut Report) {
        let row = input.record.number;
        let mut kinds: Vec<_> = self.kinds.drain().filter(|(_, kind)| kind.answered > 0).collect();
        kinds.sort_unstable_by_key(|(event, _)| event.number());
        for (event, kind) in kinds {
            let wait = (kind.longest_ms * WAIT_FACTOR).max(MIN_WAIT_MS);
            let open: Vec<u32> =
                kind.open.iter().filter(|(_, ms)| *ms >= wait).map(|(index, _)| *index).collect();
            let dropped = kind.open.len() - open.len();
            let Some((first, rest)) = open.split_first() else { continue };
            let subject = |index: u32| Subject::Message { row, message: index + 1 };
            let name = quoted(input.analysis.names().get(event).unwrap_or_default());
            let socket = socket_endpoint(&input.record.url);
            report.push(Finding {
                rule: &RULE,
                severity: Severity::Warning,
                subject: subject(*first),
                further: rest.iter().copied().map(subject).take(MAX_FURTHER).collect(),
                count: kind.open_count.saturating_sub(dropped as u32).max(1),
                evidence: Evidence {
                    group: format!("{socket} {name}").into(),
                    text: name,
                    numbers: [f64::from(kind.answered), kind.longest_ms, 0.0],
                },
            });
        }
    }
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { text, numbers: [answered, longest, _], .. } = &finding.evidence;
    let longest = Millis::new(*longest).map(Millis::duration).unwrap_or_default();
    let requests =
        if finding.count == 1 { "1 request".to_owned() } else { format!("{} requests", finding.count) };
    Sentences {
        title: format!("{requests} without a reply in a socket: {text}"),
        explanation: format!(
            "{answered} others of the same kind were answered, after at most {longest}. The page may still be \
             waiting."
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::messages::{Line, found};

    const URL: &str = "wss://a.test/rpc";

    fn call(at: f64, id: u32) -> Line {
        Line::sent(at, &format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"orders.get"}}"#))
    }

    fn reply(at: f64, id: u32) -> Line {
        Line::received(at, &format!(r#"{{"jsonrpc":"2.0","id":{id},"result":[]}}"#))
    }

    #[test]
    fn a_request_without_a_reply_is_found_if_others_like_it_were_answered() {
        let lines = [call(0.0, 1), reply(50.0, 1), call(1000.0, 2), call(2000.0, 3), reply(2050.0, 3)];
        let findings = found(URL, &lines, "socket-unanswered");
        assert_eq!(
            findings.iter().map(crate::Finding::title).collect::<Vec<_>>(),
            ["1 request without a reply in a socket: orders.get"]
        );
        assert_eq!(
            findings.first().map(|finding| finding.subject),
            Some(crate::Subject::Message { row: 1, message: 3 })
        );
    }

    #[test]
    fn a_request_just_before_the_end_and_a_kind_that_is_never_answered_are_not_found() {
        let late = [call(0.0, 1), reply(50.0, 1), call(99_000.0, 2)];
        assert!(found(URL, &late, "socket-unanswered").is_empty());
        let never = [call(0.0, 1), call(10.0, 2)];
        assert!(found(URL, &never, "socket-unanswered").is_empty());
    }
}
