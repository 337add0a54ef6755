//! What is redacted and what stays, by the table that the recorder's tests read too
//! (`vectors.json`); and that redacting is idempotent, bounded and linear, whatever the text.

mod payload;

use proptest::prelude::*;
use serde_json::Value;
use session::model::Header;
use session::redact::{REDACTED, Redactor, is_credential_name, is_payload_credential_name};

fn vectors() -> Value {
    serde_json::from_str(include_str!("vectors.json")).expect("JSON")
}

/// The strings of a list of the table.
fn names(list: &str) -> Vec<String> {
    serde_json::from_value(vectors()[list].clone())
        .unwrap_or_else(|_| panic!("{list} is not a list of names"))
}

/// The rows of a list of the table: what goes in, and what comes out.
fn pairs(list: &str) -> Vec<[String; 2]> {
    serde_json::from_value(vectors()[list].clone())
        .unwrap_or_else(|_| panic!("{list} is not a list of pairs"))
}

#[test]
fn credential_names_are_recognized_and_others_are_not() {
    for name in names("credentialNames") {
        assert!(is_credential_name(&name), "{name}");
    }
    for name in names("otherNames") {
        assert!(!is_credential_name(&name), "{name}");
    }
}

#[test]
fn keys_of_credentials_in_messages_are_recognized_and_others_are_not() {
    for name in names("payloadCredentialNames") {
        assert!(is_payload_credential_name(&name), "{name}");
    }
    for name in names("otherPayloadNames") {
        assert!(!is_payload_credential_name(&name), "{name}");
    }
}

#[test]
fn urls_are_redacted_as_the_table_says() {
    for [url, expected] in pairs("urls").into_iter().chain(pairs("exportedUrls")) {
        assert_eq!(Redactor::new(true).url(&url), expected.as_str(), "{url}");
    }
}

#[test]
fn texts_are_redacted_as_the_table_says() {
    for [text, expected] in pairs("texts").into_iter().chain(pairs("exportedTexts")) {
        assert_eq!(Redactor::new(true).text(&text), expected.as_str(), "{text}");
    }
}

#[test]
fn subprotocols_are_redacted_as_the_table_says() {
    for [list, expected] in pairs("protocols") {
        assert_eq!(Redactor::new(true).protocols(&list), expected.as_str(), "{list}");
    }
}

#[test]
fn headers_are_redacted_as_the_table_says() {
    let rows: Vec<[String; 3]> = serde_json::from_value(vectors()["headers"].clone()).expect("headers");
    for [name, value, expected] in rows {
        let mut headers = [Header { name: name.clone(), value: value.clone() }];
        Redactor::new(true).headers(&mut headers);
        assert_eq!(headers[0].value, expected, "{name}: {value}");
    }
}

#[test]
fn the_selected_protocol_is_redacted_if_it_is_an_offered_token() {
    let mut redactor = Redactor::new(true);
    assert_eq!(redactor.agreed_protocol("hush", "chat, bearer, hush"), REDACTED);
    assert_eq!(redactor.agreed_protocol("chat", "chat, bearer, hush"), "chat");
    assert_eq!(redactor.agreed_protocol("jwt.hush-hush-1", ""), "jwt.[REDACTED]");
    assert_eq!(redactor.count(), 2);
}

#[test]
fn a_redactor_that_is_off_changes_nothing() {
    let mut redactor = Redactor::new(false);
    let mut headers = [Header { name: "cookie".to_owned(), value: "a=b".to_owned() }];
    redactor.headers(&mut headers);
    redactor.parameters(&mut headers);
    assert_eq!(headers[0].value, "a=b");
    assert_eq!(redactor.url("https://a:b@c.test/?token=1"), "https://a:b@c.test/?token=1");
    assert_eq!(redactor.protocols("bearer, hush"), "bearer, hush");
    assert_eq!(redactor.agreed_protocol("hush", "bearer, hush"), "hush");
    assert_eq!(redactor.count(), 0);
}

