use super::*;
use crate::encodings::{NodeKind, SpanTree, Syntax, base64};
use crate::model::{Direction, Message, MessageColumns, MessageKind, SegmentedBuffer};
use crate::protocols::{Analyze, Analyzer, Handshake, Sample, protocol};
use Direction::{Received, Sent};
use json_spans::json_string;
use proptest::prelude::*;

const START: f64 = 1_795_300_000_000.0;

struct Log {
    bytes: SegmentedBuffer,
    columns: MessageColumns,
    analyzer: Option<Analyzer>,
}

impl Log {
    fn empty() -> Self {
        Self { bytes: SegmentedBuffer::default(), columns: MessageColumns::default(), analyzer: None }
    }

    fn push(
        &mut self,
        kind: MessageKind,
        direction: Option<Direction>,
        ms: Option<f64>,
        data: &[u8],
        is_binary: bool,
    ) {
        let mut raw = Vec::new();
        if is_binary {
            raw.extend_from_slice(base64::encode(data).as_bytes());
        } else {
            json_string::escape(&mut raw, data);
        }
        let start = self.bytes.len();
        self.bytes.append(&raw).expect("a small log");
        self.columns.push(Message {
            kind,
            direction,
            time: ms.and_then(|ms| EpochMs::new(START + ms)),
            size: Some(data.len() as u64),
            encoding: if is_binary { Encoding::Base64 } else { Encoding::JsonString },
            is_truncated: data.ends_with(b"..."),
            has_unicode_escapes: json_string::has_unicode_escapes(&raw),
            body: Span::between(start, self.bytes.len()),
        });
    }

    fn text(mut self, direction: Direction, ms: f64, data: &str) -> Self {
        let kind = if direction == Sent { MessageKind::Sent } else { MessageKind::Received };
        self.push(kind, Some(direction), Some(ms), data.as_bytes(), false);
        self
    }

    fn binary(mut self, ms: f64, data: &[u8]) -> Self {
        self.push(MessageKind::Received, Some(Received), Some(ms), data, true);
        self
    }

    fn analyzed(mut self) -> Self {
        let handshake =
            Handshake { url: "wss://x.test/socket.io/?EIO=4&transport=websocket".into(), subprotocol: None };
        let log = MessageLog { bytes: &self.bytes, columns: &self.columns };
        let mut analyzer =
            Analyzer::new(protocol("socket.io").expect("a protocol"), &handshake, &Sample::of(log));
        while analyzer.advance(log, 100) {}
        self.analyzer = Some(analyzer);
        self
    }

    fn messages(&self) -> Messages<'_> {
        Messages {
            log: MessageLog { bytes: &self.bytes, columns: &self.columns },
            analysis: self.analyzer.as_ref().map(Analyzer::analysis),
            start: EpochMs::new(START),
        }
    }

    /// The indexes of the messages that match.
    fn found(&self, filter: &str) -> Vec<usize> {
        let filter = MessageFilter::parse(filter).unwrap_or_else(|error| panic!("{filter}: {error:?}"));
        let matches = filter.matching(self.messages());
        (0..self.columns.len() + 2).filter(|index| matches(*index)).collect()
    }
}

