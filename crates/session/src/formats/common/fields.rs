//! Reads some fields of an object from its JSON text, without building anything of the rest.

use super::lenient::{Flag, Number, Text};
use json_spans::{Elements, Field, Fields, Keys, SyntaxError, checked_fields};

/// A value that is read from its JSON text, or from no bytes if it is missing. A value of an
/// unexpected kind is treated as missing or invalid.
pub(in crate::formats) trait FromJson<'a> {
    fn from_json(raw: &'a [u8]) -> Self;
}

/// A struct that is read from the fields of an object; of repeated keys the last counts. Declared
/// with `object!`.
pub(in crate::formats) trait FromObject<'a>: Sized {
    /// The value of each field, empty at first.
    type Values: AsMut<[&'a [u8]]>;
    const NONE: Self::Values;
    /// The index of each value, by its key.
    const KEYS: &'static Keys;

    fn from_values(values: Self::Values) -> Self;

    /// Reads an object, or the readable part of a damaged one. `text` begins with its brace.
    fn from_object(text: &'a [u8]) -> Self {
        let mut values = Self::NONE;
        pick(text, Self::KEYS, values.as_mut());
        Self::from_values(values)
    }

    /// The same, with the first syntax error of `text`.
    fn checked(text: &'a [u8]) -> (Self, Option<SyntaxError>) {
        let mut values = Self::NONE;
        let fault = pick_checked(text, Self::KEYS, values.as_mut());
        (Self::from_values(values), fault)
    }
}

/// An object; `None` if it is missing, null, or of another kind.
#[derive(Clone, Debug)]
pub(in crate::formats) struct Object<T>(pub(in crate::formats) Option<T>);

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'a, T: FromObject<'a>> FromJson<'a> for Object<T> {
    fn from_json(raw: &'a [u8]) -> Self {
        Self(raw.starts_with(b"{").then(|| T::from_object(raw)))
    }
}

/// The objects of an array; `None` if the value is not an array.
#[derive(Clone, Debug)]
pub(in crate::formats) struct List<T>(pub(in crate::formats) Option<Vec<T>>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'a, T: FromObject<'a>> FromJson<'a> for List<T> {
    fn from_json(raw: &'a [u8]) -> Self {
        let is_object = |element: &&[u8]| element.starts_with(b"{");
        Self(raw.starts_with(b"[").then(|| {
            Elements::of(raw).map(|element| element.value).filter(is_object).map(T::from_object).collect()
        }))
    }
}

impl<'a> FromJson<'a> for Text<'a> {
    fn from_json(raw: &'a [u8]) -> Self {
        Text::from_json(raw)
    }
}

impl FromJson<'_> for Number {
    fn from_json(raw: &[u8]) -> Self {
        Number::from_json(raw)
    }
}

impl FromJson<'_> for Flag {
    fn from_json(raw: &[u8]) -> Self {
        Flag::from_json(raw)
    }
}

/// A value of any kind, as written.
impl<'a> FromJson<'a> for &'a [u8] {
    fn from_json(raw: &'a [u8]) -> Self {
        raw
    }
}

/// Stores the values of an object's fields at the indexes of `keys`.
fn pick<'a>(text: &'a [u8], keys: &Keys, values: &mut [&'a [u8]]) {
    for field in Fields::of(text) {
        put(field, keys, values);
    }
}

fn pick_checked<'a>(text: &'a [u8], keys: &Keys, values: &mut [&'a [u8]]) -> Option<SyntaxError> {
    let fault = checked_fields(text, &mut |field| put(field, keys, values));
    if fault.is_some() && text.starts_with(b"{") {
        // Fields after the error count too.
        pick(text, keys, values);
    }
    fault
}

fn put<'a>(field: Field<'a>, keys: &Keys, values: &mut [&'a [u8]]) {
    if let Some(value) = keys.index_of(field.key).and_then(|index| values.get_mut(index)) {
        *value = field.value;
    }
}

/// Whether `text` is one object by its brackets and quotes, not a truncated one.
pub(in crate::formats) fn is_complete_object(text: &[u8]) -> bool {
    let mut fields = Fields::of(text);
    fields.by_ref().for_each(drop);
    text.starts_with(b"{") && fields.is_complete()
}

