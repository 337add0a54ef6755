use super::*;
use proptest::prelude::*;

fn message(encoding: Encoding, raw: &str) -> Payload {
    Payload::from_message(encoding, raw.as_bytes()).expect("a recorded payload")
}

#[test]
fn json_opens_as_a_tree_and_text_as_text() {
    let order = message(Encoding::JsonString, r#"{\"id\":1}"#);
    assert_eq!((order.shape(), order.first_view()), (Shape::Json, View::Parsed));
    assert_eq!(order.text(), Some(r#"{"id":1}"#));
    assert_eq!(order.views(), [View::Parsed, View::Text, View::Hex, View::Base64]);
    let hello = message(Encoding::JsonString, r"hello\nworld");
    assert_eq!((hello.shape(), hello.first_view()), (Shape::Text, View::Text));
    assert!(!hello.views().contains(&View::Parsed));
}

#[test]
fn a_lone_number_is_json_but_opens_as_text() {
    let ping = message(Encoding::JsonString, "2");
    assert_eq!((ping.shape(), ping.first_view()), (Shape::Json, View::Text));
}

#[test]
fn base64_of_utf8_is_text() {
    let bytes = message(Encoding::Base64, &base64::encode(b"\x00\xff"));
    assert_eq!((bytes.shape(), bytes.first_view(), bytes.text()), (Shape::Binary, View::Hex, None));
    assert_eq!(bytes.base64(), "AP8=");
    assert_eq!(message(Encoding::Base64, "e30=").shape(), Shape::Json);
    assert_eq!(message(Encoding::Base64, "no base64!").text(), Some("no base64!"));
}

#[test]
fn a_message_is_decoded_as_what_its_bytes_seem_to_be() {
    let packed = message(Encoding::Base64, &base64::encode(b"\x81\xa1a\xc3"));
    assert_eq!((packed.guess(), packed.first_view()), (Some("MessagePack"), View::Parsed));
    assert_eq!(Payload::from_bytes(b"\x81\xa1a\xc3".to_vec()).first_view(), View::Hex);
    let named = Payload::detected(b"\x28\xb5\x2f\xfd".to_vec());
    assert_eq!((named.guess(), named.first_view()), (Some("Zstandard"), View::Hex));
}

#[test]
fn a_compressed_message_has_its_content_as_a_layer() {
    let zlib = b"\x78\x9c\xab\x56\x4a\x54\xb2\x32\xac\x05\0\x08\x2a\x02\x09";
    let payload = Payload::detected(zlib.to_vec());
    assert_eq!((payload.guess(), payload.bytes()), (Some("zlib"), &zlib[..]));
    let layer = payload.layer().expect("a layer");
    let content = layer.payload.as_ref().expect("a payload");
    assert_eq!((layer.compression, content.text()), (Compression::Zlib, Some(r#"{"a":1}"#)));
    let damaged = Payload::detected(zlib[..9].to_vec());
    let error = damaged.layer().and_then(|layer| layer.payload.as_ref().err().copied());
    assert_eq!(error, Some(DecompressError::Incomplete));
}

#[test]
fn an_absent_payload_is_not_an_empty_payload() {
    assert!(Payload::from_message(Encoding::Absent, b"").is_none());
    let empty = message(Encoding::JsonString, "");
    assert_eq!(
        (empty.shape(), empty.first_view(), empty.preview(9)),
        (Shape::Empty, View::Text, String::new())
    );
}

#[test]
fn previews_are_on_one_line() {
    assert_eq!(preview(Encoding::JsonString, br#"{\"a\":\n1}"#, None, 99), "{\"a\":⏎1}");
    assert_eq!(preview(Encoding::JsonString, br"\u202eabcdef", None, 4), "\\u{202e}abc…");
    assert_eq!(preview(Encoding::JsonValue, "[\"é\"]".as_bytes(), None, 99), "[\"é\"]");
    assert_eq!(preview(Encoding::Base64, b"Ch8D", Some(3), 99), "[binary] 3 bytes 0a 1f 03");
    assert_eq!(preview(Encoding::Base64, b"", Some(0), 99), "[binary] 0 bytes");
    assert_eq!(preview(Encoding::Absent, b"", None, 99), "");
}

#[test]
fn the_preview_of_a_long_binary_has_its_first_bytes() {
    let raw = base64::encode(&[7; 2000]);
    let shown = format!("[binary] 2,000 bytes {}…", "07 ".repeat(16));
    assert_eq!(preview(Encoding::Base64, raw.as_bytes(), Some(2000), 99), shown);
    assert_eq!(
        preview(Encoding::Base64, raw.replace("BwcHBwcH", "BwcHB\\nwcH").as_bytes(), Some(2000), 99),
        shown
    );
}

proptest! {
    #[test]
    fn the_preview_from_raw_bytes_is_that_of_the_payload(raw in "[a-z\"\\\\nu0é\n]{0,40}", max_chars in 0_usize..30) {
        let payload = message(Encoding::JsonString, &raw);
        prop_assert_eq!(preview(Encoding::JsonString, raw.as_bytes(), None, max_chars), payload.preview(max_chars));
        let value = message(Encoding::JsonValue, &raw);
        prop_assert_eq!(preview(Encoding::JsonValue, raw.as_bytes(), None, max_chars), value.preview(max_chars));
    }

    #[test]
    fn any_bytes_are_shown_without_a_panic(raw: Vec<u8>, max_chars: usize) {
        for encoding in [Encoding::Absent, Encoding::JsonString, Encoding::Base64, Encoding::JsonValue] {
            let _ = preview(encoding, &raw, None, max_chars);
            let _ = Payload::from_message(encoding, &raw).map(|payload| (payload.shape(), payload.preview(9)));
        }
    }
}
