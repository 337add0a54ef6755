//! Sockets that share an id share a file of messages: which part of it is whose.

use std::collections::HashMap;

use crate::model::{EpochMs, Messages, MessagesFile, Record, RecordKind, Session, order};

/// A socket among those of one id.
#[derive(Clone, Debug, Default)]
struct Sharer {
    number: u32,
    name: Box<str>,
    start: Option<EpochMs>,
    close: Option<EpochMs>,
}

impl Sharer {
    fn of(record: &Record) -> Option<Self> {
        let close = record.socket()?.close().and_then(|close| close.at);
        Some(Self { number: record.number, name: record.url.clone(), start: record.start, close })
    }

    fn begin(&self) -> f64 {
        self.start.or(self.close).map_or(f64::INFINITY, EpochMs::ms)
    }
}

/// Each socket takes the messages from its start up to the next one's; one whose open was not recorded begins where the
/// one before it closed. Where a URL is that of one socket alone, messages that name it are told by that.
pub(super) fn share_out(session: &mut Session, numbers: &[u32]) {
    let record = |number: &u32| session.records.get(session.index_of(*number)?);
    let mut sharers: Vec<Sharer> = numbers.iter().filter_map(|number| Sharer::of(record(number)?)).collect();
    let order = order::by_rank(sharers.iter().map(|sharer| order::rank(sharer.begin())));
    let sharers = order::take(&mut sharers, &order);
    let mut bearers: HashMap<Box<str>, usize> = HashMap::new();
    for sharer in &sharers {
        *bearers.entry(sharer.name.clone()).or_default() += 1;
    }
    let mut from = None;
    for (place, sharer) in sharers.iter().enumerate() {
        let until = sharers.get(place + 1).and_then(|next| next.start.or(sharer.close));
        let has_own_name = !sharer.name.is_empty() && bearers.get(&sharer.name) == Some(&1);
        let name = Some(sharer.name.clone()).filter(|_| has_own_name && bearers.len() > 1);
        narrow(session, sharer.number, |file| MessagesFile { name, from, until, ..file });
        from = until;
    }
}

/// How many messages of the file are this socket's is not known before they are read.
fn narrow(session: &mut Session, number: u32, edit: impl FnOnce(MessagesFile) -> MessagesFile) {
    let Some(index) = session.index_of(number) else { return };
    let Some(Record { kind: RecordKind::Socket(socket), .. }) = session.records.get_mut(index) else {
        return;
    };
    if let Messages::File(file) = &mut socket.messages {
        *file = edit(std::mem::take(file));
        socket.totals.messages = None;
    }
}
