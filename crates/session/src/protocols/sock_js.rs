//! SockJS (sockjs 0.3.24): a transport whose items are messages of another protocol.
//!
//! From the server: `o` open, `h` heartbeat, `a` and a JSON array of strings, `m` and one JSON
//! value, `c` and `[code, reason]`. From the client: a JSON array of strings, or one JSON string.

use super::recognize::recognize_within;
use super::{Decoder, Evidence, Fit, Frame, Handshake, Opcode, Protocol, Sample, Scratch, Unit, Units};
use crate::encodings::{NodeKind, SpanTree, Syntax, Value};
use crate::model::Direction;

const KEY: &str = "sockjs";

#[derive(Debug)]
pub(super) struct SockJs;

impl Protocol for SockJs {
    fn key(&self) -> &'static str {
        KEY
    }

    fn label(&self) -> &'static str {
        "SockJS"
    }

    /// The path ends with `/<3 digits>/<session>/websocket`.
    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let mut segments = handshake.path().rsplit('/');
        let is_socket = segments.next() == Some("websocket");
        let has_session = segments.next().is_some_and(|session| !session.is_empty());
        let is_number = |server: &str| server.len() == 3 && server.bytes().all(|byte| byte.is_ascii_digit());
        (is_socket && has_session && segments.next().is_some_and(is_number)).then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        let Some(packet) = packet(frame) else { return Fit::No };
        let is_valid = match packet {
            Packet::Open | Packet::Heartbeat => return Fit::Neutral,
            Packet::Items(start) => {
                items(&mut SpanTree::default(), frame.data.get(start..).unwrap_or_default()).is_some()
            }
            Packet::Close(start) => is_close(frame.data.get(start..).unwrap_or_default()),
        };
        match (is_valid, frame.direction) {
            (false, _) => Fit::No,
            (true, Direction::Sent) => Fit::Neutral,
            (true, Direction::Received) => Fit::Distinctive,
        }
    }

    fn decoder(&self, _: &Handshake<'_>, sample: &Sample) -> Box<dyn Decoder> {
        let inner = recognize_within(KEY, &unwrapped(sample)).map(|protocol| {
            // The handshake is that of the transport.
            let decoder = protocol.decoder(&Handshake::default(), &unwrapped(sample));
            Inner { label: protocol.label(), decoder }
        });
        Box::new(SockJsDecoder { inner })
    }

    fn close_code(&self, code: u16) -> Option<&'static str> {
        match code {
            2010 => Some("another connection is still open"),
            3000 => Some("the server refuses the session, or a message was not valid"),
            _ => None,
        }
    }
}

/// A packet; positions are those of the JSON in the payload.
enum Packet {
    Open,
    Heartbeat,
    Items(usize),
    Close(usize),
}

fn packet(frame: &Frame<'_>) -> Option<Packet> {
    if frame.opcode == Opcode::Binary {
        return None;
    }
    match (frame.direction, frame.data) {
        (Direction::Received, b"o") => Some(Packet::Open),
        (Direction::Received, b"h") => Some(Packet::Heartbeat),
        (Direction::Received, [b'a' | b'm', ..]) => Some(Packet::Items(1)),
        (Direction::Received, [b'c', ..]) => Some(Packet::Close(1)),
        (Direction::Sent, [b'[' | b'"', ..]) => Some(Packet::Items(0)),
        _ => None,
    }
}

/// The items in `source`: the strings of a JSON array, or one JSON string.
fn items<'t>(tree: &'t mut SpanTree, source: &'t [u8]) -> Option<impl Iterator<Item = Value<'t>>> {
    let root = tree.reparse(Syntax::Json, source)?;
    let is_string = |value: Value<'_>| value.kind() == NodeKind::String;
    let is_valid = is_string(root) || root.is_array() && root.children().all(is_string);
    is_valid.then(|| Some(root).filter(|root| is_string(*root)).into_iter().chain(root.children()))
}

