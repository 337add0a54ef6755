//! A message as JSON, by its type: the names of fields and enum values, and numbers as they are
//! declared. Integers of 64 bits are written as numbers, and bytes in hexadecimal. What the type
//! does not have is kept under the number of the field.

use std::collections::HashMap;
use std::fmt::Write;

use super::super::votes::Reading;
use super::super::{MAX_NESTING, Wire, field_key, number_len, sized_content, varint};
use super::types::{FieldType, Scalar};
use super::{Field, MessageType, Schema};
use crate::encodings::scalar_text::{hex_text, little_endian};
use json_spans::json_string;

/// Bytes of the JSON that a message becomes: each value repeats the name of its field.
const MAX_JSON_BYTES: usize = 32 << 20;

/// A field of a message as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'s> {
    pub(super) number: u32,
    pub(super) wire: Wire,
    /// The number, the content of a field with a length, or what is in a group.
    pub(super) content: &'s [u8],
}

impl Schema {
    /// The message as JSON, read as that type; `None` if there is no such type, or if the
    /// bytes are not a message.
    pub fn to_json(&self, type_name: &str, source: &[u8]) -> Option<String> {
        let mut out = String::new();
        self.write_message(self.message(type_name)?, source, 0, &mut out)?;
        Some(out)
    }

    fn write_message(&self, of: &MessageType, source: &[u8], depth: usize, out: &mut String) -> Option<()> {
        if depth > MAX_NESTING || out.len() > MAX_JSON_BYTES {
            return None;
        }
        out.push('{');
        for (nth, values) in grouped(written_fields(source)?).into_iter().enumerate() {
            let first = values.first()?;
            if nth > 0 {
                out.push(',');
            }
            let field = of.fields.get(&first.number);
            match field {
                Some(field) => write_string(&field.name, out),
                None => write_string(&first.number.to_string(), out),
            }
            out.push(':');
            self.write_values(field, &values, depth, out)?;
        }
        out.push('}');
        Some(())
    }

