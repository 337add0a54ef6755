//! Conversations for the tests of protocols.

use super::{
    Analysis, Analyze, Analyzer, Continuity, DecodedMessage, DecodedUnit, FieldPairs, FieldPath, Handshake,
    Sample, SocketEnd, continuity, protocol, recognize,
};
use crate::encodings::base64;
use crate::model::{
    Direction, Encoding, EpochMs, Message, MessageColumns, MessageKind, MessageLog, SegmentedBuffer, Span,
};
use json_spans::json_string;

/// A message of a test.
#[derive(Clone, Debug)]
pub(crate) struct TestMessage {
    direction: Direction,
    data: Vec<u8>,
    encoding: Encoding,
    /// In ms from the first message; `None`: one second after the message before it.
    time: Option<f64>,
}

impl TestMessage {
    /// Number of bytes of the payload.
    pub(crate) fn len(&self) -> usize {
        self.data.len()
    }
}

impl TestMessage {
    /// The same message, that many ms after the first one.
    pub(crate) fn at(self, ms: f64) -> Self {
        Self { time: Some(ms), ..self }
    }

    /// Its payload, where it is text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.data).into_owned()
    }
}

/// When the first message was sent, in ms since 1970.
pub(crate) const FIRST_MESSAGE_MS: f64 = 1_795_300_000_000.0;

/// The socket of a conversation is closed.
const CLOSED: SocketEnd = SocketEnd { is_closed: true, time: None };

/// A text message to the server.
pub(crate) fn sent(text: &str) -> TestMessage {
    TestMessage { direction: Direction::Sent, data: text.into(), encoding: Encoding::JsonString, time: None }
}

/// A text message from the server.
pub(crate) fn received(text: &str) -> TestMessage {
    TestMessage {
        direction: Direction::Received,
        data: text.into(),
        encoding: Encoding::JsonString,
        time: None,
    }
}

/// A binary message to the server.
pub(crate) fn sent_binary(bytes: &[u8]) -> TestMessage {
    TestMessage { direction: Direction::Sent, data: bytes.into(), encoding: Encoding::Base64, time: None }
}

/// A binary message from the server.
pub(crate) fn received_binary(bytes: &[u8]) -> TestMessage {
    TestMessage { direction: Direction::Received, data: bytes.into(), encoding: Encoding::Base64, time: None }
}

/// A message from the server whose payload was not recorded.
pub(crate) fn received_unrecorded() -> TestMessage {
    TestMessage { direction: Direction::Received, data: Vec::new(), encoding: Encoding::Absent, time: None }
}

/// The bytes of hexadecimal digits; spaces are ignored.
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<_> = digits.chars().filter_map(|char| char.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

/// What a unit says, wherever it is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DecodedText {
    event: String,
    is_heartbeat: bool,
    pub(crate) problem: Option<String>,
    fields: Vec<(String, String)>,
    bodies: Vec<(String, Vec<u8>)>,
}

impl DecodedText {
    fn of(unit: DecodedUnit) -> Self {
        let fields = unit.fields.into_iter().map(|field| (field.name.into_owned(), field.value)).collect();
        let bodies = unit.bodies.into_iter();
        let bodies = bodies.map(|body| (body.name.into_owned(), body.payload.bytes().to_vec())).collect();
        let problem = unit.problem.map(std::borrow::Cow::into_owned);
        Self { event: unit.event, is_heartbeat: unit.is_heartbeat, problem, fields, bodies }
    }
}

/// Messages, analyzed by the protocol that they are recognized as.
pub(crate) struct Conversation {
    bytes: SegmentedBuffer,
    columns: MessageColumns,
    analyzer: Analyzer,
    recognized: String,
}

impl Conversation {
    /// Messages of a socket at `url` with that subprotocol, one second apart.
    pub(crate) fn new(url: &str, subprotocol: Option<&str>, messages: &[TestMessage]) -> Self {
        let handshake = Handshake { url: url.into(), subprotocol: subprotocol.map(Into::into) };
        let (bytes, columns) = log(messages);
        let sample = Sample::of(MessageLog { bytes: &bytes, columns: &columns });
        let recognition = recognize(&handshake, &sample).expect("a recognized protocol");
        let recognized = format!("{} {}", recognition.protocol.key(), recognition.reason(&handshake));
        Self::analyzed(recognition.protocol.key(), &handshake, bytes, columns, recognized)
    }

