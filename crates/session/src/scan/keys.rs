//! The keys that a reader asks for, compared with those of a text sixteen at a time.

use super::block::{self, Block};
use super::json_string::unescape;

/// Keys, each with the place that its value is wanted at. Several may share a place.
#[derive(Debug)]
pub struct Keys {
    names: &'static [(&'static str, u8)],
    /// What each is told by at first, filled up to whole blocks.
    marks: &'static [u8],
}

impl Keys {
    /// `marks` are those of [`Keys::marks`].
    pub const fn new(names: &'static [(&'static str, u8)], marks: &'static [u8]) -> Self {
        Self { names, marks }
    }

    /// How long the marks of so many keys are.
    pub const fn marks_len(names: usize) -> usize {
        names.div_ceil(block::LEN) * block::LEN
    }

    /// The marks of keys: `LEN` is [`Keys::marks_len`] of their number.
    pub const fn marks<const LEN: usize>(names: &[(&str, u8)]) -> [u8; LEN] {
        let mut marks = [0; LEN];
        let mut at = 0;
        while at < names.len() {
            marks[at] = mark(names[at].0.as_bytes());
            at += 1;
        }
        marks
    }

    /// The place of a key, as it stands between its quotes.
    pub fn place(&self, key: &[u8]) -> Option<usize> {
        let place = self.place_of_name(key);
        if place.is_some() || memchr::memchr(b'\\', key).is_none() {
            return place;
        }
        self.place_of_name(unescape(key).as_bytes())
    }

    fn place_of_name(&self, key: &[u8]) -> Option<usize> {
        let mark = mark(key);
        for (at, marks) in self.marks.chunks_exact(block::LEN).enumerate() {
            let mut equal = Block::of(marks)?.equal(mark);
            while equal != 0 {
                let (name, place) = self.names.get(at * block::LEN + equal.trailing_zeros() as usize)?;
                if name.as_bytes() == key {
                    return Some(usize::from(*place));
                }
                equal &= equal - 1;
            }
        }
        None
    }
}

/// Differs between most keys of one object.
const fn mark(key: &[u8]) -> u8 {
    match key {
        [] => 0,
        [first, ..] => {
            let (middle, last) = (key[key.len() / 2], key[key.len() - 1]);
            (key.len() as u8)
                .wrapping_mul(13)
                .wrapping_add(first.wrapping_mul(5))
                .wrapping_add(middle.wrapping_mul(3))
                .wrapping_add(last)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [(&str, u8); 18] = [
        ("a", 0),
        ("b", 1),
        ("", 2),
        ("time", 3),
        ("startTimeAbs", 4),
        ("3", 4),
        ("é", 5),
        ("c", 6),
        ("d", 7),
        ("e", 8),
        ("f", 9),
        ("g", 10),
        ("h", 11),
        ("i", 12),
        ("j", 13),
        ("k", 14),
        ("aab", 15),
        ("abb", 16),
    ];
    static KEYS: Keys = Keys::new(&NAMES, &Keys::marks::<{ Keys::marks_len(NAMES.len()) }>(&NAMES));

    #[test]
    fn a_key_is_found_by_its_name_however_it_is_written() {
        for (name, place) in NAMES {
            assert_eq!(KEYS.place(name.as_bytes()), Some(usize::from(place)), "{name}");
        }
        for (key, place) in [(r"\u0074ime", 3), (r"ti\u006D\u0065", 3), (r"\u00e9", 5)] {
            assert_eq!(KEYS.place(key.as_bytes()), Some(place), "{key}");
        }
        for other in ["tim", "times", "Time", r"tim\e", "z", r"\"] {
            assert_eq!(KEYS.place(other.as_bytes()), None, "{other}");
        }
    }
}
