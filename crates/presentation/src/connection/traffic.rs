//! How long a connection was open, and what it carried.

use session::model::{
    EpochMs, MessageColumns, MessageKind, Messages, Millis, Record, Session, format_bytes, format_count,
    plural,
};

use super::{Fact, NOT_RECORDED};
use crate::labels::{missing_label, refusal_label};
use crate::messages::{Lifecycle, TimeOrder};
use crate::time::{Latency, latency};

/// Most columns of the chart.
const MAX_COLUMNS: usize = 120;
/// Seconds that are counted one by one. A longer socket is counted over longer times.
const MAX_COUNTED_SECONDS: f64 = 100_000.0;
const SECOND_MS: f64 = 1000.0;

/// Connect time and time open.
pub fn timing_facts(session: &Session, record: &Record) -> Vec<Fact> {
    let Some(socket) = record.socket() else { return Vec::new() };
    let handshake = socket.handshake(record.start).filter(|_| !socket.is_refused && !socket.is_orphan);
    let connect = match handshake {
        Some(time) => time.duration(),
        None if socket.is_refused => refusal_label(record),
        None if socket.is_orphan => "Open not recorded".to_owned(),
        None => NOT_RECORDED.to_owned(),
    };
    let after_handshake = |time: Millis| match handshake {
        Some(handshake) => Millis::new(time.ms() - handshake.ms()).unwrap_or(time).duration(),
        None => format!("{}, handshake included", time.duration()),
    };
    let open = match latency(session, record) {
        _ if socket.is_refused => "Never opened".to_owned(),
        Latency::Took(time) => after_handshake(time),
        Latency::Open(Some(time)) => format!("{}, until the recording ended", after_handshake(time)),
        Latency::Open(None) | Latency::Unknown => NOT_RECORDED.to_owned(),
    };
    vec![Fact::new("Connect time", connect), Fact::new("Time open", open)]
}

/// Messages and bytes each way. `columns` are the messages, if they are loaded.
pub fn traffic_facts(session: &Session, record: &Record, columns: Option<&MessageColumns>) -> Vec<Fact> {
    let Some(socket) = record.socket() else { return Vec::new() };
    match (&socket.messages, columns) {
        (Messages::Missing(missing), _) => {
            let mut facts = vec![Fact::new("Messages", missing_label(session, *missing))];
            facts.extend(
                socket.totals.messages.map(|count| Fact::new("Messages in total", format_count(count))),
            );
            facts.extend(socket.totals.bytes.map(|bytes| Fact::new("Bytes in total", format_bytes(bytes))));
            facts
        }
        (_, Some(columns)) => {
            let counts = columns.counts();
            let is_complete = counts.unsized_messages == 0;
            vec![
                Fact::new("Sent", one_way(counts.sent, counts.sent_bytes, is_complete)),
                Fact::new("Received", one_way(counts.received, counts.received_bytes, is_complete)),
            ]
        }
        (_, None) => vec![Fact::new("Messages", "Not loaded")],
    }
}

fn one_way(count: u64, bytes: u64, is_complete: bool) -> String {
    let messages = plural(count, "message");
    match (count, is_complete, bytes) {
        (0, ..) => messages,
        (_, true, _) => format!("{messages}, {}", format_bytes(bytes)),
        (_, false, 0) => format!("{messages}, size not recorded"),
        (_, false, _) => format!("{messages}, at least {}", format_bytes(bytes)),
    }
}

/// The longest time without a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Silence {
    /// The index of the message before it, in file order; `None` where it follows the open.
    pub after: Option<u32>,
    pub length: Millis,
    /// It lasted until the socket closed or the recording ended.
    pub is_last: bool,
}

/// The longest time between two messages, from the open to the first or from the last to the end.
/// `None` if fewer than two of these times are known.
pub fn longest_silence(session: &Session, record: &Record, columns: &MessageColumns) -> Option<Silence> {
    let ends = Lifecycle::of(session, record);
    let order = TimeOrder::of(columns);
    let messages = order.iter().filter_map(|index| {
        let kind = columns.get(index as usize)?.kind;
        let is_traffic = !matches!(kind, MessageKind::Error | MessageKind::CloseFrame);
        is_traffic.then_some((Some(index), columns.time(index as usize)?, false))
    });
    let open = ends.open.map(|time| (None, time, false));
    let close = ends.close.map(|time| (None, time, true));
    let mut longest: Option<Silence> = None;
    let mut before: Option<(Option<u32>, EpochMs)> = None;
    for (index, time, is_last) in open.into_iter().chain(messages).chain(close) {
        if let Some((after, since)) = before {
            let silence = Silence { after, length: time - since, is_last };
            if longest.is_none_or(|longest| silence.length > longest.length) {
                longest = Some(silence);
            }
        }
        before = Some((index, time));
    }
    longest.filter(|silence| silence.length.ms() > 0.0)
}

