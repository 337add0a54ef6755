//! The status cell of a row, and the state of the row.

use session::model::{Messages, Outcome, Record, RecordKind, Socket};

use crate::labels::UNKNOWN;

/// A row's `data-state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    Ok,
    Error,
    Pending,
    Open,
    Closed,
    Orphan,
}

impl RowState {
    /// Its name in `data-state`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Pending => "pending",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Orphan => "orphan",
        }
    }
}

/// The state of a row.
pub fn row_state(record: &Record) -> RowState {
    match &record.kind {
        RecordKind::Http(http) => http_state(record, http.outcome),
        RecordKind::Socket(socket) if socket.is_refused => RowState::Error,
        RecordKind::Socket(socket) if socket.is_orphan => RowState::Orphan,
        RecordKind::Socket(socket) if socket.close().is_some() => RowState::Closed,
        RecordKind::Socket(_) => RowState::Open,
    }
}

fn http_state(record: &Record, outcome: Outcome) -> RowState {
    let status_is_error = record.status.is_some_and(|status| status >= 400);
    match outcome {
        _ if status_is_error => RowState::Error,
        Outcome::Failed | Outcome::Canceled | Outcome::Blocked => RowState::Error,
        Outcome::Pending => RowState::Pending,
        Outcome::Done if record.status.is_none() && record.error.is_some() => RowState::Error,
        Outcome::Done => RowState::Ok,
    }
}

/// A status code as the table shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DisplayStatus {
    pub code: u16,
    /// It was not recorded: a socket was open, so its handshake must have been answered with 101.
    pub inferred: bool,
}

/// The code of a row's status cell: the one recorded; 101 for a socket that is proved to have been
/// open, by the time of its handshake or by a message.
pub fn display_status(record: &Record) -> Option<DisplayStatus> {
    if let Some(code) = record.status {
        return Some(DisplayStatus { code, inferred: false });
    }
    let socket = record.socket()?;
    let proved = !socket.is_refused && (socket.opened.is_some() || carried_a_message(socket));
    proved.then_some(DisplayStatus { code: 101, inferred: true })
}

fn carried_a_message(socket: &Socket) -> bool {
    let listed = match &socket.messages {
        Messages::Inline(columns) => columns.counts().sent + columns.counts().received > 0,
        Messages::File(_) | Messages::Missing(_) => false,
    };
    listed || socket.totals.messages.is_some_and(|messages| messages > 0)
}

/// The text of a status cell, made without allocating: the filter reads one for every row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusText {
    /// The digits of a code, flush right; a `u16` has at most five.
    Code([u8; 5], usize),
    Word(&'static str),
}

impl StatusText {
    fn of_code(code: u16) -> Self {
        let mut digits = [b'0'; 5];
        let mut rest = code;
        let mut from = digits.len();
        for (at, digit) in digits.iter_mut().enumerate().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
            from = at;
            if rest == 0 {
                break;
            }
        }
        Self::Code(digits, from)
    }

    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Code(digits, from) => digits.get(*from..).unwrap_or_default(),
            Self::Word(word) => word.as_bytes(),
        }
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

/// What a row's status cell shows.
pub fn status_text(record: &Record) -> StatusText {
    if let Some(shown) = display_status(record) {
        return StatusText::of_code(shown.code);
    }
    let RecordKind::Http(http) = &record.kind else { return StatusText::Word(UNKNOWN) };
    StatusText::Word(match http.outcome {
        Outcome::Failed => "(failed)",
        Outcome::Canceled => "(canceled)",
        Outcome::Blocked => "(blocked)",
        Outcome::Pending => "(pending)",
        Outcome::Done if record.error.is_some() => "(failed)",
        Outcome::Done => UNKNOWN,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, closed, columns, http, orphan, refused, socket, with_http, with_socket};
    use session::model::{Direction, Totals};

    fn ended(outcome: Outcome) -> Record {
        with_http(Record { status: None, ..http(1, "https://a.test/") }, |http| http.outcome = outcome)
    }

    #[test]
    fn request_states_follow_status_and_outcome() {
        let answered = |status| Record { status: Some(status), ..http(1, "https://a.test/") };
        assert_eq!(row_state(&answered(304)), RowState::Ok);
        assert_eq!(row_state(&answered(400)), RowState::Error);
        assert_eq!(row_state(&ended(Outcome::Done)), RowState::Ok, "no status and no error");
        assert_eq!(row_state(&ended(Outcome::Pending)), RowState::Pending);
        for outcome in [Outcome::Failed, Outcome::Canceled, Outcome::Blocked] {
            assert_eq!(row_state(&ended(outcome)), RowState::Error);
        }
    }

    #[test]
    fn socket_states_follow_open_and_close() {
        let open = || socket(1, "wss://a.test/");
        assert_eq!(row_state(&open()), RowState::Open);
        assert_eq!(row_state(&closed(open(), 10.0, 1006)), RowState::Closed, "whatever the code");
        assert_eq!(row_state(&refused(open(), 403)), RowState::Error);
        assert_eq!(row_state(&closed(orphan(open()), 10.0, 1000)), RowState::Orphan);
    }

    #[test]
    fn a_request_without_a_status_shows_its_outcome() {
        assert_eq!(status_text(&http(1, "https://a.test/")).as_str(), "200");
        let cases = [
            (Outcome::Failed, "(failed)"),
            (Outcome::Canceled, "(canceled)"),
            (Outcome::Blocked, "(blocked)"),
            (Outcome::Pending, "(pending)"),
            (Outcome::Done, "—"),
        ];
        for (outcome, text) in cases {
            assert_eq!(status_text(&ended(outcome)).as_str(), text);
        }
    }

    #[test]
    fn status_codes_of_any_length_are_formatted() {
        for code in [0, 7, 101, 999, 65_535] {
            assert_eq!(StatusText::of_code(code).as_str(), code.to_string());
        }
    }

    #[test]
    fn status_101_is_inferred_only_from_evidence() {
        let inferred = Some(DisplayStatus { code: 101, inferred: true });
        let bare = || socket(1, "wss://a.test/");
        assert_eq!(display_status(&bare()), None);
        assert_eq!(display_status(&with_socket(bare(), |socket| socket.opened = Some(at(62.0)))), inferred);
        let counted =
            |messages| with_socket(bare(), |socket| socket.totals = Totals { messages, bytes: None });
        assert_eq!(display_status(&counted(Some(1))), inferred);
        assert_eq!(display_status(&counted(Some(0))), None);
        let inline = |direction| {
            let columns = columns(&[(direction, Some(1.0), 1)]);
            with_socket(bare(), |socket| socket.messages = Messages::Inline(columns))
        };
        assert_eq!(display_status(&inline(Some(Direction::Received))), inferred);
        assert_eq!(display_status(&inline(None)), None, "an error alone proves nothing");
        let recorded = Record { status: Some(200), ..bare() };
        assert_eq!(display_status(&recorded), Some(DisplayStatus { code: 200, inferred: false }), "RFC 8441");
        assert_eq!(display_status(&refused(bare(), 403)), Some(DisplayStatus { code: 403, inferred: false }));
    }
}
