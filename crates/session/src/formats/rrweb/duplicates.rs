//! Events that a recorder sent more than once: a batch whose response was lost is sent and stored
//! again. The copies differ only in fields of their transport (`delay`).

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::formats::common::part::Part;
use crate::model::{DomEventKind, EpochMs, SegmentedBuffer, Span};

/// Number of bytes at each end of an event's data that are hashed.
const SAMPLE_BYTES: usize = 32;
/// Number of events with the same hash that are compared byte by byte.
const MAX_COMPARED: u64 = 4;

/// The events so far, by a hash of what copies have in common.
#[derive(Debug, Default)]
pub(in crate::formats) struct Duplicates {
    /// The span of the data of each: bounded by the number of events of a session.
    known: HashMap<u64, Span>,
    /// The span of the previous event.
    previous: Span,
    count: u64,
}

/// The part of an event in which copies are equal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) kind: DomEventKind,
    pub(super) time: EpochMs,
    pub(super) window: u16,
    pub(super) data: Part<'a>,
    /// The complete event.
    pub(super) object: Part<'a>,
    /// Whether equal events at the same time are legitimate: a page may log the same line many
    /// times in one millisecond.
    pub(super) may_repeat: bool,
}

impl Duplicates {
    /// Whether the event is a copy of one before, which is in `buffer`. A copy is counted, any
    /// other event is recorded.
    pub(super) fn has(&mut self, buffer: &SegmentedBuffer, event: Candidate<'_>) -> bool {
        let before = std::mem::replace(&mut self.previous, event.object.span());
        let key = key_of(event);
        for key in (0..MAX_COMPARED).map(|step| key.wrapping_add(step)) {
            let Some(known) = self.known.get(&key) else {
                self.known.insert(key, event.data.span());
                return false;
            };
            if *buffer.slice(*known) == *event.data.text() {
                let is_repeat = event.may_repeat && *buffer.slice(before) == *event.object.text();
                self.count += u64::from(!is_repeat);
                return !is_repeat;
            }
        }
        false
    }

    /// Number of copies since the last call: each file has its own note.
    pub(super) fn take_count(&mut self) -> u64 {
        std::mem::take(&mut self.count)
    }
}

fn key_of(event: Candidate<'_>) -> u64 {
    let data = event.data.text();
    let start = data.get(..SAMPLE_BYTES).unwrap_or(data);
    let end = data.get(data.len().saturating_sub(SAMPLE_BYTES)..).unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    (event.time.ms().to_bits(), event.kind as u8, event.window, data.len(), start, end).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether each of the events, given by time and data, is a duplicate.
    fn duplicates(events: &[(f64, &str)], may_repeat: bool) -> Vec<bool> {
        let text: String = events.iter().map(|(_, data)| *data).collect();
        let mut buffer = SegmentedBuffer::default();
        buffer.append(text.as_bytes()).expect("a small file");
        let (mut duplicates, mut at) = (Duplicates::default(), 0);
        let mut has = |&(time, data): &(f64, &str)| {
            let data = Part::new(data.as_bytes(), at);
            at = data.span().end();
            let time = EpochMs::new(time).expect("a time");
            let kind = DomEventKind::Incremental;
            duplicates.has(&buffer, Candidate { kind, time, window: 0, data, object: data, may_repeat })
        };
        events.iter().map(&mut has).collect()
    }

    #[test]
    fn an_event_of_the_same_time_and_data_is_a_duplicate() {
        let long = |middle: &str| format!("{}{middle}{}", "a".repeat(50), "b".repeat(50));
        let (one, other) = (long("1"), long("2"));
        let events = [(5.0, "x"), (6.0, "x"), (5.0, "x"), (5.0, &*one), (5.0, &*other), (5.0, &*other)];
        assert_eq!(duplicates(&events, false), [false, false, true, false, false, true]);
    }

    #[test]
    fn an_event_that_may_repeat_is_a_duplicate_only_if_it_does_not_follow_its_copy() {
        let events = [(5.0, "x"), (5.0, "x"), (5.0, "y"), (5.0, "x")];
        assert_eq!(duplicates(&events, true), [false, false, false, true]);
        assert_eq!(duplicates(&events[..2], false), [false, true]);
    }
}
