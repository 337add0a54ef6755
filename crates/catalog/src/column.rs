//! Columns of a row group in memory, compact and quick to pass over.

use memchr::memmem;

use crate::hash::SessionHasher;

/// Codes of rows, as narrow as the highest needs.
#[derive(Debug)]
pub(crate) enum Codes {
    U8(Box<[u8]>),
    U16(Box<[u16]>),
    U32(Box<[u32]>),
    U64(Box<[u64]>),
    /// The row's index plus 1.
    Sequence(usize),
}

impl Codes {
    fn new(highest: u64, codes: impl Iterator<Item = u64>) -> Self {
        match highest {
            0..=0xff => Self::U8(codes.map(|code| code as u8).collect()),
            0x100..=0xffff => Self::U16(codes.map(|code| code as u16).collect()),
            0x1_0000..=0xffff_ffff => Self::U32(codes.map(|code| code as u32).collect()),
            _ => Self::U64(codes.collect()),
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len(),
            Self::U32(codes) => codes.len(),
            Self::U64(codes) => codes.len(),
            Self::Sequence(count) => *count,
        }
    }

    /// The code of a row; 0 for one that does not exist.
    fn get(&self, row: usize) -> u64 {
        match self {
            Self::U8(codes) => codes.get(row).map_or(0, |code| u64::from(*code)),
            Self::U16(codes) => codes.get(row).map_or(0, |code| u64::from(*code)),
            Self::U32(codes) => codes.get(row).map_or(0, |code| u64::from(*code)),
            Self::U64(codes) => codes.get(row).copied().unwrap_or(0),
            Self::Sequence(count) => {
                if row < *count {
                    row as u64 + 1
                } else {
                    0
                }
            }
        }
    }

    fn memory_size(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len() * 2,
            Self::U32(codes) => codes.len() * 4,
            Self::U64(codes) => codes.len() * 8,
            Self::Sequence(_) => 0,
        }
    }
}

/// Times or counts: 0 is an unknown value, other codes are a distance from the smallest, plus 1.
#[derive(Debug)]
pub(crate) struct Numbers {
    smallest: i64,
    codes: Codes,
}

impl Numbers {
    pub(crate) fn new(values: impl Iterator<Item = Option<i64>> + Clone) -> Self {
        let range = |(smallest, greatest): (i64, i64), value| (smallest.min(value), greatest.max(value));
        let (smallest, greatest) = values.clone().flatten().fold((i64::MAX, i64::MIN), range);
        let code = |value: i64| (value.wrapping_sub(smallest).cast_unsigned()).saturating_add(1);
        let highest = if smallest <= greatest { code(greatest) } else { 0 };
        Self { smallest, codes: Codes::new(highest, values.map(|value| value.map_or(0, code))) }
    }

    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    pub(crate) fn get(&self, row: usize) -> Option<i64> {
        let distance = self.codes.get(row).checked_sub(1)?;
        Some(self.smallest.wrapping_add_unsigned(distance))
    }

    fn memory_size(&self) -> usize {
        self.codes.memory_size()
    }
}

/// Texts: each distinct one once, and the codes of the rows; 0 is none, n the text n − 1.
#[derive(Debug)]
pub(crate) struct Texts {
    bytes: Box<[u8]>,
    /// Where each text ends.
    ends: Box<[u32]>,
    codes: Codes,
    is_lower_case: bool,
}

/// Puts texts together. More than 4 GiB are not.
#[derive(Debug, Default)]
pub(crate) struct TextsBuilder {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    codes: Vec<u32>,
}

impl TextsBuilder {
    /// The code of the next text.
    pub(crate) fn next_code(&self) -> Option<u32> {
        u32::try_from(self.ends.len()).ok()?.checked_add(1)
    }

    /// Adds a text to those that rows can have; `None` when there is no room for it.
    pub(crate) fn add_text(&mut self, text: &[u8]) -> Option<()> {
        self.bytes.extend_from_slice(text);
        self.ends.push(u32::try_from(self.bytes.len()).ok()?);
        Some(())
    }

    /// Makes room for texts, of which the total size in bytes is at most `bytes`.
    pub(crate) fn reserve(&mut self, texts: usize, bytes: usize) {
        self.bytes.reserve_exact(bytes);
        self.ends.reserve_exact(texts);
    }

    /// Adds rows, each with the text of a code that [`Self::add_text`] gave, or 0.
    pub(crate) fn add_rows(&mut self, codes: impl Iterator<Item = u32>) {
        self.codes.extend(codes);
    }

    pub(crate) fn build(self) -> Texts {
        let is_sequence = self.codes.iter().zip(1..).all(|(code, next)| *code == next);
        let codes = if is_sequence {
            Codes::Sequence(self.codes.len())
        } else {
            Codes::new(self.ends.len() as u64, self.codes.iter().map(|code| u64::from(*code)))
        };
        let is_lower_case = self.bytes.is_ascii() && !self.bytes.iter().any(u8::is_ascii_uppercase);
        Texts { bytes: self.bytes.into(), ends: self.ends.into(), codes, is_lower_case }
    }
}

