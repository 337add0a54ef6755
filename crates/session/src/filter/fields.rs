//! Tables of the keys that a filter knows. A list of something else has a table of its own; the
//! language is the same.

/// A key of a filter.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// The key, without the colon.
    pub name: &'static str,
    pub kind: FieldKind,
    /// What it selects, in a few words, for the list of suggestions.
    pub description: &'static str,
}

/// What the value of a field is.
#[derive(Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A part of a text, or of its beginning and end with `*`.
    Text,
    /// A whole text, or one with `*`.
    Word,
    /// `name=value`: a name, and a part of its value; or a part of a name.
    Named,
    /// A number in that unit, with comparisons and ranges, or one of these words.
    NumberOrChoice(Unit, &'static [&'static str]),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// A number in that unit, with comparisons and ranges.
    Number(Unit, Implied),
    /// A value within a decoded payload.
    Path,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes: `B`, `kB`, `MB`, `GB`; k is 1000.
    Bytes,
    /// A duration: `ms`, `s`, `min`, `h`; milliseconds without a unit.
    Duration,
    /// Time since the start of the session: `1:02.5`, or a duration with its unit.
    Offset,
    /// A code of three digits, of which `x` may stand for any: `404`, `4xx`.
    Code,
}

/// The comparison that a number without an operator means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Implied {
    Equal,
    AtLeast,
    Below,
}

/// A table of fields.
#[derive(Clone, Copy, Debug)]
pub struct Fields(pub(super) &'static [Field]);

impl Fields {
    /// No keys: `key:value` is text.
    pub const NONE: Self = Self(&[]);

    /// The field with that key.
    pub fn get(self, key: &str) -> Option<&'static Field> {
        self.0.iter().find(|field| field.name == key)
    }

    /// All fields, in the order in which they are suggested.
    pub fn iter(self) -> impl Iterator<Item = &'static Field> {
        self.0.iter()
    }

    /// Whether there are none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}
