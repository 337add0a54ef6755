//! Labels of the tab.

use compare::{BodyDifference, Counts, Reason};
use session::encodings::Changes;
use session::model::{MessageKind, format_count, plural};

/// `12 same, 2 changed, 1 missing, 0 added`, and how many of the same were compared in part.
pub(super) fn counts_label(counts: Counts) -> String {
    let Counts { same, changed, missing, added, same_in_part } = counts;
    let count = |count: u32| format_count(count.into());
    let in_part = match same_in_part {
        0 => String::new(),
        some => format!(" ({} in part)", count(some)),
    };
    format!(
        "{} same{in_part}, {} changed, {} missing, {} added",
        count(same),
        count(changed),
        count(missing),
        count(added)
    )
}

/// What is said of a body in place of its changes.
pub(super) fn body_label(difference: &BodyDifference) -> String {
    match difference {
        BodyDifference::Same => "Same".to_owned(),
        BodyDifference::Changed(changes) => changes_label(changes),
        BodyDifference::ChangedUnlisted => "Changed; too large to list what".to_owned(),
        BodyDifference::NotCompared(reason) => not_compared_label(*reason),
    }
}

/// `2 changed, 1 added, 0 removed`.
fn changes_label(changes: &Changes) -> String {
    let counts = [(changes.changed, "changed"), (changes.added, "added"), (changes.removed, "removed")];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts = counts.map(|(count, what)| format!("{} {what}", format_count(*count))).collect::<Vec<_>>();
    format!("{} · {} unchanged", counts.join(", "), plural(changes.unchanged, "value"))
}

/// Why something was not compared, as a sentence.
pub(super) fn not_compared_label(reason: Reason) -> String {
    match reason {
        Reason::NotRecorded => "Not compared: not recorded in both".to_owned(),
        Reason::Truncated => "Not compared in full: recorded only in part, which is the same".to_owned(),
        Reason::InFile => "Not compared: its file could not be read".to_owned(),
        Reason::TooLarge | Reason::OnRequest => format!("Not compared: {}", reason.label()),
    }
}

/// The name of a kind of message.
pub(super) fn kind_label(kind: MessageKind) -> &'static str {
    match kind {
        MessageKind::Sent => "sent",
        MessageKind::Received => "received",
        MessageKind::Error => "error",
        MessageKind::Ping => "ping",
        MessageKind::Pong => "pong",
        MessageKind::CloseFrame => "close",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_every_state() {
        let counts = Counts { same: 1200, changed: 2, missing: 1, added: 0, same_in_part: 0 };
        assert_eq!(counts_label(counts), "1,200 same, 2 changed, 1 missing, 0 added");
        let counts = Counts { same_in_part: 3, ..counts };
        assert_eq!(counts_label(counts), "1,200 same (3 in part), 2 changed, 1 missing, 0 added");
    }
}
