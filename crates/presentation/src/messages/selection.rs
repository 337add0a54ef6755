//! The selected rows of the messages table, where several are selected.

use super::list::{MessageList, MessageRow};

/// Number of messages in one machine word.
const WORD: usize = u64::BITS as usize;

/// A set of rows. A message takes one bit, so that selecting a million of them takes a few
/// milliseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageSelection {
    /// A bit for each message, by its index in file order.
    words: Vec<u64>,
    messages: usize,
    has_open: bool,
    has_close: bool,
    /// The row from which a range is selected.
    anchor: Option<MessageRow>,
}

impl MessageSelection {
    /// Only that row, from which a range can be selected.
    pub fn of(row: MessageRow) -> Self {
        let mut selection = Self { anchor: Some(row), ..Self::default() };
        selection.insert(row);
        selection
    }

    /// Every row of the list.
    pub fn all(list: &MessageList) -> Self {
        let mut selection = Self::default();
        if let Some(last) = list.row_count().checked_sub(1) {
            selection.insert_positions(list, 0, last);
            selection.anchor = list.row(0);
        }
        selection
    }

    /// The rows of the list between the anchor and `position`, and no others. Without an anchor, or
    /// where the filters hide it, it is `position` itself.
    pub fn extend_to(&mut self, list: &MessageList, position: usize) {
        let Some(row) = list.row(position) else { return };
        let anchor = self.anchor.filter(|anchor| list.position_of_row(*anchor).is_some()).unwrap_or(row);
        let start = list.position_of_row(anchor).unwrap_or(position);
        *self = Self { anchor: Some(anchor), ..Self::default() };
        self.insert_positions(list, start.min(position), start.max(position));
    }

    /// Adds a row, or removes it; ranges are selected from it from now on.
    pub fn toggle(&mut self, row: MessageRow) {
        if self.contains(row) {
            self.remove(row);
        } else {
            self.insert(row);
        }
        self.anchor = Some(row);
    }

    /// Whether the row is selected.
    pub fn contains(&self, row: MessageRow) -> bool {
        match row {
            MessageRow::Open => self.has_open,
            MessageRow::Close => self.has_close,
            MessageRow::Message(index) => {
                let (word, bit) = bit_of(index);
                self.words.get(word).is_some_and(|word| word & bit != 0)
            }
        }
    }

    /// Number of selected rows.
    pub fn row_count(&self) -> usize {
        self.messages + usize::from(self.has_open) + usize::from(self.has_close)
    }

    /// Number of selected messages that the list shows; rows for open and close are not messages.
    pub fn message_count(&self, list: &MessageList) -> usize {
        if self.messages == 0 {
            return 0;
        }
        list.messages().filter(|index| self.contains(MessageRow::Message(*index))).count()
    }

    /// The first selected row of the list.
    pub fn first(&self, list: &MessageList) -> Option<MessageRow> {
        let ends = [(self.has_open, MessageRow::Open), (self.has_close, MessageRow::Close)];
        let mut selected = list.messages().map(MessageRow::Message).filter(|row| self.contains(*row));
        let message = if self.messages > 0 { selected.next() } else { None };
        let end = |at: usize| ends.get(at).and_then(|(has, row)| has.then_some(*row));
        end(0).or(message).or(end(1))
    }

    fn insert_positions(&mut self, list: &MessageList, start: usize, end: usize) {
        for row in (start..=end).filter_map(|position| list.row(position)) {
            self.insert(row);
        }
    }

    fn insert(&mut self, row: MessageRow) {
        match row {
            MessageRow::Open => self.has_open = true,
            MessageRow::Close => self.has_close = true,
            MessageRow::Message(index) => {
                let (word, bit) = bit_of(index);
                if word >= self.words.len() {
                    self.words.resize(word + 1, 0);
                }
                if let Some(word) = self.words.get_mut(word).filter(|word| **word & bit == 0) {
                    *word |= bit;
                    self.messages += 1;
                }
            }
        }
    }

