//! What happens on a page, in all shapes that the recorder writes. The same session happens the same way every time, so
//! that its files can be checked line by line without being kept.

use std::fmt::Write as _;

/// When the first session begins, epoch milliseconds.
const EPOCH_MS: u64 = 1_795_900_000_000;
/// Nodes of the snapshot of a page: about 40 kB.
const SNAPSHOT_NODES: u64 = 400;
/// A socket is closed, and another one opened, after this number of batches.
const BATCHES_OF_A_SOCKET: u32 = 10;

const RESOURCES: &str = "resources.jsonl";
const CONSOLE: &str = "console.jsonl";
const EVENTS: &str = "events.jsonl";

/// A recording's name and origin.
#[derive(Clone, Debug)]
pub struct Script {
    pub recorder: u32,
    /// Number of the recorder's sessions before.
    pub number: u32,
    /// Milliseconds between batches.
    pub interval_ms: u64,
    /// Events of a batch.
    pub events: u32,
}

/// Lines of a batch, in order, each with its file. A file without a line is created.
pub type Lines = Vec<(String, Option<String>)>;

/// Pseudorandom numbers that depend on the place in the session only.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

/// Place in a session at which an event happens.
struct Moment {
    /// Number of the event in the session.
    number: u64,
    /// Epoch milliseconds.
    at: u64,
    random: Random,
}

impl Script {
    /// Id of the session, as the recorder makes them.
    pub fn session(&self) -> String {
        format!("20261129-081500-{:05}x{:05}", self.recorder, self.number)
    }

    fn started_at(&self) -> u64 {
        EPOCH_MS + u64::from(self.number) * 1_000_000
    }

    /// First line of a batch. `sent_at` is in epoch milliseconds; the last batch ends the session.
    pub fn header(&self, sequence: u32, is_final: bool, sent_at: u128) -> String {
        let (session, started) = (self.session(), self.started_at());
        let ended = started + u64::from(sequence) * self.interval_ms;
        let end = if is_final { format!("\"endedAt\":{ended},") } else { String::new() };
        let last = if is_final { "\"final\":true," } else { "" };
        format!(
            "{{\"session\":\"{session}\",\"sequence\":{sequence},\"page\":\"page-1\",\"sentAt\":{sent_at},{last}\"manifest\":\
             {{\"format\":\"replayscope/1\",\"id\":\"{session}\",\"title\":\"Soak {}\",\"user\":\"user-{}\",\
             \"startedAt\":{started},{end}\"pages\":[{{\"id\":\"page-1\",\"url\":\"https://shop.test/items/{}\",\
             \"title\":\"Items\",\"startedAt\":{started},\"timeOrigin\":{started},\"viewport\":{{\"width\":1280,\"height\":720}}}}],\
             \"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36\",\
             \"recorder\":{{\"name\":\"replayscope-recorder\",\"version\":\"0.1.0\"}},\"capture\":{{\"headersAndBodies\":true,\
             \"webSockets\":true,\"workers\":false,\"dom\":true,\"console\":true}}}}}}\n",
            self.number, self.recorder, self.recorder
        )
    }

    /// Records of a batch, whose number is 1 or more.
    pub fn lines(&self, sequence: u32) -> Lines {
        let mut lines = Lines::new();
        let socket = (sequence - 1) / BATCHES_OF_A_SOCKET + 1;
        let first = u64::from(sequence - 1) * u64::from(self.events);
        for number in first..first + u64::from(self.events) {
            let mut moment = self.moment(number);
            match number - first {
                0 if sequence == 1 => snapshot(&moment, &mut lines),
                1 if (sequence - 1).is_multiple_of(BATCHES_OF_A_SOCKET) => {
                    open_socket(&moment, socket, &mut lines);
                }
                2 if socket > 1 && (sequence - 1).is_multiple_of(BATCHES_OF_A_SOCKET) => {
                    close_socket(&moment, socket - 1, &mut lines);
                }
                _ => lines.push(any_event(&mut moment, socket)),
            }
        }
        lines
    }

    fn moment(&self, number: u64) -> Moment {
        let seed = u64::from(self.recorder) << 40 ^ u64::from(self.number) << 28 ^ number;
        let at = self.started_at() + number * self.interval_ms / u64::from(self.events.max(1));
        Moment { number, at, random: Random(seed) }
    }
}

/// The body of a batch.
pub fn body(header: &str, lines: &Lines) -> Vec<u8> {
    let mut text = header.to_owned();
    for (file, record) in lines {
        // Writing to a string does not fail.
        let _ = match record {
            Some(record) => writeln!(text, "{{\"file\":\"{file}\",\"record\":{record}}}"),
            None => writeln!(text, "{{\"file\":\"{file}\"}}"),
        };
    }
    text.into_bytes()
}

