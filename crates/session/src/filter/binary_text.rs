//! The texts within the bytes of a binary payload, as a person reads them.

use crate::encodings::{NodeKind, SpanTree, Syntax};

/// Encodings whose strings are texts, in the order in which they are tried.
const SYNTAXES: [Syntax; 4] = [Syntax::MessagePack, Syntax::Cbor, Syntax::Bson, Syntax::Protobuf];
/// Characters of a run that is a text wherever it is, such as the topic of an MQTT packet.
const MIN_RUN_CHARS: usize = 4;

/// The strings and keys of the encodings that the bytes may have, and the runs of printable
/// characters.
pub(super) fn texts(bytes: &[u8]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut tree = SpanTree::default();
    for syntax in SYNTAXES {
        if tree.reparse(syntax, bytes).is_some() {
            add_strings(&tree, bytes, &mut texts);
        }
    }
    add_runs(bytes, &mut texts);
    texts
}

/// Whether the `len` bytes at `at` are in a run of printable characters of ASCII that is a text
/// wherever it is, which a longer look at the bytes would find too.
pub(super) fn is_in_run(bytes: &[u8], at: usize, len: usize) -> bool {
    let is_printable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n');
    let (before, from) = bytes.split_at_checked(at).unwrap_or_default();
    let (found, after) = from.split_at_checked(len).unwrap_or_default();
    let missing = MIN_RUN_CHARS.saturating_sub(found.len());
    let count = |neighbors: &mut dyn Iterator<Item = &u8>| {
        neighbors.take(missing).take_while(|byte| is_printable(byte)).count()
    };
    found.iter().all(is_printable)
        && found.len() + count(&mut before.iter().rev()) + count(&mut after.iter()) >= MIN_RUN_CHARS
}

fn add_strings(tree: &SpanTree, bytes: &[u8], texts: &mut Vec<String>) {
    for index in 0..tree.nodes().len() as u32 {
        if tree.node(index).is_some_and(|node| node.kind == NodeKind::String) {
            texts.push(tree.value_text(bytes, index).into_owned());
        }
        texts.extend(tree.key_text(bytes, index).map(String::from));
    }
}

fn add_runs(bytes: &[u8], texts: &mut Vec<String>) {
    let is_printable = |char: char| !char.is_control() || matches!(char, '\t' | '\r' | '\n');
    let runs = bytes.utf8_chunks().flat_map(|chunk| chunk.valid().split(move |char| !is_printable(char)));
    texts.extend(
        runs.filter(|run| run.chars().take(MIN_RUN_CHARS).count() == MIN_RUN_CHARS).map(str::to_owned),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(bytes: &[u8], text: &str) -> bool {
        texts(bytes).iter().any(|found| found.contains(text))
    }

    #[test]
    fn strings_of_every_encoding_are_texts() {
        assert!(has(b"\x82\xa2id\x01\xa1t\xa2hi", "hi") && has(b"\x82\xa2id\x01\xa1t\xa2hi", "id"));
        assert!(has(b"\xa2\x62id\x01\x61t\x62hi", "hi"));
        assert!(has(b"\x15\0\0\0\x10a\0\x01\0\0\0\x02s\0\x02\0\0\0x\0\0", "x"));
        assert!(has(b"\x0a\x03h\xc3\xa9\x12\x04\x01\x96\x01\x03", "h\u{e9}"));
    }

    #[test]
    fn runs_of_printable_characters_are_texts_in_any_format() {
        // An MQTT packet.
        let packet = b"\x30\x14\x00\x08market/a{\"bid\":1}\xff";
        assert!(has(packet, "market/a") && has(packet, "\"bid\":1"));
        assert!(!has(b"\xff\xfeabc\x00\x01", "abc"), "three characters occur in any bytes");
        assert!(is_in_run(packet, 4, 2) && is_in_run(packet, 5, 8), "market/a");
        assert!(!is_in_run(b"\xffabc\x00", 1, 3) && !is_in_run(b"abcd", 3, 2) && !is_in_run(b"", 9, 1));
        assert!(has("\u{1}caf\u{e9}\u{0}\u{2}".as_bytes(), "caf\u{e9}"));
    }
}
