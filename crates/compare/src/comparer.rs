//! Compares two sessions, in slices.

use presentation::time::start_time;
use session::model::{Record, Session, order};

use crate::align::Aligner;
use crate::comparison::{Comparison, Pair, merged};
use crate::difference::{RowSide, compare_details};
use crate::key::{Keys, RowKey, page_host};
use crate::part::{Part, Reason};
use crate::row::compare_rows;

/// Rows of each session that are compared, by time.
pub const MAX_ROWS: usize = 200_000;
/// Bytes of both sessions that are decoded for headers and bodies.
const MAX_DETAIL_BYTES: u64 = 512 << 20;
/// Bytes of the largest row that is decoded for the list.
const MAX_ROW_BYTES: u32 = 4 << 20;
/// Bytes of a row that take about as long as its other parts.
const BYTES_PER_UNIT: u64 = 512;
/// What aligning costs at most for each row, in units.
const ALIGNMENT_COST: u64 = 2;

/// Compares a base with another session. Both are loaded and must not change between steps.
#[derive(Debug, Default)]
pub struct Comparer {
    phase: Phase,
    keys: Keys,
    base: Rows,
    other: Rows,
    aligner: Option<Aligner>,
    comparison: Comparison,
    next: usize,
    detail_bytes: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Begin,
    BaseKeys,
    OtherKeys,
    Align,
    Rows,
    Details,
    Done,
}

/// The rows of a session in order of time.
#[derive(Debug, Default)]
struct Rows {
    /// Indexes of the records.
    indexes: Vec<u32>,
    keys: Vec<RowKey>,
    page_host: String,
}

impl Comparer {
    /// Compares two sessions without a pause.
    pub fn run(base: &Session, other: &Session) -> Comparison {
        let mut comparer = Self::default();
        while comparer.step(base, other, usize::MAX) {}
        comparer.into_comparison()
    }

    /// Does about as much work as `budget` rows take, each some microseconds; whether there is more
    /// to do. Aligning one range is not divided: it takes some milliseconds.
    pub fn step(&mut self, base: &Session, other: &Session, budget: usize) -> bool {
        let mut left = budget.max(1) as u64;
        while left > 0 && self.phase != Phase::Done {
            let cost = match self.phase {
                Phase::Begin => self.begin(base, other),
                Phase::BaseKeys => read_key(&mut self.keys, &mut self.base, base)
                    .unwrap_or_else(|| self.enter(Phase::OtherKeys)),
                Phase::OtherKeys => read_key(&mut self.keys, &mut self.other, other)
                    .unwrap_or_else(|| self.enter(Phase::Align)),
                Phase::Align => self.align(),
                Phase::Rows => self.compare_row(base, other).unwrap_or_else(|| self.enter(Phase::Details)),
                Phase::Details => self.compare_detail(base, other).unwrap_or_else(|| self.enter(Phase::Done)),
                Phase::Done => 0,
            };
            left = left.saturating_sub(cost);
        }
        self.phase != Phase::Done
    }

    /// The part that is done, from 0 to 1.
    pub fn progress(&self) -> f64 {
        let total = self.comparison.pairs.len().max(1) as f64;
        match self.phase {
            Phase::Begin | Phase::BaseKeys | Phase::OtherKeys => 0.0,
            Phase::Align => 0.1,
            Phase::Rows => 0.2 + 0.1 * self.next as f64 / total,
            Phase::Details => 0.3 + 0.7 * self.next as f64 / total,
            Phase::Done => 1.0,
        }
    }

    /// Whether all pairs are known, and compared without headers and bodies.
    pub fn is_listed(&self) -> bool {
        matches!(self.phase, Phase::Details | Phase::Done)
    }

    /// The pairs so far: without headers and bodies until [`step`](Self::step) has returned `false`.
    /// Empty until the rows are aligned.
    pub fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// The comparison; complete once [`step`](Self::step) has returned `false`.
    pub fn into_comparison(self) -> Comparison {
        self.comparison
    }

