//! Finds the values at a path of a payload.

use super::scan::{self, Plain};
use super::{Comparison, PathTest, Scalar, Step, message_pack};
use crate::encodings::message_pack::begins_with_container;
use crate::encodings::{NodeKind, SpanTree, Syntax, Value};

/// JSON in strings of JSON that is opened.
const MAX_NESTED_PAYLOADS: u32 = 8;
/// Containers that are entered, those of nested payloads included; it bounds the stack.
const MAX_ENTERED: u32 = 600;
/// Values that are visited in one payload: several `..` multiply.
pub(super) const MAX_VISITED: u32 = 200_000;
/// Beginnings of JSON that are tried in a text that is not JSON.
const MAX_BEGINNINGS: usize = 4;

/// Decodes payloads, one after the other, into the same memory.
#[derive(Debug, Default)]
pub(in crate::filter) struct Walker {
    tree: SpanTree,
}

impl Walker {
    /// Whether a value at the path is what it must be, where `data` is JSON, MessagePack, or a text
    /// that ends with JSON, such as `42["chat",{}]`.
    pub(in crate::filter) fn matches(&mut self, path: &PathTest, data: &[u8]) -> bool {
        // Neither JSON nor other text begins so.
        let is_container = begins_with_container(data);
        if let Some(found) = is_container.then(|| message_pack::matches(data, path)).flatten() {
            return found;
        }
        if let Some(found) = scan::matches::<Plain>(data, &path.steps, &|found| path.accepts(found)) {
            return found;
        }
        self.decoded(path, data)
    }

    /// [`Walker::matches`] by a tree.
    pub(super) fn decoded(&mut self, path: &PathTest, data: &[u8]) -> bool {
        self.document(path, Syntax::Json, data).unwrap_or_else(|| match std::str::from_utf8(data) {
            Ok(text) => {
                self.wrapped(path, text) || self.document(path, Syntax::MessagePack, data) == Some(true)
            }
            Err(_) => self.document(path, Syntax::MessagePack, data) == Some(true),
        })
    }

    /// Whether a document matches; `None` if it is not one in that syntax.
    fn document(&mut self, path: &PathTest, syntax: Syntax, data: &[u8]) -> Option<bool> {
        let root = self.tree.reparse(syntax, data)?;
        let mut visit = Visit { path, visited: 0 };
        let at = Position::default();
        // A protocol or a batch wraps what it sends in an array: `["chat",{}]`.
        let is_wrapped = root.is_array() && matches!(path.steps.first(), Some(Step::Key(_)));
        let in_elements = |visit: &mut Visit<'_>| {
            root.children().any(|element| visit.walk(element, &path.steps, at.within()))
        };
        Some(visit.walk(root, &path.steps, at) || (is_wrapped && in_elements(&mut visit)))
    }

    /// Documents within a text: after a prefix, or several that end with a record separator.
    fn wrapped(&mut self, path: &PathTest, text: &str) -> bool {
        const SEPARATORS: [char; 2] = ['\u{1e}', '\0'];
        text.split(SEPARATORS).any(|part| {
            let part = part.trim_end();
            let beginnings = part.match_indices(['{', '[']).take(MAX_BEGINNINGS);
            let mut documents = beginnings.filter_map(|(start, _)| part.get(start..));
            documents.find_map(|json| self.document(path, Syntax::Json, json.as_bytes())).unwrap_or(false)
        })
    }
}

/// How deep a value is.
#[derive(Clone, Copy, Debug, Default)]
struct Position {
    entered: u32,
    payloads: u32,
}

impl Position {
    fn within(self) -> Self {
        Self { entered: self.entered + 1, ..self }
    }
}

struct Visit<'t> {
    path: &'t PathTest,
    visited: u32,
}

impl Visit<'_> {
    /// Whether `steps` lead from `value` to one that is what it must be.
    fn walk(&mut self, value: Value<'_>, steps: &[Step], at: Position) -> bool {
        self.visited += 1;
        if self.visited > MAX_VISITED || at.entered > MAX_ENTERED {
            return false;
        }
        let Some((step, rest)) = steps.split_first() else { return self.test(value) };
        if value.kind() == NodeKind::String {
            return self.walk_nested(value, steps, at);
        }
        match step {
            Step::Key(key) if value.is_object() => {
                value.children().any(|child| child.has_key(key) && self.walk(child, rest, at.within()))
            }
            Step::Key(_) => false,
            Step::Index(index) => {
                let element = usize::try_from(*index).ok().and_then(|index| value.at(index));
                element.is_some_and(|element| self.walk(element, rest, at.within()))
            }
            Step::Any => value.children().any(|child| self.walk(child, rest, at.within())),
            Step::Descendants(key) => value.children().any(|child| {
                (child.has_key(key) && self.walk(child, rest, at.within()))
                    || self.walk(child, steps, at.within())
            }),
        }
    }

    /// Continues in the JSON that a string holds.
    fn walk_nested(&mut self, value: Value<'_>, steps: &[Step], at: Position) -> bool {
        let text = value.text();
        if !text.trim_start().starts_with(['{', '[']) || at.payloads >= MAX_NESTED_PAYLOADS {
            return false;
        }
        let mut tree = SpanTree::default();
        let Some(root) = tree.reparse(Syntax::Json, text.as_bytes()) else { return false };
        self.walk(root, steps, Position { payloads: at.payloads + 1, ..at.within() })
    }

    fn test(&self, value: Value<'_>) -> bool {
        let kind = value.kind();
        if self.path.comparison == Comparison::Exists {
            return true;
        }
        let text = value.text();
        let (is_string, is_number) = (kind == NodeKind::String, kind == NodeKind::Number);
        !kind.is_container() && self.path.comparison.matches(Scalar { text: &text, is_string, is_number })
    }
}

