//! The shape of a small message: its text with each number replaced by `#`, and each UUID or
//! hexadecimal ID by `*`.

use crate::encodings::exact_float;
use crate::model::EpochMs;

/// Keys whose number is the time of a heartbeat, which need not follow a rule.
const TIME_KEYS: [&[u8]; 4] = [b"ts", b"time", b"t", b"timestamp"];
/// Words that name a heartbeat when they are an entire value or key.
const HEARTBEAT_WORDS: [&str; 10] =
    ["ping", "pong", "heartbeat", "hb", "keepalive", "keep-alive", "ka", "alive", "noop", "beat"];
/// Fewest digits of a hexadecimal ID.
const MIN_ID_LEN: usize = 8;
/// Length of a UUID, and of the part before its first dash.
const UUID_LEN: usize = 36;
const UUID_GROUP_LEN: usize = 8;
/// Largest difference between a timestamp in a message and the time of the message, in ms.
const MAX_CLOCK_DIFFERENCE_MS: f64 = 3_600_000.0;

/// A message taken apart. Memory is used again.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// The text with `#` and `*`.
    pub(super) text: Vec<u8>,
    /// Where the numbers begin in the payload; parsed by [`read_numbers`](Self::read_numbers).
    number_starts: Vec<usize>,
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
        self.number_starts.clear();
        self.numbers.clear();
        self.ids.clear();
        if !is_text {
            self.text.extend_from_slice(data);
            return;
        }
        let mut at = 0;
        while let Some(byte) = data.get(at) {
            at = match class(*byte) {
                0 if *byte == b'-' && !ends_with_word(data, at) => self.read_sign(data, at),
                0 => {
                    self.text.push(*byte);
                    at + 1
                }
                _ => self.read_word(data, at),
            };
        }
    }

    /// Reads a `-` that does not follow a word, with the number after it if there is one; returns
    /// the end.
    fn read_sign(&mut self, data: &[u8], at: usize) -> usize {
        if data.get(at + 1).is_some_and(u8::is_ascii_digit) {
            return self.skip_number(data, at);
        }
        self.text.push(b'-');
        at + 1
    }

    /// Reads a run of letters, digits and underscores, or the fraction that a number in it ends
    /// with; returns the end. Bytes are copied one by one: WebAssembly has no fast copy of a few.
    fn read_word(&mut self, data: &[u8], at: usize) -> usize {
        let rest = data.get(at..).unwrap_or_default();
        let before = self.text.len();
        let mut classes = 0;
        let mut len = 0;
        for byte in rest {
            let class = class(*byte);
            if class == 0 {
                break;
            }
            classes |= class;
            len += 1;
            self.text.push(*byte);
        }
        if classes & DIGIT == 0 && !(len == UUID_GROUP_LEN && classes == HEX_LETTER) {
            return at + len;
        }
        let id = if ends_with_word(data, at) { 0 } else { id_len(rest, len, classes) };
        if id > 0 {
            self.text.truncate(before);
            self.text.push(b'*');
            self.ids.extend_from_slice(rest.get(..id).unwrap_or_default());
            self.ids.push(b' ');
            return at + id;
        }
        self.text.truncate(before);
        self.read_numbers_in_word(data, at, at + len)
    }

    /// Reads a word, which ends at `end`, with the numbers in it; returns its end, or that of the
    /// number that continues after it.
    fn read_numbers_in_word(&mut self, data: &[u8], mut at: usize, end: usize) -> usize {
        while let Some(byte) = data.get(at).filter(|_| at < end) {
            if byte.is_ascii_digit() {
                at = self.skip_number(data, at);
            } else {
                self.text.push(*byte);
                at += 1;
            }
        }
        at
    }

    /// Skips the number at `at`; returns its end.
    fn skip_number(&mut self, data: &[u8], at: usize) -> usize {
        self.number_starts.push(at);
        self.text.push(b'#');
        at + number_len(data.get(at..).unwrap_or_default())
    }

    /// Parses the numbers of the payload that was read, which most shapes do not need.
    pub(super) fn read_numbers(&mut self, data: &[u8]) {
        let number = |at: &usize| {
            let value = number(data.get(*at..).unwrap_or_default());
            let is_time = key_before(data, *at).is_some_and(|key| TIME_KEYS.contains(&key));
            Number { value, is_time }
        };
        self.numbers.clear();
        self.numbers.extend(self.number_starts.iter().map(number));
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

/// What a byte of a word can be.
const DIGIT: u8 = 1;
const HEX_LETTER: u8 = 1 << 1;
const OTHER: u8 = 1 << 2;

/// The class of each byte; 0 for one that is not part of a word.
const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' | b'A'..=b'F' => HEX_LETTER,
            b'g'..=b'z' | b'G'..=b'Z' | b'_' => OTHER,
            _ => 0,
        };
        byte += 1;
    }
    classes
}

