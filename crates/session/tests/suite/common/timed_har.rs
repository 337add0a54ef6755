//! Recordings around a rule about times.

use session::model::Session;

/// 2026-03-01T10:00:00Z.
pub(crate) const START_MS: f64 = 1_772_359_200_000.0;
pub(crate) const START: &str = "2026-03-01T10:00:00.000Z";

/// Opens a recording.
pub(crate) fn read(name: &str, text: &str) -> Session {
    super::open((name, text.as_bytes()), &[], 700).expect("a recording that opens")
}

/// Opens a HAR with those entries.
pub(crate) fn har(entries: &[String]) -> Session {
    read("a.har", &format!(r#"{{"log":{{"entries":[{}]}}}}"#, entries.join(",")))
}

/// An entry that starts at `started` and takes `time`, with more fields at its end.
pub(crate) fn entry(started: &str, time: &str, more: &str) -> String {
    format!(
        r#"{{"startedDateTime":"{started}","time":{time},"request":{{"method":"GET","url":"https://a.test/x"}},
            "response":{{"status":200}}{more}}}"#
    )
}

/// An entry of a socket that starts at [`START`] and lasts five seconds, with those messages.
pub(crate) fn socket(messages: &str) -> String {
    entry(START, "5000", &format!(r#","_resourceType":"websocket","_webSocketMessages":[{messages}]"#))
}

/// A received message at `time`.
pub(crate) fn message(time: &str) -> String {
    format!(r#"{{"type":"receive","time":{time},"opcode":1,"data":"x"}}"#)
}

/// The texts of the load notes on times.
pub(crate) fn notes(session: &Session) -> Vec<String> {
    let of_times = session.notes.listed().iter().filter(|note| note.place == "times");
    of_times.map(|note| note.text.clone()).collect()
}

/// The text of the only load note on times.
#[track_caller]
pub(crate) fn note(session: &Session) -> String {
    let [note] = &notes(session)[..] else { panic!("one note: {:?}", notes(session)) };
    note.clone()
}
