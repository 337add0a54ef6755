//! What a session asks of the format that it was read from.

use std::fmt;
use std::ops::Deref;

use super::{
    Action, ActionDetails, ConsoleDetails, ConsoleEntry, Details, PageEvent, PageEventDetails, Record,
    Session,
};

/// Decodes what the rows of a session point at, and states what recordings of the format can hold.
/// Each folder of `formats/` implements it; nothing outside of them asks which format it is.
pub trait RecordingFormat: fmt::Debug + Sync {
    /// The name of the format: `HAR`, `Playwright trace`. Names are unique.
    fn name(&self) -> &'static str;

    /// What a recording is called after the name of its producer: `HAR`, `trace`, `recording`.
    fn noun(&self) -> &'static str {
        "recording"
    }

    /// What recordings of the format can hold.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// What the recording is, and what wrote it: `HAR by Chrome 126`. `None` where nothing is known
    /// of that.
    fn attribution(&self, session: &Session) -> Option<String> {
        Some(session.producer.name.clone()).filter(|name| !name.is_empty())
    }

    /// Decodes the details of a record from the session's bytes.
    fn details(&self, session: &Session, record: &Record) -> Details;

    /// Decodes a console entry from the session's bytes.
    fn console_entry(&self, _session: &Session, _entry: &ConsoleEntry) -> ConsoleDetails {
        ConsoleDetails::default()
    }

    /// Decodes an event of the page from the session's bytes.
    fn page_event(&self, _session: &Session, _event: &PageEvent) -> PageEventDetails {
        PageEventDetails::default()
    }

    /// Decodes an action of a test from the session's bytes.
    fn action(&self, _session: &Session, _action: &Action) -> ActionDetails {
        ActionDetails::default()
    }
}

/// What recordings of a format can hold. What they cannot hold is missing because of the format,
/// not of the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a format")]
pub struct Capabilities {
    /// From what the page can be shown again.
    pub replay: ReplaySource,
    /// Clicks, input and navigations of the page, or actions of a test.
    pub has_page_events: bool,
    /// The close of every socket that was closed.
    pub has_socket_closes: bool,
    /// The start and the end of the session, apart from the times of its rows.
    pub has_session_times: bool,
    /// The type of what initiated a request, in the words of Resource Timing.
    pub has_initiator_type: bool,
    /// The MIME type of a response apart from its body and its headers.
    pub has_mime_type: bool,
    /// Bodies in files of their own, named by the records.
    pub has_body_files: bool,
}

impl Default for Capabilities {
    /// What the native format holds.
    fn default() -> Self {
        Self {
            replay: ReplaySource::Events { file: None },
            has_page_events: true,
            has_socket_closes: true,
            has_session_times: true,
            has_initiator_type: true,
            has_mime_type: true,
            has_body_files: false,
        }
    }
}

/// From what a page can be shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplaySource {
    /// The format holds nothing of the page.
    None,
    Screenshots,
    /// rrweb events. `file` is the name of the file that holds them, where it is not that of the
    /// requests.
    Events {
        file: Option<&'static str>,
    },
}

/// The format of a session; as long as nothing was read, one that decodes nothing. Two are equal if
/// their names are.
#[derive(Clone, Copy)]
pub struct FormatHandle(&'static dyn RecordingFormat);

impl FormatHandle {
    pub fn new(format: &'static dyn RecordingFormat) -> Self {
        Self(format)
    }
}

impl Default for FormatHandle {
    fn default() -> Self {
        Self(&NoFormat)
    }
}

impl Deref for FormatHandle {
    type Target = dyn RecordingFormat;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl PartialEq for FormatHandle {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for FormatHandle {}

impl fmt::Debug for FormatHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The format of a session of which nothing was read.
#[derive(Debug)]
struct NoFormat;

impl RecordingFormat for NoFormat {
    fn name(&self) -> &'static str {
        ""
    }

    fn details(&self, _: &Session, _: &Record) -> Details {
        Details::default()
    }
}
