//! The document of each page: its first entry, if nothing else determines the type of that entry.

use std::collections::HashMap;

use crate::model::{EpochMs, Record, RecordKind, Records, ResourceType};

/// The earliest entry of each page, so far.
#[derive(Debug, Default)]
pub(super) struct Documents {
    by_page: HashMap<Box<str>, First>,
}

#[derive(Clone, Copy, Debug)]
struct First {
    /// Its index among the records.
    index: usize,
    /// Its start in ms; infinite if unknown.
    start: f64,
    /// Its inferred type without this rule; `None` if there is evidence for its type, which then
    /// stays.
    inferred: Option<ResourceType>,
}

impl Documents {
    /// Considers the last of `records`, which belongs to `page`.
    pub(super) fn take(&mut self, records: &mut Records, page: &str, has_type: bool) {
        let index = records.len().saturating_sub(1);
        let Some(Record { start, kind: RecordKind::Http(http), .. }) = records.last() else { return };
        let start = start.map_or(f64::INFINITY, EpochMs::ms);
        let new = First { index, start, inferred: Some(http.resource_type).filter(|_| !has_type) };
        match self.by_page.get_mut(page) {
            Some(first) if start >= first.start => return,
            Some(first) => {
                set_type(records, first.index, first.inferred);
                *first = new;
            }
            None => {
                self.by_page.insert(page.into(), new);
            }
        }
        set_type(records, index, new.inferred.map(|_| ResourceType::Document));
    }
}

fn set_type(records: &mut Records, index: usize, resource_type: Option<ResourceType>) {
    if let (Some(Record { kind: RecordKind::Http(http), .. }), Some(resource_type)) =
        (records.get_mut(index), resource_type)
    {
        http.resource_type = resource_type;
    }
}