fn class(byte: u8) -> u8 {
    CLASSES[usize::from(byte)]
}

/// Whether the byte before `at` is part of a word.
fn ends_with_word(data: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| data.get(before)).is_some_and(|byte| class(*byte) != 0)
}

/// The length of the UUID or hexadecimal ID that `text` begins with, whose first word has `len`
/// bytes of these classes; 0 if it begins with none. A decimal number is none.
fn id_len(text: &[u8], len: usize, classes: u8) -> usize {
    let is_hex = classes & OTHER == 0;
    if is_hex && len == UUID_GROUP_LEN && text.get(len) == Some(&b'-') && begins_with_uuid(text) {
        return UUID_LEN;
    }
    let is_id = is_hex && len >= MIN_ID_LEN && classes & DIGIT != 0 && classes & HEX_LETTER != 0;
    if is_id { len } else { 0 }
}

fn begins_with_uuid(text: &[u8]) -> bool {
    let is_uuid = |uuid: &[u8]| {
        uuid.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    text.get(..UUID_LEN).is_some_and(is_uuid) && text.get(UUID_LEN).is_none_or(|byte| class(*byte) == 0)
}

/// The length of the decimal number that `text` begins with, after a sign or none.
fn number_len(text: &[u8]) -> usize {
    let sign = usize::from(text.first() == Some(&b'-'));
    let digits = |from: usize| {
        text.get(from..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let end = sign + digits(sign);
    let fraction = if text.get(end) == Some(&b'.') { digits(end + 1) } else { 0 };
    if fraction > 0 { end + 1 + fraction } else { end }
}

/// The value of the number that `text` begins with.
fn number(text: &[u8]) -> f64 {
    let text = text.get(..number_len(text)).unwrap_or_default();
    exact_float(text).or_else(|| std::str::from_utf8(text).ok()?.parse().ok()).unwrap_or(f64::NAN)
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
    use proptest::prelude::*;

    fn shape(text: &str) -> Shape {
        let mut shape = Shape::default();
        shape.read(text.as_bytes(), true);
        shape.read_numbers(text.as_bytes());
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

    /// The definition, token by token: the text, the values of the numbers, and the IDs.
    fn plainly(text: &str) -> (String, Vec<f64>, String) {
        let token = regex_lite::Regex::new(
            r"^(?:([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{8,})(?:[^0-9A-Za-z_]|$)|(-?[0-9]+(?:\.[0-9]+)?))",
        )
        .expect("a regular expression");
        let (mut shape, mut numbers, mut ids) = (String::new(), Vec::new(), String::new());
        let (mut at, mut before) = (0, ' ');
        while let Some(next) = text[at..].chars().next() {
            let is_in_word = before.is_ascii_alphanumeric() || before == '_';
            let found = token.captures(&text[at..]);
            let group = |nth| found.as_ref().and_then(|found| found.get(nth)).map(|group| group.as_str());
            let is_id = |id: &&str| {
                let has = |is: fn(&char) -> bool| id.chars().any(|char| is(&char));
                !is_in_word
                    && (id.contains('-') || has(char::is_ascii_digit) && has(char::is_ascii_alphabetic))
            };
            let number = || {
                let number = regex_lite::Regex::new(r"^-?[0-9]+(?:\.[0-9]+)?").expect("a regular expression");
                number.find(&text[at..]).map(|found| found.as_str()).filter(|_| !(is_in_word && next == '-'))
            };
            let len = if let Some(id) = group(1).filter(is_id) {
                shape.push('*');
                ids = ids + id + " ";
                id.len()
            } else if let Some(number) = number() {
                shape.push('#');
                numbers.push(number.parse().expect("a number"));
                number.len()
            } else {
                shape.push(next);
                next.len_utf8()
            };
            before = text[at..at + len].chars().last().unwrap_or(' ');
            at += len;
        }
        (shape, numbers, ids)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn a_shape_is_read_as_defined(
            text in "([0-9]{1,20}|[0-9a-f]{7,9}|-|\\.|_|[a-zé\": ]|f47ac10b-58cc-4372-a567-0e02b2c3d479|[0-9]{1,9}\\.[0-9]{1,18}){0,8}",
        ) {
            let read = shape(&text);
            let (expected, numbers, ids) = plainly(&text);
            prop_assert_eq!(String::from_utf8(read.text).expect("UTF-8"), expected, "{}", text);
            let values: Vec<_> = read.numbers.iter().map(|number| number.value).collect();
            prop_assert_eq!(values, numbers, "{}", text);
            prop_assert_eq!(String::from_utf8(read.ids).expect("UTF-8"), ids);
        }
    }
}
