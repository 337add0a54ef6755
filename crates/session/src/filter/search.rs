//! Case-insensitive substring search: filters run over hundreds of megabytes between two
//! keystrokes.
//!
//! By hand because `memchr::memmem` is case-sensitive: to fold the case of a copy of each payload
//! first is slower (7 against 9 GB/s natively for payloads of 300 bytes, 12 for large ones) and
//! saves 3 KB of the module. Terms without letters do use `memmem`, and single bytes are searched
//! with `memchr`.

use std::borrow::Cow;

use memchr::memmem;

/// A text to search for, prepared once. ASCII case is ignored.
///
/// Measured over 80 MB of JSON within JSON, on one thread of a busy machine: 3 to 8 GB/s natively,
/// 4 to 10 GB/s in wasm with simd128.
#[derive(Clone, Debug)]
pub struct Needle {
    method: Method,
}

#[derive(Clone, Debug)]
enum Method {
    /// A text without ASCII letters, or an empty one, which needs no case folding.
    Exact(Box<memmem::Finder<'static>>),
    Folded(Folded),
}

impl Needle {
    /// A needle for `text`, to be searched for in data with these byte frequencies.
    pub fn with_frequencies(frequencies: &ByteFrequencies, text: &str) -> Self {
        let bytes = text.as_bytes();
        let method = if bytes.iter().any(u8::is_ascii_alphabetic) {
            Method::Folded(Folded::new(bytes, frequencies))
        } else {
            Method::Exact(Box::new(memmem::Finder::new(bytes).into_owned()))
        };
        Self { method }
    }

    /// The length of the text in bytes.
    pub(super) fn len(&self) -> usize {
        match &self.method {
            Method::Exact(finder) => finder.needle().len(),
            Method::Folded(folded) => folded.lowercase.len(),
        }
    }

    /// Whether the text occurs in `haystack`.
    pub fn find_in(&self, haystack: &[u8]) -> bool {
        self.find(haystack).is_some()
    }

    /// The byte offset of the first occurrence of the text in `haystack`.
    pub fn find(&self, haystack: &[u8]) -> Option<usize> {
        match &self.method {
            Method::Exact(finder) => finder.find(haystack),
            Method::Folded(folded) => folded.find(haystack),
        }
    }
}

/// Searches for the rarest byte of the needle, in either case, and compares the needle at each
/// occurrence.
///
/// The search for a byte is that of `memchr`, which uses vector instructions explicitly. A plain
/// loop is as fast only if the compiler vectorizes it, which it does not when it optimizes for
/// size.
#[derive(Clone, Debug)]
struct Folded {
    lowercase: Vec<u8>,
    rare: Probe,
    /// Another byte, compared before the needle is.
    second: Probe,
}

/// One byte of the needle: its offset, and its two cases.
#[derive(Clone, Copy, Debug)]
struct Probe {
    offset: usize,
    lower: u8,
    upper: u8,
}

impl Folded {
    fn new(needle: &[u8], frequencies: &ByteFrequencies) -> Self {
        let lowercase = needle.to_ascii_lowercase();
        let probe =
            |(offset, &lower): (usize, &u8)| Probe { offset, lower, upper: lower.to_ascii_uppercase() };
        let probes = || lowercase.iter().enumerate().map(probe);
        let rarest = |probe: &Probe| frequencies.rank(probe.lower);
        let rare = probes().min_by_key(rarest).unwrap_or(Probe { offset: 0, lower: 0, upper: 0 });
        // Another letter rules out more than the same letter.
        let second = probes().filter(|probe| probe.lower != rare.lower).min_by_key(rarest).unwrap_or(rare);
        Self { lowercase, rare, second }
    }

    fn find(&self, haystack: &[u8]) -> Option<usize> {
        let positions = (haystack.len() + 1).checked_sub(self.lowercase.len())?;
        let rare = haystack.get(self.rare.offset..self.rare.offset + positions)?;
        let second = haystack.get(self.second.offset..self.second.offset + positions)?;
        memchr::memchr2_iter(self.rare.lower, self.rare.upper, rare).find(|&start| {
            let is_second =
                second.get(start).is_some_and(|byte| byte.to_ascii_lowercase() == self.second.lower);
            is_second && self.is_at(haystack, start)
        })
    }

    fn is_at(&self, haystack: &[u8], start: usize) -> bool {
        let there = haystack.get(start..start + self.lowercase.len());
        there
            .is_some_and(|there| there.iter().zip(&self.lowercase).all(|(a, b)| a.to_ascii_lowercase() == *b))
    }
}

/// How frequent each byte is in the data to search: the rarest byte of a needle is the best one to
/// search for.
#[derive(Clone, Debug)]
pub struct ByteFrequencies {
    /// Occurrences of each byte, those of both cases in the lower one; only their order matters.
    counts: [u32; 256],
}

impl Default for ByteFrequencies {
    /// The frequencies in JSON and in URLs.
    fn default() -> Self {
        Self { counts: std::array::from_fn(|byte| default_rank(byte as u8)) }
    }
}

impl ByteFrequencies {
    /// Bytes of the smallest sample that is representative.
    const MIN_SAMPLE: usize = 4 << 10;

