//! Values of any JSON kind. A value of an unexpected kind is represented by its JSON source text,
//! so that it is shown.

use std::ops::Deref;

use super::fields::{FromJson, FromObject, object};
use super::lenient::Text;
use crate::model::Header;
use json_spans::{Elements, Fields, is_json, json_string};

/// A string, or the source text of any other JSON value; no text if the value is missing or null.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::formats) struct Verbatim<'a>(pub(in crate::formats) Text<'a>);

impl<'a> FromJson<'a> for Verbatim<'a> {
    fn from_json(raw: &'a [u8]) -> Self {
        Self(match raw {
            b"" | b"null" => Text::default(),
            [b'"' | b'-' | b'0'..=b'9', ..] => Text::from_json(raw),
            _ => Text(Some(String::from_utf8_lossy(raw))),
        })
    }
}

impl<'a> Deref for Verbatim<'a> {
    type Target = Text<'a>;

    fn deref(&self) -> &Text<'a> {
        &self.0
    }
}

/// An object, or a value that was written instead of one.
#[derive(Clone, Debug, Default)]
pub(in crate::formats) enum ObjectOr<'a, T> {
    /// Missing or null.
    #[default]
    Absent,
    Object(T),
    Value(Verbatim<'a>),
}

impl<'a, T: FromObject<'a>> FromJson<'a> for ObjectOr<'a, T> {
    fn from_json(raw: &'a [u8]) -> Self {
        match raw {
            b"" | b"null" => Self::Absent,
            [b'{', ..] => Self::Object(T::from_object(raw)),
            _ => Self::Value(Verbatim::from_json(raw)),
        }
    }
}

impl<T> ObjectOr<'_, T> {
    pub(in crate::formats) fn object(&self) -> Option<&T> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The text of a value that is not an object.
    pub(in crate::formats) fn value(&self) -> Option<&str> {
        if let Self::Value(value) = self { value.filled() } else { None }
    }
}

object! {
    struct Pair<'a> {
        name: Verbatim<'a> = "name" | "key" | "header",
        value: &'a [u8] = "value" | "val",
        file_name: Verbatim<'a> = "fileName" | "filename",
        content_type: Verbatim<'a> = "contentType",
    }
}

impl Pair<'_> {
    /// `a.png (image/png)`, for a file of a form.
    fn file(&self) -> Option<String> {
        let (name, kind) = (self.file_name.filled(), self.content_type.filled());
        match (name, kind) {
            (Some(name), Some(kind)) => Some(format!("{name} ({kind})")),
            (Some(name), None) => Some(name.to_owned()),
            (None, kind) => kind.map(|kind| format!("({kind})")),
        }
    }
}

/// Headers, cookies, a query or the fields of a form, in any of the shapes in which producers write
/// them: an array of `{name, value}`, of pairs, of lines or of objects with one field each; a flat
/// array of names and values; an object; a block of lines; any of these as JSON in a string. `None`
/// if nothing is recorded, which is not the same as an empty list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::formats) struct NameValues(pub(in crate::formats) Option<Vec<Header>>);

impl FromJson<'_> for NameValues {
    fn from_json(raw: &[u8]) -> Self {
        let mut list = Vec::new();
        let is_there = visit_pairs(raw, &mut |name, value| {
            list.push(Header { name: name.to_owned(), value: value.to_owned() });
        });
        Self(is_there.then_some(list))
    }
}

impl NameValues {
    pub(in crate::formats) fn list(&self) -> &[Header] {
        self.0.as_deref().unwrap_or_default()
    }

    /// The first value of that name, ignoring case.
    pub(in crate::formats) fn find(&self, name: &str) -> Option<&str> {
        let found = self.list().iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.as_str())
    }
}

/// Passes every name and value to `visit`, and returns whether there is a list. See [`NameValues`]
/// for the shapes.
pub(in crate::formats) fn visit_pairs(raw: &[u8], visit: &mut dyn FnMut(&str, &str)) -> bool {
    match raw {
        b"" | b"null" => return false,
        [b'[', ..] if is_flat(raw) => {
            let mut elements = Elements::of(raw).map(|element| Text::from_json(element.value));
            while let (Some(name), Some(value)) = (elements.next(), elements.next()) {
                visit(&name.owned(), &value.owned());
            }
        }
        [b'[', ..] => Elements::of(raw).for_each(|element| visit_element(element.value, visit)),
        [b'{', ..] => visit_fields(raw, visit),
        [b'"', ..] => return visit_text(&Text::from_json(raw).owned(), visit),
        _ => visit("", &String::from_utf8_lossy(raw)),
    }
    true
}

