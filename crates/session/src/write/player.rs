//! What a player of rrweb events is given of a session.

use std::borrow::Cow;

use crate::model::{DomEvent, DomEventKind, EpochMs, Session, Span, order};
use crate::scan::Fields;

/// The events of one window that make its replay, in the order of time.
#[derive(Debug)]
pub struct PlayerEvents<'a> {
    session: &'a Session,
    spans: Vec<Span>,
    /// The data of a full snapshot is all there is: it gets the event around it that a player expects.
    is_bare: bool,
}

const BEFORE_BARE: &[u8] = br#"{"type":2,"timestamp":0,"data":"#;
const BEHIND_BARE: &[u8] = b"}";

/// The events of that window (an index into the windows of the session's DOM events) which a player needs: the document,
/// its changes, what its user did, and the page's address and size. Events of one instant stay in the order of the
/// source.
///
/// Each is the JSON text that stands in the recording. A field that posthog-js packed stays packed (`cv`); an event that
/// was packed as a whole is unpacked. An event without a time is left out: nobody knows where it belongs. Only where all
/// there is is the data of one full snapshot, that is made an event at the time 0.
pub fn player_events(session: &Session, window: u16) -> PlayerEvents<'_> {
    let events =
        || session.dom_events.iter().filter(move |event| event.window == window && is_shown(event.kind));
    let timed = || events().filter_map(|event| Some((event.time?, event.source)));
    let order = order::by_rank(timed().map(|(time, _)| order::rank(EpochMs::ms(time))));
    let mut spans: Vec<Span> = timed().map(|(_, source)| source).collect();
    let mut spans = order::take(&mut spans, &order);
    let mut bare = events().filter(|event| is_bare(session, event));
    let bare = if spans.is_empty() { bare.next() } else { None };
    spans.extend(bare.map(|event| event.source));
    PlayerEvents { session, spans, is_bare: bare.is_some() }
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

/// Whether it is the data of a full snapshot without the event around it: an event has a type, a document has not.
fn is_bare(session: &Session, event: &DomEvent) -> bool {
    let is_snapshot = event.time.is_none() && event.kind == DomEventKind::FullSnapshot;
    is_snapshot && !Fields::of(&session.bytes.slice(event.source)).any(|field| *field.name() == *b"type")
}

impl<'a> PlayerEvents<'a> {
    /// How many events there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Where each event ends in the text that [`Self::pieces`] make: the next one begins there. In bytes.
    pub fn ends(&self) -> impl Iterator<Item = u32> + '_ {
        let around = if self.is_bare { (BEFORE_BARE.len() + BEHIND_BARE.len()) as u32 } else { 0 };
        self.spans.iter().scan(0_u32, move |end, span| {
            *end = end.saturating_add(span.len).saturating_add(around);
            Some(*end)
        })
    }

    /// The bytes of all events, one after the other with nothing between them, in pieces to be copied where a player
    /// finds them: the whole text never exists twice here.
    pub fn pieces(&self) -> impl Iterator<Item = Cow<'a, [u8]>> + '_ {
        let (before, behind) = if self.is_bare { (BEFORE_BARE, BEHIND_BARE) } else { (&b""[..], &b""[..]) };
        let event = move |span: &Span| {
            [Cow::Borrowed(before), self.session.bytes.slice(*span), Cow::Borrowed(behind)]
        };
        self.spans.iter().flat_map(event).filter(|piece| !piece.is_empty())
    }
}
