//! The shape of a small message: its text with each number replaced by `#`, and each UUID or
//! hexadecimal ID by `*`.

use crate::model::EpochMs;

/// Keys whose number is the time of a heartbeat, which need not follow a rule.
const TIME_KEYS: [&[u8]; 4] = [b"ts", b"time", b"t", b"timestamp"];
/// Words that name a heartbeat when they are an entire value or key.
const HEARTBEAT_WORDS: [&str; 10] =
    ["ping", "pong", "heartbeat", "hb", "keepalive", "keep-alive", "ka", "alive", "noop", "beat"];
/// Fewest digits of a hexadecimal ID.
const MIN_ID_LEN: usize = 8;
/// Length of a UUID.
const UUID_LEN: usize = 36;
/// Largest difference between a timestamp in a message and the time of the message, in ms.
const MAX_CLOCK_DIFFERENCE_MS: f64 = 3_600_000.0;

/// A message taken apart. Memory is used again.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The text with `#` and `*`.
    pub(super) text: Vec<u8>,
    pub(super) numbers: Vec<Number>,
    /// The IDs as written, one after another; compared with those of the answer.
    pub(super) ids: Vec<u8>,
}

/// A number in a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    /// It is the value of a key that names a time.
    pub(super) is_time: bool,
}

impl Shape {
    /// Takes a payload apart. A binary payload is its own shape.
    pub(super) fn read(&mut self, data: &[u8], is_text: bool) {
        self.text.clear();
        self.numbers.clear();
        self.ids.clear();
        let mut at = 0;
        while let Some(rest) = data.get(at..).filter(|rest| !rest.is_empty()) {
            let is_in_word =
                at.checked_sub(1).and_then(|before| data.get(before)).is_some_and(|byte| is_word(*byte));
            at += self.read_token(data, at, rest, is_text, is_in_word);
        }
    }

    /// Reads one token at the beginning of `rest`, which is at `at`; its length.
    fn read_token(&mut self, data: &[u8], at: usize, rest: &[u8], is_text: bool, is_in_word: bool) -> usize {
        let id = if is_text && !is_in_word { id_len(rest) } else { 0 };
        if id > 0 {
            self.ids.extend_from_slice(rest.get(..id).unwrap_or_default());
            self.ids.push(b' ');
            self.text.push(b'*');
            return id;
        }
        let number = if is_text { number_len(rest, is_in_word) } else { 0 };
        if number > 0 {
            let value = rest.get(..number).and_then(|text| std::str::from_utf8(text).ok()?.parse().ok());
            let is_time = key_before(data, at).is_some_and(|key| TIME_KEYS.contains(&key));
            self.numbers.push(Number { value: value.unwrap_or(f64::NAN), is_time });
            self.text.push(b'#');
            return number;
        }
        self.text.extend(rest.first());
        1
    }

    /// Whether an entire value or key of the message is a word that names a heartbeat.
    pub(super) fn names_heartbeat(&self) -> bool {
        let Ok(text) = std::str::from_utf8(&self.text) else { return false };
        let is_part_of_word = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.' | ' ');
        text.split(|char| !is_part_of_word(char))
            .map(str::trim)
            .any(|word| HEARTBEAT_WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
    }
}

impl Number {
    /// Whether it is the time of the message, in seconds or milliseconds since 1970.
    pub(super) fn is_epoch_of(self, time: EpochMs) -> bool {
        let is_near = |ms: f64| (ms - time.ms()).abs() <= MAX_CLOCK_DIFFERENCE_MS;
        is_near(self.value) || is_near(self.value * 1000.0)
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The length of the UUID or hexadecimal ID that `text` begins with; 0 if it begins with none. A
/// decimal number is none.
fn id_len(text: &[u8]) -> usize {
    if let Some(uuid) = text.get(..UUID_LEN)
        && !text.get(UUID_LEN).is_some_and(|byte| is_word(*byte))
        && uuid.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    {
        return UUID_LEN;
    }
    let len = text.iter().take_while(|byte| is_word(**byte)).count();
    let run = text.get(..len).unwrap_or_default();
    let has_digit = run.iter().any(u8::is_ascii_digit);
    let has_letter = run.iter().any(u8::is_ascii_alphabetic);
    let is_id = len >= MIN_ID_LEN && has_digit && has_letter && run.iter().all(u8::is_ascii_hexdigit);
    if is_id { len } else { 0 }
}

/// The length of the number that `text` begins with; 0 if it begins with none. A sign belongs to it
/// outside of a word.
fn number_len(text: &[u8], is_in_word: bool) -> usize {
    let sign = usize::from(!is_in_word && text.first() == Some(&b'-'));
    let digits = |from: usize| {
        text.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let whole = digits(sign);
    if whole == 0 {
        return 0;
    }
    let end = sign + whole;
    let fraction = if text.get(end) == Some(&b'.') { digits(end + 1) } else { 0 };
    if fraction > 0 { end + 1 + fraction } else { end }
}

/// The JSON key before the value at `at`.
fn key_before(data: &[u8], at: usize) -> Option<&[u8]> {
    let before = data.get(..at)?.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end().strip_suffix(b"\"")?;
    let start = before.iter().rposition(|byte| *byte == b'"')?;
    before.get(start + 1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        let mut shape = Shape::default();
        shape.read(text.as_bytes(), true);
        shape
    }

    fn replaced(text: &str) -> String {
        String::from_utf8(shape(text).text).expect("UTF-8")
    }

    #[test]
    fn numbers_and_ids_are_replaced() {
        let cases = [
            ("2", "#"),
            (r#"{"n":-12.5,"id":"6f1c2a9e"}"#, r#"{"n":#,"id":"*"}"#),
            (r#"{"id":"f47ac10b-58cc-4372-a567-0e02b2c3d479"}"#, r#"{"id":"*"}"#),
            ("~h~12", "~h~#"),
            ("v1.2.3", "v#.#"),
            ("1795300000000", "#"),
            ("deadbeef feedback", "deadbeef feedback"),
            ("a-1", "a-#"),
        ];
        for (text, expected) in cases {
            assert_eq!(replaced(text), expected, "{text}");
        }
    }

    #[test]
    fn the_number_of_a_time_key_is_known() {
        let is_time: Vec<_> =
            shape(r#"{"a":1,"ts" : 2,"x":[3]}"#).numbers.iter().map(|number| number.is_time).collect();
        assert_eq!(is_time, [false, true, false]);
    }

    #[test]
    fn a_heartbeat_is_named_by_an_entire_value_or_key() {
        for text in ["ping", "PING\n", r#"{"type":"heartbeat"}"#, r#"{"keep-alive":1}"#, "primus::pong::17"] {
            assert!(shape(text).names_heartbeat(), "{text}");
        }
        for text in ["let's ping him", r#"{"type":"shipping"}"#, r#"{"text":"beat it"}"#] {
            assert!(!shape(text).names_heartbeat(), "{text}");
        }
    }

    #[test]
    fn binary_payloads_are_their_own_shape() {
        let mut shape = Shape::default();
        shape.read(b"\x0912", false);
        assert_eq!((shape.text, shape.numbers), (b"\x0912".to_vec(), vec![]));
    }
}