/// Whether an array has names and values in turn, as `rawHeaders` of Node.
fn is_flat(raw: &[u8]) -> bool {
    let mut count = 0_usize;
    let is_flat = Elements::of(raw).all(|element| {
        let is_name = count.is_multiple_of(2);
        count += 1;
        element.value.starts_with(b"\"")
            && !(is_name && memchr::memchr3(b':', b' ', b'=', element.value).is_some())
    });
    is_flat && count > 0 && count.is_multiple_of(2)
}

fn visit_element(raw: &[u8], visit: &mut dyn FnMut(&str, &str)) {
    match raw {
        b"null" => {}
        [b'{', ..] => {
            let pair = Pair::from_object(raw);
            let file = pair.file();
            if pair.name.as_str().is_none() && pair.value.is_empty() && file.is_none() {
                return visit_fields(raw, visit);
            }
            let name = pair.name.as_str().unwrap_or_default();
            match file {
                None => visit_values(name, pair.value, visit),
                Some(file) => {
                    let value = Verbatim::from_json(pair.value);
                    let parts: Vec<&str> = value.filled().into_iter().chain([file.as_str()]).collect();
                    visit(name, &parts.join(" · "));
                }
            }
        }
        [b'[', ..] => {
            let mut parts = Elements::of(raw).map(|element| element.value);
            match (parts.next(), parts.next(), parts.next()) {
                (Some(name), Some(value), None) => {
                    visit_values(Verbatim::from_json(name).as_str().unwrap_or_default(), value, visit);
                }
                _ => visit("", &String::from_utf8_lossy(raw)),
            }
        }
        [b'"', ..] => visit_line(&Text::from_json(raw).owned(), visit),
        _ => visit("", &String::from_utf8_lossy(raw)),
    }
}

fn visit_fields(raw: &[u8], visit: &mut dyn FnMut(&str, &str)) {
    for field in Fields::of(raw) {
        visit_values(&json_string::unescape(field.key), field.value, visit);
    }
}

/// Visits a value, or each value of an array, with the same name.
fn visit_values(name: &str, raw: &[u8], visit: &mut dyn FnMut(&str, &str)) {
    let mut one = |raw: &[u8]| visit(name, Verbatim::from_json(raw).as_str().unwrap_or_default());
    if raw.starts_with(b"[") && Elements::of(raw).next().is_some() {
        Elements::of(raw).for_each(|element| one(element.value));
    } else {
        one(raw);
    }
}

/// Visits a block of lines, or a list that is JSON in a string.
fn visit_text(text: &str, visit: &mut dyn FnMut(&str, &str)) -> bool {
    if text.starts_with(['[', '{']) && is_json(text.as_bytes()) {
        return visit_pairs(text.as_bytes(), visit);
    }
    text.lines().filter(|line| !line.trim().is_empty()).for_each(|line| visit_line(line, visit));
    !text.is_empty()
}

/// Visits `Name: value`, where the name may be a pseudo-header of HTTP/2, which begins with a
/// colon; or `name=value`.
fn visit_line(line: &str, visit: &mut dyn FnMut(&str, &str)) {
    let colon = line.char_indices().skip(1).find(|(_, char)| *char == ':').map(|(at, _)| at);
    match colon.and_then(|at| line.split_at_checked(at)) {
        Some((name, value)) => visit(name.trim(), value.get(1..).unwrap_or_default().trim()),
        None => match line.split_once('=').filter(|_| !line.contains(['&', ';'])) {
            Some((name, value)) => visit(name.trim(), value.trim()),
            None => visit("", line),
        },
    }
}

/// The text of an error: a string, or the text inside an object or a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::formats) struct ErrorText(Option<Box<str>>);

