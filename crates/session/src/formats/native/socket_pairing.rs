//! Pairs the close events of sockets with their open events.

use std::collections::{HashMap, VecDeque};

use crate::model::{EpochMs, order};

/// The fields of an open or close event that pairing needs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SocketEvent {
    /// The socket's URL; empty if not recorded.
    pub(super) name: Box<str>,
    pub(super) time: Option<EpochMs>,
}

/// For each close, the index of the open that it ends, or `None`. All events have the same socket
/// ID or none (IDs repeat in recordings of Highlight 9.2.1 and later).
///
/// Closes are taken in order of time. Each ends the earliest open with the same URL that began at
/// or before it and has no close yet. A missing URL or time matches any.
pub(super) fn pair_closes_with_opens(opens: &[SocketEvent], closes: &[SocketEvent]) -> Vec<Option<usize>> {
    let mut unclosed = UnclosedOpens::of(opens);
    let mut pairs = vec![None; closes.len()];
    for index in indexes_by_time(closes) {
        if let (Some(close), Some(slot)) = (closes.get(index), pairs.get_mut(index)) {
            *slot = unclosed.take(close);
        }
    }
    pairs
}

/// Indexes of the events in order of time, those without a time last.
fn indexes_by_time(events: &[SocketEvent]) -> Vec<usize> {
    let time = |event: &SocketEvent| order::rank(event.time.map_or(f64::INFINITY, EpochMs::ms));
    order::argsort_by_key(events.iter().map(time)).into_iter().map(|index| index as usize).collect()
}

/// Opens without a close so far.
#[derive(Debug)]
struct UnclosedOpens<'a> {
    opens: &'a [SocketEvent],
    is_taken: Vec<bool>,
    by_name: HashMap<&'a str, Queue>,
    /// Opens of every name, for closes that have none.
    all: Queue,
}

/// Indexes of opens, in order of time. An open that was taken through another queue is dropped when
/// it reaches the front.
#[derive(Debug, Default)]
struct Queue {
    timed: VecDeque<usize>,
    untimed: VecDeque<usize>,
}

impl<'a> UnclosedOpens<'a> {
    fn of(opens: &'a [SocketEvent]) -> Self {
        let mut by_name: HashMap<&str, Queue> = HashMap::new();
        let mut all = Queue::default();
        for index in indexes_by_time(opens) {
            let Some(open) = opens.get(index) else { continue };
            for queue in [by_name.entry(&open.name).or_default(), &mut all] {
                let queue = if open.time.is_some() { &mut queue.timed } else { &mut queue.untimed };
                queue.push_back(index);
            }
        }
        Self { opens, is_taken: vec![false; opens.len()], by_name, all }
    }

    fn take(&mut self, close: &SocketEvent) -> Option<usize> {
        let found = if close.name.is_empty() {
            self.all.first(self.opens, &self.is_taken, close)
        } else {
            let mut first = |name: &str| self.by_name.get_mut(name)?.first(self.opens, &self.is_taken, close);
            earlier(self.opens, first(&close.name), first(""))
        }?;
        *self.is_taken.get_mut(found)? = true;
        Some(found)
    }
}

impl Queue {
    /// The first open that `close` may end.
    fn first(&mut self, opens: &[SocketEvent], is_taken: &[bool], close: &SocketEvent) -> Option<usize> {
        for queue in [&mut self.timed, &mut self.untimed] {
            while queue.front().is_some_and(|&index| is_taken.get(index) == Some(&true)) {
                queue.pop_front();
            }
        }
        let began_before = |&index: &usize| {
            let began = opens.get(index).and_then(|open| open.time);
            began.zip(close.time).is_none_or(|(began, closed)| began <= closed)
        };
        self.timed.front().copied().filter(began_before).or(self.untimed.front().copied())
    }
}

fn earlier(opens: &[SocketEvent], a: Option<usize>, b: Option<usize>) -> Option<usize> {
    let time = |index: usize| opens.get(index).and_then(|open| open.time).map_or(f64::INFINITY, EpochMs::ms);
    match (a, b) {
        (Some(a), Some(b)) => Some(if time(b) < time(a) { b } else { a }),
        (a, b) => a.or(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn event(name: &str, time: f64) -> SocketEvent {
        SocketEvent { name: name.into(), time: EpochMs::new(time) }
    }

    #[test]
    fn a_close_without_an_open_is_not_paired() {
        assert_eq!(pair_closes_with_opens(&[], &[event("a", 5.0)]), [None]);
    }

    #[test]
    fn events_of_a_repeated_id_are_paired_by_name_and_order() {
        let opens = [event("a", 10.0), event("a", 1.0), event("b", 2.0)];
        let closes = [event("a", 20.0), event("b", 30.0), event("a", 5.0)];
        assert_eq!(pair_closes_with_opens(&opens, &closes), [Some(0), Some(2), Some(1)]);
    }

    #[test]
    fn a_close_never_ends_an_open_that_began_after_it() {
        let opens = [event("a", 10.0), event("a", 20.0)];
        assert_eq!(pair_closes_with_opens(&opens, &[event("a", 15.0), event("a", 5.0)]), [Some(0), None]);
    }

    #[test]
    fn a_missing_name_or_time_matches_any() {
        let opens = [event("a", 10.0), event("", 5.0), event("b", f64::NAN)];
        let closes = [event("b", 6.0), event("", 20.0), event("b", 30.0)];
        assert_eq!(pair_closes_with_opens(&opens, &closes), [Some(1), Some(0), Some(2)]);
    }

    #[test]
    fn events_of_an_id_that_repeats_100_000_times_are_paired_without_comparing_all_of_them() {
        let opens: Vec<SocketEvent> = (0..100_000).map(|at| event("a", f64::from(at))).collect();
        let closes: Vec<SocketEvent> = (0..100_000).rev().map(|at| event("a", f64::from(at) + 0.5)).collect();
        let pairs = pair_closes_with_opens(&opens, &closes);
        assert!(pairs.iter().enumerate().all(|(close, open)| *open == Some(99_999 - close)));
    }

    proptest! {
        #[test]
        fn no_open_is_ended_twice(
            opens in proptest::collection::vec(("[ab]?", 0_u32..9), 0..12),
            closes in proptest::collection::vec(("[ab]?", 0_u32..9), 0..12),
        ) {
            let events = |of: &[(String, u32)]| -> Vec<SocketEvent> {
                of.iter().map(|(name, time)| event(name, f64::from(*time))).collect()
            };
            let mut pairs: Vec<usize> = pair_closes_with_opens(&events(&opens), &events(&closes)).into_iter().flatten().collect();
            let ended = pairs.len();
            pairs.sort_unstable();
            pairs.dedup();
            prop_assert_eq!(pairs.len(), ended);
        }
    }
}