    fn enter(&mut self, phase: Phase) -> u64 {
        self.phase = phase;
        self.next = 0;
        0
    }

    fn begin(&mut self, base: &Session, other: &Session) -> u64 {
        for (rows, session) in [(&mut self.base, base), (&mut self.other, other)] {
            let rank = |record: &Record| start_time(record).map_or(u64::MAX, |time| order::rank(time.ms()));
            rows.indexes = order::argsort_by_key(session.records.iter().map(rank));
            let omitted = rows.indexes.len().saturating_sub(MAX_ROWS);
            rows.indexes.truncate(MAX_ROWS);
            self.comparison.omitted_rows += omitted as u32;
            rows.page_host = page_host(session);
            rows.keys.reserve(rows.indexes.len());
        }
        self.enter(Phase::BaseKeys);
        ((self.base.indexes.len() + self.other.indexes.len()) / 16) as u64
    }

    fn align(&mut self) -> u64 {
        let (base, other) = (&mut self.base, &mut self.other);
        let new = || Aligner::new(std::mem::take(&mut base.keys), std::mem::take(&mut other.keys));
        let aligner = self.aligner.get_or_insert_with(new);
        if let Some(rows) = aligner.step() {
            return 1 + rows as u64 * ALIGNMENT_COST;
        }
        if let Some(aligner) = self.aligner.take() {
            self.comparison.pairs = merged(&self.base.indexes, &self.other.indexes, &aligner.into_partners());
        }
        self.enter(Phase::Rows);
        (self.comparison.pairs.len() / 16) as u64
    }

    /// Compares the next pair without details; `None` at the end.
    fn compare_row(&mut self, base: &Session, other: &Session) -> Option<u64> {
        let pair = self.comparison.pairs.get_mut(self.next)?;
        self.next += 1;
        if let Some((one, two)) = sides(base, other, pair) {
            compare_rows(one.record, two.record, pair);
        }
        Some(1)
    }

    /// Compares the headers and bodies of the next pair; `None` at the end.
    fn compare_detail(&mut self, base: &Session, other: &Session) -> Option<u64> {
        let pair = self.comparison.pairs.get_mut(self.next)?;
        self.next += 1;
        let Some((one, two)) = sides(base, other, pair) else { return Some(1) };
        let lens = [one.record.source.len, two.record.source.len];
        let bytes = lens.iter().copied().map(u64::from).sum::<u64>();
        if lens.iter().any(|len| *len > MAX_ROW_BYTES) || self.detail_bytes + bytes > MAX_DETAIL_BYTES {
            let bodies =
                [Part::RequestBody, Part::ResponseBody].into_iter().filter(|_| one.record.socket().is_none());
            for part in [Part::RequestHeaders, Part::ResponseHeaders].into_iter().chain(bodies) {
                pair.note_uncompared(part, Reason::TooLarge);
            }
            return Some(1);
        }
        self.detail_bytes += bytes;
        let details = [one, two].map(|side| side.session.details(side.record));
        compare_details(one, two, &details[0], &details[1], pair);
        Some(2 + bytes / BYTES_PER_UNIT)
    }
}

/// The rows of a pair that has both.
fn sides<'a>(base: &'a Session, other: &'a Session, pair: &Pair) -> Option<(RowSide<'a>, RowSide<'a>)> {
    let side = |session: &'a Session, index: Option<u32>| {
        Some(RowSide { session, record: session.records.get(index? as usize)? })
    };
    side(base, pair.base).zip(side(other, pair.other))
}

/// Reads the key of the next row; `None` at the end.
fn read_key(keys: &mut Keys, rows: &mut Rows, session: &Session) -> Option<u64> {
    let index = *rows.indexes.get(rows.keys.len())?;
    let record = session.records.get(index as usize)?;
    rows.keys.push(keys.of(record, &rows.page_host));
    Some(1)
}

#[cfg(test)]
mod tests;
