//! Message types of Protocol Buffers, from `.proto` files or compiled descriptor sets that the user
//! adds: what names and types the fields of a message have.

mod decode;
mod descriptor_set;
mod fit;
mod lexer;
mod proto_file;
mod types;

use std::collections::HashMap;
use std::fmt;

pub(super) use decode::zigzag;
pub use fit::TypeFit;
use types::{Definitions, FieldType, RawFieldType, Scalar};

/// Bytes of the largest file; descriptor sets of large projects have a few megabytes.
const MAX_FILE_BYTES: usize = 16 << 20;
/// Message types and enums of all files.
const MAX_TYPES: usize = 50_000;
/// Fields and enum values of all files.
const MAX_MEMBERS: usize = 500_000;
/// Bytes of a name with its package. Names are repeated in what is decoded.
const MAX_NAME_BYTES: usize = 512;
/// Message types within one another.
const MAX_DEPTH: usize = 32;

/// Why a file is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct SchemaError {
    /// The name of the file.
    pub file: String,
    /// The line, from 1, where the file is text.
    pub line: Option<u32>,
    pub message: String,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}, line {line}: {}", self.file, self.message),
            None => write!(out, "{}: {}", self.file, self.message),
        }
    }
}

/// A file that the user adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// The message types of several files. Types are found by their names, whatever file they are in.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    messages: Vec<MessageType>,
    enums: Vec<HashMap<i32, String>>,
    by_name: HashMap<String, usize>,
    /// Types that a field has and no file defines.
    missing: Vec<String>,
}

/// A message type.
#[derive(Clone, Debug, Default)]
struct MessageType {
    name: String,
    fields: HashMap<u32, Field>,
    /// It is the entry of a map: a key and a value.
    is_map_entry: bool,
}

#[derive(Clone, Debug)]
struct Field {
    name: String,
    kind: FieldType,
    is_repeated: bool,
}

impl Schema {
    /// The types of the files: text in the syntax of proto2, proto3 or editions, or a
    /// `FileDescriptorSet` as `protoc --descriptor_set_out` writes it.
    ///
    /// # Errors
    /// The first error of a file.
    pub fn parse(files: &[SchemaFile]) -> Result<Self, SchemaError> {
        let mut definitions = Definitions::default();
        for file in files {
            let error =
                |line: Option<u32>, message: String| SchemaError { file: file.name.clone(), line, message };
            if file.bytes.len() > MAX_FILE_BYTES {
                return Err(error(None, format!("the file is larger than {} MB", MAX_FILE_BYTES >> 20)));
            }
            match text_of(&file.bytes) {
                Some(text) => proto_file::parse(text, &mut definitions)
                    .map_err(|(line, message)| error(Some(line), message))?,
                None => descriptor_set::parse(&file.bytes, &mut definitions)
                    .ok_or_else(|| error(None, "this is not a .proto file or a descriptor set".to_owned()))?,
            }
            if definitions.is_too_large() {
                return Err(error(None, "the files define too many types".to_owned()));
            }
        }
        Ok(Self::of(definitions))
    }

    /// Resolves the names of types.
    fn of(definitions: Definitions) -> Self {
        let Definitions { messages, enums, .. } = definitions;
        let mut schema = Self::default();
        let mut enum_names = HashMap::new();
        for raw in enums {
            enum_names.entry(raw.name).or_insert(schema.enums.len());
            // Of aliases, the first is meant.
            let mut values = HashMap::new();
            for (number, name) in raw.values {
                values.entry(number).or_insert(name);
            }
            schema.enums.push(values);
        }
        for (index, raw) in messages.iter().enumerate() {
            schema.by_name.entry(raw.name.clone()).or_insert(index);
        }
        for raw in messages {
            let resolve = |name: &str| {
                in_scope(name, &raw.name, |full| {
                    let message = schema.by_name.get(full).map(|index| FieldType::Message(*index));
                    message.or_else(|| enum_names.get(full).map(|index| FieldType::Enum(*index)))
                })
            };
            let mut missing = Vec::new();
            let mut fields = HashMap::new();
            for field in raw.fields {
                let kind = match field.kind {
                    RawFieldType::Scalar(scalar) => FieldType::Scalar(scalar),
                    RawFieldType::Named(name) => resolve(&name).unwrap_or_else(|| {
                        missing.push(name);
                        FieldType::Unknown
                    }),
                };
                fields.insert(field.number, Field { name: field.name, kind, is_repeated: field.is_repeated });
            }
            schema.missing.append(&mut missing);
            schema.messages.push(MessageType { name: raw.name, fields, is_map_entry: raw.is_map_entry });
        }
        schema.missing.sort();
        schema.missing.dedup();
        schema
    }

    /// The names of the message types, in order.
    pub fn type_names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self
            .messages
            .iter()
            .filter(|message| !message.is_map_entry)
            .map(|message| message.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Types that fields have and no file defines: those of imports that were not added.
    pub fn missing_types(&self) -> &[String] {
        &self.missing
    }

    fn message(&self, name: &str) -> Option<&MessageType> {
        self.messages.get(*self.by_name.get(name)?)
    }
}

impl FieldType {
    /// Whether a repeated field can be packed.
    fn is_packable(self) -> bool {
        !matches!(self, Self::Message(_) | Self::Unknown | Self::Scalar(Scalar::String | Scalar::Bytes))
    }
}

/// Looks a name up from the innermost scope outwards; one with a leading dot is complete.
fn in_scope<T>(name: &str, scope: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    if let Some(full) = name.strip_prefix('.') {
        return find(full);
    }
    let mut scope = scope;
    loop {
        if let Some(found) = find(&format!("{scope}.{name}")) {
            return Some(found);
        }
        match scope.rsplit_once('.') {
            Some((outer, _)) => scope = outer,
            None => return find(name),
        }
    }
}

/// The text of a file; `None` if it is binary, which a descriptor set always is.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let is_binary =
        text.chars().any(|char| char.is_control() && !matches!(char, '\t' | '\r' | '\n' | '\x0c'));
    (!is_binary).then(|| text.trim_start_matches('\u{feff}'))
}

#[cfg(test)]
mod tests;
