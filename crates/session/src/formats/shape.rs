//! The shape of a JSON file by its first bytes: the keys of its top object, or of the first element
//! of its array.

use json_spans::{Event, NodeId, Outline, Route};

/// How much of a text is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// What arrived so far: more may come.
    Prefix,
    /// All of it.
    Complete,
}

impl Extent {
    /// Whether no more of the text comes.
    pub(super) fn is_complete(self) -> bool {
        self == Self::Complete
    }
}

/// The beginning of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub kind: ShapeKind,
    /// The keys of the object, each with its value if that is complete.
    fields: Vec<(String, Option<Vec<u8>>)>,
    /// The first byte of the incomplete value, if it has arrived.
    pending: Option<u8>,
    /// The fields that are visible.
    seen: Seen,
    /// Whether the object is complete.
    is_complete: bool,
    /// Whether more bytes would change nothing: the object or the file is complete.
    pub(super) is_final: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShapeKind {
    /// An object, or the first of several.
    #[default]
    Object,
    /// An array whose first element is an object.
    ArrayOfObjects,
    /// An array whose first element is a string.
    ArrayOfStrings,
    /// An array of a string and an object.
    StringAndObject,
    /// An array of arrays, of which the first one begins with an object.
    ArrayOfArrays,
    /// A string, or the first of several.
    String,
    /// An array that is empty, or begins with something else.
    OtherArray,
}

/// Which fields are visible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Seen {
    #[default]
    All,
    /// Up to the key of this field.
    Key(usize),
    /// Up to the value of this field.
    Value(usize),
}

/// Number of fields that become visible one by one.
const MAX_STEPS: usize = 64;

/// Number of bytes that are stored of a value: the values that identify a format are short.
const MAX_VALUE: usize = 64;

impl Shape {
    /// The shape of a text that begins with `{`, `[` or `"`.
    pub(super) fn of(text: &[u8], extent: Extent) -> Self {
        match text.first() {
            Some(b'{') => Self::object(text, extent),
            Some(b'"') => Self::string(ShapeKind::String, text, extent),
            _ => Self::array(text, extent),
        }
    }

    /// Makes one field after the other visible until `claim` returns a value, so that the result
    /// does not depend on how much has arrived.
    pub(super) fn first_claim<T>(mut self, claim: impl Fn(&Self) -> Option<T>) -> (Self, Option<T>) {
        let steps = (0..self.fields.len().min(MAX_STEPS)).flat_map(|at| [Seen::Key(at), Seen::Value(at)]);
        for seen in steps.chain([Seen::All]) {
            self.seen = seen;
            if let Some(claimed) = claim(&self) {
                return (self, Some(claimed));
            }
        }
        (self, None)
    }

    /// The visible fields; a value that is not visible or not complete is `None`.
    fn fields(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        let (keys, values) = self.seen_counts();
        let seen = self.fields.iter().take(keys).enumerate();
        seen.map(move |(at, (key, value))| (key.as_str(), value.as_deref().filter(|_| at < values)))
    }

    /// Number of visible keys, and of visible values.
    fn seen_counts(&self) -> (usize, usize) {
        match self.seen {
            Seen::All => (usize::MAX, usize::MAX),
            Seen::Key(at) => (at + 1, at),
            Seen::Value(at) => (at + 1, at + 1),
        }
    }

    pub fn has(&self, key: &str) -> bool {
        self.fields().any(|(known, _)| known == key)
    }

