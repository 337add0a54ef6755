//! Random requests: every byte of a URL, of header values and of bodies survives.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use session::encodings::base64;
use session::export::copy::{CopyForm, forms_of};
use session::model::{Body, Header};

use crate::bash::{is_installed, recorded, run};
use crate::curl_model::{self, Call};
use crate::sample::{Sample, http};
use crate::server::Server;

#[derive(Clone, Debug)]
struct Request {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

/// Characters that shells and parsers interpret are more frequent.
fn text() -> impl Strategy<Value = String> {
    let hazard = proptest::sample::select(
        "'\"`$\\!%^&|<>;(){}[]@#~*?=\r\n\t\0\u{2019}\u{201c}\u{2028}é ".chars().collect::<Vec<_>>(),
    );
    vec(prop_oneof![2 => hazard, 1 => any::<char>(), 2 => proptest::char::range(' ', '~')], 0..24)
        .prop_map(String::from_iter)
}

fn request() -> impl Strategy<Value = Request> {
    let headers = vec(("x-[a-zA-Z0-9!#$%&'*+.^_`|~-]{0,6}", text()), 0..5);
    let body =
        proptest::option::of(prop_oneof![vec(any::<u8>(), 0..60), text().prop_map(String::into_bytes)]);
    ("(GET|POST|PUT|PATCH|[A-Z!#$&']{1,6})", text(), headers, body).prop_map(
        |(method, path, headers, body)| {
            // What follows `#` is not sent, and a sentinel keeps spaces within the URL.
            let target = format!("/{}.", path.replace('#', ""));
            let body = body.filter(|_| method != "HEAD");
            Request { method, target, headers, body }
        },
    )
}

impl Request {
    fn sample(&self, origin: &str) -> Sample {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let mut sample = http(&self.method, &format!("{origin}{}", self.target), &[], None);
        sample.details.request_headers =
            Some(headers.iter().map(|(name, value)| crate::sample::header(name, value)).collect());
        sample.details.request_body = match &self.body {
            Some(bytes) => Body::Binary { bytes: bytes.clone(), mime: String::new(), is_truncated: false },
            None => Body::Empty,
        };
        sample
    }

    /// What should be sent.
    fn call(&self, origin: &str) -> Call {
        let mut target = String::new();
        for char in self.target.chars().filter(|char| !['\t', '\r', '\n'].contains(char)) {
            if char.is_ascii_graphic() {
                target.push(char);
            } else {
                let bytes = char.to_string().into_bytes();
                target.extend(bytes.iter().map(|byte| format!("%{byte:02X}")));
            }
        }
        let values = self.headers.iter().map(|(name, value)| (name, value.trim_matches([' ', '\t'])));
        let sent = values.filter(|(_, value)| !value.chars().any(|char| char.is_control() && char != '\t'));
        Call {
            method: self.method.clone(),
            url: format!("{origin}{target}"),
            headers: sent.map(|(name, value)| (name.clone(), value.into())).collect(),
            body: self.body.clone().unwrap_or_default(),
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 400, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_request_survives_the_grammar_of_bash(request in request()) {
        let text = request.sample("https://a.test").text(CopyForm::CurlBash);
        let calls = curl_model::of_bash(&text);
        prop_assert_eq!(calls, Ok(vec![request.call("https://a.test")]), "{}", text);
    }

    #[test]
    fn any_details_are_copied_without_a_panic(
        url in text(),
        method in text(),
        headers in vec((text(), text()), 0..4),
        body in vec(any::<u8>(), 0..40),
        protocols in text(),
        shape in 0_u8..6,
        sanitize: bool,
    ) {
        let prefix = ["", "http://", "https://u:p@", "ws://", "HTTP://[", "wss://a@b@"][usize::from(shape)];
        let list = |(name, value): (String, String)| Header { name, value };
        let mut sample = http("GET", "https://a.test/", &[], None);
        let mut socket = crate::sample::socket("wss://a.test/", &[], &serde_json::json!([]));
        for sample in [&mut sample, &mut socket] {
            sample.sanitize = sanitize;
            sample.details.request_headers = Some(headers.iter().cloned().map(list).collect());
            sample.details.socket.requested_protocols = Some(protocols.clone());
            sample.details.request_body = match shape {
                0 => Body::InFile { path: method.as_str().into(), mime: url.clone() },
                1 => Body::Text { text: url.clone(), mime: method.clone(), is_truncated: true },
                _ => Body::Binary { bytes: body.clone(), mime: method.clone(), is_truncated: sanitize },
            };
        }
        let url = format!("{prefix}{url}");
        let entries = [crate::sample::entry(&method, &url, &[], None)];
        let other = crate::sample::session(&entries);
        for (session, details) in [(&other, &sample.details), (&socket.session, &socket.details)] {
            let record = session.records.get(0).expect("a row");
            for offer in forms_of(record, details) {
                let request = session::export::copy::CopyRequest::new(session, 0, details, sanitize);
                let copied = session::export::copy::copy(offer.form, &request);
                let shown = copied.map(|copied| copied.remarks.iter().map(ToString::to_string).collect::<String>());
                let is_clean = |text: &String| !text.chars().any(char::is_control);
                prop_assert!(shown.as_ref().is_ok_and(is_clean) || shown.is_err(), "{:?}", shown);
            }
        }
    }
}

#[test]
fn fifty_random_requests_are_received_as_recorded() {
    if !is_installed("curl") || !is_installed("bash") {
        return;
    }
    let server = Server::start();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let config = Config { cases: 50, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, rng);
    runner
        .run(&request(), |request| {
            run(&request.sample(&server.url("")).text(CopyForm::CurlBash));
            let received = server.next();
            let expected = request.call("");
            prop_assert_eq!(&received.method, &expected.method);
            prop_assert_eq!(&received.target, &expected.url);
            prop_assert_eq!(recorded(&received, &expected.headers), expected.headers);
            prop_assert_eq!(base64::encode(&received.body), base64::encode(&expected.body));
            Ok(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
}
