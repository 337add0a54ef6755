//! What the files define, before names of types are resolved.

use super::{MAX_MEMBERS, MAX_NAME_BYTES, MAX_TYPES};

/// The types of all files.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    pub(super) messages: Vec<RawMessage>,
    pub(super) enums: Vec<RawEnum>,
    /// Fields and enum values.
    members: usize,
}

#[derive(Debug, Default)]
pub(super) struct RawMessage {
    /// With its package and the messages around it.
    pub(super) name: String,
    pub(super) fields: Vec<RawField>,
    pub(super) is_map_entry: bool,
}

#[derive(Debug)]
pub(super) struct RawField {
    pub(super) number: u32,
    pub(super) name: String,
    pub(super) kind: RawFieldType,
    pub(super) is_repeated: bool,
}

#[derive(Debug)]
pub(super) enum RawFieldType {
    Scalar(Scalar),
    /// The name of a message or an enum as written.
    Named(String),
}

#[derive(Debug, Default)]
pub(super) struct RawEnum {
    pub(super) name: String,
    pub(super) values: Vec<(i32, String)>,
}

/// The type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FieldType {
    Scalar(Scalar),
    /// The message type at that index.
    Message(usize),
    /// The enum at that index.
    Enum(usize),
    /// No file defines it.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Double,
    Float,
    Int64,
    Uint64,
    Int32,
    Fixed64,
    Fixed32,
    Bool,
    String,
    Bytes,
    Uint32,
    Sfixed32,
    Sfixed64,
    Sint32,
    Sint64,
}

impl Scalar {
    /// The type of that name in a `.proto` file.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "double" => Self::Double,
            "float" => Self::Float,
            "int64" => Self::Int64,
            "uint64" => Self::Uint64,
            "int32" => Self::Int32,
            "fixed64" => Self::Fixed64,
            "fixed32" => Self::Fixed32,
            "bool" => Self::Bool,
            "string" => Self::String,
            "bytes" => Self::Bytes,
            "uint32" => Self::Uint32,
            "sfixed32" => Self::Sfixed32,
            "sfixed64" => Self::Sfixed64,
            "sint32" => Self::Sint32,
            "sint64" => Self::Sint64,
            _ => return None,
        })
    }

    /// The type of that number in a descriptor (`FieldDescriptorProto.Type`).
    pub(super) fn of_number(number: u64) -> Option<Self> {
        Some(match number {
            1 => Self::Double,
            2 => Self::Float,
            3 => Self::Int64,
            4 => Self::Uint64,
            5 => Self::Int32,
            6 => Self::Fixed64,
            7 => Self::Fixed32,
            8 => Self::Bool,
            9 => Self::String,
            12 => Self::Bytes,
            13 => Self::Uint32,
            15 => Self::Sfixed32,
            16 => Self::Sfixed64,
            17 => Self::Sint32,
            18 => Self::Sint64,
            _ => return None,
        })
    }
}

impl Definitions {
    /// Counts fields or enum values.
    pub(super) fn count(&mut self, members: usize) {
        self.members = self.members.saturating_add(members);
    }

    pub(super) fn is_too_large(&self) -> bool {
        self.messages.len() + self.enums.len() > MAX_TYPES || self.members > MAX_MEMBERS
    }
}

/// The complete name of a type in a scope; `None` if it is too long.
pub(super) fn full_name(scope: &str, name: &str) -> Option<String> {
    let full = if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") };
    (full.len() <= MAX_NAME_BYTES).then_some(full)
}
