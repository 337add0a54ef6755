//! Protocols of JSON messages that need only names: each is a row of a table instead of a decoder.
//!
//! A [`Rule`] says which messages are the protocol's, how an event is named, which member is the id
//! of a request and which messages are its replies, and which only keep the connection alive. The
//! rows are in [`table`].

mod table;

use std::borrow::Cow;

use super::continuity::find_json;
use super::json_message::{JsonDialect, UnitResult, decode_json, id_key, json_fit, not_parsed, report};
use super::units::Detail;
use super::{
    Continuity, Decoder, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Role, Sample, Scratch,
    Unit, Units,
};
use crate::encodings::{SpanTree, Syntax, Value};
use crate::model::Direction;

pub(super) use table::{
    BINANCE, CLASSIC_SIGNALR, DISCORD, HOME_ASSISTANT, JANUS, KRAKEN, NEXT_HMR, OBS, OPENAI_REALTIME,
};

/// Keys and positions that lead to a value, separated by dots: `d.requestId`, `M.0.H`.
type Path = &'static str;

/// A protocol as a row of the table.
#[derive(Debug)]
struct Rule {
    key: &'static str,
    label: &'static str,
    subprotocols: &'static [&'static str],
    /// Parts of URLs that only this protocol has.
    urls: &'static [&'static str],
    /// Messages that hardly any other protocol has.
    distinctive: &'static [Test],
    /// The other messages of the protocol.
    neutral: &'static [Test],
    /// The name of an event: that of the first entry whose test holds and whose parts exist.
    names: &'static [(Test, &'static [Part])],
    exchanges: &'static [Exchange],
    heartbeats: &'static [Test],
    /// Requests whose replies are heartbeats too.
    heartbeat_requests: &'static [&'static str],
    /// Where credentials are.
    credentials: &'static [Path],
    /// The encoding of binary messages; without one they are not decoded.
    binary: Option<Syntax>,
    /// An array is several messages.
    has_batches: bool,
    close_codes: &'static [(u16, &'static str)],
    /// What the server sends if it resumed a session, and if it began a new one.
    resumed: Test,
    new_session: Test,
}

impl Rule {
    /// A row without a name, for `..Rule::EMPTY`.
    const EMPTY: Self = Self {
        key: "",
        label: "",
        subprotocols: &[],
        urls: &[],
        distinctive: &[],
        neutral: &[],
        names: &[],
        exchanges: &[],
        heartbeats: &[],
        heartbeat_requests: &[],
        credentials: &[],
        binary: None,
        has_batches: false,
        close_codes: &[],
        resumed: Test::Never,
        new_session: Test::Never,
    };
}

/// A condition on a message.
#[derive(Debug)]
enum Test {
    Always,
    Never,
    /// An object without members.
    Empty,
    /// The value exists.
    Has(Path),
    /// The string or number is one of these.
    Is(Path, &'static [&'static str]),
    /// The string begins with one of these.
    Starts(Path, &'static [&'static str]),
    All(&'static [Test]),
    Not(&'static Test),
}

impl Test {
    fn holds(&self, message: Value<'_>) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Empty => message.is_object() && message.is_empty(),
            Self::Has(path) => resolve(message, path).is_some(),
            Self::Is(path, values) => {
                resolve(message, path).is_some_and(|value| values.contains(&&*value.text()))
            }
            Self::Starts(path, starts) => resolve(message, path)
                .and_then(Value::str)
                .is_some_and(|value| starts.iter().any(|start| value.starts_with(start))),
            Self::All(tests) => tests.iter().all(|test| test.holds(message)),
            Self::Not(test) => !test.holds(message),
        }
    }

    fn any(tests: &[Self], message: Value<'_>) -> bool {
        tests.iter().any(|test| test.holds(message))
    }
}

/// A part of an event's name.
#[derive(Debug)]
enum Part {
    Text(&'static str),
    /// A string or number of the message.
    At(Path),
    /// The name of a number.
    Code(Path, &'static [(u64, &'static str)]),
}

/// Requests and their replies.
#[derive(Debug)]
struct Exchange {
    id: Id,
    /// Messages that are requests.
    request: Test,
    /// Messages that are the last reply.
    reply: Test,
    /// Messages that are a reply after which more can come.
    partial: Test,
    /// Replies that are named after their request: `result of subscribe`.
    named: Test,
}

/// The id of a request.
#[derive(Debug)]
enum Id {
    /// A string or number whose type counts.
    Typed(Path),
    /// A string or number; the reply may have it as the other of these.
    Text(Path),
    /// There is none: the reply is that to the earliest request.
    InOrder(&'static str),
}

impl Id {
    fn key(&self, message: Value<'_>) -> Option<PairKey> {
        match self {
            Self::Typed(path) => id_key(path, resolve(message, path)),
            Self::Text(path) => {
                let id = resolve(message, path).filter(|id| !id.is_null())?;
                Some(PairKey::new(path, &*id.text()))
            }
            Self::InOrder(space) => Some(PairKey::new(space, ())),
        }
    }
}

fn resolve<'v>(message: Value<'v>, path: &str) -> Option<Value<'v>> {
    path.split('.').try_fold(message, |value, step| {
        if value.is_array() { value.at(step.parse().ok()?) } else { value.get(step) }
    })
}

