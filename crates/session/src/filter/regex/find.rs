//! Where a regular expression matches: all states of the program at once, each with the beginning
//! of its match. Slower than the table of [`super::dfa`], so it runs only on lines that match.

use std::ops::Range;

use super::dfa::{Before, holds};
use super::program::{Program, State};

/// The first match in `text` that begins at or after `from` and is not empty; of those that begin
/// there the longest.
pub(super) fn find(program: &Program, text: &[u8], from: usize) -> Option<Range<usize>> {
    let mut best: Option<Range<usize>> = None;
    // States with the beginning of their match, the earliest first.
    let (mut current, mut next) = (Vec::new(), Vec::new());
    let mut is_reached = vec![false; program.states.len()];
    let mut stack = Vec::new();
    let mut before = Before::of(from.checked_sub(1).and_then(|at| text.get(at).copied()));
    for at in from..=text.len() {
        let byte = text.get(at).copied();
        if best.is_none() {
            current.push((program.start, at));
        }
        is_reached.fill(false);
        for (state, start) in current.drain(..) {
            stack.push(state);
            while let Some(index) = stack.pop() {
                let Some(is_reached) = is_reached.get_mut(index as usize).filter(|is_reached| !**is_reached)
                else {
                    continue;
                };
                *is_reached = true;
                match program.states.get(index as usize)? {
                    State::Match if at > start => {
                        if best.as_ref().is_none_or(|best| start <= best.start) {
                            best = Some(start..at);
                        }
                    }
                    State::Split(one, other) => stack.extend([*one, *other]),
                    State::Assert(assertion, after) if holds(*assertion, before, byte) => stack.push(*after),
                    State::Byte { first, last, next: after }
                        if byte.is_some_and(|byte| (*first..=*last).contains(&byte)) =>
                    {
                        next.push((*after, start));
                    }
                    State::Match | State::Assert(..) | State::Byte { .. } => {}
                }
            }
        }
        if let Some(best) = &best {
            next.retain(|(_, start)| *start <= best.start);
            if next.is_empty() {
                break;
            }
        }
        std::mem::swap(&mut current, &mut next);
        before = Before::of(byte);
    }
    best
}
