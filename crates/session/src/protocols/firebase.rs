//! Firebase Realtime Database (firebase-js-sdk: `WebSocketConnection`, `Connection`,
//! `PersistentConnection`).
//!
//! A message is `{"t":"c"|"d","d":…}`: control or data. A large one is sent in pieces after a
//! message with their number. A lone `0` keeps the connection alive.

use std::borrow::Cow;

use super::json_message::{
    JsonDialect, UnitResult, distinctive_if, id_key, json_fit, named, reply, request, request_subject,
};
use super::units::Detail;
use super::{
    Decoder, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Part, Protocol, Role, Sample, Scratch, Unit,
    Units,
};
use crate::encodings::{SpanTree, Syntax, Value};
use crate::model::Direction;

/// Characters of the longest number of pieces.
const MAX_COUNT_LEN: usize = 6;
/// Bytes of the largest message that is joined.
const MAX_JOINED_BYTES: usize = 64 << 20;
/// Characters that a piece has at least, except for the last; the library splits after 16,384.
const MIN_PIECE_LEN: usize = 1000;

#[derive(Debug)]
pub(super) struct Firebase;

impl Protocol for Firebase {
    fn key(&self) -> &'static str {
        "firebase"
    }

    fn label(&self) -> &'static str {
        "Firebase Realtime Database"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let is_endpoint = handshake.path() == "/.ws" && handshake.query("v").is_some();
        is_endpoint.then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        let is_piece = frame.opcode == Opcode::Text && frame.data.len() >= MIN_PIECE_LEN;
        if piece_count(frame.data).is_some() {
            return Fit::Neutral;
        }
        match json_fit(frame, |message| distinctive_if(envelope(message).is_some())) {
            Fit::No if is_piece => Fit::Neutral,
            fit => fit,
        }
    }

    fn score(&self, sample: &Sample) -> usize {
        let mut remaining = [0_u32; 2];
        let mut distinctive = 0;
        for frame in sample.frames().filter(|frame| !frame.is_truncated) {
            let remaining = &mut remaining[usize::from(frame.direction == Direction::Received)];
            if *remaining > 0 {
                *remaining -= 1;
                continue;
            }
            *remaining = piece_count(frame.data).unwrap_or(0);
            match self.fit(&frame) {
                Fit::No => return 0,
                Fit::Neutral => {}
                Fit::Distinctive => distinctive += 1,
            }
        }
        distinctive
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(FirebaseDecoder::default())
    }
}

/// The number of pieces that a message announces.
fn piece_count(data: &[u8]) -> Option<u32> {
    let is_count = (1..=MAX_COUNT_LEN).contains(&data.len()) && data.iter().all(u8::is_ascii_digit);
    if is_count { std::str::from_utf8(data).ok()?.parse().ok() } else { None }
}

/// The kind of a message and its content.
fn envelope(message: Value<'_>) -> Option<(Cow<'_, str>, Value<'_>)> {
    let kind = message.get_str("t").filter(|kind| matches!(&**kind, "c" | "d"))?;
    Some((kind, message.get("d").filter(|content| content.is_object())?))
}

#[derive(Clone, Debug, Default)]
struct FirebaseDecoder {
    /// The message of each direction whose pieces are being received.
    sent: Option<Pieces>,
    received: Option<Pieces>,
}

/// A message in pieces.
#[derive(Clone, Debug)]
struct Pieces {
    /// The message that announced it.
    first: u32,
    total: u32,
    count: u32,
    data: Vec<u8>,
    /// Why the pieces cannot be joined.
    problem: Option<&'static str>,
}

impl Pieces {
    fn add(&mut self, data: &[u8]) {
        self.count += 1;
        if self.data.len() + data.len() > MAX_JOINED_BYTES {
            self.fail("The pieces have more than 64 MiB");
        }
        if self.problem.is_none() {
            self.data.extend_from_slice(data);
        }
    }

    fn fail(&mut self, problem: &'static str) {
        self.problem.get_or_insert(problem);
        self.data = Vec::new();
    }

    /// The part that the last message is; the number of pieces is the first part.
    fn part(&self) -> Part {
        Part { first: self.first, nth: self.count + 1, total: Some(self.total + 1) }
    }
}

impl Decoder for FirebaseDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        let Some((data, first)) = self.complete(frame, units) else { return };
        let unit = match scratch.tree.reparse(Syntax::Json, &data) {
            None if first.is_some() => Err("The joined pieces are not JSON"),
            None => Err("Not JSON: the recording may begin within a message of several pieces"),
            Some(message) => Dialect.unit(message, &mut scratch.nested, units).map(|unit| (message, unit)),
        };
        match unit {
            Ok((message, unit)) => {
                let unit = Unit { bytes: all, ..unit }.since(first);
                units.push(unit, |detail| Dialect.detail(message, frame.direction, detail));
            }
            Err(reason) => units.push_plain(Unit::malformed(all, reason).since(first)),
        }
    }

    /// Continues the count of the pieces, so that later messages are read correctly.
    fn skip(&mut self, direction: Direction) {
        let pending = self.pending(direction);
        let Some(pieces) = pending else { return };
        pieces.count += 1;
        pieces.fail("A piece was not recorded, or is too large");
        if pieces.count >= pieces.total {
            *pending = None;
        }
    }

    fn state_len(&self) -> usize {
        [&self.sent, &self.received].into_iter().flatten().map(|pieces| pieces.data.len()).sum()
    }
}

