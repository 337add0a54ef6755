//! Credentials in the payloads of messages: masked on screen, redacted in exports.
//!
//! A mask is of the text as it is. What is exported stays valid in its encoding: values of JSON are
//! replaced as values, and those of binary encodings are overwritten byte by byte, so that no
//! length changes.

use std::borrow::Cow;
use std::ops::Range;

use super::mqtt::password_of_connect;
use super::names::is_payload_credential_name;
use super::scanner::{Edit, Mode, find};
use super::{CredentialPlace, REDACTED, Redactor, replaced};
use crate::encodings::{NodeKind, Payload, SpanTree, Syntax};
use json_spans::{is_json, json_string};

/// What is shown in place of a hidden credential.
pub const MASK: &str = "••••";

/// Bytes of the longest prefix before JSON: the kind, namespace and id of Socket.IO, the line of a
/// NATS command.
const MAX_PREFIX: usize = 256;
/// Levels of JSON in strings of JSON that are searched.
const MAX_NESTED: usize = 4;
/// What the bytes of a credential in a binary payload are overwritten with.
const OVERWRITTEN: u8 = b'*';
/// The name of a credential in a binary payload in a report.
const BINARY_VALUE: &str = "value in a binary payload";

/// The text of a message, or a part of it, with its credentials masked.
pub fn mask(text: &str) -> Cow<'_, str> {
    let edits: Vec<_> = edits(text).map(|edit| Edit { replacement: MASK, ..edit }).collect();
    replaced(text, &edits).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Whether [`mask`] hides something.
pub fn has_credentials(text: &str) -> bool {
    edits(text).next().is_some()
}

/// The bytes of a payload that are credentials, in order: to be masked where the bytes are shown.
pub fn credential_ranges(payload: &Payload) -> Vec<Range<usize>> {
    let bytes = payload.bytes();
    let connect = password_of_connect(bytes);
    let mut ranges: Vec<_> = match (payload.text(), payload.tree(), connect) {
        (_, _, Some(password)) => vec![password],
        (Some(text), _, None) => edits(text).map(|edit| edit.range).collect(),
        (None, Some(tree), None) => {
            credential_nodes(tree, bytes).filter_map(|index| content_range(tree, bytes, index)).collect()
        }
        (None, None, None) => Vec::new(),
    };
    ranges.sort_unstable_by_key(|range| range.start);
    ranges
}

/// The range of the text of a value in a binary encoding: it is at the end of what encodes it.
fn content_range(tree: &SpanTree, bytes: &[u8], index: u32) -> Option<Range<usize>> {
    let text = tree.value_text(bytes, index);
    let end = tree.node(index)?.value.end() as usize;
    let range = end.checked_sub(text.len())?..end;
    (bytes.get(range.clone()) == Some(text.as_bytes())).then_some(range)
}

/// The credentials in the text of a message; what the recorder redacted is none.
fn edits(text: &str) -> impl Iterator<Item = Edit> {
    let is_new = |edit: &Edit| {
        let found = text.get(edit.range.clone()).unwrap_or_default().trim_matches('"');
        !found.is_empty() && found != REDACTED
    };
    find(text, Mode::Payload).into_iter().filter(is_new)
}

/// Whether the value at `index` is a credential by its key, or by that of a container that it is
/// in. `false` for containers, and for values that hold nothing.
pub fn is_credential_node(tree: &SpanTree, source: &[u8], index: u32) -> bool {
    holds_something(tree, source, index) && naming_key(tree, source, index).is_some()
}

/// The key that makes a value a credential: its own, or that of a container that it is in.
fn naming_key<'t>(tree: &'t SpanTree, source: &'t [u8], index: u32) -> Option<Cow<'t, str>> {
    let mut at = index;
    loop {
        if let Some(key) = tree.key_text(source, at).filter(|key| is_payload_credential_name(key)) {
            return Some(key);
        }
        match tree.node(at) {
            Some(node) if node.parent < at => at = node.parent,
            _ => return None,
        }
    }
}

/// The values of which [`is_credential_node`] is true, in one pass.
fn credential_nodes<'t>(tree: &'t SpanTree, source: &'t [u8]) -> impl Iterator<Item = u32> + 't {
    let mut container_end = 0;
    (0..tree.nodes().len() as u32).filter(move |index| {
        if *index >= container_end {
            let is_named = tree.key_text(source, *index).is_some_and(|key| is_payload_credential_name(&key));
            let Some(node) = tree.node(*index).filter(|_| is_named) else { return false };
            container_end = node.end;
        }
        holds_something(tree, source, *index)
    })
}

fn holds_something(tree: &SpanTree, source: &[u8], index: u32) -> bool {
    match tree.node(index).map(|node| node.kind) {
        Some(NodeKind::String) => !matches!(&*tree.value_text(source, index), "" | REDACTED),
        Some(NodeKind::Number | NodeKind::Bytes | NodeKind::Extension) => true,
        _ => false,
    }
}

