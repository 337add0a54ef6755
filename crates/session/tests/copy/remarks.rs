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
