//! Credentials in the payloads of messages.

use proptest::prelude::*;
use serde_json::{Value, json};
use session::encodings::{Payload, base64};
use session::redact::{
    MASK, REDACTED, Redactor, credential_ranges, has_credentials, is_payload_credential_name, mask,
};

/// Invented: the signature is not one.
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJidXllci0xNyJ9.bm90LWEtc2lnbmF0dXJl";

fn redacted(text: &str) -> String {
    Redactor::new(true).payload(text).into_owned()
}

#[test]
fn credentials_of_each_protocol_are_masked_and_redacted() {
    for (text, expected) in [
        (format!(r#"{{"type":"connection_init","payload":{{"authorization":"Bearer {TOKEN}","v":1}}}}"#), 1),
        (r#"{"type":"connection_init","payload":{"headers":{"X-Api-Key":"k3y-k3y"}}}"#.to_owned(), 1),
        (r#"40/admin,{"token":"hunter2hunter2"}"#.to_owned(), 1),
        (r#"42["login",{"user":"ann","password":"hunter2"}]"#.to_owned(), 1),
        (r#"a["{\"refreshToken\":\"hunter2\"}"]"#.to_owned(), 1),
        ("CONNECT\nlogin:ann\npasscode:hunter2\naccept-version:1.2\n\n\0".to_owned(), 1),
        ("CONNECT {\"auth_token\":\"hunter2\",\"pass\":\"hunter2\",\"name\":\"x\"}\r\n".to_owned(), 2),
        (
            r#"{"msg":"method","params":[{"password":{"digest":"hunter2","algorithm":"sha-256"}}]}"#
                .to_owned(),
            2,
        ),
        (format!(r#"{{"t":"d","d":{{"a":"auth","b":{{"cred":"{TOKEN}"}}}}}}"#), 1),
        (r#"{"url":"wss://ann:hunter2@a.test/?access_token=hunter2&page=2"}"#.to_owned(), 2),
        (format!("subscribe {TOKEN} now"), 1),
    ] {
        let mut redactor = Redactor::new(true);
        let exported = redactor.payload(&text).into_owned();
        assert_eq!(redactor.count(), expected, "{text}: {exported}");
        for hidden in [exported, mask(&text).into_owned()] {
            assert!(!hidden.contains("hunter2") && !hidden.contains("eyJzdWIi"), "{text}: {hidden}");
        }
        assert!(has_credentials(&text), "{text}");
    }
}

#[test]
fn ordinary_messages_are_not_changed() {
    for text in [
        r#"{"type":"trade","key":"APPLE","card":"queen","session":"morning","price":2.4}"#,
        r#"0{"sid":"LRbyEmGivs9Z6DKhAAAA","pingInterval":4000}"#,
        r#"{"id":3,"method":"Target.attach","sessionId":"A1B2C3D4E5"}"#,
        r#"{"nextPageToken":"c3Vyc29y","max_tokens":100,"token_type":"Bearer","hasPassword":true}"#,
        r#"{"jsonrpc":"2.0","params":{"workDoneToken":"w1"}}"#,
        r#"{"token":"","password":null,"secret":[]}"#,
        "price 10:30 key: 12345678a",
        "MESSAGE\ndestination:/queue/a\n\nhello\0",
        "",
    ] {
        assert_eq!((redacted(text).as_str(), &*mask(text)), (text, text));
        assert!(!has_credentials(text), "{text}");
    }
}

#[test]
fn a_mask_keeps_what_is_around_it() {
    assert_eq!(mask(r#"40{"token":"hunter2","room":7}"#), format!(r#"40{{"token":"{MASK}","room":7}}"#));
    assert_eq!(mask(r#"{"password":{"digest":"x"},"id":1}"#), format!(r#"{{"password":{MASK},"id":1}}"#));
    // A preview ends anywhere.
    assert_eq!(mask(r#"{"password":"hun"#), format!(r#"{{"password":"{MASK}"#));
    assert_eq!(mask(r#"{"password":{"digest":"hun"#), format!(r#"{{"password":{MASK}"#));
    // What the recorder redacted is there to be seen.
    assert_eq!(mask(&format!(r#"{{"token":"{REDACTED}"}}"#)), format!(r#"{{"token":"{REDACTED}"}}"#));
}

#[test]
fn numbers_become_strings_and_other_values_keep_their_type() {
    let text = r#"{"pass":12345678,"passwords":["a",null,true],"note":"a\u00e9\"b"}"#;
    let value: Value = serde_json::from_str(&redacted(text)).expect("JSON");
    assert_eq!(value, json!({"pass": REDACTED, "passwords": [REDACTED, null, true], "note": "aé\"b"}));
    assert!(redacted(text).ends_with(r#""note":"a\u00e9\"b"}"#), "what is not redacted stays as written");
}

#[test]
fn binary_values_are_overwritten_in_place() {
    let message = b"\x82\xa5token\xa7hunter2\xa4room\x07";
    let redacted = Redactor::new(true).binary_payload(message).expect("a credential");
    assert_eq!(redacted, b"\x82\xa5token\xa7*******\xa4room\x07");
    assert_eq!(Redactor::new(true).binary_payload(&redacted), None);
    assert_eq!(Redactor::new(true).binary_payload(b"\x81\xa4room\x07\xff"), None);

    let connect = "EE0ABE1RVFQExgAFAA5tYXJrZXQtcGFnZS0xNwAQbWFya2V0L2J1eWVycy8xNwAEZ29uZQAIYnV5ZXItMTcAD2xhbnRlcm4tYW5kLWZvZw==";
    let bytes = base64::decode(connect.as_bytes()).expect("base64");
    let redacted = Redactor::new(true).binary_payload(&bytes).expect("a password");
    assert!(redacted.ends_with(b"buyer-17\x00\x0f***************"));
    assert_eq!(redacted.len(), bytes.len());
}

#[test]
fn the_bytes_of_credentials_are_known_for_views_of_bytes() {
    let hidden = |payload: Payload| -> Vec<String> {
        let ranges = credential_ranges(&payload);
        ranges
            .into_iter()
            .map(|range| String::from_utf8_lossy(&payload.bytes()[range]).into_owned())
            .collect()
    };
    let text = Payload::from_text(r#"{"a":"é","token":"hunter2","pass":"x"}"#.to_owned());
    assert_eq!(hidden(text), ["hunter2", "x"]);
    let binary = Payload::detected(b"\x82\xa5token\xa7hunter2\xa4room\x07".to_vec());
    assert_eq!(hidden(binary), ["hunter2"]);
    assert!(hidden(Payload::detected(vec![0, 1, 2])).is_empty());
}

#[test]
fn names_of_keys_are_compared_without_case_and_separators() {
    for name in
        ["accessToken", "ACCESS-TOKEN", "x-api-key", "clientSecret", "Authorization", "userPwd2Password"]
    {
        assert!(is_payload_credential_name(name), "{name}");
    }
    for name in ["key", "card", "session", "tokens", "pageToken", "passenger", "author"] {
        assert!(!is_payload_credential_name(name), "{name}");
    }
}

#[test]
fn a_redactor_that_is_off_changes_nothing() {
    let mut off = Redactor::new(false);
    assert_eq!(off.payload(r#"{"token":"hunter2"}"#), r#"{"token":"hunter2"}"#);
    assert_eq!((off.binary_payload(b"\x81\xa5token\xa7hunter2"), off.count()), (None, 0));
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just(TOKEN.to_owned()),
        Just("hunter2".to_owned()),
        Just("https://u:pw@a.test/?token=x&b=1".to_owned()),
        Just(r#"{"secret":"in \"here\"","n":1}"#.to_owned()),
        Just(REDACTED.to_owned()),
        "[a-z\"\\\\=:&{}\\[\\] é\n]{0,12}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.prop_map(Value::from)
    ];
    let key =
        prop_oneof![Just("password"), Just("authorization"), Just("accessToken"), Just("a"), Just("url")];
    leaf.prop_recursive(4, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((key.clone(), inner), 0..4).prop_map(|fields| {
                fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Value>()
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn json_stays_json_and_redacting_twice_is_redacting_once(value in value(), prefix in "[0-9a-z ]{0,4}") {
        let text = value.to_string();
        let once = redacted(&text);
        prop_assert!(serde_json::from_str::<Value>(&once).is_ok(), "{} of {}", once, text);
        prop_assert!(!once.contains(TOKEN), "{}", once);
        let mut again = Redactor::new(true);
        prop_assert_eq!(&*again.payload(&once), &once);
        prop_assert_eq!(again.count(), 0);
        let once = redacted(&format!("{prefix}{text}"));
        prop_assert_eq!(&redacted(&once), &once);
    }

    #[test]
    fn any_message_is_redacted_and_masked_without_a_panic(text: String, bytes: Vec<u8>) {
        let once = redacted(&text);
        prop_assert_eq!(&redacted(&once), &once);
        let _ = mask(&text);
        let redacted = Redactor::new(true).binary_payload(&bytes);
        prop_assert!(redacted.is_none_or(|redacted| Redactor::new(true).binary_payload(&redacted).is_none()));
    }
}
