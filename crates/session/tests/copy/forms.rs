//! Which forms a row has, and the forms that are parts of the recording.

use serde_json::{Value, json};
use session::export::copy::{Availability, Content, CopyError, CopyForm, copy, forms_of};
use session::model::{Body, Details};

use crate::common::har;
use crate::sample::{Sample, header, http, socket, text_of};

fn offers(sample: &Sample) -> Vec<(&'static str, Availability)> {
    let record = sample.session.records.get(0).expect("a row");
    let offers = forms_of(record, &sample.details).into_iter();
    offers.map(|offer| (offer.form.label(), offer.availability)).collect()
}

fn unavailable(why: &str) -> Availability {
    Availability::Unavailable(why.to_owned())
}

#[test]
fn a_request_has_its_forms_in_the_order_of_the_menu() {
    let sample = http("POST", "https://a.test/", &[], Some(b"{}"));
    let names = [
        "URL",
        "cURL (bash)",
        "cURL (cmd)",
        "PowerShell",
        "fetch",
        "Node fetch",
        "HAR entry",
        "Request body",
        "Response body",
    ];
    assert_eq!(offers(&sample), names.map(|name| (name, Availability::Ready)));
}

#[test]
fn a_socket_has_its_forms_in_the_order_of_the_menu() {
    let sample = socket("wss://a.test/", &[], &json!([]));
    let names = ["URL", "websocat", "JavaScript client", "Messages as JSON Lines"];
    assert_eq!(offers(&sample), names.map(|name| (name, Availability::Ready)));
}

#[test]
fn commands_are_of_http_addresses_alone() {
    for url in [
        "data:text/plain,a",
        "blob:https://a.test/x",
        "file:///etc/passwd",
        "-o/tmp/x",
        "https:",
        "https://",
        "https:///etc/passwd",
        "gopher://a.test/",
        "https://ann@/",
        "httpss://a.test/",
    ] {
        let sample = http("GET", url, &[], None);
        for form in [CopyForm::CurlBash, CopyForm::CurlCmd, CopyForm::PowerShell, CopyForm::Fetch] {
            let error = copy(form, &sample.request()).expect_err(url);
            assert_eq!(error, CopyError::Unavailable("The URL is not an HTTP address".to_owned()), "{url}");
        }
        assert_eq!(sample.text(CopyForm::Url), url);
    }
    for url in ["HTTP://A.test", "https://[::1]:8080/x", "  https://a.test/  "] {
        assert!(copy(CopyForm::CurlBash, &http("GET", url, &[], None).request()).is_ok(), "{url}");
    }
}

#[test]
fn a_url_is_on_one_line() {
    let sample = http("GET", "https://a.test/a\nid\r#é", &[], None);
    assert_eq!(sample.text(CopyForm::Url), "https://a.test/a%0Aid%0D#é");
    assert_eq!(
        sample.remarks(CopyForm::Url),
        ["Characters that a URL cannot have are removed or percent-encoded"]
    );
}

#[test]
fn bodies_are_copied_as_recorded() {
    let mut sample = http("POST", "https://a.test/", &[], Some("a\r\n\0é".as_bytes()));
    assert_eq!(sample.text(CopyForm::RequestBody), "a\r\n\0é");
    assert_eq!(sample.text(CopyForm::ResponseBody), "fine");
    sample.details.response_body =
        Body::Binary { bytes: vec![0, 0xff], mime: String::new(), is_truncated: true };
    let copied = sample.copied(CopyForm::ResponseBody);
    assert_eq!(copied.content, Content::Bytes(vec![0, 0xff]));
    assert_eq!(sample.remarks(CopyForm::ResponseBody), ["Only the first 2 B of the body were recorded"]);
}

#[test]
fn why_there_is_no_body_is_said() {
    let mut sample = http("POST", "https://a.test/", &[], None);
    sample.details.response_body = Body::NotRecorded("Not read by the page".to_owned());
    let offers = offers(&sample);
    assert_eq!(offers[7], ("Request body", unavailable("The request has no body")));
    assert_eq!(offers[8], ("Response body", unavailable("Not read by the page")));
}

