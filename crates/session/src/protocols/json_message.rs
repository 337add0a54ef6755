//! What the protocols of JSON messages share: one value a message, events named by a member,
//! identifiers whose type counts.

use std::borrow::Cow;
use std::ops::Range;

use super::units::Detail;
use super::{Decoder, Fit, Frame, Opcode, PairKey, Role, Scratch, Unit, Units};
use crate::encodings::{NodeKind, SpanTree, Syntax, Value};
use crate::model::Direction;

/// Bytes of the largest message that is parsed to recognize a protocol; a larger one fits every
/// protocol of JSON.
const MAX_FIT_BYTES: usize = 4 << 10;

/// The unit that a message is, or why it is not one.
pub(super) type UnitResult<'v> = Result<Unit<'v>, &'static str>;

/// A protocol whose units are JSON values.
pub(super) trait JsonDialect {
    /// The unit that a message is; the caller sets its range. `nested` is for JSON within its
    /// strings.
    fn unit<'v>(
        &mut self,
        message: Value<'v>,
        nested: &mut SpanTree,
        units: &mut Units<'_>,
    ) -> UnitResult<'v>;

    /// The content of a message that is wanted in full.
    fn detail(&self, message: Value<'_>, direction: Direction, detail: &mut Detail);

    /// What is spoken exactly, as far as the messages so far show.
    fn label(&self) -> Option<String> {
        None
    }

    /// The encoding of a message.
    fn syntax(&self, opcode: Opcode) -> Syntax {
        let _ = opcode;
        Syntax::Json
    }

    /// A message that is not JSON, where the protocol has such messages.
    fn plain(&self, data: &[u8]) -> Option<Unit<'static>> {
        let _ = data;
        None
    }
}

/// Decodes messages each of which is one unit.
#[derive(Clone, Debug)]
pub(super) struct JsonDecoder<D>(pub(super) D);

impl<D: JsonDialect + Clone + 'static> Decoder for JsonDecoder<D> {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        decode_json(&mut self.0, frame, scratch, units);
    }

    fn label(&self) -> Option<String> {
        self.0.label()
    }
}

/// Decodes a message that is one unit.
pub(super) fn decode_json(
    dialect: &mut dyn JsonDialect,
    frame: &Frame<'_>,
    scratch: &mut Scratch,
    units: &mut Units<'_>,
) {
    let all = 0..frame.data.len();
    if let Some(unit) = dialect.plain(frame.data) {
        units.push_plain(Unit { bytes: all, ..unit });
        return;
    }
    let syntax = dialect.syntax(frame.opcode);
    match scratch.tree.reparse(syntax, frame.data) {
        Some(message) => report(dialect, message, all, &mut scratch.nested, units),
        None => units.push_plain(Unit::malformed(all, not_parsed(frame, syntax))),
    }
}

/// Reports the unit that takes `bytes` of the message and has `value` as its content.
pub(super) fn report(
    dialect: &mut dyn JsonDialect,
    value: Value<'_>,
    bytes: Range<usize>,
    nested: &mut SpanTree,
    units: &mut Units<'_>,
) {
    let direction = units.direction;
    match dialect.unit(value, nested, units) {
        Ok(unit) => units.push(Unit { bytes, ..unit }, |detail| dialect.detail(value, direction, detail)),
        Err(reason) => units.push(Unit::malformed(bytes, reason), |detail| {
            detail.value("Message", value);
        }),
    }
}

/// Why a message has no values.
pub(super) fn not_parsed(frame: &Frame<'_>, syntax: Syntax) -> &'static str {
    frame.problem(if syntax == Syntax::Json { "Not JSON" } else { "Not in the encoding of the socket" })
}

/// How well a text message fits a protocol of JSON messages.
pub(super) fn json_fit(frame: &Frame<'_>, fit: impl FnOnce(Value<'_>) -> Fit) -> Fit {
    let mut tree = SpanTree::default();
    match parse_to_fit(frame, &mut tree) {
        Ok(message) => fit(message),
        Err(fit) => fit,
    }
}