#[test]
fn redacting_takes_linear_time() {
    const LENGTH: usize = 1 << 16;
    let patterns = [
        "https:",
        "http://",
        "//a:",
        "a://",
        "token=",
        "token=;",
        "token=,a",
        "token=\"",
        "token:",
        "\\\"token\\\":\\\"",
        "%25",
        "%2525",
        "%",
        "eyJ-",
        "eyJaaaaaa.",
        "bearer ",
        "Bearer+",
        "basic a=",
        "code=",
        "ghp_",
        "@",
        "/",
        "\\",
        "=",
        "?a=b",
        ";jsessionid=",
        "a",
        "é",
        "bearer,",
        "\ntoken:",
        "\"token\":{",
        "{\"token\":[",
        "jwt.",
        "auth-",
    ];
    for pattern in patterns {
        let text = pattern.repeat(LENGTH / pattern.len());
        let start = std::time::Instant::now();
        let mut redactor = Redactor::new(true);
        let _ = (redactor.url(&text), redactor.text(&text), redactor.protocols(&text));
        let _ = redactor.payload(&text);
        // A quadratic search takes minutes; this is some ms.
        assert!(start.elapsed().as_secs() < 10, "{pattern} took {:?}", start.elapsed());
    }
}

/// Texts made of what the scanner looks at.
fn text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("token"),
        Just("="),
        Just(":"),
        Just("&"),
        Just("?"),
        Just(";"),
        Just(","),
        Just("/"),
        Just("//"),
        Just("\\"),
        Just("\""),
        Just("'"),
        Just(" "),
        Just("\t"),
        Just("@"),
        Just("https:"),
        Just("https://"),
        Just("u:pw"),
        Just("code"),
        Just("state"),
        Just("bearer"),
        Just("Basic "),
        Just("eyJabcdef"),
        Just(".aaaaaa"),
        Just("."),
        Just("%"),
        Just("%25"),
        Just("%3D"),
        Just("%253d"),
        Just("%26"),
        Just("%40"),
        Just("%2F%2F"),
        Just("%22"),
        Just("a1B2c3d4"),
        Just("ghp_0123456789abcdefghij"),
        Just("jwt"),
        Just("auth"),
        Just("-"),
        Just("+"),
        Just("#"),
        Just(REDACTED),
        Just("é"),
        Just(")"),
        Just("key"),
        Just("sid"),
        Just("<"),
        Just(">"),
        Just("x"),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

fn assert_stable(redact: impl Fn(&mut Redactor, &str) -> String, text: &str) -> Result<(), TestCaseError> {
    let once = redact(&mut Redactor::new(true), text);
    let mut again = Redactor::new(true);
    prop_assert_eq!(redact(&mut again, &once), once.clone(), "of {:?}", text);
    prop_assert_eq!(again.count(), 0);
    // No value is shorter than one byte, and none is longer than its marker afterwards.
    prop_assert!(once.len() <= text.len() * REDACTED.len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn redacting_is_idempotent(text in text()) {
        assert_stable(|redactor, text| redactor.url(text).into_owned(), &text)?;
        assert_stable(|redactor, text| redactor.text(text).into_owned(), &text)?;
        assert_stable(|redactor, text| redactor.protocols(text).into_owned(), &text)?;
        for name in ["x-note", "sec-websocket-protocol", "location"] {
            let header = |redactor: &mut Redactor, text: &str| {
                let mut headers = [Header { name: name.to_owned(), value: text.to_owned() }];
                redactor.headers(&mut headers);
                headers[0].value.clone()
            };
            assert_stable(header, &text)?;
        }
    }

    #[test]
    fn any_text_is_redacted_without_a_panic(text: String) {
        assert_stable(|redactor, text| redactor.url(text).into_owned(), &text)?;
        assert_stable(|redactor, text| redactor.text(text).into_owned(), &text)?;
    }
}