    pub fn has_all(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.has(key))
    }

    /// Whether the value of `key` is that string.
    pub fn is(&self, key: &str, text: &str) -> bool {
        self.value(key).is_some_and(|value| {
            value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")) == Some(text.as_bytes())
        })
    }

    /// The value of `key` as written, if it is complete; at most its first 64 bytes.
    pub fn value(&self, key: &str) -> Option<&[u8]> {
        self.fields().find(|(known, _)| *known == key).and_then(|(_, value)| value)
    }

    /// Whether the value of `key`, which may be incomplete, begins with that byte: `{` for an
    /// object.
    pub fn begins(&self, key: &str, first: u8) -> bool {
        let (keys, _) = self.seen_counts();
        let found = self.fields.iter().take(keys).rfind(|(known, _)| known == key);
        found.is_some_and(|(_, value)| match value {
            Some(value) => value.first() == Some(&first),
            None => self.pending == Some(first),
        })
    }

    /// The beginning of the first string as written, if the file is a list of strings.
    pub fn first_string(&self) -> Option<&[u8]> {
        let is_strings =
            matches!(self.kind, ShapeKind::ArrayOfStrings | ShapeKind::StringAndObject | ShapeKind::String);
        is_strings.then(|| self.value("")).flatten()
    }

    /// Whether it is an object, alone or in a list.
    pub fn is_object(&self) -> bool {
        matches!(self.kind, ShapeKind::Object | ShapeKind::ArrayOfObjects)
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.fields().map(|(key, _)| key)
    }

    /// Whether the object is complete.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    fn object(text: &[u8], extent: Extent) -> Self {
        let mut outline = Outline::new(every_field, Outline::OPAQUE);
        let mut events = Vec::new();
        outline.feed(text, &mut events);
        let mut fields = Vec::new();
        let mut ended = false;
        for event in events {
            match event {
                Event::Field { key, value, .. } if !ended => {
                    let part =
                        |start: u32, end: u32| text.get(start as usize..end as usize).unwrap_or_default();
                    let value =
                        part(value.start, value.end().min(value.start.saturating_add(MAX_VALUE as u32)));
                    fields.push((lossy(part(key.start, key.end())), Some(value.to_vec())));
                }
                Event::Root(_) => ended = true,
                _ => {}
            }
        }
        let mut pending = None;
        if !ended {
            fields.extend(outline.pending_key().map(|key| (lossy(key), None)));
            pending = outline.pending_value().and_then(|at| text.get(at as usize)).copied();
        }
        let is_final = ended || extent.is_complete();
        Self { kind: ShapeKind::Object, fields, pending, seen: Seen::All, is_complete: ended, is_final }
    }

    fn array(text: &[u8], extent: Extent) -> Self {
        Self::in_array(text.get(1..).unwrap_or_default().trim_ascii_start(), extent)
    }

    /// The shape of an array that begins with the element at the start of `element`.
    pub(super) fn in_array(element: &[u8], extent: Extent) -> Self {
        match element.first() {
            Some(b'{') => Self { kind: ShapeKind::ArrayOfObjects, ..Self::object(element, extent) },
            Some(b'"') => Self::strings(element, extent),
            Some(b'[') => {
                let inner = element.get(1..).unwrap_or_default().trim_ascii_start();
                match inner.first() {
                    Some(b'{') => Self { kind: ShapeKind::ArrayOfArrays, ..Self::object(inner, extent) },
                    first => Self {
                        kind: ShapeKind::OtherArray,
                        is_final: extent.is_complete() || first.is_some(),
                        ..Self::default()
                    },
                }
            }
            first => Self {
                kind: ShapeKind::OtherArray,
                is_final: extent.is_complete() || first.is_some(),
                ..Self::default()
            },
        }
    }

    /// The shape of an array that begins with the string at the start of `text`.
    fn strings(text: &[u8], extent: Extent) -> Self {
        let first = Self::string(ShapeKind::ArrayOfStrings, text, extent);
        let short = text.get(1..).unwrap_or_default();
        let Some(end) = short.iter().take(MAX_VALUE).position(|byte| *byte == b'"') else { return first };
        let mut behind = short.get(end + 1..).unwrap_or_default().trim_ascii_start();
        if let Some(next) = behind.strip_prefix(b",") {
            behind = next.trim_ascii_start();
            if behind.starts_with(b"{") {
                let object = Self::object(behind, extent);
                let fields = first.fields.into_iter().chain(object.fields).collect();
                return Self { kind: ShapeKind::StringAndObject, fields, ..object };
            }
        }
        // The next element may be an object that has not arrived yet.
        Self { is_final: extent.is_complete() || !behind.is_empty(), ..first }
    }

    /// The shape of a list of strings: the beginning of the first one, at the start of `text`, is
    /// the value of the empty key.
    fn string(kind: ShapeKind, text: &[u8], extent: Extent) -> Self {
        let inside = text.get(1..).unwrap_or_default();
        let shown = inside.get(..MAX_VALUE);
        let beginning = shown.unwrap_or(inside);
        let is_final = extent.is_complete() || shown.is_some() || beginning.contains(&b'"');
        Self { kind, is_final, fields: vec![(String::new(), Some(beginning.to_vec()))], ..Self::default() }
    }
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

