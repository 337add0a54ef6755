//! Chains of sockets to the same endpoint, each opened after the one before it had closed.

use std::collections::HashMap;

use session::model::{EpochMs, Millis, Record, Session, Socket};
use session::redact::is_credential_name;

/// Longest time without a connection within a chain, in ms.
const MAX_GAP_MS: f64 = 60_000.0;
/// How many times as long as the gaps before it a gap may be, where that is longer: clients wait
/// longer each time.
const MAX_GAP_GROWTH: f64 = 3.0;
/// Opens after a close that are compared with it, so that many sockets to one endpoint take linear
/// time.
const MAX_CANDIDATES: usize = 64;
/// Bytes of a URL that name its endpoint; the rest of a longer one is ignored.
const MAX_URL_BYTES: usize = 4096;
/// Query parameters that differ between connections to the same endpoint.
const VOLATILE_PARAMETERS: [&str; 22] = [
    "sid",
    "id",
    "token",
    "t",
    "ts",
    "time",
    "timestamp",
    "_",
    "r",
    "rand",
    "nonce",
    "ticket",
    "session",
    "sessionid",
    "session_id",
    "connectionid",
    "connection_id",
    "clientid",
    "client_id",
    "offset",
    "seq",
    "last_event_id",
];

/// The chains of a session with at least two sockets.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reconnections {
    chains: Vec<Chain>,
    /// By the number of the socket's row: the chain, and the position in it.
    places: HashMap<u32, (usize, usize)>,
}

/// Sockets to the same endpoint, in order of time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chain {
    pub links: Vec<Link>,
}

/// A socket of a chain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The number of its row.
    pub row: u32,
    /// When it was constructed; unknown only of the first one.
    pub start: Option<EpochMs>,
    /// The time without a connection before it; `None` for the first one.
    pub downtime: Option<Millis>,
}

/// A socket that may be a part of a chain.
struct Candidate<'a> {
    row: u32,
    start: Option<EpochMs>,
    /// When it closed, or when its handshake failed.
    end: Option<EpochMs>,
    /// The agreed subprotocol; `None` where the handshake did not succeed.
    protocol: Option<&'a str>,
    next: Option<usize>,
    has_previous: bool,
    /// The longest gap in the chain up to it, in ms.
    max_gap: f64,
}

impl Reconnections {
    /// The chains among the sockets of a session.
    pub fn of(session: &Session) -> Self {
        let mut endpoints: HashMap<String, Vec<Candidate<'_>>> = HashMap::new();
        for record in session.records.iter() {
            if let Some(socket) = record.socket().filter(|_| !record.url.is_empty()) {
                endpoints.entry(endpoint(&record.url)).or_default().push(candidate(record, socket));
            }
        }
        let mut chains: Vec<Chain> = endpoints.into_values().flat_map(chains_of).collect();
        chains.sort_by_key(|chain| chain.links.first().map(|link| link.row));
        let links = |chain: &Chain| chain.links.iter().map(|link| link.row).collect::<Vec<_>>();
        let places = chains.iter().enumerate().flat_map(|(nth, chain)| {
            links(chain).into_iter().enumerate().map(move |(position, row)| (row, (nth, position)))
        });
        Self { places: places.collect(), chains }
    }

    /// The chain that the socket of that row belongs to.
    pub fn chain(&self, row: u32) -> Option<&Chain> {
        self.chains.get(self.places.get(&row)?.0)
    }

    /// The position of the socket of that row in its chain, from 1, and the number of sockets in
    /// the chain.
    pub fn position(&self, row: u32) -> Option<(usize, usize)> {
        let (chain, position) = *self.places.get(&row)?;
        Some((position + 1, self.chains.get(chain)?.links.len()))
    }

    /// `Reconnection 2 of 4`, or `Connection 1 of 4` for the first one.
    pub fn label(&self, row: u32) -> Option<String> {
        let (position, count) = self.position(row)?;
        Some(chain_label(position, count))
    }
}

/// The place of a socket in its chain, from 1.
pub fn chain_label(position: usize, count: usize) -> String {
    let noun = if position == 1 { "Connection" } else { "Reconnection" };
    format!("{noun} {position} of {count}")
}

fn candidate<'a>(record: &Record, socket: &'a Socket) -> Candidate<'a> {
    let close = socket.close().and_then(|close| close.at);
    // A handshake that was refused had hardly any duration, where its end was not recorded.
    let end = close.or(record.start.filter(|_| socket.is_refused));
    let end = end.filter(|end| record.start.is_none_or(|start| *end >= start));
    let protocol = (!socket.is_refused).then(|| socket.protocol.as_deref().unwrap_or_default());
    Candidate {
        row: record.number,
        start: record.start,
        end,
        protocol,
        next: None,
        has_previous: false,
        max_gap: 0.0,
    }
}

