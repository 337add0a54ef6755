//! The end of a JSON string.

use memchr::memchr2;

use super::block::{self, Block};

/// So many bytes are looked at block by block before a search for the end of a long string begins.
const SHORT: usize = 4 * block::LEN;

/// Where the closing quote stands in `text`, which begins inside a string.
///
/// # Errors
/// When it is not there: whether the text ends in the middle of an escape, just after its backslash.
#[inline]
pub(super) fn closing_quote(text: &[u8]) -> Result<usize, bool> {
    // Most strings are short and plain.
    let Some(block) = Block::of(text) else { return last_bytes(text, 0) };
    let (quotes, backslashes) = (block.equal(b'"'), block.equal(b'\\'));
    if quotes != 0 && backslashes & (quotes ^ (quotes - 1)) == 0 {
        return Ok(quotes.trailing_zeros() as usize);
    }
    in_blocks(text, if quotes | backslashes == 0 { block::LEN } else { 0 })
}

/// Block by block, from `at`.
fn in_blocks(text: &[u8], mut at: usize) -> Result<usize, bool> {
    let mut plain = 0;
    while let Some(block) = text.get(at..).and_then(Block::of) {
        let (quotes, backslashes) = (block.equal(b'"'), block.equal(b'\\'));
        let first = quotes & quotes.wrapping_neg();
        // No backslash below the first quote, if there is one: most strings end here.
        if backslashes & first.wrapping_sub(1) == 0 {
            if first != 0 {
                return Ok(at + first.trailing_zeros() as usize);
            }
            at += block::LEN;
            plain += block::LEN;
            if plain >= SHORT {
                plain = 0;
                at += memchr2(b'"', b'\\', text.get(at..).unwrap_or_default()).ok_or(false)?;
            }
            continue;
        }
        plain = 0;
        let escaped = escaped_by(backslashes.into());
        let quotes = u64::from(quotes) & !escaped;
        if quotes != 0 {
            return Ok(at + quotes.trailing_zeros() as usize);
        }
        // The byte after a backslash that is the block's last is passed over.
        at += block::LEN + (escaped >> block::LEN) as usize;
    }
    last_bytes(text, at)
}

/// What stands after the backslashes that escape something.
pub(super) fn escaped_by(mut backslashes: u64) -> u64 {
    // No two in a row: each escapes what follows it.
    if backslashes & (backslashes << 1) == 0 {
        return backslashes << 1;
    }
    let mut escaped = 0;
    while backslashes != 0 {
        let after = (backslashes & backslashes.wrapping_neg()) << 1;
        escaped |= after;
        // An escaped backslash escapes nothing.
        backslashes &= (backslashes - 1) & !after;
    }
    escaped
}

/// The same for less than a block, from `at`.
fn last_bytes(text: &[u8], mut at: usize) -> Result<usize, bool> {
    loop {
        match text.get(at) {
            Some(b'"') => return Ok(at),
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
            None => return Err(at > text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, a byte at a time.
    fn slowly(text: &[u8]) -> Result<usize, bool> {
        let mut is_escaped = false;
        for (at, byte) in text.iter().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => return Ok(at),
                _ => {}
            }
        }
        Err(is_escaped)
    }

    #[test]
    fn escaped_quotes_do_not_close() {
        assert_eq!(closing_quote(br#"a\"b\\" rest""#), Ok(6));
        assert_eq!(closing_quote(b"no end"), Err(false));
        assert_eq!(closing_quote(br"half an escape\"), Err(true));
        assert_eq!(closing_quote(b""), Err(false));
    }

    proptest! {
        #[test]
        fn as_found_a_byte_at_a_time(text in "[a\"\\\\\u{e9}]{0,90}", plain in 0_usize..80) {
            let text = format!("{}{text}", "x".repeat(plain));
            prop_assert_eq!(closing_quote(text.as_bytes()), slowly(text.as_bytes()));
        }
    }
}
