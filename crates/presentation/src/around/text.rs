//! The texts of the items.

use session::encodings::{one_line, preview, visible_url};
use session::model::{Direction, MessageKind, MessageLog, Millis, Record, Session};

use super::{Source, Subject, SurroundingItem};
use crate::console::{console_line, is_error, level_label};
use crate::events::event_line;
use crate::labels::ending_label;
use crate::network::{RowState, path, row_state, status_text};

/// Characters of a line.
const MAX_CHARS: usize = 160;

/// The item of a subject; `None` if the session does not have it.
pub(super) fn item(source: Source<'_>, offset: f64, subject: Subject) -> Option<SurroundingItem> {
    let Source { session, record, log, elements } = source;
    let offset = Millis::new(offset)?;
    let of_row = |number: u32| session.records.get(session.index_of(number)?);
    let (kind, text, is_error) = match subject {
        Subject::RequestStarted(row) => ("Request started".to_owned(), request(of_row(row)?, false), false),
        Subject::RequestEnded(row) => {
            let request_record = of_row(row)?;
            let is_error = row_state(request_record) == RowState::Error;
            let kind = if is_error { "Request failed" } else { "Request ended" };
            (kind.to_owned(), request(request_record, true), is_error)
        }
        Subject::SocketOpened(row) => socket_opened(record, of_row(row)?),
        Subject::SocketClosed(row) => socket_closed(session, record, of_row(row)?),
        Subject::PageEvent(_) | Subject::Action(_) => {
            let line = event_line(session, subject.event_row()?, elements)?;
            (line.kind.into_owned(), one_line(&line.text, MAX_CHARS), line.failed)
        }
        Subject::Console(index) => {
            let entry = session.console.get(index as usize)?;
            let kind = format!("Console {}", level_label(entry.level).to_lowercase());
            let line = console_line(&session.console_details(entry));
            (kind, one_line(&line, MAX_CHARS), is_error(entry.level))
        }
        Subject::Message(index) => message(log, index)?,
    };
    Some(SurroundingItem { offset, subject, kind, text, is_error })
}

/// `GET /api/orders`, and the status where the response is there.
fn request(record: &Record, has_ended: bool) -> String {
    let path = visible_url(path(&record.url), MAX_CHARS);
    let text = format!("{} {path}", record.method);
    let status = status_text(record);
    if has_ended && !status.as_str().is_empty() { format!("{text} {}", status.as_str()) } else { text }
}

fn socket_opened(record: &Record, opened: &Record) -> (String, String, bool) {
    let is_refused = row_state(opened) == RowState::Error;
    let kind = match (opened.number == record.number, is_refused) {
        (true, _) => "This socket opened",
        (false, true) => "Socket refused",
        (false, false) => "Socket opened",
    };
    (kind.to_owned(), visible_url(path(&opened.url), MAX_CHARS).into_owned(), is_refused)
}

fn socket_closed(session: &Session, record: &Record, closed: &Record) -> (String, String, bool) {
    let kind = if closed.number == record.number { "This socket closed" } else { "Socket closed" };
    let ending = one_line(&ending_label(session, closed), MAX_CHARS);
    (kind.to_owned(), format!("{} · {ending}", visible_url(path(&closed.url), MAX_CHARS)), false)
}

fn message(log: MessageLog<'_>, index: u32) -> Option<(String, String, bool)> {
    let message = log.columns.get(index as usize)?;
    let kind = match (message.kind, message.direction) {
        (MessageKind::Sent, _) => "Sent",
        (MessageKind::Received, _) => "Received",
        (MessageKind::Error, _) => "Error",
        (MessageKind::Ping, Some(Direction::Sent)) => "Ping sent",
        (MessageKind::Ping, _) => "Ping received",
        (MessageKind::Pong, Some(Direction::Sent)) => "Pong sent",
        (MessageKind::Pong, _) => "Pong received",
        (MessageKind::CloseFrame, _) => "Close frame",
    };
    let text = preview(message.encoding, &log.raw(&message), message.size, MAX_CHARS);
    Some((kind.to_owned(), text, message.kind == MessageKind::Error))
}

/// What the recording does not hold of what happens around a message.
pub(super) fn not_recorded(session: &Session) -> Vec<String> {
    let capture = session.capture.as_ref();
    let console = match capture {
        _ if !session.console.is_empty() => None,
        Some(capture) if !capture.has_console => {
            Some("Console output was not recorded: switched off in the recorder")
        }
        _ => Some("Console output was not recorded, or there was none"),
    };
    let events = match capture {
        _ if !session.page_events.is_empty() || !session.actions.is_empty() => None,
        Some(capture) if !capture.has_dom => {
            Some("Page events were not recorded: switched off in the recorder")
        }
        _ if !session.format.capabilities().has_page_events => Some("Page events were not recorded"),
        _ => Some("Page events were not recorded, or there were none"),
    };
    console.into_iter().chain(events).map(str::to_owned).collect()
}