impl Redactor {
    /// Redacts the text of a message. JSON stays valid JSON.
    pub fn payload<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        self.payload_within(text, MAX_NESTED)
    }

    fn payload_within<'a>(&mut self, text: &'a str, max_nested: usize) -> Cow<'a, str> {
        if !self.is_on() {
            return Cow::Borrowed(text);
        }
        let Some((prefix, json, suffix, tree)) = json_in(text) else { return self.plain(text) };
        let prefix = self.plain(prefix);
        let redacted = self.json(json, &tree, max_nested);
        match (prefix, redacted, self.plain(suffix)) {
            (Cow::Borrowed(_), None, Cow::Borrowed(_)) => Cow::Borrowed(text),
            (prefix, redacted, suffix) => {
                Cow::Owned([&prefix, redacted.as_deref().unwrap_or(json), &suffix].concat())
            }
        }
    }

    fn plain<'a>(&mut self, text: &'a str) -> Cow<'a, str> {
        let redacted = self.apply(CredentialPlace::Payload, text, |text| find(text, Mode::Payload));
        let is_broken = |redacted: &str| !is_json(redacted.as_bytes()) && is_json(text.as_bytes());
        match redacted {
            // JSON that is nested too deep to have a tree.
            Cow::Owned(redacted) if is_broken(&redacted) => Cow::Owned(quoted(REDACTED)),
            redacted => redacted,
        }
    }

    /// JSON with its credentials redacted; `None` if there are none.
    fn json(&mut self, text: &str, tree: &SpanTree, max_nested: usize) -> Option<String> {
        let source = text.as_bytes();
        let (mut redacted, mut copied) = (String::new(), 0);
        let mut named = credential_nodes(tree, source).peekable();
        for (index, node) in (0..).zip(tree.nodes()) {
            let value = if named.next_if_eq(&index).is_some() {
                let name = naming_key(tree, source, index).unwrap_or_default();
                self.add(CredentialPlace::Payload, &name);
                REDACTED.to_owned()
            } else if node.kind == NodeKind::String {
                let found = tree.value_text(source, index);
                let value = match max_nested.checked_sub(1) {
                    Some(max_nested) => self.payload_within(&found, max_nested),
                    None => self.plain(&found),
                };
                let Cow::Owned(value) = value else { continue };
                value
            } else {
                continue;
            };
            redacted.push_str(text.get(copied..node.value.start as usize).unwrap_or_default());
            redacted.push_str(&quoted(&value));
            copied = node.value.end() as usize;
        }
        if copied == 0 {
            return None;
        }
        redacted.push_str(text.get(copied..).unwrap_or_default());
        Some(redacted)
    }

    /// Overwrites the credentials in a binary message: those of `MessagePack`, CBOR and the like by
    /// their keys, and the password of an MQTT `CONNECT`. `None` if there are none.
    pub fn binary_payload(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        if !self.is_on() {
            return None;
        }
        let payload = Payload::detected(bytes.to_vec());
        if let Some(text) = payload.text().filter(|_| password_of_connect(bytes).is_none()) {
            return match self.payload(text) {
                Cow::Borrowed(_) => None,
                Cow::Owned(text) => Some(text.into_bytes()),
            };
        }
        let mut redacted = bytes.to_vec();
        for range in credential_ranges(&payload) {
            let Some(value) = redacted.get_mut(range) else { continue };
            if value.iter().any(|byte| *byte != OVERWRITTEN) {
                value.fill(OVERWRITTEN);
                self.add(CredentialPlace::Payload, BINARY_VALUE);
            }
        }
        (redacted != bytes).then_some(redacted)
    }
}

/// The JSON in a text, with what precedes and follows it: a message can begin with the kind of a
/// packet, and end with a zero byte or a line break.
fn json_in(text: &str) -> Option<(&str, &str, &str, SpanTree)> {
    let bytes = text.as_bytes();
    let first = bytes.iter().position(|byte| !byte.is_ascii_whitespace())?;
    let is_start = |at: usize| {
        let rest = bytes.get(at..).unwrap_or_default();
        matches!(rest.first(), Some(b'{' | b'[')) && !rest.starts_with(REDACTED.as_bytes())
    };
    let start = if bytes.get(first) == Some(&b'"') {
        first
    } else {
        (first..bytes.len().min(first + MAX_PREFIX)).find(|at| is_start(*at))?
    };
    let end = bytes.iter().rposition(|byte| matches!(byte, b'}' | b']' | b'"'))?;
    let json = text.get(start..=end)?;
    let tree = SpanTree::parse(Syntax::Json, json.as_bytes())?;
    Some((text.get(..start)?, json, text.get(end + 1..)?, tree))
}

fn quoted(text: &str) -> String {
    let mut bytes = vec![b'"'];
    json_string::escape(&mut bytes, text.as_bytes());
    bytes.push(b'"');
    String::from_utf8_lossy(&bytes).into_owned()
}