/// The protocol that a row describes.
#[derive(Debug)]
pub(super) struct RuleProtocol(&'static Rule);

impl Protocol for RuleProtocol {
    fn key(&self) -> &'static str {
        self.0.key
    }

    fn label(&self) -> &'static str {
        self.0.label
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        if handshake.has_subprotocol(self.0.subprotocols) {
            return Some(Evidence::Subprotocol);
        }
        self.0.urls.iter().any(|part| handshake.url.contains(part)).then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        match (frame.opcode, self.0.binary) {
            (Opcode::Text, _) => json_fit(frame, |message| self.0.fit(message)),
            (Opcode::Binary, None) => Fit::No,
            (Opcode::Binary, Some(syntax)) => {
                let tree = SpanTree::parse(syntax, frame.data);
                let message = tree.as_ref().and_then(|tree| tree.root(frame.data));
                message.map_or(Fit::No, |message| self.0.fit(message))
            }
        }
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(RuleDecoder(self.0))
    }

    fn close_code(&self, code: u16) -> Option<&'static str> {
        self.0.close_codes.iter().find(|(known, _)| *known == code).map(|(_, meaning)| *meaning)
    }

    fn continuity(&self, _: &Handshake<'_>, sample: &Sample) -> Option<Continuity> {
        find_json(sample, |direction, message| {
            let is_it = |test: &Test| direction == Direction::Received && test.holds(message);
            let [resumed, new] = [&self.0.resumed, &self.0.new_session].map(is_it);
            (resumed || new).then(|| Continuity::resumed_if(resumed))
        })
    }
}

impl Rule {
    fn fit(&self, message: Value<'_>) -> Fit {
        if self.has_batches && message.is_array() {
            return message.children().map(|message| self.fit(message)).min().unwrap_or(Fit::No);
        }
        if Test::any(self.distinctive, message) {
            Fit::Distinctive
        } else if Test::any(self.neutral, message) {
            Fit::Neutral
        } else {
            Fit::No
        }
    }

    fn name<'v>(&self, message: Value<'v>) -> Option<Cow<'v, str>> {
        self.names.iter().filter(|(test, _)| test.holds(message)).find_map(|(_, parts)| {
            let mut parts = parts.iter().map(|part| part.text(message));
            let first = parts.next()??;
            parts.try_fold(first, |name, part| Some(name + part?))
        })
    }

    /// The part of a message in an exchange, and whether it is named after the request.
    fn role(&self, message: Value<'_>) -> (Role, Option<PairKey>) {
        for exchange in self.exchanges {
            let is_in_order = matches!(exchange.id, Id::InOrder(_));
            let key = || exchange.id.key(message);
            let named = |key: PairKey| exchange.named.holds(message).then_some(key);
            if exchange.request.holds(message) {
                return (key().map_or(Role::None, Role::Request), None);
            }
            if exchange.reply.holds(message) {
                let Some(key) = key() else { continue };
                let role = if is_in_order { Role::ReplyInOrder(key) } else { Role::Reply(key) };
                return (role, named(key));
            }
            if exchange.partial.holds(message) {
                let Some(key) = key() else { continue };
                return (Role::PartialReply(key), named(key));
            }
        }
        (Role::None, None)
    }
}

impl Part {
    fn text<'v>(&self, message: Value<'v>) -> Option<Cow<'v, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(*text)),
            Self::At(path) => {
                let value = resolve(message, path)?;
                (!value.kind().is_container() && !value.is_null()).then(|| value.text())
            }
            Self::Code(path, names) => {
                let code = resolve(message, path)?;
                let name = code.u64().and_then(|code| names.iter().find(|(known, _)| *known == code));
                Some(name.map_or_else(|| code.text(), |(_, name)| Cow::Borrowed(*name)))
            }
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct RuleDecoder(&'static Rule);

impl Decoder for RuleDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        if frame.opcode == Opcode::Binary && self.0.binary.is_none() {
            units.push_plain(Unit::malformed(all, "Binary messages of this protocol are not decoded"));
            return;
        }
        if !self.0.has_batches {
            decode_json(self, frame, scratch, units);
            return;
        }
        let syntax = self.syntax(frame.opcode);
        let Scratch { tree, nested, .. } = scratch;
        match tree.reparse(syntax, frame.data) {
            Some(batch) if batch.is_array() && !batch.is_empty() => {
                for message in batch.children() {
                    report(self, message, message.range(), nested, units);
                }
            }
            Some(message) => report(self, message, all, nested, units),
            None => units.push_plain(Unit::malformed(all, not_parsed(frame, syntax))),
        }
    }
}

impl JsonDialect for RuleDecoder {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        let rule = self.0;
        // Rows do not know every message: one that has a name is taken as the protocol's.
        let mut event = match rule.name(message) {
            Some(name) => name,
            None if rule.fit(message) == Fit::No => return Err("A message that the protocol does not have"),
            None => Cow::Borrowed(""),
        };
        let (part, named_after) = rule.role(message);
        let mut is_heartbeat = Test::any(rule.heartbeats, message);
        if let Some(request) = named_after.and_then(|key| units.request_event(key)) {
            is_heartbeat |= rule.heartbeat_requests.contains(&request);
            event = format!("{event} of {request}").into();
        }
        Ok(Unit { is_heartbeat, ..Unit::new(0..0, event).with_role(part) })
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        detail.value("Message", message);
        if self.0.credentials.iter().any(|path| resolve(message, path).is_some()) {
            detail.as_credential();
        }
    }

    fn syntax(&self, opcode: Opcode) -> Syntax {
        if opcode == Opcode::Binary { self.0.binary.unwrap_or(Syntax::Json) } else { Syntax::Json }
    }
}

#[cfg(test)]
mod tests;
