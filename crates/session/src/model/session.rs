//! A recorded session.

use super::plausible::ImplausibleTimes;
use super::{
    Action, ActionDetails, ConsoleDetails, ConsoleEntry, Details, DomEvents, EpochMs, FormatHandle,
    LoadNotes, PageEvent, PageEventDetails, Record, Records, Screenshot, SegmentedBuffer, Truncation,
};

/// A recorded session, complete or still loading.
#[derive(Debug, Default)]
pub struct Session {
    /// Decodes what the rows point at.
    pub format: FormatHandle,
    pub producer: Producer,
    pub title: Option<String>,
    pub pages: Vec<Page>,
    pub user_agent: Option<String>,
    /// What the recorder was configured to capture; `None` where the format does not say.
    pub capture: Option<Capture>,
    /// Width and height of the page's viewport when it was first recorded, in CSS pixels.
    pub viewport: Option<(u32, u32)>,
    /// The instant that offsets count from.
    pub started_at: Option<EpochMs>,
    /// The end as the recording gives it.
    pub ended_at: Option<EpochMs>,
    /// Whether it is still recorded: reading it again returns more.
    pub is_live: bool,
    /// The latest time known of any record.
    pub last_known: Option<EpochMs>,
    /// In the order of the source.
    pub records: Records,
    pub console: Vec<ConsoleEntry>,
    pub dom_events: DomEvents,
    /// What happened on the page, in the order of the source.
    pub page_events: Vec<PageEvent>,
    /// What a test tool did, in the order of the source.
    pub actions: Vec<Action>,
    /// Pictures of the page, in the order of the source.
    pub screenshots: Vec<Screenshot>,
    /// The bytes that all spans point into: those of the files that were read, one after the other.
    pub bytes: SegmentedBuffer,
    pub notes: LoadNotes,
    /// Where the file ended before it was complete.
    pub truncation: Option<Truncation>,
    /// Becomes a load note at the end of the load.
    pub implausible: ImplausibleTimes,
    /// Number of messages that were read with the records, dropped ones included.
    pub message_count: u64,
    /// Number of elements of all lists that were read, dropped ones included.
    pub element_count: u64,
}

impl Session {
    /// The end of the session: as recorded, or the latest time known where that is later or no end
    /// was recorded.
    pub fn end(&self) -> Option<EpochMs> {
        match (self.ended_at, self.last_known) {
            (Some(end), Some(last)) => Some(end.later(last)),
            (end, last) => end.or(last),
        }
    }

    /// Extends the session to a time, where one is known.
    pub fn extend_to(&mut self, time: Option<EpochMs>) {
        if let Some(time) = time {
            self.last_known = Some(self.last_known.map_or(time, |last| last.later(time)));
        }
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
            && self.dom_events.is_empty()
            && self.console.is_empty()
            && self.page_events.is_empty()
            && self.actions.is_empty()
            && self.screenshots.is_empty()
    }

    /// Decodes the details of a record. A record of megabytes takes some milliseconds.
    pub fn details(&self, record: &Record) -> Details {
        self.format.details(self, record)
    }

    /// Decodes a console entry.
    pub fn console_details(&self, entry: &ConsoleEntry) -> ConsoleDetails {
        self.format.console_entry(self, entry)
    }

    /// Decodes an event of the page.
    pub fn page_event_details(&self, event: &PageEvent) -> PageEventDetails {
        self.format.page_event(self, event)
    }

    /// Decodes an action of a test.
    pub fn action_details(&self, action: &Action) -> ActionDetails {
        self.format.action(self, action)
    }

    /// The record of that number: its index in `records`. Records are sorted by number.
    pub fn index_of(&self, number: u32) -> Option<usize> {
        self.records.index_of(number)
    }
}

/// The program that wrote the recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Producer {
    pub name: String,
    pub version: String,
    /// `Firefox 111.0.1`, where the recording names a browser.
    pub browser: Option<String>,
}

impl Producer {
    /// The name in a sentence: `Chrome` for the name that Chrome writes.
    pub fn spoken(&self) -> &str {
        match self.name.as_str() {
            "" => "the recording tool",
            "WebInspector" => "Chrome",
            "WebKit Web Inspector" => "Safari",
            name => name,
        }
    }
}

/// What a recorder was configured to capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent switches, as the format has them")]
pub struct Capture {
    pub has_headers_and_bodies: bool,
    pub has_web_sockets: bool,
    pub has_workers: bool,
    pub has_dom: bool,
    pub has_console: bool,
}

/// A page load within a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    pub id: String,
    pub url: String,
    pub title: Option<String>,
    pub started_at: Option<EpochMs>,
    /// The instant that the page's relative times count from.
    pub time_origin: Option<EpochMs>,
}
