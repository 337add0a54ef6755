//! Partitions a messages file among the sockets that share its id.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    EpochMs, Messages, MessagesFile, NamedShare, Record, RecordKind, Session, TimeRange, order,
};

/// One of the sockets that share an id.
#[derive(Clone, Debug, Default)]
struct SharedFileSocket {
    number: u32,
    name: Box<str>,
    start: Option<EpochMs>,
    close: Option<EpochMs>,
}

impl SharedFileSocket {
    fn of(record: &Record) -> Option<Self> {
        let close = record.socket()?.close().and_then(|close| close.at);
        Some(Self { number: record.number, name: record.url.clone(), start: record.start, close })
    }

    fn begin(&self) -> f64 {
        self.start.or(self.close).map_or(f64::INFINITY, EpochMs::ms)
    }
}

/// Each socket gets the messages from its start to the start of the next one; one without a
/// recorded open begins at the close of the previous one. If their URLs differ, messages with a URL
/// are partitioned among the sockets of that URL.
pub(super) fn partition_shared_file(session: &mut Session, numbers: &[u32]) {
    let record = |number: &u32| session.records.get(session.index_of(*number)?);
    let mut sharers: Vec<SharedFileSocket> =
        numbers.iter().filter_map(|number| SharedFileSocket::of(record(number)?)).collect();
    let order = order::argsort_by_key(sharers.iter().map(|sharer| order::rank(sharer.begin())));
    let sharers = order::apply_permutation(&mut sharers, &order);
    let mut by_name: BTreeMap<&str, Vec<&SharedFileSocket>> = BTreeMap::new();
    for sharer in &sharers {
        by_name.entry(&sharer.name).or_default().push(sharer);
    }
    let all: Vec<&SharedFileSocket> = sharers.iter().collect();
    for (sharer, share) in all.iter().zip(stretches(&all)) {
        edit(session, sharer.number, |file| file.share = share);
    }
    if by_name.len() < 2 {
        return;
    }
    let urls: Arc<[Box<str>]> = by_name.keys().map(|name| Box::from(*name)).collect();
    for (name, bearers) in by_name {
        for (sharer, share) in bearers.iter().zip(stretches(&bearers)) {
            let named = NamedShare { name: name.into(), names: Arc::clone(&urls), share };
            edit(session, sharer.number, |file| file.named = Some(named));
        }
    }
}

/// The time ranges of sockets, in order of their start: each ends where the next begins, so that
/// every time is in one of them.
fn stretches(sharers: &[&SharedFileSocket]) -> Vec<TimeRange> {
    let mut from: Option<EpochMs> = None;
    let nexts = sharers.iter().skip(1).map(Some).chain([None]);
    let stretch = |(sharer, next): (&&SharedFileSocket, Option<&&SharedFileSocket>)| {
        let until = next.map(|next| {
            let border = next.start.unwrap_or_else(|| earliest(sharer.close, next.close));
            from.map_or(border, |from| from.later(border))
        });
        TimeRange { from: std::mem::replace(&mut from, until), until }
    };
    sharers.iter().zip(nexts).map(stretch).collect()
}

/// The earlier of two closes; if neither is known, later sockets get no messages.
fn earliest(one: Option<EpochMs>, other: Option<EpochMs>) -> EpochMs {
    let known = one.into_iter().chain(other);
    known.reduce(|one, other| if other < one { other } else { one }).unwrap_or(EpochMs::LATEST)
}

/// Clears the number of messages of a socket, which is unknown until the file is read.
fn edit(session: &mut Session, number: u32, edit: impl FnOnce(&mut MessagesFile)) {
    let Some(index) = session.index_of(number) else { return };
    let Some(Record { kind: RecordKind::Socket(socket), .. }) = session.records.get_mut(index) else {
        return;
    };
    if let Messages::File(file) = &mut socket.messages {
        edit(file);
        socket.totals.messages = None;
    }
}
