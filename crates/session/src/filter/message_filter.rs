//! A filter of messages, evaluated over the columns and payloads of a socket.
//!
//! Conditions on columns are checked first, then texts, paths, and regular expressions. A path is
//! looked for only in payloads whose bytes may contain its last key.

use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};

use super::binary_payload::contains_plainly;
use super::expression::{Condition, Expression, FieldTerm, FilterError, Remark};
use super::message_columns::{ColumnTest, uses_analysis};
use super::message_fields::MESSAGE_FIELDS;
use super::parse::{Parsed, as_text, parse};
use super::path::{PathCandidates, Walker};
use super::predicate::{Cost, Predicate, Term};
use super::readings::Readings;
use super::search::ByteFrequencies;
use super::text::{TextTerm, TextTest};
use super::values::TextPattern;
use super::wall_clock::Zone;
use crate::encodings::is_json_container;
use crate::model::{Encoding, EpochMs, EventFields, MessageBody, MessageLog, Span};
use crate::protocols::Analysis;

/// The messages that a filter is evaluated over.
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a> {
    pub log: MessageLog<'a>,
    /// What the protocol says of them; without it, no message has an event name or a partner.
    pub analysis: Option<&'a Analysis>,
    /// The start of the session, from which offsets count; without it, no message has one.
    pub start: Option<EpochMs>,
}

impl<'a> Messages<'a> {
    /// The readings of the payload of a message; `raw` is the payload as the file has it.
    fn readings<'r>(self, index: usize, body: MessageBody, raw: &'r [u8]) -> Readings<'r>
    where
        'a: 'r,
    {
        Readings::of(body, raw).with_decoded(self.decoded(index, body))
    }

    /// The bytes of a binary message, where they are decoded already.
    fn decoded(self, index: usize, body: MessageBody) -> Option<&'a [u8]> {
        if body.encoding == Encoding::Base64 { self.analysis?.decoded_payload(index) } else { None }
    }
}

/// A parsed filter of messages.
#[derive(Clone, Debug)]
pub struct MessageFilter {
    parsed: Parsed,
    zone: Zone,
}

impl Default for MessageFilter {
    /// The filter that everything matches.
    fn default() -> Self {
        Self { parsed: Parsed::default(), zone: |_| 0 }
    }
}

impl PartialEq for MessageFilter {
    fn eq(&self, other: &Self) -> bool {
        self.parsed == other.parsed
    }
}

impl MessageFilter {
    /// Parses a filter. White space and empty quotes alone match everything.
    ///
    /// # Errors
    /// If the filter is not valid: see [`parse`].
    pub fn parse(input: &str) -> Result<Self, FilterError> {
        Ok(Self { parsed: parse(input, MESSAGE_FIELDS)?, ..Self::default() })
    }

    /// A filter of the words and phrases of `input`, without any other syntax.
    pub fn as_text(input: &str) -> Self {
        let parsed = Parsed { expression: as_text(input), remarks: Vec::new() };
        Self { parsed, ..Self::default() }
    }

    /// A filter of one text, which messages contain.
    pub fn of_phrase(text: &str) -> Self {
        let expression = Expression::Text { text: text.to_owned(), is_phrase: true };
        Self { parsed: Parsed { expression, remarks: Vec::new() }, ..Self::default() }
    }

    /// The filter with wall-clock times in a zone, given as its minutes east of UTC at an instant;
    /// without it, they are in UTC.
    #[must_use]
    pub fn in_zone(self, zone: fn(EpochMs) -> i32) -> Self {
        Self { zone, ..self }
    }

    /// Whether the filter has no terms, so that everything matches.
    pub fn is_empty(&self) -> bool {
        Predicate::new(&self.parsed.expression, &mut |_| Always).is_none()
    }

    /// The filter as a tree.
    pub fn expression(&self) -> &Expression {
        &self.parsed.expression
    }

    /// What the author of the filter may not expect.
    pub fn remarks(&self) -> &[Remark] {
        &self.parsed.remarks
    }

