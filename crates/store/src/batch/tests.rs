use super::*;

const HEADER: &str =
    r#"{"session":"s1","sequence":4,"page":"page-1","manifest":{"format":"replayscope/1","id":"s1"}}"#;

fn parse(body: &str) -> Result<Batch, BatchError> {
    Batch::parse(Bytes::copy_from_slice(body.as_bytes()), false, &Limits::default())
}

fn refused(body: &str) -> (u16, Option<u64>) {
    let error = parse(body).expect_err("a refusal");
    (error.status(), error.line)
}

#[test]
fn records_are_kept_as_they_came() {
    let record = r#"{ "b":1.0, "a" : "\ud83d" }"#;
    let body = format!(
        "{HEADER}\n{{\"file\":\"console.jsonl\",\"record\":{record}}}\n{{\"record\": {{}} ,\"file\":\"sockets/a.jsonl\"}}\n{{\"file\":\"console.jsonl\",\"record\":{{\"c\":[]}}}}\n{{\"file\":\"events.jsonl\"}}\n"
    );
    let batch = parse(&body).expect("a batch");
    let files: Vec<_> = batch.summary().files().map(|(path, tally)| (path, tally.lines)).collect();
    assert_eq!(files, [("console.jsonl", 2), ("sockets/a.jsonl", 1), ("events.jsonl", 0)]);
    let console: Vec<_> = batch.records(0).collect();
    assert_eq!(console, [record, r#"{"c":[]}"#]);
    assert_eq!(batch.records(1).collect::<Vec<_>>(), ["{}"]);
    assert_eq!(batch.records(2).count(), 0);
}

#[test]
fn a_batch_may_be_gzip_and_have_no_records() {
    let packed = gzip::pack_fast(HEADER.as_bytes()).expect("gzip");
    let batch = Batch::parse(packed.clone(), true, &Limits::default()).expect("a batch");
    assert_eq!(batch.packed(), &packed);
    assert_eq!(batch.hash(), parse(HEADER).expect("a batch").hash());
    assert_eq!((batch.summary().sequence(), batch.summary().is_ended()), (4, false));
    let ended = HEADER.replace(r#""id":"s1""#, r#""id":"s1","endedAt":1"#);
    assert!(parse(&ended).expect("a batch").summary().is_ended());
    let last = HEADER.replace(r#""sequence":4"#, r#""sequence":4,"final":true"#);
    assert!(parse(&last).expect("a batch").summary().is_ended());
}

#[test]
fn the_users_name_release_and_tags_become_part_of_the_manifest() {
    let header = HEADER.replace(r#""sequence":4"#, r#""sequence":4,"user":"u-1","tags":{"plan":"pro"}"#);
    let batch = parse(&header).expect("a batch");
    let head = serde_json::to_string(&*batch.summary().head).expect("JSON");
    assert_eq!(head, r#"{"format":"replayscope/1","id":"s1","user":"u-1","tags":{"plan":"pro"}}"#);
}

#[test]
fn a_batch_alone_says_what_its_session_is() {
    let header =
        HEADER.replace(r#""id":"s1""#, r#""id":"s1","title":"Shop","pages":[{"url":"https://a.test/"}]"#);
    let body =
        format!("{header}\n{{\"file\":\"resources.jsonl\",\"record\":{{\"initiatorType\":\"fetch\"}}}}\n");
    let summary = parse(&body).expect("a batch").summary().session_summary();
    assert_eq!((summary.title.as_deref(), summary.counts.requests), (Some("Shop"), 1));
    assert_eq!((summary.page_urls, summary.holes), (vec!["https://a.test/".to_owned()], vec![[1, 3]]));
}

#[test]
fn what_only_the_store_writes_is_dropped_from_the_manifest() {
    let header = HEADER.replace(r#""id":"s1""#, r#""id":"s1","files":{"events":{"path":"../x"}},"counts":1"#);
    let head = serde_json::to_string(&*parse(&header).expect("a batch").summary().head).expect("JSON");
    assert_eq!(head, r#"{"format":"replayscope/1","id":"s1"}"#);
}

#[test]
fn a_header_must_name_its_session_number_and_format() {
    let with = |old: &str, new: &str| refused(&HEADER.replace(old, new));
    for id in ["..", ".", "a/b", "%2e%2e", "s1\\u0000", "", &"a".repeat(129)] {
        assert_eq!(with("\"s1\"", &format!("\"{id}\"")), (400, Some(1)), "{id}");
    }
    assert_eq!(with(r#""id":"s1""#, r#""id":"s2""#), (400, Some(1)));
    for number in ["0", "-1", "2147483649", "1.5", "1e3", "\"4\"", "null", "99999999999999999999"] {
        assert_eq!(with(":4,", &format!(":{number},")), (400, Some(1)), "{number}");
    }
    assert!(parse(&HEADER.replace(":4,", ":2147483648,")).is_ok());
    assert_eq!(with("replayscope/1", "replayscope/2"), (422, Some(1)));
    assert_eq!(with("replayscope/1", "har"), (400, Some(1)));
    assert_eq!(with("manifest", "manifests"), (400, Some(1)));
    assert_eq!(refused(""), (400, Some(1)));
    assert_eq!(refused("[]"), (400, Some(1)));
}

#[test]
fn each_line_must_be_one_record_of_a_known_file() {
    let line =
        |line: &str| refused(&format!("{HEADER}\n{{\"file\":\"events.jsonl\",\"record\":{{}}}}\n{line}\n"));
    let bad = [
        "",
        "1",
        "[]",
        "{}",
        r#"{"file":"events.jsonl","record":1}"#,
        r#"{"file":"events.jsonl","record":[]}"#,
        r#"{"file":"events.jsonl","record":{}"#,
        r#"{"file":"events.jsonl","record":{}} {}"#,
        r#"{"file":"events.jsonl","record":{},"record":{}}"#,
        r#"{"file":"../x","record":{}}"#,
        r#"{"file":"sockets/../../x","record":{}}"#,
        r#"{"file":"session.json","record":{}}"#,
    ];
    for bad in bad {
        assert_eq!(line(bad), (400, Some(3)), "{bad}");
    }
}

#[test]
fn invalid_utf_8_is_found_with_its_line() {
    let mut body = format!("{HEADER}\n{{\"file\":\"events.jsonl\",\"record\":{{\"a\":\"").into_bytes();
    body.extend(b"\xff\"}}\n");
    let error = Batch::parse(body.into(), false, &Limits::default()).expect_err("a refusal");
    assert_eq!((error.status(), error.line), (400, Some(2)));
}

#[test]
fn limits_answer_413() {
    let limits = Limits { batch: 1000, header: 300, files: 2, depth: 5 };
    let parse = |body: String, is_gzip| {
        let body: Bytes = body.into();
        let body = if is_gzip { gzip::pack_fast(&body).expect("gzip") } else { body };
        Batch::parse(body, is_gzip, &limits).map_err(|error| error.status()).err()
    };
    for is_gzip in [true, false] {
        assert_eq!(parse(HEADER.to_owned(), is_gzip), None);
        assert_eq!(parse(format!("{HEADER}{}", " ".repeat(1000)), is_gzip), Some(413));
        assert_eq!(parse(format!("{HEADER}{}", " ".repeat(300)), is_gzip), Some(413));
        let files = |count| {
            (0..count).map(|id| format!("\n{{\"file\":\"sockets/{id}.jsonl\"}}")).collect::<Vec<_>>().concat()
        };
        assert_eq!(parse(HEADER.to_owned() + &files(2), is_gzip), None);
        assert_eq!(parse(HEADER.to_owned() + &files(3), is_gzip), Some(413));
        let nested = |depth| {
            let (open, close) = ("[".repeat(depth), "]".repeat(depth));
            format!("{HEADER}\n{{\"file\":\"events.jsonl\",\"record\":{{\"a\":{open}{close}}}}}")
        };
        assert_eq!(parse(nested(4), is_gzip), None);
        assert_eq!(parse(nested(5), is_gzip), Some(400));
    }
}

#[test]
fn very_deep_nesting_is_refused_without_overflowing_the_stack() {
    let deep = "[".repeat(5_000_000) + &"]".repeat(5_000_000);
    let record = format!("{HEADER}\n{{\"file\":\"events.jsonl\",\"record\":{{\"a\":{deep}}}}}");
    assert_eq!(refused(&record), (400, Some(2)));
    let ignored = format!("{HEADER}\n{{\"file\":\"events.jsonl\",\"other\":{deep}}}");
    assert!(parse(&ignored).is_ok());
}

#[test]
fn refusals_do_not_quote_the_batch() {
    let error = parse(r#"{"session":"SECRET/","sequence":"SECRET"}"#).expect_err("a refusal");
    assert!(!error.to_string().contains("SECRET"), "{error}");
    let error = parse(&format!("{HEADER}\n{{\"file\":7,\"x\":\"SECRET\"}}")).expect_err("a refusal");
    assert!(!error.to_string().contains("SECRET"), "{error}");
}

#[test]
fn a_batch_that_is_sent_again_is_the_same_one() {
    let line = |sent: u32| {
        format!(
            r#"{{"session":"s-1","sequence":1,"page":"p","sentAt":{sent},"manifest":{{"format":"replayscope/1","id":"s-1"}}}}"#
        )
    };
    let batch = |sent, record: &str| {
        let body = format!("{}\n{{\"file\":\"resources.jsonl\",\"record\":{record}}}\n", line(sent));
        parse(&body).expect("a batch").hash()
    };
    assert_eq!(batch(1, "{}"), batch(2, "{}"));
    assert_ne!(batch(1, "{}"), batch(1, r#"{"a":1}"#));
}
