//! Values as producers really write them: a number may be a string, a string may be null, an object may be missing. A
//! value of the wrong kind is kept as "wrong", so that it costs itself and a note, never the entry around it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::scan::json_string;

/// A number, or a string that holds one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Number {
    #[default]
    Missing,
    Is(f64),
    /// Something that is no number.
    Wrong,
}

impl Number {
    pub(super) fn get(self) -> Option<f64> {
        match self {
            Self::Is(value) => Some(value),
            Self::Missing | Self::Wrong => None,
        }
    }

    /// The value where it is at least 0: producers write -1 for what does not apply.
    pub(super) fn not_negative(self) -> Option<f64> {
        self.get().filter(|value| *value >= 0.0)
    }

    /// From a JSON value as it stands.
    pub(super) fn from_json(raw: &[u8]) -> Self {
        let text =
            raw.strip_prefix(b"\"").and_then(|raw| raw.strip_suffix(b"\"")).unwrap_or(raw).trim_ascii();
        match std::str::from_utf8(text) {
            Ok("" | "null") => Self::Missing,
            Ok(text)
                if text
                    .starts_with(|char: char| char.is_ascii_digit() || matches!(char, '-' | '+' | '.')) =>
            {
                text.parse().ok().filter(|number: &f64| number.is_finite()).map_or(Self::Wrong, Self::Is)
            }
            _ => Self::Wrong,
        }
    }

    /// A size or a count. What is larger than any is a recording's mistake; sums over a session cannot overflow.
    pub(super) fn whole(self) -> Option<u64> {
        const MAX: f64 = 1e12;
        self.not_negative().filter(|value| *value <= MAX).map(|value| value as u64)
    }
}

/// A string; `None` where it is missing, null, or something else.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Text<'a>(pub(super) Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    /// From a JSON value as it stands. Ids and ports come as numbers from some producers.
    pub(super) fn from_json(raw: &'a [u8]) -> Self {
        match raw {
            [b'"', inside @ ..] => {
                Self(Some(json_string::unescape(inside.strip_suffix(b"\"").unwrap_or(inside))))
            }
            [b'-' | b'0'..=b'9', ..] => Self(Some(String::from_utf8_lossy(raw))),
            _ => Self(None),
        }
    }

    #[cfg(test)]
    fn into_owned(self) -> Text<'static> {
        Text(self.0.map(|text| Cow::Owned(text.into_owned())))
    }
}

impl Text<'_> {
    pub(super) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The text where there is some.
    pub(super) fn filled(&self) -> Option<&str> {
        self.as_str().filter(|text| !text.is_empty())
    }

    pub(super) fn boxed(&self) -> Option<Box<str>> {
        self.filled().map(Box::from)
    }

    pub(super) fn owned(&self) -> String {
        self.as_str().unwrap_or_default().to_owned()
    }
}

/// True or not; anything but `true` is not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Flag(pub(super) Option<bool>);

impl Flag {
    /// From a JSON value as it stands.
    pub(super) fn from_json(raw: &[u8]) -> Self {
        Self(match raw {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        })
    }

    pub(super) fn is_set(self) -> bool {
        self.0 == Some(true)
    }
}

/// An object; `None` where it is missing, null, or something else.
#[derive(Clone, Debug)]
pub(super) struct Object<T>(pub(super) Option<T>);

impl<T> Default for Object<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// The elements of an array that are of the kind asked for; `None` where there is no array.
#[derive(Clone, Debug)]
pub(super) struct List<T>(pub(super) Option<Vec<T>>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// Implements the visits of values that a lenient type does not want.
macro_rules! unwanted {
    ($result:expr => $($what:ident),*) => { $($crate::read::lenient::unwanted!(@ $what $result);)* };
    (@ bool $result:expr) => { fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> { Ok($result) } };
    (@ number $result:expr) => {
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> { Ok($result) }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> { Ok($result) }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> { Ok($result) }
    };
    (@ null $result:expr) => { fn visit_unit<E>(self) -> Result<Self::Value, E> { Ok($result) } };
    (@ text $result:expr) => { fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> { Ok($result) } };
    (@ array $result:expr) => {
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            Ok($result)
        }
    };
    (@ object $result:expr) => {
        fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
            while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            Ok($result)
        }
    };
}