/// A conversation of Socket.IO, and what else a socket can carry.
fn conversation() -> Log {
    let mut log = Log::empty()
        .text(Received, 10.0, r#"0{"sid":"x","pingInterval":25000}"#)
        .text(Sent, 20.0, "40")
        .text(Received, 30.0, r#"40{"sid":"y"}"#)
        .text(Sent, 1000.0, r#"42["chat:new",{"text":"hello","price":"104.50"}]"#)
        .text(Sent, 2000.0, r#"421["add",1,2]"#)
        .text(Received, 2040.0, "431[3]")
        .text(Received, 25_000.0, "2")
        .text(Sent, 25_001.0, "3")
        .text(Sent, 62_500.0, r#"422["chat:leave"]"#)
        .text(Received, 62_600.0, "45")
        .analyzed();
    log.push(MessageKind::Error, None, Some(62_700.0), b"failed...", false);
    log.push(MessageKind::Ping, Some(Sent), None, b"p", false);
    log
}

#[test]
fn a_key_without_a_value_matches_everything() {
    let log = Log::empty().text(Sent, 0.0, "order").text(Received, 1.0, "price");
    for filter in ["event:", "-is:", "(dir:)", "path:"] {
        assert_eq!(log.found(filter), [0, 1], "{filter}");
    }
    assert_eq!(log.found("order event:"), [0]);
}

#[test]
fn json_payloads_and_existing_values_are_found() {
    let log = Log::empty()
        .text(Sent, 0.0, r#" {"a":{"b":null}}"#)
        .text(Sent, 1.0, "42[1]")
        .binary(2.0, br"[1]")
        .binary(3.0, b"\x81\xa1a\x81\xa1b\x01")
        .text(Sent, 4.0, "\"text\"");
    assert_eq!(log.found("is:json"), [0, 2]);
    assert_eq!(log.found("is:json,binary"), [0, 2, 3]);
    assert_eq!(log.found("has:$.a.b"), [0, 3]);
    assert_eq!(log.found("path:$.a.b"), [0, 3]);
}

#[test]
fn wall_clock_times_are_in_the_zone_that_is_shown() {
    let log = Log::empty().text(Sent, 0.0, "a").text(Sent, 60_000.0, "b");
    let start = EpochMs::new(START).expect("a time");
    let found = |minutes: i32, zone: fn(EpochMs) -> i32| {
        let clock = start.wall_clock(minutes);
        let (_, time) = clock.split_once(' ').expect("a date and a time");
        let filter = MessageFilter::parse(&format!("after:{time}")).expect("a filter").in_zone(zone);
        let matches = filter.matching(log.messages());
        (0..2).filter(|index| matches(*index)).count()
    };
    assert_eq!((found(0, |_| 0), found(60, |_| 60), found(60, |_| 0)), (2, 2, 0));
}

#[test]
fn texts_in_every_binary_encoding_are_found() {
    let log = Log::empty()
        .binary(0.0, b"\x82\xa4name\xa3Ada\xa1n\xff")
        .binary(1.0, b"\xa2\x64name\x63Ada\x61n\x20")
        .binary(2.0, b"\x0a\x03Ada\x11\xff\xff\xff\xff\xff\xff\xff\xff")
        .binary(3.0, b"\x30\x10\x00\x06people{\"n\":\"Ada\"}\xff")
        .binary(4.0, b"\xff\xfeAda\x00");
    assert_eq!(log.found("ada"), [0, 1, 2, 3]);
    assert_eq!(log.found("people -name"), [3]);
}

#[test]
fn messages_are_selected_by_their_columns() {
    let log = conversation();
    assert_eq!(log.found("dir:sent"), [1, 3, 4, 7, 8, 11]);
    assert_eq!(log.found("dir:sent,received -dir:sent"), [0, 2, 5, 6, 9]);
    assert_eq!(log.found("length:>=35"), [3]);
    assert_eq!(log.found("length:1..2"), [1, 6, 7, 9, 11]);
    assert_eq!(log.found("larger-than:48 | smaller-than:2"), [3, 6, 7, 11]);
    assert_eq!(log.found("time:1:02.5"), [8]);
    assert_eq!(log.found("after:1:02.6"), [9, 10]);
    assert_eq!(log.found("before:20ms"), [0]);
    assert_eq!(log.found("time:1s..2s"), [3, 4]);
    assert_eq!(log.found("delta:>20s"), [6, 8]);
    assert_eq!(log.found("delta:100ms"), [9, 10]);
    assert_eq!(log.found("op:ping"), [11]);
    assert_eq!(log.found("is:error"), [10]);
    assert_eq!(log.found("is:truncated"), [10]);
    assert_eq!(log.found("is:binary"), [0; 0]);
    assert_eq!(log.found("-is:text"), [10, 11]);
}

#[test]
fn messages_are_selected_by_what_the_protocol_says() {
    let log = conversation();
    assert_eq!(log.found("event:add"), [4, 5]);
    assert_eq!(log.found("event:=add"), [4]);
    assert_eq!(log.found("event:chat*"), [3, 8]);
    assert_eq!(log.found("event:CHAT:new,add"), [3, 4, 5]);
    assert_eq!(log.found("event:\"ack of add\""), [5]);
    assert_eq!(log.found("is:paired"), [1, 2, 4, 5, 6, 7]);
    assert_eq!(log.found("rtt:40ms"), [4, 5]);
    assert_eq!(log.found("rtt:>1s"), [0; 0]);
    assert_eq!(log.found("is:unanswered"), [8]);
    assert_eq!(log.found("is:heartbeat"), [6, 7, 11]);
    assert_eq!(log.found("is:malformed"), [9]);
    let unknown = Log { analyzer: None, ..conversation() };
    assert_eq!(unknown.found("event:add | is:paired | rtt:>=0"), [0; 0]);
    assert_eq!(unknown.found("is:heartbeat"), [11], "control frames need no protocol");
}

#[test]
fn messages_are_selected_by_values_of_their_payload() {
    let log =
        conversation().binary(63_000.0, b"\x82\xa5price\xcb\x40\x59\x00\x00\x00\x00\x00\x00\xa1n\xa5hello");
    assert_eq!(log.found("path:$.price"), [3, 12]);
    assert_eq!(log.found("path:$.price>104"), [3]);
    assert_eq!(log.found("path:price<=100"), [12]);
    assert_eq!(log.found("path:$.text=hello"), [3]);
    assert_eq!(log.found("path:$.text=hell"), [0; 0]);
    assert_eq!(log.found("path:$..sid~x | path:$[0]=add"), [0, 4]);
    assert_eq!(log.found("hello"), [3, 12], "text of MessagePack is found");
    assert_eq!(log.found("/h.ll/ dir:received"), [12]);
    assert_eq!(log.found("-path:$.price length:>30"), [0]);
}

#[test]
fn raw_searches_what_was_sent_and_text_what_is_read() {
    let log = Log::empty()
        .text(Sent, 0.0, r#"{"name":"caf\u00e9"}"#)
        .binary(1.0, b"\xff\x00abc")
        .binary(2.0, b"\xff\x00");
    assert_eq!(log.found("café"), [0]);
    assert_eq!(log.found("raw:café"), [0; 0]);
    assert_eq!(log.found("raw:u00e9"), [0]);
    assert_eq!(log.found("raw:ABC"), [1]);
    assert_eq!(log.found("abc"), [0; 0], "bytes that are not text are not read as text");
    assert_eq!(log.found("raw:{*\"}"), [0]);
}

#[test]
fn the_events_of_an_event_stream_have_names() {
    let mut log = Log::empty();
    let name = Span::between(0, 4);
    log.bytes.append(b"tick7{}").expect("a small log");
    let message = Message {
        kind: MessageKind::Received,
        direction: Some(Received),
        time: None,
        size: Some(2),
        encoding: Encoding::JsonString,
        is_truncated: false,
        has_unicode_escapes: false,
        body: Span::between(5, 7),
    };
    log.columns.push_event(message, EventFields { name, id: Span::between(4, 5) });
    assert_eq!((log.found("event:tick"), log.found("tick"), log.found("7")), (vec![0], vec![0], vec![0]));
    assert!(log.found("event:other").is_empty());
}

#[test]
fn only_conditions_of_the_protocol_depend_on_the_analysis() {
    let uses = |filter: &str| MessageFilter::parse(filter).is_ok_and(|filter| filter.uses_analysis());
    assert!(uses("event:x") && uses("a (b OR -rtt:>1s)") && uses("is:text,paired"));
    assert!(!uses("a dir:sent path:$.a delta:>1s is:text") && !uses(""));
}

/// The definition of each condition, without any preparation.
fn plainly(expression: &Expression, messages: Messages<'_>, index: usize) -> bool {
    match expression {
        Expression::All(terms) => terms.iter().all(|term| plainly(term, messages, index)),
        Expression::Any(terms) => terms.iter().any(|term| plainly(term, messages, index)),
        Expression::Not(inner) => !plainly(inner, messages, index),
        Expression::Group(inner) => plainly(inner, messages, index),
        Expression::Text { text, .. } => contains_text(messages, index, &|reading| {
            reading.to_ascii_lowercase().contains(&text.to_ascii_lowercase())
        }),
        Expression::Regex(regex) => {
            contains_text(messages, index, &|reading| regex.is_match(reading.as_bytes()))
        }
        Expression::Field(term) => plain_field(term, messages, index),
    }
}

fn sent(messages: Messages<'_>, index: usize) -> Vec<u8> {
    let message = messages.log.columns.get(index).expect("a message");
    let raw = messages.log.raw(&message);
    let text = json_string::unescape(&raw);
    if message.encoding == Encoding::Base64 {
        base64::decode(text.as_bytes()).expect("base64")
    } else {
        text.as_bytes().to_vec()
    }
}

fn contains_text(messages: Messages<'_>, index: usize, is_match: &dyn Fn(&str) -> bool) -> bool {
    let message = messages.log.columns.get(index).expect("a message");
    let first = json_string::unescape(&messages.log.raw(&message)).into_owned();
    if message.encoding != Encoding::Base64 && is_match(&first) {
        return true;
    }
    let bytes = sent(messages, index);
    match (message.encoding, std::str::from_utf8(&bytes)) {
        (Encoding::Base64, Ok(text)) => is_match(text),
        (Encoding::Base64, Err(_)) => {
            let Some(tree) = SpanTree::parse(Syntax::MessagePack, &bytes) else { return false };
            (0..tree.nodes().len() as u32).any(|node| {
                let is_string = tree.nodes()[node as usize].kind == NodeKind::String;
                is_string && is_match(&tree.value_text(&bytes, node))
                    || tree.key_text(&bytes, node).is_some_and(|key| is_match(&key))
            })
        }
        _ => json_spans::is_json(first.as_bytes()) && is_match(&json_string::unescape(first.as_bytes())),
    }
}

fn plain_field(term: &FieldTerm, messages: Messages<'_>, index: usize) -> bool {
    let message = messages.log.columns.get(index).expect("a message");
    match (&term.condition, term.field.name) {
        (Condition::Path(test), _) => Walker::default().matches(test, &sent(messages, index)),
        (Condition::Text(patterns), "raw") => {
            let bytes = sent(messages, index);
            patterns.iter().any(|pattern| pattern.matches(&String::from_utf8_lossy(&bytes)))
        }
        (Condition::Text(patterns), _) => {
            let name = messages.analysis.and_then(|analysis| analysis.event(index as u32));
            name.is_some_and(|name| patterns.iter().any(|pattern| pattern.matches(name)))
        }
        (Condition::Choice(values), _) => values.iter().any(|value| match *value {
            "sent" => message.direction == Some(Sent),
            "received" => message.direction == Some(Received),
            "binary" => message.encoding == Encoding::Base64,
            "heartbeat" => messages.analysis.is_some_and(|analysis| analysis.is_heartbeat(index as u32)),
            other => panic!("{other} is not generated"),
        }),
        (Condition::Number(ranges), "length") => {
            ranges.iter().any(|range| message.size.is_some_and(|size| range.contains(size as f64)))
        }
        (Condition::Number(ranges), "delta") => {
            let own = messages.log.columns.time(index);
            // In order of time, then of the file.
            let earlier = (0..messages.log.len()).filter_map(|other| {
                let time = messages.log.columns.time(other)?;
                let is_before = time < own? || (time == own? && other < index);
                is_before.then(|| time.ms())
            });
            let previous = earlier.fold(f64::NEG_INFINITY, f64::max);
            own.is_some_and(|own| {
                previous.is_finite() && ranges.iter().any(|range| range.contains(own.ms() - previous))
            })
        }
        (_, name) => panic!("{name} is not generated"),
    }
}

fn message() -> impl Strategy<Value = (bool, f64, Vec<u8>, bool)> {
    let texts = vec![
        r#"42["chat",{"a":1,"b":"x"}]"#,
        r#"42["new",{"a":{"b":"1"}}]"#,
        "2",
        "3",
        r#"{"a":"\u0061\"b"}"#,
        r#"{"\u0061":2.0}"#,
        "a b",
        "é\\n",
        r#"["{\"a\":1}"]"#,
        r#"{"b":"{\"\\u0061\":1}"}"#,
        "",
    ];
    let binaries: Vec<&[u8]> = vec![
        b"\x81\xa1a\x01",
        b"\x81\xa1b\xa2ax\xff",
        b"\x82\xa1a\xa1\xc3\xa1b\xc0",
        b"a\xffb",
        b"{\"a\":1}",
        b"\x92\xa1a\xce\xff\xff\xff\xff",
    ];
    let data = prop_oneof![
        3 => proptest::sample::select(texts).prop_map(|text| (text.as_bytes().to_vec(), false)),
        1 => proptest::sample::select(binaries).prop_map(|bytes| (bytes.to_vec(), true)),
    ];
    (any::<bool>(), proptest::sample::select(vec![0.0, 1.0, 2.0, 500.0, -7.0]), data)
        .prop_map(|(is_sent, ms, (data, is_binary))| (is_sent, ms, data, is_binary))
}

fn filter() -> impl Strategy<Value = String> {
    let term = proptest::sample::select(vec![
        "a",
        "x",
        "\"a b\"",
        "é",
        "chat",
        "u0061",
        "/a./",
        "/^\\{/",
        "/[ab]$/c",
        "dir:sent",
        "event:chat,new",
        "event:n*",
        "event:=chat",
        "is:heartbeat",
        "is:binary",
        "length:>7",
        "length:1..3",
        "delta:<2ms",
        "path:$.a",
        "path:$.a=1",
        "path:$.a!=1",
        "path:$..b=x",
        "path:$..b~1",
        "path:$.b.a=1",
        "path:$.a>=2",
        "path:$[0]=a",
        "path:[*].a",
        "raw:a",
        "raw:=2",
        "raw:*}",
        "raw:u0061",
        "path:$.a~/./",
        "path:$..a=\"1\",x",
    ]);
    let term = (term, 0..4)
        .prop_map(|(term, excluded)| if excluded == 0 { format!("-{term}") } else { term.to_owned() });
    term.prop_recursive(3, 8, 3, |inner| {
        let separated = |separator: &'static str| move |terms: Vec<String>| terms.join(separator);
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(separated(" ")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(separated(" OR ")),
            inner.prop_map(|inner| format!("-({inner})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn matches_are_those_of_a_plain_evaluation(messages in prop::collection::vec(message(), 0..8), filter in filter()) {
        let mut log = Log::empty();
        for (is_sent, ms, data, is_binary) in &messages {
            let (kind, direction) = if *is_sent { (MessageKind::Sent, Sent) } else { (MessageKind::Received, Received) };
            log.push(kind, Some(direction), Some(*ms), data, *is_binary);
        }
        let log = log.analyzed();
        if let Ok(parsed) = MessageFilter::parse(&filter) {
            let matches = parsed.matching(log.messages());
            for (index, message) in messages.iter().enumerate() {
                prop_assert_eq!(matches(index), plainly(parsed.expression(), log.messages(), index), "{} of {:?}", filter, message);
            }
        }
    }
}