impl FromJson<'_> for ErrorText {
    fn from_json(raw: &[u8]) -> Self {
        Self(error_text(raw, MAX_ERROR_DEPTH).map(String::into_boxed_str))
    }
}

impl ErrorText {
    pub(in crate::formats) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    pub(in crate::formats) fn boxed(&self) -> Option<Box<str>> {
        self.0.clone()
    }
}

/// Maximum depth of nested errors; deeper ones are shown as JSON.
const MAX_ERROR_DEPTH: u8 = 4;

/// Maximum number of errors of a list.
const MAX_ERRORS: usize = 20;

fn error_text(raw: &[u8], depth: u8) -> Option<String> {
    match raw {
        // Producers write 0 or `false` if nothing failed.
        b"" | b"null" | b"false" | b"0" | b"{}" | b"[]" => None,
        [b'{', ..] if depth > 0 => {
            error_of_object(raw, depth - 1).or_else(|| Some(String::from_utf8_lossy(raw).into_owned()))
        }
        [b'[', ..] if depth > 0 => {
            let errors = Elements::of(raw).take(MAX_ERRORS);
            let errors: Vec<String> = errors.filter_map(|error| error_text(error.value, depth - 1)).collect();
            Some(errors.join("; ")).filter(|text| !text.is_empty())
        }
        _ => Verbatim::from_json(raw).filled().map(str::to_owned),
    }
}

object! {
    /// The keys of Node, axios, Postman, and the Chrome `DevTools` protocol.
    struct ErrorFields<'a> {
        message: &'a [u8] = "message" | "msg",
        error_text: &'a [u8] = "errorText" | "text",
        description: &'a [u8] = "description" | "detail",
        reason: &'a [u8] = "reason",
        error: &'a [u8] = "error" | "cause",
        code: &'a [u8] = "code" | "errorCode",
        name: &'a [u8] = "name" | "type",
        blocked_reason: &'a [u8] = "blockedReason",
        canceled: &'a [u8] = "canceled" | "cancelled",
    }
}