    /// A predicate over the indexes of the messages. The type and ID of an event of an event stream
    /// are searched like its payload. An index past the end does not match.
    pub fn matching<'a>(&self, messages: Messages<'a>) -> impl Fn(usize) -> bool + use<'a> {
        let plan = Plan::new(&self.parsed.expression, messages, self.zone);
        let walker = RefCell::new(Walker::default());
        move |index| {
            let Some(body) = messages.log.columns.body(index) else { return false };
            let has_fields = messages.log.columns.event(index) != EventFields::default();
            match &plan {
                Plan::Words(words) if !has_fields => {
                    let decoded = messages.decoded(index, body);
                    if let Some(is_match) = decoded.and_then(|sent| match_decoded(words, sent)) {
                        return is_match;
                    }
                    let raw = messages.log.bytes.slice(body.span);
                    let mut readings = messages.readings(index, body, &raw);
                    words.iter().all(|word| readings.match_term(&word.term, body) != word.is_excluded)
                }
                Plan::Words(words) => {
                    let raw = messages.log.bytes.slice(body.span);
                    let mut readings = messages.readings(index, body, &raw);
                    let fields = [messages.log.event_name(index), messages.log.event_id(index)];
                    words.iter().all(|Word { term, is_excluded }| {
                        let is_in_field = fields.iter().any(|field| term.needle.find_in(field.as_bytes()));
                        (is_in_field || readings.match_term(term, body)) != *is_excluded
                    })
                }
                Plan::Conditions(predicate) => {
                    let raw = OnceCell::new();
                    let mut message = Candidate::new(messages, index, body, &raw, &walker);
                    predicate.matches(&mut |test| message.matches(test))
                }
            }
        }
    }

    /// Whether the result can change when more is known of the protocol's messages.
    pub fn uses_analysis(&self) -> bool {
        let mut uses = false;
        let _ = Predicate::new(&self.parsed.expression, &mut |term| {
            uses |= matches!(term, Term::Field(term) if uses_analysis(term));
            Always
        });
        uses
    }
}

/// A condition that is not evaluated.
struct Always;

impl Cost for Always {
    fn cost(&self) -> u8 {
        0
    }
}

/// A filter prepared for a socket.
#[derive(Debug)]
enum Plan {
    /// Words and phrases that must all occur, or must not: by far the most frequent, and checked in
    /// a loop of its own, which takes a fifth less time.
    Words(Vec<Word>),
    Conditions(Box<Predicate<MessageTest>>),
}

#[derive(Debug)]
struct Word {
    term: TextTerm,
    is_excluded: bool,
}

impl Plan {
    fn new(expression: &Expression, messages: Messages<'_>, zone: Zone) -> Self {
        let frequencies = sample(messages);
        if let Some(words) = words(expression, &frequencies) {
            return Self::Words(words);
        }
        let predicate =
            Predicate::new(expression, &mut |term| MessageTest::new(term, messages, zone, &frequencies));
        predicate.map_or_else(|| Self::Words(Vec::new()), |predicate| Self::Conditions(Box::new(predicate)))
    }
}

/// The words of a filter that consists of nothing else.
fn words(expression: &Expression, frequencies: &ByteFrequencies) -> Option<Vec<Word>> {
    let terms = match expression {
        Expression::All(terms) => terms.as_slice(),
        term => std::slice::from_ref(term),
    };
    let mut words = Vec::new();
    for term in terms {
        let (term, is_excluded) = match term {
            Expression::Not(inner) => (&**inner, true),
            term => (term, false),
        };
        let Expression::Text { text, .. } = term else { return None };
        if !text.is_empty() {
            words.push(Word { term: TextTerm::new(frequencies, text), is_excluded });
        }
    }
    Some(words)
}

/// Whether the words match a binary payload, by its bytes; `None` if its texts are needed.
fn match_decoded(words: &[Word], sent: &[u8]) -> Option<bool> {
    for Word { term, is_excluded } in words {
        if term.may_be_base64 {
            return None;
        }
        if contains_plainly(sent, &term.needle)? == *is_excluded {
            return Some(false);
        }
    }
    Some(true)
}

/// Byte frequencies in a sample of the payloads, raw or decoded: the beginnings of up to 256 of
/// them, evenly spaced.
fn sample(messages: Messages<'_>) -> ByteFrequencies {
    const BODIES: usize = 256;
    const BYTES: u32 = 256;
    let log = messages.log;
    let step = log.len().div_ceil(BODIES).max(1);
    let bodies = (0..log.len()).step_by(step).filter_map(|index| Some((index, log.columns.body(index)?)));
    ByteFrequencies::of(bodies.map(|(index, body)| match messages.decoded(index, body) {
        Some(decoded) => Cow::Borrowed(decoded.get(..BYTES as usize).unwrap_or(decoded)),
        None => log.bytes.slice(Span { len: body.span.len.min(BYTES), ..body.span }),
    }))
}

/// A condition on a message.
#[derive(Clone, Debug)]
enum MessageTest {
    Column(ColumnTest),
    Text(Box<TextTest>),
    /// The payload as it was sent matches one of these.
    Raw(Vec<RawPattern>),
    Path(Box<PathCandidates>),
    /// The payload is a JSON object or array, or the other condition is true.
    Json {
        or: ColumnTest,
    },
}

#[derive(Clone, Debug)]
struct RawPattern {
    pattern: TextPattern,
    /// The text that the payload must contain.
    part: TextTerm,
}

