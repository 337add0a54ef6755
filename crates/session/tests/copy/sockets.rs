//! Clients of a recorded socket.

use serde_json::{Value, json};
use session::export::copy::{CopyError, CopyForm, copy};

use crate::bash::is_installed;
use crate::curl_model::{Token, tokens};
use crate::node;
use crate::sample::{Sample, socket};

fn sample(url: &str, headers: &[(&str, &str)]) -> Sample {
    socket(url, headers, &json!([]))
}

fn awkward() -> Sample {
    sample(
        "wss://a.test/it's/$(id)?a=`b`&c=\"d\"\u{2028}</script>#fragment",
        &[
            ("Host", "a.test"),
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", "x"),
            ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Extensions", "permessage-deflate"),
            ("Sec-WebSocket-Protocol", "chat.v1, a'b, chat.v1, b\"c"),
            ("Origin", "https://a.test"),
            ("Cookie", "a='$(id)'"),
            ("X-Token", "@/etc/passwd !"),
            ("X-Bad", "a\nb"),
        ],
    )
}

#[test]
fn the_command_of_websocat_has_the_url_subprotocols_and_headers() {
    let sample = awkward();
    let text = sample.text(CopyForm::Websocat);
    let words: Vec<String> = tokens(&text)
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
        .into_iter()
        .map(|token| match token {
            Token::Word(word) => String::from_utf8(word).expect("UTF-8"),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        words,
        [
            "websocat",
            "wss://a.test/it's/$(id)?a=`b`&c=\"d\"%E2%80%A8</script>",
            "--protocol=chat.v1, a'b",
            "--header=Origin: https://a.test",
            "--header=Cookie: a='$(id)'",
            "--header=X-Token: @/etc/passwd !",
        ]
    );
    assert_eq!(
        sample.remarks(CopyForm::Websocat),
        [
            "Characters that a URL cannot have are removed or percent-encoded",
            "Headers left out: X-Bad (values with control characters)",
            "Subprotocols left out, because they are invalid or repeated: chat.v1, b\\\"c",
            "The client negotiates its own WebSocket extensions",
        ]
    );
}

#[test]
fn the_client_in_javascript_connects_with_the_url_and_subprotocols() {
    let sample = awkward();
    assert_eq!(
        sample.remarks(CopyForm::JavaScriptClient)[4..],
        [
            "The browser sends its own cookies instead of the recorded ones",
            "Headers left out: X-Token (a page cannot set headers of a WebSocket)",
        ]
    );
    if !is_installed("node") {
        return;
    }
    let script = sample.text(CopyForm::JavaScriptClient);
    assert!(!script.contains("</script") && script.is_ascii());
    let stub = "class WebSocket {
      protocol = 'chat.v1';
      constructor(...given) { console.log(JSON.stringify(given)); }
      addEventListener(type, listener) { listener({ data: 'd', code: 1000, reason: 'r' }); }
    }";
    let logged = node::run(&format!("{stub}\n{script}"));
    let mut lines = logged.lines();
    let given: Value = serde_json::from_str(lines.next().expect("a line")).expect("JSON");
    assert_eq!(given, json!(["wss://a.test/it's/$(id)?a=`b`&c=\"d\"%E2%80%A8</script>", ["chat.v1", "a'b"]]));
    assert_eq!(lines.collect::<Vec<_>>(), ["open chat.v1", "received d", "error", "closed 1000 r"]);
}

#[test]
fn urls_of_a_handshake_become_those_of_a_socket_and_others_are_refused() {
    assert!(sample("https://a.test/x", &[]).text(CopyForm::Websocat).contains("'wss://a.test/x'"));
    assert!(sample("HTTP://a.test/x", &[]).text(CopyForm::Websocat).contains("'ws://a.test/x'"));
    for url in ["sh-c:id", "exec:/bin/sh", "-", "wss:", "cmd://x"] {
        let sample = sample(url, &[]);
        for form in [CopyForm::Websocat, CopyForm::JavaScriptClient] {
            let error = CopyError::Unavailable("The URL is not a WebSocket address".to_owned());
            assert_eq!(copy(form, &sample.request()), Err(error), "{url}");
        }
    }
}

#[test]
fn offered_subprotocols_that_are_recorded_apart_are_used() {
    let mut sample = sample("wss://a.test/", &[]);
    sample.details.socket.requested_protocols = Some("a, b".to_owned());
    assert!(
        sample
            .text(CopyForm::JavaScriptClient)
            .starts_with(r#"const socket = new WebSocket("wss://a.test/", ["a", "b"]);"#)
    );
}
