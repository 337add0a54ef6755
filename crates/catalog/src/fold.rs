//! Texts in lower case, in which searches look for others.

use memchr::memmem;

/// A text to look for, regardless of case.
#[derive(Debug)]
pub(crate) struct Needle {
    finder: memmem::Finder<'static>,
}

impl Needle {
    /// `None` for an empty text, which everything contains.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let folded = fold(text.as_bytes());
        (!folded.is_empty()).then(|| Self { finder: memmem::Finder::new(&folded).into_owned() })
    }

    /// Its length in bytes, in lower case.
    pub(crate) fn len(&self) -> usize {
        self.finder.needle().len()
    }

    /// Where it first is in a text in lower case.
    pub(crate) fn find(&self, text: &[u8]) -> Option<usize> {
        self.finder.find(text)
    }

    pub(crate) fn is_in(&self, text: &[u8]) -> bool {
        self.find(text).is_some()
    }
}

/// A text in lower case, as texts are compared: each character by itself, whatever is around it.
pub(crate) fn fold(text: &[u8]) -> Vec<u8> {
    let mut folded = Vec::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

pub(crate) fn fold_into(text: &[u8], folded: &mut Vec<u8>) {
    let start = folded.len();
    let mut rest = text;
    loop {
        let (ascii, others) = rest.split_at(ascii_length(rest));
        if others.is_empty() {
            break;
        }
        folded.extend_from_slice(ascii);
        let length = others.iter().position(u8::is_ascii).unwrap_or(others.len());
        let (characters, others) = others.split_at(length);
        let characters = String::from_utf8_lossy(characters);
        for character in characters.chars().flat_map(char::to_lowercase) {
            folded.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
        rest = others;
    }
    folded.extend_from_slice(rest);
    folded[start..].make_ascii_lowercase();
}

/// Whether lower case differs in more than ASCII letters; `true` where that is not certain.
pub(crate) fn folds_beyond_ascii(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        let (_, others) = rest.split_at(ascii_length(rest));
        if others.is_empty() {
            return false;
        }
        let length = others.iter().position(u8::is_ascii).unwrap_or(others.len());
        let (characters, others) = others.split_at(length);
        let is_lower_case = |character: char| character.to_lowercase().eq([character]);
        if !std::str::from_utf8(characters).is_ok_and(|text| text.chars().all(is_lower_case)) {
            return true;
        }
        rest = others;
    }
}

/// Number of ASCII bytes at the beginning, eight at a time where possible.
fn ascii_length(bytes: &[u8]) -> usize {
    let (chunks, _) = bytes.as_chunks::<8>();
    let is_ascii = |chunk: &&[u8; 8]| u64::from_ne_bytes(**chunk) & 0x8080_8080_8080_8080 == 0;
    let start = chunks.iter().take_while(is_ascii).count() * 8;
    bytes[start..].iter().position(|byte| !byte.is_ascii()).map_or(bytes.len(), |end| start + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_fold_by_themselves() {
        let folded = |text: &str| String::from_utf8(fold(text.as_bytes())).expect("UTF-8");
        assert_eq!(folded("Straße – KÖLN ΣΑΣ"), "straße – köln σασ");
        assert_eq!(folded("İ"), "i\u{307}");
        assert_eq!(fold(b"A\xffB"), "a\u{fffd}b".as_bytes());
    }

    #[test]
    fn only_texts_that_it_changes_need_more_than_ascii() {
        for text in ["", "Plain ASCII", "Order 5 – Läden", "straße"] {
            assert!(!folds_beyond_ascii(text.as_bytes()), "{text}");
        }
        for text in ["KÖLN", "1234567É"] {
            assert!(folds_beyond_ascii(text.as_bytes()), "{text}");
        }
        assert!(folds_beyond_ascii(b"\xff"));
    }
}
