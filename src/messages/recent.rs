//! What the filters left of the messages lately: whoever takes a letter back sees at once what stood there.

use std::collections::VecDeque;
use std::sync::Arc;

use presentation::messages::{DirectionFilter, MessageList, TimeOrder};

/// So many filters are remembered.
const KEPT: usize = 4;

/// The lists of the last few filters, of the messages that stand in one order.
#[derive(Debug, Default)]
pub(super) struct Recent {
    order: Option<Arc<TimeOrder>>,
    lists: VecDeque<(String, DirectionFilter, Arc<MessageList>)>,
}

impl Recent {
    /// What that filter leaves: `make` is called where it is not known. With other messages comes another order.
    pub(super) fn list(
        &mut self,
        order: &Arc<TimeOrder>,
        text: &str,
        direction: DirectionFilter,
        make: impl FnOnce() -> Arc<MessageList>,
    ) -> Arc<MessageList> {
        if !self.order.as_ref().is_some_and(|known| Arc::ptr_eq(known, order)) {
            *self = Self { order: Some(Arc::clone(order)), lists: VecDeque::new() };
        }
        let known = self.lists.iter().find(|(known, way, _)| known == text && *way == direction);
        if let Some((_, _, list)) = known {
            return Arc::clone(list);
        }
        let list = make();
        self.lists.truncate(KEPT - 1);
        self.lists.push_front((text.to_owned(), direction, Arc::clone(&list)));
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

    /// Asks for filters, and returns those for which a list had to be made.
    fn made(
        recent: &mut Recent,
        order: &Arc<TimeOrder>,
        filters: &[(&'static str, DirectionFilter)],
    ) -> Vec<&'static str> {
        let mut made = Vec::new();
        for (text, direction) in filters {
            recent.list(order, text, *direction, || {
                made.push(*text);
                Arc::new(MessageList::all(order))
            });
        }
        made
    }

    #[test]
    fn a_filter_that_was_just_left_is_not_made_again() {
        use DirectionFilter::{All, Sent};
        let (mut recent, order) = (Recent::default(), order());
        assert_eq!(
            made(&mut recent, &order, &[("lo", All), ("lot", All), ("lo", All), ("lo", Sent)]),
            ["lo", "lot", "lo"]
        );
        assert_eq!(
            made(&mut recent, &order, &[("a", All), ("b", All), ("lo", Sent), ("lo", All)]),
            ["a", "b", "lo"]
        );
    }

    #[test]
    fn other_messages_have_other_lists() {
        let (mut recent, filters) = (Recent::default(), [("lo", DirectionFilter::All)]);
        assert_eq!(made(&mut recent, &order(), &filters), ["lo"]);
        assert_eq!(made(&mut recent, &order(), &filters), ["lo"]);
    }
}
