//! A complete description of a loaded file as text: two loads with the same description are equal.

use std::fmt::Write;

use session::export::player_events;
use session::formats::{LoadError, MessagesReader};
use session::model::{RecordKind, Session, Truncation};

/// A description of a session, including its details. Also checks that row numbers are ascending,
/// no duration is negative, and the events for the player are JSON.
pub(crate) fn describe(opened: &Result<Session, LoadError>) -> String {
    let session = match opened {
        Ok(session) => session,
        Err(error) => return error.to_string(),
    };
    assert!(
        session.records.iter().is_sorted_by(|one, next| one.number < next.number),
        "rows are numbered in ascending order"
    );
    // Without the length of the buffer, which may contain the white space before the text of a
    // rejected file.
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
    (0..session.dom_events.windows().len()).for_each(|window| check_player_events(session, window as u16));
    text
}

/// Checks that the events of a window for the player are JSON texts, each of which ends at its
/// reported end.
fn check_player_events(session: &Session, window: u16) {
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

/// A description of a messages file.
pub(crate) fn describe_messages(read: &Result<(MessagesReader, Option<Truncation>), LoadError>) -> String {
    let (reader, truncation) = match read {
        Ok(read) => read,
        Err(error) => return error.to_string(),
    };
    let mut text = format!("{:?} {:?} {truncation:?}", reader.log(), reader.notes());
    for message in reader.log().columns.iter() {
        text.push_str(&String::from_utf8_lossy(&reader.log().raw(&message)));
    }
    text
}
