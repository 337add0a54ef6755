//! Damages texts, for property tests.

use std::ops::Range;

use proptest::prelude::*;

/// A change to a text: what is put where, and how many bytes it replaces.
pub(crate) type Edit = (prop::sample::Index, usize, Vec<u8>);

/// What JSON is made of, and what breaks it.
const TOKENS: [&[u8]; 22] = [
    b"", b"\"", b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\n", b"null", b"-1", b"1e999", b"0", b"\"x\"",
    b"\\ud83d", b"\xff", b"{}", b"[]", b"true", b"1e15", b"\"-5\"",
];

/// `count` changes, made of tokens of JSON, of `more` and of any bytes.
pub(crate) fn edits(count: Range<usize>, more: &[&'static [u8]]) -> impl Strategy<Value = Vec<Edit>> + use<> {
    let tokens = [&TOKENS[..], more].concat();
    let put = prop_oneof![
        prop::sample::select(tokens).prop_map(<[u8]>::to_vec),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, put), count)
}

pub(crate) fn edited(text: &str, edits: &[Edit]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (at, removed, put) in edits {
        let at = at.index(bytes.len() + 1);
        let end = (at + removed).min(bytes.len());
        bytes.splice(at..end, put.iter().copied());
    }
    bytes
}

/// Nested arrays and objects of these leaves, which are JSON texts, and these keys.
pub(crate) fn json_text(
    leaf: impl Strategy<Value = &'static str> + 'static,
    key: impl Strategy<Value = &'static str> + Clone + 'static,
) -> impl Strategy<Value = String> {
    leaf.prop_map(str::to_owned).prop_recursive(6, 60, 8, move |inner| {
        let field = (key.clone(), inner.clone()).prop_map(|(key, value)| format!("\"{key}\":{value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(field, 0..8).prop_map(|fields| format!("{{{}}}", fields.join(","))),
        ]
    })
}