pub(super) use unwanted;

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;
        impl<'de> Visitor<'de> for NumberVisitor {
            type Value = Number;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number")
            }
            fn visit_unit<E>(self) -> Result<Number, E> {
                Ok(Number::Missing)
            }
            fn visit_i64<E>(self, value: i64) -> Result<Number, E> {
                Ok(Number::Is(value as f64))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Number, E> {
                Ok(Number::Is(value as f64))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Number, E> {
                Ok(if value.is_finite() { Number::Is(value) } else { Number::Wrong })
            }
            fn visit_str<E>(self, value: &str) -> Result<Number, E> {
                let text = value.trim();
                Ok(match text.parse::<f64>() {
                    _ if text.is_empty() => Number::Missing,
                    Ok(number) if number.is_finite() => Number::Is(number),
                    _ => Number::Wrong,
                })
            }
            unwanted!(Number::Wrong => bool, array, object);
        }
        deserializer.deserialize_any(NumberVisitor)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor<'a>(PhantomData<&'a ()>);
        impl<'de: 'a, 'a> Visitor<'de> for TextVisitor<'a> {
            type Value = Text<'a>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a string")
            }
            fn visit_unit<E>(self) -> Result<Text<'a>, E> {
                Ok(Text(None))
            }
            fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Borrowed(value))))
            }
            fn visit_str<E>(self, value: &str) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(value.to_owned()))))
            }
            fn visit_string<E>(self, value: String) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(value))))
            }
            // Ids and ports come as numbers from some producers.
            fn visit_i64<E>(self, value: i64) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(value.to_string()))))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(value.to_string()))))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Text<'a>, E> {
                Ok(Text(Some(Cow::Owned(value.to_string()))))
            }
            unwanted!(Text(None) => bool, array, object);
        }
        deserializer.deserialize_any(TextVisitor(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FlagVisitor;
        impl<'de> Visitor<'de> for FlagVisitor {
            type Value = Flag;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("true or false")
            }
            fn visit_bool<E>(self, value: bool) -> Result<Flag, E> {
                Ok(Flag(Some(value)))
            }
            fn visit_unit<E>(self) -> Result<Flag, E> {
                Ok(Flag(None))
            }
            unwanted!(Flag(None) => number, text, array, object);
        }
        deserializer.deserialize_any(FlagVisitor)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(fields)).map(|value| Object(Some(value)))
            }
            fn visit_unit<E>(self) -> Result<Object<T>, E> {
                Ok(Object(None))
            }
            unwanted!(Object(None) => bool, number, text, array);
        }
        deserializer.deserialize_any(ObjectVisitor(PhantomData))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ListVisitor<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
            type Value = List<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<List<T>, A::Error> {
                let items = Vec::<Object<T>>::deserialize(SeqAccessDeserializer::new(items))?;
                Ok(List(Some(items.into_iter().filter_map(|item| item.0).collect())))
            }
            fn visit_unit<E>(self) -> Result<List<T>, E> {
                Ok(List(None))
            }
            unwanted!(List(None) => bool, number, text, object);
        }
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

/// The slow way to read a whole file: repeated keys (the last counts) and text that is no UTF-8 are tolerated, at the
/// price of a copy.
///
/// # Errors
/// The words of the JSON parser, for text that is no JSON.
pub(super) fn value_of(bytes: &[u8]) -> Result<serde_json::Value, String> {
    serde_json::from_str(&String::from_utf8_lossy(bytes)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_producers_write_them() {
        let parse = |text: &str| serde_json::from_str::<Number>(text).expect("tolerated");
        assert_eq!(parse("1.5"), Number::Is(1.5));
        assert_eq!(parse("\"1378545\""), Number::Is(1_378_545.0));
        assert_eq!(parse("null"), Number::Missing);
        assert_eq!(parse("\"\""), Number::Missing);
        for wrong in ["\"soon\"", "true", "[1]", "{\"a\":{}}", "\"Infinity\""] {
            assert_eq!(parse(wrong), Number::Wrong, "{wrong}");
        }
        assert_eq!(parse("-1").not_negative(), None);
        assert_eq!(parse("1e300").whole(), None);
        for raw in [
            "1.5",
            "\"1378545\"",
            "null",
            "\"\"",
            "\"soon\"",
            "true",
            "[1]",
            "{\"a\":{}}",
            "\"Infinity\"",
            "-1",
            "nan",
        ] {
            let parsed = serde_json::from_str::<Number>(raw).unwrap_or(Number::Wrong);
            assert_eq!(Number::from_json(raw.as_bytes()), parsed, "{raw}");
        }
        assert_eq!(Number::from_json(b"1e999"), Number::Wrong);
    }

    #[test]
    fn text_and_objects_of_the_wrong_kind_are_none() {
        for wrong in ["null", "true", "[\"a\"]", "{\"a\":1}"] {
            assert_eq!(serde_json::from_str::<Text<'_>>(wrong).expect("tolerated").0, None, "{wrong}");
        }
        assert_eq!(serde_json::from_str::<Text<'_>>("443").expect("tolerated").as_str(), Some("443"));
        for raw in ["null", "true", "[\"a\"]", "{\"a\":1}", "443", r#""h\u00e9""#] {
            let parsed = serde_json::from_str::<Text<'_>>(raw).expect("tolerated").into_owned();
            assert_eq!(Text::from_json(raw.as_bytes()).into_owned(), parsed, "{raw}");
        }
        for wrong in ["null", "1", "\"a\"", "[{}]"] {
            assert!(serde_json::from_str::<Object<Flag>>(wrong).expect("tolerated").0.is_none(), "{wrong}");
        }
    }
}
