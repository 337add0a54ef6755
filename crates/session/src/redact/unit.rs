//! Reads a text with percent-encoding resolved on the way, including nested encodings. By hand
//! because a decoder such as `percent-encoding` returns the decoded text without the ranges of the
//! original, which are what is redacted.

/// Maximum depth of nested encodings that are resolved: a URL within a URL within a URL.
pub(super) const MAX_DEPTH: u8 = 4;

/// One byte of a text, decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) byte: u8,
    /// Number of times that it is percent-encoded: `=` 0, `%3D` 1, `%253D` 2.
    pub(super) depth: u8,
    /// Offset of the next unit in the text.
    pub(super) next: usize,
}

/// The unit at offset `at`; `None` at the end of the text.
pub(super) fn unit(text: &[u8], at: usize) -> Option<Unit> {
    let byte = *text.get(at)?;
    let mut next = at + 1;
    if byte != b'%' {
        return Some(Unit { byte, depth: 0, next });
    }
    let mut depth = 1;
    while depth < MAX_DEPTH && text.get(next..next + 2) == Some(b"25") {
        next += 2;
        depth += 1;
    }
    let digit = |at: usize| text.get(at).and_then(|digit| char::from(*digit).to_digit(16));
    Some(match (digit(next), digit(next + 1)) {
        (Some(high), Some(low)) => Unit { byte: (high << 4 | low) as u8, depth, next: next + 2 },
        _ => Unit { byte: b'%', depth: depth - 1, next },
    })
}

/// The units from offset `at` on, each with its offset.
pub(super) fn units(text: &[u8], mut at: usize) -> impl Iterator<Item = (usize, Unit)> {
    std::iter::from_fn(move || {
        let start = at;
        let found = unit(text, start)?;
        at = found.next;
        Some((start, found))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_percent_encoding_is_resolved() {
        let decoded = |text: &str| -> Vec<(char, u8)> {
            units(text.as_bytes(), 0).map(|(_, unit)| (char::from(unit.byte), unit.depth)).collect()
        };
        assert_eq!(decoded("a=%3d%253D"), [('a', 0), ('=', 0), ('=', 1), ('=', 2)]);
        assert_eq!(decoded("%25%zz%2"), [('%', 1), ('%', 0), ('z', 0), ('z', 0), ('%', 0), ('2', 0)]);
    }

    #[test]
    fn encoding_nested_deeper_than_the_bound_is_read_as_text() {
        let deep = format!("%{}3D", "25".repeat(1000));
        assert!(units(deep.as_bytes(), 0).all(|(_, unit)| unit.byte != b'='));
    }
}
