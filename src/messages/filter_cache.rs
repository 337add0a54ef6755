//! A cache of the last filtered lists: deleting a letter of the filter shows the previous list at
//! once.

use std::collections::VecDeque;
use std::sync::Arc;

use presentation::messages::{DirectionFilter, MessageList, TimeOrder};

use crate::store::AnalysisVersion;

/// Number of filters whose lists are kept.
const MAX_LISTS: usize = 4;

/// What limits the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) text: String,
    pub(super) direction: DirectionFilter,
    /// Number of heartbeats to hide; 0 where they are shown.
    pub(super) hidden_heartbeats: usize,
    /// Wall-clock times in the text are in UTC, not in the browser's zone.
    pub(super) is_utc: bool,
    /// Which analysis the text depends on, and heartbeats are hidden by; the default where neither
    /// is the case. How far it has come counts only for the text.
    pub(super) analysis: AnalysisVersion,
}

/// The lists of the last few filters, all of the same messages in one order.
#[derive(Debug, Default)]
pub(super) struct FilterCache {
    order: Option<Arc<TimeOrder>>,
    lists: VecDeque<(Filter, Arc<MessageList>)>,
}

impl FilterCache {
    /// The list of that filter; `make` is called where it is not cached. Other messages have
    /// another order.
    pub(super) fn list(
        &mut self,
        order: &Arc<TimeOrder>,
        filter: &Filter,
        make: impl FnOnce() -> Arc<MessageList>,
    ) -> Arc<MessageList> {
        if !self.order.as_ref().is_some_and(|known| Arc::ptr_eq(known, order)) {
            *self = Self { order: Some(Arc::clone(order)), lists: VecDeque::new() };
        }
        if let Some((_, list)) = self.lists.iter().find(|(known, _)| known == filter) {
            return Arc::clone(list);
        }
        let list = make();
        self.lists.truncate(MAX_LISTS - 1);
        self.lists.push_front((filter.clone(), Arc::clone(&list)));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use session::model::MessageColumns;

    fn order() -> Arc<TimeOrder> {
        Arc::new(TimeOrder::of(&MessageColumns::default()))
    }

    /// Requests the lists of filters, and returns those filters whose list had to be made.
    fn made(
        cache: &mut FilterCache,
        order: &Arc<TimeOrder>,
        filters: &[(&'static str, DirectionFilter)],
    ) -> Vec<&'static str> {
        let mut made = Vec::new();
        for (text, direction) in filters {
            let filter = Filter { text: (*text).to_owned(), direction: *direction, ..Filter::default() };
            cache.list(order, &filter, || {
                made.push(*text);
                Arc::new(MessageList::all(order))
            });
        }
        made
    }

    #[test]
    fn the_list_of_a_recent_filter_is_not_made_again() {
        use DirectionFilter::{All, Sent};
        let (mut cache, order) = (FilterCache::default(), order());
        assert_eq!(
            made(&mut cache, &order, &[("lo", All), ("lot", All), ("lo", All), ("lo", Sent)]),
            ["lo", "lot", "lo"]
        );
        assert_eq!(
            made(&mut cache, &order, &[("a", All), ("b", All), ("lo", Sent), ("lo", All)]),
            ["a", "b", "lo"]
        );
    }

    #[test]
    fn the_list_of_another_analysis_is_made() {
        let (mut cache, order) = (FilterCache::default(), order());
        let mut made = 0;
        for (analysis, change) in [(1, 1), (1, 1), (1, 2), (2, 2), (1, 2)] {
            let filter = Filter { analysis: AnalysisVersion { analysis, change }, ..Filter::default() };
            cache.list(&order, &filter, || {
                made += 1;
                Arc::new(MessageList::all(&order))
            });
        }
        assert_eq!(made, 3);
    }

    #[test]
    fn new_messages_empty_the_cache() {
        let (mut cache, filters) = (FilterCache::default(), [("lo", DirectionFilter::All)]);
        assert_eq!(made(&mut cache, &order(), &filters), ["lo"]);
        assert_eq!(made(&mut cache, &order(), &filters), ["lo"]);
    }
}
