//! What the table shows of a pair, and the filter of the table.

use std::borrow::Cow;

use presentation::labels::UNKNOWN;
use presentation::network::{message_bytes, name_cell, status_text};
use presentation::time::{Latency, latency};
use session::filter::Query;
use session::model::{Millis, Record, RecordKind, Session, format_bytes};

use crate::comparison::{Comparison, Pair, PairState};
use crate::part::{Part, Reason};

/// A value of both rows, as text: empty of a row that does not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    pub base: String,
    pub other: String,
    /// `+120 ms`; empty where it is not known, or 0.
    pub difference: String,
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairLine {
    pub state: PairState,
    /// `Same in part` of a pair of which a part was not compared.
    pub state_label: &'static str,
    pub is_socket: bool,
    pub method: String,
    pub name: String,
    pub host: String,
    /// The URLs of both rows.
    pub title: String,
    pub status: Amounts,
    pub latency: Amounts,
    pub size: Amounts,
    /// `Status, timing · response body not compared: not recorded`.
    pub changes: String,
    /// The number of the row in the base.
    pub base_row: Option<u32>,
    /// The number of the row in the other session.
    pub other_row: Option<u32>,
}

/// What the table shows of a pair; `None` if its rows are not in the sessions.
pub fn pair_line(base: &Session, other: &Session, pair: &Pair) -> Option<PairLine> {
    let one = pair.base.and_then(|index| base.records.get(index as usize));
    let two = pair.other.and_then(|index| other.records.get(index as usize));
    let shown = one.or(two)?;
    let name = name_cell(shown);
    let mut title = name.title.clone();
    if let Some(two) = two.filter(|two| one.is_some() && two.url != shown.url) {
        title.push('\n');
        title.push_str(&name_cell(two).title);
    }
    let state = pair.state();
    let latencies =
        [(base, one), (other, two)].map(|(session, record)| record.and_then(|record| took(session, record)));
    let sizes = [one, two].map(|record| record.and_then(size));
    Some(PairLine {
        state,
        state_label: if state == PairState::Same && pair.is_in_part() {
            "Same in part"
        } else {
            state.label()
        },
        is_socket: shown.socket().is_some(),
        method: session::encodings::visible_line(&shown.method, 40).into_owned(),
        name: name.segment,
        host: name.host,
        title,
        status: Amounts {
            base: text_of(one, |record| status_text(record).as_str().to_owned()),
            other: text_of(two, |record| status_text(record).as_str().to_owned()),
            difference: String::new(),
        },
        latency: Amounts {
            base: text_of(one, |_| known(latencies[0].map(Millis::duration))),
            other: text_of(two, |_| known(latencies[1].map(Millis::duration))),
            difference: latencies[0].zip(latencies[1]).map_or_else(String::new, |(one, two)| {
                let more = two.ms() - one.ms();
                signed(more, Millis::new(more.abs()).map(Millis::duration))
            }),
        },
        size: Amounts {
            base: text_of(one, |_| known(sizes[0].map(format_bytes))),
            other: text_of(two, |_| known(sizes[1].map(format_bytes))),
            difference: sizes[0].zip(sizes[1]).map_or_else(String::new, |(one, two)| {
                signed(two as f64 - one as f64, Some(format_bytes(one.abs_diff(two))))
            }),
        },
        changes: changes_text(pair),
        base_row: one.map(|record| record.number),
        other_row: two.map(|record| record.number),
    })
}

fn text_of(record: Option<&Record>, text: impl FnOnce(&Record) -> String) -> String {
    record.map(text).unwrap_or_default()
}

fn known(text: Option<String>) -> String {
    text.unwrap_or_else(|| UNKNOWN.to_owned())
}

fn signed(more: f64, amount: Option<String>) -> String {
    let sign = if more > 0.0 { '+' } else { '-' };
    amount.filter(|_| more != 0.0).map_or_else(String::new, |amount| format!("{sign}{amount}"))
}

/// How long a row took: of a socket how long it was open.
fn took(session: &Session, record: &Record) -> Option<Millis> {
    match latency(session, record) {
        Latency::Took(time) => Some(time),
        Latency::Open(time) => time,
        Latency::Unknown => None,
    }
}

/// The size that is compared: of the body, else what was transferred; of a socket all messages.
fn size(record: &Record) -> Option<u64> {
    match &record.kind {
        RecordKind::Http(http) => http.body_size.or(http.transferred),
        RecordKind::Socket(socket) => message_bytes(socket),
    }
}

