//! Plants a secret in every known position and shape, and searches every export for it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};
use session::export::ExportOptions;
use session::model::Session;

use super::{samples, writing};

/// Names of credentials, from the table that the recorder's tests read too.
fn names() -> Vec<String> {
    let table: Value = serde_json::from_str(include_str!("../redact/vectors.json")).expect("JSON");
    serde_json::from_value(table["credentialNames"].clone()).expect("names")
}

/// Texts that hold the secret, whatever the name: the first ones are URLs.
fn shapes(name: &str, secret: &str) -> Vec<String> {
    let encoded = |text: &str| text.bytes().fold(String::new(), |all, byte| format!("{all}%{byte:02X}"));
    let nested = encoded(&format!("https://b.test/?{name}={secret}&x=1"));
    let base64 = session::encodings::base64::encode(format!("ann:{secret}").as_bytes());
    vec![
        format!("https://a.test/p?page=2&{name}={secret}&x=1"),
        format!("https://a.test/p;{name}={secret}/q?page=2"),
        format!("https://a.test/p?a=1;{name}={secret}"),
        format!("https://a.test/p?a=b?{name}={secret}#top"),
        format!("https://a.test/#/p?a=1&{name}={secret}"),
        format!("https://a.test/p?next={nested}&y=1"),
        format!("https://a.test/p?next={}", encoded(&format!("https://b.test/?to={nested}"))),
        format!("https://a.test/p?next={}", encoded(&format!("//ann:{secret}@b.test/"))),
        format!("https://ann:{secret}@a.test/p"),
        format!(" https://{secret}@a.test/p"),
        format!("https:\\\\ann:{secret}@a.test/p"),
        format!("wss://a.test/?code={secret}&state=x"),
        format!("https://a.test/?h=Bearer%20{secret}"),
        format!("https://a.test/eyJhbGciOi.{secret}.{secret}/x"),
        format!("https://a.test/?x=eyJhbGciOi.{secret}.{secret}.{secret}.{secret}"),
        format!("Bearer {secret}"),
        format!("Basic {base64}"),
        format!("failed: {name}={secret}, later"),
        format!("{{\"{name}\":\"{secret}\"}}"),
        format!("<https://ann:{secret}@a.test/?{name}={secret}>; rel=next"),
        format!("0;url='https://ann:{secret}@a.test/?{name}={secret}'"),
    ]
}

/// A part of the shapes, a different one for each name, so that every shape is tested with some
/// name.
fn some_shapes(name: &str, secret: &str, at: usize) -> Vec<String> {
    const STEP: usize = 6;
    shapes(name, secret).into_iter().skip(at % STEP).step_by(STEP).collect()
}

fn is_url(shape: &str) -> bool {
    shape.trim_start().starts_with("https:") || shape.starts_with("wss:")
}

const URL_HEADERS: [&str; 6] =
    ["Referer", "Location", "Content-Location", "HX-Current-URL", "X-Original-URL", "Origin"];

fn headers(name: &str, shape: &str, secret: &str) -> Value {
    let mut headers = vec![
        json!({"name": "Accept", "value": "kept/kept"}),
        json!({"name": name, "value": secret}),
        json!({"name": "X-Note", "value": shape}),
        json!({"name": "X-Data", "value": format!("eyJhbGciOi{secret}")}),
        json!({"name": "X-Scheme", "value": format!("Bearer {secret}")}),
        json!({"name": "Sec-WebSocket-Protocol", "value": format!("kept-protocol, bearer, {secret}")}),
        json!({"name": "Sec-WebSocket-Protocol", "value": format!("jwt.{secret}, auth-{secret}")}),
    ];
    headers.extend(URL_HEADERS.map(|header| json!({"name": header, "value": shape})));
    Value::Array(headers)
}

/// An entry of a HAR with the shape in each of its texts.
fn entry(name: &str, shape: &str, secret: &str) -> Value {
    let url = if is_url(shape) { shape.to_owned() } else { format!("https://a.test/?{name}={secret}") };
    json!({
        "pageref": shape,
        "startedDateTime": "2026-11-21T14:02:00.000Z",
        "time": 500,
        "request": {
            "method": "GET", "url": url, "httpVersion": shape,
            "headers": headers(name, shape, secret),
            "queryString": [{"name": name, "value": secret}, {"name": "next", "value": shape}],
        },
        "response": {
            "status": 302, "statusText": shape, "httpVersion": shape, "redirectURL": shape,
            "headers": headers(name, shape, secret),
            "content": {"size": 3, "mimeType": shape, "_file": format!("?{name}={secret}")}, "_error": shape,
        },
        "comment": shape, "serverIPAddress": shape, "connection": shape, "_priority": shape, "_fetchType": shape,
        "_fromCache": shape, "_error": shape,
    })
}

fn socket_entry(name: &str, shape: &str, secret: &str) -> Value {
    let mut entry = entry(name, shape, secret);
    let reason = [b"\x03\xe8", shape.as_bytes()].concat();
    entry["_resourceType"] = json!("websocket");
    entry["_webSocketClose"] = json!({"code": 4000, "reason": shape, "timestamp": 1_795_269_720.4});
    entry["_webSocketMessages"] = json!([
        {"type": "error", "time": 1_795_269_720.1, "opcode": -1, "data": shape},
        {"type": "receive", "time": 1_795_269_720.2, "opcode": 8, "data": session::encodings::base64::encode(&reason)},
    ]);
    entry["_replayscope"] = json!({"socketId": shape, "protocol": secret});
    entry
}

