//! What a command does not do as the recording did is said.

use session::export::copy::CopyForm;
use session::model::Body;

use crate::sample::{http, socket};

const COMMANDS: [CopyForm; 5] =
    [CopyForm::CurlBash, CopyForm::CurlCmd, CopyForm::PowerShell, CopyForm::Fetch, CopyForm::NodeFetch];

fn assert_remark(sample: &crate::sample::Sample, form: CopyForm, remark: &str) {
    let remarks = sample.remarks(form);
    assert!(remarks.iter().any(|shown| shown == remark), "{form:?}: {remarks:?}");
}

#[test]
fn a_request_that_can_be_repeated_as_it_was_has_no_remarks() {
    let headers =
        [("User-Agent", "x"), ("Accept", "*/*"), ("Content-Type", "text/plain"), ("Content-Length", "2")];
    let sample = http("POST", "https://a.test/a?b=c", &headers, Some(b"{}"));
    for form in [CopyForm::CurlBash, CopyForm::CurlCmd, CopyForm::PowerShell, CopyForm::Fetch] {
        assert_eq!(sample.remarks(form), [""; 0], "{form:?}");
    }
    assert_eq!(
        sample.text(CopyForm::CurlBash),
        "curl 'https://a.test/a?b=c' \\\n  -H 'User-Agent: x' \\\n  -H 'Accept: */*' \\\n  \
         -H 'Content-Type: text/plain' \\\n  --data-raw '{}'"
    );
}

#[test]
fn credentials_are_redacted_as_in_exports_and_bodies_are_not_searched() {
    let headers = [("Cookie", "sid=hush"), ("Authorization", "Bearer hush"), ("X-A", "b")];
    let url = "https://ann:hush@a.test/?access_token=hush&page=2";
    let mut sample = http("POST", url, &headers, Some(b"{}"));
    for form in COMMANDS.into_iter().chain([CopyForm::HarEntry, CopyForm::Url]) {
        sample.sanitize = true;
        let text = sample.text(form);
        assert!(!text.contains("hush") && !text.contains("aHVz"), "{form:?}: {text}");
        let remarks = sample.remarks(form).join("; ");
        assert!(remarks.contains("credential values redacted"), "{form:?}: {remarks}");
        if form != CopyForm::Url {
            assert!(remarks.contains("The body is not searched for credentials"), "{form:?}: {remarks}");
        }
        sample.sanitize = false;
        assert!(sample.text(form).contains("hush"), "{form:?}");
        assert!(!sample.remarks(form).join("; ").contains("credential"), "{form:?}");
    }
    let mut sample = socket("wss://a.test/?token=hush", &[("Cookie", "sid=hush")], &serde_json::json!([]));
    for form in [CopyForm::Url, CopyForm::Websocat, CopyForm::JavaScriptClient] {
        sample.sanitize = true;
        assert!(!sample.text(form).contains("hush"));
        sample.sanitize = false;
        assert!(sample.text(form).contains("hush"));
    }
}

#[test]
fn what_the_recording_lacks_is_said_of_every_command() {
    let mut sample = http("", "https://a.test/", &[], None);
    sample.details.request_headers = None;
    sample.details.request_body =
        Body::Text { text: "ab".to_owned(), mime: "text/x".to_owned(), is_truncated: true };
    for form in COMMANDS {
        assert_remark(&sample, form, "The request headers were not recorded");
        assert_remark(&sample, form, "Only the first 2 B of the body were recorded");
        assert_remark(&sample, form, "The method was not recorded");
        assert!(sample.text(form).contains("text/x"), "the type that was recorded with the body");
    }
    sample.details.request_body = Body::NotRecorded("Sent as a stream".to_owned());
    let mut sample =
        crate::sample::Sample { session: http("PUT", "https://a.test/", &[], None).session, ..sample };
    for form in COMMANDS {
        assert_remark(&sample, form, "The body is missing: Sent as a stream");
    }
    // A request that has no body misses none.
    sample.session = http("GET", "https://a.test/", &[], None).session;
    for form in COMMANDS {
        assert!(!sample.remarks(form).join("; ").contains("body"));
    }
}

#[test]
fn what_http_cannot_carry_is_said_of_every_command() {
    let headers = [(":path", "/"), ("X-A", "1\n2"), ("a b", "c"), ("X-E", "é")];
    let sample = http("GET / HTTP/1.1\r\nX-B: c", "https://ann:pw@a.test/\u{1}", &headers, None);
    for form in COMMANDS {
        assert_remark(
            &sample,
            form,
            "Headers left out: :path (HTTP/2 pseudo-headers, which the URL and the method replace)",
        );
        assert_remark(&sample, form, "Headers left out: X-A (values with control characters)");
        assert_remark(&sample, form, "Headers left out: a b (invalid header names)");
        assert_remark(&sample, form, "The recorded method is invalid: it is left out");
        assert_remark(&sample, form, "Characters that a URL cannot have are removed or percent-encoded");
        assert_remark(&sample, form, "The URL's user and password are sent in the Authorization header");
        if form != CopyForm::CurlCmd {
            assert_remark(&sample, form, "Header values outside of ASCII are sent as UTF-8: X-E");
        }
    }
}