    /// All values of a field.
    fn write_values(
        &self,
        field: Option<&Field>,
        values: &[Written<'_>],
        depth: usize,
        out: &mut String,
    ) -> Option<()> {
        let entry = field.and_then(|field| self.map_entry(field));
        if let Some(entry) = entry {
            return self.write_map(entry, values, depth, out);
        }
        let is_list = field.map_or(values.len() > 1, |field| field.is_repeated || values.len() > 1);
        if !is_list {
            return self.write_value(field, values.first()?, depth, out);
        }
        out.push('[');
        let mut is_first = true;
        for value in values {
            let packed = field.filter(|field| field.kind.is_packable() && value.wire == Wire::Len);
            let elements = match packed.and_then(|field| unpacked(field.kind, value)) {
                Some(elements) => elements,
                None => vec![*value],
            };
            for element in &elements {
                if !std::mem::take(&mut is_first) {
                    out.push(',');
                }
                self.write_value(field, element, depth, out)?;
            }
        }
        out.push(']');
        Some(())
    }

    /// The type of the entries, if the field is a map.
    fn map_entry(&self, field: &Field) -> Option<&MessageType> {
        match field.kind {
            FieldType::Message(index) => self.messages.get(index).filter(|message| message.is_map_entry),
            _ => None,
        }
    }

    fn write_map(
        &self,
        entry: &MessageType,
        values: &[Written<'_>],
        depth: usize,
        out: &mut String,
    ) -> Option<()> {
        out.push('{');
        for (nth, value) in values.iter().enumerate() {
            if nth > 0 {
                out.push(',');
            }
            let written = written_fields(value.content)?;
            let last = |number: u32| written.iter().rfind(|value| value.number == number);
            let mut key = String::new();
            match last(1) {
                Some(key_value) => self.write_value(entry.fields.get(&1), key_value, depth, &mut key)?,
                None => key.push_str(if is_text(entry.fields.get(&1)) { "\"\"" } else { "0" }),
            }
            if key.starts_with('"') {
                out.push_str(&key);
            } else {
                write_string(&key, out);
            }
            out.push(':');
            match last(2) {
                Some(value) => self.write_value(entry.fields.get(&2), value, depth + 1, out)?,
                None => out.push_str("null"),
            }
        }
        out.push('}');
        Some(())
    }

    fn write_value(
        &self,
        field: Option<&Field>,
        value: &Written<'_>,
        depth: usize,
        out: &mut String,
    ) -> Option<()> {
        if out.len() > MAX_JSON_BYTES {
            return None;
        }
        let kind = field.map_or(FieldType::Unknown, |field| field.kind);
        match kind {
            FieldType::Message(index) if matches!(value.wire, Wire::Len | Wire::GroupStart) => {
                let (of, start) = (self.messages.get(index)?, out.len());
                if self.write_message(of, value.content, depth + 1, out).is_none() {
                    out.truncate(start);
                    write_bytes(value.content, out);
                }
            }
            FieldType::Enum(index) if value.wire == Wire::Varint => {
                let number = varint(value.content)?.0 as i32;
                match self.enums.get(index).and_then(|names| names.get(&number)) {
                    Some(name) => write_string(name, out),
                    None => write_display(number, out),
                }
            }
            FieldType::Scalar(scalar) if scalar.wire() == value.wire => {
                write_scalar(scalar, value.content, out)?;
            }
            // It is not of the declared type, or of none.
            _ => self.write_unknown(value, depth, out)?,
        }
        Some(())
    }

    /// A value by its encoding alone.
    fn write_unknown(&self, value: &Written<'_>, depth: usize, out: &mut String) -> Option<()> {
        match value.wire {
            Wire::Varint => write_display(varint(value.content)?.0, out),
            Wire::Fixed32 => write_display(little_endian(value.content) as u32, out),
            Wire::Fixed64 => write_display(little_endian(value.content), out),
            Wire::Len | Wire::GroupStart | Wire::GroupEnd => match Reading::of(value.content) {
                Reading::Text => write_string(&String::from_utf8_lossy(value.content), out),
                Reading::Message if depth < MAX_NESTING => {
                    let start = out.len();
                    if self.write_message(&MessageType::default(), value.content, depth + 1, out).is_none() {
                        out.truncate(start);
                        write_bytes(value.content, out);
                    }
                }
                _ => write_bytes(value.content, out),
            },
        }
        Some(())
    }
}

fn is_text(field: Option<&Field>) -> bool {
    field.is_some_and(|field| field.kind == FieldType::Scalar(Scalar::String))
}

impl Scalar {
    /// How a value that is not packed is encoded.
    pub(super) fn wire(self) -> Wire {
        match self {
            Self::Double | Self::Fixed64 | Self::Sfixed64 => Wire::Fixed64,
            Self::Float | Self::Fixed32 | Self::Sfixed32 => Wire::Fixed32,
            Self::String | Self::Bytes => Wire::Len,
            _ => Wire::Varint,
        }
    }
}

/// The fields of a message in order; `None` if the bytes are not one.
pub(super) fn written_fields(source: &[u8]) -> Option<Vec<Written<'_>>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let key = field_key(source.get(at..)?)?;
        at += key.len;
        let rest = source.get(at..)?;
        let (content, len) = match key.wire {
            Wire::Len => sized_content(rest)?,
            Wire::GroupStart => group_content(rest, key.number)?,
            Wire::GroupEnd => return None,
            wire => {
                let len = number_len(wire, rest)?;
                (rest.get(..len)?, len)
            }
        };
        at += len;
        found.push(Written { number: key.number, wire: key.wire, content });
    }
    Some(found)
}

