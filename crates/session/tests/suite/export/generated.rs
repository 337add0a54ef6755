//! Sessions as a recorder might have written them: any strings, anything missing, with or without
//! messages files.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use session::encodings::base64;
use session::model::Session;

/// 2026-11-21 14:02:00 UTC.
pub(crate) const START: f64 = 1_795_269_720_000.0;

/// The files of a session folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    pub(crate) manifest: String,
    pub(crate) resources: String,
    pub(crate) sockets: Vec<(String, String)>,
}

impl Folder {
    pub(crate) fn open(&self) -> Session {
        let others = [("resources.jsonl", self.resources.as_bytes())];
        crate::common::open(("session.json", self.manifest.as_bytes()), &others, 1000).expect("a session")
    }

    pub(crate) fn file(&self, path: &str) -> Option<Vec<u8>> {
        let found = self.sockets.iter().find(|(known, _)| known == path);
        found.map(|(_, text)| text.as_bytes().to_vec())
    }
}

/// An instant within twenty seconds of the start, to a thousandth of a millisecond.
fn time() -> impl Strategy<Value = f64> {
    prop_oneof![
        (0_u32..20_000).prop_map(|ms| START + f64::from(ms)),
        (0_u32..20_000_000).prop_map(|us| START + f64::from(us) / 1000.0)
    ]
}

fn unusual_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z ]{1,8}",
        ".{1,8}",
        Just("\"\\\n\u{0}\u{1f}\u{7f}\u{2028}".to_owned()),
        Just("😀é\u{feff}".to_owned()),
    ]
}

fn url() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{0,4}".prop_map(|path| format!("https://a.test/{path}?q=1")),
        1 => unusual_text().prop_map(|unusual_text| format!("https://a.test/{unusual_text}")),
        1 => Just(String::new()),
    ]
}

fn put(object: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value.into());
    }
}

fn headers() -> impl Strategy<Value = Option<Value>> {
    let value =
        prop_oneof![unusual_text().prop_map(Value::from), vec(unusual_text(), 1..3).prop_map(Value::from)];
    let name = prop_oneof![Just("accept"), Just("X-Odd"), Just("content-type"), Just("cookie"), Just("")];
    option::of(proptest::collection::btree_map(name, value, 0..4)).prop_map(|headers| {
        let fields = headers?.into_iter().map(|(name, value)| (name.to_owned(), value));
        Some(Value::Object(fields.collect()))
    })
}

/// One side of a recorded exchange.
fn side() -> impl Strategy<Value = Option<Map<String, Value>>> {
    let body = prop_oneof![
        unusual_text().prop_map(|text| (text, false)),
        vec(any::<u8>(), 1..20).prop_map(|bytes| (base64::encode(&bytes), true)),
        Just((String::new(), false)),
    ];
    option::of((headers(), option::of(body), any::<bool>(), option::of(0_u32..9))).prop_map(|side| {
        let (headers, body, truncated, size) = side?;
        let mut object = Map::new();
        put(&mut object, "headers", headers);
        put(&mut object, "size", size);
        if let Some((text, is_base64)) = body {
            put(&mut object, "body", Some(text));
            put(&mut object, "bodyEncoding", is_base64.then_some("base64"));
            put(&mut object, "bodyTruncated", truncated.then_some(true));
        }
        Some(object)
    })
}

fn times() -> impl Strategy<Value = Map<String, Value>> {
    let steps = vec((0_u32..8).prop_map(|step| f64::from(step) / 4.0), 8);
    (option::weighted(0.9, time()), steps, any::<[bool; 4]>()).prop_map(|(start, steps, there)| {
        let mut object = Map::new();
        let mut at = start.unwrap_or(START);
        let mut times = Vec::new();
        for step in steps {
            at += step;
            times.push(at);
        }
        put(&mut object, "startTimeAbs", start);
        let [dns, connect, request, end] = there;
        for (key, at, is_there) in [
            ("domainLookupStartAbs", 0, dns),
            ("domainLookupEndAbs", 1, dns),
            ("connectStartAbs", 2, connect),
            ("secureConnectionStartAbs", 3, connect && dns),
            ("connectEndAbs", 4, connect),
            ("requestStartAbs", 5, request),
            ("responseStartAbs", 6, request),
            ("responseEndAbs", 7, end),
        ] {
            put(&mut object, key, times.get(at).copied().filter(|_| is_there));
        }
        object
    })
}

