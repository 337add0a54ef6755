use session::formats::SessionLoader;
use session::model::{MessageKind, MessagesFile, Session};

use super::*;
use crate::pack;

const START: f64 = 1_760_000_000_000.0;

fn source(url: &str) -> SocketSource {
    SocketSource {
        handshake: Handshake { url: url.to_owned().into(), subprotocol: None },
        file: Some(MessagesFile { path: "sockets/1.jsonl".into(), ..MessagesFile::default() }),
    }
}

fn line(nth: usize, kind: &str, text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    let time = START + 1000.0 * nth as f64;
    format!("{{\"type\":\"{kind}\",\"timeStamp\":{time},\"size\":9,\"opcode\":1,\"message\":\"{text}\"}}\n")
}

/// A searcher with one socket in row 1, read in pieces.
fn searcher(url: &str, text: &str) -> Searcher {
    let mut searcher = Searcher::default();
    searcher.open(1, source(url));
    for piece in text.as_bytes().chunks(7) {
        searcher.feed(1, piece);
    }
    searcher.finish(1, None);
    searcher
}

fn search(searcher: &mut Searcher, query: &str) -> SocketResult {
    searcher.search(1, query, EpochMs::new(START), |_| 0)
}

#[test]
fn all_matches_are_counted_and_the_first_are_quoted() {
    let text: String = (0..100)
        .map(|nth| line(nth, if nth % 2 == 0 { "sent" } else { "received" }, &format!("lot{}", nth % 10)))
        .collect();
    let mut searcher = searcher("wss://a.test/", &text);
    let result = search(&mut searcher, "lot3");
    assert_eq!((result.messages, result.matches, result.hits.len()), (100, 10, MAX_HITS));
    let numbers: Vec<u32> = result.hits.iter().map(|hit| hit.number).collect();
    assert_eq!(numbers, [4, 14, 24, 34, 44]);
    let hit = &result.hits[0];
    assert_eq!((hit.kind, hit.time), (MessageKind::Received, EpochMs::new(START + 3000.0)));
    assert_eq!(hit.snippet.matched, "lot3");
    assert_eq!(search(&mut searcher, "lot3 dir:sent").matches, 0);
    assert_eq!(
        search(&mut searcher, "time:3s..13s dir:received").matches,
        6,
        "offsets count from the session's start"
    );
    assert_eq!(search(&mut searcher, "").matches, 100);
}

#[test]
fn a_query_about_events_analyzes_the_protocol() {
    let packets =
        ["0{\"sid\":\"a\"}", "40", "42[\"chat:new\",{\"text\":\"hi\"}]", "2", "3", "42[\"order:add\",1]"];
    let text: String = packets.iter().enumerate().map(|(nth, text)| line(nth, "received", text)).collect();
    let mut searcher = searcher("wss://a.test/socket.io/?EIO=4&transport=websocket", &text);
    let result = search(&mut searcher, "event:chat*");
    assert_eq!((result.matches, result.hits[0].number, result.hits[0].event.as_str()), (1, 3, "chat:new"));
    assert_eq!(search(&mut searcher, "is:heartbeat").matches, 2);
    assert_eq!(
        search(&mut searcher, "order").hits[0].event,
        "order:add",
        "named although the query needs no names"
    );
}

#[test]
fn names_before_a_query_about_events_do_not_end_the_analysis() {
    let text: String =
        (0..20).map(|nth| line(nth, "received", &format!("42[\"e{nth}\",\"x{nth}y\"]"))).collect();
    let mut searcher = searcher("wss://a.test/socket.io/?EIO=4&transport=websocket", &text);
    assert_eq!(search(&mut searcher, "x3y").hits[0].event, "e3");
    assert_eq!(search(&mut searcher, "event:e19").matches, 1);
}

#[test]
fn an_invalid_query_is_searched_as_text() {
    let mut searcher = searcher("wss://a.test/", &line(0, "sent", "length:>x"));
    assert_eq!(search(&mut searcher, "length:>x").matches, 1);
}

#[test]
fn what_could_not_be_read_is_named() {
    let html = search(&mut searcher("wss://a.test/", "<!doctype html><title>404</title>"), "a");
    let Readability::Unreadable(reason) = &html.readability else { panic!("{html:?}") };
    assert!(reason.contains("sockets/1.jsonl"), "{reason}");
    let cut_off = format!("{}{}", line(0, "sent", "paid"), "{\"type\":\"sent\",\"timeStamp\":1");
    let result = search(&mut searcher("wss://a.test/", &cut_off), "paid");
    assert_eq!(result.matches, 1, "the complete messages are searched");
    assert_eq!(
        result.readability,
        Readability::Truncated("The messages are cut off at message 2".to_owned())
    );
    assert!(matches!(
        Searcher::default().search(9, "a", None, |_| 0).readability,
        Readability::Unreadable(_)
    ));
}

#[test]
fn a_socket_can_be_sent_again() {
    let mut searcher = searcher("wss://a.test/", &line(0, "sent", "old"));
    searcher.open(1, source("wss://a.test/"));
    searcher.feed(1, line(0, "sent", "new").as_bytes());
    searcher.finish(1, None);
    assert_eq!((search(&mut searcher, "old").matches, search(&mut searcher, "new").matches), (0, 1));
}

fn har(messages: &str) -> Session {
    let har = format!(
        r#"{{"log":{{"version":"1.2","creator":{{"name":"t","version":"1"}},"entries":[{{"startedDateTime":"2026-01-15T09:00:00.000Z",
        "time":9,"_resourceType":"websocket","request":{{"method":"GET","url":"wss://a.test/","headers":[]}},
        "response":{{"status":101,"headers":[],"content":{{}}}},"_webSocketMessages":[{messages}]}}]}}}}"#
    );
    let mut loader = SessionLoader::new("a.har");
    loader.feed(har.as_bytes()).expect("a HAR");
    loader.finish(None).expect("a HAR");
    loader.into_session()
}

#[test]
fn messages_of_a_har_are_searched_after_packing() {
    let session = har(r#"{"type":"send","time":1768467600.5,"opcode":1,"data":"{\"t\":\"caf\\u00e9\"}"},
        {"type":"receive","time":1768467601,"opcode":2,"data":"aGVsbG8="},{"type":"receive","time":1768467602,"opcode":1,"data":"bye"}"#);
    let columns = session.records.get(0).and_then(|record| record.inline_messages()).expect("a socket");
    let log = MessageLog { bytes: &session.bytes, columns };
    let mut searcher = Searcher::default();
    searcher.open(1, SocketSource { file: None, ..source("wss://a.test/") });
    let mut from = 0;
    loop {
        let (packed, next) = pack(log, from, 1);
        if packed.is_empty() {
            break;
        }
        searcher.add_packed(1, &packed);
        from = next;
    }
    searcher.finish(1, None);
    let numbers = |query: &str, searcher: &mut Searcher| {
        search(searcher, query).hits.iter().map(|hit| hit.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers("café", &mut searcher), [1]);
    assert_eq!(numbers("hello", &mut searcher), [2]);
    assert_eq!(numbers("op:binary", &mut searcher), [2]);
    assert_eq!(numbers("dir:received", &mut searcher), [2, 3]);
    assert_eq!(numbers("path:$.t=café", &mut searcher), [1]);
}
