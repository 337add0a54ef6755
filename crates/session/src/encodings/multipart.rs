//! The parts of `multipart/form-data` and other multipart bodies (RFC 2046, RFC 7578).
//!
//! Tolerant: lines may end with a line feed alone, the closing delimiter may be missing, and
//! without a boundary in the type the first line is the delimiter.

use std::ops::Range;

use memchr::memmem;

/// Parts that are read.
const MAX_PARTS: usize = 1000;
/// Bytes of the headers of one part.
const MAX_HEADERS: usize = 64 << 10;
/// Bytes of the longest boundary; RFC 2046 allows 70.
const MAX_BOUNDARY: usize = 200;

/// The parts of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Multipart {
    pub parts: Vec<Part>,
    /// Whether the delimiter that ends the body was found.
    pub is_complete: bool,
}

/// One part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// The name of the form's field.
    pub name: Option<String>,
    pub file_name: Option<String>,
    /// The MIME type, as recorded.
    pub mime: Option<String>,
    /// The bytes of the content within the body.
    pub content: Range<usize>,
}

impl Multipart {
    /// The parts of a body with that MIME type; `None` if the type is not multipart, or the body
    /// has no delimiter.
    pub fn parse(mime: &str, body: &[u8]) -> Option<Self> {
        if !mime.trim_start().get(..10).is_some_and(|start| start.eq_ignore_ascii_case("multipart/")) {
            return None;
        }
        let boundary = parameter(mime, "boundary").map(String::into_bytes).or_else(|| first_line(body))?;
        if boundary.is_empty() || boundary.len() > MAX_BOUNDARY {
            return None;
        }
        let delimiter = [b"--", boundary.as_slice()].concat();
        let finder = memmem::Finder::new(&delimiter);
        let mut multipart = Self::default();
        // The content that is open begins here.
        let mut open: Option<(Part, usize)> = None;
        let mut from = 0;
        let mut has_delimiter = false;
        while let Some(at) = next_delimiter(&finder, body, from) {
            has_delimiter = true;
            if let Some((part, start)) = open.take() {
                multipart.parts.push(Part { content: start..content_end(body, start, at), ..part });
            }
            let after = at + delimiter.len();
            if body.get(after..after + 2) == Some(b"--") {
                multipart.is_complete = true;
                break;
            }
            if multipart.parts.len() == MAX_PARTS {
                break;
            }
            let (part, start) = headers(body, line_after(body, after));
            open = Some((part, start));
            from = after;
        }
        if let Some((part, start)) = open {
            multipart.parts.push(Part { content: start..body.len(), ..part });
        }
        has_delimiter.then_some(multipart)
    }
}

/// The next delimiter that begins a line.
fn next_delimiter(finder: &memmem::Finder<'_>, body: &[u8], from: usize) -> Option<usize> {
    let begins_line = |at: &usize| at.checked_sub(1).is_none_or(|before| body.get(before) == Some(&b'\n'));
    finder.find_iter(body.get(from..)?).map(|found| from + found).find(begins_line)
}

/// The end of a content before the delimiter at `delimiter`: its line break is not part of it.
fn content_end(body: &[u8], start: usize, delimiter: usize) -> usize {
    let end = delimiter.saturating_sub(1).max(start);
    let has_return = end > start && body.get(end - 1) == Some(&b'\r');
    if has_return { end - 1 } else { end }
}

/// The beginning of the next line.
fn line_after(body: &[u8], at: usize) -> usize {
    let rest = body.get(at..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(body.len(), |end| at + end + 1)
}

/// The boundary by the first line of a body.
fn first_line(body: &[u8]) -> Option<Vec<u8>> {
    let line = body.get(..memchr::memchr(b'\n', body)?)?.trim_ascii_end();
    line.strip_prefix(b"--").map(<[u8]>::to_vec)
}

/// The properties of a part by its headers, and where its content begins.
fn headers(body: &[u8], start: usize) -> (Part, usize) {
    let mut part = Part::default();
    let mut at = start;
    while at < body.len() && at - start < MAX_HEADERS {
        let next = line_after(body, at);
        let line = body.get(at..next).unwrap_or_default().trim_ascii_end();
        at = next;
        if line.is_empty() {
            break;
        }
        let line = String::from_utf8_lossy(line);
        let Some((name, value)) = line.split_once(':') else { continue };
        if name.trim().eq_ignore_ascii_case("content-disposition") {
            part.name = parameter(value, "name").map(|name| form_text(&name));
            let extended = parameter(value, "filename*").and_then(|name| extended_text(&name));
            part.file_name = extended.or_else(|| parameter(value, "filename").map(|name| form_text(&name)));
        } else if name.trim().eq_ignore_ascii_case("content-type") {
            part.mime = Some(value.trim().to_owned());
        }
    }
    (part, at)
}

/// The value of a parameter of a header, without its quotes.
fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, next) = if let Some(quoted) = after.strip_prefix('"') {
            quoted_text(quoted)
        } else {
            let end = after.find(';').unwrap_or(after.len());
            (after.get(..end)?.trim().to_owned(), after.get(end..)?)
        };
        if key.trim().trim_start_matches(';').trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = next;
    }
}