/// An event that may happen at any time, with the share that it has on a busy page.
fn any_event(moment: &mut Moment, socket: u32) -> (String, Option<String>) {
    let (file, record) = match moment.random.below(100) {
        0..8 => (RESOURCES.to_owned(), request(moment)),
        8..38 => (socket_file(socket), text_message(moment, "received")),
        38..46 => (socket_file(socket), text_message(moment, "sent")),
        46..56 => (socket_file(socket), binary_message(moment)),
        56..68 => (CONSOLE.to_owned(), console_entry(moment)),
        68..92 => (EVENTS.to_owned(), mouse_move(moment)),
        _ => (EVENTS.to_owned(), mutation(moment)),
    };
    (file, Some(record))
}

fn socket_file(socket: u32) -> String {
    format!("sockets/page-1-socket-{socket}.jsonl")
}

fn request(moment: &mut Moment) -> String {
    let (number, at, random) = (moment.number, moment.at, &mut moment.random);
    let (start, end) = (at, at + 20 + random.below(300));
    let url = format!("https://shop.test/api/items/{number}?page={}", random.below(1000));
    let status = if random.below(25) == 0 { 404 } else { 200 };
    format!(
        "{{\"pageId\":\"page-1\",\"name\":\"{url}\",\"initiatorType\":\"fetch\",\"method\":\"GET\",\"startTimeAbs\":{start}.4,\
         \"nextHopProtocol\":\"h2\",\"fetchStartAbs\":{start}.4,\"requestStartAbs\":{start}.9,\"responseStartAbs\":{end}.1,\
         \"responseEndAbs\":{end}.6,\"transferSize\":1474,\"encodedBodySize\":1174,\"decodedBodySize\":2174,\
         \"responseStatus\":{status},\"mimeType\":\"application/json\",\"requestResponsePairs\":{{\"request\":{{\"id\":\"page-1-request-{number}\",\
         \"verb\":\"GET\",\"url\":\"{url}\",\"headers\":{{\"accept\":\"application/json\",\"authorization\":\"[REDACTED]\"}}}},\
         \"response\":{{\"status\":{status},\"headers\":{{\"content-type\":\"application/json\",\"etag\":\"{:x}\"}},\
         \"body\":\"{{\\\"id\\\":{number},\\\"price\\\":{},\\\"stock\\\":{},\\\"name\\\":\\\"Item {:x}\\\"}}\",\"size\":2174}}}}}}",
        random.next(),
        random.below(10_000),
        random.below(100),
        random.next()
    )
}

fn text_message(moment: &mut Moment, kind: &str) -> String {
    let (number, at, random) = (moment.number, moment.at, &mut moment.random);
    let (price, volume) = (random.below(100_000), random.below(5000));
    format!(
        "{{\"type\":\"{kind}\",\"timeStamp\":{at}.2,\"size\":64,\"opcode\":1,\"message\":\
         \"{{\\\"type\\\":\\\"tick\\\",\\\"seq\\\":{number},\\\"price\\\":{price},\\\"volume\\\":{volume}}}\"}}"
    )
}

fn binary_message(moment: &mut Moment) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (at, random) = (moment.at, &mut moment.random);
    let mut message = String::with_capacity(96);
    for _ in 0..8 {
        let bits = random.next();
        message.extend((0..8).map(|digit| char::from(DIGITS[(bits >> (6 * digit)) as usize & 63])));
    }
    format!(
        "{{\"type\":\"received\",\"timeStamp\":{at}.7,\"size\":48,\"opcode\":2,\"encoding\":\"base64\",\"message\":\"{message}\"}}"
    )
}

fn console_entry(moment: &mut Moment) -> String {
    let (number, at, random) = (moment.number, moment.at, &mut moment.random);
    let level = ["log", "info", "warn", "error", "debug"][random.below(5) as usize];
    let line = random.below(400);
    format!(
        "{{\"timeStamp\":{at}.9,\"level\":\"{level}\",\"args\":[\"Cart: updated\",{number},{{\"items\":{}}}],\
         \"source\":\"https://shop.test/scripts/cart.js:{line}:13\",\"stack\":\"    at update (https://shop.test/scripts/cart.js:{line}:13)\",\
         \"pageId\":\"page-1\"}}",
        random.below(20)
    )
}

fn mouse_move(moment: &mut Moment) -> String {
    let (at, random) = (moment.at, &mut moment.random);
    let mut positions = String::new();
    for offset in 0..4 {
        let comma = if offset == 0 { "" } else { "," };
        let _ = write!(
            positions,
            "{comma}{{\"x\":{},\"y\":{},\"id\":{},\"timeOffset\":-{}}}",
            random.below(1280),
            random.below(720),
            random.below(SNAPSHOT_NODES),
            300 - 100 * offset
        );
    }
    format!(
        "{{\"type\":3,\"data\":{{\"source\":1,\"positions\":[{positions}]}},\"timestamp\":{at}.5,\"pageId\":\"page-1\"}}"
    )
}

