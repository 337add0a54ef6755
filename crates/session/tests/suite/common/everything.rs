//! Everything that can be asked of what was read, as text: two readings that tell the same are the same.

use std::fmt::Write;

use session::export::player_events;
use session::formats::{LoadError, MessagesReader};
use session::model::{RecordKind, Session, Truncation};

/// What a session tells, its details included. The numbers of its rows rise, nothing takes less than no time, and what
/// a player is given is JSON.
pub(crate) fn told(opened: &Result<Session, LoadError>) -> String {
    let session = match opened {
        Ok(session) => session,
        Err(error) => return error.to_string(),
    };
    assert!(
        session.records.iter().is_sorted_by(|one, next| one.number < next.number),
        "rows are numbered in rising order"
    );
    // How much is kept is not told: of a file that is refused, the space before its text may be.
    let mut text = format!("{session:?}").replace(&format!("{:?}", session.bytes), "");
    for record in &session.records {
        assert!(session.index_of(record.number).is_some());
        if let RecordKind::Http(http) = &record.kind {
            assert!(http.duration.is_none_or(|duration| duration.ms() >= 0.0));
        }
        write!(text, "{:?}", session.details(record)).expect("memory");
    }
    for event in session.dom_events.iter() {
        let event = session.bytes.slice(event.source);
        assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&event).is_ok(), "the player can parse it");
        text.push_str(&String::from_utf8_lossy(&event));
    }
    for entry in &session.console {
        text.push_str(&String::from_utf8_lossy(&session.bytes.slice(entry.source)));
        write!(text, "{:?}", session.console_details(entry)).expect("memory");
    }
    for event in &session.page_events {
        write!(text, "{:?}", session.page_event_details(event)).expect("memory");
    }
    for action in &session.actions {
        write!(text, "{:?}", session.action_details(action)).expect("memory");
    }
    (0..session.dom_events.windows().len()).for_each(|window| played(session, window as u16));
    text
}

/// What a player is given of a window is so many JSON texts, each of which ends where it is said to.
fn played(session: &Session, window: u16) {
    let events = player_events(session, window);
    let text = events.pieces().collect::<Vec<_>>().concat();
    let mut start = 0;
    for end in events.ends() {
        let event = &text[start..end as usize];
        assert!(serde_json::from_slice::<serde::de::IgnoredAny>(event).is_ok(), "the player can parse it");
        start = end as usize;
    }
    assert_eq!((start, events.ends().count()), (text.len(), events.len()));
}

/// What a file of messages tells.
pub(crate) fn told_messages(read: &Result<(MessagesReader, Option<Truncation>), LoadError>) -> String {
    let (reader, cut) = match read {
        Ok(read) => read,
        Err(error) => return error.to_string(),
    };
    let mut text = format!("{:?} {:?} {cut:?}", reader.log(), reader.notes());
    for message in reader.log().columns.iter() {
        text.push_str(&String::from_utf8_lossy(&reader.log().raw(&message)));
    }
    text
}