    /// The frequencies in samples of the data to search; the default ones if the samples have fewer
    /// than 4 KiB.
    pub fn of<'a>(samples: impl IntoIterator<Item = Cow<'a, [u8]>>) -> Self {
        let mut counts = [0; 256];
        let mut len = 0;
        for sample in samples {
            len += sample.len();
            for byte in sample.as_ref() {
                counts[usize::from(byte.to_ascii_lowercase())] += 1;
            }
        }
        if len < Self::MIN_SAMPLE { Self::default() } else { Self { counts } }
    }

    fn rank(&self, lowercase: u8) -> u32 {
        self.counts[usize::from(lowercase)]
    }
}

/// The rank of a byte in JSON and in URLs.
fn default_rank(byte: u8) -> u32 {
    const LETTERS: &[u8; 26] = b"zqxjkvbywgpfmucdhlrsnioate";
    match byte {
        b'a'..=b'z' => {
            LETTERS.iter().position(|letter| *letter == byte).map_or(0, |rank| 20 + 4 * rank as u32)
        }
        b'"' | b' ' | b'\\' => 255,
        b':' | b',' => 220,
        b'0'..=b'9' => 130,
        b'/' | b'.' | b'-' | b'_' | b'{' | b'}' => 100,
        0x80.. => 60,
        _ => 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A needle with the default frequencies.
    fn needle_of(text: &str) -> Needle {
        Needle::with_frequencies(&ByteFrequencies::default(), text)
    }

    fn naive_find(needle: &str, haystack: &[u8]) -> Option<usize> {
        let (needle, haystack) = (needle.as_bytes().to_ascii_lowercase(), haystack.to_ascii_lowercase());
        (0..=haystack.len()).find(|start| haystack[*start..].starts_with(&needle))
    }

    #[test]
    fn only_ascii_case_is_ignored() {
        assert!(needle_of("Paid").find_in(b"{\"state\":\"PAID\"}"));
        assert!(needle_of("CAFÉ").find_in("un cafÉ".as_bytes()));
        assert!(!needle_of("CAFÉ").find_in("un café".as_bytes()));
        assert!(!needle_of("a@").find_in(b"a`"), "only letters have a case");
        assert!(!needle_of("k[").find_in(b"k{"));
    }

    #[test]
    fn an_empty_needle_occurs_in_every_haystack() {
        assert!(needle_of("").find_in(b""));
    }

    #[test]
    fn the_rarest_byte_in_the_sample_is_searched_for() {
        let probed = |bytes: &ByteFrequencies| match Needle::with_frequencies(bytes, "Lot7").method {
            Method::Folded(folded) => (folded.rare.lower, folded.second.lower),
            Method::Exact(_) => panic!("it has letters"),
        };
        let digits = b"loot LOOT 7 7 7 7 7 7 7 7".repeat(400);
        assert_eq!(probed(&ByteFrequencies::of([Cow::Borrowed(&digits[..])])), (b'l', b't'));
        let letters = b"lot LOT lot 7".repeat(400);
        assert_eq!(probed(&ByteFrequencies::of([Cow::Borrowed(&letters[..])])).0, b'7');
        let few = ByteFrequencies::of([Cow::Borrowed(&letters[..13])]);
        assert_eq!(probed(&few), probed(&ByteFrequencies::default()), "a small sample is ignored");
    }

    proptest! {
        #[test]
        fn frequencies_do_not_change_the_match(needle in "[aAbB\"1é]{0,4}", haystack in "[aAbB\"1é]{0,300}", sample: [u8; 32]) {
            let bytes = ByteFrequencies::of(sample.map(|byte| Cow::Owned(vec![byte; 200])));
            let found = Needle::with_frequencies(&bytes, &needle).find(haystack.as_bytes());
            prop_assert_eq!(found, naive_find(&needle, haystack.as_bytes()));
        }

        #[test]
        fn matches_are_those_of_a_naive_search(needle in "[aAbB\"1é]{0,4}", haystack in "[aAbB\"1é]{0,300}") {
            prop_assert_eq!(needle_of(&needle).find(haystack.as_bytes()), naive_find(&needle, haystack.as_bytes()));
        }

        #[test]
        fn a_needle_is_found_at_any_offset_of_a_long_haystack(before in 0_usize..200, after in 0_usize..200, needle in "[a-zA-Z]{1,90}") {
            let haystack = format!("{}{needle}{}", ".".repeat(before), ".".repeat(after));
            prop_assert_eq!(needle_of(&needle.to_ascii_uppercase()).find(haystack.as_bytes()), Some(before));
            let longer = needle_of(&format!("{needle}!"));
            prop_assert!(!longer.find_in(haystack.as_bytes()));
        }
    }
}