/// Declares a struct that is read from an object: each field with its key, and other keys for the
/// same.
macro_rules! object {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident $(<$life:lifetime>)? {
            $($(#[$about:meta])* $field_vis:vis $field:ident: $kind:ty = $key:literal $(| $other:literal)*),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        $vis struct $name $(<$life>)? {
            $($(#[$about])* $field_vis $field: $kind),+
        }

        impl<'a> $crate::formats::common::fields::FromObject<'a> for $name $(<$life>)? {
            type Values = [&'a [u8]; [$($key),+].len()];
            const NONE: Self::Values = [b""; [$($key),+].len()];
            const KEYS: &'static json_spans::Keys = {
                use json_spans::Keys;

                #[expect(non_camel_case_types, reason = "the fields, numbered")]
                enum NodeId { $($field),+ }
                const NAMES: &[(&str, u8)] =
                    &[$(($key, NodeId::$field as u8) $(, ($other, NodeId::$field as u8))*),+];
                static KEYS: Keys = Keys::new(NAMES, &Keys::table::<{ Keys::table_len(NAMES.len()) }>(NAMES));
                &KEYS
            };

            fn from_values([$($field),+]: Self::Values) -> Self {
                Self { $($field: $crate::formats::common::fields::FromJson::from_json($field)),+ }
            }
        }
    };
}

pub(in crate::formats) use object;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    object! {
        struct Outer<'a> {
            name: Text<'a> = "name" | "url",
            time: Number = "time",
            inner: Object<Inner> = "inner",
            list: List<Inner> = "list",
            any: &'a [u8] = "any",
        }
    }

    object! {
        #[derive(Clone, Copy, PartialEq)]
        struct Inner {
            flag: Flag = "flag",
        }
    }

    fn read(text: &str) -> Outer<'_> {
        Outer::from_object(text.as_bytes())
    }

    fn flags(list: &List<Inner>) -> Option<Vec<Option<bool>>> {
        list.0.as_ref().map(|list| list.iter().map(|inner| inner.flag.0).collect())
    }

    #[test]
    fn fields_by_their_keys() {
        let text = r#"{"name":"n","time":1.5,"inner":{"flag":true,"x":[1]},"list":[{"flag":false},1,{}],"any": [2] }"#;
        let outer = read(text);
        assert_eq!((outer.name.as_str(), outer.time), (Some("n"), Number::Is(1.5)));
        assert_eq!(outer.inner.0, Some(Inner { flag: Flag(Some(true)) }));
        assert_eq!((flags(&outer.list), outer.any), (Some(vec![Some(false), None]), &b"[2]"[..]));
    }

    #[test]
    fn a_value_that_is_missing_or_of_another_kind_does_not_affect_others() {
        for text in ["{}", r#"{"time":null,"inner":[{}],"list":{},"name":[]}"#, "{", ""] {
            let outer = read(text);
            assert_eq!((outer.name.as_str(), outer.time), (None, Number::Missing), "{text}");
            assert!(outer.inner.0.is_none() && outer.list.0.is_none() && outer.any.is_empty(), "{text}");
        }
    }

    #[test]
    fn of_repeated_keys_the_last_counts_however_they_are_written() {
        let name = |text: &str| read(text).name.owned();
        assert_eq!(name(r#"{"name":"a","name":"b"}"#), "b");
        assert_eq!(name(r#"{"name":"a","url":"b"}"#), "b");
        assert_eq!(name(r#"{"url":"a","n\u0061me":"b"}"#), "b");
        assert!(read(r#"{"inner":{},"inner":null}"#).inner.0.is_none());
    }

    #[test]
    fn checked_objects_are_read_as_unchecked_ones() {
        for text in [
            r#"{"time":1,"inner":{"flag":true},"time":2}"#,
            r#"{"time":1, stray "inner":{"flag":true},"time":2}"#,
            "7",
            "",
        ] {
            let (outer, fault) = Outer::checked(text.as_bytes());
            assert_eq!(format!("{outer:?}"), format!("{:?}", read(text)), "{text}");
            assert_eq!(fault.is_some(), text.is_empty() || text.contains("stray"), "{text}");
        }
    }

    #[test]
    fn the_readable_part_of_a_damaged_object_is_read() {
        let outer = read("{\"name\":\"a\u{1}b\nc\", stray \"time\" 1 \"time\":2,\"inner\":{\"flag\":true");
        assert_eq!((outer.name.as_str(), outer.time), (Some("a\u{1}b\nc"), Number::Is(2.0)));
        let name = Outer::from_object(b"{\"name\":\"\xff\\ud83d\"}").name;
        assert_eq!(name.as_str(), Some("\u{fffd}\u{fffd}"));
    }

    #[test]
    fn an_object_that_is_truncated_is_not_complete() {
        for complete in [r#"{"a":[1,"}"]}"#, "{}", r#"{"a" 1}"#] {
            assert!(is_complete_object(complete.as_bytes()), "{complete}");
        }
        for part in ["", "{", r#"{"a":"}"#, "{}{}", "[1]", r#"{"a":[1]"#, r#"{"a":"b""#] {
            assert!(!is_complete_object(part.as_bytes()), "{part}");
        }
    }

    #[test]
    fn deeply_nested_values_are_skipped() {
        let deep = format!("{{\"inner\":{}\"]\"{},\"time\":1}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&deep).time, Number::Is(1.0));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            Outer::from_object(&bytes);
            is_complete_object(&bytes);
        }

        #[test]
        fn valid_objects_are_read_as_by_a_parser(
            fields in prop::collection::vec((r"name|time|any|other|tim\\u0065", r#"null|"[a-c"\\n]{0,20}"|-?[1-9]{1,6}|\[1,\{"time":2\}\]|\{\}"#), 0..8),
        ) {
            let fields: Vec<_> = fields.iter().map(|(key, value)| format!(r#""{key}":{value}"#)).collect();
            let text = format!("{{{}}}", fields.join(" , "));
            if let Ok(parsed) = serde_json::from_str::<serde_json::Value>(&text) {
                let outer = read(&text);
                let time = parsed.get("time").and_then(serde_json::Value::as_f64);
                let is_text = |value: &&serde_json::Value| value.is_string();
                prop_assert!(time.is_none() || outer.time.get() == time);
                prop_assert!(parsed.get("name").filter(is_text).is_none_or(|name| outer.name.as_str() == name.as_str()));
                let any = serde_json::from_slice::<serde_json::Value>(outer.any).ok();
                prop_assert_eq!(any.as_ref(), parsed.get("any"));
            }
        }
    }
}