/// What differs, then what was not compared and why.
fn changes_text(pair: &Pair) -> String {
    let differing = pair.differing.iter().map(|part| part.label()).collect::<Vec<_>>().join(", ");
    // What is compared on request is no remark.
    let is_remark = |part: Part, reason: Reason| part != Part::Messages || reason != Reason::OnRequest;
    let uncompared = |part: Part| {
        pair.uncompared.iter().filter(move |(known, reason)| *known == part && is_remark(part, *reason))
    };
    let mut remarks: Vec<String> = Vec::new();
    for part in Part::ALL {
        for (part, reason) in uncompared(part) {
            match remarks.last_mut().filter(|last| last.ends_with(reason.label())) {
                // The parts with the same reason are one remark.
                Some(last) => last.insert_str(0, &format!("{}, ", part.label())),
                None => remarks.push(format!("{} not compared: {}", part.label(), reason.label())),
            }
        }
    }
    let mut text = differing;
    for remark in remarks {
        if !text.is_empty() {
            text.push_str(" · ");
        }
        text.push_str(&remark);
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

impl Comparison {
    /// The indexes of the pairs that have the state, if one is given, and match the filter by their
    /// URLs, method, status, state, or parts that differ.
    pub fn filtered(
        &self,
        base: &Session,
        other: &Session,
        state: Option<PairState>,
        query: &Query,
    ) -> Vec<u32> {
        let passes = |pair: &Pair| {
            state.is_none_or(|state| pair.state() == state)
                && (query.is_empty() || matches(base, other, pair, query))
        };
        (0_u32..).zip(&self.pairs).filter(|(_, pair)| passes(pair)).map(|(index, _)| index).collect()
    }
}

fn matches(base: &Session, other: &Session, pair: &Pair, query: &Query) -> bool {
    let records = [(base, pair.base), (other, pair.other)]
        .map(|(session, index)| index.and_then(|index| session.records.get(index as usize)));
    let mut fields: Vec<Cow<'_, [u8]>> = vec![Cow::Borrowed(pair.state().key().as_bytes())];
    fields.extend(pair.differing.iter().map(|part| Cow::Borrowed(part.label().as_bytes())));
    for record in records.into_iter().flatten() {
        fields.push(Cow::Borrowed(record.url.as_bytes()));
        fields.push(Cow::Borrowed(record.method.as_bytes()));
        fields.push(Cow::Owned(status_text(record).as_bytes().to_vec()));
    }
    query.matches_fields(&fields.iter().map(AsRef::as_ref).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{http, pair, session, with_http};

    fn both() -> Pair {
        Pair { base: Some(0), other: Some(0), ..pair() }
    }

    #[test]
    fn a_line_has_the_values_of_both_rows_and_their_differences() {
        let base = session(vec![http(1, "https://a.test/orders/1")]);
        let other = session(vec![with_http(http(4, "https://b.test/orders/2"), |http| {
            http.duration = Millis::new(350.0);
            http.body_size = Some(400);
        })]);
        let line = pair_line(&base, &other, &both()).expect("a line");
        assert_eq!((line.name.as_str(), line.host.as_str()), ("1", "a.test"));
        assert_eq!(line.title, "https://a.test/orders/1\nhttps://b.test/orders/2");
        let amounts = |base: &str, other: &str, difference: &str| Amounts {
            base: base.into(),
            other: other.into(),
            difference: difference.into(),
        };
        assert_eq!(line.status, amounts("200", "200", ""));
        assert_eq!(line.latency, amounts("100 ms", "350 ms", "+250 ms"));
        assert_eq!(line.size, amounts("900 B", "400 B", "-500 B"));
        assert_eq!((line.base_row, line.other_row), (Some(1), Some(4)));
    }

    #[test]
    fn a_missing_row_has_values_on_one_side() {
        let base = session(vec![http(1, "https://a.test/")]);
        let missing = Pair { other: None, ..both() };
        let line = pair_line(&base, &session(Vec::new()), &missing).expect("a line");
        assert_eq!(
            (line.state_label, line.status.base.as_str(), line.status.other.as_str()),
            ("Missing", "200", "")
        );
        assert_eq!(pair_line(&session(Vec::new()), &session(Vec::new()), &missing), None);
    }

    #[test]
    fn what_was_not_compared_is_said() {
        let base = session(vec![http(1, "https://a.test/")]);
        let mut pair = both();
        for part in [Part::RequestHeaders, Part::ResponseBody] {
            pair.note_uncompared(part, Reason::NotRecorded);
        }
        let line = pair_line(&base, &base, &pair).expect("a line");
        assert_eq!(line.state_label, "Same in part");
        assert_eq!(line.changes, "Response body, request headers not compared: not recorded");
        pair.note_difference(Part::Status);
        assert!(
            pair_line(&base, &base, &pair).expect("a line").changes.starts_with("Status · response body")
        );
    }

    #[test]
    fn the_filter_matches_urls_states_and_parts() {
        let base = session(vec![http(1, "https://a.test/orders"), http(2, "https://a.test/stock")]);
        let mut changed = both();
        changed.note_difference(Part::ResponseBody);
        let missing = Pair { base: Some(1), other: None, ..pair() };
        let comparison = Comparison { pairs: vec![changed, missing], omitted_rows: 0 };
        let found = |state, text: &str| comparison.filtered(&base, &base, state, &Query::parse(text));
        assert_eq!(found(None, ""), [0, 1]);
        assert_eq!(found(Some(PairState::Missing), ""), [1]);
        assert_eq!(found(None, "orders"), [0]);
        assert_eq!(found(None, "\"response body\""), [0]);
        assert_eq!(found(None, "-missing"), [0]);
        assert_eq!(found(Some(PairState::Missing), "orders"), [] as [u32; 0]);
    }
}