fn is_close(source: &[u8]) -> bool {
    let mut tree = SpanTree::default();
    tree.reparse(Syntax::Json, source).is_some_and(|root| root.at(0).and_then(Value::u64).is_some())
}

/// The items of the messages in `sample` as messages of their own.
fn unwrapped(sample: &Sample) -> Sample {
    let (mut tree, mut inner) = (SpanTree::default(), Sample::default());
    for frame in sample.frames() {
        let Some(Packet::Items(start)) = packet(&frame) else { continue };
        let source = frame.data.get(start..).unwrap_or_default();
        for item in items(&mut tree, source).into_iter().flatten() {
            inner.push(&Frame { data: item.text().as_bytes(), ..frame });
        }
    }
    inner
}

#[derive(Clone, Debug)]
struct SockJsDecoder {
    inner: Option<Inner>,
}

/// The protocol of the items.
#[derive(Clone, Debug)]
struct Inner {
    label: &'static str,
    decoder: Box<dyn Decoder>,
}

impl Decoder for SockJsDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        match packet(frame) {
            None => units.push_plain(Unit::malformed(all, "Not a SockJS packet")),
            Some(Packet::Open) => units.push_plain(Unit::new(all, "open")),
            Some(Packet::Heartbeat) => units.push_plain(Unit::heartbeat(all, "heartbeat")),
            Some(Packet::Close(start)) => close(frame, start, scratch, units),
            Some(Packet::Items(start)) => {
                // The decoder of the items uses `scratch.tree`.
                let mut tree = std::mem::take(&mut scratch.nested);
                self.items(frame, start, &mut tree, scratch, units);
                scratch.nested = tree;
            }
        }
    }

    fn skip(&mut self, direction: Direction) {
        if let Some(inner) = &mut self.inner {
            inner.decoder.skip(direction);
        }
    }

    fn label(&self) -> Option<String> {
        let inner = self.inner.as_ref()?;
        let label = inner.decoder.label();
        Some(format!("{} over SockJS", label.as_deref().unwrap_or(inner.label)))
    }

    fn state_len(&self) -> usize {
        self.inner.as_ref().map_or(0, |inner| inner.decoder.state_len())
    }
}

impl SockJsDecoder {
    fn items(
        &mut self,
        frame: &Frame<'_>,
        start: usize,
        tree: &mut SpanTree,
        scratch: &mut Scratch,
        units: &mut Units<'_>,
    ) {
        let Some(items) = items(tree, frame.data.get(start..).unwrap_or_default()) else {
            let reason = frame.problem("The items are not a JSON array of strings");
            units.push_plain(Unit::malformed(0..frame.data.len(), reason));
            return;
        };
        for item in items {
            let span = item.range();
            let bytes = start + span.start..start + span.end;
            let text = item.text();
            match &mut self.inner {
                Some(inner) => {
                    let message = Frame { data: text.as_bytes(), is_truncated: false, ..*frame };
                    let decoder = &mut inner.decoder;
                    units.within(bytes, text.as_bytes(), |units| decoder.decode(&message, scratch, units));
                }
                None => units.push(Unit::new(bytes, ""), |detail| {
                    detail.body("Item", None, text.as_bytes());
                }),
            }
        }
    }
}

fn close(frame: &Frame<'_>, start: usize, scratch: &mut Scratch, units: &mut Units<'_>) {
    let all = 0..frame.data.len();
    let root = scratch.json(frame.data.get(start..).unwrap_or_default());
    let code = root.and_then(|root| root.at(0)).filter(|code| code.u64().is_some());
    let Some(code) = code else {
        units.push_plain(Unit::malformed(all, frame.problem("A close packet without a code")));
        return;
    };
    units.push(Unit::new(all, "close"), |detail| {
        detail.field("Code", code.text());
        detail.optional("Reason", root.and_then(|root| root.at(1)).map(Value::text));
    });
}

#[cfg(test)]
mod tests;
