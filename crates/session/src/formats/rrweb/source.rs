//! The positions of events in a file.

use crate::formats::common::lenient::Text;
use crate::formats::common::records::RecordScanner;
use crate::model::{SegmentedBuffer, Session, Span};
use json_spans::{Event, NodeId, Outline, Route, ScanEnd};

/// An element of a list of events.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) span: Span,
    /// The window of the list, if the wrapper has one.
    pub(super) window: Option<Box<str>>,
}

/// Finds the events of a file while it arrives.
#[derive(Debug)]
pub(super) enum Scanner {
    /// An array, or lines.
    Records {
        scanner: RecordScanner,
        len: u64,
    },
    Wrapped(Box<Wrapper>),
}

/// Lists inside an object.
#[derive(Debug)]
pub(super) struct Wrapper {
    outline: Outline,
    has_list: bool,
    /// The window of the current list.
    window: Option<Box<str>>,
    /// A key was found that only PostHog writes.
    is_posthog: bool,
    /// PostHog's id of the recording.
    id: Option<String>,
}

const INNER: NodeId = 2;
const LIST: NodeId = 3;
const WINDOWS: NodeId = 4;
const WINDOW_LIST: NodeId = 5;

/// PostHog's exports have `data.snapshots`, in the older version `data.snapshotsByWindowId`; its
/// API responds with `result.snapshots`, `snapshots` or `snapshot_data_by_window_id`.
fn route(place: NodeId, key: &[u8]) -> Route {
    match (place, key) {
        (Outline::ROOT, b"data" | b"result") => Route::Enter(INNER),
        (Outline::ROOT | INNER, b"events" | b"snapshots") => {
            Route::List { list: LIST, element: Outline::OPAQUE }
        }
        (Outline::ROOT | INNER, b"snapshotsByWindowId" | b"snapshot_data_by_window_id") => {
            Route::Enter(WINDOWS)
        }
        (INNER, b"id") => Route::Report,
        (WINDOWS, _) => Route::List { list: WINDOW_LIST, element: Outline::OPAQUE },
        _ => Route::Skip,
    }
}

/// The key of the value that begins at byte `at`. Window ids are short and contain no quotes.
fn key_before(buffer: &SegmentedBuffer, at: u32) -> String {
    const MAX_KEY: u32 = 200;
    let before = buffer.slice(Span::between(at.saturating_sub(MAX_KEY).into(), at.into()));
    let key = before.trim_ascii_end().strip_suffix(b":").unwrap_or_default().trim_ascii_end();
    let inside = key.strip_suffix(b"\"").unwrap_or_default();
    let start = memchr::memrchr(b'"', inside).map_or(0, |quote| quote + 1);
    String::from_utf8_lossy(inside.get(start..).unwrap_or_default()).into_owned()
}

impl Scanner {
    /// A scanner of records. The first byte that is fed is at `start` of the session's bytes.
    pub(super) fn records(start: u64) -> Self {
        Self::Records { scanner: RecordScanner::starting_at(start), len: start }
    }

    /// A scanner of lines, one element each, of any JSON kind.
    pub(super) fn lines() -> Self {
        Self::Records { scanner: RecordScanner::of_lines(), len: 0 }
    }

    pub(super) fn wrapped() -> Self {
        Self::Wrapped(Box::new(Wrapper {
            outline: Outline::new(route, Outline::OPAQUE),
            has_list: false,
            window: None,
            is_posthog: false,
            id: None,
        }))
    }

    /// Reads the next piece, which is already appended to `buffer`.
    pub(super) fn feed(&mut self, buffer: &SegmentedBuffer, piece: &[u8], found: &mut Vec<Found>) {
        match self {
            Self::Records { scanner, len } => {
                let mut spans = Vec::new();
                scanner.feed(buffer, piece, &mut spans);
                *len += piece.len() as u64;
                found.extend(spans.into_iter().map(|span| Found { span, window: None }));
            }
            Self::Wrapped(wrapper) => {
                let mut events = Vec::new();
                wrapper.outline.feed(piece, &mut events);
                wrapper.take(buffer, &events, found);
            }
        }
    }

    /// Ends the input.
    pub(super) fn finish(&mut self, buffer: &SegmentedBuffer, found: &mut Vec<Found>) -> ScanEnd {
        match self {
            Self::Records { scanner, .. } => {
                let mut spans = Vec::new();
                let end = scanner.finish(buffer, &mut spans);
                found.extend(spans.into_iter().map(|span| Found { span, window: None }));
                end
            }
            Self::Wrapped(wrapper) => {
                let mut events = Vec::new();
                let end = wrapper.outline.finish(&mut events);
                wrapper.take(buffer, &events, found);
                end
            }
        }
    }

    /// Whether the file ended within an event.
    pub(super) fn has_begun(&self) -> bool {
        match self {
            Self::Records { scanner, len } => scanner.open_record() < *len,
            Self::Wrapped(wrapper) => wrapper.outline.open_element().is_some(),
        }
    }

    /// Whether a list of events was found.
    pub(super) fn has_list(&self) -> bool {
        match self {
            Self::Records { .. } => true,
            Self::Wrapped(wrapper) => wrapper.has_list,
        }
    }

    /// Sets the producer and the title, if the wrapper has them.
    pub(super) fn name_producer(&mut self, session: &mut Session) {
        if let Self::Wrapped(wrapper) = self {
            wrapper.name_producer(session);
        }
    }
}

impl Wrapper {
    fn take(&mut self, buffer: &SegmentedBuffer, events: &[Event], found: &mut Vec<Found>) {
        for event in events {
            match *event {
                Event::ListStart(LIST, at) => {
                    self.has_list = true;
                    self.is_posthog |= key_before(buffer, at) == "snapshots";
                }
                Event::ListStart(WINDOW_LIST, at) => {
                    self.has_list = true;
                    self.is_posthog = true;
                    self.window = Some(key_before(buffer, at).into());
                }
                Event::ListEnd(WINDOW_LIST, _) => self.window = None,
                Event::Element { list: LIST | WINDOW_LIST, span } => {
                    found.push(Found { span, window: self.window.clone() });
                }
                Event::Field { node: INNER, value, .. } => {
                    self.id = Text::from_json(&buffer.slice(value)).filled().map(str::to_owned);
                }
                _ => {}
            }
        }
    }

    fn name_producer(&mut self, session: &mut Session) {
        if self.is_posthog {
            "PostHog".clone_into(&mut session.producer.name);
            if let Some(id) = self.id.take() {
                session.title = Some(format!("Recording {id}"));
            }
        }
    }
}
