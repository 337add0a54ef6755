//! The conditions on the fields of a row.

use std::cell::OnceCell;

use session::filter::{Condition, FieldTerm, FieldTest, NumberRange, TextPattern, Zone};
use session::model::{Millis, Outcome, Phase, Record, RecordKind, Session};

use super::contents::{ContentKind, ContentTerm};
use super::headers::header_test;
use super::index::{IndexedText, Side};
use super::site::FirstParties;
use super::text::{NamedMatches, TextMatches};
use super::{Evidence, RequestIndex};
use crate::details::pairs;
use crate::network::types::group_key;
use crate::network::url_parts::UrlParts;
use crate::network::{RowState, display_status, row_state, transferred};
use crate::time::{Latency, extent, latency, offset, start_time};

/// A request is slow from this duration on, in ms.
pub(crate) const SLOW_MS: f64 = 1000.0;

/// The rows that are filtered.
#[derive(Debug)]
pub(super) struct Rows<'a> {
    session: &'a Session,
    evidence: Evidence<'a>,
    /// Made when a condition needs them.
    first_parties: OnceCell<FirstParties>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(session: &'a Session, evidence: Evidence<'a>) -> Self {
        Self { session, evidence, first_parties: OnceCell::new() }
    }
}

/// A condition that is not evaluated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Undecided;

impl FieldTest for Undecided {
    fn cost(&self) -> u8 {
        0
    }
}

/// A condition on a field of a row.
#[derive(Clone, Debug)]
pub(super) enum RequestTest {
    Text(RowText, TextMatches),
    Query(NamedMatches),
    Status {
        ranges: Vec<NumberRange>,
        outcomes: Vec<&'static str>,
    },
    Number(RowNumber, Vec<NumberRange>),
    /// In progress within one of these ranges.
    During(Vec<NumberRange>),
    States(Vec<&'static str>),
    Has(Vec<&'static str>),
    /// One of the headers whose numbers are marked.
    Header(Side, Vec<bool>),
    /// One of the texts whose numbers are marked.
    Indexed(IndexedText, Vec<bool>),
    Contents(Vec<ContentTerm>),
}

/// A text of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum RowText {
    Url,
    Domain,
    Path,
    Scheme,
    Method,
    Type,
}

/// A number of a row.
#[derive(Clone, Copy, Debug)]
pub(super) enum RowNumber {
    Latency,
    FirstByte,
    Size,
    Start,
}

impl FieldTest for RequestTest {
    fn cost(&self) -> u8 {
        match self {
            Self::Contents(_) => 5,
            Self::Query(_) | Self::States(_) => 2,
            _ => 0,
        }
    }
}

/// Whether a condition needs headers or other details.
pub(super) fn needs_index(term: &FieldTerm) -> bool {
    header_test(term).is_some() || indexed_text(term.field.name).is_some() || term.field.name == "has"
}

impl RequestTest {
    pub(super) fn new(term: &FieldTerm, rows: &Rows<'_>, zone: Zone) -> Self {
        if let Some((side, is_match)) = header_test(term) {
            let headers = rows.evidence.index.map(|index| index.matching_headers(is_match));
            return Self::Header(side, headers.unwrap_or_default());
        }
        match (&term.condition, term.field.name) {
            (Condition::Text(patterns), key) => Self::of_text(key, patterns, rows),
            (Condition::Named(patterns), _) => Self::Query(NamedMatches::new(patterns)),
            (Condition::NumberOrChoice { ranges, choices }, _) => {
                Self::Status { ranges: ranges.clone(), outcomes: choices.clone() }
            }
            (Condition::Number(ranges), key) => {
                let from_start =
                    || ranges.iter().map(|range| range.since_start(rows.session.started_at, zone)).collect();
                match key {
                    "start" => Self::Number(RowNumber::Start, from_start()),
                    "at" => Self::During(from_start()),
                    "ttfb" => Self::Number(RowNumber::FirstByte, ranges.clone()),
                    "latency" | "duration" => Self::Number(RowNumber::Latency, ranges.clone()),
                    _ => Self::Number(RowNumber::Size, ranges.clone()),
                }
            }
            (Condition::Choice(choices), "has") => Self::Has(choices.clone()),
            (Condition::Choice(choices), _) => Self::States(choices.clone()),
            // No field of requests is a path within a payload.
            (Condition::Path(_), _) => Self::States(Vec::new()),
        }
    }