/// A quoted text without its escapes, and what follows its end.
fn quoted_text(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (value, text.get(at + 1..).unwrap_or_default()),
            // Browsers do not escape backslashes of file names, so only a quote is one.
            '\\' if text.get(at + 1..).is_some_and(|next| next.starts_with('"')) => {
                chars.next();
                value.push('"');
            }
            _ => value.push(char),
        }
    }
    (value, "")
}

/// A name as browsers write it in a form: three characters are percent-encoded (HTML, multipart
/// form data).
fn form_text(text: &str) -> String {
    text.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n")
}

/// An extended value, such as `UTF-8''na%C3%AFve` (RFC 8187).
fn extended_text(text: &str) -> Option<String> {
    let (_, encoded) = text.split_once('\'')?.1.split_once('\'')?;
    let encoded = encoded.replace('+', "%2B");
    let pair = format!("a={encoded}");
    form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As Chromium sends it.
    const CHROMIUM: &str = "------WebKitFormBoundaryz5Xq\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nMoby-Dick\r\n------WebKitFormBoundaryz5Xq\r\nContent-Disposition: form-data; name=\"cover\"; filename=\"a %22b%22.png\"\r\nContent-Type: image/png\r\n\r\n\u{1}\r\n\u{2}\r\n------WebKitFormBoundaryz5Xq--\r\n";

    /// As curl 7.88 sends it.
    const CURL: &str = "--------------------------d74496d66958873e\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--------------------------d74496d66958873e\r\nContent-Disposition: attachment; name=\"f\"; filename=\"x \\\"y\\\".txt\"\r\nContent-Type: text/plain\r\n\r\nline\n\r\n--------------------------d74496d66958873e--\r\n";

    fn contents<'b>(multipart: &Multipart, body: &'b str) -> Vec<&'b str> {
        multipart.parts.iter().map(|part| &body[part.content.clone()]).collect()
    }

    #[test]
    fn a_form_of_a_browser_has_its_fields_and_files() {
        let mime = "multipart/form-data; boundary=----WebKitFormBoundaryz5Xq";
        let form = Multipart::parse(mime, CHROMIUM.as_bytes()).expect("a form");
        assert!(form.is_complete);
        assert_eq!(contents(&form, CHROMIUM), ["Moby-Dick", "\u{1}\r\n\u{2}"]);
        let [title, cover] = &form.parts[..] else { panic!("two parts") };
        assert_eq!((title.name.as_deref(), title.file_name.as_deref()), (Some("title"), None));
        assert_eq!(cover.file_name.as_deref(), Some("a \"b\".png"));
        assert_eq!(cover.mime.as_deref(), Some("image/png"));
    }

    #[test]
    fn a_form_of_curl_is_read_without_its_boundary() {
        let form = Multipart::parse("multipart/form-data", CURL.as_bytes()).expect("a form");
        assert_eq!(contents(&form, CURL), ["1", "line\n"]);
        assert_eq!(form.parts[1].file_name.as_deref(), Some("x \"y\".txt"));
    }

    #[test]
    fn a_form_that_was_cut_off_keeps_its_parts() {
        let body = "--b\nContent-Disposition: form-data; name=a\n\nx\n--b\nContent-Disposition: form-data; name=c; filename*=UTF-8''na%C3%AFve+.txt\n\nthe begin";
        let form = Multipart::parse("multipart/form-data; boundary=\"b\"", body.as_bytes()).expect("a form");
        assert!(!form.is_complete);
        assert_eq!(contents(&form, body), ["x", "the begin"]);
        assert_eq!(form.parts[0].name.as_deref(), Some("a"));
        assert_eq!(form.parts[1].file_name.as_deref(), Some("naïve+.txt"));
    }

    #[test]
    fn other_bodies_are_no_forms() {
        assert_eq!(Multipart::parse("text/plain; boundary=b", b"--b\r\n\r\nx\r\n--b--"), None);
        assert_eq!(Multipart::parse("multipart/form-data; boundary=b", b"x=1"), None);
        assert_eq!(Multipart::parse("multipart/form-data", b""), None);
        let empty = Multipart::parse("multipart/form-data; boundary=b", b"--b--\r\n").expect("a form");
        assert!(empty.parts.is_empty() && empty.is_complete);
    }

    #[test]
    fn the_number_of_parts_is_bounded() {
        let body = "--b\r\n\r\n\r\n".repeat(MAX_PARTS + 9);
        let form = Multipart::parse("multipart/mixed; boundary=b", body.as_bytes()).expect("parts");
        assert_eq!((form.parts.len(), form.is_complete), (MAX_PARTS, false));
    }

    proptest! {
        #[test]
        fn any_bytes_have_parts_within_them(
            parts in proptest::collection::vec(prop_oneof![
                Just("--b"), Just("--"), Just("\r\n"), Just("\n"), Just("\r"), Just("Content-Disposition:"), Just("name=\""),
                Just("filename*="), Just("'"), Just(";"), Just("\\"), Just("\""), Just("%0D"), Just("é"), Just(": "),
            ], 0..40),
            mime in "multipart/x(; ?boundary=\"?b\"?)?",
        ) {
            let body = parts.concat();
            if let Some(form) = Multipart::parse(&mime, body.as_bytes()) {
                let mut end = 0;
                for part in form.parts {
                    prop_assert!(end <= part.content.start && part.content.start <= part.content.end);
                    prop_assert!(part.content.end <= body.len());
                    end = part.content.end;
                }
            }
        }
    }
}