fn text_at<'a>(bytes: &'a [u8], ends: &[u32], code: u64) -> Option<&'a [u8]> {
    let index = usize::try_from(code.checked_sub(1)?).ok()?;
    let end = *ends.get(index)? as usize;
    let start = index.checked_sub(1).and_then(|previous| ends.get(previous)).map_or(0, |end| *end as usize);
    bytes.get(start..end)
}

impl Texts {
    pub(crate) fn len(&self) -> usize {
        self.codes.len()
    }

    pub(crate) fn get(&self, row: usize) -> Option<&[u8]> {
        text_at(&self.bytes, &self.ends, self.codes.get(row))
    }

    /// The texts in lower case.
    pub(crate) fn into_folded(mut self) -> Self {
        if self.bytes.is_ascii() {
            self.bytes.make_ascii_lowercase();
        } else {
            let mut folded = Vec::with_capacity(self.bytes.len() + self.bytes.len() / 8);
            let mut start = 0;
            for end in &mut self.ends {
                let text = self.bytes.get(start..*end as usize).unwrap_or_default();
                start = *end as usize;
                fold_into(text, &mut folded);
                // Texts that grew beyond 4 GiB are empty for searches.
                folded.truncate(u32::MAX as usize);
                *end = folded.len() as u32;
            }
            self.bytes = folded.into();
        }
        self.is_lower_case = true;
        self
    }

    /// The rows, as codes, whose texts contain `needle`, which is in lower case, in any case.
    pub(crate) fn containing(&self, needle: &Needle) -> Option<Matches<'_>> {
        let mut matching = vec![false; self.ends.len() + 1];
        let mut has_match = false;
        let mut mark = |index: usize| {
            matching[index + 1] = true;
            has_match = true;
        };
        if self.is_lower_case {
            self.search(needle, &mut mark);
        } else {
            for index in 0..self.ends.len() {
                let text = text_at(&self.bytes, &self.ends, index as u64 + 1).unwrap_or_default();
                if needle.finder.find(&fold(text)).is_some() {
                    mark(index);
                }
            }
        }
        has_match.then_some(Matches { codes: &self.codes, matching })
    }

    /// The rows, as codes, whose text is `text`.
    pub(crate) fn equal_to(&self, text: &[u8]) -> Option<Matches<'_>> {
        let mut matching = vec![false; self.ends.len() + 1];
        let mut has_match = false;
        for (code, is_match) in matching.iter_mut().enumerate() {
            *is_match = text_at(&self.bytes, &self.ends, code as u64) == Some(text);
            has_match |= *is_match;
        }
        has_match.then_some(Matches { codes: &self.codes, matching })
    }

    /// Searches all texts at once; an occurrence across the end of one is none.
    fn search(&self, needle: &Needle, mark: &mut impl FnMut(usize)) {
        let length = needle.finder.needle().len();
        let mut from = 0;
        while let Some(found) = self.bytes.get(from..).and_then(|rest| needle.finder.find(rest)) {
            let start = from + found;
            let index = self.ends.partition_point(|end| *end as usize <= start);
            let Some(end) = self.ends.get(index).map(|end| *end as usize) else {
                return;
            };
            if start + length <= end {
                mark(index);
                from = end;
            } else {
                from = start + 1;
            }
        }
    }

    fn memory_size(&self) -> usize {
        self.bytes.len() + self.ends.len() * 4 + self.codes.memory_size()
    }
}

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
}

/// A text in lower case, as texts are compared: each character by itself, whatever is around it.
fn fold(text: &[u8]) -> Vec<u8> {
    let mut folded = Vec::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

fn fold_into(text: &[u8], folded: &mut Vec<u8>) {
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

/// Number of ASCII bytes at the beginning, eight at a time where possible.
fn ascii_length(bytes: &[u8]) -> usize {
    let (chunks, _) = bytes.as_chunks::<8>();
    let is_ascii = |chunk: &&[u8; 8]| u64::from_ne_bytes(**chunk) & 0x8080_8080_8080_8080 == 0;
    let start = chunks.iter().take_while(is_ascii).count() * 8;
    bytes[start..].iter().position(|byte| !byte.is_ascii()).map_or(bytes.len(), |end| start + end)
}

/// Which rows have one of some texts.
#[derive(Debug)]
pub(crate) struct Matches<'a> {
    codes: &'a Codes,
    /// By code.
    matching: Vec<bool>,
}

impl Matches<'_> {
    pub(crate) fn contains(&self, row: usize) -> bool {
        self.matching.get(self.codes.get(row) as usize).copied().unwrap_or(false)
    }
}

/// Lists of texts.
#[derive(Debug)]
pub(crate) struct TextLists {
    items: Texts,
    /// Where the items of each row end.
    ends: Box<[u32]>,
}