impl FirebaseDecoder {
    fn pending(&mut self, direction: Direction) -> &mut Option<Pieces> {
        match direction {
            Direction::Sent => &mut self.sent,
            Direction::Received => &mut self.received,
        }
    }

    /// The JSON that ends with a message, and the message in which it began if that is an earlier
    /// one. `None` if more pieces follow or the message is not JSON.
    fn complete<'d>(
        &mut self,
        frame: &Frame<'d>,
        units: &mut Units<'_>,
    ) -> Option<(Cow<'d, [u8]>, Option<u32>)> {
        let all = 0..frame.data.len();
        let pending = self.pending(frame.direction);
        if let Some(mut pieces) = pending.take() {
            pieces.add(frame.data);
            units.part(pieces.part());
            if pieces.count < pieces.total {
                *pending = Some(pieces);
                return None;
            }
            let first = Some(pieces.first);
            if let Some(problem) = pieces.problem {
                units.push_plain(Unit::malformed(all, problem).since(first));
                return None;
            }
            return Some((Cow::Owned(pieces.data), first));
        }
        let total = match piece_count(frame.data) {
            None => return Some((Cow::Borrowed(frame.data), None)),
            Some(0) if frame.direction == Direction::Sent => {
                units.push_plain(Unit::heartbeat(all, "keepalive"));
                return None;
            }
            Some(0) => {
                units.push_plain(Unit::malformed(all, "A message of no pieces"));
                return None;
            }
            Some(total) => total,
        };
        let pieces = Pieces { first: frame.index, total, count: 0, data: Vec::new(), problem: None };
        units.part(pieces.part());
        *pending = Some(pieces);
        None
    }
}

#[derive(Clone, Debug)]
struct Dialect;

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        let (kind, content) = envelope(message).ok_or("Neither a control nor a data message")?;
        if kind == "c" {
            return control(content);
        }
        let path = content.path(&["b", "p"]).and_then(Value::str).map(with_slash);
        let key = id_key("request", content.get("r"));
        let Some(action) = content.get_str("a") else {
            key.ok_or("Neither an action nor a reply")?;
            let status = content.path(&["b", "s"]).and_then(Value::str).unwrap_or(Cow::Borrowed("reply"));
            let event = match request_subject(units, key, "") {
                Some(request) => format!("{status} of {request}").into(),
                None => status,
            };
            return Ok(Unit::new(0..0, event).with_role(reply(key)));
        };
        let name = if key.is_some() { request_name(&action) } else { push_name(&action) };
        let name = name.map_or(action, Cow::Borrowed);
        Ok(Unit::new(0..0, named(name, path.as_deref())).with_role(request(key)))
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        let Some((_, content)) = envelope(message) else { return };
        let body = content.get("b");
        let is_login =
            content.get_str("a").is_some_and(|action| matches!(&*action, "auth" | "gauth" | "appcheck"));
        detail.scalar("Request", content.get("r"));
        detail.scalar("Path", body.and_then(|body| body.get("p")));
        detail.scalar("Status", body.and_then(|body| body.get("s")));
        match (body, is_login) {
            (Some(body), true) => detail.value("Body", body).as_credential(),
            (Some(body), false) => detail.value("Body", body),
            (None, _) => detail.value("Content", content),
        };
    }
}

fn with_slash(path: Cow<'_, str>) -> Cow<'_, str> {
    if path.starts_with('/') { path } else { format!("/{path}").into() }
}

fn control(content: Value<'_>) -> UnitResult<'_> {
    let kind = content.get_str("t").ok_or("A control message without a type")?;
    let ping = PairKey::new("ping", ());
    Ok(match &*kind {
        "p" => Unit::heartbeat(0..0, "ping").with_role(Role::Request(ping)),
        "o" => Unit::heartbeat(0..0, "pong").with_role(Role::ReplyInOrder(ping)),
        "h" => Unit::new(0..0, "hello"),
        "s" => Unit::new(0..0, "shutdown"),
        "r" => Unit::new(0..0, "reset"),
        "e" => Unit::new(0..0, "error"),
        "a" => Unit::new(0..0, "switch ack"),
        "n" => Unit::new(0..0, "end transmission"),
        _ => Unit::new(0..0, named("control", Some(&kind))),
    })
}

fn request_name(action: &str) -> Option<&'static str> {
    Some(match action {
        "q" => "listen",
        "n" => "unlisten",
        "g" => "get",
        "p" => "put",
        "m" => "merge",
        "o" => "onDisconnect put",
        "om" => "onDisconnect merge",
        "oc" => "onDisconnect cancel",
        "s" => "stats",
        _ => return None,
    })
}

fn push_name(action: &str) -> Option<&'static str> {
    Some(match action {
        "d" => "set",
        "m" => "merge",
        "c" => "listen revoked",
        "ac" => "auth revoked",
        "sd" => "security debug",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