/// JSON for the tests of this module and of those that decide without a tree.
#[cfg(test)]
pub(super) mod test_json {
    use proptest::prelude::*;

    pub(in crate::filter::path) fn json() -> impl Strategy<Value = String> {
        let scalar = proptest::sample::select(vec![
            "1",
            "-2.5e1",
            "\"x\"",
            "\"\\u0061\"",
            "true",
            "null",
            "{}",
            "[]",
            "\"{\\\"a\\\":1}\"",
        ]);
        scalar.prop_map(str::to_owned).prop_recursive(4, 16, 4, |inner| {
            let key = proptest::sample::select(vec!["a", "b", "\\u0061"]);
            prop_oneof![
                prop::collection::vec((key, inner.clone()), 0..4).prop_map(|members| {
                    let members: Vec<_> =
                        members.iter().map(|(key, value)| format!(" \"{key}\" : {value} ")).collect();
                    format!("{{{}}}", members.join(","))
                }),
                prop::collection::vec(inner, 0..3)
                    .prop_map(|elements| format!("[ {} ]", elements.join(", "))),
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::test_json::json;
    use super::*;
    use proptest::prelude::*;

    fn matches(path: &str, data: &[u8]) -> bool {
        let test = PathTest::parse(path).unwrap_or_else(|error| panic!("{path}: {error:?}"));
        Walker::default().matches(&test, data)
    }

    const TRADE: &[u8] =
        br#"{"e":"trade","p":"104.50","q":9007199254740993,"ok":true,"none":null,"tags":["a","B c"],"at":{"x y":{"z":1e2}}}"#;

    #[test]
    fn values_are_compared_by_what_they_are() {
        for path in [
            "$.e",
            "e=trade",
            "$.e=quote,trade",
            "$.p>104",
            "$.p<=104.5",
            "$.p=104..105",
            "$.q=9007199254740993",
            "$.q>9007199254740992",
            "$.ok=true",
            "$.none=null",
            "$.tags[0]=a",
            "$.tags[*]~b",
            "$.tags.*=\"B c\"",
            "$.tags",
            "$..z=100",
            "$.at[\"x y\"].z<101",
            "$.e~/^TR.DE$/",
            "$.e!=quote",
            "$.e>s",
            "$..tags[1]",
            "$['at']..z",
            "$.e~rad",
        ] {
            assert!(matches(path, TRADE), "{path}");
        }
        for path in [
            "$.E",
            "$.e=Trade",
            "$.p>104.5",
            "$.q=9007199254740992",
            "$.ok=\"true\"",
            "$.tags=a",
            "$.missing",
            "$.missing!=1",
            "$.tags[2]",
            "$.e.x",
            "$.at.z",
            "$.e~/^tr.de$/c/",
            "$.e!=trade",
            "$.none.x",
            "$.ok>0",
            "$.at!=1",
            "$.q[0]",
        ] {
            if PathTest::parse(path).is_ok() {
                assert!(!matches(path, TRADE), "{path}");
            }
        }
    }

    #[test]
    fn payloads_within_payloads_are_entered() {
        assert!(matches("$.a=1", br#"42["chat",{"a":1}]"#));
        assert!(matches("$[1].a=1", br#"42["chat",{"a":1}]"#));
        assert!(matches("$.body.n=7", br#"{"body":"{\"n\":7}"}"#));
        assert!(matches("$.a.b=1", br#"a["{\"a\":\"{\\\"b\\\":1}\"}"]"#));
        assert!(matches("$.price=2", b"MESSAGE\nsubscription:0\n\n{\"price\":2}\0"));
        assert!(matches("$.type=6", b"{\"type\":1}\x1e{\"type\":6}\x1e"));
        assert!(matches("$.id=3", br#"[{"id":2},{"id":3}]"#));
        assert!(matches("$.a[1]=-1", b"\x81\xa1a\x92\x01\xff"));
        assert!(!matches("$.a", b"not json {") && !matches("$.a", b"\xff\xff") && !matches("$.a", b""));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn a_scan_finds_what_a_tree_has(json in json(), path in "(\\.\\.?[ab]|\\[[01*]\\]|\\.\\*){1,3}(=1|!=x|=a|>=-25|~[1x])?") {
            let test = PathTest::parse(&path).expect("a path");
            let decoded = Walker::default().decoded(&test, json.as_bytes());
            prop_assert_eq!(Walker::default().matches(&test, json.as_bytes()), decoded, "{} in {}", path, json);
        }
    }

    #[test]
    fn the_work_in_one_payload_is_bounded() {
        let nested = [&b"{\"a\":".repeat(500)[..], b"1", &b"}".repeat(500)[..]].concat();
        assert!(!matches(&format!("${}", "..a".repeat(20) + ".b"), &nested));
        assert!(matches("$..a..a=1", &nested));
        let wide = format!("[{}1]", "[],".repeat(300_000));
        assert!(matches("$[*]=1", wide.as_bytes()), "a scan takes no longer than the payload is long");
        assert!(!matches("$..a=1", wide.as_bytes()));
    }
}