/// A message for [`json_fit`], or how well it fits without being parsed.
fn parse_to_fit<'t>(frame: &Frame<'t>, tree: &'t mut SpanTree) -> Result<Value<'t>, Fit> {
    let text = frame.text().map(str::trim_ascii_start).ok_or(Fit::No)?;
    if !text.starts_with(['{', '[']) {
        return Err(Fit::No);
    }
    if text.len() > MAX_FIT_BYTES {
        return Err(Fit::Neutral);
    }
    tree.reparse(Syntax::Json, text.as_bytes()).ok_or(Fit::No)
}

/// [`Fit::Distinctive`] if the condition holds, else [`Fit::No`].
pub(super) fn distinctive_if(condition: bool) -> Fit {
    if condition { Fit::Distinctive } else { Fit::No }
}

/// The key of an identifier whose type counts: 1 is not "1". `None` if it is neither a string nor a
/// number.
pub(super) fn id_key(space: &str, id: Option<Value<'_>>) -> Option<PairKey> {
    let id = id?;
    match id.kind() {
        NodeKind::String => Some(PairKey::new(space, (0, &*id.text()))),
        NodeKind::Number => Some(PairKey::new(space, (1, &*id.text()))),
        _ => None,
    }
}

/// A request, if it has a key.
pub(super) fn request(key: Option<PairKey>) -> Role {
    key.map_or(Role::None, Role::Request)
}

/// The last reply, if it has a key.
pub(super) fn reply(key: Option<PairKey>) -> Role {
    key.map_or(Role::None, Role::Reply)
}

/// A reply after which more can come, if it has a key.
pub(super) fn partial_reply(key: Option<PairKey>) -> Role {
    key.map_or(Role::None, Role::PartialReply)
}

/// The event name of the open request that a unit with `key` replies to, without the name of its
/// kind.
pub(super) fn request_subject<'u>(units: &'u Units<'_>, key: Option<PairKey>, kind: &str) -> Option<&'u str> {
    let event = units.request_event(key?)?;
    event.strip_prefix(kind).map(str::trim_start).filter(|subject| !subject.is_empty())
}

/// A name and what it is about: `subscribe OnMsg`.
pub(super) fn named<'a>(name: impl Into<Cow<'a, str>>, subject: Option<&str>) -> Cow<'a, str> {
    let name = name.into();
    match subject {
        Some(subject) if !subject.is_empty() => Cow::Owned(format!("{name} {subject}")),
        _ => name,
    }
}

/// An event and where it happened: `new_msg · room:7`.
pub(super) fn located<'a>(event: impl Into<Cow<'a, str>>, channel: Option<&str>) -> Cow<'a, str> {
    let event = event.into();
    match channel {
        Some(channel) if !channel.is_empty() => Cow::Owned(format!("{event} · {channel}")),
        _ => event,
    }
}

/// Parses the JSON in a string.
pub(super) fn with_json<R>(
    text: &str,
    nested: &mut SpanTree,
    read: impl FnOnce(Value<'_>) -> Option<R>,
) -> Option<R> {
    nested.reparse(Syntax::Json, text.as_bytes()).and_then(read)
}

impl Detail {
    /// A value as a payload within the unit: a string that contains JSON as that JSON. Nothing if
    /// it is absent.
    pub(super) fn content(&mut self, name: &'static str, value: Option<Value<'_>>) -> &mut Self {
        let Some(value) = value else { return self };
        match value.str() {
            Some(text) => self.body(name, None, text.into_owned()),
            None => self.value(name, value),
        }
    }

    /// [`Detail::content`] that contains a credential.
    pub(super) fn secret(&mut self, name: &'static str, value: Option<Value<'_>>) -> &mut Self {
        if value.is_some() {
            self.content(name, value).as_credential();
        }
        self
    }

    /// A scalar member as text. Nothing if it is absent.
    pub(super) fn scalar(&mut self, name: &'static str, value: Option<Value<'_>>) -> &mut Self {
        self.optional(name, value.filter(|value| !value.is_null()).map(Value::text))
    }
}
