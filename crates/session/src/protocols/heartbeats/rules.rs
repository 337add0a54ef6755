//! Which shapes are heartbeats, and which are the answers to them.

use super::{Occurrence, Occurrences};

/// Fewest occurrences of a heartbeat, and of one that calls itself so.
const MIN_COUNT: usize = 5;
const MIN_NAMED_COUNT: usize = 3;
/// Share of the time from its first occurrence to the end that the occurrences cover.
const MIN_COVERAGE: f64 = 0.3;
/// Periods of heartbeats, in ms.
const MIN_PERIOD_MS: f64 = 500.0;
const MAX_PERIOD_MS: f64 = 180_000.0;
/// Median deviation from the period, as a share of it; that of a heartbeat that calls itself so.
const MAX_DEVIATION: f64 = 0.1;
const MAX_NAMED_DEVIATION: f64 = 0.25;
/// Longest time to an answer, in ms; at most half the period.
const MAX_ANSWER_MS: f64 = 5000.0;
/// Share of the heartbeats that are answered.
const MIN_ANSWERED: f64 = 0.9;
/// Share of an answer's occurrences that follow no heartbeat.
const MAX_UNPROVOKED: f64 = 0.1;

/// A shape that is a heartbeat.
#[derive(Clone, Copy, Debug)]
pub(super) struct Heartbeat {
    /// Its position among the shapes.
    pub(super) shape: usize,
    /// It, or the heartbeat that it answers, calls itself so.
    pub(super) is_named: bool,
}

/// The heartbeats among the shapes. The socket's last message was at `end`, in ms since 1970.
pub(super) fn select(shapes: &[Occurrences], end: f64) -> Vec<Heartbeat> {
    let mut found: Vec<Heartbeat> = Vec::new();
    for (nth, shape) in shapes.iter().enumerate() {
        let Some(period) = period(shape, end) else { continue };
        let is_answer = |answer: &&Occurrences| answers(shape, answer, period);
        let answer = shapes.iter().position(|other| is_answer(&other));
        // An ID that changes is news, unless it is there for the answer to repeat.
        if shape.has_changing_ids && answer.is_none() {
            continue;
        }
        let is_named = shape.is_named || answer.and_then(|nth| shapes.get(nth)).is_some_and(|it| it.is_named);
        for shape in std::iter::once(nth).chain(answer) {
            match found.iter_mut().find(|known| known.shape == shape) {
                Some(known) => known.is_named |= is_named,
                None => found.push(Heartbeat { shape, is_named }),
            }
        }
    }
    found
}

/// The period of a shape that occurs as a heartbeat does, in ms.
fn period(shape: &Occurrences, end: f64) -> Option<f64> {
    let count = shape.messages.len();
    let (first, last) = (shape.messages.first()?.time, shape.messages.last()?.time);
    let min_count = if shape.is_named { MIN_NAMED_COUNT } else { MIN_COUNT };
    if count < min_count || last - first < (end - first) * MIN_COVERAGE {
        return None;
    }
    // Half of the gaps are as long as the shortest period, if the median is.
    if last - first < MIN_PERIOD_MS / 2.0 * (count - 1) as f64 {
        return None;
    }
    let max_deviation = if shape.is_named { MAX_NAMED_DEVIATION } else { MAX_DEVIATION };
    let gaps = shape.messages.windows(2).filter_map(|pair| match pair {
        [before, after] => Some(after.time - before.time),
        _ => None,
    });
    let silences = shape.messages.iter().skip(1).map(|occurrence| f64::from(occurrence.silence));
    steady(gaps.collect(), max_deviation).or_else(|| steady(silences.collect(), max_deviation))
}

/// The median, if it is the period of a heartbeat and most values are near it.
fn steady(mut values: Vec<f64>, max_deviation: f64) -> Option<f64> {
    let median = median(&mut values)?;
    if !(MIN_PERIOD_MS..=MAX_PERIOD_MS).contains(&median) {
        return None;
    }
    for value in &mut values {
        *value = (*value - median).abs();
    }
    (self::median(&mut values)? <= median * max_deviation).then_some(median)
}

fn median(values: &mut [f64]) -> Option<f64> {
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    Some(*values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

/// Whether nearly every occurrence of `heartbeat` is followed by `answer`, and `answer` hardly
/// occurs otherwise.
fn answers(heartbeat: &Occurrences, answer: &Occurrences, period: f64) -> bool {
    if answer.direction == heartbeat.direction || answer.messages.is_empty() {
        return false;
    }
    let longest = MAX_ANSWER_MS.min(period / 2.0);
    let mut answered = 0_usize;
    let mut waiting = answer.messages.iter().peekable();
    for ping in &heartbeat.messages {
        while waiting.next_if(|pong| pong.message < ping.message).is_some() {}
        let follows = |pong: &&Occurrence| {
            (0.0..=longest).contains(&(pong.time - ping.time))
                && (!heartbeat.has_changing_ids || pong.ids == ping.ids)
        };
        answered += usize::from(waiting.next_if(follows).is_some());
    }
    let (sent, received) = (heartbeat.messages.len() as f64, answer.messages.len() as f64);
    let unprovoked = received - answered as f64;
    // The last heartbeat may have no answer any more.
    answered as f64 >= (sent * MIN_ANSWERED).min(sent - 1.0) && unprovoked < received * MAX_UNPROVOKED
}
