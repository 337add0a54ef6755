//! Texts that cells, rows and sentences share.

use session::model::{Session, counted};

/// Placeholder of an unknown value; never 0.
pub const UNKNOWN: &str = "—";

/// At most the first `bytes` bytes of the text, ending at a character boundary.
pub(crate) fn truncated_to(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// What a recording contains besides requests: `1,031 page events and 5 console entries`; `None`
/// where there is nothing.
pub fn other_contents(session: &Session) -> Option<String> {
    let some = |count: usize, one: &str, many: &str| (count > 0).then(|| counted(count as u64, one, many));
    let parts = [
        some(session.dom_events.len(), "page event", "page events"),
        some(session.console.len(), "console entry", "console entries"),
        some(session.actions.len(), "action", "actions"),
        some(session.screenshots.len(), "screenshot", "screenshots"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let (last, others) = parts.split_last()?;
    Some(if others.is_empty() { last.clone() } else { format!("{} and {last}", others.join(", ")) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_truncated_at_character_boundaries() {
        assert_eq!(truncated_to("naïve", 3), "na");
        assert_eq!(truncated_to("na", 9), "na");
    }
}