/// The number of messages over the time of a socket.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageRate {
    pub columns: Vec<RateColumn>,
    /// The time of a column, in ms.
    pub column_ms: f64,
    /// The time of the chart, in ms.
    pub length: Millis,
    /// Most messages in a second, or in the time of a column where that is longer: their number a
    /// second.
    pub peak: f64,
    /// When the peak was, after the beginning of the chart.
    pub peak_at: Millis,
    /// Messages a second.
    pub average: f64,
    /// Messages with a time.
    pub total: u64,
    /// Messages without one: they are not in the chart.
    pub without_time: u64,
}

/// The messages in a part of the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateColumn {
    pub sent: u32,
    pub received: u32,
}

impl MessageRate {
    /// The rate from the open to the end. `None` if no message has a time.
    pub fn of(session: &Session, record: &Record, columns: &MessageColumns) -> Option<Self> {
        let ends = Lifecycle::of(session, record);
        let (mut first, mut last) = (f64::INFINITY, f64::NEG_INFINITY);
        for time in columns.raw_times().iter().copied().filter(|time| !time.is_nan()) {
            (first, last) = (first.min(time), last.max(time));
        }
        if first > last {
            return None;
        }
        let from = ends.open.map_or(first, |open| open.ms().min(first));
        let until = ends.close.map_or(last, |close| close.ms().max(last));
        let length = (until - from).max(1.0);
        let counted_ms =
            if length <= MAX_COUNTED_SECONDS * SECOND_MS { SECOND_MS } else { length / MAX_COUNTED_SECONDS };
        let counted = count(columns, from, length, counted_ms);
        let total = counted.iter().map(|column| column.total()).sum();
        let (peak_nth, peak) = counted
            .iter()
            .map(|column| column.total())
            .enumerate()
            .fold((0, 0), |best, (nth, total)| if total > best.1 { (nth, total) } else { best });
        let merged = counted.len().div_ceil(MAX_COLUMNS).max(1);
        Some(Self {
            column_ms: counted_ms * merged as f64,
            columns: counted.chunks(merged).map(RateColumn::sum).collect(),
            length: Millis::new(length)?,
            peak: peak as f64 / (counted_ms / SECOND_MS),
            peak_at: Millis::new(peak_nth as f64 * counted_ms)?,
            average: total as f64 / (length.max(SECOND_MS) / SECOND_MS),
            total,
            without_time: (columns.len() as u64).saturating_sub(total),
        })
    }

    /// Most messages in a column.
    pub fn max_column(&self) -> u64 {
        self.columns.iter().map(|column| column.total()).max().unwrap_or(0)
    }

    /// What the chart shows, in words:
    /// `Peak 42 messages a second at 0:12.000, average 3.1 messages a second`.
    pub fn label(&self) -> String {
        let peak = format!("Peak {} at {}", a_second(self.peak), self.peak_at.offset());
        let mut label = format!("{peak}, average {}", a_second(self.average));
        if self.without_time > 0 {
            label = format!("{label}; {} without a time", plural(self.without_time, "message"));
        }
        label
    }
}

impl RateColumn {
    fn total(self) -> u64 {
        u64::from(self.sent) + u64::from(self.received)
    }

    fn sum(columns: &[Self]) -> Self {
        let add = |sum: Self, column: &Self| Self {
            sent: sum.sent.saturating_add(column.sent),
            received: sum.received.saturating_add(column.received),
        };
        columns.iter().fold(Self::default(), add)
    }
}

/// The messages in each of the times of `step` ms from `from` on.
fn count(columns: &MessageColumns, from: f64, length: f64, step: f64) -> Vec<RateColumn> {
    let len = ((length / step).ceil() as usize).max(1);
    let mut counted = vec![RateColumn::default(); len];
    for message in columns.iter() {
        let Some(time) = message.time else { continue };
        let nth = (((time.ms() - from) / step).max(0.0) as usize).min(len - 1);
        let Some(column) = counted.get_mut(nth) else { continue };
        match message.direction {
            Some(session::model::Direction::Sent) => column.sent += 1,
            // Errors are shown with what was received.
            Some(session::model::Direction::Received) | None => column.received += 1,
        }
    }
    counted
}

