//! What the manifest of a server says of the batches that it received.

use crate::formats::common::fields::object;
use crate::formats::common::lenient::Number;
use crate::formats::common::part::Part;
use crate::model::{LoadNotes, Millis, format_count};

object! {
    /// Numbers of batches.
    pub(super) struct Received<'a> {
        /// Ranges `[first, last]`, in order.
        sequences: &'a [u8] = "sequences",
        twice: &'a [u8] = "twice",
        unreadable: &'a [u8] = "unreadable",
        clock_difference: Number = "clockDifference",
    }
}

/// Number of ranges that a note names.
const MAX_NAMED: usize = 10;

impl Received<'_> {
    /// Notes which batches are missing, came twice, or are not readable.
    pub(super) fn note(&self, file: &str, notes: &mut LoadNotes) {
        let mut note = |ranges: &Ranges, text: &str| {
            if let Some(batches) = ranges.label() {
                notes.push(file, None, format!("{batches} {text}"));
            }
        };
        note(&self.missing(), "did not reach the server; the records in them are missing");
        let numbers = |list| Ranges::of(Part::new(list, 0).elements().filter_map(one).map(|at| [at, at]));
        note(&numbers(self.twice), "came twice with different content; the first one is shown");
        note(&numbers(self.unreadable), "could not be read by the server; the records in them are missing");
        if let Some(difference) = self.clock_difference.get().and_then(Millis::new) {
            let side = if difference.ms() < 0.0 { "behind" } else { "ahead of" };
            let length = Millis::new(difference.ms().abs()).map(Millis::duration).unwrap_or_default();
            notes.push(
                file,
                None,
                format!("The clock of the recorded browser was {length} {side} the server's; times are the browser's"),
            );
        }
    }

    /// The numbers before the last one that are in no range.
    fn missing(&self) -> Ranges {
        let ranges = Part::new(self.sequences, 0).elements();
        let mut next = 1;
        Ranges::of(ranges.filter_map(|range| {
            let mut ends = range.elements().filter_map(one);
            let (first, last) = (ends.next()?, ends.next()?);
            let hole = (first > next).then(|| [next, first - 1]);
            next = next.max(last.saturating_add(1));
            hole
        }))
    }
}

fn one(part: Part<'_>) -> Option<u64> {
    part.number().as_u64()
}

/// Ranges of numbers: the first ones, and how many there are.
struct Ranges {
    named: Vec<[u64; 2]>,
    count: u64,
}

impl Ranges {
    fn of(ranges: impl Iterator<Item = [u64; 2]>) -> Self {
        let mut all = Self { named: Vec::new(), count: 0 };
        for range in ranges {
            all.count += 1;
            if all.named.len() < MAX_NAMED {
                all.named.push(range);
            }
        }
        all
    }

    /// `batch 4`, or `batches 4, 10–12 and 3 more`.
    fn label(&self) -> Option<String> {
        let name = |[first, last]: &[u64; 2]| {
            if first == last { first.to_string() } else { format!("{first}–{last}") }
        };
        let named: Vec<String> = self.named.iter().map(name).collect();
        let more = match self.count - self.named.len() as u64 {
            0 => String::new(),
            more => format!(" and {} more", format_count(more)),
        };
        let is_one = self.count == 1 && self.named.iter().all(|[first, last]| first == last);
        (self.count > 0)
            .then(|| format!("{} {}{more}", if is_one { "batch" } else { "batches" }, named.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::common::fields::FromObject;

    fn notes(received: &str) -> Vec<String> {
        let mut notes = LoadNotes::default();
        Received::from_object(received.as_bytes()).note("session.json", &mut notes);
        notes.listed().iter().map(|note| note.text.clone()).collect()
    }

    #[test]
    fn batches_that_were_not_received_are_noted() {
        let missing = "did not reach the server; the records in them are missing";
        assert_eq!(notes(r#"{"sequences":[[1,3],[4,9]]}"#), [""; 0]);
        assert_eq!(notes(r#"{"sequences":[[1,3],[5,9]]}"#), [format!("batch 4 {missing}")]);
        assert_eq!(notes(r#"{"sequences":[[3,3],[7,9]]}"#), [format!("batches 1–2, 4–6 {missing}")]);
        let many: Vec<String> = (1..=15).map(|number| format!("[{0},{0}]", number * 2)).collect();
        let many = notes(&format!("{{\"sequences\":[{}]}}", many.join(",")));
        assert_eq!(many, [format!("batches 1, 3, 5, 7, 9, 11, 13, 15, 17, 19 and 5 more {missing}")]);
    }

    #[test]
    fn batches_that_came_twice_or_are_unreadable_are_noted() {
        let notes = notes(r#"{"sequences":[[1,9]],"twice":[7],"unreadable":[8,9]}"#);
        assert_eq!(notes.len(), 2);
        assert!(notes[0].starts_with("batch 7 came twice") && notes[1].starts_with("batches 8, 9 could not"));
    }

    #[test]
    fn a_difference_of_clocks_is_noted() {
        let times = "the server's; times are the browser's";
        let clock = "The clock of the recorded browser was";
        assert_eq!(
            notes(r#"{"clockDifference":86400000}"#),
            [format!("{clock} 24 h 00 min ahead of {times}")]
        );
        assert_eq!(notes(r#"{"clockDifference":-90000}"#), [format!("{clock} 1 min 30 s behind {times}")]);
        for other in [r#"{"clockDifference":"x"}"#, r#"{"clockDifference":1e999}"#] {
            assert_eq!(notes(other), [""; 0]);
        }
    }

    #[test]
    fn what_is_no_range_or_number_is_passed_over() {
        for other in ["{}", r#"{"sequences":7}"#, r#"{"sequences":[[],[1],"x",[null,2]],"twice":{}}"#] {
            assert_eq!(notes(other), [""; 0], "{other}");
        }
    }
}
