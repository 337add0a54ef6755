//! Several rows in one form.

use serde_json::Value;
use session::export::copy::{CopyError, CopyForm, CopyRequest, copy_all};
use session::model::Details;

use crate::common::har;
use crate::curl_model;
use crate::sample::{entry, session, text_of};

pub(crate) const URLS: [&str; 2] = ["https://a.test/1?a&b", "https://a.test/2'"];

/// Copies of two requests and, between them, one that has no HTTP address.
pub(crate) fn copied(form: CopyForm) -> session::export::copy::Copied {
    let entries =
        [URLS[0], "data:,x", URLS[1]].map(|url| entry("POST", url, &[("Cookie", "a=b")], Some(b"\r\n")));
    let session = session(&entries);
    let details: Vec<Details> = session.records.iter().map(|record| session.details(record)).collect();
    let requests: Vec<CopyRequest<'_>> = details
        .iter()
        .enumerate()
        .map(|(index, details)| CopyRequest::new(&session, index, details, true))
        .collect();
    copy_all(form, &requests).expect("a copy")
}

pub(crate) fn copied_of_two(form: CopyForm) -> String {
    text_of(copied(form))
}

#[test]
fn urls_are_one_a_line() {
    assert_eq!(copied_of_two(CopyForm::Url), [URLS[0], "data:,x", URLS[1]].join("\n"));
}

#[test]
fn commands_of_bash_are_separated() {
    let text = copied_of_two(CopyForm::CurlBash);
    let calls = curl_model::of_bash(&text).expect("commands");
    assert_eq!(calls.iter().map(|call| call.url.as_str()).collect::<Vec<_>>(), URLS);
    assert!(text.contains(" ;\n"));
}

#[test]
fn calls_of_fetch_are_statements() {
    let text = copied_of_two(CopyForm::Fetch);
    assert_eq!((text.matches("fetch(").count(), text.matches(");\n").count()), (2, 1), "{text}");
}

#[test]
fn remarks_are_said_once_and_rows_that_were_passed_over_are_counted() {
    let remarks: Vec<String> = copied(CopyForm::CurlBash).remarks.iter().map(ToString::to_string).collect();
    assert_eq!(
        remarks,
        [
            "The body is not searched for credentials",
            "curl adds headers that were not recorded: User-Agent",
            "curl adds headers that were not recorded: Accept",
            "2 credential values redacted",
            "1 row cannot be copied as cURL (bash)",
        ]
    );
}

#[test]
fn entries_are_a_har_of_all_rows() {
    let text = copied_of_two(CopyForm::HarEntry);
    let har: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(har["log"]["entries"].as_array().map(Vec::len), Some(3));
    assert_eq!(har::read_text(&text).records.len(), 3);
}

#[test]
fn nothing_is_an_error() {
    for form in CopyForm::SEVERAL {
        assert!(matches!(copy_all(form, &[]), Err(CopyError::Unavailable(_))), "{form:?}");
    }
    assert_eq!(
        copy_all(CopyForm::ResponseBody, &[]),
        Err(CopyError::Unavailable("Response body is copied of one row at a time".to_owned()))
    );
}

#[test]
fn the_remarks_of_many_rows_are_bounded() {
    let names: Vec<String> = (0..200).map(|index| format!("x {index}")).collect();
    let entries: Vec<Value> =
        names.iter().map(|name| entry("GET", "https://a.test/", &[(name, "1")], None)).collect();
    let session = session(&entries);
    let details: Vec<Details> = session.records.iter().map(|record| session.details(record)).collect();
    let requests = details.iter().enumerate();
    let requests: Vec<CopyRequest<'_>> =
        requests.map(|(index, details)| CopyRequest::new(&session, index, details, false)).collect();
    let remarks = copy_all(CopyForm::CurlBash, &requests).expect("a copy").remarks;
    assert_eq!(remarks.len(), 51);
    // One for each row, and the two about the headers that curl adds.
    assert_eq!(remarks.last().map(ToString::to_string).as_deref(), Some("152 further remarks not listed"));
}
