//! The phases of a request by Resource Timing, whose times are relative to the page's time origin.
//! 0 means that a phase did not occur, or that a cross-origin response hides it.

use super::request::CapturedRequest;
use crate::formats::common::lenient::Number;
use crate::model::{Phase, Phases};

/// Recorders round only the start to a millisecond, so a phase may seem to begin before it. In ms.
const ROUNDING_MS: f64 = 1.0;

/// `start` is the start of the request, relative to the same time origin.
pub(super) fn phases(request: &CapturedRequest<'_>, start: f64, end: Option<f64>) -> Phases {
    let at = |number: Number| {
        let time = number.get().filter(|time| *time > 0.0)?;
        Some(time - start).filter(|offset| *offset > -ROUNDING_MS).map(|offset| offset.max(0.0))
    };
    let range = |from: Number, to: Number| Some((at(from)?, at(to)?)).filter(|(from, to)| to > from);
    let lookup = range(request.domain_lookup_start, request.domain_lookup_end);
    let connect = range(request.connect_start, request.connect_end);
    // TLS is part of the connect phase; it has no length on a reused connection.
    let secure = range(request.secure_connection_start, request.connect_end)
        .filter(|(from, _)| connect.is_some_and(|(start, end)| (start..end).contains(from)));
    let response = at(request.response_start);
    let sent = at(request.request_start);
    let mut phases = Phases::default();
    let first = [lookup.map(|range| range.0), connect.map(|range| range.0), sent]
        .into_iter()
        .flatten()
        .reduce(f64::min);
    if let Some(first) = first.filter(|first| *first > 0.0) {
        phases.set(Phase::Blocked, 0.0, first);
    }
    if let Some((from, to)) = lookup {
        phases.set(Phase::Dns, from, to);
    }
    if let Some((from, to)) = connect {
        phases.set(Phase::Connect, from, secure.map_or(to, |(secure, _)| secure));
    }
    if let Some((from, to)) = secure {
        phases.set(Phase::Tls, from, to);
    }
    if let Some((from, to)) = sent.zip(response) {
        phases.set(Phase::Wait, from, to);
    }
    if let Some((from, to)) = response.zip(end.map(|end| end - start)) {
        phases.set(Phase::Receive, from, to);
    }
    phases
}