/// `1 message a second`, `3.1 messages a second`, `less than 0.01 messages a second`.
fn a_second(rate: f64) -> String {
    if rate > 0.0 && rate < 0.01 {
        return "less than 0.01 messages a second".to_owned();
    }
    let decimals = if rate < 1.0 { 2 } else { usize::from(rate < 100.0) };
    let text = format!("{rate:.decimals$}");
    let text = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    let text = text.parse::<u64>().map_or_else(|_| text.to_owned(), format_count);
    format!("{text} {} a second", if text == "1" { "message" } else { "messages" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, closed, columns, orphan, refused, session, socket, with_socket};
    use session::model::{Direction, MessagesFile, Missing};

    const SENT: Option<Direction> = Some(Direction::Sent);
    const RECEIVED: Option<Direction> = Some(Direction::Received);

    fn values(facts: Vec<Fact>) -> Vec<String> {
        facts.into_iter().map(|fact| fact.value).collect()
    }

    fn timing(record: Record) -> Vec<String> {
        let session = session(vec![record]);
        values(timing_facts(&session, &session.records[0]))
    }

    fn bare() -> Record {
        socket(1, "wss://a.test/")
    }

    fn opened(record: Record) -> Record {
        with_socket(record, |socket| socket.opened = Some(at(62.0)))
    }

    #[test]
    fn the_time_open_is_counted_from_the_handshake_if_that_is_known() {
        assert_eq!(timing(opened(closed(bare(), 2062.0, 1000))), ["62 ms", "2.00 s"]);
        assert_eq!(timing(closed(bare(), 2062.0, 1000)), [NOT_RECORDED, "2.06 s, handshake included"]);
        let open = timing(opened(bare()));
        assert_eq!(open[1], "1 min 40 s, until the recording ended");
        assert_eq!(timing(orphan(bare())), ["Open not recorded", NOT_RECORDED]);
        assert_eq!(timing(refused(bare(), 403)), ["Handshake refused with 403 Forbidden", "Never opened"]);
    }

    #[test]
    fn traffic_is_counted_each_way() {
        let session = session(Vec::new());
        let facts = |record: &Record, columns| values(traffic_facts(&session, record, columns));
        let messages = columns(&[(SENT, Some(1.0), 20), (RECEIVED, None, 1000), (RECEIVED, Some(9.0), 500)]);
        let file = with_socket(bare(), |socket| socket.messages = Messages::File(MessagesFile::default()));
        assert_eq!(facts(&file, Some(&messages)), ["1 message, 20 B", "2 messages, 1.5 kB"]);
        assert_eq!(facts(&file, None), ["Not loaded"]);
        let missing = with_socket(bare(), |socket| socket.messages = Messages::Missing(Missing::NotRecorded));
        assert_eq!(facts(&missing, None), ["Messages of this socket were not recorded"]);
    }

    #[test]
    fn the_longest_silence_follows_a_message_or_the_open() {
        let silence = |record: Record, messages: &[(Option<Direction>, Option<f64>, u64)]| {
            let session = session(vec![record]);
            longest_silence(&session, &session.records[0], &columns(messages))
        };
        let messages =
            [(SENT, Some(5000.0), 1), (RECEIVED, Some(1000.0), 1), (SENT, None, 1), (SENT, Some(6000.0), 1)];
        let expected =
            |after, ms, is_last| Some(Silence { after, length: Millis::new(ms).expect("ms"), is_last });
        assert_eq!(silence(closed(bare(), 7000.0, 1000), &messages), expected(Some(1), 4000.0, false));
        assert_eq!(silence(closed(bare(), 70_000.0, 1006), &messages), expected(Some(3), 64_000.0, true));
        assert_eq!(silence(closed(bare(), 9000.0, 1006), &messages[..1]), expected(None, 5000.0, false));
        assert_eq!(silence(closed(bare(), 9000.0, 1006), &[]), expected(None, 9000.0, true));
        let unknown =
            with_socket(orphan(bare()), |socket| socket.ending = session::model::Ending::NotRecorded);
        assert_eq!(silence(unknown, &messages[..1]), None);
    }

    #[test]
    fn the_rate_has_peak_and_average() {
        let mut messages = vec![(SENT, Some(100.0), 1), (RECEIVED, None, 1)];
        messages.extend((0..8).map(|nth| (RECEIVED, Some(3000.0 + f64::from(nth) * 100.0), 1)));
        messages.push((None, Some(9500.0), 0));
        let session = session(vec![closed(bare(), 10_000.0, 1000)]);
        let rate = MessageRate::of(&session, &session.records[0], &columns(&messages)).expect("a rate");
        assert_eq!((rate.columns.len(), rate.column_ms, rate.max_column()), (10, 1000.0, 8));
        assert_eq!(rate.columns[0], RateColumn { sent: 1, received: 0 });
        assert_eq!(
            rate.label(),
            "Peak 8 messages a second at 0:03.000, average 1 message a second; 1 message without a time"
        );
    }

    #[test]
    fn a_long_or_short_socket_has_a_bounded_chart() {
        let rate = |close: f64, times: &[f64]| {
            let session = session(vec![closed(bare(), close, 1000)]);
            let messages: Vec<_> = times.iter().map(|ms| (SENT, Some(*ms), 1)).collect();
            MessageRate::of(&session, &session.records[0], &columns(&messages)).expect("a rate")
        };
        let hour = rate(3_600_000.0, &[0.0, 10.0, 3_599_999.0]);
        assert_eq!((hour.columns.len(), hour.column_ms), (120, 30_000.0));
        assert_eq!(
            hour.label(),
            "Peak 2 messages a second at 0:00.000, average less than 0.01 messages a second"
        );
        let year = rate(365.0 * 86_400_000.0, &[0.0]);
        assert!(year.columns.len() <= 120);
        let short = rate(200.0, &[0.0, 1.0, 2.0]);
        assert_eq!((short.columns.len(), short.average), (1, 3.0));
    }

    #[test]
    fn messages_without_times_have_no_rate() {
        let session = session(vec![bare()]);
        assert_eq!(MessageRate::of(&session, &session.records[0], &columns(&[(SENT, None, 1)])), None);
    }
}
