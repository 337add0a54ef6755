//! Converts a recorded resource to a row.

use super::record::{PairResponse, Resource, absolute};
use super::sockets::Line;
use crate::formats::common::lenient::Number;
use crate::formats::common::{http, infer};
use crate::model::plausible::duration;
use crate::model::{EpochMs, Http, Outcome, Phase, Phases, Record, RecordKind, ResourceType};

/// The row of a request.
pub(super) fn record(line: Line<'_>) -> Record {
    let Line { resource, number, source, origin } = line;
    let pair = resource.request_response_pairs.0.as_ref();
    let response = pair.and_then(|pair| pair.response.0.as_ref());
    let request = pair.and_then(|pair| pair.request.0.as_ref());
    let verb = resource.method.filled().or(request.and_then(|request| request.verb.filled()));
    let start = resource.start(origin);
    let status = http::status(resource.response_status)
        .or(response.and_then(|response| http::status(response.status)));
    let end = resource.end(origin);
    let sizes = sizes(resource, response);
    Record {
        number,
        url: resource.name.as_str().unwrap_or_default().into(),
        method: http::method_name(&verb.unwrap_or_default().to_ascii_uppercase()),
        start,
        status,
        error: resource.error.boxed(),
        source,
        kind: RecordKind::Http(Http {
            resource_type: resource_type(resource),
            outcome: outcome(resource, status.is_some(), end.is_some()),
            duration: start.zip(end).and_then(|(start, end)| duration((end - start).ms(), None)),
            recorded_duration: None,
            phases: start.map(|start| phases(resource, start, origin)).unwrap_or_default(),
            transferred: sizes.transferred,
            body_size: sizes.body,
            from_cache: None,
            messages: infer::event_stream(
                resource_type(resource),
                resource.mime_type.as_str().unwrap_or_default(),
            ),
        }),
    }
}

struct Sizes {
    transferred: Option<u64>,
    body: Option<u64>,
}

/// Resource Timing reports all sizes of an opaque cross-origin response as 0: they are unknown, not
/// 0.
fn sizes(resource: &Resource<'_>, response: Option<&PairResponse>) -> Sizes {
    let timed = [
        resource.transfer_size.as_u64(),
        resource.encoded_body_size.as_u64(),
        resource.decoded_body_size.as_u64(),
    ];
    let is_hidden = timed.iter().all(|size| size.unwrap_or(0) == 0);
    let [transferred, encoded, decoded] = if is_hidden { [None; 3] } else { timed };
    // Some recorders write a size of 0 for a URL whose contents are not recorded.
    let captured = response.filter(|_| !is_url_blocked(resource)).and_then(|response| response.size.as_u64());
    Sizes { transferred, body: decoded.or(captured).or(encoded) }
}

fn is_url_blocked(resource: &Resource<'_>) -> bool {
    resource.request_response_pairs.0.as_ref().is_some_and(|pair| pair.url_blocked.is_set())
}

/// The outcome of a request. `urlBlocked` means that the recorder omits the contents of the URL:
/// with a response, the request itself was not blocked.
fn outcome(resource: &Resource<'_>, has_response: bool, ended: bool) -> Outcome {
    match resource.outcome.as_str() {
        Some("failed") => Outcome::Failed,
        Some("canceled" | "cancelled") => Outcome::Canceled,
        Some("blocked") => Outcome::Blocked,
        Some("pending") => Outcome::Pending,
        Some("done") => Outcome::Done,
        _ if is_url_blocked(resource) && !has_response => Outcome::Blocked,
        _ => match resource.error.as_str() {
            Some(error) => infer::outcome_of(error),
            None if !ended => Outcome::Pending,
            None => Outcome::Done,
        },
    }
}

fn resource_type(resource: &Resource<'_>) -> ResourceType {
    let name = resource.initiator_type.as_str().unwrap_or_default();
    let mime = resource.mime_type.as_str().unwrap_or_default();
    let url = resource.name.as_str().unwrap_or_default();
    match infer::type_of_name(name) {
        // `initiatorType` is what started the request, not its type: `link` and `css` load style
        // sheets, fonts and images.
        ResourceType::Other | ResourceType::Stylesheet => {
            let inferred = infer::type_of_mime(mime).or_else(|| infer::type_of_url(url));
            inferred.unwrap_or_else(|| infer::type_of_name(name))
        }
        known => known,
    }
}

/// The phases of a request. The times of a phase that did not occur equal the page's time origin,
/// or are 0, null or missing. A request that starts at the time origin may have phases there, but
/// never a TLS handshake.
fn phases(resource: &Resource<'_>, start: EpochMs, origin: Option<EpochMs>) -> Phases {
    let at = |number: Number| {
        let time = absolute(number).filter(|time| Some(*time) != origin || *time == start)?;
        Some((time - start).ms()).filter(|offset| *offset >= 0.0)
    };
    let mut phases = Phases::default();
    let mut set = |phase: Phase, from: Option<f64>, to: Option<f64>| {
        if let (Some(from), Some(to)) = (from, to) {
            phases.set(phase, from, to);
        }
    };
    let lookup = at(resource.domain_lookup_start_abs);
    let connect = at(resource.connect_start_abs);
    let connected = at(resource.connect_end_abs);
    let is_before_connected = |secure: &f64| connected.is_some_and(|end| *secure < end);
    let secure =
        at(resource.secure_connection_start_abs).filter(|secure| *secure > 0.0).filter(is_before_connected);
    let response = at(resource.response_start_abs);
    // Without `requestStart`, waiting cannot be distinguished from the phases before it.
    let request = at(resource.request_start_abs).or(response.map(|_| connected.unwrap_or(0.0)));
    let end = resource.end(origin).map(|end| (end - start).ms());
    // On a reused connection, lookup and connect are at the start and have no length: the time
    // before the request is blocked.
    let lookup = lookup.filter(|start| at(resource.domain_lookup_end_abs).is_some_and(|end| end > *start));
    let connect = connect.filter(|start| connected.is_some_and(|end| end > *start));
    let first = [lookup, connect, secure, request].into_iter().flatten().reduce(f64::min);
    // Redirects and the start of a service worker precede the fetch and are not part of a phase;
    // the details show them.
    let fetch = at(resource.fetch_start_abs).unwrap_or(0.0);
    set(Phase::Blocked, Some(fetch), first.filter(|first| *first > fetch));
    set(Phase::Dns, lookup, at(resource.domain_lookup_end_abs).filter(|end| Some(*end) > lookup));
    set(Phase::Connect, connect, secure.or(connected).filter(|end| Some(*end) > connect));
    set(Phase::Tls, secure, connected);
    set(Phase::Wait, request, response);
    set(Phase::Receive, response, end);
    phases
}
