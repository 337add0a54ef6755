//! Follows a path of keys through MessagePack without building a tree: a socket can have a million
//! messages.

use std::borrow::Cow;

use super::scan::Found;
use super::walk::MAX_VISITED;
use super::{Comparison, PathTest, Step};
use crate::encodings::message_pack::{self, Head};
use crate::encodings::{MAX_DEPTH, NodeKind};

/// Whether a value at the path is what it must be, where `data` is one MessagePack value. `None` if
/// that takes a tree: `data` is something else, or has a key that is not a string, or JSON within a
/// string on the path.
pub(super) fn matches(data: &[u8], path: &PathTest) -> Option<bool> {
    let mut scan = Scan { data, at: 0, path, visited: 0 };
    let head = message_pack::head(data)?;
    // A protocol or a batch wraps what it sends in an array.
    let is_wrapped = head.kind == NodeKind::Array && matches!(path.steps.first(), Some(Step::Key(_)));
    let found = if is_wrapped {
        scan.at += head.len;
        scan.array(head.count, None, &path.steps, 1)?
    } else {
        scan.follow(&path.steps, 0)?
    };
    (scan.at == data.len()).then_some(found)
}

/// Whether the value at `at` is what it must be; `None` if `data` is not MessagePack there.
pub(super) fn matches_at(data: &[u8], at: usize, path: &PathTest) -> Option<bool> {
    Scan { data, at, path, visited: 0 }.test(0)
}

struct Scan<'d, 'p> {
    data: &'d [u8],
    at: usize,
    path: &'p PathTest,
    visited: u32,
}

impl<'d> Scan<'d, '_> {
    /// The value at the position, which is that deep: whether a value that the steps lead to matches.
    fn follow(&mut self, steps: &[Step], depth: u16) -> Option<bool> {
        self.visited += 1;
        if self.visited > MAX_VISITED || depth > MAX_DEPTH {
            return None;
        }
        let Some((step, _)) = steps.split_first() else { return self.test(depth) };
        let head = self.head()?;
        match head.kind {
            NodeKind::Object if !matches!(step, Step::Index(_)) => self.object(head.count, steps, depth + 1),
            NodeKind::Array if matches!(step, Step::Key(_)) => self.skip_content(head, depth).map(|()| false),
            NodeKind::Array => self.array(head.count, Some(step), steps, depth + 1),
            NodeKind::String => {
                // It may hold JSON, after white space.
                let first = self.content(head.count)?.first().copied().unwrap_or(b'.');
                let may_hold_json =
                    matches!(first, b'{' | b'[') || !first.is_ascii() || first.is_ascii_whitespace();
                (!may_hold_json).then_some(false)
            }
            _ => self.skip_content(head, depth).map(|()| false),
        }
    }

    /// The members of an object, `depth` deep: whether a value in one of them matches.
    fn object(&mut self, count: u64, steps: &[Step], depth: u16) -> Option<bool> {
        let (step, within) = steps.split_first()?;
        let mut found = false;
        for _ in 0..count {
            let key = self.key()?;
            let has_key = |name: &String| key == name.as_bytes();
            found = match step {
                _ if found => self.skip(depth).map(|()| true)?,
                Step::Key(name) if has_key(name) => self.follow(within, depth)?,
                Step::Any => self.follow(within, depth)?,
                Step::Descendants(name) => {
                    let start = self.at;
                    (has_key(name) && self.follow(within, depth)?) || {
                        self.at = start;
                        self.follow(steps, depth)?
                    }
                }
                Step::Key(_) | Step::Index(_) => self.skip(depth).map(|()| false)?,
            };
        }
        Some(found)
    }

    /// The elements of an array, `depth` deep: whether a value in one of those that the step selects
    /// matches; without a step, in any.
    fn array(&mut self, count: u64, step: Option<&Step>, steps: &[Step], depth: u16) -> Option<bool> {
        let within = match step {
            None | Some(Step::Descendants(_)) => steps,
            Some(_) => steps.get(1..)?,
        };
        let mut found = false;
        for nth in 0..count {
            let is_selected = !matches!(step, Some(Step::Index(index)) if *index != nth);
            if is_selected && !found {
                found = self.follow(within, depth)?;
            } else {
                self.skip(depth)?;
            }
        }
        Some(found)
    }

    /// Whether the value at the position is what it must be.
    fn test(&mut self, depth: u16) -> Option<bool> {
        let start = self.at;
        let head = self.head()?;
        if head.kind.is_container() {
            self.skip_content(head, depth)?;
            return Some(self.path.accepts(&Found::Container));
        }
        let content = self.content(head.count)?;
        if self.path.comparison == Comparison::Exists {
            return Some(true);
        }
        let written = self.data.get(start..self.at)?;
        let is_number = head.kind == NodeKind::Number;
        if is_number
            && let Some(is_match) =
                message_pack::float(written).and_then(|float| self.path.comparison.matches_float(float))
        {
            return Some(is_match);
        }
        let is_string = head.kind == NodeKind::String;
        let text = if is_string {
            String::from_utf8_lossy(content)
        } else {
            Cow::Owned(message_pack::text(written))
        };
        Some(self.path.accepts(&Found::Scalar { text, is_string, is_number }))
    }

    /// The content of the key at the position, which is a string.
    fn key(&mut self) -> Option<&'d [u8]> {
        let head = self.head().filter(|head| head.kind == NodeKind::String)?;
        self.content(head.count)
    }

    fn skip(&mut self, depth: u16) -> Option<()> {
        let head = self.head()?;
        self.skip_content(head, depth)
    }

    /// Skips what follows the head of a value that is that deep.
    fn skip_content(&mut self, head: Head, depth: u16) -> Option<()> {
        if !head.kind.is_container() {
            return self.content(head.count).map(|_| ());
        }
        if depth > MAX_DEPTH {
            return None;
        }
        for _ in 0..head.count {
            if head.kind == NodeKind::Object {
                self.key()?;
            }
            self.skip(depth + 1)?;
        }
        Some(())
    }

    fn head(&mut self) -> Option<Head> {
        let head = message_pack::head(self.data.get(self.at..)?)?;
        self.at += head.len;
        Some(head)
    }

    fn content(&mut self, len: u64) -> Option<&'d [u8]> {
        let end = self.at.checked_add(usize::try_from(len).ok()?)?;
        let content = self.data.get(self.at..end)?;
        self.at = end;
        Some(content)
    }
}