fn har(name: &str, secret: &str, at: usize) -> Session {
    let texts = some_shapes(name, secret, at);
    let pages: Vec<Value> = texts
        .iter()
        .map(|shape| json!({"id": shape, "title": shape, "_url": shape, "startedDateTime": "2026-11-21T14:02:00Z"}))
        .collect();
    let entries: Vec<Value> = texts
        .iter()
        .flat_map(|shape| [entry(name, shape, secret), socket_entry(name, shape, secret)])
        .collect();
    let text = json!({"log": {
        "creator": {"name": texts[0], "version": texts[1]},
        "browser": {"name": texts[2], "version": "1"},
        "pages": pages,
        "entries": entries,
    }});
    samples::har_text(&text.to_string())
}

/// A native session with the shape in each of its texts.
fn native(name: &str, secret: &str, at: usize) -> Session {
    let start = 1_795_269_720_000.0;
    let headers = json!({name: secret, "X-Note": shapes(name, secret)[8], "Accept": "kept/kept"});
    let texts = some_shapes(name, secret, at);
    let lines: Vec<String> = texts
        .iter()
        .enumerate()
        .flat_map(|(at, shape)| {
            let id = format!("{shape}{at}");
            [
                json!({"initiatorType": shape, "name": shape, "pageId": shape, "method": "GET", "startTimeAbs": start, "responseEndAbs": start + 5.0,
                    "nextHopProtocol": shape, "mimeType": shape, "error": shape, "requestHeaders": headers}),
                json!({"initiatorType": "websocket", "type": "open", "socketId": id, "name": shape, "pageId": shape, "startTimeAbs": start,
                    "openedTimeAbs": start + 1.0, "error": shape, "requestedProtocols": ["kept-protocol", "bearer", secret], "protocol": secret,
                    "extensions": shape, "requestHeaders": headers, "responseHeaders": headers}),
                json!({"initiatorType": "websocket", "type": "close", "socketId": id, "name": shape, "responseEndAbs": start + 9.0, "code": 4000, "reason": shape}),
            ]
        })
        .map(|line| line.to_string())
        .collect();
    let shape = &texts[0];
    let manifest = json!({
        "format": "replayscope/1", "id": "x", "title": shape, "startedAt": start, "userAgent": shape,
        "recorder": {"name": shape, "version": shape},
        "pages": [{"id": shape, "url": shape, "title": shape}],
        "files": {"resources": {"path": "resources.jsonl"}},
    });
    let resources = lines.join("\n");
    let others = [("resources.jsonl", resources.as_bytes())];
    crate::common::open(("session.json", manifest.to_string().as_bytes()), &others, 1000)
        .expect("a session that opens")
}

/// Everything that is exported, by file, and how many values were redacted.
fn exported(session: &Session) -> (BTreeMap<String, Vec<u8>>, u64) {
    let rows = (0..session.records.len()).collect();
    let (har, left, _) = writing::har(session, rows, ExportOptions::default(), &|_| None);
    let (mut files, _) = writing::folder(session, "x", ExportOptions::default(), &|_| None);
    files.insert("session.har".to_owned(), har);
    (files, left.removed)
}

/// The strings of a JSON text, and what is base64 among them as text.
fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            found.push(text.clone());
            let decoded = session::encodings::base64::decode(text.as_bytes());
            found.extend(decoded.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| {
            found.push(key.clone());
            strings(value, found);
        }),
        _ => {}
    }
}

fn assert_none(session: &Session, secret: &str, place: &str) {
    let (files, redacted) = exported(session);
    assert!(redacted > 20, "{place}: {redacted} values");
    for (path, bytes) in &files {
        let mut found = Vec::new();
        for value in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
            strings(&value.expect("JSON"), &mut found);
        }
        let leaks: Vec<&String> = found.iter().filter(|text| text.contains(secret)).collect();
        assert_eq!(leaks, Vec::<&String>::new(), "{place} in {path}");
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(secret), "{place} in {path}");
        assert!(
            path.ends_with("session.json") || path.starts_with("sockets/") || text.contains("kept/kept"),
            "{place} in {path}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2))]

    #[test]
    fn no_secret_after_any_credential_name_is_in_an_export(secret in "[a-z][0-9][a-zA-Z0-9]{8,20}") {
        for (at, name) in names().iter().enumerate() {
            assert_none(&har(name, &secret, at), &secret, &format!("{name} of a HAR"));
            assert_none(&native(name, &secret, at), &secret, &format!("{name} of a native session"));
        }
    }
}

#[test]
fn pages_whose_ids_contain_credentials_keep_distinct_ids() {
    let session = har("token", "s3cret-s3cret", 0);
    let (files, _) = exported(&session);
    let har: Value = serde_json::from_slice(&files["session.har"]).expect("JSON");
    let pages = har["log"]["pages"].as_array().expect("pages");
    let ids: std::collections::HashSet<&str> = pages.iter().filter_map(|page| page["id"].as_str()).collect();
    assert_eq!(ids.len(), pages.len(), "{ids:?}");
    for entry in har["log"]["entries"].as_array().expect("entries") {
        assert!(ids.contains(entry["pageref"].as_str().expect("a page")), "{}", entry["pageref"]);
    }
}
