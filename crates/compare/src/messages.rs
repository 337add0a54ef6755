//! What differs between the messages of two sockets or event streams: by event and direction, and
//! of each event the n-th message with the n-th.

use rustc_hash::FxHashMap;
use session::model::{Encoding, MessageKind, MessageLog};
use session::protocols::Analysis;

use crate::comparison::Pair;
use crate::part::{Part, Reason};

/// Events that are told apart; messages of further ones are only counted.
const MAX_EVENTS: usize = 2000;
/// Messages of each side that are compared.
const MAX_MESSAGES: usize = 1_000_000;
/// Bytes of payloads of each side that are compared.
const MAX_BYTES: u64 = 256 << 20;
/// Bytes that take about as long as a message.
const BYTES_PER_MESSAGE: u64 = 1024;
/// Bytes of an event's name.
const MAX_NAME_BYTES: usize = 200;

/// The messages of one side, all loaded.
#[derive(Clone, Copy, Debug)]
pub struct SocketMessages<'a> {
    pub log: MessageLog<'a>,
    /// What their protocol says of them; `None` of an event stream.
    pub analysis: Option<&'a Analysis>,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventState {
    /// As many messages on both sides, and all payloads the same.
    Same,
    /// Another number of messages, or other payloads.
    Changed,
    /// Only in the base.
    Missing,
    /// Only in the other session.
    Added,
}

impl EventState {
    /// Its name in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Added => "added",
        }
    }
}

/// An event in one direction, on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventDifference {
    /// Its decoded name; empty where no protocol names it.
    pub name: String,
    pub kind: MessageKind,
    pub is_heartbeat: bool,
    /// Numbers of messages.
    pub base: u32,
    pub other: u32,
    /// Pairs of messages, the n-th of both sides, whose payloads differ.
    pub differing: u32,
    /// Pairs whose payloads were not compared: not recorded, recorded in part, or too many.
    pub uncompared: u32,
    /// The indexes of the first messages whose payloads differ.
    pub first_differing: Option<(u32, u32)>,
}

impl EventDifference {
    /// What became of the event. A heartbeat that is on both sides is the same: how many there are
    /// depends on how long the socket was open.
    pub fn state(&self) -> EventState {
        match (self.base, self.other) {
            (_, 0) => EventState::Missing,
            (0, _) => EventState::Added,
            _ if self.is_heartbeat => EventState::Same,
            (base, other) if base != other || self.differing > 0 => EventState::Changed,
            _ => EventState::Same,
        }
    }
}

/// What differs between the messages of two sockets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageComparison {
    /// In the order in which they first occur, in the base, then in the other session.
    pub events: Vec<EventDifference>,
    /// Messages of both sides that were not compared: there are too many messages or events.
    pub omitted: u64,
}

impl Pair {
    /// Takes over what differs between the messages of both rows.
    pub fn update_messages(&mut self, comparison: &MessageComparison) {
        self.uncompared.retain(|(part, _)| *part != Part::Messages);
        self.differing.retain(|part| *part != Part::Messages);
        if comparison.events.iter().any(|event| event.state() != EventState::Same) {
            self.note_difference(Part::Messages);
        }
        if comparison.omitted > 0 {
            self.note_uncompared(Part::Messages, Reason::TooLarge);
        } else if comparison.events.iter().any(|event| event.uncompared > 0) {
            self.note_uncompared(Part::Messages, Reason::NotRecorded);
        }
    }

    /// Notes that the messages of one of both rows, or of both, were not recorded.
    pub fn note_missing_messages(&mut self) {
        self.uncompared.retain(|(part, _)| *part != Part::Messages);
        self.note_uncompared(Part::Messages, Reason::NotRecorded);
    }
}

/// Compares messages, in slices.
#[derive(Debug, Default)]
pub struct MessageComparer {
    groups: FxHashMap<(String, u8, bool), usize>,
    /// The indexes of the messages of each event, of both sides.
    members: Vec<[Vec<u32>; 2]>,
    comparison: MessageComparison,
    phase: Phase,
    next: usize,
    bytes: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Base,
    Other,
    Payloads {
        event: usize,
    },
    Done,
}