impl TextLists {
    pub(crate) fn new(items: Texts, ends: Vec<u32>) -> Self {
        Self { items, ends: ends.into() }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn into_folded(self) -> Self {
        Self { items: self.items.into_folded(), ends: self.ends }
    }

    pub(crate) fn items(&self) -> &Texts {
        &self.items
    }

    /// The indices of a row's items among all.
    pub(crate) fn item_range(&self, row: usize) -> std::ops::Range<usize> {
        let end_of = |row: usize| self.ends.get(row).map_or(0, |end| *end as usize);
        row.checked_sub(1).map_or(0, end_of)..end_of(row)
    }
}

/// The ids of sessions, with their hashes.
#[derive(Debug)]
pub(crate) struct Sessions {
    pub(crate) ids: Texts,
    pub(crate) hashes: Box<[u64]>,
}

impl Sessions {
    pub(crate) fn new(ids: Texts, hash: SessionHasher) -> Self {
        let by_row = (0..ids.len()).map(|row| ids.get(row).unwrap_or_default());
        let hashes = by_row.map(|id| hash.hash(id)).collect();
        Self { ids, hashes }
    }
}

/// The values of a column in a row group.
#[derive(Debug)]
pub(crate) enum Values {
    Numbers(Numbers),
    Texts(Texts),
    TextLists(TextLists),
    Sessions(Sessions),
}

impl Values {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts(texts) => texts.len(),
            Self::TextLists(lists) => lists.len(),
            Self::Sessions(sessions) => sessions.ids.len(),
        }
    }

    /// Estimate of the bytes on the heap.
    pub(crate) fn memory_size(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.memory_size(),
            Self::Texts(texts) => texts.memory_size(),
            Self::TextLists(lists) => lists.items.memory_size() + lists.ends.len() * 4,
            Self::Sessions(sessions) => sessions.ids.memory_size() + sessions.hashes.len() * 8,
        }
    }

    pub(crate) fn number(&self, row: usize) -> Option<i64> {
        match self {
            Self::Numbers(numbers) => numbers.get(row),
            _ => None,
        }
    }

    pub(crate) fn text(&self, row: usize) -> Option<&[u8]> {
        match self {
            Self::Texts(texts) | Self::Sessions(Sessions { ids: texts, .. }) => texts.get(row),
            _ => None,
        }
    }

    pub(crate) fn hashes(&self) -> &[u64] {
        match self {
            Self::Sessions(sessions) => &sessions.hashes,
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[Option<&str>]) -> Texts {
        let mut builder = TextsBuilder::default();
        for text in texts {
            let code = builder.next_code().filter(|_| text.is_some());
            if let Some(text) = text {
                builder.add_text(text.as_bytes()).expect("room");
            }
            builder.add_rows(std::iter::once(code.unwrap_or(0)));
        }
        builder.build()
    }

    fn rows_containing(texts: &Texts, needle: &str) -> Vec<usize> {
        let matches = texts.containing(&Needle::new(needle).expect("a needle"));
        let rows = 0..texts.len();
        matches.map_or_else(Vec::new, |matches| rows.filter(|row| matches.contains(*row)).collect())
    }

    #[test]
    fn numbers_of_the_whole_range_round_trip() {
        for values in [
            vec![Some(5), None, Some(-5), Some(250)],
            vec![Some(1_795_940_345_090), Some(1_795_940_400_000), None],
            vec![Some(i64::MIN), Some(i64::MAX - 1), None],
            vec![None, None],
            vec![],
        ] {
            let numbers = Numbers::new(values.iter().copied());
            let read: Vec<_> = (0..values.len()).map(|row| numbers.get(row)).collect();
            assert_eq!(read, values);
            assert_eq!(numbers.get(values.len()), None);
        }
    }

    #[test]
    fn times_of_a_day_take_four_bytes_each() {
        let numbers = Numbers::new((0..1_000).map(|n| Some(1_795_940_345_090 + n * 80_000)));
        assert_eq!(numbers.memory_size(), 4_000);
    }

    #[test]
    fn texts_are_found_regardless_of_case_and_never_across_two() {
        let folded = texts(&[Some("Checkout"), None, Some("cart/CHECK"), Some("out")]).into_folded();
        assert_eq!(rows_containing(&folded, "cHeCk"), [0, 2]);
        assert_eq!(rows_containing(&folded, "checkout"), [0]);
        assert_eq!(rows_containing(&folded, "nothing"), [0_usize; 0]);
        let umlauts = texts(&[Some("KÖLN"), Some("Koln"), Some("Łódź")]);
        assert_eq!(rows_containing(&umlauts, "köln"), [0]);
        assert_eq!(rows_containing(&umlauts.into_folded(), "łÓDŹ"), [2]);
    }

    #[test]
    fn an_equal_text_is_the_same_in_length_and_case() {
        let users = texts(&[Some("mia"), Some("Mia"), Some("mia2"), None, Some("")]);
        let rows = |text: &str| -> Vec<usize> {
            let matches = users.equal_to(text.as_bytes());
            matches.map_or_else(Vec::new, |found| (0..5).filter(|row| found.contains(*row)).collect())
        };
        assert_eq!((rows("mia"), rows(""), rows("x")), (vec![0], vec![4], vec![]));
    }
}