fn request() -> impl Strategy<Value = Vec<Value>> {
    let kind = prop_oneof![Just("fetch"), Just("img"), Just("link"), Just("navigation"), Just("")];
    let word = prop_oneof![Just("failed"), Just("canceled"), Just("blocked"), Just("pending"), Just("")];
    let mime = prop_oneof![Just("text/css"), Just("image/png"), Just("x/odd")];
    let sizes = [option::of(0_u32..3), option::of(0_u32..3), option::of(0_u32..3)];
    let found = (
        option::of(100_u16..600),
        option::of(mime),
        option::weighted(0.2, unusual_text()),
        option::weighted(0.3, word),
    );
    let named =
        (kind, url(), option::of("(GET|post|OPTIONS|x)"), option::of("[pq][12]"), option::of("h[23]"));
    (named, times(), sizes, found, side(), side()).prop_map(
        |(
            (kind, url, method, page, protocol),
            mut object,
            sizes,
            (status, mime, error, outcome),
            request,
            response,
        )| {
            put(&mut object, "initiatorType", Some(kind));
            put(&mut object, "name", Some(url));
            put(&mut object, "method", method);
            put(&mut object, "pageId", page);
            put(&mut object, "nextHopProtocol", protocol);
            let [transfer, encoded, decoded] = sizes;
            put(&mut object, "transferSize", transfer);
            put(&mut object, "encodedBodySize", encoded);
            put(&mut object, "decodedBodySize", decoded);
            put(&mut object, "responseStatus", status);
            put(&mut object, "mimeType", mime);
            put(&mut object, "error", error);
            put(&mut object, "outcome", outcome);
            if request.is_some() || response.is_some() {
                let mut pair = Map::new();
                put(&mut pair, "request", request);
                put(&mut pair, "response", response);
                put(&mut object, "requestResponsePairs", Some(pair));
            }
            vec![Value::Object(object)]
        },
    )
}

