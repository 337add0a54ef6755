//! The keys that a reader asks for, found by a table that is made when the program is.

use super::json_string::unescape;

/// Keys, each with the place that its value is wanted at. Several may share a place.
#[derive(Debug)]
pub struct Keys {
    names: &'static [(&'static str, u8)],
    /// The number of a name, from 1, at its mark or behind it; 0 where there is none. Its length is a power of two.
    table: &'static [u8],
}

impl Keys {
    /// `table` is [`Keys::table`] of the names.
    pub const fn new(names: &'static [(&'static str, u8)], table: &'static [u8]) -> Self {
        Self { names, table }
    }

    /// How long the table of so many names is: at least three of four places in it are free.
    pub const fn table_len(names: usize) -> usize {
        (names * 4).next_power_of_two()
    }

    /// The table of up to 255 names: `LEN` is [`Keys::table_len`] of their number.
    pub const fn table<const LEN: usize>(names: &[(&str, u8)]) -> [u8; LEN] {
        let mut table = [0; LEN];
        let mut number = 0;
        while number < names.len() {
            let mut at = mark(names[number].0.as_bytes()) % LEN;
            while table[at] != 0 {
                at = (at + 1) % LEN;
            }
            number += 1;
            table[at] = number as u8;
        }
        table
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
        let last = self.table.len().checked_sub(1)?;
        let mut at = mark(key);
        loop {
            let number = usize::from(*self.table.get(at & last)?);
            let (name, place) = self.names.get(number.checked_sub(1)?)?;
            if name.as_bytes() == key {
                return Some(usize::from(*place));
            }
            at += 1;
        }
    }
}

/// Differs between most keys of one object.
const fn mark(key: &[u8]) -> usize {
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
