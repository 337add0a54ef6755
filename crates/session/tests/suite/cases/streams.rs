//! Event streams and stored bodies.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use session::archive::{Inflater, Wrapper};
use session::encodings::{Image, ImageFormat, Payload, base64};
use session::filter::matching;
use session::formats::{Coding, EventStreamReader, MessagesReader, ReadableBody, StoredBody};
use session::model::{
    Body, Direction, EpochMs, EventStream, Header, Http, MessageLog, Record, RecordKind, ResourceType,
    Session,
};

use crate::common::cases::case;
use crate::common::open;

fn read(har: &[u8]) -> Session {
    open(("recording.har", har), &[], 1000).expect("a HAR that opens")
}

/// A HAR of one request with that content of its response and those further fields of the entry.
fn entry(content: &str, fields: &str) -> String {
    format!(
        r#"{{"startedDateTime":"2026-03-01T10:00:00.000Z","time":4000,"request":{{"method":"GET","url":"https://sse.example.test/stream"}},
"response":{{"status":200,"content":{{{content}}}}}{fields}}}"#
    )
}

fn har(content: &str, fields: &str) -> Session {
    read(format!(r#"{{"log":{{"entries":[{}]}}}}"#, entry(content, fields)).as_bytes())
}

fn http(record: &Record) -> &Http {
    match &record.kind {
        RecordKind::Http(http) => http,
        RecordKind::Socket(_) => panic!("record {} is a socket", record.number),
    }
}

fn log_of<'a>(session: &'a Session, record: &'a Record) -> MessageLog<'a> {
    let columns = record.inline_messages().expect("messages in place");
    MessageLog { bytes: &session.bytes, columns }
}

/// Name, id and data of each event, and its time in ms since the session began.
fn events(session: &Session, log: MessageLog<'_>) -> Vec<(String, String, String, Option<f64>)> {
    let one = |index: usize| {
        let message = log.columns.get(index).expect("an event");
        assert_eq!(message.direction, Some(Direction::Received));
        let payload = Payload::from_message(message.encoding, &log.raw(&message));
        let data = payload.expect("data").text().expect("text").to_owned();
        let time = message.time.zip(session.started_at).map(|(time, start)| (time - start).ms());
        (log.event_name(index), log.event_id(index), data, time)
    };
    (0..log.len()).map(one).collect()
}

fn event(name: &str, id: &str, data: &str, time: Option<f64>) -> (String, String, String, Option<f64>) {
    (name.to_owned(), id.to_owned(), data.to_owned(), time)
}

/// The messages of a body, read in pieces of that size.
fn of_body(body: &[u8], piece: usize) -> MessagesReader {
    let mut reader = EventStreamReader::default();
    for piece in body.chunks(piece) {
        reader.feed(piece).expect("a small body");
    }
    reader.finish().expect("an event stream")
}

#[test]
fn the_events_that_chrome_lists_are_the_messages_of_their_request() {
    let Some(bytes) = case("sse-messages.har") else { return };
    let session = read(&bytes);
    assert_eq!(session.records.len(), 2);
    for record in &session.records {
        assert_eq!(http(record).resource_type, ResourceType::EventSource);
        assert_eq!(
            events(&session, log_of(&session, record)),
            [
                event("update", "7", r#"{"score":3}"#, Some(500.0)),
                event("message", "", "plain", Some(1500.0)),
                event("update", "8", r#"{"score":4}"#, Some(3000.0)),
            ]
        );
    }
    assert!(session.notes.listed().is_empty(), "{:?}", session.notes.listed());
}

#[test]
fn a_fetch_of_an_event_stream_has_its_messages_too() {
    // Chrome writes the type of the request; some tools leave out id, name or time.
    let list = r#","_resourceType":"fetch","_eventSourceMessages":[{"eventName":"token","data":"a\"b"},{"data":{"n":1},"time":-1}]"#;
    let session = har(r#""mimeType":"text/event-stream; charset=utf-8""#, list);
    let log = log_of(&session, &session.records[0]);
    assert_eq!(
        events(&session, log),
        [event("token", "", "a\"b", None), event("message", "", r#"{"n":1}"#, None)]
    );
    assert!(session.notes.listed().is_empty(), "{:?}", session.notes.listed());
}

#[test]
fn entries_of_json_lines_list_events_too() {
    let list = r#","_eventSourceMessages":[{"time":1772359200.25,"eventName":"a","eventId":"1","data":"x"}]"#;
    let line = entry(r#""mimeType":"text/event-stream""#, list).replace('\n', "");
    let session = read(format!("{line}\n{line}\n").as_bytes());
    assert_eq!(session.records.len(), 2);
    for record in &session.records {
        assert_eq!(events(&session, log_of(&session, record)), [event("a", "1", "x", Some(250.0))]);
    }
}

#[test]
fn messages_of_a_stream_extend_the_session() {
    let list = r#","_eventSourceMessages":[{"time":1772359209,"data":"x"}]"#;
    let session = har(r#""mimeType":"text/event-stream""#, list);
    assert_eq!(session.end().zip(session.started_at).map(|(end, start)| (end - start).ms()), Some(9000.0));
}

#[test]
fn a_stream_without_a_list_has_the_messages_of_its_body() {
    for fields in ["", r#","_eventSourceMessages":[]"#, r#","_resourceType":"eventsource""#] {
        let content = r#""mimeType":"Text/Event-Stream","size":9,"text":"data: a\n\n""#;
        let session = har(content, fields);
        assert!(matches!(session.records[0].event_stream(), Some(EventStream::Body)), "{fields}");
    }
}

#[test]
fn other_requests_have_no_messages() {
    let session = har(r#""mimeType":"text/plain","text":"data: a\n\n""#, r#","_eventSourceMessages":[]"#);
    assert!(session.records[0].event_stream().is_none());
    let session = har(r#""mimeType":"text/event-stream-like""#, "");
    assert!(session.records[0].event_stream().is_none());
}

#[test]
fn an_empty_list_without_a_body_means_no_messages() {
    let session = har(r#""mimeType":"text/event-stream","size":0"#, r#","_eventSourceMessages":[]"#);
    assert!(log_of(&session, &session.records[0]).is_empty());
}

#[test]
fn the_body_of_a_stream_is_parsed_like_in_a_browser() {
    let body = "\u{feff}: welcome\r\nretry: 1500\r\n\r\nevent: update\r\nid: 7\r\ndata: {\"score\":3}\r\n\r\ndata: two\r\ndata: lines\r\n\r\ndata: cut off";
    for piece in [1, 7, body.len()] {
        let reader = of_body(body.as_bytes(), piece);
        assert_eq!(
            events(&Session::default(), reader.log()),
            [event("update", "7", r#"{"score":3}"#, None), event("message", "7", "two\nlines", None)]
        );
        let notes: Vec<_> = reader.notes().listed().iter().map(|note| note.text.as_str()).collect();
        assert_eq!(
            notes,
            [
                "the body ends within an event, which a browser does not dispatch: it is not listed",
                "the server asked to reconnect after 1500 ms (retry)",
                "1 comment line is not listed"
            ]
        );
    }
}

#[test]
fn a_body_without_events_has_no_messages() {
    for body in ["", ": ping\n\n", "<!doctype html><p>502</p>", "{\"error\":1}", "\0\u{1}\n\n"] {
        assert!(of_body(body.as_bytes(), 3).log().is_empty(), "{body:?}");
    }
}

#[test]
fn a_filter_finds_events_by_data_name_and_id() {
    let list = r#","_eventSourceMessages":[{"eventName":"update","eventId":"77","data":"apple"},{"eventName":"gone","data":"pear update"}]"#;
    let session = har(r#""mimeType":"text/event-stream""#, list);
    let log = log_of(&session, &session.records[0]);
    let found = |text: &str| (0..log.len()).filter(|index| matching(log, text)(*index)).collect::<Vec<_>>();
    assert_eq!(found("update"), [0, 1]);
    assert_eq!(found("gone"), [1]);
    assert_eq!(found("77 apple"), [0]);
    assert_eq!(found("-update"), [0_usize; 0]);
    assert_eq!(found("-gone"), [0]);
}

#[test]
fn times_of_events_are_unchanged() {
    let list = r#","_eventSourceMessages":[{"time":1772359200123.5,"data":"ms"},{"time":0,"data":"none"}]"#;
    let session = har(r#""mimeType":"text/event-stream""#, list);
    let times: Vec<_> =
        log_of(&session, &session.records[0]).columns.iter().map(|event| event.time).collect();
    assert_eq!(times, [EpochMs::new(1_772_359_200_123.5), None]);
}

fn plain(wrapper: Wrapper, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let (mut inflater, mut plain) =
        (Inflater::new(wrapper, bytes).map_err(|error| error.to_string())?, Vec::new());
    while !inflater.is_done() {
        let before = plain.len();
        inflater.pull(bytes, &mut plain).map_err(|error| error.to_string())?;
        if plain.len() == before && !inflater.is_done() {
            return Err("truncated".to_owned());
        }
    }
    Ok(plain)
}

/// The body as it is shown, and the codings that were tried. Brotli and Zstandard fail here.
fn readable(body: &Body, headers: &[Header]) -> (ReadableBody, Vec<Coding>) {
    let mut tried = Vec::new();
    let Some(mut stored) = StoredBody::of(body, Some(headers)) else {
        return (ReadableBody { body: body.clone(), note: None, stored: None }, tried);
    };
    while let Some(coding) = stored.next_coding() {
        tried.push(coding);
        let result = match coding {
            Coding::Gzip => plain(Wrapper::Gzip, stored.bytes()),
            Coding::Zlib => plain(Wrapper::Zlib, stored.bytes()),
            Coding::Deflate => plain(Wrapper::Raw, stored.bytes()),
            Coding::Brotli | Coding::Zstandard => Err("not here".to_owned()),
        };
        match result {
            Ok(plain) => stored.undo(coding, plain, false),
            Err(why) => stored.fail(coding, &why),
        }
    }
    (stored.into_readable(), tried)
}

fn encoding(values: &[&str]) -> Vec<Header> {
    let header = |value: &&str| Header { name: "content-Encoding".to_owned(), value: (*value).to_owned() };
    values.iter().map(header).collect()
}

fn binary(bytes: &[u8], mime: &str) -> Body {
    Body::Binary { bytes: bytes.to_vec(), mime: mime.to_owned(), is_truncated: false }
}

fn text(text: &str, mime: &str) -> Body {
    Body::Text { text: text.to_owned(), mime: mime.to_owned(), is_truncated: false }
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).and_then(|()| encoder.finish()).expect("memory")
}

fn zlib(plain: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).and_then(|()| encoder.finish()).expect("memory")
}

fn deflate(plain: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).and_then(|()| encoder.finish()).expect("memory")
}

const JSON: &str = r#"{"items":[{"id":0},{"id":1}],"note":"é"}"#;
const PNG: &[u8] = b"iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR4nGO4YGBAEmIY1TCqYfhqAAA+XjAQexaBIwAAAABJRU5ErkJggg==";

#[test]
fn bodies_that_a_proxy_stored_compressed_are_readable() {
    let Some(bytes) = case("body-left-compressed.har") else { return };
    let session = read(&bytes);
    let shown: Vec<_> = session
        .records
        .iter()
        .map(|record| {
            let details = session.details(record);
            let headers = details.response_headers.expect("headers");
            let (readable, tried) = readable(&details.response_body, &headers);
            let is_json =
                matches!(&readable.body, Body::Text { text, .. } if text.starts_with(r#"{"items": [{"#));
            (is_json, readable.note, tried)
        })
        .collect();
    let note = |coding: &str| Some(format!("stored compressed ({coding}), decompressed for display"));
    assert_eq!(shown[0].2, [Coding::Brotli], "which a module of its own undoes");
    assert_eq!(shown[1], (true, note("gzip"), vec![Coding::Gzip]));
    assert_eq!(shown[2], (true, note("deflate"), vec![Coding::Zlib]));
    assert_eq!(shown[3], (true, None, vec![]), "a header alone changes nothing");
    let unflagged = "stored as base64 without a flag, stored compressed (gzip), decompressed for display";
    assert_eq!(shown[4], (true, Some(unflagged.to_owned()), vec![Coding::Gzip]));
}

#[test]
fn codings_of_a_list_are_decoded_from_the_last_to_the_first() {
    let packed = gzip(&zlib(JSON.as_bytes()));
    let lists: [&[&str]; 3] = [&["deflate, gzip"], &["deflate", "x-GZIP"], &["identity,deflate ,gzip"]];
    for list in lists {
        let (readable, tried) = readable(&binary(&packed, "application/json"), &encoding(list));
        assert_eq!(readable.body, text(JSON, "application/json"));
        assert_eq!(tried, [Coding::Gzip, Coding::Zlib]);
        let note = "stored compressed (deflate, gzip), decompressed for display";
        assert_eq!(readable.note.as_deref(), Some(note));
        assert_eq!(readable.stored.as_deref(), Some(&*packed));
    }
}

#[test]
fn deflate_is_decoded_with_and_without_a_zlib_wrapper() {
    for packed in [zlib(JSON.as_bytes()), deflate(JSON.as_bytes())] {
        let (readable, _) = readable(&binary(&packed, ""), &encoding(&["deflate"]));
        assert_eq!(readable.body, text(JSON, ""));
    }
}

#[test]
fn compressed_bytes_without_a_header_are_recognized() {
    for packed in [gzip(JSON.as_bytes()), zlib(JSON.as_bytes())] {
        let (readable, _) = readable(&binary(&packed, "application/json"), &[]);
        assert_eq!(readable.body, text(JSON, "application/json"));
        assert!(readable.note.is_some());
    }
    // A download that is compressed by what it is stays what it is.
    let file = binary(&gzip(b"tar"), "application/x-gzip");
    assert_eq!(readable(&file, &[]).0.body, file);
}

#[test]
fn uncompressed_bodies_are_unchanged() {
    let bodies = [
        text(JSON, "application/json"),
        text("abcdefghijklmnopqrstuvwx", "text/plain"),
        text("H4sIthisisnogzipatallxxx", "text/plain"),
        binary(&base64::decode(PNG).expect("base64"), "image/png"),
        binary(b"\0asm\x01\0\0\0\xff", "application/wasm"),
        Body::Empty,
    ];
    for body in bodies {
        for header in ["gzip", "br", "zstd", "deflate", "aws-chunked"] {
            let (readable, _) = readable(&body, &encoding(&[header]));
            let shown = (readable.body, readable.note, readable.stored);
            assert_eq!(shown, (body.clone(), None, None), "{header}");
        }
    }
}

#[test]
fn a_body_that_cannot_be_decompressed_is_shown_as_stored_with_the_reason() {
    let mut damaged = gzip(JSON.as_bytes());
    let at = damaged.len() - 8;
    damaged[at] ^= 0xff;
    let body = binary(&damaged, "application/json");
    let (shown, _) = readable(&body, &encoding(&["gzip"]));
    assert_eq!(shown.body, body);
    let note = shown.note.expect("a reason");
    assert!(note.starts_with("cannot be decompressed (gzip: "), "{note}");
    let (shown, _) = readable(&binary(b"\x80\x81\x82\x83", "application/x-protobuf"), &encoding(&["br"]));
    let note = shown.note.expect("a reason");
    assert!(note.contains("Content-Encoding is br, but the bytes are not"), "{note}");
    let as_text = text("\u{1f}\u{fffd}\u{8}\0\0", "application/json");
    let note = readable(&as_text, &[]).0.note.expect("a reason");
    assert!(note.contains("replaced bytes"), "{note}");
}

#[test]
fn bytes_stored_as_latin_1_text_are_restored() {
    let packed: String = gzip(JSON.as_bytes()).into_iter().map(char::from).collect();
    let (readable, _) = readable(&text(&packed, "application/json"), &encoding(&["gzip"]));
    assert_eq!(readable.body, text(JSON, "application/json"));
}

#[test]
fn request_bodies_of_native_sessions_are_read_the_same_way() {
    let body = base64::encode(&gzip(JSON.as_bytes()));
    let headers = r#"{"Content-Encoding":["gzip"],"Content-Type":"application/json"}"#;
    let request = format!(r#"{{"verb":"POST","headers":{headers},"body":"{body}","bodyEncoding":"base64"}}"#);
    let pair = format!(r#""requestResponsePairs":{{"request":{request}}}"#);
    let line = format!(
        r#"{{"name":"https://a.test/","initiatorType":"fetch","startTimeAbs":1795300133867,{pair}}}"#
    );
    let session = open(("resources.jsonl", line.as_bytes()), &[], 1000).expect("resources");
    let details = session.details(&session.records[0]);
    let (readable, _) = readable(&details.request_body, &details.request_headers.expect("headers"));
    assert_eq!(readable.body, text(JSON, "application/json"));
}

/// The picture that a body is shown as.
fn picture(body: &Body) -> Option<(ImageFormat, Option<(u32, u32)>)> {
    let payload = match readable(body, &[]).0.body {
        Body::Binary { bytes, mime, .. } => Payload::from_bytes(bytes).of_mime(&mime),
        Body::Text { text, mime, .. } => Payload::from_text(text).of_mime(&mime),
        other => panic!("no body: {other:?}"),
    };
    payload.image().map(|image| (image.format, image.size))
}

#[test]
fn an_image_is_recognized_with_and_without_a_base64_flag() {
    let Some(bytes) = case("base64-unflagged.har") else { return };
    let session = read(&bytes);
    let pictures: Vec<_> =
        session.records.iter().map(|record| picture(&session.details(record).response_body)).collect();
    let png = Some((ImageFormat::Png, Some((16, 16))));
    assert_eq!(pictures, [png, png, Some((ImageFormat::Svg, None))]);
}

#[test]
fn unflagged_base64_is_recognized_for_images_only() {
    let gif = base64::encode(b"GIF89a\x10\0\x09\0\x80\0\0\xff\xff\xff");
    let shown = Some((ImageFormat::Gif, Some((16, 9))));
    assert_eq!(picture(&text(&gif, "image/gif")), shown);
    // A server may name another picture format.
    assert_eq!(picture(&text(&gif, "IMAGE/PNG")), shown);
    assert_eq!(picture(&text(&gif, "text/plain")), None);
    let svg = base64::encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>");
    assert_eq!(picture(&text(&svg, "image/svg+xml")), Some((ImageFormat::Svg, None)));
    assert_eq!(picture(&text("<svg/>", "text/html")), None);
    assert!(Image::of(b"<svg/>").is_none());
}
