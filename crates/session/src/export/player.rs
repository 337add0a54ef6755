//! What a player of rrweb events is given of a session.

use std::borrow::Cow;

use crate::model::{DomEvent, DomEventKind, EpochMs, Session, Span, order};
use json_spans::Fields;

/// The events of one window that make its replay, in the order of time.
#[derive(Debug)]
pub struct PlayerEvents<'a> {
    session: &'a Session,
    events: Vec<PlayerEvent>,
    /// The data of a full snapshot is all there is: it gets the event around it that a player
    /// expects.
    is_bare: bool,
}

/// What the reader has found out about an event, so that the player need not read it again.
#[derive(Clone, Copy, Debug, Default)]
struct PlayerEvent {
    source: Span,
    /// Epoch milliseconds.
    time: f64,
    kind: u8,
}

const BEFORE_BARE: &[u8] = br#"{"type":2,"timestamp":0,"data":"#;
const BEHIND_BARE: &[u8] = b"}";

/// The events of that window (an index into the windows of the session's DOM events) which a player
/// needs: the document, its changes, what its user did, and the page's address and size. Events of
/// one instant stay in the order of the source.
///
/// Each is the JSON text of the recording, with its time and its type next to it as the reader has
/// understood them: a recording may write them as text or in other units, and the player takes them
/// as the tables do. A field that posthog-js packed stays packed (`cv`); an event that was packed
/// in its entirety is unpacked. An event without a time is left out: its place is not known. Only
/// where all there is is the data of one full snapshot, that is made an event at the time 0.
pub fn player_events(session: &Session, window: u16) -> PlayerEvents<'_> {
    let events =
        || session.dom_events.iter().filter(move |event| event.window == window && is_shown(event.kind));
    let known = |event: &DomEvent, time: EpochMs| PlayerEvent {
        source: event.source,
        time: time.ms(),
        kind: event.kind.number(),
    };
    let mut timed: Vec<PlayerEvent> = events().filter_map(|event| Some(known(&event, event.time?))).collect();
    let order = order::argsort_by_key(timed.iter().map(|event| order::rank(event.time)));
    let mut player_events = order::apply_permutation(&mut timed, &order);
    let mut bare = events().filter(|event| is_bare(session, event));
    let bare = if player_events.is_empty() { bare.next() } else { None };
    player_events.extend(bare.and_then(|event| Some(known(&event, EpochMs::new(0.0)?))));
    PlayerEvents { session, events: player_events, is_bare: bare.is_some() }
}

fn is_shown(kind: DomEventKind) -> bool {
    match kind {
        DomEventKind::DomContentLoaded
        | DomEventKind::Load
        | DomEventKind::FullSnapshot
        | DomEventKind::Incremental
        | DomEventKind::Meta => true,
        DomEventKind::Custom | DomEventKind::Plugin | DomEventKind::Unknown => false,
    }
}

/// Whether it is the data of a full snapshot without the event around it: an event has a type, a
/// document has not.
fn is_bare(session: &Session, event: &DomEvent) -> bool {
    let is_snapshot = event.time.is_none() && event.kind == DomEventKind::FullSnapshot;
    is_snapshot && !Fields::of(&session.bytes.slice(event.source)).any(|field| *field.name() == *b"type")
}

impl<'a> PlayerEvents<'a> {
    /// How many events there are.
    pub fn len(&self) -> usize {
        self.events.len()
    }

    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Where each event ends in the text that [`Self::pieces`] make: the next one begins there. In
    /// bytes.
    pub fn ends(&self) -> impl Iterator<Item = u32> + '_ {
        let around = if self.is_bare { (BEFORE_BARE.len() + BEHIND_BARE.len()) as u32 } else { 0 };
        self.events.iter().scan(0_u32, move |end, event| {
            *end = end.saturating_add(event.source.len).saturating_add(around);
            Some(*end)
        })
    }

    /// The time of each event, in epoch milliseconds.
    pub fn times(&self) -> impl Iterator<Item = f64> + '_ {
        self.events.iter().map(|event| event.time)
    }

    /// The type of each event, as rrweb numbers them.
    pub fn types(&self) -> impl Iterator<Item = u8> + '_ {
        self.events.iter().map(|event| event.kind)
    }

    /// The bytes of all events, one after the other with nothing between them, in pieces to be
    /// copied where a player finds them: the complete text never exists twice here.
    pub fn pieces(&self) -> impl Iterator<Item = Cow<'a, [u8]>> + '_ {
        let (before, behind) = if self.is_bare { (BEFORE_BARE, BEHIND_BARE) } else { (&b""[..], &b""[..]) };
        let event = move |event: &PlayerEvent| {
            [Cow::Borrowed(before), self.session.bytes.slice(event.source), Cow::Borrowed(behind)]
        };
        self.events.iter().flat_map(event).filter(|piece| !piece.is_empty())
    }
}