#[test]
fn a_body_in_a_file_is_wanted_and_used() {
    let mut sample = http("POST", "https://a.test/", &[], None);
    sample.details.request_body = Body::InFile { path: "b/1.bin".into(), mime: "text/x".to_owned() };
    let needs = Availability::NeedsFiles(vec!["b/1.bin".into()]);
    let wanting: Vec<_> =
        offers(&sample).into_iter().filter(|(_, availability)| *availability == needs).collect();
    assert_eq!(
        wanting.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["cURL (bash)", "cURL (cmd)", "PowerShell", "fetch", "Node fetch", "HAR entry", "Request body"]
    );
    let remark = "The body is missing: it is in b/1.bin, next to the recording";
    assert!(sample.remarks(CopyForm::CurlBash).contains(&remark.to_owned()));
    assert!(copy(CopyForm::RequestBody, &sample.request()).is_err());
    sample.files = vec![("other".to_owned(), b"no".to_vec()), ("b/1.bin".to_owned(), b"yes".to_vec())];
    assert!(sample.text(CopyForm::CurlBash).contains("--data-raw 'yes'"));
    assert!(!sample.remarks(CopyForm::CurlBash).contains(&remark.to_owned()));
    assert_eq!(sample.text(CopyForm::RequestBody), "yes");
}

#[test]
fn the_body_of_a_form_of_fields_is_built() {
    let mut sample = http("POST", "https://a.test/", &[], None);
    sample.details.form = vec![header("a b", "1&2"), header("é", "")];
    assert_eq!(sample.text(CopyForm::RequestBody), "a+b=1%262&%C3%A9=");
    let remark = "The body is built from the recorded form fields: its bytes may differ";
    assert_eq!(sample.remarks(CopyForm::RequestBody), [remark]);
    assert!(sample.text(CopyForm::CurlBash).contains("--data-raw 'a+b=1%262&%C3%A9='"));
    assert!(sample.remarks(CopyForm::CurlBash).contains(&remark.to_owned()));
    sample.details.request_headers = Some(vec![header("Content-Type", "multipart/form-data; boundary=x")]);
    assert_eq!(offers(&sample)[7].1, unavailable("Only the fields of the form were recorded"));
    let remark = "The body is missing: only the fields of the form were recorded";
    assert!(sample.remarks(CopyForm::CurlBash).contains(&remark.to_owned()));
}

#[test]
fn a_har_entry_is_the_object_of_an_entry() {
    let sample = http("POST", "https://a.test/?a=1", &[("X-A", "b")], Some(b"{}"));
    let text = sample.text(CopyForm::HarEntry);
    let entry: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(entry["request"]["url"], "https://a.test/?a=1");
    assert_eq!(entry["request"]["postData"]["text"], "{}");
    assert_eq!(entry["response"]["content"]["text"], "fine");
    let again = har::read("Chrome", &text);
    let record = again.records.get(0).expect("a row");
    let Details { request_headers, request_body, .. } = again.details(record);
    assert_eq!(
        (request_headers, request_body),
        (sample.details.request_headers, sample.details.request_body)
    );
}

#[test]
fn messages_are_lines_with_what_was_cut_off() {
    let messages = json!([
        { "type": "send", "time": 1_795_269_720.1, "opcode": 1, "data": "hi\n" },
        { "type": "receive", "time": 1_795_269_720.2, "opcode": 2, "data": "AAE=", "truncated": true, "size": 9 },
    ]);
    let sample = socket("wss://a.test/", &[], &messages);
    let lines: Vec<Value> = sample
        .text(CopyForm::MessagesAsJsonLines)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!((lines.len(), &lines[0]["data"], &lines[1]["data"]), (2, &json!("hi\n"), &json!("AAE=")));
    let remarks = sample.remarks(CopyForm::MessagesAsJsonLines);
    assert_eq!(remarks, ["1 message recorded only in part"]);
}

#[test]
fn a_row_that_does_not_exist_is_an_error() {
    let sample = http("GET", "https://a.test/", &[], None);
    let request = session::export::copy::CopyRequest { record: 7, ..sample.request() };
    assert_eq!(
        copy(CopyForm::Url, &request).map(text_of),
        Err(CopyError::Unavailable("There is no row to copy".to_owned()))
    );
}
