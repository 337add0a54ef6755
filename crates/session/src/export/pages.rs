//! Ids of pages as they are written: one that holds a credential is redacted, and stays different
//! from every other.

use std::collections::{HashMap, HashSet};

use crate::model::Session;
use crate::redact::Redactor;

/// The ids that are written otherwise than they were recorded.
#[derive(Debug, Default)]
pub(super) struct PageIds {
    redacted: HashMap<String, String>,
}

impl PageIds {
    pub(super) fn of(session: &Session, redactor: &mut Redactor) -> Self {
        let mut taken: HashSet<&str> = HashSet::new();
        let mut changed: Vec<(&str, String)> = Vec::new();
        for page in &session.pages {
            if !taken.insert(&page.id) {
                continue;
            }
            let id = redactor.text(&page.id);
            if id != page.id.as_str() {
                changed.push((&page.id, id.into_owned()));
            }
        }
        let mut numbers: HashMap<String, u64> = HashMap::new();
        let mut redacted = HashMap::new();
        for (id, mut unique) in changed {
            let number = numbers.entry(unique.clone()).or_default();
            *number += 1;
            if *number > 1 {
                unique = format!("{unique} {number}");
            }
            redacted.insert(id.to_owned(), unique);
        }
        Self { redacted }
    }

    /// What is written in the place of the id.
    pub(super) fn id<'a>(&'a self, id: &'a str) -> &'a str {
        self.redacted.get(id).map_or(id, String::as_str)
    }
}