    fn of_text(key: &str, patterns: &[TextPattern], rows: &Rows<'_>) -> Self {
        if let Some(kind) = ContentKind::of(key) {
            let term = |pattern: &TextPattern| ContentTerm { kind, pattern: pattern.clone() };
            return Self::Contents(patterns.iter().map(term).collect());
        }
        let matches = TextMatches::new(patterns);
        if let Some(text) = indexed_text(key) {
            let texts = rows.evidence.index.map(|index| index.matching_texts(|text| matches.any(text)));
            return Self::Indexed(text, texts.unwrap_or_default());
        }
        let text = match key {
            "domain" => RowText::Domain,
            "path" => RowText::Path,
            "scheme" => RowText::Scheme,
            "method" => RowText::Method,
            "type" | "resource-type" => RowText::Type,
            _ => RowText::Url,
        };
        Self::Text(text, matches)
    }

    /// Whether the row at `index` matches; `None` if that is not known yet.
    pub(super) fn decide(&self, rows: &Rows<'_>, index: usize, record: &Record) -> Option<bool> {
        let known = rows.evidence.index;
        Some(match self {
            Self::Text(text, matches) => text.matches(record, matches),
            Self::Query(matches) => query_pairs(&record.url).any(|(name, value)| matches.any(&name, &value)),
            Self::Status { ranges, outcomes } => {
                let code = display_status(record).map(|shown| f64::from(shown.code));
                code.is_some_and(|code| ranges.iter().any(|range| range.contains(code)))
                    || outcomes.iter().any(|outcome| has_outcome(record, outcome))
            }
            Self::Number(number, ranges) => {
                let number = number.of(rows.session, record);
                number.is_some_and(|number| ranges.iter().any(|range| range.contains(number)))
            }
            Self::During(ranges) => is_during(rows.session, record, ranges),
            Self::States(states) => states.iter().any(|state| is_in_state(rows, record, state)),
            Self::Has(parts) => {
                let index = known.filter(|known| index < known.len()).map(|known| (known, index))?;
                parts.iter().any(|part| has(index, part))
            }
            Self::Header(side, matching) => return known?.has_header(index, *side, matching),
            Self::Indexed(text, matching) => return known?.has_text(index, *text, matching),
            Self::Contents(terms) => return find_contents(rows, index, record, terms),
        })
    }
}

fn has((known, index): (&RequestIndex, usize), part: &str) -> bool {
    match part {
        "body" => known.has_body(index).unwrap_or(false),
        _ => known.text(index, IndexedText::Initiator).is_some(),
    }
}

fn find_contents(rows: &Rows<'_>, index: usize, record: &Record, terms: &[ContentTerm]) -> Option<bool> {
    let mut is_unknown = false;
    for term in terms {
        // A request has no messages, a socket no body.
        if (term.kind == ContentKind::Message) != record.socket().is_some() {
            continue;
        }
        match rows.evidence.contents.and_then(|contents| contents.get(term, index)) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => is_unknown = true,
        }
    }
    (!is_unknown).then_some(false)
}

impl RowText {
    fn matches(self, record: &Record, matches: &TextMatches) -> bool {
        let parts = || UrlParts::of(&record.url);
        match self {
            Self::Url => matches.any(&record.url),
            Self::Domain => matches.any(parts().hostname()),
            Self::Path => matches.any(parts().path_and_query().0),
            Self::Scheme => matches.any(record.url.split_once(':').map_or("", |(scheme, _)| scheme)),
            Self::Method => matches.any(&record.method),
            Self::Type => {
                let resource_type = record.resource_type();
                matches.any(resource_type.label()) || matches.any(group_key(resource_type.group()))
            }
        }
    }
}