/// Values for the tests of this module and of those that decide without a scan.
#[cfg(test)]
pub(super) mod test_values {
    use proptest::prelude::*;

    /// MessagePack of a few kinds of values, nested.
    pub(in crate::filter::path) fn value() -> impl Strategy<Value = Vec<u8>> {
        let scalar = proptest::sample::select(vec![
            &b"\x01"[..],
            b"\xff",
            b"\xcb\x40\x59\0\0\0\0\0\0",
            b"\xca\x3d\xcc\xcc\xcd",
            b"\xcf\x00\x20\0\0\0\0\0\x01",
            b"\xd3\xff\xff\xff\xff\xff\xff\xff\xe7",
            b"\xa1x",
            b"\xa3100",
            b"\xa7{\"a\":1}",
            b"\xac{\"\\u0061\":1}",
            b"\xa1a",
            b"\xc0",
            b"\xc3",
            b"\xc4\x01\x07",
            b"\xd4\x05\x06",
            b"\xc1",
        ]);
        scalar.prop_map(<[u8]>::to_vec).prop_recursive(4, 16, 4, |inner| {
            let key = proptest::sample::select(vec![&b"\xa1a"[..], b"\xa1b", b"\xd9\x01a", b"\x01"]);
            prop_oneof![
                prop::collection::vec((key, inner.clone()), 0..4).prop_map(|members| {
                    let head = [0x80 | members.len() as u8];
                    let members = members.into_iter().flat_map(|(key, value)| [key.to_vec(), value]);
                    std::iter::once(head.to_vec()).chain(members).collect::<Vec<_>>().concat()
                }),
                prop::collection::vec(inner, 0..3).prop_map(|elements| [
                    vec![0x90 | elements.len() as u8],
                    elements.concat()
                ]
                .concat()),
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Walker;
    use super::test_values::value;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn most_payloads_need_no_tree() {
        let data = b"\x82\xa5price\xcb\x40\x59\0\0\0\0\0\0\xa2at\x92\x81\xa1b\x07\xa1x";
        for (path, expected) in [
            ("$.price=100", true),
            ("$.price>99.9", true),
            ("$.price<100", false),
            ("$..b=7", true),
            ("$..b<7", false),
            ("$.at[1]=x", true),
            ("$.at", true),
            ("$.at.b", false),
            ("$.price~00", true),
        ] {
            let test = PathTest::parse(path).unwrap_or_else(|error| panic!("{path}: {error:?}"));
            assert_eq!(matches(data, &test), Some(expected), "{path}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn a_scan_finds_what_a_tree_has(
            data in value(),
            path in "(\\.\\.?[ab]|\\[[01*]\\]|\\.\\*){1,3}(=1|!=x|=a|>=-25|~[1x]|=x,1|=0..100|<0.1|=100)?",
        ) {
            let test = PathTest::parse(&path).expect("a path");
            if let Some(found) = matches(&data, &test) {
                prop_assert_eq!(found, Walker::default().decoded(&test, &data), "{} in {:x?}", path, data);
            }
        }

        #[test]
        fn any_bytes_are_scanned_without_a_panic(data: Vec<u8>, path in "(\\.\\.?[ab]){1,3}") {
            let _ = matches(&data, &PathTest::parse(&path).expect("a path"));
        }
    }
}
