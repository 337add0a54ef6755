//! Where decoders report the units of a message.

use std::borrow::Cow;
use std::ops::Range;

use super::pairing::Pairing;
use super::unit::{DecodedBody, DecodedField, DecodedUnit, PairKey, Role, Unit};
use crate::encodings::{Payload, SpanTree, Syntax, Value};
use crate::model::Direction;

/// Units of one message that are reported one by one; further ones are only counted.
const MAX_UNITS: usize = 10_000;

/// Memory that decoders use again for every message.
#[derive(Debug, Default)]
pub struct Scratch {
    pub tree: SpanTree,
    /// A second tree, for what is encoded within a value of the first.
    pub nested: SpanTree,
}

impl Scratch {
    /// Parses JSON; `None` if it is not one JSON value.
    pub fn json<'s>(&'s mut self, source: &'s [u8]) -> Option<Value<'s>> {
        self.tree.reparse(Syntax::Json, source)
    }
}

/// The units of one message.
#[derive(Debug)]
pub struct Units<'p> {
    pub(super) direction: Direction,
    pub(super) index: u32,
    pub(super) pairing: &'p Pairing,
    pub(super) reported: Reported,
    /// The units in full, if they are wanted.
    pub(super) decoded: Option<Vec<DecodedUnit>>,
    /// The bytes of the message that the units take, where they are within an encoded part of it.
    pub(super) enclosing: Option<Range<usize>>,
}

/// What the columns need of a message's units. Memory is used again.
#[derive(Debug, Default)]
pub(super) struct Reported {
    /// The event names of all units, one after another.
    pub(super) names: String,
    pub(super) units: Vec<ReportedUnit>,
    /// Units beyond [`MAX_UNITS`].
    pub(super) further: usize,
    /// Roles of the message beyond those of its units.
    pub(super) further_roles: Vec<Role>,
    pub(super) part: Option<super::Part>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct ReportedUnit {
    /// The end of its name in [`Reported::names`].
    pub(super) name_end: usize,
    pub(super) role: Role,
    pub(super) is_heartbeat: bool,
    pub(super) is_malformed: bool,
}

impl Reported {
    pub(super) fn clear(&mut self) {
        self.names.clear();
        self.units.clear();
        self.further = 0;
        self.further_roles.clear();
        self.part = None;
    }

    /// The name of the unit at `nth`.
    pub(super) fn name(&self, nth: usize) -> &str {
        let end = self.units.get(nth).map_or(0, |unit| unit.name_end);
        let start =
            nth.checked_sub(1).and_then(|before| self.units.get(before)).map_or(0, |unit| unit.name_end);
        self.names.get(start..end).unwrap_or_default()
    }
}

impl Units<'_> {
    /// Reports a unit. `detail` is called only if the unit is wanted in full.
    pub fn push(&mut self, unit: Unit<'_>, detail: impl FnOnce(&mut Detail)) {
        if self.reported.units.len() >= MAX_UNITS {
            self.reported.further += 1;
            return;
        }
        self.reported.names.push_str(&unit.event);
        self.reported.units.push(ReportedUnit {
            name_end: self.reported.names.len(),
            role: unit.role,
            is_heartbeat: unit.is_heartbeat,
            is_malformed: unit.problem.is_some(),
        });
        let index = self.index;
        if let Some(decoded) = &mut self.decoded {
            let mut content = Detail::default();
            detail(&mut content);
            decoded.push(DecodedUnit {
                bytes: self.enclosing.clone().unwrap_or(unit.bytes),
                event: unit.event.into_owned(),
                is_heartbeat: unit.is_heartbeat,
                problem: unit.problem,
                messages: (unit.first.unwrap_or(index), index),
                fields: content.fields,
                bodies: content.bodies,
            });
        }
    }

    /// Reports a unit without further content.
    pub fn push_plain(&mut self, unit: Unit<'_>) {
        self.push(unit, |_| ());
    }

    /// Reports units of a protocol within this one, whose payload `item` is decoded from `bytes` of
    /// the message: their own ranges are positions in `item`, which is shown for units without
    /// further content.
    pub fn within(&mut self, bytes: Range<usize>, item: &[u8], decode: impl FnOnce(&mut Self)) {
        let outer = self.enclosing.clone();
        self.enclosing.get_or_insert(bytes);
        let before = self.decoded.as_ref().map_or(0, Vec::len);
        decode(self);
        self.enclosing = outer;
        for unit in self.decoded.iter_mut().flatten().skip(before) {
            if unit.fields.is_empty() && unit.bodies.is_empty() {
                let mut content = Detail::default();
                content.body("Item", None, item);
                unit.bodies = content.bodies;
            }
        }
    }

    /// Reports that the message, or the end of it, is a part of a unit that later messages
    /// complete.
    pub fn part(&mut self, part: super::Part) {
        self.reported.part = Some(part);
    }

    /// Reports a role that the message has besides those of its units: a unit that replies to
    /// several requests.
    pub fn add_role(&mut self, role: Role) {
        if self.reported.further_roles.len() < MAX_UNITS {
            self.reported.further_roles.push(role);
        }
    }

    /// The event name of the open request that a unit of this message with `key` replies to.
    pub fn request_event(&self, key: PairKey) -> Option<&str> {
        self.pairing.request_event(self.direction, key)
    }

    /// The event name of the open request with `key` that was made in the direction of this
    /// message, which cancels it.
    pub fn own_request_event(&self, key: PairKey) -> Option<&str> {
        self.pairing.request_event(self.direction.opposite(), key)
    }
}

/// The content of a unit that is wanted in full.
#[derive(Debug, Default)]
pub struct Detail {
    fields: Vec<DecodedField>,
    bodies: Vec<DecodedBody>,
}

impl Detail {
    /// A named value.
    pub fn field(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> &mut Self {
        self.fields.push(DecodedField { name: name.into(), value: value.into(), is_credential: false });
        self
    }

    /// A named value, if there is one.
    pub fn optional(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        value: Option<impl Into<String>>,
    ) -> &mut Self {
        if let Some(value) = value {
            self.field(name, value);
        }
        self
    }

    /// A named value that is hidden until the user asks for it.
    pub fn credential(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> &mut Self {
        self.fields.push(DecodedField { name: name.into(), value: value.into(), is_credential: true });
        self
    }

    /// A payload of that encoding within the unit.
    pub fn body(
        &mut self,
        name: impl Into<Cow<'static, str>>,
        syntax: Option<Syntax>,
        bytes: impl Into<Vec<u8>>,
    ) -> &mut Self {
        self.payload(name, Payload::of_syntax(syntax, bytes.into()))
    }

    /// A payload within the unit.
    pub fn payload(&mut self, name: impl Into<Cow<'static, str>>, payload: Payload) -> &mut Self {
        self.bodies.push(DecodedBody { name: name.into(), payload, is_credential: false });
        self
    }

    /// A value of a tree as a payload within the unit.
    pub fn value(&mut self, name: impl Into<Cow<'static, str>>, value: Value<'_>) -> &mut Self {
        self.body(name, Some(value.syntax()), value.raw())
    }

    /// Marks the last payload as one that contains a credential.
    pub fn as_credential(&mut self) -> &mut Self {
        if let Some(body) = self.bodies.last_mut() {
            body.is_credential = true;
        }
        self
    }
}
