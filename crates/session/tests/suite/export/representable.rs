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
        // An empty list of events means nothing for a request that is not an event stream
        // otherwise.
        let is_stream = request.kind == ResourceType::EventSource;
        request.messages = request.messages.take().filter(|events| is_stream || !events.is_empty());
        // TLS of a URL without TLS is read as a part of the connect, because Playwright writes such
        // entries.
        let index_of = |searched| request.phases.iter().position(|(phase, ..)| *phase == searched);
        match (index_of(Phase::Connect), index_of(Phase::Tls)) {
            (Some(connect), Some(tls)) if is_plain => {
                request.phases[connect].2 += request.phases[tls].2;
                request.phases.remove(tls);
            }
            (None, Some(tls)) if is_plain => request.phases[tls].0 = Phase::Connect,
            _ => {}
        }
        // Time between phases is written as blocked, and a connect that was all TLS is read with a
        // connect of no length before it. A handshake without a length is absent.
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
        // A body that is recorded as empty, but with a size, reads as one that was not recorded.
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

/// Removes the differences between a native session and its export: a socket without an id gets
/// one, and sizes that are all 0 are read as hidden.
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