/// Links each close with the nearest later open that no earlier close is linked with.
fn chains_of(mut sockets: Vec<Candidate<'_>>) -> Vec<Chain> {
    if sockets.len() < 2 {
        return Vec::new();
    }
    sockets.sort_by(|one, other| by_time(one.start, other.start).then(one.row.cmp(&other.row)));
    let mut closes: Vec<usize> = (0..sockets.len()).filter(|nth| end(&sockets, *nth).is_some()).collect();
    closes.sort_by(|one, other| by_time(end(&sockets, *one), end(&sockets, *other)));
    let mut from = 0;
    for closed in closes {
        let Some(closed_at) = end(&sockets, closed) else { continue };
        let is_past = |socket: &Candidate<'_>| {
            socket.has_previous || socket.start.is_none_or(|start| start < closed_at)
        };
        while sockets.get(from).is_some_and(is_past) {
            from += 1;
        }
        if let Some(next) = next_of(&sockets, closed, closed_at, from) {
            link(&mut sockets, closed, closed_at, next);
        }
    }
    let heads = (0..sockets.len())
        .filter(|nth| sockets.get(*nth).is_some_and(|socket| !socket.has_previous && socket.next.is_some()));
    heads.map(|head| chain_from(&sockets, head)).collect()
}

fn end(sockets: &[Candidate<'_>], nth: usize) -> Option<EpochMs> {
    sockets.get(nth)?.end
}

/// The open that follows a close, among those from `from` on.
fn next_of(sockets: &[Candidate<'_>], closed: usize, closed_at: EpochMs, from: usize) -> Option<usize> {
    let before = sockets.get(closed)?;
    let max_gap = MAX_GAP_MS.max(before.max_gap * MAX_GAP_GROWTH);
    let candidates = sockets.iter().enumerate().skip(from).take(MAX_CANDIDATES);
    let mut candidates = candidates
        .take_while(|(_, socket)| socket.start.is_some_and(|start| (start - closed_at).ms() <= max_gap));
    let follows = |nth: usize, socket: &Candidate<'_>| {
        let is_same_protocol = before.protocol.zip(socket.protocol).is_none_or(|(one, other)| one == other);
        nth != closed && !socket.has_previous && is_same_protocol
    };
    candidates.find(|(nth, socket)| follows(*nth, socket)).map(|(nth, _)| nth)
}

fn link(sockets: &mut [Candidate<'_>], closed: usize, closed_at: EpochMs, next: usize) {
    let Some(before) = sockets.get_mut(closed) else { return };
    before.next = Some(next);
    let (max_gap, protocol) = (before.max_gap, before.protocol);
    let Some(after) = sockets.get_mut(next) else { return };
    let gap = after.start.map_or(0.0, |start| (start - closed_at).ms());
    after.has_previous = true;
    after.max_gap = max_gap.max(gap);
    // After an attempt that failed, the chain goes on with the subprotocol before it.
    after.protocol = after.protocol.or(protocol);
}

fn chain_from(sockets: &[Candidate<'_>], head: usize) -> Chain {
    let mut chain = Chain::default();
    let (mut at, mut closed_at) = (Some(head), None);
    while let Some(socket) = at.and_then(|at| sockets.get(at)) {
        let downtime = socket.start.zip(closed_at).map(|(start, closed_at)| start - closed_at);
        chain.links.push(Link { row: socket.row, start: socket.start, downtime });
        (at, closed_at) = (socket.next, socket.end);
    }
    chain
}

/// Unknown times come first: such a socket was open before the recording began.
fn by_time(one: Option<EpochMs>, other: Option<EpochMs>) -> std::cmp::Ordering {
    let ms = |time: Option<EpochMs>| time.map_or(f64::NEG_INFINITY, EpochMs::ms);
    ms(one).total_cmp(&ms(other))
}

/// The URL without its fragment and without the parameters that differ between connections.
fn endpoint(url: &str) -> String {
    let end = (0..=MAX_URL_BYTES.min(url.len())).rev().find(|end| url.is_char_boundary(*end));
    let url = url.get(..end.unwrap_or(0)).unwrap_or_default();
    let url = url.split('#').next().unwrap_or_default();
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut endpoint = path.to_owned();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap_or_default();
        let is_volatile = VOLATILE_PARAMETERS.iter().any(|known| name.eq_ignore_ascii_case(known));
        if !is_volatile && !is_credential_name(name) {
            endpoint.push('?');
            endpoint.push_str(pair);
        }
    }
    endpoint
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{at, closed, http, refused, session, socket, with_socket};

    const URL: &str = "wss://a.test/live";

    /// A socket that was open between those times, in ms.
    fn open(number: u32, url: &str, from: f64, until: f64) -> Record {
        Record { start: Some(at(from)), ..closed(socket(number, url), until, 1006) }
    }

    fn chains(records: Vec<Record>) -> Vec<Vec<u32>> {
        let found = Reconnections::of(&session(records));
        found.chains.iter().map(|chain| chain.links.iter().map(|link| link.row).collect()).collect()
    }

    #[test]
    fn a_socket_that_opens_after_a_close_continues_the_chain() {
        let records = vec![
            http(1, URL),
            open(2, URL, 0.0, 1000.0),
            open(3, URL, 2500.0, 4000.0),
            Record { start: Some(at(9000.0)), ..socket(4, URL) },
            open(5, "wss://a.test/other", 5000.0, 6000.0),
        ];
        let found = Reconnections::of(&session(records));
        let downtimes: Vec<_> =
            found.chain(3).expect("a chain").links.iter().map(|link| link.downtime).collect();
        assert_eq!(downtimes, [None, Millis::new(1500.0), Millis::new(5000.0)]);
        let labels: Vec<_> = (1..6).map(|row| found.label(row).unwrap_or_default()).collect();
        assert_eq!(labels, ["", "Connection 1 of 3", "Reconnection 2 of 3", "Reconnection 3 of 3", ""]);
    }

    #[test]
    fn sockets_that_were_open_at_once_are_matched_with_the_nearest_open() {
        let records = vec![
            open(1, URL, 0.0, 1000.0),
            open(2, URL, 10.0, 1100.0),
            open(3, URL, 1200.0, 5000.0),
            open(4, URL, 1300.0, 5000.0),
        ];
        assert_eq!(chains(records), [vec![1, 3], vec![2, 4]]);
        let overlapping = vec![open(1, URL, 0.0, 1000.0), open(2, URL, 500.0, 2000.0)];
        assert!(chains(overlapping).is_empty());
    }

    #[test]
    fn a_long_time_without_a_connection_ends_the_chain_unless_the_gaps_grew() {
        let minutes =
            |number: u32, from: f64, until: f64| open(number, URL, from * 60_000.0, until * 60_000.0);
        assert!(chains(vec![minutes(1, 0.0, 1.0), minutes(2, 2.5, 3.0)]).is_empty());
        let growing = vec![minutes(1, 0.0, 1.0), minutes(2, 1.9, 2.0), minutes(3, 4.5, 5.0)];
        assert_eq!(chains(growing), [vec![1, 2, 3]]);
    }

    #[test]
    fn parameters_that_identify_a_connection_are_ignored() {
        let with = |number: u32, query: &str, from: f64| {
            open(number, &format!("{URL}?{query}"), from, from + 1000.0)
        };
        let same =
            vec![with(1, "vsn=2&sid=a&token=1&t=5", 0.0), with(2, "vsn=2&sid=b&access_token=2#x", 2000.0)];
        assert_eq!(chains(same), [vec![1, 2]]);
        assert!(chains(vec![with(1, "vsn=1", 0.0), with(2, "vsn=2", 2000.0)]).is_empty());
    }

    #[test]
    fn attempts_that_failed_are_part_of_the_chain_and_other_subprotocols_are_not() {
        let speaking = |record: Record, protocol: &str| {
            with_socket(record, |socket| socket.protocol = Some(protocol.into()))
        };
        let attempt =
            |number: u32, from: f64| Record { start: Some(at(from)), ..refused(socket(number, URL), 503) };
        let records = vec![
            speaking(open(1, URL, 0.0, 1000.0), "v2"),
            attempt(2, 2000.0),
            attempt(3, 4000.0),
            speaking(open(4, URL, 6000.0, 7000.0), "v1"),
            speaking(open(5, URL, 8000.0, 9000.0), "v2"),
        ];
        assert_eq!(chains(records), [vec![1, 2, 3, 5]]);
    }

    #[test]
    fn many_sockets_to_one_endpoint_are_linked_in_linear_time() {
        let records = (0..20_000_u32).map(|nth| open(nth + 1, URL, f64::from(nth % 7), 50_000.0)).collect();
        assert!(chains(records).is_empty());
        let one_after_another: Vec<_> = (0..20_000_u32)
            .map(|nth| open(nth + 1, URL, f64::from(nth) * 2.0, f64::from(nth) * 2.0 + 1.0))
            .collect();
        assert_eq!(chains(one_after_another).first().map(Vec::len), Some(20_000));
    }
}