fn every_field(place: NodeId, _: &[u8]) -> Route {
    if place == Outline::ROOT { Route::Report } else { Route::Skip }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_known_before_their_values_end() {
        let shape = Shape::of(br#"{"type":"context-options","data":{"a":[1,"#, Extent::Prefix);
        assert!(shape.has_all(&["type", "data"]) && !shape.has("a"));
        assert!(shape.is("type", "context-options") && !shape.is_final);
        assert!(Shape::of(b"{}", Extent::Prefix).is_final);
    }

    #[test]
    fn the_kind_of_a_value_is_known_by_its_first_byte() {
        for text in [r#"{"a": {"#, r#"{"a":{}"#, r#"{"a":{"b":1},"c":[1]"#] {
            assert!(Shape::of(text.as_bytes(), Extent::Prefix).begins("a", b'{'), "{text}");
        }
        for text in [r#"{"a""#, r#"{"a":"#, r#"{"a":["#, r#"{"a":1,"b":{"#, r#"{"a":"{"#] {
            assert!(!Shape::of(text.as_bytes(), Extent::Prefix).begins("a", b'{'), "{text}");
        }
    }

    #[test]
    fn the_first_field_that_is_claimed_decides() {
        let claim = |shape: &Shape| ["b", "a"].into_iter().find(|key| shape.has(key));
        assert_eq!(Shape::of(br#"{"a":1,"b":2}"#, Extent::Complete).first_claim(claim).1, Some("a"));
        let value = |shape: &Shape| (shape.has("b") && shape.value("a").is_some()).then_some(());
        assert_eq!(Shape::of(br#"{"b":2,"a":1"#, Extent::Prefix).first_claim(value).1, None);
        assert_eq!(Shape::of(br#"{"b":2,"a":1,"#, Extent::Prefix).first_claim(value).1, Some(()));
    }

    #[test]
    fn arrays_are_recognized_by_their_first_element() {
        let kind = |text: &str| Shape::of(text.as_bytes(), Extent::Prefix).kind;
        assert_eq!(kind("[ {\"a\":1}, 2]"), ShapeKind::ArrayOfObjects);
        assert_eq!(kind("[\n\"x\"]"), ShapeKind::ArrayOfStrings);
        assert_eq!(kind("[\"x\" , {\"a\""), ShapeKind::StringAndObject);
        assert!(
            !Shape::of(b"[\"x\" ,", Extent::Prefix).is_final
                && Shape::of(b"[\"x\" , 1", Extent::Prefix).is_final
        );
        assert_eq!((kind("\"x\"\n"), kind("[[{")), (ShapeKind::String, ShapeKind::ArrayOfArrays));
        assert_eq!(
            (kind("["), kind("[]"), kind("[[")),
            (ShapeKind::OtherArray, ShapeKind::OtherArray, ShapeKind::OtherArray)
        );
        assert!(!Shape::of(b"[ ", Extent::Prefix).is_final && !Shape::of(b"[[", Extent::Prefix).is_final);
        assert!(Shape::of(b"[{\"a\":1}", Extent::Prefix).has("a"));
    }
}