/// A line of a file of messages.
fn message() -> impl Strategy<Value = String> {
    let kind = prop_oneof![4 => Just("sent"), 4 => Just("received"), 1 => Just("error")];
    let payload = prop_oneof![
        4 => unusual_text().prop_map(|text| (Value::from(text).to_string(), false)),
        1 => vec(any::<u8>(), 0..20).prop_map(|bytes| (Value::from(base64::encode(&bytes)).to_string(), true)),
        1 => Just((r#"{"a":[1,"é"]}"#.to_owned(), false)),
        1 => Just(("7".to_owned(), false)),
        // What strict parsers refuse.
        1 => Just((r#""a\x41\ud83d""#.to_owned(), false)),
        1 => Just(("\"tab\there\"".to_owned(), false)),
        1 => Just((r#""\u00e9\/\ud83d\ude00""#.to_owned(), false)),
    ];
    let more = (option::of(0_u32..99), option::of(prop_oneof![Just(1), Just(2), 8..11]), any::<bool>());
    (kind, option::of(time()), option::weighted(0.8, payload), more).prop_map(
        |(kind, time, payload, (size, opcode, truncated))| {
            let mut object = Map::new();
            put(&mut object, "type", Some(kind));
            put(&mut object, "timeStamp", time);
            put(&mut object, "size", size);
            put(&mut object, "opcode", opcode);
            put(&mut object, "truncated", truncated.then_some(true));
            let is_base64 = payload.as_ref().is_some_and(|(_, is_base64)| *is_base64);
            put(&mut object, "encoding", is_base64.then_some("base64"));
            let mut line = Value::Object(object).to_string();
            if let Some((payload, _)) = payload {
                line.truncate(line.len() - 1);
                line = format!("{line},\"message\":{payload}}}");
            }
            line
        },
    )
}

/// The events of a socket, and its messages. An event source has messages alone.
#[derive(Clone, Debug)]
struct Connection {
    lines: Vec<Value>,
    id: Option<String>,
    messages: Option<Vec<String>>,
}

fn connection() -> impl Strategy<Value = Connection> {
    let id = option::weighted(0.8, prop_oneof![3 => "[a-zA-Z.]{1,3}", 1 => unusual_text()]);
    let open = (
        option::of(time()),
        option::of(time()),
        option::of("[a-z]{1,4}"),
        option::of(prop_oneof![Just(101_u16), 200_u16..500]),
    );
    let open = option::weighted(0.8, (open, option::weighted(0.2, unusual_text()), headers()));
    let code = option::of(1000_u16..5000);
    let close = option::of((option::of(time()), code, option::of(unusual_text()), option::of(any::<bool>())));
    let messages = option::of(vec(message(), 0..6));
    (id, url(), open, close, messages, any::<bool>()).prop_map(
        |(id, url, open, close, messages, is_stream)| {
            let url = format!("wss{}", url.strip_prefix("https").unwrap_or("://a.test/"));
            let event = |kind: Option<&str>| {
                let mut object = Map::new();
                put(
                    &mut object,
                    "initiatorType",
                    Some(if kind.is_some() { "websocket" } else { "eventsource" }),
                );
                put(&mut object, "type", kind);
                put(&mut object, "socketId", id.clone());
                put(&mut object, "name", Some(url.clone()));
                object
            };
            let mut lines = Vec::new();
            if is_stream && id.is_some() && close.is_none() && open.is_none() {
                let mut stream = event(None);
                stream.insert("name".to_owned(), json!("https://a.test/events"));
                lines.push(Value::Object(stream));
            }
            if let Some(((start, opened, protocol, status), error, headers)) = open {
                let mut open = event(Some("open"));
                put(&mut open, "startTimeAbs", start);
                put(&mut open, "openedTimeAbs", opened);
                put(&mut open, "protocol", protocol);
                put(&mut open, "status", status);
                put(&mut open, "error", error);
                put(&mut open, "requestHeaders", headers);
                lines.push(Value::Object(open));
            }
            if let Some((at, code, reason, clean)) = close {
                let mut close = event(Some("close"));
                put(&mut close, "responseEndAbs", at);
                put(&mut close, "code", code);
                put(&mut close, "reason", reason);
                put(&mut close, "wasClean", clean);
                lines.push(Value::Object(close));
            }
            Connection { lines, id, messages }
        },
    )
}

fn manifest(pages: &[(String, String, Option<String>)], files: &Map<String, Value>) -> String {
    let pages: Vec<Value> = pages
        .iter()
        .map(|(id, url, title)| json!({"id": id, "url": url, "title": title, "startedAt": START, "timeOrigin": START}))
        .collect();
    json!({
        "format": "replayscope/1",
        "id": "generated",
        "startedAt": START,
        "endedAt": START + 100_000.25,
        "pages": pages,
        "recorder": {"name": "Recorder", "version": "2.0"},
        "files": {"resources": {"path": "resources.jsonl"}, "sockets": files},
    })
    .to_string()
}

/// A session folder. Each socket has an id of its own, or none.
pub(crate) fn folder() -> impl Strategy<Value = Folder> {
    let pages = vec(("p[12]", url(), option::of("[a-z]{1,5}")), 0..3);
    (pages, vec(request(), 0..5), vec(connection(), 0..5)).prop_map(|(pages, requests, connections)| {
        let mut lines: Vec<Value> = requests.into_iter().flatten().collect();
        let (mut files, mut sockets) = (Map::new(), Vec::new());
        let mut seen = std::collections::HashSet::new();
        let mut has_nameless = false;
        for connection in connections {
            let is_new = match &connection.id {
                Some(id) => seen.insert(id.clone()),
                // Two without an id may be joined in more than one way.
                None => !std::mem::replace(&mut has_nameless, true),
            };
            if !is_new {
                continue;
            }
            lines.extend(connection.lines);
            if let (Some(id), Some(messages)) = (connection.id, connection.messages) {
                let path = format!("sockets/{}.jsonl", sockets.len());
                files.insert(id, json!({"path": path}));
                sockets.push((path, messages.join("\n")));
            }
        }
        let resources: Vec<String> = lines.iter().map(Value::to_string).collect();
        Folder { manifest: manifest(&pages, &files), resources: resources.join("\n"), sockets }
    })
}