impl RowNumber {
    fn of(self, session: &Session, record: &Record) -> Option<f64> {
        match self {
            Self::Latency => match latency(session, record) {
                Latency::Took(time) | Latency::Open(Some(time)) => Some(time.ms()),
                Latency::Open(None) | Latency::Unknown => None,
            },
            Self::FirstByte => first_byte(record),
            Self::Size => transferred(record).map(|bytes| bytes as f64),
            Self::Start => offset(session, start_time(record)),
        }
    }
}

/// The time from the start of a request to the first byte of its response, or of a socket to the
/// answer of its handshake, in ms; `None` where it was not recorded.
pub(in crate::network) fn first_byte(record: &Record) -> Option<f64> {
    match &record.kind {
        RecordKind::Http(http) => http.phases.get(Phase::Wait).map(|wait| wait.end),
        RecordKind::Socket(socket) => socket.handshake(record.start).map(Millis::ms),
    }
}

fn is_during(session: &Session, record: &Record, ranges: &[NumberRange]) -> bool {
    let Some(extent) = extent(session, record) else { return false };
    let (from, to) = (offset(session, Some(extent.start)), offset(session, Some(extent.end)));
    from.zip(to).is_some_and(|(from, to)| ranges.iter().any(|range| range.overlaps(from, to)))
}

fn has_outcome(record: &Record, outcome: &str) -> bool {
    let RecordKind::Http(http) = &record.kind else {
        return outcome == "failed" && row_state(record) == RowState::Error;
    };
    match outcome {
        "failed" => {
            http.outcome == Outcome::Failed
                || (http.outcome == Outcome::Done && record.status.is_none() && record.error.is_some())
        }
        "canceled" => http.outcome == Outcome::Canceled,
        "blocked" => http.outcome == Outcome::Blocked,
        _ => http.outcome == Outcome::Pending,
    }
}

fn is_in_state(rows: &Rows<'_>, record: &Record, state: &str) -> bool {
    let http = match &record.kind {
        RecordKind::Http(http) => Some(http),
        RecordKind::Socket(_) => None,
    };
    match state {
        "socket" => http.is_none(),
        "error" => row_state(record) == RowState::Error,
        "cached" | "from-cache" => http.is_some_and(|http| http.from_cache.is_some()),
        "redirect" => matches!(record.status, Some(301 | 302 | 303 | 307 | 308)),
        "slow" => {
            http.is_some() && RowNumber::Latency.of(rows.session, record).is_some_and(|ms| ms >= SLOW_MS)
        }
        "open" => row_state(record) == RowState::Open,
        "running" => matches!(row_state(record), RowState::Open | RowState::Pending),
        "orphan" => row_state(record) == RowState::Orphan,
        _ => {
            let first_parties = rows.first_parties.get_or_init(|| FirstParties::of(rows.session));
            first_parties.excludes(UrlParts::of(&record.url).hostname())
        }
    }
}

fn indexed_text(key: &str) -> Option<IndexedText> {
    match key {
        "mime" | "mime-type" => Some(IndexedText::Mime),
        "protocol" => Some(IndexedText::Protocol),
        "ip" => Some(IndexedText::RemoteAddress),
        "priority" => Some(IndexedText::Priority),
        "initiator" => Some(IndexedText::Initiator),
        _ => None,
    }
}

/// The parameters of a URL's query, decoded.
fn query_pairs(url: &str) -> impl Iterator<Item = (String, String)> {
    let query = UrlParts::of(url).path_and_query().1;
    let decode = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
    };
    pairs(query, '&').map(move |(name, value)| (decode(name), decode(value)))
}
