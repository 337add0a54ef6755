//! Number of rows in each column of a lane.

use super::{Mark, MarkKind};

/// Changes of the number of rows at each column: a row costs two additions however long it is.
pub(crate) struct Coverage {
    /// One longer than the number of columns: a row that ends in the last one changes the entry
    /// after it.
    changes: Vec<i32>,
}

impl Coverage {
    pub(crate) fn new(columns: usize) -> Self {
        Self { changes: vec![0; columns + 1] }
    }

    pub(crate) fn add(&mut self, first: usize, last: usize) {
        for (column, change) in [(first, 1), (last + 1, -1)] {
            if let Some(at) = self.changes.get_mut(column) {
                *at += change;
            }
        }
    }

    /// Neighboring columns of equal density as one mark each.
    pub(crate) fn runs(&self, lane: u8, kind: MarkKind, marks: &mut Vec<Mark>) {
        let column_width = 1.0 / (self.changes.len() - 1) as f64;
        let mut rows = 0;
        let mut run: Option<(usize, u8)> = None;
        for (column, change) in self.changes.iter().enumerate() {
            rows += change;
            let next = density(rows);
            if run.is_some_and(|(_, density)| density == next) {
                continue;
            }
            if let Some((first, density)) = run.take() {
                let (left, width) = (first as f64 * column_width, (column - first) as f64 * column_width);
                marks.push(Mark { kind, lane, left, width, density });
            }
            run = (next > 0).then_some((column, next));
        }
    }
}

fn density(rows: i32) -> u8 {
    match rows {
        ..=0 => 0,
        1 => 1,
        2..=3 => 2,
        4..=7 => 3,
        8.. => 4,
    }
}