impl MessageComparer {
    /// Compares the messages of two sockets without a pause.
    pub fn run(base: SocketMessages<'_>, other: SocketMessages<'_>) -> MessageComparison {
        let mut comparer = Self::default();
        while comparer.step(base, other, usize::MAX) {}
        comparer.comparison
    }

    /// Does about as much work as `budget` messages take; whether there is more to do.
    pub fn step(&mut self, base: SocketMessages<'_>, other: SocketMessages<'_>, budget: usize) -> bool {
        let mut left = budget.max(1) as u64;
        while left > 0 && self.phase != Phase::Done {
            let cost = match self.phase {
                Phase::Base => self.group(base, 0, Phase::Other),
                Phase::Other => self.group(other, 1, Phase::Payloads { event: 0 }),
                Phase::Payloads { event } => self.compare_payload(base, other, event),
                Phase::Done => 0,
            };
            left = left.saturating_sub(cost);
        }
        self.phase != Phase::Done
    }

    /// The comparison; complete once [`step`](Self::step) has returned `false`.
    pub fn into_comparison(self) -> MessageComparison {
        self.comparison
    }

    /// Adds the next message of a side to its event.
    fn group(&mut self, side: SocketMessages<'_>, at: usize, next: Phase) -> u64 {
        let index = self.next;
        let Some(message) = side.log.columns.get(index).filter(|_| index < MAX_MESSAGES) else {
            self.comparison.omitted += side.log.len().saturating_sub(index) as u64;
            (self.phase, self.next) = (next, 0);
            return 0;
        };
        self.next += 1;
        let is_heartbeat = side.analysis.is_some_and(|analysis| analysis.is_heartbeat(index as u32));
        let name = event_name(side, index);
        let key = (name, message.kind as u8, is_heartbeat);
        let group = match self.groups.get(&key) {
            Some(known) => *known,
            None if self.members.len() == MAX_EVENTS => {
                self.comparison.omitted += 1;
                return 1;
            }
            None => {
                self.comparison.events.push(EventDifference {
                    name: key.0.clone(),
                    kind: message.kind,
                    is_heartbeat,
                    base: 0,
                    other: 0,
                    differing: 0,
                    uncompared: 0,
                    first_differing: None,
                });
                self.members.push([Vec::new(), Vec::new()]);
                self.groups.insert(key, self.members.len() - 1);
                self.members.len() - 1
            }
        };
        if let (Some(members), Some(event)) =
            (self.members.get_mut(group), self.comparison.events.get_mut(group))
        {
            members[at].push(index as u32);
            *(if at == 0 { &mut event.base } else { &mut event.other }) += 1;
        }
        1
    }

    /// Compares the next messages of an event.
    fn compare_payload(&mut self, base: SocketMessages<'_>, other: SocketMessages<'_>, at: usize) -> u64 {
        let (Some([ones, twos]), Some(event)) = (self.members.get(at), self.comparison.events.get_mut(at))
        else {
            self.phase = Phase::Done;
            return 0;
        };
        let pair = ones.get(self.next).copied().zip(twos.get(self.next).copied());
        let Some((one, two)) = pair.filter(|_| !event.is_heartbeat) else {
            (self.phase, self.next) = (Phase::Payloads { event: at + 1 }, 0);
            return 1;
        };
        self.next += 1;
        let messages = base.log.columns.get(one as usize).zip(other.log.columns.get(two as usize));
        let Some((first, second)) = messages else { return 1 };
        let bytes = u64::from(first.body.len) + u64::from(second.body.len);
        let is_whole = [first, second]
            .iter()
            .all(|message| message.encoding != Encoding::Absent && !message.is_truncated);
        if !is_whole || self.bytes + bytes > 2 * MAX_BYTES {
            event.uncompared += 1;
            return 1;
        }
        self.bytes += bytes;
        if first.encoding != second.encoding || base.log.raw(&first) != other.log.raw(&second) {
            event.differing += 1;
            event.first_differing.get_or_insert((one, two));
        }
        1 + bytes / BYTES_PER_MESSAGE
    }
}

