//! The fields `_replayscope` of exported HARs: what HAR has no field for.

use crate::formats::common::fields::{FromJson, Object, object};
use crate::formats::common::lenient::{Flag, Number, Text};
use crate::formats::common::message;
use crate::model::{Body, Details, Ending, EpochMs, Outcome, RecordKind, Session, Socket};
use json_spans::Fields;

object! {
    /// The extension of an entry or a page.
    pub(super) struct ReplayscopeExtension<'a> {
        /// Parts that are in the entry only because HAR requires them.
        pub(super) not_recorded: Parts = "notRecorded",
        /// Truncated bodies.
        partial: Parts = "partial",
        /// `done`, `failed`, `canceled`, `blocked` or `pending`.
        outcome: Text<'a> = "outcome",
        socket_id: Text<'a> = "socketId",
        /// When the handshake was completed, in epoch seconds.
        opened: Number = "opened",
        protocol: Text<'a> = "protocol",
        refused: Flag = "refused",
        orphan: Flag = "orphan",
        still_open: Flag = "stillOpen",
    }
}

#[derive(Debug, Default)]
pub(super) struct Parts(Object<Named>);

object! {
    #[derive(Clone, Copy)]
    struct Named {
        start: Flag = "start",
        request_headers: Flag = "requestHeaders",
        request_body: Flag = "requestBody",
        response_headers: Flag = "responseHeaders",
        response_body: Flag = "responseBody",
    }
}

impl FromJson<'_> for Parts {
    fn from_json(raw: &[u8]) -> Self {
        Self(Object::from_json(raw))
    }
}

impl Parts {
    fn named(&self) -> Named {
        self.0.0.unwrap_or_default()
    }

    pub(super) fn start(&self) -> bool {
        self.named().start.is_set()
    }
}

impl ReplayscopeExtension<'_> {
    /// Applies the extension to the row of its entry. `time` is that of the entry.
    pub(super) fn apply_to(&self, kind: &mut RecordKind, time: Number) {
        match kind {
            RecordKind::Http(http) => {
                http.outcome = self.outcome().unwrap_or(http.outcome);
                if time.not_negative().is_none() {
                    http.duration = None;
                }
            }
            RecordKind::Socket(socket) => self.apply_to_socket(socket),
        }
    }

    fn outcome(&self) -> Option<Outcome> {
        Some(match self.outcome.as_str()? {
            "done" => Outcome::Done,
            "failed" => Outcome::Failed,
            "canceled" => Outcome::Canceled,
            "blocked" => Outcome::Blocked,
            "pending" => Outcome::Pending,
            _ => return None,
        })
    }

    /// Whether the handshake was refused.
    pub(super) fn refused(&self) -> Option<bool> {
        self.refused.0
    }

    fn apply_to_socket(&self, socket: &mut Socket) {
        socket.id = self.socket_id.boxed().or(socket.id.take());
        socket.opened = self.opened.get().and_then(message::epoch).or(socket.opened);
        socket.protocol = self.protocol.boxed().or(socket.protocol.take());
        socket.is_orphan = self.orphan.is_set();
        if self.still_open.is_set() {
            socket.ending = Ending::StillOpen;
        }
        let closed = socket.close().and_then(|close| close.at);
        let known = [socket.last_seen, socket.opened, closed].into_iter().flatten();
        socket.last_seen = known.reduce(EpochMs::later);
    }

    pub(super) fn restrict_details(&self, details: &mut Details) {
        let (not_recorded, partial) = (self.not_recorded.named(), self.partial.named());
        if not_recorded.request_headers.is_set() {
            details.request_headers = None;
        }
        if not_recorded.response_headers.is_set() {
            details.response_headers = None;
        }
        let bodies = [
            (&mut details.request_body, not_recorded.request_body, partial.request_body),
            (&mut details.response_body, not_recorded.response_body, partial.response_body),
        ];
        for (body, not_recorded, partial) in bodies {
            match body {
                Body::Empty if not_recorded.is_set() => {
                    *body = Body::NotRecorded("Body not recorded".to_owned());
                }
                body => body.set_truncated(partial.is_set()),
            }
        }
    }
}

/// Applies the extension of the log: the start and the end of the session, only some rows of which
/// may have been exported.
pub(super) fn apply_to_session(session: &mut Session, text: &[u8]) {
    if !text.starts_with(b"{") {
        return;
    }
    for field in Fields::of(text) {
        let time = Number::from_json(field.value).get().and_then(EpochMs::new);
        match (field.name().as_ref(), time) {
            (b"startedAt", Some(started)) => {
                let known = session.started_at.filter(|known| *known < started);
                session.started_at = Some(known.unwrap_or(started));
            }
            (b"endedAt", Some(ended)) => session.ended_at = Some(ended),
            _ => {}
        }
    }
}
