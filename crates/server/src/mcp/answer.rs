//! Answers of a bounded size.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use serde_json::{Map, Value, json};

/// Items of an answer, unless it is asked for another number.
pub(super) const DEFAULT_ITEMS: u64 = 50;
/// Most items of an answer.
const MAX_ITEMS: u64 = 500;
/// Most bytes of all items of an answer.
const MAX_ANSWER_BYTES: usize = 64 << 10;
/// Bytes of an item, unless it is asked for another number: longer texts in it are shortened.
pub(super) const DEFAULT_ITEM_BYTES: usize = 4 << 10;
/// Least bytes of an item, which hold its short fields.
const MIN_ITEM_BYTES: usize = 512;
/// Characters that are left of the longest texts of an item whose other texts are short.
const MIN_TEXT_CHARS: usize = 16;
/// Most reasons why something could not be read.
const MAX_UNREAD: usize = 10;

/// The part of a list that is answered, and how long its items may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    offset: u64,
    items: u64,
    item_bytes: usize,
}

impl Limits {
    /// `offset` items are passed over. Numbers that were not given have their defaults.
    pub(super) fn new(offset: Option<u64>, items: Option<u64>, item_bytes: Option<usize>) -> Self {
        Self {
            offset: offset.unwrap_or_default(),
            items: items.unwrap_or(DEFAULT_ITEMS).clamp(1, MAX_ITEMS),
            item_bytes: item_bytes.unwrap_or(DEFAULT_ITEM_BYTES).clamp(MIN_ITEM_BYTES, MAX_ANSWER_BYTES),
        }
    }

    /// A single value, as long as an answer may be.
    pub(super) fn single() -> Self {
        Self { offset: 0, items: 1, item_bytes: MAX_ANSWER_BYTES }
    }

    pub(super) fn window(self) -> Range<u64> {
        self.offset..self.offset.saturating_add(self.items)
    }
}

/// Takes the lines of an answer, as many as it has room for.
#[derive(Debug)]
pub(super) struct Page {
    limits: Limits,
    /// The bytes of a line that is not complete.
    line: Vec<u8>,
    items: Vec<String>,
    bytes: usize,
    is_full: bool,
}

