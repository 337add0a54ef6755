//! What differs between two bodies.

use session::encodings::{Changes, Payload, is_json_container};
use session::model::Body;
use session::redact::credential_ranges;

use crate::part::Reason;

/// Bytes of the largest text that is compared as JSON for the list; of larger ones any difference
/// of the text counts.
const MAX_QUICK_JSON_BYTES: usize = 64 << 10;
/// Bytes of the largest body whose differences are listed.
const MAX_LISTED_BYTES: usize = 32 << 20;

/// What differs between two bodies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyDifference {
    Same,
    /// They differ; by JSON path, by line or by byte.
    Changed(Box<Changes>),
    /// They differ, and are too large to say in what.
    ChangedUnlisted,
    NotCompared(Reason),
}

/// Whether two bodies differ, for the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyCheck {
    Same,
    Differs,
    Uncompared(Reason),
}

/// Whether two bodies differ. One that is not recorded is empty if `is_mostly_empty`.
pub(crate) fn check_bodies(base: &Body, other: &Body, is_mostly_empty: bool) -> BodyCheck {
    let (one, two) = match (content(base, is_mostly_empty), content(other, is_mostly_empty)) {
        (Ok(one), Ok(two)) => (one, two),
        (Err(reason), _) | (_, Err(reason)) => return BodyCheck::Uncompared(reason),
    };
    if one.is_truncated || two.is_truncated {
        let common = one.bytes.len().min(two.bytes.len());
        let is_same = one.bytes.get(..common) == two.bytes.get(..common);
        return if is_same { BodyCheck::Uncompared(Reason::Truncated) } else { BodyCheck::Differs };
    }
    if one.bytes == two.bytes || is_same_json(&one, &two) { BodyCheck::Same } else { BodyCheck::Differs }
}

/// What differs between two bodies, by JSON path, by line or by byte.
pub(crate) fn compare_bodies(base: &Body, other: &Body, is_mostly_empty: bool) -> BodyDifference {
    match check_bodies(base, other, is_mostly_empty) {
        BodyCheck::Same => BodyDifference::Same,
        BodyCheck::Uncompared(reason) => BodyDifference::NotCompared(reason),
        BodyCheck::Differs => {
            let (Some(one), Some(two)) = (payload(base), payload(other)) else {
                return BodyDifference::ChangedUnlisted;
            };
            let (one, two) = (one.innermost(), two.innermost());
            let changes =
                Changes::between_hiding((one, &credential_ranges(one)), (two, &credential_ranges(two)));
            // Texts that differ in white space or in the order of members only.
            if changes.is_empty() { BodyDifference::Same } else { BodyDifference::Changed(Box::new(changes)) }
        }
    }
}

/// What was recorded of a body.
struct Content<'a> {
    bytes: &'a [u8],
    is_text: bool,
    is_truncated: bool,
}

fn content(body: &Body, is_mostly_empty: bool) -> Result<Content<'_>, Reason> {
    match body {
        Body::Empty => Ok(Content { bytes: &[], is_text: true, is_truncated: false }),
        Body::NotRecorded(_) if is_mostly_empty => {
            Ok(Content { bytes: &[], is_text: true, is_truncated: false })
        }
        Body::NotRecorded(_) => Err(Reason::NotRecorded),
        Body::InFile { .. } => Err(Reason::InFile),
        Body::Text { text, is_truncated, .. } => {
            Ok(Content { bytes: text.as_bytes(), is_text: true, is_truncated: *is_truncated })
        }
        Body::Binary { bytes, is_truncated, .. } => {
            Ok(Content { bytes, is_text: false, is_truncated: *is_truncated })
        }
    }
}

fn is_same_json(one: &Content<'_>, two: &Content<'_>) -> bool {
    let text = |content: &Content<'_>| {
        let is_small = content.bytes.len() <= MAX_QUICK_JSON_BYTES;
        let text = std::str::from_utf8(content.bytes).ok().filter(|_| is_small && content.is_text)?;
        is_json_container(text).then(|| Payload::from_text(text.to_owned()))
    };
    let Some((one, two)) = text(one).zip(text(two)) else { return false };
    one.tree().is_some() && two.tree().is_some() && Changes::between(&one, &two).is_empty()
}

/// The payload of a body; `None` if it is too large.
fn payload(body: &Body) -> Option<Payload> {
    match body {
        Body::Text { text, mime, .. } if text.len() <= MAX_LISTED_BYTES => {
            Some(Payload::from_text(text.clone()).of_mime(mime))
        }
        Body::Binary { bytes, mime, .. } if bytes.len() <= MAX_LISTED_BYTES => {
            Some(Payload::from_bytes(bytes.clone()).of_mime(mime))
        }
        Body::Text { .. } | Body::Binary { .. } => None,
        Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => Some(Payload::from_text(String::new())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Body {
        Body::Text { text: text.to_owned(), mime: "application/json".to_owned(), is_truncated: false }
    }

    fn changes(base: &Body, other: &Body) -> Vec<String> {
        match compare_bodies(base, other, false) {
            BodyDifference::Changed(changes) => changes.to_text().lines().map(str::to_owned).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn json_is_compared_by_path() {
        let found =
            changes(&text(r#"{"price":1,"items":[1]}"#), &text(r#"{"price":2,"items":[1,5],"new":true}"#));
        assert_eq!(found, ["- $.price: 1", "+ $.price: 2", "+ $.items[1]: 5", "+ $.new: true"]);
    }

    #[test]
    fn json_in_another_order_or_layout_is_the_same() {
        let (one, two) = (text(r#"{"a":1,"b":[2]}"#), text("{ \"b\": [2],\n \"a\": 1 }"));
        assert_eq!(check_bodies(&one, &two, false), BodyCheck::Same);
        assert_eq!(compare_bodies(&one, &two, false), BodyDifference::Same);
    }

    #[test]
    fn text_is_compared_by_line_and_bytes_by_position() {
        assert_eq!(changes(&text("a\nb\nc"), &text("a\nx\nc")), ["- line 2: b", "+ line 2: x"]);
        let binary =
            |bytes: &[u8]| Body::Binary { bytes: bytes.to_vec(), mime: String::new(), is_truncated: false };
        assert_eq!(changes(&binary(&[0xff, 1, 2]), &binary(&[0xff, 9, 2])), ["- byte 1: 01", "+ byte 1: 09"]);
    }

    #[test]
    fn a_body_that_is_not_there_is_never_the_same() {
        let absent = Body::NotRecorded("Body not recorded".to_owned());
        let in_file = Body::InFile { path: "a".into(), mime: String::new() };
        for (one, two, reason) in [
            (&absent, &absent, Reason::NotRecorded),
            (&text("x"), &absent, Reason::NotRecorded),
            (&in_file, &text("x"), Reason::InFile),
        ] {
            assert_eq!(check_bodies(one, two, false), BodyCheck::Uncompared(reason));
        }
        assert_eq!(check_bodies(&absent, &Body::Empty, true), BodyCheck::Same, "a GET has none");
        assert_eq!(check_bodies(&Body::Empty, &text("x"), false), BodyCheck::Differs);
    }

    #[test]
    fn truncated_bodies_are_compared_as_far_as_they_go() {
        let part = |start: &str| {
            let mut body = text(start);
            body.set_truncated(true);
            body
        };
        assert_eq!(
            check_bodies(&part("abc"), &text("abcdef"), false),
            BodyCheck::Uncompared(Reason::Truncated)
        );
        assert_eq!(check_bodies(&part("abx"), &text("abcdef"), false), BodyCheck::Differs);
    }
}
