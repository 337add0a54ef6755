//! White space between the tokens of a JSON text.

use super::block::Block;

/// The offset of the first byte at or after `at` that is not white space; the length of `text` if
/// there is none.
#[inline]
pub(super) fn past_space(text: &[u8], at: usize) -> usize {
    // Most texts have no white space between tokens.
    if text.get(at).is_some_and(|byte| *byte > b' ') { at } else { past_run(text, at) }
}

fn past_run(text: &[u8], mut at: usize) -> usize {
    loop {
        match text.get(at) {
            // Indented text has many in a row.
            Some(b' ') => {
                let run =
                    text.get(at..).and_then(Block::of).map_or(1, |block| block.equal(b' ').trailing_ones());
                at += run as usize;
            }
            Some(b'\n' | b'\r' | b'\t') => at += 1,
            _ => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn white_space_is_skipped_as_by_a_byte_wise_search(text in "[ \n]{0,3}[ ]{0,40}[ \t\r\na]{0,40}", at in 0_usize..10) {
            let text = text.as_bytes();
            let at = at.min(text.len());
            let expected = text.iter().skip(at).position(|byte| !b" \t\r\n".contains(byte)).map_or(text.len(), |len| at + len);
            prop_assert_eq!(past_space(text, at), expected);
        }
    }
}