impl MessageTest {
    fn new(term: Term<'_>, messages: Messages<'_>, zone: Zone, frequencies: &ByteFrequencies) -> Self {
        match term {
            Term::Text(text) => Self::Text(Box::new(TextTest::Term(TextTerm::new(frequencies, text)))),
            Term::Regex(regex) => Self::Text(Box::new(TextTest::of_regex(frequencies, regex))),
            Term::Field(term) => match ColumnTest::new(term, messages, zone) {
                Some(test) if is_json_wanted(term) => Self::Json { or: test },
                Some(test) => Self::Column(test),
                None => Self::of_payload(term, frequencies),
            },
        }
    }

    fn of_payload(term: &FieldTerm, frequencies: &ByteFrequencies) -> Self {
        match &term.condition {
            Condition::Path(test) => Self::Path(Box::new(PathCandidates::new(test, frequencies))),
            Condition::Text(patterns) => {
                Self::Raw(patterns.iter().map(|pattern| RawPattern::new(pattern, frequencies)).collect())
            }
            // All fields of these kinds are columns.
            Condition::Choice(_)
            | Condition::Number(_)
            | Condition::NumberOrChoice { .. }
            | Condition::Named(_) => Self::Raw(Vec::new()),
        }
    }
}

/// Whether `is:json` is among the states of a condition.
fn is_json_wanted(term: &FieldTerm) -> bool {
    matches!(&term.condition, Condition::Choice(values) if values.contains(&"json"))
}

impl Cost for MessageTest {
    fn cost(&self) -> u8 {
        match self {
            Self::Column(_) => 0,
            Self::Text(test) => test.cost(),
            Self::Raw(_) => 1,
            Self::Path(_) | Self::Json { .. } => 2,
        }
    }
}

impl RawPattern {
    fn new(pattern: &TextPattern, frequencies: &ByteFrequencies) -> Self {
        let part = match pattern {
            TextPattern::Contains(text) | TextPattern::Equals(text) => text.as_str(),
            TextPattern::Wildcard(parts) => {
                parts.iter().max_by_key(|part| part.len()).map_or("", String::as_str)
            }
        };
        Self { part: TextTerm::new(frequencies, part), pattern: pattern.clone() }
    }

    fn matches(&self, message: &mut Candidate<'_, '_>) -> bool {
        let body = message.body;
        if message.is_json() && !self.part.in_escaped.may_occur_in(message.raw(), body.has_unicode_escapes) {
            return false;
        }
        let sent = message.readings().sent();
        match &self.pattern {
            TextPattern::Contains(_) => self.part.needle.find_in(sent),
            pattern => pattern.matches(&String::from_utf8_lossy(sent)),
        }
    }
}

/// A message that is checked; its payload is read when a condition needs it.
struct Candidate<'m, 'a> {
    messages: Messages<'a>,
    index: usize,
    body: MessageBody,
    raw: &'m OnceCell<Cow<'a, [u8]>>,
    readings: Option<Readings<'m>>,
    walker: &'m RefCell<Walker>,
}

impl<'m, 'a> Candidate<'m, 'a> {
    fn new(
        messages: Messages<'a>,
        index: usize,
        body: MessageBody,
        raw: &'m OnceCell<Cow<'a, [u8]>>,
        walker: &'m RefCell<Walker>,
    ) -> Self {
        Self { messages, index, body, raw, readings: None, walker }
    }

    fn matches(&mut self, test: &MessageTest) -> bool {
        match test {
            MessageTest::Column(test) => test.matches(self.messages, self.index),
            MessageTest::Text(test) => self.matches_text(test),
            MessageTest::Raw(patterns) => patterns.iter().any(|pattern| pattern.matches(self)),
            MessageTest::Path(path) => self.matches_path(path),
            MessageTest::Json { or } => or.matches(self.messages, self.index) || self.is_json_payload(),
        }
    }

    fn matches_text(&mut self, test: &TextTest) -> bool {
        let (log, index, body) = (self.messages.log, self.index, self.body);
        if log.columns.event(index) != EventFields::default()
            && [log.event_name(index), log.event_id(index)].iter().any(|field| test.matches(field.as_bytes()))
        {
            return true;
        }
        test.matches_payload(self.readings(), body)
    }

    fn matches_path(&mut self, path: &PathCandidates) -> bool {
        path.decide(self.raw(), self.body).unwrap_or_else(|| {
            let walker = self.walker;
            path.matches(self.body, self.readings().content(), &mut walker.borrow_mut())
        })
    }

    fn is_json_payload(&mut self) -> bool {
        std::str::from_utf8(self.readings().content()).is_ok_and(is_json_container)
    }

    /// The payload as the file has it.
    fn raw(&self) -> &'m [u8] {
        self.raw.get_or_init(|| self.messages.log.bytes.slice(self.body.span))
    }

    fn readings(&mut self) -> &mut Readings<'m> {
        let (body, raw) = (self.body, self.raw());
        self.readings.get_or_insert_with(|| self.messages.readings(self.index, body, raw))
    }

    fn is_json(&self) -> bool {
        matches!(self.body.encoding, Encoding::JsonString | Encoding::JsonValue)
    }
}

#[cfg(test)]
mod tests;
