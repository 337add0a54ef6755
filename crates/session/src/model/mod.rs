//! A recorded session as plain data. Every other module of the crate builds on this one.

mod automation;
mod console;
mod details;
mod dom_events;
mod format;
mod limits;
mod message;
mod message_log;
mod note;
pub mod order;
mod page_event;
mod phases;
pub mod plausible;
mod record;
mod recording_format;
mod records;
mod segmented_buffer;
mod session;
mod socket;
mod time;

pub use automation::{Action, ActionDetails, Screenshot};
pub use console::{Argument, ConsoleDetails, ConsoleEntry, ConsoleLevel};
pub use details::{
    Body, Caller, Details, Header, Property, Protocols, ServerTiming, SocketDetails, StackFrame,
};
pub use dom_events::{DomEvent, DomEventKind, DomEvents};
pub use format::{bytes as format_bytes, count as format_count, counted, plural};
pub use json_spans::Span;
pub use limits::{
    Limit, MAX_ACTIONS, MAX_CONSOLE_ENTRIES, MAX_DOM_EVENTS, MAX_ELEMENTS, MAX_MESSAGES, MAX_PAGE_EVENTS,
    MAX_PAGES, MAX_RECORDS, MAX_SCREENSHOTS,
};
pub use message::{
    Counts, Direction, Encoding, EventFields, Message, MessageBody, MessageColumns, MessageKind,
};
pub use message_log::MessageLog;
pub use note::{LoadNote, LoadNotes, MAX_LISTED_NOTES, Truncation};
pub use page_event::{PageEvent, PageEventDetails, PageEventKind};
pub use phases::{Phase, PhaseRange, Phases};
pub use record::{EventStream, Http, Outcome, Record, RecordKind, ResourceType, TypeGroup};
pub use recording_format::{Capabilities, FormatHandle, RecordingFormat, ReplaySource};
pub use records::Records;
pub use segmented_buffer::{AppendError, MAX_BUFFER_BYTES, SegmentedBuffer};
pub use session::{Capture, Page, Producer, Session};
pub use socket::{
    ClockRate, Close, CloseSource, Ending, Messages, MessagesFile, Missing, NamedShare, SmallTimes, Socket,
    TimeRange, Totals,
};
pub use time::{EpochMs, Millis, parse_iso8601};
