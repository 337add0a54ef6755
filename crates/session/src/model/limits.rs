//! Bounds on the number of elements of a session. Bytes are bounded by [`MAX_BUFFER_BYTES`]; a few
//! kilobytes can unpack to tens of millions of empty elements. A browser's WebAssembly memory ends
//! at 4 GiB.

use super::{MAX_BUFFER_BYTES, Session};

/// Requests and sockets: 250 bytes each and their URLs.
pub const MAX_RECORDS: u64 = 2_000_000;
/// Messages of all sockets in a HAR or trace, or of one messages file: 22 bytes each.
pub const MAX_MESSAGES: u64 = 5_000_000;
/// rrweb events: 20 bytes each here, several hundred in the player.
pub const MAX_DOM_EVENTS: u64 = 1_000_000;
/// Console entries: 32 bytes each.
pub const MAX_CONSOLE_ENTRIES: u64 = 1_000_000;
/// Page events: 32 bytes each.
pub const MAX_PAGE_EVENTS: u64 = 1_000_000;
/// Actions of a test: about 130 bytes each.
pub const MAX_ACTIONS: u64 = 500_000;
/// Screenshots: about 130 bytes each.
pub const MAX_SCREENSHOTS: u64 = 500_000;
/// Pages: about 150 bytes each.
pub const MAX_PAGES: u64 = 100_000;
/// Elements of all lists, including dropped ones: each costs time, and some are held until their
/// file ends.
pub const MAX_ELEMENTS: u64 = 3_000_000;

/// A bound that a session has reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Maximum number of elements of the kind.
    pub max: u64,
    /// The kind, in the plural: `requests`.
    pub things: &'static str,
}

impl Session {
    /// The bound that the session exceeds, if any: then nothing more may be read.
    pub fn exceeded_limit(&self) -> Option<Limit> {
        let counts = [
            (self.records.len() as u64, MAX_RECORDS, "requests"),
            (self.message_count, MAX_MESSAGES, "messages"),
            (self.dom_events.len() as u64, MAX_DOM_EVENTS, "rrweb events"),
            (self.console.len() as u64, MAX_CONSOLE_ENTRIES, "console entries"),
            (self.page_events.len() as u64, MAX_PAGE_EVENTS, "page events"),
            (self.actions.len() as u64, MAX_ACTIONS, "actions"),
            (self.screenshots.len() as u64, MAX_SCREENSHOTS, "screenshots"),
            (self.pages.len() as u64, MAX_PAGES, "pages"),
            (self.element_count, MAX_ELEMENTS, "elements"),
        ];
        let exceeded = counts.into_iter().find(|(count, max, _)| count > max);
        exceeded.map(|(_, max, things)| Limit { max, things })
    }
}

/// Positions are 32-bit numbers.
const _: () = assert!(MAX_BUFFER_BYTES < u32::MAX as u64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_exceeds_a_limit_by_one_element_more() {
        let of =
            |message_count, element_count| Session { message_count, element_count, ..Session::default() };
        assert_eq!(of(MAX_MESSAGES, MAX_ELEMENTS).exceeded_limit(), None);
        let limit = of(MAX_MESSAGES + 1, 0).exceeded_limit();
        assert_eq!(limit, Some(Limit { max: MAX_MESSAGES, things: "messages" }));
        let limit = of(0, MAX_ELEMENTS + 1).exceeded_limit();
        assert_eq!(limit, Some(Limit { max: MAX_ELEMENTS, things: "elements" }));
    }
}