    /// Messages of a socket whose protocol the user selected.
    pub(crate) fn decoded_as(key: &str, url: &str, messages: &[TestMessage]) -> Self {
        let handshake = Handshake { url: url.into(), subprotocol: None };
        let (bytes, columns) = log(messages);
        Self::analyzed(key, &handshake, bytes, columns, String::new())
    }

    /// Messages of a socket whose protocol is not recognized.
    pub(crate) fn unknown(messages: &[TestMessage]) -> Self {
        let (bytes, columns) = log(messages);
        let sample = Sample::of(MessageLog { bytes: &bytes, columns: &columns });
        let analyzer = Analyzer::of_unknown(&Handshake::default(), &sample);
        Self::advanced(analyzer, bytes, columns, String::new())
    }

    fn analyzed(
        key: &str,
        handshake: &Handshake<'_>,
        bytes: SegmentedBuffer,
        columns: MessageColumns,
        recognized: String,
    ) -> Self {
        let log = MessageLog { bytes: &bytes, columns: &columns };
        let analyzer = Analyzer::new(protocol(key).expect("a protocol"), handshake, &Sample::of(log));
        Self::advanced(analyzer, bytes, columns, recognized)
    }

    fn advanced(
        mut analyzer: Analyzer,
        bytes: SegmentedBuffer,
        columns: MessageColumns,
        recognized: String,
    ) -> Self {
        let log = MessageLog { bytes: &bytes, columns: &columns };
        while analyzer.advance(log, 2) {}
        analyzer.finish(log, CLOSED);
        Self { bytes, columns, analyzer, recognized }
    }

    /// Messages of an unknown protocol, paired by the field at `path`.
    pub(crate) fn paired_by(path: &str, messages: &[TestMessage]) -> Self {
        let (bytes, columns) = log(messages);
        let sample = Sample::of(MessageLog { bytes: &bytes, columns: &columns });
        let path = FieldPath::parse(path).expect("a path");
        let analyzer = Analyzer::of_unknown(&Handshake::default(), &sample).pairing_by(path);
        Self::advanced(analyzer, bytes, columns, String::new())
    }

    /// What is known of the messages.
    pub(crate) fn analysis(&self) -> &Analysis {
        self.analyzer.analysis()
    }

    /// How many messages are paired by a field.
    pub(crate) fn field_pairs(&self) -> FieldPairs {
        self.analyzer.field_pairs().unwrap_or_default()
    }

    /// What the first messages say of the session.
    pub(crate) fn continuity(&self, url: &str) -> Option<Continuity> {
        continuity(&Handshake { url: url.into(), subprotocol: None }, self.log())
    }

    /// The messages as columns.
    pub(crate) fn columns(&self) -> &MessageColumns {
        &self.columns
    }