    fn remove(&mut self, row: MessageRow) {
        match row {
            MessageRow::Open => self.has_open = false,
            MessageRow::Close => self.has_close = false,
            MessageRow::Message(index) => {
                let (word, bit) = bit_of(index);
                if let Some(word) = self.words.get_mut(word).filter(|word| **word & bit != 0) {
                    *word &= !bit;
                    self.messages -= 1;
                }
            }
        }
    }
}

/// The word of a message, and its bit in it.
fn bit_of(index: u32) -> (usize, u64) {
    (index as usize / WORD, 1 << (index as usize % WORD))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::{DirectionFilter, TimeOrder};
    use crate::testing::columns;
    use session::model::Direction;

    const SENT: Option<Direction> = Some(Direction::Sent);
    const RECEIVED: Option<Direction> = Some(Direction::Received);

    /// Open, messages 0 to 3, close; without the messages that were received: open, 0, 3, close.
    fn lists() -> (MessageList, MessageList) {
        let messages = columns(&[
            (SENT, Some(1.0), 1),
            (RECEIVED, Some(2.0), 1),
            (RECEIVED, Some(3.0), 1),
            (SENT, Some(4.0), 1),
        ]);
        let order = TimeOrder::of(&messages);
        let sent = MessageList::filtered(&messages, &order, DirectionFilter::Sent, |_| true);
        (MessageList::all(&order), sent)
    }

    fn selected(selection: &MessageSelection, list: &MessageList) -> Vec<usize> {
        let is_selected = |position: &usize| list.row(*position).is_some_and(|row| selection.contains(row));
        (0..list.row_count()).filter(is_selected).collect()
    }

    #[test]
    fn a_range_is_selected_from_the_anchor_in_both_directions() {
        let (list, _) = lists();
        let mut selection = MessageSelection::of(MessageRow::Message(1));
        selection.extend_to(&list, 4);
        assert_eq!(selected(&selection, &list), [2, 3, 4]);
        selection.extend_to(&list, 0);
        assert_eq!(selected(&selection, &list), [0, 1, 2], "the rows behind the anchor are deselected");
        assert_eq!((selection.row_count(), selection.message_count(&list)), (3, 2));
        assert_eq!(selection.first(&list), Some(MessageRow::Open));
    }

    #[test]
    fn rows_are_added_and_removed_one_by_one() {
        let (list, _) = lists();
        let mut selection = MessageSelection::of(MessageRow::Message(0));
        selection.toggle(MessageRow::Message(3));
        selection.toggle(MessageRow::Close);
        selection.toggle(MessageRow::Message(0));
        assert_eq!(selected(&selection, &list), [4, 5]);
        selection.extend_to(&list, 2);
        assert_eq!(selected(&selection, &list), [1, 2], "from the row that was removed");
        selection.toggle(MessageRow::Message(0));
        selection.toggle(MessageRow::Message(1));
        assert_eq!((selection.row_count(), selection.first(&list)), (0, None));
    }

    #[test]
    fn everything_is_selected_at_once_and_only_what_is_shown_counts() {
        let (list, sent) = lists();
        let all = MessageSelection::all(&list);
        assert_eq!((all.row_count(), all.message_count(&list), all.message_count(&sent)), (6, 4, 2));
        let shown = MessageSelection::all(&sent);
        assert_eq!(selected(&shown, &list), [0, 1, 4, 5]);
        assert_eq!(MessageSelection::all(&MessageList::all(&TimeOrder::of(&columns(&[])))).row_count(), 2);
    }

    #[test]
    fn a_range_from_a_hidden_row_begins_where_it_ends() {
        let (_, sent) = lists();
        let mut selection = MessageSelection::of(MessageRow::Message(1));
        selection.extend_to(&sent, 2);
        assert_eq!(selected(&selection, &sent), [2]);
    }
}