#[test]
fn a_length_that_differs_from_the_body_is_said() {
    let headers = [("Content-Length", "7"), ("Transfer-Encoding", "chunked")];
    let sample = http("POST", "https://a.test/", &headers, Some(b"{}"));
    for form in COMMANDS {
        assert_remark(
            &sample,
            form,
            "Headers left out: Content-Length, Transfer-Encoding (the tool computes them from the body)",
        );
    }
}

#[test]
fn a_body_that_a_tool_does_not_send_is_said() {
    let sample = http("HEAD", "https://a.test/", &[], Some(b"x"));
    for (form, tool) in [
        (CopyForm::CurlBash, "curl"),
        (CopyForm::CurlCmd, "curl"),
        (CopyForm::PowerShell, "PowerShell"),
        (CopyForm::Fetch, "fetch"),
        (CopyForm::NodeFetch, "Node's fetch"),
    ] {
        assert_remark(&sample, form, &format!("{tool} sends no body with HEAD: it is left out"));
    }
}

#[test]
fn an_argument_that_linux_refuses_is_said() {
    let long = "a".repeat(140_000);
    let sample = http("GET", "https://a.test/", &[("X-A", &long)], None);
    assert_remark(&sample, CopyForm::CurlBash, "Too long for an argument on Linux, which accepts 131 kB");
}

#[test]
fn remarks_about_many_names_are_short_and_have_no_control_characters() {
    let name = format!("a\u{1b}{}", "b".repeat(100));
    let names: Vec<String> = (0..1000).map(|index| format!("{index}{name}")).collect();
    let headers: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    let remarks = http("GET", "https://a.test/", &headers, None).remarks(CopyForm::CurlBash);
    assert!(remarks[0].ends_with("… and 994 more (invalid header names)"), "{}", remarks[0]);
    assert!(remarks[0].len() < 500 && !remarks[0].contains('\u{1b}'));
}

#[test]
fn cookies_that_are_listed_without_a_header_are_sent() {
    let entry = r#"{"startedDateTime":"2026-11-21T14:02:00Z","time":1,"request":{"method":"GET","url":"https://a.test/","headers":[{"name":"X-A","value":"b"}],"cookies":[{"name":"a","value":"1"},{"name":"b","value":"2"}]},"response":{"status":200}}"#;
    let sample = crate::sample::sample(crate::common::har::read("Chrome", entry));
    assert!(sample.text(CopyForm::CurlBash).contains("-H 'X-A: b' \\\n  -H 'Cookie: a=1; b=2'"));
    for form in COMMANDS {
        let remark = "Cookies that were recorded apart from the headers are sent as the last one";
        assert_remark(&sample, form, remark);
    }
}

#[test]
fn a_body_that_was_recorded_as_another_text_than_its_bytes_is_said() {
    let gzip = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    let text = session::encodings::base64::encode(&gzip);
    let sample = http("POST", "https://a.test/", &[("Content-Encoding", "gzip")], Some(text.as_bytes()));
    let command = sample.text(CopyForm::CurlBash);
    assert!(command.starts_with(&format!("base64 --decode <<< '{text}' | curl ")), "{command}");
    let remark = "The body was recorded as encoded text without a flag: the bytes behind it are sent";
    assert_remark(&sample, CopyForm::CurlBash, remark);
    let sample = http("POST", "https://a.test/", &[], Some("a\u{fffd}b".as_bytes()));
    let remark = "The body has replacement characters: bytes were lost in the recording";
    assert_remark(&sample, CopyForm::CurlBash, remark);
}

#[test]
fn what_is_too_long_for_the_clipboard_is_refused() {
    let mut sample = http("POST", "https://a.test/", &[], None);
    let long = vec![b'a'; session::export::MAX_COPIED_BYTES + 1];
    sample.details.request_body = Body::Binary { bytes: long, mime: String::new(), is_truncated: false };
    for form in [CopyForm::CurlBash, CopyForm::PowerShell, CopyForm::RequestBody] {
        let copied = session::export::copy::copy(form, &sample.request());
        assert_eq!(copied, Err(session::export::copy::CopyError::TooLong), "{form:?}");
    }
}
