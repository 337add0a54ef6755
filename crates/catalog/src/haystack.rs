//! All texts of a column, to find out quickly that none contains what is looked for.
//!
//! Most row groups of a rare text have it nowhere. To pass over them takes neither the ends of the texts nor which rows
//! have them, only their bytes as the file has them: of a column with a dictionary, each distinct text once.

use parquet::errors::{ParquetError, Result as ParquetResult};

use crate::fold::{Needle, fold, folds_beyond_ascii};

/// Number of bytes of a text's length, which is before it.
const LENGTH_BYTES: usize = 4;

/// The texts of a column in lower case, one after the other, with zeros in between.
#[derive(Debug, Default)]
pub(crate) struct Haystack(Box<[u8]>);

impl Haystack {
    /// Whether a text may contain the needle: `false` is certain. A needle with zeros may be found across two texts.
    pub(crate) fn may_contain(&self, needle: &Needle) -> bool {
        needle.is_in(&self.0)
    }

    pub(crate) fn memory_size(&self) -> usize {
        self.0.len()
    }
}

/// Puts texts together.
#[derive(Debug, Default)]
pub(crate) struct HaystackBuilder(Vec<u8>);

impl HaystackBuilder {
    /// Adds texts with their lengths before them.
    ///
    /// # Errors
    /// When they end early.
    pub(crate) fn add(&mut self, texts: &[u8]) -> ParquetResult<()> {
        let mut at = self.0.len();
        self.0.extend_from_slice(texts);
        while let Some(length) = self.0.get_mut(at..).and_then(<[u8]>::first_chunk_mut::<LENGTH_BYTES>) {
            let end = at + LENGTH_BYTES + u32::from_le_bytes(*length) as usize;
            *length = [0; LENGTH_BYTES];
            at = end;
        }
        let is_complete = at == self.0.len();
        if is_complete { Ok(()) } else { Err(ParquetError::General("invalid text".to_owned())) }
    }

    pub(crate) fn build(mut self) -> Haystack {
        if folds_beyond_ascii(&self.0) {
            return Haystack(fold(&self.0).into());
        }
        self.0.make_ascii_lowercase();
        Haystack(self.0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(texts: &[&str]) -> Vec<u8> {
        let each = texts.iter().map(|text| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat());
        each.collect::<Vec<_>>().concat()
    }

    fn haystack(texts: &[&str]) -> Haystack {
        let mut builder = HaystackBuilder::default();
        for text in texts {
            builder.add(&plain(&[text])).expect("a text");
        }
        builder.build()
    }

    #[test]
    fn whatever_a_text_contains_is_found_regardless_of_case() {
        let long = "x".repeat(300);
        // Of the Kelvin sign, and of I with a dot, the lower case is a letter of ASCII, and more.
        let texts = ["Order 5 – Läden", "KÖLN", "\u{212a}elvin", "\u{130}stanbul", "straße", "", &long];
        let all = haystack(&texts);
        for text in texts {
            let folded = String::from_utf8(fold(text.as_bytes())).expect("UTF-8");
            let starts: Vec<usize> = folded.char_indices().map(|(start, _)| start).collect();
            for start in starts {
                for spelling in [folded[start..].to_owned(), folded[start..].to_uppercase()] {
                    let needle = Needle::new(&spelling).expect("a needle");
                    // Upper case may have other characters: what it folds to is what texts are compared with.
                    let is_there = texts.iter().any(|text| needle.is_in(&fold(text.as_bytes())));
                    assert!(!is_there || all.may_contain(&needle), "{spelling}");
                }
            }
        }
    }

    #[test]
    fn nothing_is_found_across_two_texts() {
        let texts = haystack(&["check", "out", &"a".repeat(65)]);
        for needle in ["checkout", "outa", "nothing"] {
            assert!(!texts.may_contain(&Needle::new(needle).expect("a needle")), "{needle}");
        }
    }

    #[test]
    fn texts_that_end_early_are_an_error() {
        let texts = plain(&["check", "out"]);
        for length in [1, 4, 8, 10, 13, 15] {
            assert!(HaystackBuilder::default().add(&texts[..length]).is_err(), "{length}");
        }
        assert!(HaystackBuilder::default().add(&[0xff; 4]).is_err());
        HaystackBuilder::default().add(&[]).expect("no texts");
    }
}
