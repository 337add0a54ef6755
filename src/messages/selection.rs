//! Several selected rows, and copying their payloads. One of them is the row that is shown in full;
//! the address names only that.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use presentation::messages::{MessageList, MessageRow, MessageSelection};
use session::export::{CopiedPayloads, MAX_COPIED_BYTES};
use session::model::{format_bytes, format_count, plural};
use web_sys::MouseEvent;

use super::panel::Panel;
use crate::store::TimeSlicer;
use crate::ui::copy_text;

/// Messages that are copied between two looks at the clock.
const BATCH: usize = 256;

impl Panel {
    /// Selects the row at that position; with Shift the rows up to it, with Ctrl or Cmd also it.
    pub(super) fn click(self, position: usize, event: &MouseEvent) {
        if event.shift_key() {
            self.extend_to(position);
        } else if event.ctrl_key() || event.meta_key() {
            self.toggle(position);
        } else {
            self.select(position);
        }
    }

    /// Selects the rows from where the selection began up to that position.
    pub(super) fn extend_to(self, position: usize) {
        let Some(row) = self.row_at(position) else { return };
        let has_several = untrack(|| self.has_several());
        let start = untrack(|| self.selected()).unwrap_or(row);
        self.copied.set(None);
        self.selection.update(|selection| {
            if !has_several {
                *selection = MessageSelection::of(start);
            }
            self.list.with_untracked(|list| selection.extend_to(list, position));
        });
        self.show_row(Some(row));
    }

    /// Adds the row at that position to the selected ones, or removes it.
    fn toggle(self, position: usize) {
        let Some(row) = self.row_at(position) else { return };
        let (has_several, shown) = untrack(|| (self.has_several(), self.selected()));
        self.copied.set(None);
        self.selection.update(|selection| {
            if !has_several {
                *selection = shown.map(MessageSelection::of).unwrap_or_default();
            }
            selection.toggle(row);
        });
        // The row that is shown in full is always one of them.
        let next = self.selection.with_untracked(|selection| {
            let is_selected = |row: &MessageRow| selection.contains(*row);
            let first = || self.list.with_untracked(|list| selection.first(list));
            Some(row).filter(is_selected).or(shown.filter(is_selected)).or_else(first)
        });
        self.show_row(next);
    }

    /// Selects every row of the table.
    pub(super) fn select_all(self) {
        self.copied.set(None);
        self.selection.set(self.list.with_untracked(|list| MessageSelection::all(list)));
    }

    /// Selects only the row that is shown in full.
    pub(super) fn deselect_others(self) {
        self.copied.set(None);
        if self.selection.with_untracked(|selection| selection.row_count() > 0) {
            self.selection.set(MessageSelection::default());
        }
    }

    /// Whether several rows are selected. A link or the Back button may have shown another row since.
    pub(super) fn has_several(self) -> bool {
        let shown = self.selected();
        self.selection.with(|selection| {
            selection.row_count() > 1 && shown.is_none_or(|shown| selection.contains(shown))
        })
    }

    /// Whether a row is selected; `shown` is the row that is shown in full.
    pub(super) fn is_selected(self, row: MessageRow, shown: Option<MessageRow>) -> bool {
        if self.has_several() {
            self.selection.with(|selection| selection.contains(row))
        } else {
            shown == Some(row)
        }
    }

    /// Number of messages that are selected, where several rows are.
    pub(super) fn selected_count(self) -> usize {
        if !self.has_several() {
            return 0;
        }
        self.selection.with(|selection| self.list.with(|list| selection.message_count(list)))
    }

    /// The selected messages of a list, in its order; `None` where not several rows are selected.
    pub(super) fn selected_messages(self, list: Memo<Arc<MessageList>>) -> Option<Vec<u32>> {
        untrack(|| {
            self.has_several().then(|| {
                self.selection.with(|selection| {
                    let is_selected = |index: &u32| selection.contains(MessageRow::Message(*index));
                    list.with(|list| list.messages().filter(is_selected).collect())
                })
            })
        })
    }

    /// Copies the payloads of the selected messages, one a line. The rows of open and close have
    /// none.
    pub(super) fn copy_selected(self) {
        let shown = || match untrack(|| self.selected())? {
            MessageRow::Message(index) => Some(vec![index]),
            MessageRow::Open | MessageRow::Close => None,
        };
        let Some(messages) = self.selected_messages(self.list).or_else(shown) else { return };
        if messages.is_empty() {
            return;
        }
        spawn_local(async move {
            let (mut payloads, mut slicer) = (CopiedPayloads::default(), TimeSlicer::default());
            for batch in messages.chunks(BATCH) {
                let copied = untrack(|| {
                    self.with(|_, _, log| batch.iter().try_for_each(|index| payloads.push(log, *index)))
                });
                if copied.is_none_or(|copied| copied.is_err()) {
                    let limit = format_bytes(MAX_COPIED_BYTES as u64);
                    self.notify_copied(format!(
                        "Not copied: more than {limit}. Export the messages instead."
                    ));
                    return;
                }
                slicer.yield_if_due().await;
            }
            let label = match payloads.count() {
                0 => {
                    self.notify_copied("Not copied: no payload was recorded".to_owned());
                    return;
                }
                count => format!("{} copied", plural(count, "payload")),
            };
            copy_text(payloads.text(), move |worked| {
                self.notify_copied(if worked { label } else { "Copying is not allowed".to_owned() });
            });
        });
    }

    fn notify_copied(self, outcome: String) {
        // The panel may be gone.
        let _ = self.copied.try_set(Some(outcome));
    }

    /// The label of the selection: how many messages are selected, and what was copied.
    pub(super) fn selection_label(self) -> String {
        let count = self.selected_count();
        let selected =
            (count > 0 || self.has_several()).then(|| format!("{} selected", format_count(count as u64)));
        selected.into_iter().chain(self.copied.get()).collect::<Vec<_>>().join(" · ")
    }
}
