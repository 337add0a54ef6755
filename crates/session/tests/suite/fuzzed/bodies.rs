//! Bodies: event streams are read the same in pieces of any size, and any stored body can be shown.

use session::archive::{Inflater, Wrapper};
use session::encodings::{EventStreamParser, Payload};
use session::formats::{Coding, EventStreamReader, StoredBody};
use session::model::{Body, Header};

use super::messages::check_messages;
use super::parts::pieces;
use super::payload::check_payload;
use super::views::Views;
use crate::common::description::describe_messages;

/// Maximum number of bytes decompressed of one input: a few bytes can expand to gigabytes.
const MAX_PLAIN_LEN: usize = 1 << 20;

/// Reads the input as an event stream, and as a body of every type and coding.
pub(crate) fn bodies<V: Views>(input: &[u8]) {
    event_stream::<V>(input);
    for codings in ["", "gzip", "deflate, gzip", "br", "zstd", "deflate"] {
        let headers = [Header { name: "Content-Encoding".to_owned(), value: codings.to_owned() }];
        for mime in ["", "image/svg+xml", "application/json"] {
            let text = String::from_utf8_lossy(input).into_owned();
            check_stored(
                &Body::Binary { bytes: input.to_vec(), mime: mime.to_owned(), is_truncated: false },
                &headers,
            );
            check_stored(&Body::Text { text, mime: mime.to_owned(), is_truncated: false }, &headers);
        }
    }
}

fn event_stream<V: Views>(input: &[u8]) {
    let read = |piece: usize| {
        let mut reader = EventStreamReader::default();
        input.chunks(piece).for_each(|piece| reader.feed(piece).expect("a small stream"));
        reader.finish().map(|reader| (reader, None))
    };
    let expected = read(input.len().max(1));
    for piece in pieces(input) {
        assert_eq!(describe_messages(&read(piece)), describe_messages(&expected), "in pieces of {piece}");
    }
    let (reader, _) = expected.expect("messages, or none");
    let mut data = 0;
    let mut parser = EventStreamParser::default();
    parser.feed(input, |event| data += event.data.len());
    parser.finish();
    // A byte that is not UTF-8 becomes a character of three bytes.
    assert!(data <= 3 * input.len(), "{data} bytes of data come from {} bytes", input.len());
    check_messages::<V>(&reader, None, reader.log().bytes.len() as usize);
}

/// Undoes the codings of a stored body, and checks what is shown of it.
fn check_stored(body: &Body, headers: &[Header]) {
    let Some(mut stored) = StoredBody::of(body, Some(headers)) else { return };
    let mut tried = 0;
    while let Some(coding) = stored.next_coding() {
        tried += 1;
        assert!(tried <= 8, "the number of codings is bounded");
        match decompress(coding, stored.bytes()) {
            Ok((plain, is_partial)) => stored.undo(coding, plain, is_partial),
            Err(why) => stored.fail(coding, &why),
        }
    }
    let readable = stored.into_readable();
    assert!(readable.stored.is_none() || readable.note.is_some(), "a body that was changed has a note");
    let payload = match readable.body {
        Body::Text { text, mime, .. } => Payload::from_text(text).of_mime(&mime),
        Body::Binary { bytes, mime, .. } => Payload::from_bytes(bytes).of_mime(&mime),
        Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => return,
    };
    assert!(payload.views().contains(&payload.first_view()));
    check_payload(&payload);
}

fn decompress(coding: Coding, packed: &[u8]) -> Result<(Vec<u8>, bool), String> {
    let wrapper = match coding {
        Coding::Gzip => Wrapper::Gzip,
        Coding::Zlib => Wrapper::Zlib,
        Coding::Deflate => Wrapper::Raw,
        // Decoded by `crates/unpack`, which has a target of its own.
        Coding::Brotli | Coding::Zstandard => return Err("not available".to_owned()),
    };
    let (mut inflater, mut plain) =
        (Inflater::new(wrapper, packed).map_err(|error| error.to_string())?, Vec::new());
    loop {
        let before = plain.len();
        inflater.pull(packed, &mut plain).map_err(|error| error.to_string())?;
        if inflater.is_done() || plain.len() == before || plain.len() >= MAX_PLAIN_LEN {
            return Ok((plain, !inflater.is_done()));
        }
    }
}
