//! Generates messages files of any size with realistic lines.

use std::fmt::Write as _;

use session::formats::MessagesReader;
use session::model::MessagesFile;

/// Bytes per piece, as a network delivers them.
const PIECE: usize = 64 << 10;

/// A messages file, about 250 bytes a line: JSON within JSON, as most sockets have it.
pub(crate) fn messages(lines: u32) -> Vec<u8> {
    let mut text = String::new();
    for number in 0..lines {
        let (kind, time) = (
            if number % 8 == 0 { "sent" } else { "received" },
            1_795_269_720_000.0 + f64::from(number) * 0.8,
        );
        let _ = writeln!(
            text,
            r#"{{"type":"{kind}","timeStamp":{time},"size":153,"opcode":1,"message":"{{\"type\":\"price\",\"sequence\":{number},\"symbol\":\"LANTERN-{}\",\"bid\":{}.25,\"ask\":{}.5,\"venue\":\"Lantern Street\",\"note\":\"caf\u00e9\",\"flags\":[\"a\",\"b\"]}}"}}"#,
            number % 97,
            number % 500,
            number % 500
        );
    }
    text.into_bytes()
}

/// Loads a messages file.
pub(crate) fn open_messages(bytes: &[u8]) -> MessagesReader {
    let mut reader = MessagesReader::new(MessagesFile::default());
    for piece in bytes.chunks(PIECE) {
        reader.feed(piece).expect("messages");
    }
    reader.finish(None).expect("messages");
    reader
}
