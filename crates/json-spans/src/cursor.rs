//! A lenient cursor that moves through a text from value to value by quotes, brackets and
//! delimiters alone.

use super::outline::opaque::{WIDE, Wide};
use super::quote::closing_quote;
use super::space::past_space;

/// A position in a complete text.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'a> {
    text: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    /// At the second byte of `text`, after its opening bracket.
    pub(super) fn within(text: &'a [u8]) -> Self {
        Self { text, at: 1 }
    }

    /// The text from the cursor on.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips white space and returns the next byte without consuming it; `None` at the end of the
    /// text.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.at = past_space(self.text, self.at);
        self.text.get(self.at).copied()
    }

    /// Consumes the string that begins here and returns the bytes between its quotes; `None` where
    /// it does not end.
    #[inline]
    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let inside = self.text.get(self.at + 1..)?;
        let len = closing_quote(inside).ok()?;
        self.at += len + 2;
        inside.get(..len)
    }

    /// Consumes the value that begins here with the byte `first`; `None` where it does not end.
    /// Empty, and nothing is consumed, where `first` cannot begin a value.
    #[inline]
    pub(super) fn value(&mut self, first: u8) -> Option<&'a [u8]> {
        let start = self.at;
        match first {
            b'"' => drop(self.string()?),
            b'{' | b'[' => self.at = container_end(self.text, start)?,
            _ => self.at += self.rest().iter().position(|byte| ends_scalar(*byte))?,
        }
        self.text.get(start..self.at)
    }
}

/// The offset just after the container that begins at `at`, by counting opening and closing
/// brackets of either kind; `None` where it does not end.
fn container_end(text: &[u8], mut at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut one_by_one = 0;
    loop {
        let wide = if at < one_by_one { None } else { text.get(at..).and_then(Wide::of) };
        let Some(Wide { mut brackets, is_in_string, is_escaped }) = wide else {
            if at >= one_by_one {
                one_by_one = at + WIDE;
            }
            match *text.get(at)? {
                b'"' => at += closing_quote(text.get(at + 1..)?).ok()? + 1,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            at += 1;
            if depth == 0 {
                return Some(at);
            }
            continue;
        };
        while brackets != 0 {
            let bracket = at + brackets.trailing_zeros() as usize;
            brackets &= brackets - 1;
            if matches!(text.get(bracket), Some(b'{' | b'[')) {
                depth += 1;
            } else {
                depth -= 1;
                if depth == 0 {
                    return Some(bracket + 1);
                }
            }
        }
        at += WIDE;
        if is_in_string {
            let from = at + usize::from(is_escaped);
            at = from + closing_quote(text.get(from..)?).ok()? + 1;
        }
    }
}

fn ends_scalar(byte: u8) -> bool {
    matches!(byte, b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"' | b' ' | b'\t' | b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// [`container_end`], a byte at a time.
    fn byte_wise(text: &[u8]) -> Option<usize> {
        let (mut depth, mut is_in_string, mut is_escaped) = (0, false, false);
        for (at, byte) in text.iter().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if is_in_string => is_escaped = true,
                b'"' => is_in_string = !is_in_string,
                b'{' | b'[' if !is_in_string => depth += 1,
                b'}' | b']' if !is_in_string => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Some(at + 1);
            }
        }
        None
    }

    proptest! {
        #[test]
        fn the_end_of_a_container_is_that_of_a_byte_wise_search(text in r#"([\[\]{}"\\,a ]|"[^"\\]{0,90}"|a{0,70}){0,40}"#) {
            for text in [format!("[{text}"), format!("{{{text}]]]]")] {
                prop_assert_eq!(container_end(text.as_bytes(), 0), byte_wise(text.as_bytes()));
            }
        }
    }
}
