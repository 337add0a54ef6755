//! The slow way to read an element that a strict JSON parser refuses: what can be kept of it is kept.

use serde_json::{Map, Value};

use crate::scan::{Fields, json_string};

/// Containers deeper than this are left out, as a strict parser refuses them.
const MAX_DEPTH: usize = 100;

/// The value that `text` was meant to be. Repeated keys (the last counts), text that is no UTF-8, halves of surrogate
/// pairs and control characters in strings are tolerated; what is no value at all becomes a string of its own bytes,
/// and so does a number too large to be one. Nothing is refused.
pub(super) fn salvage(text: &[u8]) -> Value {
    Salvage { rest: text }.value(0)
}

/// Whether `text` is one object as far as its brackets and quotes tell: what was cut off in the middle is none.
pub(super) fn is_whole_object(text: &[u8]) -> bool {
    let mut fields = Fields::of(text);
    fields.by_ref().for_each(drop);
    text.starts_with(b"{") && fields.is_whole()
}

struct Salvage<'a> {
    rest: &'a [u8],
}

impl<'a> Salvage<'a> {
    fn value(&mut self, depth: usize) -> Value {
        self.skip_space();
        match self.rest.first() {
            Some(b'{') if depth < MAX_DEPTH => self.object(depth),
            Some(b'[') if depth < MAX_DEPTH => self.array(depth),
            Some(b'{' | b'[') => {
                self.skip_container();
                Value::Null
            }
            Some(b'"') => Value::String(self.string()),
            _ => self.scalar(),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut fields = Map::new();
        self.skip(1);
        while let Some(&byte) = self.next_item() {
            match byte {
                b'}' => {
                    self.skip(1);
                    break;
                }
                b'"' => {
                    if let Some(key) = self.key() {
                        fields.insert(key, self.value(depth + 1));
                    }
                }
                _ => self.drop_stray(depth),
            }
        }
        Value::Object(fields)
    }

    fn array(&mut self, depth: usize) -> Value {
        let mut items = Vec::new();
        self.skip(1);
        while let Some(&byte) = self.next_item() {
            match byte {
                b']' => {
                    self.skip(1);
                    break;
                }
                b'}' | b':' => self.skip(1),
                _ => items.push(self.value(depth + 1)),
            }
        }
        Value::Array(items)
    }

    /// The key that begins here, where a colon makes it one.
    fn key(&mut self) -> Option<String> {
        let key = self.string();
        self.skip_space();
        let is_key = self.rest.first() == Some(&b':');
        self.skip(usize::from(is_key));
        is_key.then_some(key)
    }

    /// Something without a key where a key is expected.
    fn drop_stray(&mut self, depth: usize) {
        match self.rest.first() {
            Some(b']' | b':') => self.skip(1),
            _ => drop(self.value(depth + 1)),
        }
    }

    /// The text of a string that begins here.
    fn string(&mut self) -> String {
        let raw = string_at(self.rest);
        self.skip(raw.len() + 2);
        json_string::unescape(raw).into_owned()
    }

    fn scalar(&mut self) -> Value {
        let len = self.rest.iter().take_while(|byte| !ends_scalar(**byte)).count();
        let (token, _) = self.rest.split_at(len);
        self.skip(len);
        if token.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(token)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(token).into_owned()))
    }

    fn skip_container(&mut self) {
        let mut open = 0_usize;
        while let Some(&byte) = self.rest.first() {
            match byte {
                b'"' => self.skip(string_at(self.rest).len() + 1),
                b'{' | b'[' => open += 1,
                b'}' | b']' => open -= 1,
                _ => {}
            }
            self.skip(1);
            if open == 0 {
                break;
            }
        }
    }

    /// The first byte of what follows, commas left out.
    fn next_item(&mut self) -> Option<&'a u8> {
        let len = self.rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count();
        self.skip(len);
        self.rest.first()
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn skip(&mut self, len: usize) {
        self.rest = self.rest.get(len..).unwrap_or_default();
    }
}

/// What stands between the quotes of the string that begins `text`.
fn string_at(text: &[u8]) -> &[u8] {
    let inside = text.get(1..).unwrap_or_default();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'"', b'\\', inside.get(at..).unwrap_or_default()) {
        at += found;
        if inside.get(at) == Some(&b'"') {
            return inside.get(..at).unwrap_or_default();
        }
        at += 2;
    }
    inside
}

fn ends_scalar(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_is_sound_is_kept() {
        let cases: [(&[u8], Value); 9] = [
            (br#" {"a":1,"a":2} "#, json!({"a": 2})),
            (b"{\"a\":\"line\nline\",\"b\":\"\xff\"}", json!({"a": "line\nline", "b": "\u{fffd}"})),
            (br#"{"a":"\ud83d","b":true}"#, json!({"a": "\u{fffd}", "b": true})),
            (br#"{"time":1e999,"b":[1,]}"#, json!({"time": "1e999", "b": [1]})),
            (br#"{"a" "b":2, {"c":3} "d":[4}"#, json!({"b": 2, "d": [4]})),
            (br#"{a:1,"b":NaN}"#, json!({"b": "NaN"})),
            (br#"{"a":{"b":"c"#, json!({"a": {"b": "c"}})),
            (br#"{"a":}"#, json!({"a": null})),
            (b"", json!(null)),
        ];
        for (text, value) in cases {
            assert_eq!(salvage(text), value, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn what_is_cut_off_is_no_whole_object() {
        for whole in [r#"{"a":[1,"}"]}"#, "{}", r#"{"a" 1}"#] {
            assert!(is_whole_object(whole.as_bytes()), "{whole}");
        }
        for part in ["", "{", r#"{"a":"}"#, "{}{}", "[1]", r#"{"a":[1]"#, r#"{"a":"b""#] {
            assert!(!is_whole_object(part.as_bytes()), "{part}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{{\"deep\":{}\"]\"{},\"b\":1}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(salvage(deep.as_bytes()).get("b"), Some(&json!(1)));
    }

    proptest! {
        #[test]
        fn any_bytes_give_a_value(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            salvage(&bytes);
            is_whole_object(&bytes);
        }

        #[test]
        fn any_brackets_give_a_value(text in "[\\[\\]{}:,\"\\\\a1 ]{0,60}") {
            salvage(text.as_bytes());
            is_whole_object(text.as_bytes());
        }
    }
}
