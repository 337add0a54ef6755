//! Sockets put together from their events: which close belongs to which open.

use std::collections::{HashMap, VecDeque};

use crate::model::{EpochMs, order};

/// An open or close event, as far as joining needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct SocketEvent {
    /// The socket's URL; empty where none was recorded.
    pub name: Box<str>,
    pub time: Option<EpochMs>,
}

/// For each close, the index of the open that it ends, among events whose socket id is the same or missing (ids repeat
/// in Highlight recordings since its 9.2.1).
///
/// Each close, in order of time, ends the earliest open of its name that began before it and has no close yet. A name
/// or a time that one side lacks fits any.
pub fn closes_to_opens(opens: &[SocketEvent], closes: &[SocketEvent]) -> Vec<Option<usize>> {
    let mut waiting = Waiting::of(opens);
    let mut joined = vec![None; closes.len()];
    for index in in_time(closes) {
        if let (Some(close), Some(slot)) = (closes.get(index), joined.get_mut(index)) {
            *slot = waiting.take(close);
        }
    }
    joined
}

/// Indexes of the events in order of time, those without a time last.
fn in_time(events: &[SocketEvent]) -> Vec<usize> {
    let time = |event: &SocketEvent| order::rank(event.time.map_or(f64::INFINITY, EpochMs::ms));
    order::argsort_by_key(events.iter().map(time)).into_iter().map(|place| place as usize).collect()
}

/// Opens that wait for their close.
#[derive(Debug)]
struct Waiting<'a> {
    opens: &'a [SocketEvent],
    is_taken: Vec<bool>,
    by_name: HashMap<&'a str, Queue>,
    /// Those of every name, for closes that have none.
    all: Queue,
}

/// Indexes of opens, in order of time. One that was taken through another queue stays until it comes to the front.
#[derive(Debug, Default)]
struct Queue {
    timed: VecDeque<usize>,
    untimed: VecDeque<usize>,
}

impl<'a> Waiting<'a> {
    fn of(opens: &'a [SocketEvent]) -> Self {
        let mut by_name: HashMap<&str, Queue> = HashMap::new();
        let mut all = Queue::default();
        for index in in_time(opens) {
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
    /// The first that may be ended by `close`.
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
    fn a_close_without_an_open_stays_alone() {
        assert_eq!(closes_to_opens(&[], &[event("a", 5.0)]), [None]);
    }

    #[test]
    fn a_repeated_id_is_joined_by_name_and_order() {
        let opens = [event("a", 10.0), event("a", 1.0), event("b", 2.0)];
        let closes = [event("a", 20.0), event("b", 30.0), event("a", 5.0)];
        assert_eq!(closes_to_opens(&opens, &closes), [Some(0), Some(2), Some(1)]);
    }

    #[test]
    fn a_close_never_ends_what_began_after_it() {
        let opens = [event("a", 10.0), event("a", 20.0)];
        assert_eq!(closes_to_opens(&opens, &[event("a", 15.0), event("a", 5.0)]), [Some(0), None]);
    }

    #[test]
    fn what_is_missing_fits_any() {
        let opens = [event("a", 10.0), event("", 5.0), event("b", f64::NAN)];
        let closes = [event("b", 6.0), event("", 20.0), event("b", 30.0)];
        assert_eq!(closes_to_opens(&opens, &closes), [Some(1), Some(0), Some(2)]);
    }

    #[test]
    fn an_id_that_repeats_a_hundred_thousand_times_is_joined_in_a_moment() {
        let opens: Vec<SocketEvent> = (0..100_000).map(|at| event("a", f64::from(at))).collect();
        let closes: Vec<SocketEvent> = (0..100_000).rev().map(|at| event("a", f64::from(at) + 0.5)).collect();
        let joined = closes_to_opens(&opens, &closes);
        assert!(joined.iter().enumerate().all(|(close, open)| *open == Some(99_999 - close)));
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
            let mut joined: Vec<usize> = closes_to_opens(&events(&opens), &events(&closes)).into_iter().flatten().collect();
            let ended = joined.len();
            joined.sort_unstable();
            joined.dedup();
            prop_assert_eq!(joined.len(), ended);
        }
    }
}
