//! Reads compiled descriptors: a `FileDescriptorSet` of `google/protobuf/descriptor.proto`, which is
//! itself a message.

use super::super::{Wire, fields, varint};
use super::types::{Definitions, RawEnum, RawField, RawFieldType, RawMessage, Scalar, full_name};
use super::{MAX_DEPTH, MAX_NAME_BYTES};

/// The value of `FieldDescriptorProto.label` of a repeated field.
const LABEL_REPEATED: u64 = 3;

/// Adds the types of a descriptor set; `None` if the bytes are not one.
pub(super) fn parse(source: &[u8], definitions: &mut Definitions) -> Option<()> {
    let files = messages(source, 1)?;
    let before = definitions.messages.len() + definitions.enums.len();
    for file in &files {
        let package = text(file, 2).unwrap_or_default();
        add_types(file, (4, 5), &package, 0, definitions)?;
    }
    let has_types = definitions.messages.len() + definitions.enums.len() > before;
    (!files.is_empty() && has_types).then_some(())
}

/// Adds the messages and enums in the fields of those numbers.
fn add_types(
    source: &[u8],
    (message_field, enum_field): (u32, u32),
    scope: &str,
    depth: usize,
    definitions: &mut Definitions,
) -> Option<()> {
    if depth >= MAX_DEPTH || definitions.is_too_large() {
        return None;
    }
    for message in messages(source, message_field)? {
        let name = full_name(scope, &text(message, 1)?)?;
        add_types(message, (3, 4), &name, depth + 1, definitions)?;
        let fields: Option<Vec<_>> = messages(message, 2)?.into_iter().map(field).collect();
        let fields = fields?;
        definitions.count(fields.len());
        let options = messages(message, 7)?;
        let is_map_entry = options.last().and_then(|options| number(options, 7)) == Some(1);
        definitions.messages.push(RawMessage { name, fields, is_map_entry });
    }
    for source in messages(source, enum_field)? {
        let name = full_name(scope, &text(source, 1)?)?;
        let values: Option<Vec<_>> = messages(source, 2)?.into_iter().map(enum_value).collect();
        let values = values?;
        definitions.count(values.len());
        definitions.enums.push(RawEnum { name, values });
    }
    Some(())
}

fn field(source: &[u8]) -> Option<RawField> {
    let name = text(source, 1)?;
    let field_number = u32::try_from(number(source, 3)?).ok()?;
    let type_name = text(source, 6);
    let scalar = number(source, 5).and_then(Scalar::of_number);
    let kind = match (scalar, type_name) {
        (Some(scalar), _) => RawFieldType::Scalar(scalar),
        (None, Some(name)) => RawFieldType::Named(name),
        (None, None) => return None,
    };
    let is_repeated = number(source, 4) == Some(LABEL_REPEATED);
    Some(RawField { number: field_number, name, kind, is_repeated })
}

fn enum_value(source: &[u8]) -> Option<(i32, String)> {
    let name = text(source, 1)?;
    // Negative numbers take ten bytes.
    let number = number(source, 2).unwrap_or(0).cast_signed();
    Some((i32::try_from(number).ok()?, name))
}

/// The contents of the fields with a length of that number; `None` if `source` is not a message.
fn messages(source: &[u8], number: u32) -> Option<Vec<&[u8]>> {
    let mut found = Vec::new();
    fields(source, |key, content, depth| {
        if key.number == number && key.wire == Wire::Len && depth == 0 {
            found.push(content);
        }
    })?;
    Some(found)
}

/// The last text of that number; `None` if there is none, or an empty one.
fn text(source: &[u8], number: u32) -> Option<String> {
    let last =
        messages(source, number)?.pop().filter(|text| !text.is_empty() && text.len() <= MAX_NAME_BYTES)?;
    std::str::from_utf8(last).ok().map(str::to_owned)
}

/// The last varint of that number; `None` if there is none.
fn number(source: &[u8], number: u32) -> Option<u64> {
    let mut found = None;
    fields(source, |key, content, depth| {
        if key.number == number && key.wire == Wire::Varint && depth == 0 {
            found = varint(content).map(|(value, _)| value);
        }
    })?;
    found
}