    fn log(&self) -> MessageLog<'_> {
        MessageLog { bytes: &self.bytes, columns: &self.columns }
    }

    /// The first messages.
    pub(crate) fn sample(&self) -> Sample {
        Sample::of(self.log())
    }

    fn indexes(&self) -> impl Iterator<Item = u32> + '_ {
        0..self.columns.len() as u32
    }

    /// The key of the protocol, and what it was recognized by.
    pub(crate) fn recognized(&self) -> &str {
        &self.recognized
    }

    /// What is spoken exactly.
    pub(crate) fn label(&self) -> Option<String> {
        self.analyzer.label()
    }

    /// The event name of each message.
    pub(crate) fn events(&self) -> Vec<String> {
        let analysis = self.analyzer.analysis();
        self.indexes().map(|index| analysis.event(index).unwrap_or_default().to_owned()).collect()
    }

    /// The pairs of a request and its first reply.
    pub(crate) fn pairs(&self) -> Vec<(u32, u32)> {
        let analysis = self.analyzer.analysis();
        let requests = self.indexes().filter(|index| analysis.is_request(*index));
        requests.filter_map(|index| Some((index, analysis.partner(index)?))).collect()
    }

    /// The other message of an exchange.
    pub(crate) fn partner(&self, index: u32) -> Option<u32> {
        self.analyzer.analysis().partner(index)
    }

    /// The messages that are heartbeats.
    pub(crate) fn heartbeats(&self) -> Vec<u32> {
        self.indexes().filter(|index| self.analyzer.analysis().is_heartbeat(*index)).collect()
    }

    /// The heartbeats that stay visible where heartbeats are hidden.
    pub(crate) fn kept_heartbeats(&self) -> Vec<u32> {
        let analysis = self.analyzer.analysis();
        let is_kept = |index: &u32| analysis.is_heartbeat(*index) && !analysis.is_hidden_heartbeat(*index);
        self.indexes().filter(is_kept).collect()
    }

    /// The messages that may be heartbeats.
    pub(crate) fn suggested_heartbeats(&self) -> &[u32] {
        self.analyzer.analysis().suggested_heartbeats()
    }

    /// Makes them heartbeats.
    pub(crate) fn accept_suggested_heartbeats(&mut self) {
        let log = MessageLog { bytes: &self.bytes, columns: &self.columns };
        self.analyzer.accept_suggested_heartbeats(log, CLOSED);
    }

    /// The messages that are malformed.
    pub(crate) fn malformed(&self) -> Vec<u32> {
        self.indexes().filter(|index| self.analyzer.analysis().is_malformed(*index)).collect()
    }

    /// The requests without a reply.
    pub(crate) fn unanswered(&self) -> Vec<u32> {
        self.indexes().filter(|index| self.analyzer.analysis().is_unanswered(*index)).collect()
    }

    /// The messages that are parts, with their labels.
    pub(crate) fn parts(&self) -> Vec<String> {
        let label = |index| Some(format!("{index}: {}", self.analyzer.analysis().part(index)?.label()));
        self.indexes().filter_map(label).collect()
    }

    /// The units of all messages, each of which is decoded in full.
    pub(crate) fn units(&self) -> Vec<DecodedText> {
        let units = self.indexes().flat_map(|index| {
            let units = self.decode(index).units.into_iter();
            units.filter(move |unit| unit.messages.1 == index)
        });
        units.map(DecodedText::of).collect()
    }

    /// Checks that the units of each message are within its payload, in order and without overlap.
    pub(crate) fn check_ranges(&self) {
        for index in self.indexes() {
            let len = self.columns.get(index as usize).and_then(|message| message.size).unwrap_or_default();
            let mut previous = 0..0;
            for unit in self.decode(index).units.into_iter().filter(|unit| unit.messages.1 == index) {
                // Units of a protocol within this one can have the same range.
                let follows = unit.bytes.start >= previous.end || unit.bytes == previous;
                assert!(follows, "{:?} after {previous:?} in message {index}", unit.bytes);
                assert!(unit.bytes.start <= unit.bytes.end && unit.bytes.end as u64 <= len);
                previous = unit.bytes;
            }
        }
    }

    /// A message in full.
    pub(crate) fn decode(&self, index: u32) -> DecodedMessage {
        self.analyzer.decode(self.log(), index, u32::MAX)
    }
}

fn log(messages: &[TestMessage]) -> (SegmentedBuffer, MessageColumns) {
    let (mut bytes, mut columns) = (SegmentedBuffer::default(), MessageColumns::default());
    for (nth, message) in messages.iter().enumerate() {
        let mut raw = Vec::new();
        match message.encoding {
            Encoding::Base64 => raw.extend_from_slice(base64::encode(&message.data).as_bytes()),
            _ => json_string::escape(&mut raw, &message.data),
        }
        let start = bytes.len();
        bytes.append(&raw).expect("room");
        columns.push(Message {
            kind: match message.direction {
                Direction::Sent => MessageKind::Sent,
                Direction::Received => MessageKind::Received,
            },
            direction: Some(message.direction),
            time: EpochMs::new(FIRST_MESSAGE_MS + message.time.unwrap_or(nth as f64 * 1000.0)),
            size: Some(message.data.len() as u64),
            encoding: message.encoding,
            is_truncated: false,
            has_unicode_escapes: true,
            body: Span::between(start, bytes.len()),
        });
    }
    (bytes, columns)
}