/// The decoded name of a message's event, or that of an event stream.
fn event_name(side: SocketMessages<'_>, index: usize) -> String {
    let mut name = match side.analysis {
        Some(analysis) => analysis.event(index as u32).unwrap_or_default().to_owned(),
        None => side.log.event_name(index),
    };
    let end = (0..=MAX_NAME_BYTES.min(name.len())).rev().find(|end| name.is_char_boundary(*end));
    name.truncate(end.unwrap_or(0));
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::messages::{analyzed, reader};

    fn compared(base: &[(&str, &str)], other: &[(&str, &str)]) -> MessageComparison {
        let (base, other) = (reader(base), reader(other));
        let (one, two) = (analyzed(base.log()), analyzed(other.log()));
        let side = |log, analysis| SocketMessages { log, analysis: Some(analysis) };
        let (base, other) = (side(base.log(), one.analysis()), side(other.log(), two.analysis()));
        let whole = MessageComparer::run(base, other);
        let mut comparer = MessageComparer::default();
        while comparer.step(base, other, 1) {}
        assert_eq!(comparer.into_comparison(), whole, "slices of any size give the same");
        whole
    }

    fn shown(comparison: &MessageComparison) -> Vec<String> {
        let line = |event: &EventDifference| {
            format!("{:?} {} {}>{} {:?}", event.kind, event.name, event.base, event.other, event.state())
        };
        comparison.events.iter().map(line).collect()
    }

    #[test]
    fn events_are_missing_added_changed_or_the_same() {
        let found = compared(
            &[
                ("sent", r#"42["join",{"room":1}]"#),
                ("received", r#"42["chat",{"text":"a"}]"#),
                ("received", r#"42["chat",{"text":"b"}]"#),
                ("received", r#"42["bye"]"#),
            ],
            &[
                ("sent", r#"42["join",{"room":1}]"#),
                ("received", r#"42["chat",{"text":"a"}]"#),
                ("received", r#"42["chat",{"text":"X"}]"#),
                ("received", r#"42["error"]"#),
            ],
        );
        assert_eq!(
            shown(&found),
            [
                "Sent join 1>1 Same",
                "Received chat 2>2 Changed",
                "Received bye 1>0 Missing",
                "Received error 0>1 Added"
            ]
        );
        assert_eq!(found.events[1].first_differing, Some((2, 2)));
    }

    #[test]
    fn another_number_of_messages_is_a_change() {
        let chat = ("received", r#"42["chat"]"#);
        assert_eq!(shown(&compared(&[chat, chat], &[chat])), ["Received chat 2>1 Changed"]);
    }

    #[test]
    fn a_pair_takes_over_what_differs_between_its_messages() {
        let (one, two) = ([("sent", r#"42["a"]"#)], [("sent", r#"42["b"]"#)]);
        let mut pair = crate::testing::pair();
        pair.note_uncompared(Part::Messages, Reason::OnRequest);
        pair.update_messages(&compared(&one, &two));
        assert_eq!((pair.differing.as_slice(), pair.uncompared.len()), ([Part::Messages].as_slice(), 0));
        pair.update_messages(&compared(&one, &one));
        assert_eq!((pair.differing.len(), pair.uncompared.len()), (0, 0));
        pair.note_missing_messages();
        assert_eq!(pair.uncompared, [(Part::Messages, Reason::NotRecorded)]);
    }

    #[test]
    fn heartbeats_are_the_same_however_many_there_are() {
        let ping = ("received", "2");
        let found = compared(&[ping, ping, ping], &[ping]);
        assert_eq!(found.events.len(), 1);
        assert_eq!((found.events[0].is_heartbeat, found.events[0].state()), (true, EventState::Same));
    }

    #[test]
    fn exchanging_the_sides_exchanges_missing_and_added() {
        let (one, two) = ([("sent", r#"42["a"]"#)], [("sent", r#"42["b"]"#)]);
        assert_eq!(shown(&compared(&one, &two)), ["Sent a 1>0 Missing", "Sent b 0>1 Added"]);
        assert_eq!(shown(&compared(&two, &one)), ["Sent b 1>0 Missing", "Sent a 0>1 Added"]);
    }
}
