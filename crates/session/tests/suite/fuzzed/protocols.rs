//! Messages of any bytes, decoded by every protocol.

use std::fmt::Write;

use session::encodings::base64;
use session::formats::MessagesReader;
use session::model::{MessageLog, MessagesFile};
use session::protocols::{
    Analyze, Analyzer, DecodedMessage, FieldPath, Handshake, PROTOCOLS, Sample, SocketEnd, recognize,
};

/// Bits of the first byte of a message in the input.
const IS_SENT: u8 = 1;
const IS_TEXT: u8 = 2;

/// The input is messages of a byte of flags, the length in a byte, and the payload.
pub(crate) fn protocols(mut input: &[u8]) {
    let mut file = String::new();
    while let [flags, len, rest @ ..] = input {
        let (payload, rest) = rest.split_at(rest.len().min(usize::from(*len)));
        let kind = if flags & IS_SENT == 0 { "received" } else { "sent" };
        let _ = write!(file, r#"{{"timeStamp":1795269720000,"type":"{kind}","#);
        let _ = if flags & IS_TEXT == 0 {
            writeln!(file, r#""opcode":2,"encoding":"base64","message":"{}"}}"#, base64::encode(payload))
        } else {
            let text = serde_json::to_string(&String::from_utf8_lossy(payload)).expect("a string");
            writeln!(file, r#""opcode":1,"message":{text}}}"#)
        };
        input = rest;
    }
    let mut reader = MessagesReader::new(MessagesFile { path: "s.jsonl".into(), ..MessagesFile::default() });
    if reader.feed(file.as_bytes()).is_ok() && reader.finish(None).is_ok() {
        check(reader.log());
    }
}

/// The rules that hold for the messages of any socket.
fn check(log: MessageLog<'_>) {
    let handshake = Handshake { url: "wss://fuzz.test/socket".into(), subprotocol: None };
    let sample = Sample::of(log);
    let _ = recognize(&handshake, &sample);
    check_field_pairs(log, &handshake, &sample);
    for protocol in PROTOCOLS.iter().copied() {
        let _ = protocol.continuity(&handshake, &sample);
        let mut analyzer = Analyzer::new(protocol, &handshake, &sample);
        while analyzer.advance(log, 3) {}
        let mut again = Analyzer::new(protocol, &handshake, &sample);
        assert!(!again.advance(log, usize::MAX), "all messages are analyzed");
        let (analysis, expected) = (analyzer.analysis(), again.analysis());
        for index in 0..log.len() as u32 {
            assert_eq!(analysis.event(index), expected.event(index), "{protocol:?}: the size of slices");
            if let Some(partner) = analysis.partner(index) {
                assert!((partner as usize) < log.len() && partner != index, "{protocol:?}: partners");
            }
            check_message(&analyzer.decode(log, index, u32::MAX), log, index);
        }
    }
}

/// Pairs by a field are mutual, and a reply comes after its request.
fn check_field_pairs(log: MessageLog<'_>, handshake: &Handshake<'_>, sample: &Sample) {
    let path = FieldPath::parse("$.id").expect("a path");
    let mut analyzer = Analyzer::of_unknown(handshake, sample).pairing_by(path);
    while analyzer.advance(log, 3) {}
    analyzer.finish(log, SocketEnd { is_closed: true, time: None });
    let analysis = analyzer.analysis();
    let mut pairs = 0;
    for index in 0..log.len() as u32 {
        if let Some(partner) = analysis.partner(index) {
            assert_eq!(analysis.partner(partner), Some(index));
            assert_eq!(analysis.is_reply(index), partner < index);
            pairs += usize::from(partner < index);
        }
    }
    assert_eq!(analyzer.field_pairs().map(|found| found.pairs), Some(pairs));
}

fn check_message(message: &DecodedMessage, log: MessageLog<'_>, index: u32) {
    let size = log.columns.get(index as usize).and_then(|message| message.size).unwrap_or(u64::MAX);
    let mut end = 0;
    let mut previous = 0..0;
    for unit in &message.units {
        assert!(unit.messages.0 <= unit.messages.1 && (unit.messages.1 as usize) < log.len());
        assert!(unit.messages.0 <= index && index <= unit.messages.1, "the unit is in the message");
        if unit.messages.1 != index {
            continue;
        }
        // Units of a protocol within another can have the same range.
        assert!(unit.bytes.start >= end || unit.bytes == previous, "units are in order");
        assert!(
            unit.bytes.start <= unit.bytes.end && unit.bytes.end as u64 <= size,
            "units are in the payload"
        );
        (end, previous) = (unit.bytes.end, unit.bytes.clone());
    }
}