impl Page {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, line: Vec::new(), items: Vec::new(), bytes: 0, is_full: false }
    }

    fn take(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.line);
        if self.is_full {
            return Ok(());
        }
        let item = if line.len() > self.limits.item_bytes {
            shortened(&line, self.limits.item_bytes)?
        } else {
            String::from_utf8(line).map_err(io::Error::other)?
        };
        // The first item is answered in any case, so that every page comes further.
        if self.items.is_empty() || self.bytes + item.len() <= MAX_ANSWER_BYTES {
            self.bytes += item.len();
            self.items.push(item);
        } else {
            self.is_full = true;
        }
        Ok(())
    }

    /// The answer of a list of which there are `total` items.
    pub(super) fn list(self, total: u64, unread: Vec<String>) -> String {
        let next = self.limits.offset.saturating_add(self.items.len() as u64);
        let next = (next < total && !self.items.is_empty()).then_some(next);
        let (offset, unread) = (self.limits.offset, unread_field(unread));
        let next = next.map_or(String::new(), |next| format!(",\"truncated\":true,\"next\":{next}"));
        let items = self.items.join(",\n");
        format!("{{\"total\":{total},\"offset\":{offset}{next}{unread},\"items\":[\n{items}\n]}}")
    }

    /// The answer of a single value, which is an object.
    pub(super) fn single(self, unread: Vec<String>) -> String {
        let mut value = self.items.into_iter().next().unwrap_or_else(|| "{}".to_owned());
        let unread = unread_field(unread);
        if !unread.is_empty() && value.ends_with('}') {
            value.pop();
            value = format!("{value}{unread}}}");
        }
        value
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            match part.strip_suffix(b"\n") {
                Some(end) => {
                    self.line.extend_from_slice(end);
                    self.take()?;
                }
                None => self.line.extend_from_slice(part),
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What could not be read, as a field after others; nothing if everything could.
fn unread_field(mut unread: Vec<String>) -> String {
    if unread.is_empty() {
        return String::new();
    }
    unread.truncate(MAX_UNREAD);
    format!(",\"unread\":{}", json!(unread))
}

/// An object whose longest texts are shortened until it has at most `max` bytes, and that says so.
fn shortened(line: &[u8], max: usize) -> io::Result<String> {
    let value: Value = serde_json::from_slice(line)?;
    let mut chars = max;
    while chars >= MIN_TEXT_CHARS {
        let mut value = value.clone();
        shorten(&mut value, chars);
        let text = marked(value).to_string();
        if text.len() <= max {
            return Ok(text);
        }
        chars /= 2;
    }
    // It is long by the number of its parts: those of its own are left.
    let Value::Object(fields) = value else { return Ok("null".to_owned()) };
    let is_short = |(_, value): &(String, Value)| !value.is_array() && !value.is_object();
    let mut value = Value::Object(fields.into_iter().filter(is_short).collect());
    shorten(&mut value, MIN_TEXT_CHARS);
    Ok(marked(value).to_string())
}

fn marked(mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        fields.insert("shortened".to_owned(), Value::Bool(true));
    }
    value
}

/// Cuts each text off after that many characters.
fn shorten(value: &mut Value, chars: usize) {
    match value {
        Value::String(text) => {
            let cut = text.char_indices().nth(chars).map(|(at, _)| at);
            if let Some(rest) = cut.map(|at| text.split_off(at)) {
                // Writing to a string does not fail.
                let _ = write!(text, "… ({} more characters)", rest.chars().count());
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|element| shorten(element, chars)),
        Value::Object(fields) => shorten_fields(fields, chars),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn shorten_fields(fields: &mut Map<String, Value>, chars: usize) {
    fields.values_mut().for_each(|value| shorten(value, chars));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(lines: &[String], limits: Limits) -> Value {
        let mut page = Page::new(limits);
        for line in lines {
            page.write_all(line.as_bytes()).expect("memory");
            page.write_all(b"\n").expect("memory");
        }
        serde_json::from_str(&page.list(lines.len() as u64, Vec::new())).expect("JSON")
    }

    #[test]
    fn a_list_that_fits_says_its_total() {
        let answer = list(&[r#"{"a":1}"#.to_owned(), r#"{"a":2}"#.to_owned()], Limits::new(None, None, None));
        assert_eq!(answer, json!({"total": 2, "offset": 0, "items": [{"a": 1}, {"a": 2}]}));
    }

    #[test]
    fn a_list_that_does_not_fit_says_where_it_goes_on() {
        let lines: Vec<String> =
            (0..40).map(|number| json!({"n": number, "text": "x".repeat(3000)}).to_string()).collect();
        let answer = list(&lines, Limits::new(None, None, None));
        let items = answer["items"].as_array().expect("a list").len() as u64;
        assert!((10..40).contains(&items));
        assert_eq!((answer["next"].as_u64(), &answer["truncated"]), (Some(items), &Value::Bool(true)));
    }

    #[test]
    fn an_item_that_is_too_long_is_shortened_and_says_so() {
        let line = json!({"n": 1, "data": "é".repeat(100_000), "list": [{"deep": "y".repeat(9000)}]});
        let answer = list(&[line.to_string()], Limits::new(None, None, None));
        let item = &answer["items"][0];
        assert!(item.to_string().len() <= DEFAULT_ITEM_BYTES);
        assert_eq!((&item["n"], &item["shortened"]), (&json!(1), &json!(true)));
        assert!(item["data"].as_str().is_some_and(|text| text.ends_with("more characters)")));
    }

    #[test]
    fn an_item_of_too_many_parts_keeps_its_short_fields() {
        let line = json!({"n": 1, "list": (0..10_000).collect::<Vec<u32>>()});
        let answer = list(&[line.to_string()], Limits::new(None, None, None));
        assert_eq!(answer["items"][0], json!({"n": 1, "shortened": true}));
    }

    #[test]
    fn what_could_not_be_read_is_in_the_answer() {
        let mut page = Page::new(Limits::single());
        page.write_all(b"{\"a\":1}\n").expect("memory");
        let answer: Value = serde_json::from_str(&page.single(vec!["x".to_owned()])).expect("JSON");
        assert_eq!(answer, json!({"a": 1, "unread": ["x"]}));
    }
}
