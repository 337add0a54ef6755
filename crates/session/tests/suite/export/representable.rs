//! The parts of a row that a format can represent, and those that differ after a round trip.

use std::ops::Range;

use session::model::{Phase, ResourceType};

use super::comparable::Row;

/// In ms of the epoch.
const YEARS_0_TO_9999: Range<f64> = -62_167_219_200_000.0..253_402_300_800_000.0;

/// Removes the differences that HAR, or its importers, cannot represent.
pub(crate) fn as_har_holds_it(mut row: Row) -> Row {
    // A date's year has four digits.
    row.start = row.start.filter(|ms| YEARS_0_TO_9999.contains(ms));
    let is_plain = row.url.to_ascii_lowercase().starts_with("http:");
    if let Some(request) = &mut row.http {
        // An empty list of events says nothing of a request that is not an event stream otherwise.
        let is_stream = request.kind == ResourceType::EventSource;
        request.messages = request.messages.take().filter(|events| is_stream || !events.is_empty());
        // TLS of an address without TLS reads as a part of the connect: Playwright writes such.
        let at = |wanted| request.phases.iter().position(|(phase, ..)| *phase == wanted);
        match (at(Phase::Connect), at(Phase::Tls)) {
            (Some(connect), Some(tls)) if is_plain => {
                request.phases[connect].2 += request.phases[tls].2;
                request.phases.remove(tls);
            }
            (None, Some(tls)) if is_plain => request.phases[tls].0 = Phase::Connect,
            _ => {}
        }
        // Time between phases is written as time that the request was held up, and a connect that was all TLS reads
        // as one without length before it. A handshake without length is none.
        request.phases.retain(|(phase, _, length)| match phase {
            Phase::Blocked => false,
            Phase::Connect | Phase::Tls => *length > 0.0,
            _ => true,
        });
        for (phase, start, _) in &mut request.phases {
            if !matches!(phase, Phase::Wait | Phase::Receive) {
                *start = 0.0;
            }
        }
        // An empty response is written as a size of 0.
        if row.details.response_body == "empty" {
            request.body_size = request.body_size.or(Some(0));
        }
        // A body that is said to be empty, and to have a size, is one that was not recorded.
        if row.details.response_body == "empty" && request.body_size != Some(0) {
            "not recorded".clone_into(&mut row.details.response_body);
        }
    }
    if let Some(socket) = &mut row.socket {
        // A handshake that failed carried no messages.
        socket.messages = socket.messages.take().or(socket.refused.then(Vec::new));
    }
    row.details.facts.retain(|(label, _)| label == "Protocol" && row.http.is_some());
    row
}

/// What a native session reads back as after it was written. A socket without an id is given one, and sizes that are
/// all 0 read as hidden; that is all that changes.
pub(crate) fn as_native_holds_it(mut before: Row, mut after: Row) -> (Row, Row) {
    if let Some(request) = before.http.as_mut().filter(|request| request.body_size == Some(0)) {
        request.transferred = request.transferred.filter(|size| *size > 0);
    }
    if let (Some(before), Some(socket)) = (&before.socket, &mut after.socket)
        && before.id.is_none()
    {
        socket.id = None;
        after.details.facts.retain(|(label, _)| label != "Socket id");
    }
    (before, after)
}
