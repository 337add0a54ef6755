//! What was touched, by page event.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::clicks::ClickMarks;
use super::name::ElementName;
use crate::model::PageEvent;

/// The target of a page event.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Touched {
    /// `None` if the recording does not hold the element.
    pub name: Option<Arc<ElementName>>,
    /// The ID of the named element, as rrweb assigns them.
    pub node: Option<u32>,
    pub marks: ClickMarks,
}

/// The targets of the clicks and inputs of a recording.
#[derive(Debug, Default, PartialEq)]
pub struct PageElements {
    /// By the position of the event's source.
    touched: FxHashMap<u32, Touched>,
}

impl PageElements {
    pub(super) fn new(touched: FxHashMap<u32, Touched>) -> Self {
        Self { touched }
    }

    /// The target of a page event; `None` if it has none, or if it is not known when it happened.
    pub fn get(&self, event: &PageEvent) -> Option<&Touched> {
        self.touched.get(&event.source.start)
    }

    /// The marks of a page event.
    pub fn marks(&self, event: &PageEvent) -> ClickMarks {
        self.get(event).map(|touched| touched.marks).unwrap_or_default()
    }

    /// Number of targets.
    pub fn len(&self) -> usize {
        self.touched.len()
    }

    /// Whether nothing was touched.
    pub fn is_empty(&self) -> bool {
        self.touched.is_empty()
    }
}
