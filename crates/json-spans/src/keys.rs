//! The keys that a reader asks for, found in a hash table that is built at compile time.

use super::json_string::unescape;

/// Keys, each with the index of its value in the reader's list of values. Several keys may share an
/// index.
///
/// ```
/// use json_spans::Keys;
///
/// const NAMES: &[(&str, u8)] = &[("method", 0), ("url", 1), ("uri", 1)];
/// static KEYS: Keys = Keys::new(NAMES, &Keys::table::<{ Keys::table_len(NAMES.len()) }>(NAMES));
///
/// assert_eq!(KEYS.index_of(b"uri"), Some(1));
/// assert_eq!(KEYS.index_of(b"status"), None);
/// ```
#[derive(Debug)]
pub struct Keys {
    names: &'static [(&'static str, u8)],
    /// Open addressing: the number of a name, from 1, at its hash or after it; 0 in a free slot.
    /// The length is a power of two.
    table: &'static [u8],
}

impl Keys {
    /// Keys by `names`; `table` is [`Keys::table`] of the same names.
    pub const fn new(names: &'static [(&'static str, u8)], table: &'static [u8]) -> Self {
        Self { names, table }
    }

    /// Length of the table of that many names: at least three of four slots are free.
    pub const fn table_len(names: usize) -> usize {
        (names * 4).next_power_of_two()
    }

    /// The hash table of up to 255 names; `LEN` is [`Keys::table_len`] of their number.
    pub const fn table<const LEN: usize>(names: &[(&str, u8)]) -> [u8; LEN] {
        let mut table = [0; LEN];
        let mut number = 0;
        while number < names.len() {
            let mut at = hash(names[number].0.as_bytes()) % LEN;
            while table[at] != 0 {
                at = (at + 1) % LEN;
            }
            number += 1;
            table[at] = number as u8;
        }
        table
    }

    /// The index of a key, which is given as the bytes between its quotes, with or without escapes;
    /// `None` if the reader does not ask for it.
    pub fn index_of(&self, key: &[u8]) -> Option<usize> {
        let index = self.index_of_name(key);
        if index.is_some() || memchr::memchr(b'\\', key).is_none() {
            return index;
        }
        self.index_of_name(unescape(key).as_bytes())
    }

    fn index_of_name(&self, key: &[u8]) -> Option<usize> {
        let last = self.table.len().checked_sub(1)?;
        let mut at = hash(key);
        loop {
            let number = usize::from(*self.table.get(at & last)?);
            let (name, index) = self.names.get(number.checked_sub(1)?)?;
            if name.as_bytes() == key {
                return Some(usize::from(*index));
            }
            at += 1;
        }
    }
}

/// A hash of length, first, middle and last byte, which differs between most keys of one object.
const fn hash(key: &[u8]) -> usize {
    if key.is_empty() {
        return 0;
    }
    let (first, middle, last) = (key[0] as usize, key[key.len() / 2] as usize, key[key.len() - 1] as usize);
    key.len() * 13 + first * 5 + middle * 3 + last
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
    static KEYS: Keys = Keys::new(&NAMES, &Keys::table::<{ Keys::table_len(NAMES.len()) }>(&NAMES));

    #[test]
    fn a_key_is_found_whether_or_not_it_is_escaped() {
        for (name, index) in NAMES {
            assert_eq!(KEYS.index_of(name.as_bytes()), Some(usize::from(index)), "{name}");
        }
        for (key, index) in [(r"\u0074ime", 3), (r"ti\u006D\u0065", 3), (r"\u00e9", 5)] {
            assert_eq!(KEYS.index_of(key.as_bytes()), Some(index), "{key}");
        }
        for other in ["tim", "times", "Time", r"tim\e", "z", r"\"] {
            assert_eq!(KEYS.index_of(other.as_bytes()), None, "{other}");
        }
    }
}