fn error_of_object(raw: &[u8], depth: u8) -> Option<String> {
    let fields = ErrorFields::from_object(raw);
    let messages = [fields.message, fields.error_text, fields.description, fields.reason, fields.error];
    let mut text = messages.into_iter().find_map(|raw| error_text(raw, depth)).unwrap_or_default();
    let codes = [fields.code, fields.name].into_iter();
    let code = codes.filter_map(|raw| error_text(raw, depth)).find(|code| !text.contains(code.as_str()));
    if let Some(code) = code {
        text = if text.is_empty() { code } else { format!("{text} ({code})") };
    }
    let blocked = error_text(fields.blocked_reason, depth).map(|reason| format!("blocked: {reason}"));
    let canceled = (fields.canceled == b"true").then(|| "canceled".to_owned());
    for more in blocked.into_iter().chain(canceled) {
        text = if text.is_empty() { more } else { format!("{text}, {more}") };
    }
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(raw: &str) -> Option<Vec<String>> {
        let list = NameValues::from_json(raw.as_bytes()).0?;
        Some(list.iter().map(|header| format!("{}={}", header.name, header.value)).collect())
    }

    fn error(raw: &str) -> Option<String> {
        ErrorText::from_json(raw.as_bytes()).as_str().map(str::to_owned)
    }

    #[test]
    fn a_value_of_any_kind_is_text() {
        for (raw, text) in [
            ("", None),
            ("null", None),
            (r#""a\n""#, Some("a\n")),
            ("42", Some("42")),
            ("true", Some("true")),
            ("NaN", Some("NaN")),
            (r#"{"a": 1}"#, Some(r#"{"a": 1}"#)),
            ("[1, 2]", Some("[1, 2]")),
        ] {
            assert_eq!(Verbatim::from_json(raw.as_bytes()).as_str(), text, "{raw}");
        }
    }

    #[test]
    fn lists_of_names_and_values_are_read_in_every_shape() {
        let expected = Some(vec!["A=1".to_owned(), "B=2".to_owned(), "B=3".to_owned()]);
        for raw in [
            r#"[{"name":"A","value":"1"},{"name":"B","value":"2"},{"name":"B","value":3}]"#,
            r#"[{"key":"A","value":1},{"key":"B","value":["2","3"]}]"#,
            r#"[["A","1"],["B",["2",3]]]"#,
            r#"["A: 1","B:2","B: 3"]"#,
            r#"["A","1","B","2","B","3"]"#,
            r#"["A=1","B=2","B=3"]"#,
            r#"[{"A":"1"},{"B":["2","3"]}]"#,
            r#"{"A":1,"B":["2","3"]}"#,
            r#""A: 1\r\nB: 2\r\nB: 3\r\n""#,
            r#""{\"A\":\"1\",\"B\":[2,3]}""#,
        ] {
            assert_eq!(pairs(raw), expected, "{raw}");
        }
    }

    #[test]
    fn no_list_is_not_an_empty_list() {
        for none in ["", "null", "\"\""] {
            assert_eq!(pairs(none), None, "{none}");
        }
        for empty in ["[]", "{}", "[null]", "[{}]"] {
            assert_eq!(pairs(empty), Some(Vec::new()), "{empty}");
        }
    }

    #[test]
    fn values_without_a_name_are_listed() {
        assert_eq!(
            pairs(r#"[7,["a","b","c"],{"name":null,"value":"v"},{"name":"X","value":null},"text"]"#),
            Some(["=7", r#"=["a","b","c"]"#, "=v", "X=", "=text"].map(str::to_owned).to_vec())
        );
        assert_eq!(pairs("true"), Some(vec!["=true".to_owned()]));
        assert_eq!(pairs(r#"[":path: /a:b"]"#), Some(vec![":path=/a:b".to_owned()]));
        assert_eq!(
            pairs(r#"{"a":{"b":1},"c":[]}"#),
            Some(vec![r#"a={"b":1}"#.to_owned(), "c=[]".to_owned()])
        );
    }

    #[test]
    fn files_of_a_form_are_listed_with_name_and_content_type() {
        assert_eq!(
            pairs(
                r#"[{"name":"f","fileName":"a.png","contentType":"image/png"},{"name":"g","value":"x","fileName":"b"},
                {"name":"h","value":"y","contentType":"text/csv"}]"#
            ),
            Some(["f=a.png (image/png)", "g=x · b", "h=y · (text/csv)"].map(str::to_owned).to_vec())
        );
    }

    #[test]
    fn errors_are_read_from_text_objects_and_lists() {
        for (raw, text) in [
            (r#""net::ERR_FAILED""#, "net::ERR_FAILED"),
            (r#"{"message":"Too many","code":"MAX"}"#, "Too many (MAX)"),
            (r#"{"message":"connect ECONNREFUSED","code":"ECONNREFUSED"}"#, "connect ECONNREFUSED"),
            (r#"{"errorText":"net::ERR_FAILED","canceled":true}"#, "net::ERR_FAILED, canceled"),
            (r#"{"error":{"reason":"timeout"}}"#, "timeout"),
            (r#"{"code":"ENOTFOUND"}"#, "ENOTFOUND"),
            (r#"{"blockedReason":"csp"}"#, "blocked: csp"),
            (r#"[{"message":"a"},"b"]"#, "a; b"),
            (r#"{"why": [1]}"#, r#"{"why": [1]}"#),
            ("-105", "-105"),
            ("true", "true"),
        ] {
            assert_eq!(error(raw).as_deref(), Some(text), "{raw}");
        }
        for none in ["", "null", "false", "0", "\"\"", "{}", "[]", "[null]"] {
            assert_eq!(error(none), None, "{none}");
        }
    }

    #[test]
    fn nested_errors_are_bounded() {
        let deep = format!("{}1{}", r#"{"error":"#.repeat(1000), "}".repeat(1000));
        assert!(error(&deep).is_some_and(|text| text.starts_with('{')));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            NameValues::from_json(&bytes);
            ErrorText::from_json(&bytes);
            Verbatim::from_json(&bytes);
        }

        #[test]
        fn any_json_like_text_is_read(text in r#"[\[\]{}:,"\\a1 é]{0,60}"#) {
            NameValues::from_json(text.as_bytes());
            ErrorText::from_json(text.as_bytes());
        }
    }
}
