//! Time to analyze the messages of a socket by its protocol:
//! `cargo bench -p session --bench analyzing`.

#![allow(missing_docs, unreachable_pub)]

#[path = "common/messages.rs"]
mod messages;

use std::fmt::Write;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use session::encodings::base64;
use session::formats::MessagesReader;
use session::model::MessageLog;
use session::protocols::{Analyze, Analyzer, Handshake, Sample, recognize};

const MESSAGES: u32 = 200_000;
const URL: &str = "wss://bench.test/socket.io/?EIO=4&transport=websocket";

/// Socket.IO events of which half are acknowledged, with a ping now and then.
fn socket_io() -> Vec<u8> {
    lines(|number, line| {
        let data = format!(
            r#"{{\"sequence\":{number},\"symbol\":\"LANTERN-{}\",\"note\":\"caf\u00e9\"}}"#,
            number % 97
        );
        let text = match number % 4 {
            0 => format!(r#"42{number}[\"price\",{data}]"#),
            1 => format!("43{}[true]", number - 1),
            2 if number % 400 == 2 => "2".to_owned(),
            _ => format!(r#"42[\"trade:{}\",{data}]"#, number % 12),
        };
        let kind = if number % 4 == 0 { "sent" } else { "received" };
        let _ = write!(line, r#""type":"{kind}","opcode":1,"message":"{text}""#);
    })
}

/// Packets of Socket.IO's MessagePack parser, in base64.
fn message_pack() -> Vec<u8> {
    lines(|number, line| {
        let mut packet = b"\x83\xa4type\x02\xa3nsp\xa1/\xa4data\x92\xa5price\x83\xa8sequence\xce".to_vec();
        packet.extend_from_slice(&number.to_be_bytes());
        packet.extend_from_slice(b"\xa6symbol\xaaLANTERN-42\xa3bid\xcb\x40\x59\x00\x00\x00\x00\x00\x00");
        let _ = write!(
            line,
            r#""type":"received","opcode":2,"encoding":"base64","message":"{}""#,
            base64::encode(&packet)
        );
    })
}

/// Frames of STOMP in text.
fn stomp() -> Vec<u8> {
    lines(|number, line| {
        let frame = if number % 100 == 0 {
            r"\n".to_owned()
        } else {
            format!(
                r#"MESSAGE\ndestination:/topic/{}\nsubscription:0\nmessage-id:{number}\n\n{{\"bid\":{number}}}\u0000"#,
                number % 12
            )
        };
        let _ = write!(line, r#""type":"received","opcode":1,"message":"{frame}""#);
    })
}

/// Packets of MQTT in base64, half of them in two messages.
fn mqtt() -> Vec<u8> {
    lines(|number, line| {
        let mut packet = b"\x30\x23\x00\x08market/".to_vec();
        packet.push(b'a' + (number % 12) as u8);
        packet.extend_from_slice(format!(r#"{{"bid":{number:>17}}}"#).as_bytes());
        let part = match number % 4 {
            2 => packet.get(..9),
            3 => packet.get(9..),
            _ => Some(packet.as_slice()),
        };
        let message = base64::encode(part.unwrap_or_default());
        let _ = write!(line, r#""type":"received","opcode":2,"encoding":"base64","message":"{message}""#);
    })
}

/// Messages of SignalR in JSON, of which half are replies.
fn signal_r() -> Vec<u8> {
    lines(|number, line| {
        let (kind, text) = if number % 2 == 0 {
            let text = format!(
                r#"\"type\":1,\"invocationId\":\"{number}\",\"target\":\"Send\",\"arguments\":[{number}]"#
            );
            ("sent", text)
        } else {
            let text = format!(r#"\"type\":3,\"invocationId\":\"{}\",\"result\":true"#, number - 1);
            ("received", text)
        };
        let _ = write!(line, r#""type":"{kind}","opcode":1,"message":"{{{text}}}\u001e""#);
    })
}

/// Protocol Buffers of no known protocol, in base64.
fn protobuf() -> Vec<u8> {
    lines(|number, line| {
        let mut message = b"\x0a\x04tick\x15".to_vec();
        message.extend_from_slice(&number.to_le_bytes());
        message.extend_from_slice(
            b"\x1a\x19\x0a\x0aLANTERN-42\x11\x00\x00\x00\x00\x00\x00\x59\x40\x18\x07\x20\x01",
        );
        let _ = write!(
            line,
            r#""type":"received","opcode":2,"encoding":"base64","message":"{}""#,
            base64::encode(&message)
        );
    })
}

fn lines(write_line: impl Fn(u32, &mut String)) -> Vec<u8> {
    let mut text = String::new();
    for number in 0..MESSAGES {
        let _ = write!(text, "{{\"timeStamp\":{},", 1_795_269_720_000.0 + f64::from(number) * 0.8);
        write_line(number, &mut text);
        text.push_str("}\n");
    }
    text.into_bytes()
}

fn analyze(log: MessageLog<'_>, url: &str) -> usize {
    let handshake = Handshake { url: url.into(), subprotocol: None };
    let sample = Sample::of(log);
    let recognition = recognize(&handshake, &sample).expect("a protocol");
    let mut analyzer = Analyzer::new(recognition.protocol, &handshake, &sample);
    analyzer.advance(log, usize::MAX);
    analyzer.analysis().len()
}

fn analyzed(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("analyze 200,000 messages");
    group.sample_size(10);
    group.throughput(Throughput::Elements(u64::from(MESSAGES)));
    let logs: [(&str, &str, MessagesReader); 7] = [
        ("JSON", "wss://bench.test/live", messages::open_messages(&messages::messages(MESSAGES))),
        ("Socket.IO", URL, messages::open_messages(&socket_io())),
        ("MessagePack in base64", URL, messages::open_messages(&message_pack())),
        ("STOMP", "wss://bench.test/ws", messages::open_messages(&stomp())),
        ("MQTT in base64", "wss://bench.test/mqtt", messages::open_messages(&mqtt())),
        ("SignalR", "wss://bench.test/hub", messages::open_messages(&signal_r())),
        ("Protocol Buffers in base64", "wss://bench.test/feed", messages::open_messages(&protobuf())),
    ];
    for (name, url, reader) in &logs {
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| analyze(black_box(reader.log()), url));
        });
    }
    group.finish();
}

criterion_group!(benches, analyzed);
criterion_main!(benches);