/// What is in a group, and its length with the end.
fn group_content(source: &[u8], number: u32) -> Option<(&[u8], usize)> {
    let (mut at, mut open) = (0, vec![number]);
    loop {
        let start = at;
        let key = field_key(source.get(at..)?)?;
        at += key.len;
        let rest = source.get(at..)?;
        match key.wire {
            Wire::GroupStart if open.len() >= MAX_NESTING => return None,
            Wire::GroupStart => open.push(key.number),
            Wire::GroupEnd => {
                open.pop().filter(|number| *number == key.number)?;
                if open.is_empty() {
                    return Some((source.get(..start)?, at));
                }
            }
            Wire::Len => at += sized_content(rest)?.1,
            wire => at += number_len(wire, rest)?,
        }
    }
}

/// The values of each field, in the order of the first ones.
fn grouped(written: Vec<Written<'_>>) -> Vec<Vec<Written<'_>>> {
    let mut groups: Vec<Vec<Written<'_>>> = Vec::new();
    let mut positions = HashMap::new();
    for value in written {
        let position = *positions.entry(value.number).or_insert(groups.len());
        match groups.get_mut(position) {
            Some(group) => group.push(value),
            None => groups.push(vec![value]),
        }
    }
    groups
}

/// The elements of a packed list; `None` if it is not one.
pub(super) fn unpacked<'s>(kind: FieldType, value: &Written<'s>) -> Option<Vec<Written<'s>>> {
    let wire = match kind {
        FieldType::Scalar(scalar) => scalar.wire(),
        _ => Wire::Varint,
    };
    let (mut elements, mut at) = (Vec::new(), 0);
    while at < value.content.len() {
        let rest = value.content.get(at..)?;
        let len = number_len(wire, rest)?;
        elements.push(Written { number: value.number, wire, content: rest.get(..len)? });
        at += len;
    }
    Some(elements)
}

fn write_scalar(scalar: Scalar, content: &[u8], out: &mut String) -> Option<()> {
    let number = || varint(content).map(|(value, _)| value);
    let bits = || little_endian(content.get(..8).unwrap_or(content));
    match scalar {
        Scalar::Double => write_fraction(f64::from_bits(bits()), out),
        Scalar::Float => write_float(f32::from_bits(bits() as u32), out),
        Scalar::Int64 => write_display(number()?.cast_signed(), out),
        Scalar::Uint64 => write_display(number()?, out),
        Scalar::Int32 => write_display(number()? as i32, out),
        Scalar::Uint32 => write_display(number()? as u32, out),
        Scalar::Sint32 | Scalar::Sint64 => write_display(zigzag(number()?), out),
        Scalar::Fixed64 => write_display(bits(), out),
        Scalar::Sfixed64 => write_display(bits().cast_signed(), out),
        Scalar::Fixed32 => write_display(bits() as u32, out),
        Scalar::Sfixed32 => write_display((bits() as u32).cast_signed(), out),
        Scalar::Bool => out.push_str(if number()? == 0 { "false" } else { "true" }),
        Scalar::String => match std::str::from_utf8(content) {
            Ok(text) => write_string(text, out),
            Err(_) => write_bytes(content, out),
        },
        Scalar::Bytes => write_bytes(content, out),
    }
    Some(())
}

/// The signed integer that a varint of a `sint` field is.
pub(in super::super) fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -((value & 1).cast_signed())
}

fn write_fraction(value: f64, out: &mut String) {
    if value.is_finite() { write_display(value, out) } else { write_string(&value.to_string(), out) }
}

fn write_float(value: f32, out: &mut String) {
    if value.is_finite() { write_display(value, out) } else { write_string(&value.to_string(), out) }
}

fn write_display(value: impl std::fmt::Display, out: &mut String) {
    // Writing to a string does not fail.
    let _ = write!(out, "{value}");
}

fn write_bytes(bytes: &[u8], out: &mut String) {
    write_string(&hex_text(bytes), out);
}

fn write_string(text: &str, out: &mut String) {
    let mut escaped = Vec::with_capacity(text.len());
    json_string::escape(&mut escaped, text.as_bytes());
    out.push('"');
    out.push_str(&String::from_utf8_lossy(&escaped));
    out.push('"');
}
