//! Bodies: event streams are read the same in pieces of any size, and whatever was stored becomes something to show.

use session::archive::{Inflater, Wrapper};
use session::encodings::{EventStreamParser, Payload};
use session::formats::{Coding, EventStreamReader, StoredBody};
use session::model::{Body, Header};

use super::parts::pieces;
use super::{messages, views};
use crate::common::everything::describe_messages;

/// Maximum number of bytes decompressed of one input: a few bytes can expand to gigabytes.
const ENOUGH: usize = 1 << 20;

/// The body of a response of any kind.
pub(crate) fn bodies(input: &[u8]) {
    event_stream(input);
    for claims in ["", "gzip", "deflate, gzip", "br", "zstd", "deflate"] {
        let headers = [Header { name: "Content-Encoding".to_owned(), value: claims.to_owned() }];
        for mime in ["", "image/svg+xml", "application/json"] {
            let text = String::from_utf8_lossy(input).into_owned();
            show(&Body::Binary { bytes: input.to_vec(), mime: mime.to_owned(), truncated: false }, &headers);
            show(&Body::Text { text, mime: mime.to_owned(), truncated: false }, &headers);
        }
    }
}

fn event_stream(input: &[u8]) {
    let read = |piece: usize| {
        let mut reader = EventStreamReader::default();
        input.chunks(piece).for_each(|piece| reader.feed(piece).expect("a small stream"));
        reader.finish().map(|reader| (reader, None))
    };
    let whole = read(input.len().max(1));
    for piece in pieces(input) {
        assert_eq!(describe_messages(&read(piece)), describe_messages(&whole), "in pieces of {piece}");
    }
    let (reader, _) = whole.expect("messages, or none");
    let mut data = 0;
    let mut parser = EventStreamParser::default();
    parser.feed(input, |event| data += event.data.len());
    parser.finish();
    // A byte that is no UTF-8 becomes three.
    assert!(data <= 3 * input.len(), "{data} bytes of data come from {} bytes", input.len());
    messages::look_at(&reader, None, reader.log().bytes.len() as usize);
}

fn show(body: &Body, headers: &[Header]) {
    let Some(mut stored) = StoredBody::of(body, Some(headers)) else { return };
    let mut tried = 0;
    while let Some(coding) = stored.next_coding() {
        tried += 1;
        assert!(tried <= 8, "codings come to an end");
        match decompress(coding, stored.bytes()) {
            Ok((plain, is_partial)) => stored.undo(coding, plain, is_partial),
            Err(why) => stored.fail(coding, &why),
        }
    }
    let readable = stored.into_readable();
    assert!(readable.stored.is_none() || readable.note.is_some(), "what was changed is said");
    let payload = match readable.body {
        Body::Text { text, mime, .. } => Payload::from_text(text).of_mime(&mime),
        Body::Binary { bytes, mime, .. } => Payload::from_bytes(bytes).of_mime(&mime),
        Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => return,
    };
    assert!(payload.views().contains(&payload.first_view()));
    views::payload(&payload);
}

fn decompress(coding: Coding, packed: &[u8]) -> Result<(Vec<u8>, bool), String> {
    let wrapper = match coding {
        Coding::Gzip => Wrapper::Gzip,
        Coding::Zlib => Wrapper::Zlib,
        Coding::Deflate => Wrapper::Raw,
        // They are undone by `crates/unpack`, which has a target of its own.
        Coding::Brotli | Coding::Zstandard => return Err("not here".to_owned()),
    };
    let (mut inflater, mut plain) =
        (Inflater::new(wrapper, packed).map_err(|error| error.to_string())?, Vec::new());
    loop {
        let before = plain.len();
        inflater.pull(packed, &mut plain).map_err(|error| error.to_string())?;
        if inflater.is_done() || plain.len() == before || plain.len() >= ENOUGH {
            return Ok((plain, !inflater.is_done()));
        }
    }
}