fn mutation(moment: &mut Moment) -> String {
    let (number, at, random) = (moment.number, moment.at, &mut moment.random);
    let parent = random.below(SNAPSHOT_NODES);
    format!(
        "{{\"type\":3,\"data\":{{\"source\":0,\"texts\":[],\"attributes\":[],\"removes\":[],\"adds\":[{{\"parentId\":{parent},\
         \"nextId\":null,\"node\":{{\"type\":3,\"textContent\":\"{} €\",\"id\":{}}}}}]}},\"timestamp\":{at}.6,\"pageId\":\"page-1\"}}",
        random.below(10_000),
        1000 + number
    )
}

fn snapshot(moment: &Moment, lines: &mut Lines) {
    let at = moment.at;
    let mut nodes = String::new();
    for id in 10..10 + SNAPSHOT_NODES {
        let comma = if id == 10 { "" } else { "," };
        let _ = write!(
            nodes,
            "{comma}{{\"type\":2,\"tagName\":\"div\",\"attributes\":{{\"class\":\"item item-{id}\"}},\"childNodes\":[],\"id\":{id}}}"
        );
    }
    lines.push((
        EVENTS.to_owned(),
        Some(format!(
            "{{\"type\":4,\"data\":{{\"href\":\"https://shop.test/\",\"width\":1280,\"height\":720}},\"timestamp\":{at}.1,\"pageId\":\"page-1\"}}"
        )),
    ));
    lines.push((
        EVENTS.to_owned(),
        Some(format!(
            "{{\"type\":2,\"data\":{{\"node\":{{\"type\":0,\"childNodes\":[{nodes}],\"id\":1}},\"initialOffset\":{{\"left\":0,\"top\":0}}}},\
             \"timestamp\":{at}.1,\"pageId\":\"page-1\"}}"
        )),
    ));
}

fn open_socket(moment: &Moment, socket: u32, lines: &mut Lines) {
    let at = moment.at;
    lines.push((socket_file(socket), None));
    lines.push((
        RESOURCES.to_owned(),
        Some(format!(
            "{{\"initiatorType\":\"websocket\",\"type\":\"open\",\"socketId\":\"page-1-socket-{socket}\",\
             \"name\":\"wss://shop.test/ticks?n={socket}\",\"pageId\":\"page-1\",\"startTimeAbs\":{at}.1,\"openedTimeAbs\":{at}.8,\
             \"protocol\":\"ticks.v2\"}}"
        )),
    ));
}

fn close_socket(moment: &Moment, socket: u32, lines: &mut Lines) {
    let at = moment.at;
    lines.push((
        RESOURCES.to_owned(),
        Some(format!(
            "{{\"initiatorType\":\"websocket\",\"type\":\"close\",\"socketId\":\"page-1-socket-{socket}\",\
             \"name\":\"wss://shop.test/ticks?n={socket}\",\"pageId\":\"page-1\",\"responseEndAbs\":{at}.3,\"code\":1000,\
             \"reason\":\"\",\"wasClean\":true}}"
        )),
    ));
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    fn script() -> Script {
        Script { recorder: 7, number: 1, interval_ms: 2000, events: 100 }
    }

    #[test]
    fn records_are_json_in_every_shape_and_differ() {
        let script = script();
        let lines: Lines = (1..=20).flat_map(|sequence| script.lines(sequence)).collect();
        let records: Vec<&String> = lines.iter().filter_map(|(_, record)| record.as_ref()).collect();
        let is_json = |record: &&String| serde_json::from_str::<Value>(record).is_ok();
        assert!(records.iter().all(is_json));
        assert_eq!(records.iter().collect::<HashSet<_>>().len(), records.len());
        let files: HashSet<&str> = lines.iter().map(|(file, _)| file.as_str()).collect();
        for file in [RESOURCES, CONSOLE, EVENTS, &socket_file(1), &socket_file(2)] {
            assert!(files.contains(file), "{file}");
        }
        for part in ["\"opcode\":1", "\"opcode\":2", "\"type\":\"open\"", "\"type\":\"close\"", "\"sent\""] {
            assert!(records.iter().any(|record| record.contains(part)), "{part}");
        }
    }

    #[test]
    fn a_session_happens_the_same_way_every_time() {
        assert_eq!(script().lines(3), script().lines(3));
        assert_ne!(script().lines(3), Script { recorder: 8, ..script() }.lines(3));
        let header: Value = serde_json::from_str(&script().header(3, true, 5)).expect("JSON");
        assert_eq!((&header["final"], &header["manifest"]["id"]), (&Value::Bool(true), &header["session"]));
    }
}
