//! Bodies of requests and responses.

use super::*;

#[test]
fn a_body_of_any_kind_is_shown() {
    let Some(bytes) = case("body-kinds.har") else { return };
    let session = open(&bytes);
    let bodies: Vec<String> = (0..9).map(|row| text_of(&details_of(&session, row).response_body)).collect();
    assert_eq!(bodies[..5], [r#"{"a": 1}"#, "[1, 2]", "42", r#"{"ok":true}"#, r#"{"ok":1}"#]);
    assert_eq!(bodies[5], "{\"ok\":\"p\u{7f}?\"}", "in the alphabet of URLs");
    assert_eq!(bodies[6..], [r#"{"ok":true}"#, "<html>not base64</html>", "ok"]);
    assert_eq!(&*session.records[8].url, "https://k.example.test/quoted?q=1");
    assert_eq!(lines(&details_of(&session, 8).query), ["q: 1"]);
}

#[test]
fn contents_that_are_not_objects_are_bodies() {
    for (content, text) in [
        (r#""plain""#, "plain"),
        ("[1,2]", "[1,2]"),
        (r#"{"text":true}"#, "true"),
        (r#"{"text":"e30=","encoding":" Base64 "}"#, "{}"),
        (r#"{"text":"4pyT","encoding":"BASE-64"}"#, "✓"),
        (r#"{"text":"not base","encoding":"base64"}"#, "not base"),
        (r#"{"text":"6869","encoding":"hex"}"#, "6869"),
    ] {
        let session = one(GET, &format!(r#""status":200,"content":{content}"#), "");
        assert_eq!(text_of(&details_of(&session, 0).response_body), text, "{content}");
    }
    let unknown = one(GET, r#""status":200,"content":{"text":"6869","encoding":"hex","mimeType":"a/b"}"#, "");
    assert!(matches!(details_of(&unknown, 0).response_body, Body::Text { mime, .. } if mime.contains("hex")));
}

#[test]
fn the_type_of_a_body_is_that_of_its_header_if_none_is_given() {
    let response = r#""status":200,"headers":{"content-type":"text/css"},"content":{"text":"a{}"}"#;
    let body = details_of(&one(GET, response, ""), 0).response_body;
    assert!(matches!(body, Body::Text { mime, .. } if mime == "text/css"));
}

#[test]
fn request_bodies_of_every_shape_are_shown() {
    let Some(bytes) = case("postdata-shapes.har") else { return };
    let session = open(&bytes);
    let sent = |row| {
        let details = details_of(&session, row);
        (lines(&details.form), text_of(&details.request_body))
    };
    let fields = |list: &[&str]| list.iter().map(|&field| field.to_owned()).collect::<Vec<_>>();
    assert_eq!(sent(0), (fields(&["op: login", "u: a b"]), "op=login&u=a%20b".to_owned()));
    assert_eq!(sent(1), (fields(&["QuickJump: ", "user: someone"]), "Empty".to_owned()));
    assert_eq!(sent(2), (Vec::new(), "Empty".to_owned()));
    assert_eq!(sent(3), (Vec::new(), "Empty".to_owned()));
    assert_eq!(sent(4).0, ["file: a.png (image/png)", "note: hi"]);
    assert_eq!(sent(5), (Vec::new(), "Empty".to_owned()));
    assert_eq!(sent(6).1, "param1=value1&param2=value2");
    assert_eq!(sent(7).1, r#"{"title":"foo"}"#);
    assert_eq!(sent(8).1, r#"{"title": "an object, not a string"}"#);
}

#[test]
fn request_bodies_of_other_producers_are_shown() {
    for (post, form, text) in [
        (r#""a=1&b=2""#, &[][..], "a=1&b=2"),
        (r#"{"params":{"a":1,"b":[2,3]}}"#, &["a: 1", "b: 2", "b: 3"], "Empty"),
        (r#"{"params":"{\"a\":\"1\"}"}"#, &["a: 1"], "Empty"),
        (r#"{"text":[1,{"b":2}]}"#, &[], r#"[1,{"b":2}]"#),
        (r#"{"params":[{"name":"f","value":"x","fileName":"f.csv"}]}"#, &["f: x · f.csv"], "Empty"),
        ("[7]", &[], "[7]"),
    ] {
        let session = one(&format!(r#"{POST},"postData":{post}"#), r#""status":200"#, "");
        let details = details_of(&session, 0);
        assert_eq!(
            (lines(&details.form), text_of(&details.request_body)),
            (form.iter().map(|&field| field.to_owned()).collect(), text.to_owned()),
            "{post}"
        );
    }
    let unknown = one(POST, r#""status":200"#, "");
    assert!(matches!(details_of(&unknown, 0).request_body, Body::NotRecorded(_)));
}

#[test]
fn an_image_is_recognized_with_and_without_the_flag() {
    let Some(bytes) = case("base64-unflagged.har") else { return };
    let session = open(&bytes);
    for row in 0..2 {
        let body = details_of(&session, row).response_body;
        assert!(matches!(&body, Body::Binary { bytes, .. } if bytes.starts_with(b"\x89PNG")), "{body:?}");
    }
    assert!(text_of(&details_of(&session, 2).response_body).starts_with("<svg"));
}

#[test]
fn only_images_are_decoded_without_a_flag() {
    let body = |mime: &str, text: &str| {
        let content = format!(r#""status":200,"content":{{"mimeType":"{mime}","text":"{text}"}}"#);
        details_of(&one(GET, &content, ""), 0).response_body
    };
    assert!(matches!(body("image/gif", "R0lGODlhAQABAAAAACw="), Body::Binary { .. }));
    assert!(matches!(body("font/woff2", "d09GMgABAAAAAA=="), Body::Binary { .. }));
    assert!(matches!(body("image/jpeg", "data:image/jpeg;base64,/9j/4AAQSkZJRg=="), Body::Binary { .. }));
    assert_eq!(text_of(&body("text/plain", "R0lGODlhAQABAAAAACw=")), "R0lGODlhAQABAAAAACw=");
    assert_eq!(text_of(&body("image/gif", "GIF89a or so")), "GIF89a or so");
    assert_eq!(text_of(&body("image/svg+xml", "<svg></svg>")), "<svg></svg>");
}
